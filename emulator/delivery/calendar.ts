/** Days and months in UTC, as milliseconds since the epoch. */

export const dayMs = 86_400_000;

/** Where a moment is wanted: milliseconds since the epoch, or ISO 8601. */
export type Moment = number | string;

export function momentOf(moment: Moment): number {
  const at = typeof moment === "number" ? moment : Date.parse(moment);
  if (Number.isNaN(at)) throw new TypeError(`Not a point in time: ${JSON.stringify(moment)}.`);
  return at;
}

export const startOfDay = (at: number): number => Math.floor(at / dayMs) * dayMs;

/** The first moment of the month, `months` later or (negative) earlier. */
export function startOfMonth(at: number, months = 0): number {
  const date = new Date(at);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1);
}

/** Midnight of the last day of the month. */
export const lastDayOfMonth = (at: number): number => startOfMonth(at, 1) - dayMs;

/** The same day `years` later; days up to the 28th exist in every month. */
export function addYears(at: number, years: number): number {
  const date = new Date(at);
  return Date.UTC(date.getUTCFullYear() + years, date.getUTCMonth(), date.getUTCDate());
}

/** Whole months from one day to a later one. */
export function monthsBetween(from: number, to: number): number {
  const [start, end] = [new Date(from), new Date(to)];
  return (end.getUTCFullYear() - start.getUTCFullYear()) * 12 + end.getUTCMonth() - start.getUTCMonth();
}
