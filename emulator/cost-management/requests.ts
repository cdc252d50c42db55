/** The operations but `run`: one function per verb, each from a request to an answer or a refusal. */
import { isObject } from "../json";
import { exportAnswer, runsAnswer } from "./answer";
import { answerContext, idOf, parseJson, refused } from "./asked";
import type { Asked, AskedByName, Result } from "./asked";
import { storageRefusal } from "./conditions";
import type { Condition } from "./conditions";
import { sameText } from "./choices";
import { parseStorageAccountId } from "./delivery-rules";
import type { StorageAccountId } from "./delivery-rules";
import { errors } from "./errors";
import type { ServiceError } from "./errors";
import { exportShape } from "./members";
import { readPayload } from "./payload";
import { eTagRefusal, refusalOf, written } from "./put";
import type { PutContext } from "./put-context";
import { agreementOf, containerIdOf, storageConditionsOf } from "./service";
import type { Service } from "./service";
import { exportId } from "./state";
import type { StoredExport } from "./state";
import type { SpokenVersion } from "./versions";

export function listExports(asked: Asked): Result {
  const { service, scope, spoken } = asked;
  const expand = expansion(asked, 1);
  if (typeof expand === "object") return refused(expand);
  const context = answerContext(asked);
  const found = service.store.list(scope.path, spoken.generation);
  return {
    status: 200,
    body: { value: found.map((stored) => exportAnswer(stored, context, { nextRun: true, ...runsOf(expand) })) },
  };
}

export function getExport(asked: AskedByName): Result {
  const { service, scope, name, spoken } = asked;
  const stored = service.store.find(scope.path, name, spoken.generation);
  if (stored === undefined) return refused(notFound(asked));
  const expand = expansion(asked, 10);
  if (typeof expand === "object") return refused(expand);
  return {
    status: 200,
    body: exportAnswer(stored, answerContext(asked), { nextRun: true, ...runsOf(expand) }),
  };
}

const runsOf = (runs: number | undefined): { readonly runs?: number } => (runs === undefined ? {} : { runs });

/** How many runs `$expand` shows (documented: one in a list, ten of one export); undefined without it. */
function expansion({ request }: Asked, runs: number): number | undefined | ServiceError {
  const expand = request.query["$expand"] ?? "";
  if (expand === "") return undefined;
  return sameText(expand, "runHistory") ? runs : errors.invalidExpand(expand);
}

function notFound({ name, scope }: AskedByName): ServiceError {
  return errors.exportNotFound(name, idOf(scope));
}

export function putExport(asked: AskedByName): Result {
  const { service, request, spoken, scope, name } = asked;
  const { switches, clock, newId, tenantId } = service.options;
  const body = parseJson(request.rawBody);
  if (!isObject(body)) return refused(errors.unreadableBody());
  const { value: payload, invalid } = readPayload(exportShape, body, spoken.row, "strict");
  if (invalid[0] !== undefined) return refused(errors.invalidMember(invalid[0]));
  const existing = service.store.find(scope.path, name, spoken.generation);
  const context = putContext(asked, payload, existing);
  const refusal = concurrencyRefusal(context) ?? refusalOf(context) ?? storageRefusalOf(service, context);
  if (refusal !== undefined) return refused(refusal);

  const now = clock.now();
  const moves = spoken.generation === "new" && switches.newPutOnOldExport === "move";
  const stored: StoredExport = {
    ...identityOf(existing, asked),
    scheduledUntil: now,
    generation: existing === undefined || moves ? spoken.generation : existing.generation,
    writtenWith: spoken.version,
    eTag: service.store.nextETag(now),
    ...written(payload, { context, newId, tenantId: tenantId ?? "00000000-0000-0000-0000-000000000000" }),
  };
  service.store.put(stored, existing);
  assignRole(service, stored);
  return {
    status: existing === undefined ? 201 : 200,
    headers: {
      "session-id": newId(),
      "x-powered-by": "ASP.NET",
      ...(existing === undefined ? { location: foreignLocation(stored, spoken) } : {}),
    },
    body: exportAnswer(stored, answerContext(asked), {
      nextRun: spoken.generation === "new" && switches.newPutShowsNextRun,
    }),
  };
}

