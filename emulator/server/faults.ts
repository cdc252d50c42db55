/** Faults on demand: which requests they hit, how often, and what happens to them. */
import { isObject } from "../json";
import type { Category } from "./request-log";

/** Every given field must fit. */
export interface FaultMatch {
  /** Such as `PUT`, in any case. */
  readonly method?: string;
  /** Occurs in the request's path, in any case. */
  readonly path?: string;
  /** A regular expression (its source, when sent as JSON) over path and query, in any case. */
  readonly pathPattern?: string | RegExp;
  /** Such as `exports.put`. */
  readonly operation?: string;
  /** What the request was for. */
  readonly category?: Category;
  /** Such as `2025-03-01`. */
  readonly apiVersion?: string;
}

/** One of these; each may also be late. */
export type FaultEffect = (AnswerFault | ResetFault | DamageFault | DelayFault) & {
  /** Real milliseconds to wait before anything else happens. */
  readonly delayMs?: number;
};

/** Another answer than the emulator's own. */
export interface AnswerFault {
  readonly status: number;
  /** Sent as JSON; a text is sent as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether the operation is carried out all the same: the answer is lost, not the deed. Default false. */
  readonly apply?: boolean;
}

/** The connection is cut, before or after the operation was carried out. */
export interface ResetFault {
  readonly reset: "before" | "after";
}

/** The operation is carried out, its answer arrives damaged. */
export interface DamageFault {
  /**
   * `truncate`: half of the promised body, then the connection ends. `invalid-json`: a complete body that is not JSON.
   * `html`: a proxy's error page in place of JSON.
   */
  readonly damage: "truncate" | "invalid-json" | "html";
  /** In place of the answer's own; default 502 for `html`. */
  readonly status?: number;
  /** Default true; false keeps the operation from happening. */
  readonly apply?: boolean;
}

/** The right answer, late. */
export interface DelayFault {
  readonly delayMs: number;
}

/** Which requests are hit, how often, and what happens to them. */
export interface FaultRule {
  /** Default: a number. */
  readonly id?: string;
  /** Default: every request but those of the control API. */
  readonly match?: FaultMatch;
  /** What happens to a request that is hit. */
  readonly effect: FaultEffect;
  /** How many requests are hit before the rule is spent. Default: no end. */
  readonly times?: number;
  /** How many matching requests pass first. Default 0. */
  readonly skip?: number;
}

/** A rule that is in force. */
export interface ActiveFault extends FaultRule {
  readonly id: string;
  /** Requests hit so far. */
  readonly hits: number;
}

export interface FaultSubject {
  readonly method: string;
  readonly path: string;
  readonly pathAndQuery: string;
  readonly operation: string;
  readonly category: Category;
  readonly apiVersion: string | undefined;
}

export interface Faults {
  /** Returns the rule's id. */
  readonly add: (rule: FaultRule) => string;
  readonly list: () => readonly ActiveFault[];
  readonly remove: (id: string) => boolean;
  readonly clear: () => void;
  /** The first rule, in order of adding, that is due for this request; counts the hit. */
  readonly take: (subject: FaultSubject) => ActiveFault | undefined;
}

interface Held {
  readonly rule: FaultRule & { readonly id: string };
  readonly pattern: RegExp | undefined;
  seen: number;
  hits: number;
}

export function createFaults(): Faults {
  let held: Held[] = [];
  let added = 0;
  return {
    add: (rule) => {
      checkRule(rule);
      const id = rule.id ?? String(++added);
      const source = rule.match?.pathPattern;
      const pattern = source === undefined ? undefined : new RegExp(source, "i");
      held = held.filter((other) => other.rule.id !== id);
      held.push({ rule: { ...rule, id }, pattern, seen: 0, hits: 0 });
      return id;
    },
    list: () => held.map(active),
    remove: (id) => {
      const before = held.length;
      held = held.filter(({ rule }) => rule.id !== id);
      return held.length < before;
    },
    clear: () => {
      held = [];
    },
    take: (subject) => {
      const due = held.find((one) => {
        if (one.hits >= (one.rule.times ?? Infinity) || !matches(one, subject)) return false;
        one.seen += 1;
        return one.seen > (one.rule.skip ?? 0);
      });
      if (due === undefined) return undefined;
      due.hits += 1;
      return active(due);
    },
  };
}

function active({ rule, pattern, hits }: Held): ActiveFault {
  const match = pattern === undefined ? rule.match : { ...rule.match, pathPattern: pattern.source };
  return { ...rule, ...(match === undefined ? {} : { match }), hits };
}

function matches({ rule, pattern }: Held, subject: FaultSubject): boolean {
  const { method, path, operation, category, apiVersion } = rule.match ?? {};
  if (subject.category === "control" && category !== "control") return false;
  return (
    (method === undefined || method.toUpperCase() === subject.method) &&
    (path === undefined || subject.path.toLowerCase().includes(path.toLowerCase())) &&
    (pattern === undefined || pattern.test(subject.pathAndQuery)) &&
    (operation === undefined || operation === subject.operation) &&
    (category === undefined || category === subject.category) &&
    (apiVersion === undefined || apiVersion === subject.apiVersion)
  );
}

/** A rule that can never fire, or whose effect nobody meant, is a test that proves nothing: refuse it at once. */
function checkRule(rule: unknown): asserts rule is FaultRule {
  const problems: string[] = [];
  const effect = isObject(rule) ? rule["effect"] : undefined;
  if (!isObject(rule) || !isObject(effect)) throw new TypeError("A fault is an object { match, effect, times, skip }.");
  const known = (value: unknown, names: readonly string[], where: string): void => {
    for (const name of isObject(value) ? Object.keys(value) : []) {
      if (!names.includes(name)) problems.push(`${where} has no member ${JSON.stringify(name)}.`);
    }
  };
  known(rule, ["id", "match", "effect", "times", "skip"], "A fault");
  known(rule["match"], ["method", "path", "pathPattern", "operation", "category", "apiVersion"], "A fault's match");
  known(effect, ["status", "body", "headers", "apply", "reset", "damage", "delayMs"], "A fault's effect");
  const { status, reset, damage, delayMs } = effect;
  if (status === undefined && reset === undefined && damage === undefined && delayMs === undefined) {
    problems.push("A fault's effect names a status, a reset, a damage or a delayMs.");
  }
  if (reset !== undefined && (status !== undefined || damage !== undefined))
    problems.push("A reset has no answer: leave status and damage out.");
  if (reset !== undefined && reset !== "before" && reset !== "after") problems.push('reset is "before" or "after".');
  if (damage !== undefined && !["truncate", "invalid-json", "html"].some((one) => one === damage)) {
    problems.push('damage is "truncate", "invalid-json" or "html".');
  }
  if (status !== undefined && !(Number.isInteger(status) && Number(status) >= 200 && Number(status) <= 599)) {
    problems.push("status is a whole number from 200 to 599.");
  }
  for (const name of ["times", "skip"]) {
    const value = rule[name];
    if (value !== undefined && !(Number.isInteger(value) && Number(value) >= 0))
      problems.push(`${name} is a whole number.`);
  }
  if (delayMs !== undefined && !(typeof delayMs === "number" && delayMs >= 0))
    problems.push("delayMs is a number of milliseconds.");
  if (problems.length > 0) throw new TypeError(problems.join(" "));
}
