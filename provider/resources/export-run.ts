/**
 * The ExportRun resource: one run of an export, or one per month of a backfill. The service gives no run id, so a run is
 * found in the history by what was there before. What was started is remembered at each step that ends, and looked for
 * where the memory was lost, so that nothing is started twice.
 */
import { ArmResponseError, OutcomeUnknownError } from "../arm/errors";
import { redact } from "../arm/redact";
import { newestApiVersion, type ApiVersion } from "../cost-management/api-versions";
import { duration, format, instant } from "../cost-management/dates";
import { offeredVersions, versionOf, type Problem } from "../cost-management/parse";
import {
  coversPeriod,
  monthForm,
  monthlyPeriods,
  monthsAgo,
  parseRuns,
  reachMonths,
  type Run,
  type RunPeriod,
} from "../cost-management/runs";
import { parseScope } from "../cost-management/scopes";
import { didYouMean, listOf } from "../cost-management/spelling";
import { containsUnknown, isRecord, isUnknown } from "../cost-management/unknown";
import { exportId, parseExportId } from "../cost-management/wire";
import { withCure } from "./explain";
import { ResourceError, UnfinishedError } from "./errors";
import { addressOf } from "./export-reader";
import { journalKey } from "./run-journal";
import { pick, text } from "./plain";
import type { CheckResult, DiffResult, PlainObject, Resource, ResourceContext } from "./resource";

/** What state keeps of one run. */
export interface RunRecord extends Partial<Omit<Run, "outcome" | "status">> {
  /** Days of the data; absent for a run of the export's own definition. */
  readonly period?: RunPeriod;
  readonly status: string;
  readonly outcome: Run["outcome"] | "pending";
  /** What was delivered, from the manifest, where it could be read. */
  readonly manifestUrl?: string;
  readonly blobUrls?: readonly string[];
  readonly byteCount?: number;
  readonly rowCount?: number;
}

/** How long a run that was asked for may take to show in the history. */
const appearsWithin = 120_000;

export const exportRunResource: Resource = {
  check,
  diff,
  async create(inputs, context) {
    const id = `${idOf(inputs)}/runs`;
    return { id, state: await work(id, inputs, undefined, context) };
  },
  async update(id, state, inputs, context) {
    return { state: await work(id, inputs, state, context) };
  },
  async read(id, state, context) {
    if (state === undefined) throw new ResourceError("NotFound", `${id}: runs cannot be looked up; use getRunHistory.`);
    return { state: await refreshed(state, context), inputs: pick(state, inputKeys) };
  },
  // What ran, ran: there is nothing to delete, but a later create shall run anew.
  delete: (_id, state, context) => {
    for (const record of recordsOf(state)) context.journal.remove(keyOf(state, record));
    return Promise.resolve();
  },
};

const inputKeys = [
  "exportId",
  "scope",
  "exportName",
  "timePeriod",
  "months",
  "triggers",
  "wait",
  "manifests",
  "apiVersion",
  "timeouts",
] as const;

function check(_previous: PlainObject | undefined, inputs: PlainObject, now: number): CheckResult {
  const problems: Problem[] = [];
  const refuse = (property: string, reason: string): void =>
    void problems.push({ property, reason, severity: "refuse" });
  for (const key of Object.keys(inputs)) {
    if ((inputKeys as readonly string[]).includes(key)) continue;
    const near = didYouMean(key, inputKeys);
    refuse(
      key,
      `${key} is not a property of an ExportRun.${near === undefined ? ` It has ${listOf(inputKeys)}.` : ` Did you mean ${near}?`}`,
    );
  }
  checkAddress(inputs, refuse);
  checkPeriods(inputs, now, refuse);
  for (const key of ["wait", "manifests"]) {
    if (inputs[key] !== undefined && !isUnknown(inputs[key]) && typeof inputs[key] !== "boolean")
      refuse(key, `${key} must be true or false.`);
  }
  const { apiVersion } = inputs;
  if (typeof apiVersion === "string" && !(offeredVersions as readonly string[]).includes(apiVersion)) {
    refuse("apiVersion", `apiVersion "${apiVersion}" is not supported. Supported: ${listOf(offeredVersions)}.`);
  }
  const timeouts = isRecord(inputs["timeouts"]) ? inputs["timeouts"] : {};
  for (const [key, value] of Object.entries(timeouts)) {
    if (typeof value === "string" && duration(value) === undefined)
      refuse(
        `timeouts.${key}`,
        `timeouts.${key} is "${value}", which is no duration. Write it as 90s, 30m, 1h30m or 2d.`,
      );
  }
  return { inputs: pick(inputs, inputKeys), failures: problems, warnings: [] };
}

