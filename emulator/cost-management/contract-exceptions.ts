/** Where the live service leaves the OpenAPI contract of its own version, and the emulator with it: for validators of traffic. */

import { apiVersionRow } from "../../provider/cost-management/api-versions";

export interface ContractException {
  readonly name: string;
  readonly where: "request" | "response" | "operation";
  /** What Azure's own validator (oav) calls the finding; empty where it finds nothing, as for nulls and open enumerations. */
  readonly codes: readonly string[];
  /**
   * Members, dotted, without indices and as of one item of a list; settings of a run as those of its export. Or the
   * operation, with its status.
   */
  readonly at: readonly string[];
  readonly versions: "all" | "old" | "new" | readonly string[];
  readonly why: string;
  readonly source: string;
}

export interface ContractFinding {
  readonly where: "request" | "response";
  readonly code: string;
  /** As the validator gives it: `/value/0/properties/format` or `$.value[0].properties.format`. */
  readonly path: string;
  readonly version: string;
}

/** The known exception that a validator's finding is a case of. */
export function knownException({ where, code, path, version }: ContractFinding): ContractException | undefined {
  const member = memberOf(path).toLowerCase();
  const generation = apiVersionRow(version)?.generation ?? "new";
  return contractExceptions.find(
    (one) =>
      one.where === where &&
      one.codes.includes(code) &&
      (one.versions === "all" || one.versions === generation || one.versions.includes(version)) &&
      one.at.some((known) => known.toLowerCase() === member),
  );
}

function memberOf(path: string): string {
  return path
    .split(/[/.[\]$]+/)
    .filter((name) => name !== "" && !/^\d+$/.test(name))
    .join(".")
    .replace(/^value\./, "")
    .replace(/^properties\.runHistory\.value\./, "")
    .replace(/^properties\.runSettings\./, "properties.");
}

