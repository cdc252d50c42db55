/** The shapes of an export as a Pulumi program writes it, equal to azure-native's flattening of the REST API. */

export interface ExportTimePeriod {
  /** First day of the data. Date-time in ISO 8601. */
  readonly from: string;
  /** Last day of the data. Date-time in ISO 8601. */
  readonly to: string;
}

/** A filter of reservation recommendations. */
export interface FilterItem {
  /** `ReservationScope`, `ResourceType` or `LookBackPeriod`. */
  readonly name: string;
  /** Its value, such as `Shared`, `VirtualMachines` or `Last30Days`. */
  readonly value: string;
}

/** Columns of the dataset, and filters. */
export interface ExportDatasetConfiguration {
  /** Names of the columns; empty or absent for all. */
  readonly columns?: readonly string[];
  /** Version of the columns, such as `1.0` for FocusCost. */
  readonly dataVersion?: string;
  /** Filters of ReservationRecommendations. */
  readonly filters?: readonly FilterItem[];
}

/** Granularity and columns. */
export interface ExportDataset {
  /** `Daily` or `Monthly`: a row per day, or per month. */
  readonly granularity?: string;
  /** Columns and filters. */
  readonly configuration?: ExportDatasetConfiguration;
}

/** What is exported. */
export interface ExportDefinition {
  /** The dataset, such as `FocusCost`. */
  readonly type: string;
  /** The days that each run delivers, such as `MonthToDate`. */
  readonly timeframe: string;
  /** First and last day of a `Custom` export. */
  readonly timePeriod?: ExportTimePeriod;
  /** Granularity and columns. */
  readonly dataSet?: ExportDataset;
}

/** The place of the files. */
export interface ExportDeliveryDestination {
  /** Kind of the destination: `AzureBlob`. */
  readonly type?: string;
  /** Id of the storage account. */
  readonly resourceId?: string;
  /** Name of the container. */
  readonly container: string;
  /** Folder in the container, without a leading slash. */
  readonly rootFolderPath?: string;
  /** SAS token instead of `resourceId`: a secret, which the service answers obfuscated. */
  readonly sasToken?: string;
  /** Name of the storage account that `sasToken` opens. */
  readonly storageAccount?: string;
}

/** Where the files go. */
export interface ExportDeliveryInfo {
  /** The place of the files. */
  readonly destination: ExportDeliveryDestination;
}

/** From when to when an export runs. */
export interface ExportRecurrencePeriod {
  /** First moment. ISO 8601, UTC. */
  readonly from?: string;
  /** Last moment; the export then stops without notice. ISO 8601, UTC. */
  readonly to?: string;
}

/** When an export runs. */
export interface ExportSchedule {
  /** `Active`, `Inactive`, or `SystemSuspended`, which the service alone sets. */
  readonly status?: string;
  /** `Daily`, `Weekly`, `Monthly` or `Annually`. */
  readonly recurrence?: string;
  /** From when to when. */
  readonly recurrencePeriod?: ExportRecurrencePeriod;
}

export interface ExportIdentity {
  readonly type: string;
}

export interface ExportTimeouts {
  readonly create?: string;
  readonly read?: string;
  readonly update?: string;
  readonly delete?: string;
}

/** What a program sets: the REST API's writable fields, and the package's own four. */
export interface ExportInputs {
  readonly scope: string;
  readonly exportName: string;
  readonly definition: ExportDefinition;
  readonly deliveryInfo: ExportDeliveryInfo;
  readonly schedule?: ExportSchedule;
  readonly format?: string;
  readonly partitionData?: boolean;
  readonly dataOverwriteBehavior?: string;
  readonly compressionMode?: string;
  readonly exportDescription?: string;
  readonly identity?: ExportIdentity;
  readonly location?: string;
  readonly apiVersion?: string;
  readonly agreement?: "EA" | "MCA" | "MPA" | "PAYG";
  readonly adopt?: "never" | "if-identical" | "always";
  readonly onConflict?: "fail" | "overwrite";
  readonly timeouts?: ExportTimeouts;
}

/** Why the service suspended an export. */
export interface SystemSuspensionContext {
  /** The service's code of the reason. */
  readonly suspensionCode?: string;
  /** The reason in the service's words. */
  readonly suspensionReason?: string;
  /** Since when. ISO 8601, UTC. */
  readonly suspensionTime?: string;
}