type Refuse = (property: string, reason: string) => void;

function checkAddress(inputs: PlainObject, refuse: Refuse): void {
  const { exportId: id, scope, exportName } = inputs;
  if (isUnknown(id) || (id === undefined && (isUnknown(scope) || isUnknown(exportName)))) return;
  if (id !== undefined && (scope !== undefined || exportName !== undefined)) {
    refuse("exportId", "Set exportId, or scope and exportName, not both.");
    return;
  }
  if (id !== undefined) {
    if (typeof id !== "string" || parseExportId(id) === undefined)
      refuse(
        "exportId",
        `exportId ${JSON.stringify(id)} is no id of an export. Use the id of an Export, such as myExport.id.`,
      );
    return;
  }
  if (scope === undefined && exportName === undefined) {
    refuse("exportId", "exportId is missing. Set it to the id of an Export, or set scope and exportName.");
    return;
  }
  if (typeof scope !== "string" || parseScope(scope) === undefined)
    refuse(
      "scope",
      `scope ${JSON.stringify(scope ?? null)} is none of the nine forms at which exports exist, such as /subscriptions/{subscriptionId}.`,
    );
  if (typeof exportName !== "string" || exportName === "")
    refuse("exportName", "exportName is missing. Set the name of the export that is run.");
}

function checkPeriods(inputs: PlainObject, now: number, refuse: Refuse): void {
  const { timePeriod, months, wait } = inputs;
  if (timePeriod !== undefined && months !== undefined) {
    refuse("months", "Set timePeriod for one run, or months for a backfill, not both.");
    return;
  }
  if (timePeriod !== undefined && !containsUnknown(timePeriod)) {
    const [from, to] = ["from", "to"].map((key) =>
      isRecord(timePeriod) ? instant(String(timePeriod[key])) : undefined,
    );
    if (from === undefined || to === undefined) {
      refuse("timePeriod", "timePeriod needs from and to, as ISO 8601 dates.");
      return;
    }
    if (to < from) refuse("timePeriod.to", "timePeriod ends before it starts. Exchange the two.");
    if (format(from).slice(0, 7) !== format(to).slice(0, 7)) {
      refuse(
        "timePeriod.to",
        `timePeriod crosses a month; the service takes days of one calendar month. For several months set months: { from: "${format(from).slice(0, 7)}", to: "${format(to).slice(0, 7)}" }.`,
      );
    }
    if (to > now)
      refuse("timePeriod.to", "timePeriod ends in the future: the service refuses it. End it yesterday at the latest.");
  }
  if (months === undefined || containsUnknown(months)) return;
  const monthAt = (key: string): string => (isRecord(months) && typeof months[key] === "string" ? months[key] : "");
  const [from, to] = [monthAt("from"), monthAt("to")];
  for (const [key, month] of [
    ["from", from],
    ["to", to],
  ] as const) {
    if (!monthForm.test(month))
      refuse(`months.${key}`, `months.${key} is ${JSON.stringify(month)}; write the month as 2026-03.`);
  }
  if (!monthForm.test(from) || !monthForm.test(to)) return;
  if (to < from) refuse("months.to", "months.to is before months.from. Exchange the two.");
  if (monthsAgo(from, now) > reachMonths)
    refuse(
      "months.from",
      `months.from is more than ${reachMonths} months ago: the service has no older data. Start later.`,
    );
  if (monthlyPeriods(from, to, now).length === 0) refuse("months.from", "months holds no day before today.");
  if (wait === false && from !== to)
    refuse(
      "wait",
      "A backfill of several months waits for each run, because an export runs once at a time. Leave wait out.",
    );
}

function diff(_id: string, state: PlainObject, inputs: PlainObject): DiffResult {
  const moved =
    isUnknown(inputs["exportId"]) ||
    isUnknown(inputs["scope"]) ||
    isUnknown(inputs["exportName"]) ||
    idOf(state).toLowerCase() !== idOf(inputs).toLowerCase();
  const replaces = moved ? [inputs["exportId"] === undefined ? "exportName" : "exportId"] : [];
  const changed = (["timePeriod", "months", "triggers"] as const).some(
    (key) => text(state[key]) !== text(inputs[key]) || containsUnknown(inputs[key]),
  );
  return { changes: moved || changed || state["unfinished"] !== undefined, replaces, deleteBeforeReplace: moved };
}

