/** Dates as the service reads and writes them: text, because answers keep fractions that a Date would lose. */

export interface Instant {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** As answered: in UTC with `Z`; an empty fraction dropped, any other kept (observed in CLI recordings). */
  readonly text: string;
}

const day = 86_400_000;

/** ISO 8601 with or without time, fraction and offset. Without an offset it is UTC (assumed). */
const form =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?)?(?:([Zz])|([+-])(\d{2}):?(\d{2}))?$/;

/** Undefined for a text that is no date, such as the 30th of February. */
export function parseInstant(text: string): Instant | undefined {
  const parts = form.exec(text);
  if (parts === null) return undefined;
  const number = (index: number): number => Number(parts[index] ?? "0");
  const local = Date.UTC(number(1), number(2) - 1, number(3), number(4), number(5), number(6));
  const written = new Date(local);
  if (
    written.getUTCMonth() !== number(2) - 1 ||
    written.getUTCDate() !== number(3) ||
    number(4) > 23 ||
    number(5) > 59 ||
    number(6) > 59
  )
    return undefined;
  if (number(10) > 23 || number(11) > 59) return undefined;
  const offset = (parts[9] === "-" ? -1 : 1) * (number(10) * 60 + number(11)) * 60_000;
  const seconds = local - offset;
  const fraction = (parts[7] ?? "").replace(/0+$/, "");
  const milliseconds = Number(fraction.padEnd(3, "0").slice(0, 3));
  const whole = new Date(seconds).toISOString().slice(0, 19);
  return { at: seconds + milliseconds, text: fraction === "" ? `${whole}Z` : `${whole}.${fraction}Z` };
}

/** Seconds where they are whole, as the service writes. */
export function instantText(at: number): string {
  return new Date(at).toISOString().replace(/\.000Z$/, "Z");
}

export const startOfDay = (at: number): number => at - (((at % day) + day) % day);

export const addDays = (at: number, days: number): number => at + days * day;

/** The first moment of the month, `months` later or (negative) earlier. */
export function startOfMonth(at: number, months = 0): number {
  const date = new Date(at);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1);
}

/** Midnight of the last day of the month. */
export const lastDayOfMonth = (at: number): number => addDays(startOfMonth(at, 1), -1);

/** The same day and time `months` later; the 31st becomes the last day of a shorter month. */
export function addMonths(at: number, months: number): number {
  const first = startOfMonth(at, months);
  const dayOfMonth = Math.min(new Date(at).getUTCDate(), new Date(lastDayOfMonth(first)).getUTCDate());
  return addDays(first, dayOfMonth - 1) + (at - startOfDay(at));
}

/** `20250131` of a date, as in folder names. */
export const compactDay = (at: number): string => new Date(at).toISOString().slice(0, 10).replaceAll("-", "");

/** `202501312359` of a moment, as in folder names. */
export const compactMinute = (at: number): string => new Date(at).toISOString().slice(0, 16).replace(/[-:T]/g, "");
