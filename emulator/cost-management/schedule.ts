/** When an export runs by its schedule: what `nextRunTimeEstimate` says, and what falls due as time passes. */
import { sameText } from "./choices";
import { addDays, addMonths, parseInstant, startOfDay, startOfMonth } from "./dates";
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

interface Plan {
  readonly at: (count: number) => number;
  readonly days: number;
  readonly to: number;
}

/** Undefined when nothing is ever due: not Active, or no recurrence. */
function planOf(schedule: ExportSchedule | undefined): Plan | undefined {
  const { status = "", recurrence = "", recurrencePeriod } = schedule ?? {};
  const step = steps[recurrence.toLowerCase()];
  const from = parseInstant(recurrencePeriod?.from ?? "")?.at;
  const to = parseInstant(recurrencePeriod?.to ?? "")?.at ?? Infinity;
  if (!sameText(status, "Active") || step === undefined || from === undefined) return undefined;
  const sameDay = startOfDay(from) + hour;
  const first = sameDay >= from ? sameDay : addDays(sameDay, 1);
  return { at: (count) => step.at(first, count), days: step.days, to };
}

/** The number of the first occurrence after a moment. */
function countAfter({ at, days }: Plan, moment: number): number {
  // Never beyond the mark, since no step is longer than its `days`; the rest is one or two steps at most per year passed.
  let count = Math.max(0, Math.floor((moment - at(0)) / (days * 86_400_000)));
  while (at(count) <= moment) count += 1;
  return count;
}

/** Undefined when nothing is due, or only past the end (runs stop silently there: observed, ftk#17). */
export function nextRun(schedule: ExportSchedule | undefined, now: number): number | undefined {
  const plan = planOf(schedule);
  if (plan === undefined) return undefined;
  const next = plan.at(countAfter(plan, now));
  return next <= plan.to ? next : undefined;
}

export interface DueRun {
  readonly at: number;
  /** The data window, where it is not that of the time frame. */
  readonly window?: { readonly from: number; readonly to: number };
}

export interface Scheduled {
  readonly schedule: ExportSchedule | undefined;
  readonly timeframe: string;
  readonly createdAt: number;
}

/** Nothing falls due before this moment; what falls due then is for `dueRuns` to say. */
export function earliestDue({ schedule }: Scheduled, after: number): number {
  const plan = planOf(schedule);
  if (plan === undefined) return Infinity;
  const next = plan.at(countAfter(plan, after));
  const noon = startOfDay(after) + closingHour;
  const closing = sameText(schedule?.recurrence, "Daily") ? (noon > after ? noon : addDays(noon, 1)) : Infinity;
  const earliest = Math.min(next, closing);
  return earliest <= plan.to ? earliest : Infinity;
}

/** What falls due after one moment and up to another, in the order of time. */
export function dueRuns(scheduled: Scheduled, after: number, until: number): readonly DueRun[] {
  const plan = planOf(scheduled.schedule);
  if (plan === undefined) return [];
  const due: DueRun[] = [];
  const end = Math.min(until, plan.to);
  for (let count = countAfter(plan, after); plan.at(count) <= end; count += 1) due.push({ at: plan.at(count) });
  return [...due, ...closingRuns(scheduled, plan, after, end)].sort((one, other) => one.at - other.at);
}

const monthToDate = ["monthtodate", "billingmonthtodate", "thecurrentmonth"];

/**
 * In the first five days of a month, exports of the running month run twice a day and the second run closes the month before;
 * an export created in these days does not get it (documented: docs#113232). Its hour, noon less one, is assumed.
 */
function closingRuns(
  { schedule, timeframe, createdAt }: Scheduled,
  { at }: Plan,
  after: number,
  end: number,
): readonly DueRun[] {
  if (!sameText(schedule?.recurrence, "Daily") || !monthToDate.includes(timeframe.toLowerCase())) return [];
  const runs: DueRun[] = [];
  for (let month = startOfMonth(Math.max(after, at(0))); month <= end; month = startOfMonth(month, 1)) {
    if (createdAt >= month) continue;
    const window = { from: startOfMonth(month, -1), to: addDays(month, -1) };
    for (let day = 0; day < 5; day += 1) {
      const moment = addDays(month, day) + closingHour;
      if (moment > after && moment > startOfDay(at(0)) && moment <= end) runs.push({ at: moment, window });
    }
  }
  return runs;
}

const closingHour = 11 * 3_600_000;
