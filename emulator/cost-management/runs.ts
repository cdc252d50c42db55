/**
 * The life of a run as a pure state machine: Queued, InProgress, then one of the ends. Nothing ticks: a run's state is
 * computed from its submit time and the clock whenever someone looks. What writes the files ("delivery") takes jobs from
 * the part and reports how each ended; without a delivery, a run ends by itself when its time has passed.
 */
import { sameText } from "./choices";
import { addDays, compactDay, compactMinute, lastDayOfMonth, parseInstant, startOfDay, startOfMonth } from "./dates";
import type { ExportSettings } from "./members";
import { exportId } from "./state";
import type { RunEnd, StoredExport, StoredRun } from "./state";
import { generationOf } from "./versions";

/** How long runs take, in milliseconds on the emulator's clock. */
export interface RunTimes {
  /** From the call to InProgress. */
  readonly queuedMs: number;
  /** From InProgress to the end. */
  readonly processingMs: number;
}

/** A quarter of an hour in all: the lower end of what clients plan with (15 to 30 minutes, observed in shipped clients). */
export const defaultRunTimes: RunTimes = { queuedMs: 60_000, processingMs: 14 * 60_000 };

export interface RunState {
  readonly status: "Queued" | "InProgress" | RunEnd["status"];
  readonly processingStart: number | undefined;
  readonly processingEnd: number | undefined;
}

export function runStateAt({ submitted, end }: StoredRun, now: number, { queuedMs }: RunTimes): RunState {
  const started = submitted + queuedMs;
  if (end !== undefined)
    return { status: end.status, processingStart: Math.min(started, end.at), processingEnd: end.at };
  return now < started
    ? { status: "Queued", processingStart: undefined, processingEnd: undefined }
    : { status: "InProgress", processingStart: started, processingEnd: undefined };
}

/** The moment at which a run ends by itself. */
export const runDueAt = ({ submitted }: StoredRun, { queuedMs, processingMs }: RunTimes): number =>
  submitted + queuedMs + processingMs;

export interface NewRun {
  readonly id: string;
  readonly executionType: StoredRun["executionType"];
  readonly submittedBy: string;
  readonly now: number;
  readonly settings: ExportSettings;
  /** From the body of `run`: overrides the definition for this run only. */
  readonly period?: { readonly from: string; readonly to: string };
  /** Another data window than that of the time frame, which stays as it is. */
  readonly window?: { readonly from: number; readonly to: number };
}

export function newRun({ id, executionType, submittedBy, now, settings, period, window }: NewRun): StoredRun {
  // The published history of 2025-03-01 shows a run with dates as Custom with that period.
  const effective: ExportSettings =
    period === undefined
      ? settings
      : { ...settings, definition: { ...settings.definition, timeframe: "Custom", timePeriod: period } };
  return {
    id,
    executionType,
    submittedBy,
    submitted: now,
    ...(window ?? dataWindow(effective, now)),
    oneTime: sameText(effective.definition?.timeframe, "Custom"),
    settings: effective,
  };
}

/** First and last day of the data that a run started now delivers. */
function dataWindow({ definition }: ExportSettings, now: number): { readonly from: number; readonly to: number } {
  const today = startOfDay(now);
  const window = windows[(definition?.timeframe ?? "").toLowerCase()];
  if (window !== undefined) return window(today);
  const from = parseInstant(definition?.timePeriod?.from ?? "")?.at ?? today;
  const to = parseInstant(definition?.timePeriod?.to ?? "")?.at ?? from;
  return { from: startOfDay(from), to: startOfDay(to) };
}

const monthToDate = (today: number): { from: number; to: number } => ({ from: startOfMonth(today), to: today });
const lastMonth = (today: number): { from: number; to: number } => ({
  from: startOfMonth(today, -1),
  to: addDays(startOfMonth(today), -1),
});

/** Billing months are taken for calendar months (assumed). Weeks begin on Sunday, as the published file names show. */
const windows: Readonly<Record<string, (today: number) => { readonly from: number; readonly to: number }>> = {
  monthtodate: monthToDate,
  billingmonthtodate: monthToDate,
  thelastmonth: lastMonth,
  thelastbillingmonth: lastMonth,
  thecurrentmonth: (today) => ({ from: startOfMonth(today), to: lastDayOfMonth(today) }),
  weektodate: (today) => ({ from: addDays(today, -new Date(today).getUTCDay()), to: today }),
  thelast7days: (today) => ({ from: addDays(today, -7), to: addDays(today, -1) }),
};

