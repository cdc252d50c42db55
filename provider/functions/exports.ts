/** Reads of exports for programs, outside the engine's life cycle. The sdk loads this file on the first call. */
import { isRecord } from "../cost-management/unknown";
import { parseScope } from "../cost-management/scopes";
import { newestApiVersion } from "../cost-management/api-versions";
import { offeredVersions, versionOf } from "../cost-management/parse";
import { didYouMean, listOf } from "../cost-management/spelling";
import { duration } from "../cost-management/dates";
import { exportId, type LiveExport } from "../cost-management/wire";
import { createContext } from "../dynamic/context";
import { toEngine } from "../dynamic/adapter";
import { programOfLive, stateOf } from "../resources/export-state";
import type { ResourceContext } from "../resources/resource";

const timeout = duration("5m") ?? 0;

export interface Lookup {
  readonly scope: string;
  readonly exportName: string;
  readonly apiVersion?: string;
}

type ReadConfig = (key: string) => string | undefined;

/** One export, as plain data; fails when it does not exist. */
export async function readExport(
  lookup: Lookup,
  config?: ReadConfig,
  context = createContext(config),
): Promise<Record<string, unknown>> {
  const version = checkedVersion(lookup.apiVersion);
  const id = exportId(checkedScope(lookup.scope), lookup.exportName);
  const live = await context.reader.get(id, version, context.clock.now() + timeout);
  if (live !== undefined) return describe(id, live, version);
  const hidden =
    version !== newestApiVersion &&
    (await context.reader.get(id, newestApiVersion, context.clock.now() + timeout)) !== undefined;
  throw new Error(
    hidden
      ? `The export ${id} was written with a newer api-version and is hidden from ${version}. Set apiVersion to ${newestApiVersion}.`
      : `There is no export ${id}. Look at its spelling, at the subscription, and at your rights.`,
  );
}

/** All exports of a scope (not of the scopes below it: the service lists none of these). */
export async function readExports(
  lookup: { readonly scope: string; readonly apiVersion?: string },
  config?: ReadConfig,
  context: ResourceContext = createContext(config),
): Promise<readonly Record<string, unknown>[]> {
  const version = checkedVersion(lookup.apiVersion);
  const scope = checkedScope(lookup.scope);
  const found = await context.reader.list(scope, version, context.clock.now() + timeout);
  return found.flatMap((live) =>
    live.name === undefined ? [] : [describe(exportId(scope, live.name), live, version)],
  );
}

function describe(id: string, live: LiveExport, version: ReturnType<typeof versionOf>): Record<string, unknown> {
  const { unset, ...state } = stateOf(live, programOfLive(id, live), version);
  const runHistory = isRecord(live.body["properties"]) ? live.body["properties"]["runHistory"] : undefined;
  return toEngine({ id, ...state, ...(runHistory === undefined ? {} : { runHistory }) });
}

export function checkedScope(scope: string): string {
  const parsed = parseScope(scope);
  if (parsed === undefined)
    throw new Error(
      `scope "${scope}" is none of the nine forms at which exports exist, such as /subscriptions/{subscriptionId}.`,
    );
  return parsed.path;
}

export function checkedVersion(version: string | undefined): ReturnType<typeof versionOf> {
  if (version === undefined) return newestApiVersion;
  if ((offeredVersions as readonly string[]).includes(version)) return versionOf({ apiVersion: version });
  const near = didYouMean(version, offeredVersions);
  throw new Error(
    `apiVersion "${version}" is not supported.${near === undefined ? "" : ` Did you mean ${near}?`} Supported: ${listOf(offeredVersions)}.`,
  );
}
