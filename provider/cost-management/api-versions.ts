/**
 * The api-versions of Microsoft.CostManagement that the package speaks, as data: which generation each belongs to, and
 * which fields and values exist in it. The order of dates misleads: 2023-11-01 and 2024-08-01 are older models than
 * 2023-07-01-preview. Source: the OpenAPI files of each version; where the service contradicts them the row says so.
 */

/** `new` = the improved model (2023-07-01-preview, 2025-03-01). Exports written with it are invisible to `old` versions. */
export type Generation = "old" | "new";

/** A set of fields and values that came with one version and stayed. */
export interface ApiVersionRow {
  readonly generation: Generation;
  /** The stored OpenAPI version with the same model (the specification files of the others differ only in the version). */
  readonly sameModelAs: string;
  /** `partitionData`, and destinations by SAS token. */
  readonly partitionData: boolean;
  /** `identity` and `location`. */
  readonly identity: boolean;
  /** Values of the enumerations, as the service accepts them. */
  readonly types: readonly string[];
  readonly timeframes: readonly string[];
  readonly granularities: readonly string[];
  readonly formats: readonly string[];
  readonly compressionModes: readonly string[];
  readonly scheduleStatuses: readonly string[];
  /** Whether the cost-details report (`generateCostDetailsReport`) exists. */
  readonly costDetails: boolean;
  /** Whether the reservation-details report (`generateReservationDetailsReport`) exists. */
  readonly reservationDetails: boolean;
  /** Offered to users in `apiVersion`; the others are spoken by shipped clients and served by the emulator alone. */
  readonly offered: boolean;
}

const oldTypes = ["Usage", "ActualCost", "AmortizedCost"] as const;
const newTypes = [
  ...oldTypes,
  "FocusCost",
  "PriceSheet",
  "ReservationTransactions",
  "ReservationRecommendations",
  "ReservationDetails",
] as const;
/** TheLast7Days is in no enumeration; the service lists it in its own error text (specs#23707, seen on old versions). */
const oldTimeframes = [
  "MonthToDate",
  "BillingMonthToDate",
  "TheLastMonth",
  "TheLastBillingMonth",
  "WeekToDate",
  "TheLast7Days",
  "Custom",
] as const;
const newTimeframes = [...oldTimeframes, "TheCurrentMonth"] as const;

const oldest: ApiVersionRow = {
  generation: "old",
  sameModelAs: "2020-06-01",
  partitionData: false,
  identity: false,
  types: oldTypes,
  timeframes: oldTimeframes,
  granularities: ["Daily"],
  formats: ["Csv"],
  compressionModes: [],
  scheduleStatuses: ["Active", "Inactive"],
  costDetails: false,
  reservationDetails: false,
  offered: true,
};
const partitioned: ApiVersionRow = {
  ...oldest,
  sameModelAs: "2021-10-01",
  partitionData: true,
  reservationDetails: true,
};
/** No file of these is stored; by model they equal 2021-10-01 with ExportExecution renamed to ExportRun. */
const renamed: ApiVersionRow = { ...partitioned, costDetails: true, offered: false };
const withIdentity: ApiVersionRow = { ...partitioned, sameModelAs: "2023-11-01", identity: true, costDetails: true };
const improvedPreview: ApiVersionRow = {
  ...withIdentity,
  generation: "new",
  sameModelAs: "2023-07-01-preview",
  types: newTypes,
  timeframes: newTimeframes,
  granularities: ["Daily", "Monthly"],
  // The specification lists Csv and gzip only; the service takes Parquet and snappy from this version on (azps#26371, and the FinOps hub ships both).
  formats: ["Csv", "Parquet"],
  compressionModes: ["None", "gzip", "snappy"],
  scheduleStatuses: ["Active", "Inactive", "SystemSuspended"],
};

export const apiVersions = {
  "2020-06-01": oldest,
  "2021-10-01": partitioned,
  "2022-10-01": renamed,
  "2023-03-01": renamed,
  "2023-07-01-preview": improvedPreview,
  "2023-08-01": { ...withIdentity, offered: false },
  "2023-09-01": { ...withIdentity, offered: false },
  "2023-11-01": withIdentity,
  "2024-08-01": { ...withIdentity, sameModelAs: "2024-08-01" },
  "2025-03-01": { ...improvedPreview, sameModelAs: "2025-03-01", compressionModes: ["none", "gzip", "snappy"] },
} as const satisfies Record<string, ApiVersionRow>;

export type ApiVersion = keyof typeof apiVersions;

/** The version that is used where the program names none, and that sees the exports of both generations. */
export const newestApiVersion: ApiVersion = "2025-03-01";

/** The row of a version, or undefined for a version that the package does not know. */
export function apiVersionRow(version: string): ApiVersionRow | undefined {
  // A plain look-up would find "constructor".
  return Object.hasOwn(apiVersions, version)
    ? (apiVersions as Readonly<Record<string, ApiVersionRow>>)[version]
    : undefined;
}
