/** Whole solutions on @pulumi/azure-native, an optional peer: imported by its sub-folders, and by this subpath alone. */
import "./peer";
export { CostExport, type CostExportArgs } from "./cost-export";
export { ExportAccess, type ExportAccessArgs, type ExportReader } from "./export-access";
export { ExportDestination, type ExportDestinationArgs } from "./export-destination";
export { FinOpsExports, type FinOpsExportsArgs } from "./finops-exports";