export interface RunPaths {
  /** Where the run's files lie, from the container's root; without a trailing slash. */
  readonly folder: string;
  /** The n-th data file, counted from one, from the container's root. */
  readonly part: (n: number) => string;
  /** Undefined where the layout has no manifest: old, not partitioned. */
  readonly manifest: string | undefined;
}

/** The layout follows the generation that created the export (documented; file names observed in consumers' buckets). */
export function runPaths({
  name,
  createdWith,
  run,
}: {
  name: string;
  createdWith: "old" | "new";
  run: StoredRun;
}): RunPaths {
  const { settings } = run;
  const root = (settings.deliveryInfo?.destination?.rootFolderPath ?? "").replace(/^\/+|\/+$/g, "");
  const range = `${root === "" ? "" : `${root}/`}${name}/${rangeName(run)}`;
  if (createdWith === "old" && settings.partitionData !== true) {
    return { folder: range, part: () => `${range}/${name}_${run.id}.csv`, manifest: undefined };
  }
  const overwrites = createdWith === "new" && sameText(settings.dataOverwriteBehavior, "OverwritePreviousReport");
  const folder = `${range}/${overwrites ? "" : `${compactMinute(run.submitted)}/`}${run.id}`;
  return createdWith === "old"
    ? { folder, part: (n) => `${folder}/${String(n).padStart(6, "0")}.csv`, manifest: `${folder}/_manifest.json` }
    : {
        folder,
        part: (n) => `${folder}/part_0_${String(n).padStart(4, "0")}.${extension(settings)}`,
        manifest: `${folder}/manifest.json`,
      };
}

/** The whole calendar month (observed: also for MonthToDate), the week of weekly data, or the dates that were asked for. */
function rangeName({ from, to, oneTime, settings }: StoredRun): string {
  const timeframe = settings.definition?.timeframe;
  if (oneTime || sameText(timeframe, "TheLast7Days")) return `${compactDay(from)}-${compactDay(to)}`;
  if (sameText(timeframe, "WeekToDate")) return `${compactDay(from)}-${compactDay(addDays(from, 6))}`;
  return `${compactDay(startOfMonth(from))}-${compactDay(lastDayOfMonth(from))}`;
}

function extension({ format, compressionMode }: ExportSettings): string {
  if (sameText(format, "Parquet")) return sameText(compressionMode, "snappy") ? "snappy.parquet" : "parquet";
  return sameText(compressionMode, "gzip") ? "csv.gz" : "csv";
}

/** What a delivery needs to know to write a run's files. */
export interface RunJob {
  /** The export's id, without a leading slash. */
  readonly exportId: string;
  /** The export's scope, with a leading slash. */
  readonly scope: string;
  /** The export's name. */
  readonly exportName: string;
  /** The api-version that created the export: the layout of files follows it. */
  readonly createdWith: string;
  /** The api-version that last wrote the export. */
  readonly writtenWith: string;
  /** The token in clear, where the destination is by token. */
  readonly sasToken?: string;
  /** The run: its days, and the settings in effect. */
  readonly run: StoredRun;
  /** Where its files belong. */
  readonly paths: RunPaths;
}

export function jobOf(stored: StoredExport, run: StoredRun): RunJob {
  const { scope, name, createdWith, writtenWith, sasToken } = stored;
  return {
    exportId: exportId(stored),
    scope,
    exportName: name,
    createdWith,
    writtenWith,
    ...(sasToken === undefined ? {} : { sasToken }),
    run,
    paths: runPaths({ name, createdWith: generationOf(createdWith), run }),
  };
}

/** The history keeps this many, and what has not ended; the live number is not on record, ten and more were seen. */
const keptRuns = 100;

/** The stored export with further runs. */
export function withNewRuns(stored: StoredExport, started: readonly StoredRun[]): StoredExport {
  const runs = [...stored.runs, ...started];
  const forgotten = runs.length - keptRuns;
  return { ...stored, runs: runs.filter(({ end }, index) => index >= forgotten || end === undefined) };
}

/** What a run takes from its export: everything but when and whether. */
export function settingsOf({ properties }: StoredExport): ExportSettings {
  const { schedule: _schedule, systemSuspensionContext: _context, ...settings } = properties;
  return settings;
}

/** The stored export with one of its runs replaced. */
export function withRun(stored: StoredExport, run: StoredRun): StoredExport {
  return withNewRuns({ ...stored, runs: stored.runs.map((one) => (one.id === run.id ? run : one)) }, []);
}
