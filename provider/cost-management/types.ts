/** The shapes of an export as a Pulumi program writes it, equal to azure-native's flattening of the REST API. */

export interface ExportTimePeriod {
  /** First day of the data. Date-time in ISO 8601. */
  readonly from: string;
  /** Last day of the data. Date-time in ISO 8601. */
  readonly to: string;
}

export interface FilterItem {
  readonly name: string;
  readonly value: string;
}

export interface ExportDatasetConfiguration {
  readonly columns?: readonly string[];
  readonly dataVersion?: string;
  readonly filters?: readonly FilterItem[];
}

export interface ExportDataset {
  readonly granularity?: string;
  readonly configuration?: ExportDatasetConfiguration;
}

export interface ExportDefinition {
  readonly type: string;
  readonly timeframe: string;
  readonly timePeriod?: ExportTimePeriod;
  readonly dataSet?: ExportDataset;
}

export interface ExportDeliveryDestination {
  readonly type?: string;
  readonly resourceId?: string;
  readonly container: string;
  readonly rootFolderPath?: string;
  readonly sasToken?: string;
  readonly storageAccount?: string;
}

export interface ExportDeliveryInfo {
  readonly destination: ExportDeliveryDestination;
}

export interface ExportRecurrencePeriod {
  readonly from?: string;
  readonly to?: string;
}

export interface ExportSchedule {
  readonly status?: string;
  readonly recurrence?: string;
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
  readonly suspensionCode?: string;
  readonly suspensionReason?: string;
  readonly suspensionTime?: string;
}