function idOf(inputs: PlainObject): string {
  const { exportId: id, scope, exportName } = inputs;
  const address = typeof id === "string" ? parseExportId(id) : undefined;
  if (address !== undefined) return exportId(address.scope, address.exportName);
  return typeof scope === "string" && typeof exportName === "string" ? exportId(scope, exportName) : "";
}

interface Work {
  readonly exportId: string;
  readonly version: ApiVersion;
  readonly deadline: number;
  readonly wait: boolean;
  readonly inputs: PlainObject;
}

/** What identifies a run for its program. */
function keyOf(inputs: PlainObject, record: RunRecord): string {
  return journalKey(idOf(inputs).toLowerCase(), record.period ?? null, inputs["triggers"] ?? null);
}

/** Starts what is due, finds it, waits for it; records what was reached where it ends early. */
async function work(
  id: string,
  inputs: PlainObject,
  before: PlainObject | undefined,
  context: ResourceContext,
): Promise<PlainObject> {
  const now = context.clock.now();
  const sameTriggers = before !== undefined && text(before["triggers"]) === text(inputs["triggers"]);
  const earlier = before === undefined ? [] : recordsOf(before);
  const timeouts = isRecord(inputs["timeouts"]) ? inputs["timeouts"] : {};
  const limit = timeouts[before === undefined ? "create" : "update"];
  const records = plan(inputs, now).map((planned): RunRecord => {
    const done = earlier.find((record) => text(record.period) === text(planned.period));
    return done !== undefined && sameTriggers && done.outcome !== "failed" ? done : planned;
  });
  const job: Work = {
    exportId: idOf(inputs),
    version: versionOf(inputs),
    deadline: now + (duration(typeof limit === "string" ? limit : "") ?? defaultLimit(records.length)),
    wait: inputs["wait"] !== false,
    inputs,
  };
  const state = (): PlainObject => ({ ...pick(inputs, inputKeys), runs: [...records], ...totals(records) });
  try {
    for (const [index, record] of records.entries()) {
      if (record.outcome === "succeeded" || record.outcome === "empty") continue;
      const told = records.length > 1 ? `run ${index + 1} of ${records.length}` : "run";
      records[index] = await carryOut(job, record, context, (latest) => (records[index] = latest), told);
    }
  } catch (error) {
    const cause = withCure(`Cannot run the export ${job.exportId}`, error);
    const begun = records.some(({ outcome }) => outcome !== "pending");
    if (!begun && before === undefined) throw cause;
    throw unfinished(id, state(), [cause instanceof Error ? cause.message : String(cause)], error);
  }
  const failed = records.filter(({ outcome }) => outcome === "failed");
  if (failed.length > 0)
    throw unfinished(
      id,
      state(),
      failed.map((record) => failureText(job.exportId, record)),
      undefined,
    );
  return state();
}

function unfinished(id: string, state: PlainObject, reasons: readonly string[], cause: unknown): UnfinishedError {
  return new UnfinishedError(
    id,
    { ...state, unfinished: { operation: "run" } },
    [
      ...reasons,
      'Run "pulumi up" again: what succeeded is kept, what runs is waited for, and only the rest is started.',
    ],
    { cause },
  );
}

function failureText(id: string, { period, status, error, runId }: RunRecord): string {
  const days = period === undefined ? "" : ` for ${period.from.slice(0, 10)} to ${period.to.slice(0, 10)}`;
  return `The run${days} of ${id} ended as ${status}${error?.message === undefined ? "" : `: ${error.message}`} (run ${runId ?? "unknown"}).`;
}

/** An hour for each run and one more: runs take a quarter of an hour to an hour (shipped clients plan with it). */
function defaultLimit(runs: number): number {
  return (runs + 1) * 60 * 60_000;
}

function plan(inputs: PlainObject, now: number): RunRecord[] {
  const { timePeriod, months } = inputs;
  const pending = { status: "NotStarted", outcome: "pending" } as const;
  if (isRecord(months))
    return monthlyPeriods(String(months["from"]), String(months["to"]), now).map((period) => ({ period, ...pending }));
  if (isRecord(timePeriod))
    return [{ period: { from: String(timePeriod["from"]), to: String(timePeriod["to"]) }, ...pending }];
  return [pending];
}

type Remember = (record: RunRecord) => void;