export const contractExceptions: readonly ContractException[] = [
  {
    name: "ids without a leading slash",
    where: "response",
    codes: [],
    at: ["id"],
    versions: "all",
    why: "Answers carry ids without the leading slash that resource ids have elsewhere; the contract says only string.",
    source: "observed (specs#23704)",
  },
  {
    name: "null for an unset folder",
    where: "response",
    codes: [],
    at: ["properties.deliveryInfo.destination.rootFolderPath"],
    versions: "all",
    why: "An unset rootFolderPath comes back as null, where the contract says string.",
    source: "observed (CLI recordings)",
  },
  {
    name: "nulls of reservation datasets",
    where: "response",
    codes: [],
    at: ["properties.definition.dataSet.granularity"],
    versions: "new",
    why: "An unset granularity comes back as null on reservation datasets.",
    source: "documented (published examples of 2025-03-01)",
  },
  {
    name: "recurrence None",
    where: "response",
    codes: [],
    at: ["properties.schedule.recurrence"],
    versions: "new",
    why: "A one-time export is answered with a recurrence outside the enumeration; it comes back when a client puts what it got.",
    source: "documented (published one-time example of 2025-03-01)",
  },
  {
    name: "SystemSuspended",
    where: "response",
    codes: [],
    at: ["properties.schedule.status"],
    versions: ["2025-03-01"],
    why: "The service may suspend an export; the enumeration of 2025-03-01 lacks the status, that of 2023-07-01-preview has it.",
    source: "assumed",
  },
  {
    name: "TheLast7Days",
    where: "request",
    codes: [],
    at: ["properties.definition.timeframe"],
    versions: "all",
    why: "The service lists and takes a time frame that no enumeration has.",
    source: "observed (specs#23707)",
  },
  {
    name: "read-only members in a request",
    where: "request",
    codes: ["READONLY_PROPERTY_NOT_ALLOWED_IN_REQUEST"],
    at: [
      "id",
      "name",
      "type",
      "identity.principalId",
      "identity.tenantId",
      "properties.runHistory.value",
      "properties.nextRunTimeEstimate",
      "properties.systemSuspensionContext",
    ],
    versions: "all",
    why: "Clients put back whole answers; the service ignores what is read-only.",
    source: "observed in shipped clients",
  },
  {
    name: "members left out of a request",
    where: "request",
    codes: ["OBJECT_MISSING_REQUIRED_PROPERTY"],
    at: ["properties.definition.type", "properties.schedule.recurrencePeriod.to"],
    versions: "old",
    why: "The type may be left out although it is required; the end may not, although it is optional.",
    source: "observed (CLI recordings; bicep#6519)",
  },
  {
    name: "texts and cases",
    where: "request",
    codes: ["ENUM_CASE_MISMATCH", "INVALID_TYPE", "OBJECT_ADDITIONAL_PROPERTIES"],
    at: [
      "properties.partitionData",
      "properties.format",
      "properties.compressionMode",
      "properties.dataOverwriteBehavior",
      "properties.schedule.status",
      "properties.schedule.recurrence",
      "properties.definition.type",
      "properties.definition.timeframe",
      "properties.definition.dataset",
      "properties.definition.dataSet.granularity",
      "properties.definition.dataSet.configuration.filters.name",
      "identity.type",
    ],
    versions: "all",
    why: "Booleans as text, enumerations in other cases, and member names in other cases are taken.",
    source: "observed in shipped clients",
  },
  {
    name: "cases echoed",
    where: "response",
    codes: ["ENUM_CASE_MISMATCH"],
    at: [
      "properties.format",
      "properties.compressionMode",
      "properties.dataOverwriteBehavior",
      "properties.schedule.status",
      "properties.schedule.recurrence",
      "properties.definition.type",
      "properties.definition.timeframe",
      "properties.definition.dataSet.granularity",
      "properties.definition.dataSet.configuration.filters.name",
      "identity.type",
    ],
    versions: "all",
    why: "A value in another case may be answered as it was sent (switch enumCase).",
    source: "assumed",
  },
  {
    name: "obfuscated SAS token",
    where: "response",
    codes: ["SECRET_PROPERTY"],
    at: ["properties.deliveryInfo.destination.sasToken"],
    versions: "all",
    why: "A secret must not be answered, says the contract; its own text says that it is, obfuscated.",
    source: "documented",
  },
  {
    name: "dates without a time or an offset",
    where: "request",
    codes: ["INVALID_FORMAT"],
    at: [
      "properties.schedule.recurrencePeriod.from",
      "properties.schedule.recurrencePeriod.to",
      "properties.definition.timePeriod.from",
      "properties.definition.timePeriod.to",
      "timePeriod.from",
      "timePeriod.to",
    ],
    versions: "all",
    why: "Dates without a time or an offset are read as UTC.",
    source: "assumed",
  },
  {
    name: "nulls in the history of runs",
    where: "response",
    codes: [],
    at: [
      "name",
      "type",
      "eTag",
      "properties.processingStartTime",
      "properties.processingEndTime",
      "properties.fileName",
      "properties.manifestFile",
    ],
    versions: "all",
    why: "What a run does not have is null, where the contract says string.",
    source: "observed on old versions (CLI recordings); assumed on new ones",
  },
  {
    name: "DELETE of nothing",
    where: "response",
    codes: ["INVALID_RESPONSE_CODE"],
    at: ["Exports_Delete 204"],
    versions: "all",
    why: "204 is one of the answers to expect for a missing export (switch deleteMissingStatus); the contract has 200 only.",
    source: "assumed",
  },
  {
    name: "blank body of a run",
    where: "request",
    codes: [],
    at: ["Exports_Execute"],
    versions: "all",
    why: "Shipped clients send a single space as the body; old versions describe no body at all.",
    source: "observed in shipped clients",
  },
  {
    name: "parquet and snappy on 2023-07-01-preview",
    where: "request",
    codes: [],
    at: ["properties.format", "properties.compressionMode"],
    versions: ["2023-07-01-preview"],
    why: "The enumerations of that version lack them, the service takes them.",
    source: "observed (azps#26371, FinOps hub)",
  },
  {
    name: "verbs that no version has",
    where: "operation",
    codes: ["RUNTIME"],
    at: ["405"],
    versions: "all",
    why: "A validator cannot place a PATCH, which is answered with 405.",
    source: "documented (no version has such an operation)",
  },
  {
    name: "operations list of the oldest version",
    where: "operation",
    codes: ["RUNTIME"],
    at: ["Operations_List"],
    versions: ["2020-06-01"],
    why: "The file of that version describes exports only; the list is served for every version.",
    source: "assumed",
  },
  {
    name: "versions without a file",
    where: "operation",
    codes: ["RUNTIME"],
    at: ["*"],
    versions: ["2022-10-01", "2023-03-01", "2023-08-01", "2023-09-01"],
    why: "Their files are not stored; by model they equal the version that api-versions.ts names as sameModelAs.",
    source: "documented (the files differ only in the version)",
  },
];
