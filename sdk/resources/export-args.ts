/** Arguments of an Export, named and nested as azure-native flattens the REST API. */
import type * as pulumi from "@pulumi/pulumi";

/** One of the known values, offered by the editor, or another one, because the service's lists grow. */
type OneOf<Known extends string> = Known | (string & Record<never, never>);

/** What an export is made of. Names and nesting are those of azure-native. */
export interface ExportArgs {
  /**
   * The scope whose costs are exported: a subscription, resource group, management group, billing account, EA department,
   * EA enrollment account, billing profile, invoice section or customer, as a full ARM path such as
   * `/subscriptions/{subscriptionId}`. Slashes at either end and the case do not matter.
   *
   * A change replaces the export (deleted first).
   * Source: {@link https://learn.microsoft.com/rest/api/cost-management/exports/create-or-update}
   */
  scope: pulumi.Input<string>;
  /**
   * The name of the export: letters, digits, `-` and `_`, 3 to 64 characters. Default: the name of the resource.
   *
   * A change replaces the export (deleted first).
   */
  exportName?: pulumi.Input<string>;
  /** What is exported: the dataset, its time frame and its columns. A change updates. */
  definition: pulumi.Input<ExportDefinitionArgs>;
  /** Where the files go. A change updates. */
  deliveryInfo: pulumi.Input<ExportDeliveryInfoArgs>;
  /** When the export runs. Default: never by itself (Inactive). A change updates. */
  schedule?: pulumi.Input<ExportScheduleArgs>;
  /** Format of the files. Default: `Csv`. `Parquet` needs api-version 2023-07-01-preview or 2025-03-01. A change updates. */
  format?: pulumi.Input<OneOf<"Csv" | "Parquet">>;
  /** Whether large exports are split into parts, with a manifest beside them. Default: false. Not in 2020-06-01. A change updates. */
  partitionData?: pulumi.Input<boolean>;
  /**
   * Whether a run replaces the files of the previous run of the same period. Default: `CreateNewReport`.
   * Api-version 2023-07-01-preview or 2025-03-01. A change updates.
   */
  dataOverwriteBehavior?: pulumi.Input<OneOf<"OverwritePreviousReport" | "CreateNewReport">>;
  /**
   * Compression of the files: `gzip` goes with Csv, `snappy` with Parquet. Default: `none`.
   * Api-version 2023-07-01-preview or 2025-03-01. A change updates.
   */
  compressionMode?: pulumi.Input<OneOf<"none" | "gzip" | "snappy">>;
  /** Free text. Api-version 2023-07-01-preview or 2025-03-01. A change updates. */
  exportDescription?: pulumi.Input<string>;
  /**
   * The managed identity with which the service writes: `{ type: "SystemAssigned" }`. Needed where the storage account has a
   * firewall or takes no shared keys. The service then assigns Storage Blob Data Contributor on the container, with the
   * rights of whoever deploys. Needs `location`. Api-version 2023-11-01 or later. A change updates.
   */
  identity?: pulumi.Input<ExportIdentityArgs>;
  /** Location of the managed identity: `global`, or a region. The API calls it fixed after creation; a change is sent, with a warning. */
  location?: pulumi.Input<string>;
  /**
   * The api-version to write with: 2020-06-01, 2021-10-01, 2023-07-01-preview, 2023-11-01, 2024-08-01 or 2025-03-01.
   * Default: 2025-03-01 for new exports; an existing one keeps the version it was written with.
   *
   * A change from an older generation to 2023-07-01-preview or 2025-03-01 updates; the way back replaces, because old
   * versions do not see such exports.
   */
  apiVersion?: pulumi.Input<
    OneOf<"2020-06-01" | "2021-10-01" | "2023-07-01-preview" | "2023-11-01" | "2024-08-01" | "2025-03-01">
  >;
  /**
   * The agreement under which the scope is billed: Enterprise Agreement, Microsoft Customer Agreement, Microsoft Partner
   * Agreement, or pay-as-you-go. A hint that is never sent: with it a preview knows more of what the service will refuse,
   * such as FocusCost under pay-as-you-go. Default: guessed from the form of the scope, for warnings only.
   */
  agreement?: pulumi.Input<"EA" | "MCA" | "MPA" | "PAYG">;
  /**
   * What a create does when the export exists already: `never` refuses; `if-identical` takes it over when every field that
   * the program sets has its value already; `always` takes it over and updates it. Default: `if-identical`.
   */
  adopt?: pulumi.Input<"never" | "if-identical" | "always">;
  /**
   * What an update does when somebody else changed a field that the program sets: `fail` names the field, its values and
   * the cures; `overwrite` writes the program's value and warns. Default: `fail`. Fields that the program does not set are
   * always kept.
   */
  onConflict?: pulumi.Input<"fail" | "overwrite">;
  /** How long each operation may take, such as `30m` or `1h30m` (Pulumi's `customTimeouts` never reach a dynamic provider). */
  timeouts?: pulumi.Input<ExportTimeoutsArgs>;
}

