/** Runs for programs and for the command line. */
import { newestApiVersion } from "../cost-management/api-versions";
import { duration } from "../cost-management/dates";
import { monthOf, parseRuns, type Run } from "../cost-management/runs";
import { exportId, parseExportId } from "../cost-management/wire";
import { createContext } from "../dynamic/context";
import { ResourceError } from "../resources/errors";
import { withCure } from "../resources/explain";
import { MissingFilesError, StorageError } from "../resources/blob-storage";
import { filesOf, readDelivered, type RunFiles } from "../resources/delivered";
import { addressOf } from "../resources/export-reader";
import type { ResourceContext } from "../resources/resource";
import { checkedScope, checkedVersion } from "./exports";

const timeout = duration("5m") ?? 0;

export interface RunLookup {
  /** The id of the export; or scope and exportName. */
  readonly exportId?: string;
  readonly scope?: string;
  readonly exportName?: string;
  readonly apiVersion?: string;
  /** Whether to tell who started runs: the e-mail address of a person. Default false. */
  readonly submittedBy?: boolean;
}

/** The runs of an export that the service still knows, newest first. */
export async function readRunHistory(
  lookup: RunLookup,
  config?: (key: string) => string | undefined,
  context: ResourceContext = createContext(config),
): Promise<readonly Run[]> {
  const id = idOf(lookup);
  const { scope, exportName } = addressOf(id);
  const path = `${scope}/providers/Microsoft.CostManagement/exports/${exportName}/runHistory`;
  const apiVersion = checkedVersion(lookup.apiVersion);
  const deadline = context.clock.now() + timeout;
  try {
    const response = await context.arm.send({ method: "GET", path, apiVersion, operation: "read", scope, deadline });
    if (response.status === 404) {
      const hidden = apiVersion === newestApiVersion ? "" : `, or it is hidden from api-version ${apiVersion}`;
      throw new ResourceError(
        "NotFound",
        `There is no export ${id}${hidden}. Look at its spelling, and at your rights.`,
      );
    }
    const runs = parseRuns(response.body);
    return lookup.submittedBy === true ? runs : runs.map(({ submittedBy, ...run }) => run);
  } catch (error) {
    throw withCure(`Cannot read the runs of ${id}`, error);
  }
}

/**
 * The newest run whose data are there and hold rows, by the history and, where the caller may read them, by the manifests;
 * undefined when there is none. `files: false` goes by the history alone.
 */
export async function readLatestRun(
  lookup: RunLookup & { readonly files?: boolean },
  config?: (key: string) => string | undefined,
  context: ResourceContext = createContext(config),
): Promise<(Run & Partial<RunFiles>) | undefined> {
  const { files = true, ...address } = lookup;
  for (const run of await readRunHistory(address, config, context)) {
    if (run.outcome !== "succeeded") continue;
    if (!files) return run;
    try {
      const { delivered } = await readDelivered(run, context, context.clock.now() + timeout);
      if (delivered.manifest?.empty !== true) return { ...run, ...filesOf(delivered) };
    } catch (error) {
      // Who may not read the files goes by the history, which is right but for what was deleted since.
      if (error instanceof MissingFilesError) continue;
      if (!(error instanceof StorageError)) throw error;
      return run;
    }
  }
  return undefined;
}

/** `missing`: a month without a run between others. */
export interface MonthState {
  readonly month: string;
  readonly outcome: Run["outcome"] | "missing";
  readonly run?: Run;
}

/** How each month of a history stands, newest first: by its newest run. */
export function historyOf(runs: readonly Run[]): readonly MonthState[] {
  const known = monthsOf(runs);
  const months: MonthState[] = [];
  for (const state of known) {
    let previous = months.at(-1)?.month;
    while (previous !== undefined && monthBefore(previous) > state.month) {
      previous = monthBefore(previous);
      months.push({ month: previous, outcome: "missing" });
    }
    months.push(state);
  }
  return months;
}

function monthBefore(month: string): string {
  const date = new Date(`${month}-01T00:00:00Z`);
  date.setUTCMonth(date.getUTCMonth() - 1);
  return date.toISOString().slice(0, 7);
}

/** The months that have a run, newest first, each with its newest one. */
export function monthsOf(
  runs: readonly Run[],
): readonly { readonly month: string; readonly outcome: Run["outcome"]; readonly run: Run }[] {
  const months = new Map<string, Run>();
  for (const run of runs) {
    const day = run.startDate ?? run.submittedTime;
    const month = day === undefined ? undefined : monthOf(Date.parse(day));
    if (month !== undefined && !months.has(month)) months.set(month, run);
  }
  return [...months]
    .map(([month, run]) => ({ month, outcome: run.outcome, run }))
    .sort((a, b) => b.month.localeCompare(a.month));
}

export function idOf({ exportId: id, scope, exportName }: RunLookup): string {
  if (id !== undefined) {
    const address = parseExportId(id);
    if (address === undefined) addressOf(id);
    return address === undefined ? id : exportId(address.scope, address.exportName);
  }
  if (scope === undefined || exportName === undefined) throw new Error("Set exportId, or scope and exportName.");
  return exportId(checkedScope(scope), exportName);
}