/** One run from wherever it stands to its end. */
async function carryOut(
  job: Work,
  record: RunRecord,
  context: ResourceContext,
  remember: Remember,
  told: string,
): Promise<RunRecord> {
  const run = (await resume(job, record, context)) ?? (await start(job, record, context));
  remember(recordOf(record, run));
  return job.wait ? await ended(job, record, run, context, remember, told) : recordOf(record, run);
}

/**
 * The run that was started before, as the state tells, or the note that a killed process of ours left. The history keeps the
 * last ten: of an older one only the note knows how it ended.
 */
async function resume(job: Work, record: RunRecord, context: ResourceContext): Promise<Run | undefined> {
  const note = await context.journal.claim(keyOf(job.inputs, record));
  if (note?.ended !== undefined) return note.ended;
  const handle = record.runId ?? note?.handle;
  if (handle === undefined && note === undefined) return undefined;
  const history = await runHistory(job, context);
  return handle === undefined
    ? fresh(history, new Set(note?.seen), record).at(-1)
    : history.find(({ runId }) => runId === handle);
}

/** Runs on demand of the same days that were not there before, newest first. */
function fresh(history: readonly Run[], seen: ReadonlySet<string>, record: RunRecord): readonly Run[] {
  return history.filter(
    (run) => !seen.has(run.runId) && run.executionType !== "Scheduled" && coversPeriod(run, record.period),
  );
}

/** Starts a run and finds it: the earliest in the history that was not there before. */
async function start(job: Work, record: RunRecord, context: ResourceContext): Promise<Run> {
  const key = keyOf(job.inputs, record);
  for (let attempt = 1; ; attempt++) {
    const seen = (await runHistory(job, context)).map(({ runId }) => runId);
    await context.assertEngine();
    const startedAt = context.clock.now();
    context.journal.write(key, { startedAt, seen });
    try {
      await postRun(job, record, context);
    } catch (error) {
      // Nothing was started, so there is nothing to look for later.
      if (!(error instanceof OutcomeUnknownError)) context.journal.remove(key);
      if (isBusy(error)) {
        // Somebody else's run: ours comes after it, and must not be taken for it.
        await wait(job, attempt, context, error);
        continue;
      }
      if (!(error instanceof OutcomeUnknownError)) throw error;
    }
    const found = await appeared(job, record, new Set(seen), context);
    if (found !== undefined) {
      context.journal.write(key, { startedAt, seen, handle: found.runId });
      return found;
    }
    // Nothing showed for two minutes, so it did not start; should it all the same, the next attempt hears "in progress".
    if (context.clock.now() >= job.deadline) {
      throw new ResourceError("Refused", `The run of ${job.exportId} was accepted, but does not show in its history.`);
    }
  }
}

async function appeared(
  job: Work,
  record: RunRecord,
  seen: ReadonlySet<string>,
  context: ResourceContext,
): Promise<Run | undefined> {
  const until = Math.min(job.deadline, context.clock.now() + appearsWithin);
  for (let attempt = 1; ; attempt++) {
    // Newest first: the last one is the earliest, and ours; another program's run can only have followed it.
    const ours = fresh(await runHistory(job, context), seen, record).at(-1);
    if (ours !== undefined || context.clock.now() >= until) return ours;
    await context.clock.sleep(context.waitUnit * Math.min(3, 0.2 * 2 ** (attempt - 1)));
  }
}

function isBusy(error: unknown): boolean {
  return (
    error instanceof ArmResponseError &&
    error.status === 409 &&
    /in progress|conflict/i.test(`${error.code} ${error.message}`)
  );
}

async function postRun(job: Work, record: RunRecord, context: ResourceContext): Promise<void> {
  const { scope, exportName } = addressOf(job.exportId);
  const response = await context.arm.send({
    method: "POST",
    path: `${scope}/providers/Microsoft.CostManagement/exports/${exportName}/run`,
    apiVersion: job.version,
    // A body of {} would mean "selected dates" with none selected (ftk#1370): a plain run has no body at all.
    ...(record.period === undefined ? {} : { body: { timePeriod: record.period } }),
    operation: "run",
    scope,
    deadline: job.deadline,
  });
  if (response.status === 404) {
    throw new ResourceError(
      "NotFound",
      `There is no export ${job.exportId} to run${job.version === newestApiVersion ? "" : ` in the sight of api-version ${job.version}; newer exports are hidden from it`}. Run it after it is created: pass exportId: myExport.id.`,
    );
  }
}

