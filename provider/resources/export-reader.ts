/**
 * Reads of exports. Many reads of one scope that come together (a refresh) become one LIST, so that a refresh costs a call
 * or two per scope, however many exports it holds.
 */
import type { ArmClient, ArmRequest, Clock } from "../arm";
import type { ApiVersion } from "../cost-management/api-versions";
import { isRecord } from "../cost-management/unknown";
import { parseExportId, parseLive, type LiveExport } from "../cost-management/wire";
import { ResourceError } from "./errors";

/** How long a first read waits for company before it goes alone. */
const gathering = 20;
/** How long a LIST serves reads. A write by this process to the scope ends that at once. */
const freshness = 10_000;

export interface ExportReader {
  /** The live export at this moment, by a GET of its own; undefined when there is none in this version's sight. */
  readonly get: (id: string, version: ApiVersion, deadline: number) => Promise<LiveExport | undefined>;
  /** The same, shared with reads of other exports of the scope where that saves calls. */
  readonly read: (id: string, version: ApiVersion, deadline: number) => Promise<LiveExport | undefined>;
  /** All exports of a scope in this version's sight. */
  readonly list: (scope: string, version: ApiVersion, deadline: number) => Promise<readonly LiveExport[]>;
  /** Forgets what is known of a scope: call it before a write. */
  readonly forget: (scope: string) => void;
}

interface ScopeReads {
  /** Reads that came within the freshness time. */
  recent: number[];
  listing: { readonly since: number; readonly answer: Promise<ReadonlyMap<string, LiveExport>> } | undefined;
}

export function createExportReader(arm: ArmClient, clock: Clock): ExportReader {
  const scopes = new Map<string, ScopeReads>();

  const get: ExportReader["get"] = async (id, version, deadline) => {
    const response = await arm.send(requestFor(id, "GET", version, deadline));
    if (response.status === 404) return undefined;
    return expectExport(response.body, id);
  };

  const list: ExportReader["list"] = async (scope, version, deadline) => {
    const path = `${scope}/providers/Microsoft.CostManagement/exports`;
    const response = await arm.send({ method: "GET", path, apiVersion: version, operation: "list", scope, deadline });
    const items = isRecord(response.body) ? response.body["value"] : undefined;
    return Array.isArray(items) ? items.flatMap((item) => parseLive(item) ?? []) : [];
  };

  const read: ExportReader["read"] = async (id, version, deadline) => {
    const { scope, exportName } = addressOf(id);
    const key = `${version} ${scope.toLowerCase()}`;
    const reads = scopes.get(key) ?? { recent: [], listing: undefined };
    scopes.set(key, reads);
    reads.recent = [...reads.recent.filter((time) => clock.now() - time < freshness), clock.now()];
    if (reads.recent.length === 1) await clock.sleep(gathering);
    if (reads.recent.length === 1) return get(id, version, deadline);
    if (reads.listing === undefined || clock.now() - reads.listing.since >= freshness) {
      const answer = list(scope, version, deadline).then(byName);
      reads.listing = { since: clock.now(), answer };
      // Without this a failed LIST that nobody waits for any more would end the process.
      answer.catch(() => (reads.listing = undefined));
    }
    try {
      const live = (await reads.listing.answer).get(exportName.toLowerCase());
      if (live !== undefined) return live;
    } catch {
      // Where the scope may not be listed, its exports may still be read one by one.
    }
    // That an export is missing in a LIST is not enough to call it gone.
    return get(id, version, deadline);
  };

  const forget = (scope: string): void => {
    for (const key of scopes.keys()) if (key.endsWith(` ${scope.toLowerCase()}`)) scopes.delete(key);
  };
  return { get, read, list, forget };
}

function byName(exports: readonly LiveExport[]): ReadonlyMap<string, LiveExport> {
  return new Map(exports.flatMap((live) => (live.name === undefined ? [] : [[live.name.toLowerCase(), live]])));
}

function expectExport(body: unknown, id: string): LiveExport {
  const live = parseLive(body);
  if (live === undefined)
    throw new ResourceError(
      "Refused",
      `The service answered the request for ${id} with something that is no export. Look for a proxy or gateway that answers in place of Azure, then run the deployment again.`,
    );
  return live;
}

export function addressOf(id: string): { readonly scope: string; readonly exportName: string } {
  const address = parseExportId(id);
  if (address === undefined) {
    throw new ResourceError(
      "NotFound",
      `"${id}" is no id of an export. An id is {scope}/providers/Microsoft.CostManagement/exports/{name}, such as /subscriptions/{id}/providers/Microsoft.CostManagement/exports/daily.`,
    );
  }
  return address;
}

/** A request on one export. */
export function requestFor(
  id: string,
  method: ArmRequest["method"],
  version: ApiVersion,
  deadline: number,
): ArmRequest {
  const { scope, exportName } = addressOf(id);
  const operation = method === "GET" ? "read" : method === "DELETE" ? "delete" : "write";
  return {
    method,
    path: `${scope}/providers/Microsoft.CostManagement/exports/${exportName}`,
    apiVersion: version,
    operation,
    scope,
    deadline,
  };
}
