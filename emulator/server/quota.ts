/**
 * Quotas as token buckets on the virtual clock. The figures: about 10 run calls a minute (observed, finops-toolkit
 * #1611); 30 calls a minute per scope and user for Cost Management (documented on a withdrawn page); ARM's own buckets
 * (documented since 2024). A caller that sends `ClientType` has buckets of its own (observed in shipped clients).
 */
import type { Switches, VirtualClock } from "../types";
import type { EmulatorResponse } from "../types";

export interface QuotaSubject {
  readonly method: string;
  readonly operation: string;
  readonly costManagement: boolean;
  /** What the resource lives in, lower case: the Cost Management scope, or the subscription. */
  readonly scope: string;
  readonly subscription: string;
  readonly caller: string;
}

export interface Quotas {
  /** Counts the request; an answer when a quota is used up. */
  readonly take: (subject: QuotaSubject) => EmulatorResponse | undefined;
  readonly refill: () => void;
}

interface BucketRow {
  readonly name: "run" | "costManagement" | "armReads" | "armWrites";
  readonly burst: number;
  readonly perSecond: number;
  applies(subject: QuotaSubject): boolean;
  /** Requests with the same key share a bucket. */
  key(subject: QuotaSubject): string;
}

const buckets: readonly BucketRow[] = [
  {
    name: "run",
    burst: 10,
    perSecond: 10 / 60,
    applies: ({ operation }) => operation === "exports.run",
    key: ({ caller }) => caller,
  },
  {
    name: "costManagement",
    burst: 30,
    perSecond: 30 / 60,
    applies: ({ costManagement }) => costManagement,
    key: ({ scope, caller }) => `${scope} ${caller}`,
  },
  {
    name: "armReads",
    burst: 250,
    perSecond: 25,
    applies: ({ method }) => method === "GET" || method === "HEAD",
    key: ({ subscription, caller }) => `${subscription} ${caller}`,
  },
  {
    name: "armWrites",
    burst: 200,
    perSecond: 10,
    applies: ({ method }) => method !== "GET" && method !== "HEAD",
    key: ({ subscription, caller }) => `${subscription} ${caller}`,
  },
];

export function createQuotas(clock: VirtualClock, switches: Switches): Quotas {
  const levels = new Map<string, { tokens: number; at: number }>();
  return {
    take: (subject) => {
      const now = clock.now();
      const due = buckets
        .filter((bucket) => bucket.applies(subject))
        .map((bucket) => {
          const key = `${bucket.name} ${bucket.key(subject)}`;
          const before = levels.get(key) ?? { tokens: bucket.burst, at: now };
          // A clock that was set back must not empty the bucket.
          const gained = (Math.max(0, now - before.at) / 1_000) * bucket.perSecond;
          const level = { tokens: Math.min(bucket.burst, before.tokens + gained), at: now };
          levels.set(key, level);
          return { bucket, level };
        });
      // Below one by no more than rounding is one: a client that waits as told must get through.
      const empty = due.find(({ level }) => level.tokens < 1 - 1e-9);
      if (empty !== undefined) {
        return throttled(empty.bucket, Math.ceil((1 - empty.level.tokens) / empty.bucket.perSecond - 1e-9), switches);
      }
      for (const { level } of due) level.tokens -= 1;
      return undefined;
    },
    refill: () => levels.clear(),
  };
}

function throttled({ name }: BucketRow, seconds: number, switches: Switches): EmulatorResponse {
  if (name === "armReads" || name === "armWrites") {
    // Code and header as documented for ARM's own throttling.
    const kind = name === "armReads" ? "read" : "write";
    return {
      status: 429,
      headers: { "retry-after": String(seconds) },
      body: {
        error: {
          code: "SubscriptionRequestsThrottled",
          message: `Number of '${kind}' requests exceeded the limit of the subscription and caller. Please try again after '${seconds}' seconds.`,
        },
      },
    };
  }
  // Body as observed (finops-toolkit #2257); which header the export verbs send is not known, hence the switch.
  return {
    status: 429,
    headers: throttleHeaders[switches.throttleHeader](seconds),
    body: { error: { code: "429", message: "Too many requests. Please retry." } },
  };
}

const throttleHeaders: Readonly<Record<Switches["throttleHeader"], (seconds: number) => Record<string, string>>> = {
  none: () => ({}),
  consumption: (seconds) => ({ "x-ms-ratelimit-microsoft.consumption-retry-after": String(seconds) }),
  "retry-after": (seconds) => ({ "retry-after": String(seconds) }),
};
