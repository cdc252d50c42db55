/** When a request is repeated, and after how long. Pure: time and chance come in by hand. */
import type { ArmRequest } from "./types";

/** What became of one attempt. */
export type Outcome =
  | {
      readonly type: "answer";
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      /** Whether the body is empty or complete JSON. */
      readonly usable: boolean;
    }
  | {
      readonly type: "failure";
      /** False only where the request surely never left. */
      readonly sent: boolean;
      readonly transient: boolean;
    };

/**
 * - `return`: the caller gets the answer;
 * - `refuse`: the answer is an error that repeating would not change;
 * - `repeat`: another attempt is safe and may fare better;
 * - `unknown`: a write may or may not have been applied;
 * - `fail`: the service cannot be reached, and repeating would not change that.
 */
export type Verdict = "return" | "refuse" | "repeat" | "unknown" | "fail";

export function judge(method: ArmRequest["method"], outcome: Outcome): Verdict {
  // Reading twice, and deleting twice, ends as once does. PUT too would by HTTP's book, but an eTag makes the second one a
  // conflict with the first; and a POST starts a run.
  const repeatable = method === "GET" || method === "DELETE";
  if (outcome.type === "failure") {
    if (!outcome.sent) return outcome.transient ? "repeat" : "fail";
    if (!repeatable) return "unknown";
    return outcome.transient ? "repeat" : "fail";
  }
  const { status } = outcome;
  if (status >= 200 && status < 300) {
    if (outcome.usable || method === "DELETE") return "return";
    return repeatable ? "repeat" : "unknown";
  }
  // A proxy's page that says 404 is no proof that a resource is gone.
  if (status === 404 && outcome.usable) return "return";
  // A throttled request was counted and turned away, never carried out.
  if (status === 429) return "repeat";
  if (status === 408 || (status >= 500 && status !== 501 && status !== 505)) return repeatable ? "repeat" : "unknown";
  return "refuse";
}

/** What happened to a request so far. */
export interface History {
  /** Answers 429 up to now. */
  readonly throttled: number;
  /** Other failed attempts in a row. */
  readonly failed: number;
  /** When the first of those failed. */
  readonly failingSince: number | undefined;
}

export const noHistory: History = { throttled: 0, failed: 0, failingSince: undefined };

export function remember(history: History, outcome: Outcome, now: number): History {
  if (outcome.type === "answer" && outcome.status === 429)
    return { throttled: history.throttled + 1, failed: 0, failingSince: undefined };
  return { ...history, failed: history.failed + 1, failingSince: history.failingSince ?? now };
}

/** Least wait after the first, second … answer 429, in units of the floor: 5, 20, 40, 60 s by default. */
const throttleSteps = [1, 4, 8, 12] as const;
/** The same unit measures the rest, so that one setting makes an emulator fast: 1 s doubling up to 60 s, for 5 minutes. */
const firstStep = 0.2;
const longestStep = 12;
const patience = 60;
const leastAttempts = 6;

/** Share by which a wait is lengthened at random, so that throttled requests don't come back together. */
const jitter = 0.25;

/**
 * The wait before the next attempt, in milliseconds. Users measured that hints of 1 to 12 s were followed by another 429
 * after 53 to 165 s: hence a floor under the hint, and never less than the hint.
 */
export function delayBefore(outcome: Outcome, history: History, floorMs: number, random: number, now: number): number {
  const throttled = outcome.type === "answer" && outcome.status === 429;
  const steps = throttled
    ? (throttleSteps[Math.min(history.throttled, throttleSteps.length) - 1] ?? 1)
    : Math.min(firstStep * 2 ** (history.failed - 1), longestStep);
  const hint = outcome.type === "answer" ? (retryAfter(outcome.headers, now) ?? 0) : 0;
  return Math.ceil(Math.max(steps * floorMs, hint) * (1 + jitter * random));
}

/**
 * Whether to stop before the deadline. Throttling ends by itself, so it is waited out; a service or a network that has
 * failed for minutes is told to the person.
 */
export function outOfPatience(history: History, floorMs: number, now: number): boolean {
  return history.failed >= leastAttempts && now - (history.failingSince ?? now) >= patience * floorMs;
}

/** The longest wait that any header asks for, in milliseconds. Cost Management has a header per quota (service reference, 5.11). */
export function retryAfter(headers: Readonly<Record<string, string>>, now: number): number | undefined {
  const waits = Object.entries(headers).flatMap(([name, value]) => {
    if (name === "retry-after-ms" || name === "x-ms-retry-after-ms") return millisecondsOf(value, 1) ?? [];
    if (name === "retry-after" || name.endsWith("-retry-after"))
      return millisecondsOf(value, 1000) ?? dateDistance(value, now) ?? [];
    return [];
  });
  return waits.length === 0 ? undefined : Math.max(...waits);
}

function millisecondsOf(value: string, unit: number): number | undefined {
  return /^\s*\d+(\.\d+)?\s*$/.test(value) ? Number(value) * unit : undefined;
}

function dateDistance(value: string, now: number): number | undefined {
  // Dates of HTTP begin with the day's name; `Date.parse` alone would read "-5" as a year.
  const time = /^\s*[A-Za-z]{3}/.test(value) ? Date.parse(value) : NaN;
  return Number.isNaN(time) ? undefined : Math.max(0, time - now);
}
