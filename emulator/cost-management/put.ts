/** From a PUT's payload to what is stored: the rules in their order, then the service's own additions. */
import { sameText } from "./choices";
import { latestDataVersion } from "./data-versions";
import { definitionRules } from "./definition-rules";
import { deliveryRules, resourceRules } from "./delivery-rules";
import { errors } from "./errors";
import type { ServiceError } from "./errors";
import type { ExportPayload, ExportProperties } from "./members";
import type { PutContext, Rule } from "./put-context";
import { scheduleRules } from "./schedule-rules";
import type { StoredExport, StoredIdentity } from "./state";
import type { Switches } from "../types";

/** In the order of judging; the service reports the first refusal only (assumed: no answer with two is on record). */
export const putRules: readonly Rule[] = [...resourceRules, ...definitionRules, ...scheduleRules, ...deliveryRules];

export function refusalOf(context: PutContext): ServiceError | undefined {
  for (const rule of putRules) {
    const refusal = rule.check(context);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/** Judged before the properties: a template sent twice was refused for its eTag, not for its start, by then past (bicep#6404). */
export function eTagRefusal(
  sent: string | undefined,
  existing: StoredExport,
  required: boolean,
  staleStatus: Switches["staleETagStatus"],
): ServiceError | undefined {
  if ((sent ?? "") === "") return required ? errors.etagRequired(existing.name) : undefined;
  return sent === existing.eTag ? undefined : staleErrors[staleStatus](existing.name);
}

const staleErrors = {
  400: errors.etagStale,
  409: errors.etagStaleConflict,
  412: errors.etagStalePrecondition,
} as const;

/** The form of an obfuscated token is not on record; that it carries no signature is all that a client may rely on. */
export const obfuscatedSasToken = "********";

export interface Written {
  readonly properties: ExportProperties;
  readonly sasToken?: string;
  readonly identity?: StoredIdentity;
  readonly location?: string;
}

/** What a PUT leaves behind: it replaces the whole export, so what it does not say is gone. */
export function written(
  payload: ExportPayload,
  {
    context,
    newId,
    tenantId,
  }: { context: Pick<PutContext, "spoken" | "agreement" | "existing">; newId: () => string; tenantId: string },
): Written {
  const { existing } = context;
  const destination = payload.properties?.deliveryInfo?.destination;
  const token = destination?.sasToken;
  const sasToken = token === obfuscatedSasToken ? (existing?.sasToken ?? token) : token;
  const identity = identityOf(payload.identity, existing?.identity, newId, tenantId);
  return {
    properties: normalised(payload.properties ?? {}, context),
    ...(sasToken === undefined ? {} : { sasToken }),
    ...(identity === undefined ? {} : { identity }),
    ...(payload.location === undefined ? {} : { location: payload.location }),
  };
}

/** One identity per export (documented), the same for as long as the export has one. */
function identityOf(
  sent: ExportPayload["identity"],
  before: StoredIdentity | undefined,
  newId: () => string,
  tenantId: string,
): StoredIdentity | undefined {
  if (sent === undefined) return undefined;
  const type = sent.type ?? "None";
  if (!sameText(type, "SystemAssigned")) return { type };
  return { type, principalId: before?.principalId ?? newId(), tenantId };
}

function normalised(
  properties: ExportProperties,
  { spoken, agreement }: Pick<PutContext, "spoken" | "agreement">,
): ExportProperties {
  const { schedule, definition, deliveryInfo, ...rest } = properties;
  const destination = deliveryInfo?.destination;
  const typed = definition === undefined ? undefined : withDefaults(definition, spoken.generation === "new", agreement);
  return {
    // Observed: no schedule comes back as an inactive one.
    schedule: { status: "Inactive", ...schedule },
    ...rest,
    ...(deliveryInfo === undefined ? {} : { deliveryInfo }),
    ...(destination?.sasToken === undefined
      ? {}
      : { deliveryInfo: { destination: { ...destination, sasToken: obfuscatedSasToken } } }),
    ...(typed === undefined ? {} : { definition: typed }),
  };
}

/** Old versions take Usage for a missing type (observed); new ones fill in the latest dataVersion (observed in an azurerm PR). */
function withDefaults(
  definition: NonNullable<ExportProperties["definition"]>,
  improved: boolean,
  agreement: PutContext["agreement"],
): NonNullable<ExportProperties["definition"]> {
  if (!improved) return { type: "Usage", ...definition };
  const latest = latestDataVersion(definition.type ?? "", agreement);
  const { dataSet } = definition;
  if (latest === undefined || dataSet?.configuration?.dataVersion !== undefined) return definition;
  return { ...definition, dataSet: { ...dataSet, configuration: { ...dataSet?.configuration, dataVersion: latest } } };
}
