import * as pulumi from "@pulumi/pulumi";
import type {
  ExportDefinition,
  ExportDeliveryInfo,
  ExportSchedule,
  SystemSuspensionContext,
} from "../../provider/cost-management/types";

export interface GetExportArgs {
  /** The scope of the export, such as `/subscriptions/{subscriptionId}`. */
  readonly scope: string;
  readonly exportName: string;
  /** The api-version to read with. Default: 2025-03-01, which sees the exports of every version. */
  readonly apiVersion?: string;
}

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
  readonly name: string;
  readonly scope: string;
  readonly exportName: string;
  readonly eTag?: string;
  readonly definition: ExportDefinition;
  readonly deliveryInfo: ExportDeliveryInfo;
  readonly schedule?: ExportSchedule;
  readonly format?: string;
  readonly partitionData?: boolean;
  readonly dataOverwriteBehavior?: string;
  readonly compressionMode?: string;
  readonly exportDescription?: string;
  readonly identity?: { readonly type: string; readonly principalId?: string; readonly tenantId?: string };
  readonly location?: string;
  readonly nextRunTimeEstimate?: string;
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
