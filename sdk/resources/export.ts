import * as pulumi from "@pulumi/pulumi";
import type {
  ExportDefinition,
  ExportDeliveryInfo,
  ExportSchedule,
  SystemSuspensionContext,
} from "../../provider/cost-management/types";
import type { ExportArgs } from "./export-args";
import { hideSasToken } from "./secrets";

/** The type token. It is a part of every URN, and never changes. */
const type = "pulumi-nodejs:dynamic/azure-cost-exports:Export";
/** What state keeps to find the provider by. It never changes: state written today must be deletable in ten years. */
const provider = 'exports.handler=()=>require("pulumi-azure-cost-exports/provider").Export';

/**
 * A Cost Management export: costs, prices or reservation data, written to a storage account by schedule or on demand.
 *
 * Everything that the service is known to refuse is refused in preview, with its cure. Updates carry the live eTag and keep
 * what others changed; a change of theirs to a field that the program sets is a conflict, and is said (`onConflict`).
 *
 * ```ts
 * import { Export } from "pulumi-azure-cost-exports";
 *
 * declare const accountId: string;
 * new Export("daily-focus", {
 *   scope: "/subscriptions/00000000-0000-0000-0000-000000000000",
 *   definition: { type: "FocusCost", timeframe: "MonthToDate", dataSet: { configuration: { dataVersion: "1.0" } } },
 *   schedule: { status: "Active", recurrence: "Daily" },
 *   format: "Parquet",
 *   compressionMode: "snappy",
 *   partitionData: true,
 *   deliveryInfo: { destination: { resourceId: accountId, container: "costs", rootFolderPath: "focus" } },
 * });
 * ```
 */
export class Export extends pulumi.CustomResource {
  /** The scope whose costs are exported. */
  declare readonly scope: pulumi.Output<string>;
  /** The name of the export, as the program has it. */
  declare readonly exportName: pulumi.Output<string>;
  /** The name as the service answers it. */
  declare readonly name: pulumi.Output<string>;
  /** The dataset, its time frame and its columns. */
  declare readonly definition: pulumi.Output<ExportDefinition>;
  /** Where the files go; a SAS token in it is a secret. */
  declare readonly deliveryInfo: pulumi.Output<ExportDeliveryInfo>;
  /** The schedule, with the dates that were chosen where the program left them out. */
  declare readonly schedule: pulumi.Output<ExportSchedule | undefined>;
  /** Format of the files; undefined where neither the program nor the service says one (Csv). */
  declare readonly format: pulumi.Output<string | undefined>;
  /** Whether files are split into parts. */
  declare readonly partitionData: pulumi.Output<boolean | undefined>;
  /** Whether a run replaces the files of the previous one. */
  declare readonly dataOverwriteBehavior: pulumi.Output<string | undefined>;
  /** Compression of the files. */
  declare readonly compressionMode: pulumi.Output<string | undefined>;
  /** Free text. */
  declare readonly exportDescription: pulumi.Output<string | undefined>;
  /** The identity; `principalId` and `tenantId` are set by the service. */
  declare readonly identity: pulumi.Output<
    { readonly type: string; readonly principalId?: string; readonly tenantId?: string } | undefined
  >;
  /** Location of the managed identity. */
  declare readonly location: pulumi.Output<string | undefined>;
  /** The api-version that the export was last written with. */
  declare readonly apiVersion: pulumi.Output<string>;
  /** Version of the export as last seen. The provider handles it; programs have no need to. */
  declare readonly eTag: pulumi.Output<string | undefined>;
  /** When the next scheduled run is expected, as last seen. ISO 8601. */
  declare readonly nextRunTimeEstimate: pulumi.Output<string | undefined>;
  /** Why the service suspended the export, where it did. */
  declare readonly systemSuspensionContext: pulumi.Output<SystemSuspensionContext | undefined>;

  /**
   * @param name The resource's name in the stack, and the export's where `args.exportName` is left out.
   */
  constructor(name: string, args: ExportArgs, opts?: pulumi.CustomResourceOptions) {
    // A JavaScript program may pass nothing; the check then names every missing property.
    const given: Partial<ExportArgs> = { ...args };
    const props =
      opts?.id === undefined
        ? { ...given, exportName: given.exportName ?? name, deliveryInfo: hideSasToken(given.deliveryInfo) }
        : given;
    super(type, name, { ...outputs, ...props, __provider: provider }, opts);
  }

  /**
   * An export that exists already, by its id (`{scope}/providers/Microsoft.CostManagement/exports/{name}`), read and never
   * changed. It is read in preview too. Fails when it does not exist.
   */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts?: pulumi.CustomResourceOptions): Export {
    return new Export(name, {} as ExportArgs, { ...opts, id });
  }
}

/** Every output must be named when the resource is made: those that are not are dropped. */
const outputs = {
  scope: undefined,
  exportName: undefined,
  name: undefined,
  definition: undefined,
  deliveryInfo: undefined,
  schedule: undefined,
  format: undefined,
  partitionData: undefined,
  dataOverwriteBehavior: undefined,
  compressionMode: undefined,
  exportDescription: undefined,
  identity: undefined,
  location: undefined,
  apiVersion: undefined,
  eTag: undefined,
  nextRunTimeEstimate: undefined,
  systemSuspensionContext: undefined,
};
