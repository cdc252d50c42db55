/** Dates as the service reads them: ISO 8601, UTC where no zone is given. */

const firstMoment = Date.parse("0001-01-01T00:00:00Z");
const lastMoment = Date.parse("9999-12-31T23:59:59.999Z");

/** Milliseconds since the epoch, or undefined for text that is no date. */
export function instant(text: string): number | undefined {
  const match = /^\d{4}-\d{2}-\d{2}(?:[T ]((?:[01]\d|2[0-3]):\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:?\d{2})?)?$/i.exec(
    text,
  );
  if (match === null) return undefined;
  // Date.parse takes a date-time without a zone as local time; the service works in UTC.
  const [whole, time, zone] = match;
  const value = Date.parse(`${whole.replace(" ", "T")}${time !== undefined && zone === undefined ? "Z" : ""}`);
  // An offset can lead out of the years that a date-time can name.
  if (Number.isNaN(value) || value < firstMoment || value > lastMoment) return undefined;
  // Date.parse rolls 31 April over to 1 May; the service refuses it.
  const day = whole.slice(0, 10);
  const midnight = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(day) ? value : undefined;
}

/** The next midnight in UTC after a moment: the start of a schedule whose program names none. */
export function nextMidnight(now: number): string {
  const date = new Date(now);
  return format(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() + 1));
}

/** The same moment some years on; 29 February becomes 28 February where the year has none. */
export function yearsAfter(moment: number, years: number): string {
  const date = new Date(moment);
  const lastDay = new Date(Date.UTC(date.getUTCFullYear() + years, date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCFullYear(date.getUTCFullYear() + years, date.getUTCMonth(), Math.min(date.getUTCDate(), lastDay));
  return format(Math.min(date.getTime(), lastMoment));
}

/** ISO 8601 with seconds and `Z`, the form in which the service answers. */
export function format(moment: number): string {
  return new Date(moment).toISOString().replace(".000Z", "Z");
}

/** A span such as `90s`, `30m`, `1h30m` or `2d` in milliseconds (the form of Pulumi's customTimeouts, and days); undefined for other text. */
export function duration(text: string): number | undefined {
  if (!/^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/.test(text)) return undefined;
  const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
  let total = 0;
  for (const [, amount = "0", unit = "ms"] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) {
    total += Number(amount) * units[unit as keyof typeof units];
  }
  return total;
}
