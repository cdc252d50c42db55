/** Another writer: changes to an export that no request made, such as the portal's or the service's own. */
import { newestApiVersion } from "../../provider/cost-management/api-versions";
import { parseScope } from "../../provider/cost-management/scopes";
import type { Scope } from "../../provider/cost-management/scopes";
import { isObject } from "../json";
import type { JsonObject } from "../json";
import { exportShape } from "./members";
import { readPayload } from "./payload";
import { written } from "./put";
import { parseRoute } from "./route";
import { agreementOf } from "./service";
import type { Service } from "./service";
import type { StoredExport } from "./state";
import { spokenVersion } from "./versions";
import type { SpokenVersion } from "./versions";

export interface Writer {
  /** Default: the newest, as the portal. */
  readonly apiVersion?: string;
}

/** An export by its id in any spelling, as the writer sees it. */
export function findById(service: Service, id: string, { apiVersion }: Writer = {}): StoredExport | undefined {
  const { scope, name } = parseExportId(id);
  return service.store.find(scope.path, name, speak(apiVersion).generation);
}

export function parseExportId(id: string): { readonly scope: Scope; readonly name: string } {
  const route = parseRoute(id.split("/").filter((segment) => segment !== ""));
  if (route?.kind !== "export") throw new TypeError(`Not the id of an export: ${JSON.stringify(id)}.`);
  return route;
}

function speak(version: string = newestApiVersion): SpokenVersion {
  const spoken = spokenVersion({ "api-version": version }, "exports");
  if ("status" in spoken) throw new TypeError(spoken.message);
  return spoken;
}

/**
 * Applies a JSON merge patch (RFC 7396) to what a GET would show, judging nothing: values and members that no version here
 * knows are kept, so that clients can be tested against a newer service. Wrong JSON types throw.
 */
export function editExport(
  service: Service,
  id: string,
  patch: unknown,
  writer: Writer = {},
): StoredExport | undefined {
  const existing = findById(service, id, writer);
  if (existing === undefined) return undefined;
  if (!isObject(patch)) throw new TypeError("A patch of an export is a JSON object.");
  const { identity, location, properties } = existing;
  const merged = mergePatch({ identity, location, properties }, patch);
  const spoken = speak(writer.apiVersion);
  const { value: payload, invalid } = readPayload(exportShape, merged, speak().row, "lenient");
  if (invalid.length > 0) throw new TypeError(`A patch of an export has wrong types at ${invalid.join(", ")}.`);

  const { newId, tenantId, clock, switches } = service.options;
  const scope = parseScope(existing.scope);
  const agreement = scope === undefined ? undefined : agreementOf(service, scope);
  const now = clock.now();
  const kept = { ...existing, eTag: service.store.nextETag(now), scheduledUntil: now };
  const { identity: _identity, location: _location, sasToken: _sasToken, ...base } = kept;
  const moves = writer.apiVersion !== undefined && spoken.generation === "new" && switches.newPutOnOldExport === "move";
  const stored: StoredExport = {
    ...base,
    generation: moves ? "new" : existing.generation,
    ...(writer.apiVersion === undefined ? {} : { writtenWith: spoken.version }),
    ...written(payload, {
      context: { spoken: writer.apiVersion === undefined ? speak(existing.writtenWith) : spoken, agreement, existing },
      newId,
      tenantId: tenantId ?? "00000000-0000-0000-0000-000000000000",
    }),
  };
  service.store.put(stored, existing);
  return stored;
}

function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged: Record<string, unknown> = isObject(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) merged[name] = undefined;
    else merged[name] = mergePatch(merged[name], value);
  }
  return withoutUndefined(merged);
}

const withoutUndefined = (value: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined));