/** What is exported. A change of any property updates. */
export interface ExportDefinitionArgs {
  /**
   * The dataset. `Usage`, `ActualCost` and `AmortizedCost` exist in every api-version; the others in 2023-07-01-preview and
   * 2025-03-01. Price sheets and reservation data exist at EA billing accounts and billing profiles.
   */
  type: pulumi.Input<
    OneOf<
      | "Usage"
      | "ActualCost"
      | "AmortizedCost"
      | "FocusCost"
      | "PriceSheet"
      | "ReservationTransactions"
      | "ReservationRecommendations"
      | "ReservationDetails"
    >
  >;
  /**
   * The days that each run delivers. `MonthToDate` goes with a daily schedule, `TheLastMonth` with a monthly one,
   * `TheCurrentMonth` with price sheets; `Custom` needs `timePeriod` and is run once.
   */
  timeframe: pulumi.Input<
    OneOf<
      | "MonthToDate"
      | "BillingMonthToDate"
      | "TheLastMonth"
      | "TheLastBillingMonth"
      | "WeekToDate"
      | "TheLast7Days"
      | "TheCurrentMonth"
      | "Custom"
    >
  >;
  /** First and last day of a `Custom` export, within one calendar month in 2025-03-01. */
  timePeriod?: pulumi.Input<ExportTimePeriodArgs>;
  /** Granularity and columns. */
  dataSet?: pulumi.Input<ExportDatasetArgs>;
}

/** The days of a `Custom` export. A change updates. */
export interface ExportTimePeriodArgs {
  /** First day. ISO 8601, UTC. */
  from: pulumi.Input<string>;
  /** Last day, not in the future. ISO 8601, UTC. */
  to: pulumi.Input<string>;
}

/** Granularity and columns. A change updates. */
export interface ExportDatasetArgs {
  /** Rows per day, or per month (2023-07-01-preview and 2025-03-01). Leave it out for price sheets and reservation recommendations. */
  granularity?: pulumi.Input<OneOf<"Daily" | "Monthly">>;
  /** Columns, their version, and filters. Default: all columns of the latest version. */
  configuration?: pulumi.Input<ExportDatasetConfigurationArgs>;
}

/** Columns of the dataset, and filters. A change updates. */
export interface ExportDatasetConfigurationArgs {
  /** Names of the columns to deliver, in any order. Default: all. On its way out in the newer api-versions. */
  columns?: pulumi.Input<pulumi.Input<string>[]>;
  /** Version of the columns, such as `1.0` for FocusCost. Default: the latest, which can change without notice. 2023-07-01-preview and 2025-03-01. */
  dataVersion?: pulumi.Input<string>;
  /** For ReservationRecommendations: ReservationScope, ResourceType and LookBackPeriod. 2023-07-01-preview and 2025-03-01. */
  filters?: pulumi.Input<pulumi.Input<FilterItemArgs>[]>;
}

/** A filter of reservation recommendations, whose names and values match without case. A change updates. */
export interface FilterItemArgs {
  /** What is filtered by. All three are needed (documented). */
  name: pulumi.Input<OneOf<"ReservationScope" | "ResourceType" | "LookBackPeriod">>;
  /** Such as `Single` or `Shared`; `VirtualMachines`; `Last7Days`, `Last30Days` or `Last60Days`. */
  value: pulumi.Input<string>;
}

/** Where the files go. A change updates. */
export interface ExportDeliveryInfoArgs {
  /** The container and the folder. */
  destination: pulumi.Input<ExportDeliveryDestinationArgs>;
}

/** A container: by `resourceId`, or by `sasToken` with `storageAccount`. A change updates, and leaves delivered files where they are. */
export interface ExportDeliveryDestinationArgs {
  /** Kind of the destination. Default: `AzureBlob`, the only one. */
  type?: pulumi.Input<OneOf<"AzureBlob">>;
  /** Id of the storage account: `/subscriptions/{id}/resourceGroups/{name}/providers/Microsoft.Storage/storageAccounts/{name}`. */
  resourceId?: pulumi.Input<string>;
  /** Name of the container. The service creates it where it is missing. */
  container: pulumi.Input<string>;
  /** Folder in the container, without a leading slash and without characters that are reserved in URLs (`:` above all). */
  rootFolderPath?: pulumi.Input<string>;
  /**
   * SAS token for the account named by `storageAccount`, instead of `resourceId`: for partners at the scope of their billing
   * account. Always stored as a secret. The service answers it obfuscated, so a change made elsewhere cannot be seen.
   */
  sasToken?: pulumi.Input<string>;
  /** Name of the storage account that `sasToken` opens. */
  storageAccount?: pulumi.Input<string>;
}

/** When the export runs. A change updates. */
export interface ExportScheduleArgs {
  /** `Active` runs by the recurrence; `Inactive` pauses. Default: `Inactive`. */
  status?: pulumi.Input<OneOf<"Active" | "Inactive">>;
  /** How often the export runs. */
  recurrence?: pulumi.Input<OneOf<"Daily" | "Weekly" | "Monthly" | "Annually">>;
  /** From when to when the export runs. Both ends may be left out. */
  recurrencePeriod?: pulumi.Input<ExportRecurrencePeriodArgs>;
}

/** From when to when the export runs. A change updates. */
export interface ExportRecurrencePeriodArgs {
  /** First moment; in the future for a new Active export. ISO 8601, UTC. Default: the next UTC midnight at creation, remembered. */
  from?: pulumi.Input<string>;
  /** Last moment; the export then stops without notice. ISO 8601, UTC. Default: five years after `from`, remembered. */
  to?: pulumi.Input<string>;
}

/** The managed identity. A change updates. */
export interface ExportIdentityArgs {
  /** `SystemAssigned`: the service makes an identity for the export. `None`: it writes with the keys of the account. */
  type: pulumi.Input<OneOf<"None" | "SystemAssigned">>;
}

/** How long operations may take: hours, minutes and seconds, such as `1h30m`. A change is stored, and sends nothing to the service. */
export interface ExportTimeoutsArgs {
  /** Default: `30m`. */
  create?: pulumi.Input<string>;
  /** Default: `5m`. */
  read?: pulumi.Input<string>;
  /** Default: `30m`. */
  update?: pulumi.Input<string>;
  /** Default: `30m`. */
  delete?: pulumi.Input<string>;
}
