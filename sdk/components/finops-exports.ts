import * as pulumi from "@pulumi/pulumi";
import type { ExportDefinitionArgs, FilterItemArgs } from "../resources/export-args";
import { formerNames } from "./aliases";
import { checkArguments, distinct, plain, text, type Rule, type Shape } from "./arguments";
import { backfillRule, CostExport, scopeRule } from "./cost-export";
import { ExportAccess, grantRule, readersRule, type ExportAccessArgs, type ExportReader } from "./export-access";
import { destinationRule, ExportDestination, type ExportDestinationArgs } from "./export-destination";
import { registerAtScope } from "./scope-registration";

/** Which scopes are covered, where to, and who may read. */
export interface FinOpsExportsArgs {
  /**
   * The scopes to cover, each once. Prices and reservation data are added where a scope has them: EA accounts and billing
   * profiles. Known while the program runs, because exports are named after them; a change touches those of no other scope.
   */
  scopes: readonly string[];
  /** One place for all: an `ExportDestination`, or what to make one of. */
  destination?: ExportDestination | ExportDestinationArgs;
  /** Who may read the delivered files: all of the container. */
  readers?: readonly ExportReader[];
  /** Who lets the exports write; see `ExportAccess`. Default: `service`. */
  grant?: ExportAccessArgs["grant"];
  /**
   * What the names of the exports begin with: `{exportNamePrefix}-focus-daily` and so on. Default: the component's name. Say the
   * old name here when the component is renamed, because a change replaces the exports.
   */
  exportNamePrefix?: string;
  /** Months of FOCUS data to fill in for each scope. */
  backfill?: { from: pulumi.Input<string>; to: pulumi.Input<string> };
}

interface Kind {
  readonly key: string;
  readonly definition: ExportDefinitionArgs;
  readonly recurrence: "Daily" | "Monthly";
  readonly csv?: true;
  readonly filled?: true;
}

const version = (dataVersion: string, filters?: FilterItemArgs[]): ExportDefinitionArgs["dataSet"] => ({
  configuration: { dataVersion, ...(filters === undefined ? {} : { filters }) },
});

const recommendationFilters: FilterItemArgs[] = [
  { name: "ReservationScope", value: "Shared" },
  { name: "ResourceType", value: "VirtualMachines" },
  { name: "LookBackPeriod", value: "Last30Days" },
];

/** FOCUS of the open month each day, and of the closed month once: what every scope has. */
const costs: readonly Kind[] = [
  {
    key: "focus-daily",
    definition: { type: "FocusCost", timeframe: "MonthToDate", dataSet: version("1.0") },
    recurrence: "Daily",
    filled: true,
  },
  {
    key: "focus-monthly",
    definition: { type: "FocusCost", timeframe: "TheLastMonth", dataSet: version("1.0") },
    recurrence: "Monthly",
  },
];

/** What EA accounts and billing profiles have besides. Reservation data come as CSV, as FinOps hubs take them. */
const commitments: readonly Kind[] = [
  {
    key: "prices",
    definition: { type: "PriceSheet", timeframe: "TheCurrentMonth", dataSet: version("2023-05-01") },
    recurrence: "Daily",
  },
  {
    key: "reservation-details",
    definition: { type: "ReservationDetails", timeframe: "MonthToDate", dataSet: version("2023-03-01") },
    recurrence: "Daily",
    csv: true,
  },
  {
    key: "reservation-transactions",
    definition: { type: "ReservationTransactions", timeframe: "MonthToDate", dataSet: version("2023-05-01") },
    recurrence: "Daily",
    csv: true,
  },
  {
    key: "reservation-recommendations",
    definition: {
      type: "ReservationRecommendations",
      timeframe: "MonthToDate",
      dataSet: version("2023-05-01", recommendationFilters),
    },
    recurrence: "Daily",
    csv: true,
  },
];

/** The set that a FinOps team needs, for a list of scopes, in one place: each export in a folder of its own. */
export class FinOpsExports extends pulumi.ComponentResource {
  /** The storage account and the container of all of them. */
  readonly destination: ExportDestination;
  /** By scope and kind, such as `/subscriptions/{id} focus-daily`. */
  readonly exports: Readonly<Record<string, CostExport>>;

  constructor(name: string, args: FinOpsExportsArgs, opts?: pulumi.ComponentResourceOptions) {
    checkArguments(shape, name, args);
    super("azure-cost-exports:index:FinOpsExports", name, {}, opts);
    const parent = { parent: this };
    this.destination =
      args.destination instanceof ExportDestination
        ? args.destination
        : new ExportDestination(name, args.destination, {
            parent: this,
            aliases: formerNames(name, opts).map((former) => ({ name: former })),
          });
    const made: Record<string, CostExport> = {};
    for (const scope of args.scopes) {
      const registration = registerAtScope(`${name}-${folderOf(scope).replaceAll("/", "-")}`, scope, parent);
      for (const kind of kindsOf(scope)) {
        made[`${scope} ${kind.key}`] = new CostExport(
          // By the scope and not by its position: another scope in front must not move the others.
          `${name}-${folderOf(scope).replaceAll("/", "-")}-${kind.key}`,
          {
            scope,
            definition: kind.definition,
            schedule: { status: "Active", recurrence: kind.recurrence },
            rootFolderPath: `${folderOf(scope)}/${kind.key}`,
            destination: this.destination,
            registerProvider: false,
            ...(args.grant === undefined ? {} : { grant: args.grant }),
            ...(args.backfill === undefined || kind.filled !== true ? {} : { backfill: args.backfill }),
            export: {
              exportName: `${args.exportNamePrefix ?? name}-${kind.key}`,
              ...(kind.csv === true ? { format: "Csv", compressionMode: "gzip" } : {}),
            },
          },
          { parent: this, dependsOn: registration === undefined ? [] : [registration] },
        );
      }
    }
    this.exports = made;
    if (args.readers !== undefined) {
      const { storageAccountId, containerName } = this.destination;
      new ExportAccess(name, { storageAccountId, containerName, readers: args.readers }, parent);
    }
    this.registerOutputs({ destination: this.destination.destination });
  }
}

/** EA accounts (digits) and billing profiles have prices and reservation data (documented). */
function kindsOf(scope: string): readonly Kind[] {
  const rich = /\/billingAccounts\/\d+\/?$/i.test(scope) || /\/billingProfiles\/[^/]+\/?$/i.test(scope);
  return rich ? [...costs, ...commitments] : costs;
}

/** The scope as a folder: no leading slash, and none of the characters that the service refuses (`:` above all). */
function folderOf(scope: string): string {
  return scope
    .replace(/^\/+|\/+$/g, "")
    .replace(/[^A-Za-z0-9/_.-]/g, "-")
    .toLowerCase();
}

const eachOnce = distinct(
  scopeRule,
  (scope) => (typeof scope === "string" ? folderOf(scope) : undefined),
  "List each scope once: its costs would count twice.",
);

const scopesRule: Rule = (value, path) =>
  Array.isArray(value) && value.length === 0
    ? [`${path} is an empty list, of which no export is made. Name a scope, such as /subscriptions/{subscriptionId}.`]
    : eachOnce(value, path);

const shape: Shape<FinOpsExportsArgs> = {
  owner: "FinOpsExports",
  rules: {
    scopes: plain(scopesRule),
    destination: destinationRule,
    readers: readersRule,
    grant: grantRule,
    exportNamePrefix: plain(text),
    backfill: backfillRule,
  },
  required: { scopes: "List the scopes to cover, such as [/subscriptions/{subscriptionId}]." },
};
