/**
 * The doctor's reads: each ends in an answer, also one that was refused or never came, so that what one check may not see
 * leaves the others alone. At most eight at a time; a path that several checks look at is asked for once.
 */
import { ArmError, ArmResponseError, type ArmClient, type Clock } from "../arm";
import { explain } from "../cost-management/catalogue";
import { duration } from "../cost-management/dates";
import { isRecord } from "../cost-management/unknown";
import { getAt } from "../cost-management/values";

export type Answer =
  | { readonly type: "found"; readonly body: unknown }
  /** 404. */
  | { readonly type: "missing"; readonly reason: string; readonly advice: string }
  /** 401 or 403. */
  | { readonly type: "denied"; readonly code: string; readonly reason: string; readonly advice: string }
  | { readonly type: "failed"; readonly code: string; readonly reason: string; readonly advice: string };

export interface Reads {
  /** GET, with the pages that follow the first put into its `value`. `scope` is what quotas are counted by. */
  get(path: string, apiVersion: string, scope: string, query?: Readonly<Record<string, string>>): Promise<Answer>;
}

const atOnce = 8;
/** A safeguard: nothing that is read here comes near to so many pages. */
const mostPages = 50;
const timeout = duration("1m") ?? 0;

export function createReads(arm: ArmClient, clock: Clock): Reads {
  const answers = new Map<string, Promise<Answer>>();
  const inTurn = createTurns(atOnce);
  return {
    get: (path, apiVersion, scope, query = {}) => {
      const key = JSON.stringify([path.toLowerCase(), apiVersion, query]);
      const known = answers.get(key);
      if (known !== undefined) return known;
      const answer = inTurn(() => read(arm, clock, { path, apiVersion, scope, query }));
      answers.set(key, answer);
      return answer;
    },
  };
}

/** The members of an answered list; none of any other answer. */
export function itemsOf(answer: Answer): readonly Readonly<Record<string, unknown>>[] {
  return answer.type === "found" ? valueOf(answer.body).filter(isRecord) : [];
}

interface Asked {
  readonly path: string;
  readonly apiVersion: string;
  readonly scope: string;
  readonly query: Readonly<Record<string, string>>;
}

async function read(arm: ArmClient, clock: Clock, asked: Asked): Promise<Answer> {
  const request = { ...asked, method: "GET", operation: "read", deadline: clock.now() + timeout } as const;
  try {
    const first = await arm.send(request);
    if (first.status === 404) return missing(first.body);
    let next = getAt(first.body, "nextLink");
    if (typeof next !== "string") return { type: "found", body: first.body };
    const value = [...valueOf(first.body)];
    for (let page = 1; typeof next === "string" && next !== "" && page < mostPages; page++) {
      const { body } = await arm.send({ ...request, location: next });
      value.push(...valueOf(body));
      next = getAt(body, "nextLink");
    }
    return { type: "found", body: { value } };
  } catch (error) {
    if (!(error instanceof ArmError)) throw error;
    const { code, message: reason } = error;
    if (!(error instanceof ArmResponseError)) return { type: "failed", code, reason, advice: "Run it again." };
    const advice = explain(error.status, code, reason)?.cure ?? "Look at what the message names, and run it again.";
    const type = error.status === 401 || error.status === 403 ? "denied" : "failed";
    return { type, code, reason, advice };
  }
}

function missing(body: unknown): Answer {
  const [code, message] = [getAt(body, "error.code"), getAt(body, "error.message")];
  const reason = typeof message === "string" && message !== "" ? message : "nothing is there (HTTP 404).";
  const known = explain(404, typeof code === "string" ? code : "", reason);
  return { type: "missing", reason, advice: known?.cure ?? "Look at its spelling, and at your rights." };
}

function valueOf(body: unknown): readonly unknown[] {
  const value = isRecord(body) ? body["value"] : undefined;
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

function createTurns(places: number): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let free = places;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}
