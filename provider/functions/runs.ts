/** Runs for programs and for the command line. */
import { newestApiVersion } from "../cost-management/api-versions";
import { duration } from "../cost-management/dates";
import { monthOf, parseRuns, type Run } from "../cost-management/runs";
import { exportId, parseExportId } from "../cost-management/wire";
import { createContext } from "../dynamic/context";
import { ResourceError } from "../resources/errors";
import { withCure } from "../resources/explain";
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

/** The newest run that delivered data; undefined when none did. */
export async function readLatestRun(
  lookup: RunLookup,
  config?: (key: string) => string | undefined,
  context: ResourceContext = createContext(config),
): Promise<Run | undefined> {
  return (await readRunHistory(lookup, config, context)).find(({ outcome }) => outcome === "succeeded");
}

/** How each month of a history stands, newest first: by its newest run. */
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
