/** Runs of an export: what their history says, and how a span of months becomes runs. Pure data. */
import { format, instant } from "./dates";
import { isRecord } from "./unknown";
import { getAt } from "./values";

/** How a run stands. `empty`: the period has no charges, and nothing was written. */
export type RunOutcome = "running" | "succeeded" | "empty" | "failed";

export interface Run {
  /** The run's GUID: the last segment of its id. It is also a folder name, or a suffix, in storage. */
  readonly runId: string;
  readonly executionType?: string;
  /** The service's own word. */
  readonly status: string;
  readonly outcome: RunOutcome;
  readonly submittedTime?: string;
  readonly processingStartTime?: string;
  readonly processingEndTime?: string;
  /** First and last day of the data, where the api-version tells (2023-07-01-preview and 2025-03-01). */
  readonly startDate?: string;
  readonly endDate?: string;
  /** Path of the file from the container's root. */
  readonly fileName?: string;
  /** Path, or address, of the manifest. */
  readonly manifestFile?: string;
  /** Where it was delivered. */
  readonly storageAccountId?: string;
  readonly container?: string;
  readonly error?: { readonly code?: string; readonly message?: string };
  /** E-mail address of a person, for runs on demand. */
  readonly submittedBy?: string;
}

/** First and last day of a run's data, ISO 8601. */
export interface RunPeriod {
  readonly from: string;
  readonly to: string;
}

/** Reads a run history, newest first: the order of the service is not the same in all versions. */
export function parseRuns(body: unknown): readonly Run[] {
  const items = isRecord(body) && Array.isArray(body["value"]) ? (body["value"] as readonly unknown[]) : [];
  return items
    .flatMap((item) => parseRun(item) ?? [])
    .sort((a, b) => (instant(b.submittedTime ?? "") ?? 0) - (instant(a.submittedTime ?? "") ?? 0));
}

function parseRun(item: unknown): Run | undefined {
  const id = textOf(getAt(item, "id"))?.split("/").at(-1) ?? textOf(getAt(item, "name"));
  if (id === undefined) return undefined;
  const status = textOf(getAt(item, "properties.status")) ?? "unknown";
  const code = textOf(getAt(item, "properties.error.code"));
  const message = textOf(getAt(item, "properties.error.message"));
  const texts = Object.fromEntries(
    Object.entries(runTexts).flatMap(([key, path]) => {
      const value = textOf(getAt(item, `properties.${path}`));
      return value === undefined ? [] : [[key, value]];
    }),
  );
  const error =
    code === undefined && message === undefined
      ? {}
      : { error: { ...(code && { code }), ...(message && { message }) } };
  return { runId: id, status, outcome: outcomeOf(status), ...texts, ...error };
}

const runTexts = {
  executionType: "executionType",
  submittedTime: "submittedTime",
  processingStartTime: "processingStartTime",
  processingEndTime: "processingEndTime",
  startDate: "startDate",
  endDate: "endDate",
  fileName: "fileName",
  manifestFile: "manifestFile",
  storageAccountId: "runSettings.deliveryInfo.destination.resourceId",
  container: "runSettings.deliveryInfo.destination.container",
  submittedBy: "submittedBy",
} as const;

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** DataReady is live but in no enumeration; a status that nobody has recorded means that the run still goes on. */
function outcomeOf(status: string): RunOutcome {
  switch (status.toLowerCase()) {
    case "completed":
    case "dataready":
      return "succeeded";
    case "newdatanotavailable":
    case "datanotavailable":
      return "empty";
    case "failed":
    case "timeout":
      return "failed";
    default:
      return "running";
  }
}

/** Whether a run's data are those of a period; a version that does not tell the dates leaves it open. */
export function coversPeriod(run: Run, period: RunPeriod | undefined): boolean {
  if (period === undefined || run.startDate === undefined || run.endDate === undefined) return true;
  return sameDay(run.startDate, period.from) && sameDay(run.endDate, period.to);
}

function sameDay(left: string, right: string): boolean {
  return left.slice(0, 10) === right.slice(0, 10);
}

/** `2026-03` for March 2026. */
export const monthForm = /^\d{4}-(?:0[1-9]|1[0-2])$/;

/** Data reach back so many months through the API (reported by users of 2023-07-01-preview, ftk#1072). */
export const reachMonths = 84;

/**
 * The runs of a span of months, newest first, one per calendar month: a run may not cross one. The current month ends
 * yesterday, because an end in the future is refused (ftk#988) and whether today passes is not established.
 */
export function monthlyPeriods(from: string, to: string, now: number): readonly RunPeriod[] {
  const periods: RunPeriod[] = [];
  const yesterday = startOfDay(now) - day;
  for (let month = monthStart(to); month >= monthStart(from); month = addMonths(month, -1)) {
    if (month > yesterday) continue;
    const last = Math.min(addMonths(month, 1) - day, yesterday);
    periods.push({ from: format(month), to: format(last) });
  }
  return periods;
}

/** The month of a moment, as `2026-03`. */
export function monthOf(moment: number): string {
  return new Date(moment).toISOString().slice(0, 7);
}

/** How many months lie between a month and now. */
export function monthsAgo(month: string, now: number): number {
  const [then, today] = [new Date(monthStart(month)), new Date(now)];
  return (today.getUTCFullYear() - then.getUTCFullYear()) * 12 + today.getUTCMonth() - then.getUTCMonth();
}

const day = 86_400_000;

function startOfDay(moment: number): number {
  return Math.floor(moment / day) * day;
}

function monthStart(month: string): number {
  return Date.parse(`${month}-01T00:00:00Z`);
}

function addMonths(moment: number, months: number): number {
  const date = new Date(moment);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1);
}
