import * as pulumi from "@pulumi/pulumi";
import type {
  ExportDefinition,
  ExportDeliveryInfo,
  ExportSchedule,
  SystemSuspensionContext,
} from "../../provider/cost-management/types";

/** Which export is read. */
export interface GetExportArgs {
  /** The scope of the export, such as `/subscriptions/{subscriptionId}`. */
  readonly scope: string;
  /** The name of the export, in any case. */
  readonly exportName: string;
  /** The api-version to read with. Default: 2025-03-01, which sees the exports of every version. */
  readonly apiVersion?: string;
}

/** Whose exports are listed. */
export interface ListExportsArgs {
  /** The scope whose exports are listed. Exports of the scopes below it are not included: the service lists none of these. */
  readonly scope: string;
  /** The api-version to list with. Default: 2025-03-01, which sees the exports of every version; older ones omit newer exports silently. */
  readonly apiVersion?: string;
}

/** An export as the service answers it. */
export interface GetExportResult {
  /** The full ARM id, with a leading slash. */
  readonly id: string;
  /** The name as the service answers it. */
  readonly name: string;
  /** The scope of the export, with a leading slash. */
  readonly scope: string;
  /** The name of the export, as in `ExportArgs`. */
  readonly exportName: string;
  /** Version of the export: each write gives a new one. */
  readonly eTag?: string;
  /** The dataset, its time frame and its columns. */
  readonly definition: ExportDefinition;
  /** Where the files go; a SAS token is answered obfuscated. */
  readonly deliveryInfo: ExportDeliveryInfo;
  /** When the export runs. */
  readonly schedule?: ExportSchedule;
  /** `Csv` or `Parquet`; where it is absent, Csv. */
  readonly format?: string;
  /** Whether files are split into parts; where it is absent, they are not. */
  readonly partitionData?: boolean;
  /** Whether a run replaces the files of the previous one; where it is absent, it does not. */
  readonly dataOverwriteBehavior?: string;
  /** `none`, `gzip` or `snappy`; where it is absent, none. */
  readonly compressionMode?: string;
  /** Free text. */
  readonly exportDescription?: string;
  /** The managed identity; `principalId` and `tenantId` are set by the service. */
  readonly identity?: { readonly type: string; readonly principalId?: string; readonly tenantId?: string };
  /** Location of the managed identity. */
  readonly location?: string;
  /** When the next scheduled run is expected. ISO 8601, UTC. */
  readonly nextRunTimeEstimate?: string;
  /** Why the service suspended the export, where it did. */
  readonly systemSuspensionContext?: SystemSuspensionContext;
  /** The api-version that it was read with. */
  readonly apiVersion: string;
}

type Plain<Args> = {
  readonly [Key in keyof Args]: pulumi.Input<NonNullable<Args[Key]>> | Extract<Args[Key], undefined>;
};

/** Reads one export. Fails when it does not exist. It is read in preview too. */
export async function getExport(args: GetExportArgs): Promise<GetExportResult> {
  const { readExport } = await functions();
  return (await readExport(args, pulumi.runtime.getConfig)) as unknown as GetExportResult;
}

/** Reads one export whose address holds outputs. */
export function getExportOutput(args: Plain<GetExportArgs>): pulumi.Output<GetExportResult> {
  return pulumi.output(args).apply((resolved) => getExport(resolved as GetExportArgs));
}

/** Lists the exports of a scope. */
export async function listExports(args: ListExportsArgs): Promise<GetExportResult[]> {
  const { readExports } = await functions();
  return (await readExports(args, pulumi.runtime.getConfig)) as unknown as GetExportResult[];
}

/** Lists the exports of a scope that holds outputs. */
export function listExportsOutput(args: Plain<ListExportsArgs>): pulumi.Output<GetExportResult[]> {
  return pulumi.output(args).apply((resolved) => listExports(resolved as ListExportsArgs));
}

/** Loaded on the first call: a program that only declares exports does not pay for the network libraries. */
function functions() {
  return import("../../provider/functions/exports.js");
}