/** Storage Blob Data Contributor on the container, with the caller's own right (documented; one per export and place). */
function assignRole(service: Service, { identity, properties }: StoredExport): void {
  const containerId = containerIdOf(properties);
  const account = parseStorageAccountId(properties.deliveryInfo?.destination?.resourceId);
  if (identity?.principalId === undefined || containerId === undefined || account === undefined) return;
  if (storageConditionsOf(service, account).includes("roleAssignmentsDenied")) return;
  service.options.storageRoles?.assign(identity.principalId, containerId);
}

/** Outside ARM on purpose: the live header points at a host that no client should follow (observed: specs#25356, #20726). */
function foreignLocation(stored: StoredExport, { version }: SpokenVersion): string {
  return `https://costmanagement.trafficmanager.net/${exportId(stored)}?api-version=${version}`;
}

/** What an update cannot change. */
function identityOf(
  existing: StoredExport | undefined,
  { service, scope, name, spoken }: AskedByName,
): Pick<StoredExport, "scope" | "scopeKind" | "name" | "createdWith" | "createdAt" | "runs"> {
  if (existing === undefined) {
    const createdAt = service.options.clock.now();
    return { scope: scope.path, scopeKind: scope.kind, name, createdWith: spoken.version, createdAt, runs: [] };
  }
  return {
    scope: existing.scope,
    scopeKind: existing.scopeKind,
    name: existing.name,
    createdWith: existing.createdWith,
    createdAt: existing.createdAt,
    runs: existing.runs,
  };
}

function putContext(
  asked: AskedByName,
  payload: PutContext["payload"],
  existing: StoredExport | undefined,
): PutContext {
  const { service, spoken, scope, name } = asked;
  const properties = payload.properties ?? {};
  return {
    spoken,
    row: spoken.row,
    scope,
    name,
    payload,
    properties,
    type: properties.definition?.type ?? "",
    timeframe: properties.definition?.timeframe ?? "",
    existing,
    agreement: agreementOf(service, scope),
    switches: service.options.switches,
    now: service.options.clock.now(),
    ...(existing === undefined && spoken.generation === "old"
      ? { twin: service.store.find(scope.path, name, "new") }
      : {}),
  };
}

function concurrencyRefusal({ existing, twin, payload, spoken, switches, name }: PutContext): ServiceError | undefined {
  if (twin !== undefined && switches.oldPutOnNewExport === "refuse") return errors.existsInNewGeneration(name);
  if (existing === undefined) return undefined;
  const required = spoken.generation === "old" || switches.newGenerationRequiresETag;
  return eTagRefusal(payload.eTag, existing, required, switches.staleETagStatus);
}

function storageRefusalOf(service: Service, { properties, payload }: PutContext): ServiceError | undefined {
  const carriedOut = service.options.switches.deniedRolePut === "without";
  const found = (account: StorageAccountId): readonly Condition[] =>
    storageConditionsOf(service, account).filter((name) => !(carriedOut && name === "roleAssignmentsDenied"));
  return storageRefusal(found, "put", {
    resourceId: properties.deliveryInfo?.destination?.resourceId,
    identity: payload.identity?.type,
  });
}

export function deleteExport(asked: AskedByName): Result {
  const { service, scope, name, spoken } = asked;
  const stored = service.store.find(scope.path, name, spoken.generation);
  const missing = service.options.switches.deleteMissingStatus;
  if (stored === undefined && missing === 404) return refused(notFound(asked));
  if (stored !== undefined) service.store.remove(stored);
  const { principalId } = stored?.identity ?? {};
  if (principalId !== undefined && service.options.switches.deletingRemovesRoles)
    service.options.storageRoles?.remove(principalId);
  // Observed: 200, empty, with a length of zero.
  return { status: stored === undefined ? missing : 200, headers: { "content-length": "0" } };
}

export function runHistory(asked: AskedByName): Result {
  const stored = asked.service.store.find(asked.scope.path, asked.name, asked.spoken.generation);
  return stored === undefined
    ? refused(notFound(asked))
    : { status: 200, body: runsAnswer(stored, answerContext(asked)) };
}
