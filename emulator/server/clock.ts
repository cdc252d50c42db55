/**
 * The emulator's own time. Registration, token life, quotas and export runs all read it, so a test can let a month pass
 * in no time. It runs with real time, plus what was added, until it is frozen.
 */
import type { VirtualClock } from "../types";

/** A point in time: an ISO 8601 text, milliseconds since the epoch, or a Date. */
export type Instant = string | number | Date;

/** The clock as it stands. */
export interface ClockState {
  /** The emulator's time, ISO 8601 in UTC. */
  readonly now: string;
  /** Whether it stands still. */
  readonly frozen: boolean;
}

export interface ControllableClock extends VirtualClock {
  readonly state: () => ClockState;
  /** Adds milliseconds, or an ISO 8601 duration such as `PT90S`, `P1D` or `P1M`. Time never runs backwards here. */
  readonly advance: (amount: number | string) => void;
  /** Jumps to a time, past or future; a frozen clock stays frozen there. */
  readonly set: (time: Instant) => void;
  /** Stops the clock, now or at the given time. */
  readonly freeze: (time?: Instant) => void;
  /** Lets a frozen clock run on from where it stands. */
  readonly unfreeze: () => void;
}

export function createClock(start?: Instant): ControllableClock {
  let offset = 0;
  let frozenAt: number | undefined;
  const now = (): number => frozenAt ?? Date.now() + offset;
  const moveTo = (time: number): void => {
    if (frozenAt === undefined) offset = time - Date.now();
    else frozenAt = time;
  };
  if (start !== undefined) moveTo(toMilliseconds(start));
  return {
    now,
    state: () => ({ now: new Date(now()).toISOString(), frozen: frozenAt !== undefined }),
    advance: (amount) =>
      moveTo(typeof amount === "number" ? addMilliseconds(now(), amount) : addDuration(now(), amount)),
    set: (time) => moveTo(toMilliseconds(time)),
    freeze: (time) => {
      frozenAt = time === undefined ? now() : toMilliseconds(time);
    },
    unfreeze: () => {
      if (frozenAt === undefined) return;
      offset = frozenAt - Date.now();
      frozenAt = undefined;
    },
  };
}

function toMilliseconds(time: Instant): number {
  const value = typeof time === "number" ? time : new Date(time).getTime();
  if (!Number.isFinite(value))
    throw new RangeError(`Not a time: ${JSON.stringify(time)}. Use ISO 8601, such as 2026-03-01T00:00:00Z.`);
  return value;
}

function addMilliseconds(from: number, amount: number): number {
  if (!Number.isFinite(amount) || amount < 0) {
    throw new RangeError(
      `The clock cannot be advanced by ${amount} ms: give a number that is not negative, or set a time.`,
    );
  }
  return from + amount;
}

const durationPattern =
  /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;

function addDuration(from: number, duration: string): number {
  const match = durationPattern.exec(duration);
  if (match === null || !/\d/.test(duration) || duration.endsWith("T")) {
    throw new RangeError(
      `Not a duration: ${JSON.stringify(duration)}. Use ISO 8601, such as PT90S, P1D or P1M, or milliseconds.`,
    );
  }
  const [years, months, weeks, days, hours, minutes, seconds] = match
    .slice(1)
    .map((part) => Number((part as string | undefined) ?? 0));
  const afterMonths = addMonths(from, (years ?? 0) * 12 + (months ?? 0));
  const inSeconds =
    ((weeks ?? 0) * 7 + (days ?? 0)) * 86_400 + (hours ?? 0) * 3_600 + (minutes ?? 0) * 60 + (seconds ?? 0);
  return afterMonths + inSeconds * 1_000;
}

/** A month after 31 January is the last day of February, not a day in March. */
function addMonths(from: number, months: number): number {
  if (months === 0) return from;
  const date = new Date(from);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, lastDay));
  return date.getTime();
}
