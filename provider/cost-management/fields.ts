/**
 * Every field that a program can set on an export, as data: its place, how its values compare, the service's default, and
 * the versions that have it. Validation, comparison, merging, the wire format and the state all walk this table.
 */
import { agreements } from "./agreements";
import type { ApiVersionRow } from "./api-versions";

/**
 * How the values of a field are read and compared:
 * - `scope`, `armId`: ARM ids, without regard to case and to slashes at either end;
 * - `name`: the name of an ARM resource, a part of its id: without regard to case;
 * - `location`: a region, whose label ("West Europe") and name ("westeurope") are one;
 * - `enum`: one of a list, without regard to case;
 * - `folder`: a path in a container, slashes at either end trimmed;
 * - `date`: an instant; `names`: a set of names; `filters`: a set of name-value pairs; `secret`: answered obfuscated.
 */
export type FieldKind =
  | "scope"
  | "armId"
  | "name"
  | "location"
  | "enum"
  | "folder"
  | "date"
  | "names"
  | "filters"
  | "secret"
  | "boolean"
  | "text"
  | "duration";

/** What a version must have for a field to exist in it. */
export type Feature = "partitionData" | "sas" | "identity" | "improved";

export interface FieldRow {
  /** Where the program writes it, joined by dots; in the REST body it stands under `properties`, unless `top` or `local`. */
  readonly path: string;
  readonly kind: FieldKind;
  /** `body` under `properties`, `top` beside it, `address` in the URL, `local` is the package's own. */
  readonly place: "body" | "top" | "address" | "local";
  readonly required?: boolean;
  /** What the service takes an absent value to be; a live default equals an unset field. */
  readonly default?: string | boolean;
  /** A value that the service answers and does not take: it stands for "not set", and is never sent. */
  readonly answeredOnly?: string;
  readonly feature?: Feature;
  /** The list of allowed values: one of a version's lists, or a fixed one. */
  readonly values?: ValueList;
}

export type ValueList =
  | "types"
  | "timeframes"
  | "granularities"
  | "formats"
  | "compressionModes"
  | "scheduleStatuses"
  | "apiVersions"
  | readonly string[];

export const fields: readonly FieldRow[] = [
  { path: "scope", kind: "scope", place: "address", required: true },
  { path: "exportName", kind: "name", place: "address", required: true },
  { path: "definition.type", kind: "enum", place: "body", required: true, values: "types" },
  { path: "definition.timeframe", kind: "enum", place: "body", required: true, values: "timeframes" },
  { path: "definition.timePeriod.from", kind: "date", place: "body" },
  { path: "definition.timePeriod.to", kind: "date", place: "body" },
  { path: "definition.dataSet.granularity", kind: "enum", place: "body", values: "granularities" },
  { path: "definition.dataSet.configuration.columns", kind: "names", place: "body" },
  { path: "definition.dataSet.configuration.dataVersion", kind: "enum", place: "body", feature: "improved" },
  { path: "definition.dataSet.configuration.filters", kind: "filters", place: "body", feature: "improved" },
  {
    path: "deliveryInfo.destination.type",
    kind: "enum",
    place: "body",
    default: "AzureBlob",
    feature: "improved",
    values: ["AzureBlob"],
  },
  { path: "deliveryInfo.destination.resourceId", kind: "armId", place: "body" },
  { path: "deliveryInfo.destination.container", kind: "text", place: "body", required: true },
  { path: "deliveryInfo.destination.rootFolderPath", kind: "folder", place: "body" },
  { path: "deliveryInfo.destination.sasToken", kind: "secret", place: "body", feature: "sas" },
  { path: "deliveryInfo.destination.storageAccount", kind: "text", place: "body", feature: "sas" },
  { path: "schedule.status", kind: "enum", place: "body", default: "Inactive", values: "scheduleStatuses" },
  {
    path: "schedule.recurrence",
    kind: "enum",
    place: "body",
    // Answered for one-time exports by 2025-03-01, and outside its own enumeration (azps#27730: "Invalid member").
    default: "None",
    answeredOnly: "None",
    values: ["Daily", "Weekly", "Monthly", "Annually"],
  },
  { path: "schedule.recurrencePeriod.from", kind: "date", place: "body" },
  { path: "schedule.recurrencePeriod.to", kind: "date", place: "body" },
  { path: "format", kind: "enum", place: "body", default: "Csv", values: "formats" },
  { path: "partitionData", kind: "boolean", place: "body", default: false, feature: "partitionData" },
  {
    path: "dataOverwriteBehavior",
    kind: "enum",
    place: "body",
    default: "CreateNewReport",
    feature: "improved",
    values: ["OverwritePreviousReport", "CreateNewReport"],
  },
  {
    path: "compressionMode",
    kind: "enum",
    place: "body",
    default: "none",
    feature: "improved",
    values: "compressionModes",
  },
  { path: "exportDescription", kind: "text", place: "body", feature: "improved" },
  {
    path: "identity.type",
    kind: "enum",
    place: "top",
    default: "None",
    feature: "identity",
    values: ["None", "SystemAssigned"],
  },
  { path: "location", kind: "location", place: "top", feature: "identity" },
  { path: "apiVersion", kind: "enum", place: "local", values: "apiVersions" },
  // A hint for the rules alone: never sent, and no reason for an update.
  { path: "agreement", kind: "enum", place: "local", values: agreements },
  { path: "adopt", kind: "enum", place: "local", default: "if-identical", values: ["never", "if-identical", "always"] },
  { path: "onConflict", kind: "enum", place: "local", default: "fail", values: ["fail", "overwrite"] },
  { path: "timeouts.create", kind: "duration", place: "local", default: "30m" },
  { path: "timeouts.read", kind: "duration", place: "local", default: "5m" },
  { path: "timeouts.update", kind: "duration", place: "local", default: "30m" },
  { path: "timeouts.delete", kind: "duration", place: "local", default: "30m" },
];

const byPath = new Map(fields.map((row) => [row.path, row]));

/** The row at a path that is known to be in the table. */
export function fieldAt(path: string): FieldRow {
  const row = byPath.get(path);
  if (row === undefined) throw new RangeError(`No field "${path}" in the table of fields.`);
  return row;
}

/** Fields that live in the export itself, as against its address and the package's own settings. */
export const remoteFields: readonly FieldRow[] = fields.filter((row) => row.place === "body" || row.place === "top");

/** Whether a value is one that the service answers and does not take. */
export function isAnsweredOnly({ answeredOnly }: FieldRow, value: unknown): boolean {
  return answeredOnly !== undefined && typeof value === "string" && value.toLowerCase() === answeredOnly.toLowerCase();
}

export function hasFeature(version: ApiVersionRow, feature: Feature | undefined): boolean {
  switch (feature) {
    case undefined:
      return true;
    case "partitionData":
    case "sas":
      return version.partitionData;
    case "identity":
      return version.identity;
    case "improved":
      return version.generation === "new";
  }
}
