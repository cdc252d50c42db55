/** Which api-version a request speaks, and what that version has. */
import { apiVersionRow, apiVersions } from "../../provider/cost-management/api-versions";
import type { ApiVersionRow, Generation } from "../../provider/cost-management/api-versions";
import { errors } from "./errors";
import type { ServiceError } from "./errors";

export interface SpokenVersion {
  readonly version: string;
  readonly row: ApiVersionRow;
  readonly generation: Generation;
}

/** Fields and values that came with a version: SAS destinations came with `partitionData`, the whole new model is `improved`. */
export type Feature = "partitionData" | "identity" | "improved";

export const has = (row: ApiVersionRow, feature: Feature | undefined): boolean =>
  feature === undefined || features[feature](row);

const features: Readonly<Record<Feature, (row: ApiVersionRow) => boolean>> = {
  partitionData: ({ partitionData }) => partitionData,
  identity: ({ identity }) => identity,
  improved: ({ generation }) => generation === "new",
};

/** ARM matches versions without case (assumed). */
export function spokenVersion(query: Readonly<Record<string, string>>, type: string): SpokenVersion | ServiceError {
  const version = (query["api-version"] ?? "").trim().toLowerCase();
  if (version === "") return errors.missingApiVersion();
  const row = apiVersionRow(version);
  if (row !== undefined) return { version, row, generation: row.generation };
  const supported = Object.keys(apiVersions);
  return /^\d{4}-\d{2}-\d{2}(-\w+)?$/.test(version)
    ? errors.unsupportedApiVersion(version, type, supported)
    : errors.invalidApiVersion(version, supported);
}

/** The generation of a version that an export was written with. */
export const generationOf = (version: string): Generation => apiVersionRow(version)?.generation ?? "new";
