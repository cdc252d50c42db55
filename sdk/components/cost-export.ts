import * as pulumi from "@pulumi/pulumi";
import { Export } from "../resources/export";
import type { ExportArgs, ExportDefinitionArgs, ExportScheduleArgs } from "../resources/export-args";
import { ExportRun } from "../resources/export-run";
import type { ProviderRegistration } from "../resources/surroundings";
import { formerNames } from "./aliases";
import {
  anything,
  checkArguments,
  flag,
  input,
  matching,
  memberOf,
  object,
  plain,
  properties,
  span,
  type Shape,
  type Together,
} from "./arguments";
import {
  ExportAccess,
  grantRule,
  readersRule,
  timeoutWithoutWait,
  type ExportAccessArgs,
  type ExportReader,
} from "./export-access";
import { destinationRule, ExportDestination, type ExportDestinationArgs } from "./export-destination";
import { registerAtScope } from "./scope-registration";

/** What is exported, where to, and who may read it. */
export interface CostExportArgs {
  /** The scope whose costs are exported, such as `/subscriptions/{subscriptionId}`. A change replaces the export. */
  scope: pulumi.Input<string>;
  /** The dataset and its time frame. Default: FOCUS 1.0, month to date. A change updates the export. */
  definition?: pulumi.Input<ExportDefinitionArgs>;
  /** When it runs. Default: each day. A change updates the export. */
  schedule?: pulumi.Input<ExportScheduleArgs>;
  /** Folder in the container. Default: the component's name. A change updates the export; files stay where they are. */
  rootFolderPath?: pulumi.Input<string>;
  /**
   * Where to: an `ExportDestination`, which several exports may share, or what to make one of. Default: a new, secure account.
   * Another account or container updates the export.
   */
  destination?: ExportDestination | ExportDestinationArgs;
  /** Who may read the delivered files. Default: nobody besides those who may already. */
  readers?: readonly ExportReader[];
  /** Who lets the export write; see `ExportAccess`. Default: `service`. */
  grant?: ExportAccessArgs["grant"];
  /** How long to wait until the service's role assignment shows, such as `5m`; only with `grant: "service"`. Default: `2m`. */
  grantTimeout?: pulumi.Input<string>;
  /**
   * Whether to register Microsoft.CostManagement in the scope's subscription; where the scope is an output or a billing scope,
   * nothing is registered. Default: true. (That of the storage account is the destination's.)
   */
  registerProvider?: boolean;
  /** Whether to run the export once, when it is made or when this is set. Default: false. */
  run?: boolean;
  /**
   * Months to fill in, such as `{ from: "2025-01", to: "2025-12" }`. Default: none. A change runs the months that have not run.
   */
  backfill?: { from: pulumi.Input<string>; to: pulumi.Input<string> };
  /** Anything else of the export, laid over what the component says of it. Default: nothing. */
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
    checkArguments(shape, name, args);
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

const scopeCure = "Give the scope whose costs are exported, such as /subscriptions/{subscriptionId}.";

export const scopeRule = matching(/\S/, "scope", scopeCure);

const monthForm = /^\d{4}-(?:0[1-9]|1[0-2])$/;
const month = input(matching(monthForm, "month", "Write it as 2026-03."));

/** An output of both months is for `ExportRun` to check. */
export const backfillRule = input(
  object<NonNullable<CostExportArgs["backfill"]>>({
    owner: "a backfill",
    rules: { from: month, to: month },
    required: { from: "Name the first month, such as 2026-01.", to: "Name the last month, such as 2026-03." },
    together: ({ from, to }, at) =>
      typeof from === "string" && typeof to === "string" && monthForm.test(from) && monthForm.test(to) && to < from
        ? [`${at("to")} is "${to}", which is before ${at("from")}, "${from}". Exchange the two.`]
        : [],
  }),
);

const shape: Shape<CostExportArgs> = {
  owner: "CostExport",
  rules: {
    scope: input(scopeRule),
    definition: anything,
    schedule: anything,
    rootFolderPath: anything,
    destination: destinationRule,
    readers: readersRule,
    grant: grantRule,
    grantTimeout: input(span),
    registerProvider: plain(flag),
    run: plain(flag),
    backfill: backfillRule,
    export: plain(properties),
  },
  required: { scope: scopeCure },
  together: (given, at) => [...timeoutWithoutWait(given, at), ...saidTwice(given, at)],
};

/** Arguments, and the field of `export` that would silently take the place of each. */
const laidOver = [
  ["scope", "scope"],
  ["definition", "definition"],
  ["schedule", "schedule"],
  ["rootFolderPath", "deliveryInfo"],
] as const;

const saidTwice: Together<CostExportArgs> = (given, at) =>
  laidOver
    .filter(([key, field]) => given[key] !== undefined && memberOf(given.export, field) !== undefined)
    .map(([key, field]) => `${at(key)} is replaced by ${at("export")}.${field}. Leave out one of the two.`);
