import * as pulumi from "@pulumi/pulumi";
import { Export } from "../resources/export";
import type { ExportArgs, ExportDefinitionArgs, ExportScheduleArgs } from "../resources/export-args";
import { ExportRun } from "../resources/export-run";
import type { ProviderRegistration } from "../resources/surroundings";
import { formerNames } from "./aliases";
import { ExportAccess, type ExportAccessArgs, type ExportReader } from "./export-access";
import { ExportDestination, type ExportDestinationArgs } from "./export-destination";
import { registerAtScope } from "./scope-registration";

/** What is exported, where to, and who may read it. */
export interface CostExportArgs {
  /** The scope whose costs are exported, such as `/subscriptions/{subscriptionId}`. */
  scope: pulumi.Input<string>;
  /** Default: FOCUS, month to date. */
  definition?: pulumi.Input<ExportDefinitionArgs>;
  /** Default: each day. */
  schedule?: pulumi.Input<ExportScheduleArgs>;
  /** Folder in the container. Default: the component's name. */
  rootFolderPath?: pulumi.Input<string>;
  /** Where to: an `ExportDestination`, or what to make one of. Default: a new, secure account. */
  destination?: ExportDestination | ExportDestinationArgs;
  /** Who may read the delivered files. */
  readers?: readonly ExportReader[];
  /** Who lets the export write; see `ExportAccess`. Default: `service`. */
  grant?: ExportAccessArgs["grant"];
  /** How long to wait until the service's role assignment shows, such as `5m`. Default: `2m`. */
  grantTimeout?: pulumi.Input<string>;
  /**
   * Whether to register Microsoft.CostManagement in the scope's subscription; where the scope is an output or a billing scope,
   * nothing is registered. Default: true. (That of the storage account is the destination's.)
   */
  registerProvider?: boolean;
  /** Whether to run the export at once. Default: false. */
  run?: boolean;
  /** Months to fill in, such as `{ from: "2025-01", to: "2025-12" }`. */
  backfill?: { from: pulumi.Input<string>; to: pulumi.Input<string> };
  /** Laid over what is said of the export. */
  export?: Partial<ExportArgs>;
}

/**
 * An export with all that it needs: a destination, the registration, an identity with access, readers, and on wish a first
 * run and a backfill. Files are Parquet with snappy, in parts, and a run replaces the files of the last one of its month.
 */
export class CostExport extends pulumi.ComponentResource {
  /** The storage account and the container. */
  readonly destination: ExportDestination;
  /** The export itself. */
  readonly export: Export;
  /** The registration of Microsoft.CostManagement, where there is one. */
  readonly registration: ProviderRegistration | undefined;
  /** Who may write and read. */
  readonly access: ExportAccess;
  /** The first run, where `run` asked for one. */
  readonly firstRun: ExportRun | undefined;
  /** The runs of the months to fill in, where `backfill` names some. */
  readonly backfill: ExportRun | undefined;

  constructor(name: string, args: CostExportArgs, opts?: pulumi.ComponentResourceOptions) {
    super("azure-cost-exports:index:CostExport", name, {}, opts);
    const parent = { parent: this };
    this.destination =
      args.destination instanceof ExportDestination
        ? args.destination
        : new ExportDestination(name, args.destination, {
            parent: this,
            aliases: formerNames(name, opts).map((former) => ({ name: former })),
          });
    if (args.registerProvider !== false) this.registration = registerAtScope(`${name}-scope`, args.scope, parent);
    const folder = pulumi.output(args.rootFolderPath ?? name);
    this.export = new Export(
      name,
      {
        scope: args.scope,
        definition: args.definition ?? {
          type: "FocusCost",
          timeframe: "MonthToDate",
          dataSet: { configuration: { dataVersion: "1.0" } },
        },
        schedule: args.schedule ?? { status: "Active", recurrence: "Daily" },
        format: "Parquet",
        compressionMode: "snappy",
        partitionData: true,
        dataOverwriteBehavior: "OverwritePreviousReport",
        identity: { type: "SystemAssigned" },
        location: "global",
        deliveryInfo: {
          destination: pulumi
            .all([this.destination.destination, folder])
            .apply(([to, rootFolderPath]) => ({ ...to, rootFolderPath })),
        },
        ...args.export,
      },
      { parent: this, dependsOn: this.registration === undefined ? [] : [this.registration] },
    );
    this.access = new ExportAccess(
      name,
      {
        exportId: this.export.id,
        storageAccountId: this.destination.storageAccountId,
        containerName: this.destination.containerName,
        ...(args.grant === undefined ? {} : { grant: args.grant }),
        ...(args.grantTimeout === undefined ? {} : { grantTimeout: args.grantTimeout }),
        ...(args.readers === undefined ? {} : { readers: args.readers }),
      },
      parent,
    );
    const after = { parent: this, dependsOn: [this.access] };
    if (args.run === true) this.firstRun = new ExportRun(name, { exportId: this.export.id }, after);
    if (args.backfill !== undefined) {
      const earlier = this.firstRun === undefined ? [] : [this.firstRun];
      this.backfill = new ExportRun(
        `${name}-backfill`,
        { exportId: this.export.id, months: args.backfill },
        { parent: this, dependsOn: [this.access, ...earlier] },
      );
    }
    this.registerOutputs({ exportId: this.export.id, destination: this.destination.destination });
  }
}
