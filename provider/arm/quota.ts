/**
 * One limiter for all requests to a cloud: at most eight at a time, each operation class and scope (runs: all scopes
 * together) at its own pace, first come, first served among those that may go. The numbers are unofficial (service reference, 5.12), so only those that were
 * seen to bite are enforced beforehand; everything else runs freely until the service objects, and carefully after that.
 */
import { DeadlineError } from "./errors";
import type { Clock, OperationClass } from "./types";

export interface Limiter {
  /** Waits for a turn; the answer is called when the request is over. Rejects with `DeadlineError`. */
  acquire(turn: Turn): Promise<() => void>;
  /** Tells of an answer 429: nothing of its kind goes out before `until`. */
  throttled(turn: Turn, headers: Readonly<Record<string, string>>, until: number): void;
}

export interface Turn {
  readonly operation: OperationClass;
  readonly scope: string;
  readonly deadline: number;
  /** A repeated request goes before new ones: it has waited already. */
  readonly repeated: boolean;
}

interface Pace {
  readonly burst: number;
  readonly perMinute: number;
}

/** ARM's documented bucket, and the two numbers of Cost Management that people ran into. */
const paces: Readonly<Record<OperationClass, Pace>> = {
  read: { burst: 250, perMinute: 1500 },
  list: { burst: 250, perMinute: 1500 },
  poll: { burst: 250, perMinute: 1500 },
  write: { burst: 200, perMinute: 600 },
  delete: { burst: 200, perMinute: 600 },
  run: { burst: 10, perMinute: 10 },
  report: { burst: 2, perMinute: 2 },
};

/** The pace after a 429: the 30 calls a minute and scope of the old documentation, reads and writes together, for a while. */
const careful: Pace = { burst: 30, perMinute: 30 };
const carefulFor = 10 * 60_000;
const concurrency = 8;

/** Cost Management counts these together by scope and caller; runs and reports have quotas of their own. */
const countedByScope: ReadonlySet<OperationClass> = new Set(["read", "list", "write", "delete"]);
const boundless: Pace = { burst: Infinity, perMinute: Infinity };

/** Headers of quotas that all scopes share. */
const sharedQuota = /-(tenant|client|clienttype|qpu)-retry-after$/;

interface Bucket {
  readonly pace: Pace;
  tokens: number;
  filledAt: number;
  pausedUntil: number;
  carefulUntil: number;
}

interface Waiter {
  readonly turn: Turn;
  readonly buckets: readonly Bucket[];
  readonly go: () => void;
  readonly giveUp: (error: DeadlineError) => void;
}

/** Without `limits` (an emulator on this machine) only the concurrency is bounded, and pauses are kept. */
export function createLimiter(clock: Clock, limits: boolean): Limiter {
  const buckets = new Map<string, Bucket>();
  const waiting: Waiter[] = [];
  let active = 0;
  let allPausedUntil = 0;
  let wakeAt = Infinity;

  const bucketAt = (key: string, pace: Pace): Bucket => {
    const bucket = buckets.get(key) ?? {
      pace: limits ? pace : boundless,
      tokens: limits ? pace.burst : Infinity,
      filledAt: clock.now(),
      pausedUntil: 0,
      carefulUntil: 0,
    };
    buckets.set(key, bucket);
    return bucket;
  };

  /** Where the request counts; the first is the one that a 429 speaks of. */
  const bucketsOf = ({ operation, scope }: Turn): readonly [Bucket, ...Bucket[]] => {
    // Runs are counted by caller, whatever their scope (observed, ftk#1611).
    const own = bucketAt(operation === "run" ? operation : `${operation} ${scope.toLowerCase()}`, paces[operation]);
    return countedByScope.has(operation) ? [bucketAt(scope.toLowerCase(), boundless), own] : [own];
  };

  /** When the next request of this bucket may go; brings its tokens up to date. */
  const readyAt = (bucket: Bucket, now: number): number => {
    const isCareful = now < bucket.carefulUntil;
    const { burst, perMinute } = bucket.pace;
    const perMillisecond = (isCareful ? Math.min(careful.perMinute, perMinute) : perMinute) / 60_000;
    if (now > bucket.filledAt) {
      const most = isCareful ? Math.min(careful.burst, burst) : burst;
      bucket.tokens = Math.min(most, bucket.tokens + (now - bucket.filledAt) * perMillisecond);
      bucket.filledAt = now;
    }
    const token = bucket.tokens >= 1 ? now : now + Math.ceil((1 - bucket.tokens) / perMillisecond);
    return Math.max(token, bucket.pausedUntil, allPausedUntil);
  };

  const pump = (): void => {
    const now = clock.now();
    const left: Waiter[] = [];
    let next = Infinity;
    let seen = 0;
    // Who leaves a full house calls again, and every attempt has its timeout: only time needs a timer.
    for (; seen < waiting.length && active < concurrency; seen += 1) {
      const waiter = waiting[seen];
      if (waiter === undefined) continue;
      const ready = Math.max(...waiter.buckets.map((bucket) => readyAt(bucket, now)));
      if (now >= waiter.turn.deadline || ready > waiter.turn.deadline) {
        waiter.giveUp(tooLate(waiter.turn, ready - now));
      } else if (ready > now) {
        left.push(waiter);
        next = Math.min(next, ready);
      } else {
        for (const bucket of waiter.buckets) bucket.tokens -= 1;
        active += 1;
        waiter.go();
      }
    }
    waiting.splice(0, seen, ...left);
    if (next < wakeAt) wake(next);
  };

  const wake = (at: number): void => {
    wakeAt = at;
    void clock.sleep(Math.max(1, at - clock.now())).then(() => {
      if (wakeAt === at) wakeAt = Infinity;
      pump();
    });
  };

  const release = (): (() => void) => {
    let released = false;
    return () => {
      if (released) return;
      released = true;
      active -= 1;
      pump();
    };
  };

  return {
    acquire: (turn) =>
      new Promise((resolve, reject) => {
        const waiter = { turn, buckets: bucketsOf(turn), go: () => resolve(release()), giveUp: reject };
        if (turn.repeated) waiting.unshift(waiter);
        else waiting.push(waiter);
        pump();
      }),
    throttled: (turn, headers, until) => {
      const [bucket] = bucketsOf(turn);
      if (Object.keys(headers).some((name) => sharedQuota.test(name))) allPausedUntil = Math.max(allPausedUntil, until);
      bucket.pausedUntil = Math.max(bucket.pausedUntil, until);
      if (!limits) return;
      // The service's bucket is empty, and fills while we pause.
      readyAt(bucket, clock.now());
      bucket.tokens = Math.min(bucket.tokens, 0);
      bucket.carefulUntil = until + carefulFor;
    },
  };
}

function tooLate(turn: Turn, waitMs: number): DeadlineError {
  const wait = Math.max(0, waitMs);
  return new DeadlineError(
    wait,
    `The time limit of the operation was reached before a request (${turn.operation}) on ${turn.scope} had its turn: ` +
      `${wait > 0 ? `the service's quota allows the next one in ${Math.ceil(wait / 1000)} s` : "too many requests were before it"}. ` +
      `Give the resource longer timeouts, or deploy fewer exports of one scope at a time.`,
  );
}