async function ended(
  job: Work,
  record: RunRecord,
  begun: Run,
  context: ResourceContext,
  remember: Remember,
  told: string,
): Promise<RunRecord> {
  const days =
    record.period === undefined ? "" : ` (${record.period.from.slice(0, 10)} to ${record.period.to.slice(0, 10)})`;
  const key = keyOf(job.inputs, record);
  let run = begun;
  let last = "";
  for (let attempt = 1; ; attempt++) {
    const latest = recordOf(record, run);
    remember(latest);
    if (run.status !== last) context.progress(`${addressOf(job.exportId).exportName}: ${told}${days}: ${run.status}`);
    last = run.status;
    if (run.outcome !== "running") {
      // A failed run is started anew by the next deployment; any other end is remembered until the engine has recorded it.
      if (run.outcome === "failed") context.journal.remove(key);
      else context.journal.write(key, { startedAt: context.clock.now(), seen: [], ended: withoutPerson(run) });
      return run.outcome === "succeeded" && job.inputs["manifests"] !== false
        ? { ...latest, ...(await filesTold(run, job, context)) }
        : latest;
    }
    await wait(
      job,
      attempt,
      context,
      new ResourceError(
        "StillRunning",
        `${told}${days} of ${job.exportId} still is ${last} after the time that timeouts allow (run ${run.runId}).`,
      ),
    );
    run = (await runHistory(job, context)).find(({ runId }) => runId === run.runId) ?? run;
  }
}

/**
 * What a successful run delivered. Who may run an export need not have the right to read its files: then the run counts all
 * the same, and that is said.
 */
async function filesTold(run: Run, job: Work, context: ResourceContext): Promise<Partial<RunRecord>> {
  // Loaded by the first run that ends: nothing else in the provider process reads storage.
  const [{ filesOf, readDelivered }, { NoStorageError }] = await Promise.all([
    import("./delivered.js"),
    import("./blob-storage.js"),
  ]);
  try {
    return filesOf((await readDelivered(run, context, job.deadline)).delivered);
  } catch (error) {
    if (error instanceof NoStorageError) return {};
    const reason = error instanceof Error ? error.message : String(error);
    context.progress(
      `The files of run ${run.runId} are not told: ${redact(reason)}\nTo run without looking at files, set manifests to false.`,
    );
    return {};
  }
}

/** Fifteen seconds at first, half a minute later: runs take a quarter of an hour against Azure. */
async function wait(job: Work, attempt: number, context: ResourceContext, error: unknown): Promise<void> {
  const pause = context.waitUnit * Math.min(6, 3 * 1.5 ** (attempt - 1));
  if (context.clock.now() + pause >= job.deadline) throw error;
  await context.clock.sleep(pause);
}

async function runHistory(
  job: Pick<Work, "exportId" | "version" | "deadline">,
  context: ResourceContext,
): Promise<readonly Run[]> {
  const { scope, exportName } = addressOf(job.exportId);
  const path = `${scope}/providers/Microsoft.CostManagement/exports/${exportName}/runHistory`;
  const response = await context.arm.send({
    method: "GET",
    path,
    apiVersion: job.version,
    operation: "poll",
    scope,
    deadline: job.deadline,
  });
  return response.status === 404 ? [] : parseRuns(response.body);
}

/** What state keeps of a run. */
function recordOf(record: RunRecord, run: Run | undefined): RunRecord {
  if (run === undefined) return record;
  return { ...(record.period === undefined ? {} : { period: record.period }), ...withoutPerson(run) };
}

/** Who started a run is a person's address: neither the state nor a note keeps it. */
function withoutPerson({ submittedBy, ...rest }: Run): Run {
  return rest;
}

function recordsOf(state: PlainObject): readonly RunRecord[] {
  return Array.isArray(state["runs"]) ? (state["runs"] as readonly RunRecord[]) : [];
}

function totals(records: readonly RunRecord[]): PlainObject {
  const count = (outcome: RunRecord["outcome"]): number =>
    records.filter((record) => record.outcome === outcome).length;
  return { succeeded: count("succeeded"), empty: count("empty"), failed: count("failed") };
}

/** A refresh brings the runs that were not waited for up to date. */
async function refreshed(state: PlainObject, context: ResourceContext): Promise<PlainObject> {
  const records = recordsOf(state);
  if (records.every(({ outcome }) => outcome !== "running")) return state;
  const job = { exportId: idOf(state), version: versionOf(state), deadline: context.clock.now() + 5 * 60_000 };
  const history = await runHistory(job, context);
  const runs = records.map((record) =>
    recordOf(
      record,
      history.find(({ runId }) => runId === record.runId),
    ),
  );
  return { ...state, runs, ...totals(runs) };
}
