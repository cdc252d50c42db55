/** When an export runs next by its schedule: what `nextRunTimeEstimate` says. */
import { sameText } from "./choices";
import { addDays, addMonths, parseInstant, startOfDay } from "./dates";
import type { ExportSchedule } from "./members";

/** Runs are estimated for 23:00 UTC of the day (as in every published example). */
const hour = 23 * 3_600_000;

/** How the n-th occurrence follows from the first day. */
const steps: Readonly<
  Record<string, { readonly at: (first: number, count: number) => number; readonly days: number }>
> = {
  daily: { at: (first, count) => addDays(first, count), days: 1 },
  weekly: { at: (first, count) => addDays(first, count * 7), days: 7 },
  monthly: { at: (first, count) => addMonths(first, count), days: 31 },
  annually: { at: (first, count) => addMonths(first, count * 12), days: 366 },
};

/** Undefined when nothing is due: not Active, no recurrence, or past the end (runs stop silently there: observed, ftk#17). */
export function nextRun(schedule: ExportSchedule | undefined, now: number): number | undefined {
  const { status = "", recurrence = "", recurrencePeriod } = schedule ?? {};
  const step = steps[recurrence.toLowerCase()];
  const from = parseInstant(recurrencePeriod?.from ?? "")?.at;
  const to = parseInstant(recurrencePeriod?.to ?? "")?.at ?? Infinity;
  if (!sameText(status, "Active") || step === undefined || from === undefined) return undefined;
  const sameDay = startOfDay(from) + hour;
  const first = sameDay >= from ? sameDay : addDays(sameDay, 1);
  // Never beyond the mark, since no step is longer than its `days`; the rest is one or two steps at most per year passed.
  let count = Math.max(0, Math.floor((now - first) / (step.days * 86_400_000)));
  while (step.at(first, count) <= now) count += 1;
  const next = step.at(first, count);
  return next <= to ? next : undefined;
}
