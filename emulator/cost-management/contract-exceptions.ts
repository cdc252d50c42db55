/** Where the live service leaves the OpenAPI contract of its own version, and the emulator with it: for validators of traffic. */

export interface ContractException {
  readonly name: string;
  /** What a validator finds. */
  readonly where: "request" | "response" | "operation";
  /** Members (paths below the body) or the operation, as a validator would name them. */
  readonly at: readonly string[];
  readonly versions: "all" | "old" | "new" | readonly string[];
  readonly why: string;
  readonly source: string;
}

export const contractExceptions: readonly ContractException[] = [
  {
    name: "ids without a leading slash",
    where: "response",
    at: ["id"],
    versions: "all",
    why: "Answers carry ids without the leading slash that resource ids have elsewhere; the contract says only string.",
    source: "observed (specs#23704)",
  },
  {
    name: "null for an unset folder",
    where: "response",
    at: ["properties.deliveryInfo.destination.rootFolderPath"],
    versions: "all",
    why: "An unset rootFolderPath comes back as null, where the contract says string.",
    source: "observed (CLI recordings)",
  },
  {
    name: "nulls of reservation datasets",
    where: "response",
    at: ["properties.definition.dataSet.granularity"],
    versions: "new",
    why: "An unset granularity comes back as null on reservation datasets.",
    source: "documented (published examples of 2025-03-01)",
  },
  {
    name: "recurrence None",
    where: "response",
    at: ["properties.schedule.recurrence"],
    versions: "new",
    why: "A one-time export is answered with a recurrence outside the enumeration; it comes back when a client puts what it got.",
    source: "documented (published one-time example of 2025-03-01)",
  },
  {
    name: "SystemSuspended",
    where: "response",
    at: ["properties.schedule.status"],
    versions: ["2025-03-01"],
    why: "The service may suspend an export; the enumeration of 2025-03-01 lacks the status, that of 2023-07-01-preview has it.",
    source: "assumed",
  },
  {
    name: "TheLast7Days",
    where: "request",
    at: ["properties.definition.timeframe"],
    versions: "all",
    why: "The service lists and takes a time frame that no enumeration has.",
    source: "observed (specs#23707)",
  },
  {
    name: "read-only members in a request",
    where: "request",
    at: [
      "id",
      "name",
      "type",
      "identity.principalId",
      "identity.tenantId",
      "properties.runHistory",
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
    at: ["properties.definition.type", "properties.schedule.recurrencePeriod.to"],
    versions: "old",
    why: "The type may be left out although it is required; the end may not, although it is optional.",
    source: "observed (CLI recordings; bicep#6519)",
  },
  {
    name: "texts and cases",
    where: "request",
    at: [
      "properties.partitionData",
      "properties.format",
      "properties.compressionMode",
      "properties.definition.type",
      "properties.definition.dataset",
      "identity.type",
    ],
    versions: "all",
    why: "Booleans as text, enumerations in other cases, and member names in other cases are taken.",
    source: "observed in shipped clients",
  },
  {
    name: "dates with offsets and without",
    where: "request",
    at: ["properties.schedule.recurrencePeriod", "properties.definition.timePeriod", "timePeriod"],
    versions: "all",
    why: "Dates without a time or an offset are read as UTC.",
    source: "assumed",
  },
  {
    name: "nulls in the history of runs",
    where: "response",
    at: [
      "value[].name",
      "value[].type",
      "value[].eTag",
      "value[].properties.processingStartTime",
      "value[].properties.processingEndTime",
      "value[].properties.fileName",
      "value[].properties.manifestFile",
    ],
    versions: "all",
    why: "What a run does not have is null, where the contract says string.",
    source: "observed on old versions (CLI recordings); assumed on new ones",
  },
  {
    name: "DELETE of nothing",
    where: "response",
    at: ["Exports_Delete 204"],
    versions: "all",
    why: "204 is one of the answers to expect for a missing export (switch deleteMissingStatus); the contract has 200 only.",
    source: "assumed",
  },
  {
    name: "blank body of a run",
    where: "request",
    at: ["Exports_Execute"],
    versions: "all",
    why: "Shipped clients send a single space as the body; old versions describe no body at all.",
    source: "observed in shipped clients",
  },
  {
    name: "parquet and snappy on 2023-07-01-preview",
    where: "request",
    at: ["properties.format", "properties.compressionMode"],
    versions: ["2023-07-01-preview"],
    why: "The enumerations of that version lack them, the service takes them.",
    source: "observed (azps#26371, FinOps hub)",
  },
  {
    name: "operations list of the oldest version",
    where: "operation",
    at: ["Operations_List"],
    versions: ["2020-06-01"],
    why: "The file of that version describes exports only; the list is served for every version.",
    source: "assumed",
  },
  {
    name: "versions without a file",
    where: "operation",
    at: ["*"],
    versions: ["2022-10-01", "2023-03-01", "2023-08-01", "2023-09-01"],
    why: "Their files are not stored; by model they equal the version that api-versions.ts names as sameModelAs.",
    source: "documented (the files differ only in the version)",
  },
];
