/** Azure Cost Management exports as Pulumi resources. */
export { Export } from "./resources/export";
export type * from "./resources/export-args";
export { ExportRun } from "./resources/export-run";
export type { ExportRunArgs, ExportRunRecord } from "./resources/export-run";
export { ExportPrincipal, ProviderRegistration, ServiceGrant } from "./resources/surroundings";
export type { ExportPrincipalArgs, ProviderRegistrationArgs, ServiceGrantArgs } from "./resources/surroundings";
export { CostDetailsReport, ReservationDetailsReport } from "./resources/reports";
export type { CostDetailsReportArgs, ReportTimeoutsArgs, ReservationDetailsReportArgs } from "./resources/reports";
export { getExport, getExportOutput, listExports, listExportsOutput } from "./functions/exports";
export { readManifest } from "./functions/manifest";
export type { Manifest, ManifestBlob } from "./functions/manifest";
export { getRunHistory, getRunHistoryOutput, latestRun, latestRunOutput } from "./functions/runs";
export type { ExportRunResult, GetRunHistoryArgs, LatestRunArgs, LatestRunResult } from "./functions/runs";
export type { GetExportArgs, GetExportResult, ListExportsArgs } from "./functions/exports";
export type {
  ExportDataset,
  ExportDatasetConfiguration,
  ExportDefinition,
  ExportDeliveryDestination,
  ExportDeliveryInfo,
  ExportRecurrencePeriod,
  ExportSchedule,
  ExportTimePeriod,
  FilterItem,
  SystemSuspensionContext,
} from "../provider/cost-management/types";
