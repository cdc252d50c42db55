/**
 * What people report about exports and the tools around them, with a number each; what becomes of it here; and the test that
 * shows it. docs/problems.md is written from this table, and tests/docs/problems.test.ts holds it to what it says. A test that
 * shows an end to a problem is named here: that is how the tests cite the numbers.
 */

/** `open`: not ended by this package; the text says why. */
export type Outcome = "done" | "healed" | "refused" | "warned" | "explained" | "offered" | "documented" | "open";

export interface Proof {
  /** Path from the root of the repository. */
  readonly file: string;
  /** The title of a test, as it is written there: with its %s where it has one. */
  readonly title: string;
  /** Which of the rows of a test with many: a text that the file, or `rowsIn`, holds. */
  readonly row?: string;
  readonly rowsIn?: string;
}

export interface ReportedProblem {
  readonly number: number;
  readonly title: string;
  /** The error, or what is seen, in the words that people search for. */
  readonly met: string;
  readonly outcome: Outcome;
  readonly here: string;
  /** Where it was reported: issues as repository#number (the short names are told on the page). */
  readonly source: string;
  /** Empty only where the outcome is `documented` or `open`. */
  readonly proofs: readonly Proof[];
  /** A page of docs/, with its anchor. */
  readonly page?: string;
}

export interface ProblemGroup {
  readonly title: string;
  readonly problems: readonly ReportedProblem[];
}

const proof = (file: string, title: string, row?: string): Proof => ({
  file: `tests/${file}`,
  title,
  ...(row === undefined ? {} : { row }),
});

/** A rule of check, met by an input of its own. */
const rule = (name: string): Proof =>
  proof(
    "provider/cost-management/rules.test.ts",
    "is reported once, at its property, with value, rule and cure",
    `rule: "${name}"`,
  );

/** An answer of the service, provoked in the emulator and told with its cure. */
const answer = (row: string): Proof => ({
  ...proof("campaign/catalogue.test.ts", "%s: check %s", `"${row}"`),
  rowsIn: "campaign/catalogue/scenarios.cjs",
});

const resource = (title: string): Proof => proof("provider/resources/export.test.ts", title);
const run = (title: string, row?: string): Proof => proof("provider/resources/export-run.test.ts", title, row);
const history = (title: string): Proof => proof("provider/functions/runs.test.ts", title);
const engine = (title: string): Proof => proof("engine/export.test.ts", title);
const wire = (title: string): Proof => proof("provider/cost-management/wire.test.ts", title);
const parse = (title: string, row?: string): Proof => proof("provider/cost-management/parse.test.ts", title, row);
const everyVersion = proof("engine/import.test.ts", "every dataset of both generations, %s");

const updates: ProblemGroup = {
  title: "Updates, eTags, idempotence",
  problems: [
    {
      number: 1,
      title: "An update fails because no eTag was sent",
      met: "`Etag value required for update operation of report: NAME.Please get the latest to avoid overwrite.`",
      outcome: "done",
      here: "Each write is preceded by a read, and carries the eTag that was read. A program has no eTag to handle.",
      source: "azurerm#15010",
      proofs: [resource("reads, then writes with the live eTag")],
      page: "concepts.md#etags-and-conflicts",
    },
    {
      number: 2,
      title: "The second deployment of the same template fails",
      met: "400 `Etag value required for update operation of report …`; with an eTag in the template `InvalidRequestContent`: `Could not find member 'eTag' on object of type 'TemplateResource'`",
      outcome: "done",
      here: "The same program again makes no call but a read; a changed one updates.",
      source: "bicep#6404",
      proofs: [engine("preview, up, up again, update, refresh, destroy")],
    },
    {
      number: 3,
      title: "The types of a tool leave no place for the eTag",
      met: "the property `eTag` is refused, or missing, in the resource type",
      outcome: "done",
      here: "There is none to give. One that is left in a program taken from elsewhere is passed over with a warning.",
      source: "types-az#1441",
      proofs: [parse("%s, which answers carry, is ignored with a remark", '"eTag"')],
    },
    {
      number: 4,
      title: "Models generated from the OpenAPI of 2019-11-01 cannot update",
      met: "an SDK without an eTag in its model: every second PUT is refused",
      outcome: "done",
      here: "Bodies are built from a table of fields of this package. The eTag goes in the body, with the quotes that belong to its value.",
      source: "specs#9614",
      proofs: [wire("carries the live eTag in its body, quotes and all")],
    },
    {
      number: 5,
      title: "The command line asks for an eTag that nobody knows",
      met: "`export update` wants an eTag as an argument",
      outcome: "done",
      here: "`pulumi up` asks for nothing. Where another writer came between look and write, it looks again.",
      source: "autorest.az#241",
      proofs: [resource("a stale eTag (%i) is read again and decided again")],
    },
    {
      number: 6,
      title: "Scheduled actions have the same trap",
      met: "`Microsoft.CostManagement/scheduledActions` cannot be deployed twice",
      outcome: "open",
      here: "Scheduled actions are another resource of the service; this package manages exports and reports only.",
      source: "bicep#9393",
      proofs: [],
    },
    {
      number: 7,
      title: "Somebody else wrote first",
      met: "400 `There are changes made to Budget NAME. Please get the latest budget to avoid overwrite.` (of budgets; exports are assumed to answer alike)",
      outcome: "healed",
      here: "400 with these words, 409 and 412 all mean a stale eTag: the export is read and decided on again, six times at most. A field that both changed is a conflict with all three values, and nothing is overwritten.",
      source: "docs#34023",
      proofs: [
        resource("a stale eTag (%i) is read again and decided again"),
        resource("a change by the portal to another value is a conflict, named with all three values and the cures"),
      ],
      page: "concepts.md#etags-and-conflicts",
    },
    {
      number: 8,
      title: "An update command that could not update",
      met: "`Update-AzCostManagementExport` of the first version failed on every existing export",
      outcome: "done",
      here: "An update reads, merges and writes; the suite does so through the real Pulumi CLI.",
      source: "notes of Az.CostManagement 0.2.0",
      proofs: [engine("preview, up, up again, update, refresh, destroy")],
    },
    {
      number: 9,
      title: "What the service answers, it refuses to take back",
      met: "`Invalid request payload, Invalid member :properties.schedule.recurrence` (since May 2025)",
      outcome: "done",
      here: "The recurrence `None` that an export without one is answered with is never sent; a program that copied it is accepted.",
      source: "azps#27730",
      proofs: [
        wire("does not send the recurrence %s, which the service answers and refuses"),
        parse("schedule.recurrence None is what one-time exports are answered with, and is never sent"),
      ],
    },
    {
      number: 10,
      title: "The eTag moves, and the tool calls it a change",
      met: "every refresh shows a changed `eTag` output",
      outcome: "done",
      here: "The eTag is an output that no input depends on. A write that changed nothing else is neither drift nor an update.",
      source: "pulumi-azure-native#4722",
      proofs: [resource("an eTag that moved alone is neither drift nor a change")],
    },
  ],
};

const dates: ProblemGroup = {
  title: "Dates, schedules, ends",
  problems: [
    {
      number: 11,
      title: "A start in the past",
      met: "`Invalid schedule recurrencePeriod; 'from' value cannot be in the past.`",
      outcome: "refused",
      here: "Refused in preview for a new Active export. Left out, the next UTC midnight by the service's clock is chosen and remembered, so that a program can be deployed again in any year.",
      source: "azurerm#20597",
      proofs: [
        rule("start in the past"),
        resource(
          "chooses the next UTC midnight and five years where the program leaves dates out, and remembers that it did",
        ),
      ],
    },
    {
      number: 12,
      title: "An end that was left out",
      met: "`Invalid schedule recurrencePeriod; 'from' value cannot be after 'to' value`",
      outcome: "done",
      here: "An end is always sent: five years after the start where the program leaves it out. An end before the start is refused in preview.",
      source: "bicep#6519, sdkpy#6100",
      proofs: [
        resource(
          "chooses the next UTC midnight and five years where the program leaves dates out, and remembers that it did",
        ),
        rule("end before start"),
      ],
    },
    {
      number: 13,
      title: "A start that is computed makes a change with every plan",
      met: "`timestamp()` as the start: a perpetual diff",
      outcome: "done",
      here: "Nothing needs to be computed. Dates that were chosen once stay, whatever the clock says.",
      source: "azurerm#15010",
      proofs: [
        proof("provider/cost-management/export-decide.test.ts", "that were chosen once stay, whatever the clock says"),
      ],
    },
    {
      number: 14,
      title: "An export stops without a word when its recurrence ends",
      met: "no more files; the status is still Active, and nothing failed",
      outcome: "warned",
      here: "Preview warns from 60 days before the end, and after it. It does not renew by itself: the program says the new end.",
      source: "ftk#17",
      proofs: [rule("end is near"), rule("end is over")],
    },
    {
      number: 15,
      title: "Custom without a period",
      met: "`Missing definition timePeriod; specify a period in the past.`",
      outcome: "refused",
      here: "`definition.timePeriod` exists in every version, and is asked for in preview where the time frame is Custom.",
      source: "azurerm#22391, azapi#184",
      proofs: [rule("custom needs a period")],
    },
    {
      number: 16,
      title: "Time frames of the portal that the API does not have",
      met: "`Invalid definition timeframe: 'TheLastWeek'; valid values: …` (also: yesterday, last 7 days)",
      outcome: "refused",
      here: "Refused in preview with the list. The service has no such time frame; a run with a `timePeriod` of its own, or a one-time export, delivers any days of one month.",
      source: "azurerm#15389, cliext#4176",
      proofs: [answer("time frame")],
      page: "runs-and-reports.md#run-an-export",
    },
    {
      number: 17,
      title: "TheLast7Days works and is in no enumeration; TheCurrentMonth works in new versions only",
      met: "`Invalid definition timeframe: '…'; valid values: …`, or a client that refuses a value which the service takes",
      outcome: "done",
      here: "TheLast7Days is accepted (with a warning on new versions, where nobody has seen it); TheCurrentMonth is known to exist in the new generation only.",
      source: "specs#23707",
      proofs: [
        parse("the time frame TheLast7Days in %s: it is in no enumeration, and live"),
        parse("%s %s in %s", '["definition.timeframe", "TheCurrentMonth"]'),
      ],
    },
    {
      number: 18,
      title: "A daily export made in the first days of a month never closes the month before",
      met: "the previous month lacks its last charges; exports created on day 1 to 5 miss the second run",
      outcome: "documented",
      here: "The service runs what exists at that moment. A run of the closed month fetches it: `ExportRun` with `months`. `FinOpsExports` has FOCUS by closed month beside FOCUS by day. The emulator behaves as the service is documented to.",
      source: "docs#113232",
      proofs: [
        proof(
          "emulator/scheduled-runs.test.ts",
          "one that was created in these days does not get it for the month before (docs#113232)",
        ),
        run("a backfill runs one month after the other, newest first, the current one until yesterday"),
      ],
      page: "runs-and-reports.md#fill-in-history",
    },
    {
      number: 19,
      title: "Selected dates are off by one month",
      met: "“Export selected dates” delivers another month than was asked for",
      outcome: "done",
      here: "Months are written as 2026-03 and become the first and the last day in UTC; the tests read them from the run history.",
      source: "ftk#584",
      proofs: [run("a backfill runs one month after the other, newest first, the current one until yesterday")],
    },
    {
      number: 20,
      title: "A backfill asks for days that have not been",
      met: "`Invalid definition timePeriod; 'to' value cannot be in the future.`",
      outcome: "done",
      here: "A backfill's current month ends yesterday. A period of the program's own that ends in the future is refused in preview.",
      source: "ftk#988, ftk#884, ftk#1611",
      proofs: [
        run("a backfill runs one month after the other, newest first, the current one until yesterday"),
        run("check refuses %s", '"a period in the future"'),
        rule("period in the future"),
      ],
    },
    {
      number: 21,
      title: "How long may a period be",
      met: "the portal says 90 days, the REST pages say something else",
      outcome: "warned",
      here: "Each api-version has a documented limit of its own, and a longer period is a warning that names it: no refusal is on record.",
      source: "docs#114125",
      proofs: [rule("period length")],
    },
  ],
};

const generations: ProblemGroup = {
  title: "The split between api-versions, and what tools lack",
  problems: [
    {
      number: 22,
      title: "Exports of the portal are not found",
      met: "`az costmanagement export list` prints `[]`, `show` fails with 404 `No export found for …`",
      outcome: "done",
      here: "The newest version is asked, which sees both generations. A program of an old version is told of an export that hides from it, and makes no twin.",
      source: "cli#32769, cliext#9072, cliext#10007",
      proofs: [
        resource("an old version does not make a twin of an export of the new generation"),
        resource("finds an export that the portal moved out of an old version's sight"),
      ],
      page: "concepts.md#generations-of-api-versions",
    },
    {
      number: 23,
      title: "The list at a billing profile is empty",
      met: "`az costmanagement export list --scope …/billingProfiles/…` prints `[]`",
      outcome: "done",
      here: "All nine kinds of scope are listed with the newest version.",
      source: "cli#29673",
      proofs: [proof("provider/functions/exports.test.ts", "lists the exports of a %s, of both generations")],
    },
    {
      number: 24,
      title: "A look-up returns nothing for newer exports",
      met: "`Get-AzCostManagementExport` returns nothing",
      outcome: "done",
      here: "`getExport` and `listExports` read with 2025-03-01 unless told otherwise; `getExport` fails where there is nothing, and says so.",
      source: "azps#26013",
      proofs: [
        engine("getExport and listExports read in a program, with and without outputs"),
        proof("provider/functions/exports.test.ts", "lists the exports of a %s, of both generations"),
      ],
    },
    {
      number: 25,
      title: "An existing export cannot be imported",
      met: "`Cannot import non-existent remote object`",
      outcome: "done",
      here: "The command line writes the import file and the program for exports of both generations; the preview after it is empty.",
      source: "azurerm#31981",
      proofs: [everyVersion],
      page: "cli.md#import",
    },
    {
      number: 26,
      title: "FOCUS, price sheets, reservations",
      met: "a tool that takes `Usage`, `ActualCost` and `AmortizedCost` only",
      outcome: "offered",
      here: "All eight datasets, in the versions that have them.",
      source: "azurerm#29705, azurerm#31031",
      proofs: [everyVersion, parse("%s %s in %s", '["definition.type", "FocusCost"]')],
      page: "rules.md#datasets",
    },
    {
      number: 27,
      title: "Parquet with Snappy",
      met: "tools that know `Csv` only",
      outcome: "offered",
      here: '`format: "Parquet"`, `compressionMode: "snappy"`. The emulator delivers such files, and the suite reads them back.',
      source: "azurerm#29282, azurerm#31903, azps#26371",
      proofs: [
        rule("compression and format"),
        proof(
          "emulator/delivery/read-back.test.ts",
          "%s of %s in version %s: text and Parquet hold the same, under the same names",
        ),
      ],
    },
    {
      number: 28,
      title: "Partitioned files",
      met: "no argument for `partitionData`",
      outcome: "offered",
      here: "`partitionData`, in the five versions that have it; refused with their names where the version has not.",
      source: "azurerm#23747",
      proofs: [parse("%s in %s: %j", "partitionData: partitioned")],
    },
    {
      number: 29,
      title: "Another copy each day instead of one file",
      met: "a folder of month-to-date files, one more each day",
      outcome: "offered",
      here: '`dataOverwriteBehavior: "OverwritePreviousReport"`.',
      source: "azurerm#27098, azps#24784",
      proofs: [
        parse("%s in %s: %j", "dataOverwriteBehavior: improved"),
        proof(
          "emulator/delivery/layout.test.ts",
          "has no folder by time, and removes the run before of the same dates",
        ),
      ],
    },
    {
      number: 30,
      title: "A format argument with one value",
      met: "`Delivery format parquet is only supported at API version 2023-07-01-preview or later.`",
      outcome: "refused",
      here: "Parquet on an old version is refused in preview, with the versions that have it.",
      source: "azurerm PR#27122",
      proofs: [answer("parquet on an old version"), parse("%s %s in %s", '["format", "Parquet"]')],
    },
    {
      number: 31,
      title: "FOCUS in scripts",
      met: "`New-AzCostManagementExport` knows no FocusCost",
      outcome: "offered",
      here: "In programs as `FocusCost`, with its data versions; `FinOpsExports` makes the usual set.",
      source: "azps#26088, azps#28304",
      proofs: [proof("engine/components.test.ts", "a FinOps set covers its scopes without two exports in one folder")],
    },
    {
      number: 32,
      title: "Exports of a management group",
      met: "no resource for the scope",
      outcome: "offered",
      here: "One resource, and `scope` says which of nine kinds. What a management group is known not to take is refused or warned of.",
      source: "azurerm#18581",
      proofs: [
        proof("provider/cost-management/scopes.test.ts", "there are nine forms, and each has an example here"),
        rule("datasets at a management group"),
      ],
    },
    {
      number: 33,
      title: "Exports of departments, profiles, invoice sections, customers",
      met: "no resource for the scope",
      outcome: "offered",
      here: "The same: billing accounts, departments, enrollment accounts, billing profiles, invoice sections and customers are scopes.",
      source: "azurerm#14726, azurerm PR#19723",
      proofs: [proof("provider/cost-management/scopes.test.ts", "there are nine forms, and each has an example here")],
    },
    {
      number: 34,
      title: "A resource per kind of scope, and the pain when one is renamed",
      met: "`azurerm_cost_management_export_resource_group` became `azurerm_resource_group_cost_management_export`",
      outcome: "done",
      here: "There is one type for all scopes, and its token never changes. Exports of all resources of azurerm are taken over by one command.",
      source: "azurerm#11598, azurerm PR#11612, azurerm PR#14140",
      proofs: [
        proof("provider/functions/migrate.test.ts", "attributes of %s"),
        proof("sdk/export.test.ts", "the type token and the text that finds the provider"),
      ],
      page: "migrate-from-azurerm.md",
    },
    {
      number: 35,
      title: "The manifest is in no OpenAPI file",
      met: "no model for `manifest.json`",
      outcome: "offered",
      here: "`readManifest` has types for both generations, and says whether there is any data.",
      source: "specs#22712",
      proofs: [
        proof("provider/cost-management/manifest.test.ts", "the manifest of the newer generation"),
        proof("provider/cost-management/manifest.test.ts", "the manifest of the older generation"),
      ],
      page: "runs-and-reports.md#what-was-delivered",
    },
    {
      number: 36,
      title: "Clouds that are behind",
      met: "`NoRegisteredProviderFound`, `InvalidApiVersionParameter` in US Government or China",
      outcome: "explained",
      here: "Endpoints follow the cloud, and `apiVersion` is a property of each export. Which versions a cloud serves is known to nobody here; its answer is shown with the cure.",
      source: "ftk#957, docs#38595",
      proofs: [
        answer("api-version"),
        proof("provider/arm/clouds.test.ts", "environment %s is the cloud %s, and nothing is asked for it"),
      ],
    },
  ],
};

const storage: ProblemGroup = {
  title: "Storage, firewalls, keys, identities, registration",
  problems: [
    {
      number: 37,
      title: "An export to an account behind a firewall never appears",
      met: "no file, or a run that fails, at a storage account with network rules",
      outcome: "offered",
      here: "An export with a managed identity passes a firewall that lets trusted services in; `ExportDestination` makes such an account, `CostExport` such an export.",
      source: "docs#40519, docs#56924, docs#108106, docs#110611",
      proofs: [
        proof("emulator/delivery-wiring.test.ts", "not behind either of them with an identity"),
        answer("storage firewall"),
      ],
      page: "components.md",
    },
    {
      number: 38,
      title: "The exports service may not use the account",
      met: "`The exports service is not authorized to access the specified storage account 'X'.`",
      outcome: "explained",
      here: "Nothing in a program shows the firewall, so preview cannot know. The answer comes with the two properties to set.",
      source: "azurerm#23962, docs#72044",
      proofs: [answer("storage firewall")],
      page: "troubleshooting.md",
    },
    {
      number: 39,
      title: "No place for identity and location",
      met: "no `identity` argument",
      outcome: "offered",
      here: "Both, with a check that they come together and in a version that has them.",
      source: "azurerm#25875, azurerm#31030",
      proofs: [rule("identity needs a location"), parse("%s in %s: %j", '"identity.type": withIdentity')],
    },
    {
      number: 40,
      title: "An account without shared keys",
      met: "`Key-based authentication is currently disabled on this storage account`",
      outcome: "explained",
      here: "The answer comes with the cure: a managed identity. The components make one from the start, and accounts without keys.",
      source: "cli#32912, cliext#9997",
      proofs: [
        answer("shared key disabled"),
        proof("emulator/delivery-wiring.test.ts", "without keys and without an identity"),
      ],
    },
    {
      number: 41,
      title: "A tool that works with a SAS token only",
      met: "`New-AzCostManagementExport` works with a SAS token as destination only",
      outcome: "done",
      here: "A destination is a `resourceId`, or a `sasToken` with its `storageAccount`; preview says which half is missing. A token is a secret in state.",
      source: "azps#29424",
      proofs: [rule("destination account"), rule("two ways to the account")],
    },
    {
      number: 42,
      title: "The service assigns a role with the caller's rights",
      met: "`does not have authorization to perform action 'Microsoft.Authorization/roleAssignments/write'`",
      outcome: "explained",
      here: 'The answer comes with the roles that contain the right. `ExportAccess` can make an assignment of its own (`grant: "account"`), for those who manage access apart.',
      source: "ftk#570, ftk#2253",
      proofs: [answer("role assignment not allowed")],
      page: "components.md",
    },
    {
      number: 43,
      title: "The identity service fails",
      met: "`FailedIdentityOperation`, `InternalServerError` when the export's identity is made",
      outcome: "explained",
      here: "It is a failure of Azure's: said so, with what to do. What had been written is found by the next `pulumi up`.",
      source: "ftk#1348",
      proofs: [answer("identity backend")],
    },
    {
      number: 44,
      title: "The provider is not registered where the storage account is",
      met: "`RP Not Registered. Register destination storage account subscription with Microsoft.CostManagementExports.`",
      outcome: "offered",
      here: "`ProviderRegistration` registers and waits; the components do it. Where it is missing, the answer comes with the command.",
      source: "ftk#1409",
      proofs: [
        proof("engine/surroundings.test.ts", "a provider is registered, waited for, and left registered"),
        answer("provider not registered"),
      ],
    },
    {
      number: 45,
      title: "A storage account in another form than its id",
      met: "`InvalidSubscriptionId`, `ServiceToServiceAuthorizationProvider.IsRPRegistered … 'providers' is malformed`",
      outcome: "refused",
      here: "Refused in preview, with the form that is wanted: neither an address nor a container.",
      source: "sdkpy#21900, sdkpy#30654",
      proofs: [rule("storage account id")],
    },
    {
      number: 46,
      title: "A folder that begins with a slash",
      met: "`Invalid deliveryInfo destination rootFolderPath; value cannot begin with a forward slash`",
      outcome: "done",
      here: "The slash is taken off, which is said; `/` alone is no folder. A live folder with a slash makes no diff.",
      source: "azurerm PR#26219, ftk PR#896",
      proofs: [
        proof("provider/cost-management/rules.test.ts", "is taken off for %s, and that is said"),
        wire("sends to %s a live folder %j, which old versions take, as %j"),
      ],
    },
    {
      number: 47,
      title: "A colon in the folder",
      met: "`Value cannot contain any reserved url characters except forward slashes(/)`",
      outcome: "refused",
      here: "Refused in preview, for all of these characters, with a name that works.",
      source: "ftk#1239",
      proofs: [rule("reserved characters in the folder")],
    },
    {
      number: 48,
      title: "Runs fail until the export is saved in the portal",
      met: "`An unknown error occurred` in the run history of an export that an SDK made",
      outcome: "open",
      here: "Its cause was never told, and whether exports of this package can have it, nobody has verified. A run that fails is an error with the service's words, and the next `pulumi up` runs it again.",
      source: "specs#24549",
      proofs: [run("a failed month is an error that names it; the next up runs only that one")],
    },
    {
      number: 49,
      title: "The portal itself fails",
      met: "`n.value is undefined` when an export is created in the portal",
      outcome: "open",
      here: "A fault of the portal. Programs do not pass through it.",
      source: "docs#55246",
      proofs: [],
    },
  ],
};

const scopes: ProblemGroup = {
  title: "Scopes, agreements, datasets",
  problems: [
    {
      number: 50,
      title: "Only Usage is allowed",
      met: "`Invalid definition type 'AmortizedCost'; valid values: 'Usage'.`",
      outcome: "refused",
      here: "Refused in preview at a management group with an old version, and where `agreement` says pay-as-you-go. A subscription does not show its agreement: then the answer comes with the cure.",
      source: "cliext#2021, azps#19453",
      proofs: [
        rule("amortized cost at a management group, old generation"),
        rule("pay-as-you-go takes no FOCUS and no amortized costs"),
        answer("usage only"),
      ],
      page: "concepts.md#datasets-scopes-and-agreements",
    },
    {
      number: 51,
      title: "No FOCUS under pay-as-you-go",
      met: "`Export type: FocusCost is not supported for Agreement Type: WebDirect and Subscription.`",
      outcome: "refused",
      here: 'Refused in preview where the program says `agreement: "PAYG"`; else the answer comes with the cure.',
      source: "ftk#1367",
      proofs: [rule("pay-as-you-go takes no FOCUS and no amortized costs"), answer("dataset and agreement")],
      page: "concepts.md#datasets-scopes-and-agreements",
    },
    {
      number: 52,
      title: "A price sheet has no granularity",
      met: "`Invalid dataset granularity: 'Daily'.`",
      outcome: "refused",
      here: "Refused in preview. A live export that has one is taken over without it, and keeps it.",
      source: "ftk#1193",
      proofs: [
        rule("price sheet granularity"),
        proof("provider/functions/import.test.ts", "leaves out a live value that a program may not state, and says so"),
      ],
    },
    {
      number: 53,
      title: "A price sheet of an EA department",
      met: "the dataset is refused at a department",
      outcome: "refused",
      here: "Refused in preview, with the scopes that have price sheets.",
      source: "ftk#1870",
      proofs: [rule("price sheet scope")],
    },
    {
      number: 54,
      title: "Management groups: one currency, and no Microsoft Customer Agreement",
      met: "the export of a management group fails where its subscriptions are billed in several currencies",
      outcome: "warned",
      here: "The limits of management groups are a warning that names the billing account as the other way. Currencies show nowhere in a program.",
      source: "docs#113129, docs#60623, docs#88133",
      proofs: [rule("datasets at a management group"), rule("agreement and scope")],
    },
    {
      number: 55,
      title: "Partitioning on an old version under an Enterprise Agreement",
      met: "`PartitionData is currently only supported for GTM (modern) channel. Current channel is 'EA'`",
      outcome: "warned",
      here: "Seen in 2021, and unknown today: a warning, and the cure where the service still says it.",
      source: "docs#74890",
      proofs: [rule("partition on an old version at an enrollment"), answer("partition on an old channel")],
    },
    {
      number: 56,
      title: "An app identity on a Microsoft Customer Agreement",
      met: "`RBACAccessDenied`: `The client does not have authorization to perform action.`",
      outcome: "explained",
      here: "Scopes of these agreements are supported like all others. That the service refuses app identities there is told with the cure: a person with a billing role.",
      source: "ftk#1239, ftk#2113",
      proofs: [answer("app on a billing scope")],
    },
    {
      number: 57,
      title: "A service principal without a role on the enrollment",
      met: "`BillingAccessDenied`: `The user does not have valid claims on any enrollmentaccounts.`",
      outcome: "explained",
      here: "The answer comes with the cure: an EA role, assigned to the object id of the enterprise application.",
      source: "ftk#1495",
      proofs: [answer("enrollment role missing")],
    },
    {
      number: 58,
      title: "401 without a reason on billing scopes",
      met: "`401 Unauthorized` without a body",
      outcome: "explained",
      here: "The error names the scope, the ids of the request, and which roles allow it.",
      source: "sdkpy#6101, azurerm#22963",
      proofs: [answer("no rights")],
    },
    {
      number: 59,
      title: "A new subscription has no cost data",
      met: "`Cost management data is not supported for subscription(s) … in the provided api-version.`",
      outcome: "explained",
      here: "The words mislead: no api-version helps. The cure says to wait for 24 to 48 hours.",
      source: "azurerm#19024",
      proofs: [answer("new subscription")],
    },
    {
      number: 60,
      title: "A billing account in another form than its path",
      met: "404 `MissingSubscription`",
      outcome: "refused",
      here: "Refused in preview, with the path that was probably meant.",
      source: "azurerm#20242, docs#119202",
      proofs: [rule("scope form"), answer("malformed scope")],
    },
    {
      number: 61,
      title: "A bare subscription id",
      met: "`subscription_id` must be a full path",
      outcome: "refused",
      here: "Refused in preview: “Did you mean /subscriptions/…?”",
      source: "azurerm#21628",
      proofs: [rule("scope form")],
    },
    {
      number: 62,
      title: "From subscriptions to the billing account, with the history",
      met: "a hub that reads exports of many subscriptions shall read one of the billing account",
      outcome: "documented",
      here: "A change of scope replaces the export and leaves delivered files where they are; a backfill fills the new folder. How a hub treats both is the hub's business.",
      source: "ftk#2266",
      proofs: [
        resource("a change of %s replaces, deleting first"),
        run("a backfill runs one month after the other, newest first, the current one until yesterday"),
      ],
      page: "runs-and-reports.md#fill-in-history",
    },
  ],
};

const runs: ProblemGroup = {
  title: "Runs, history, throttling, data, consumers",
  problems: [
    {
      number: 63,
      title: "An empty object as the body of a run",
      met: "`Invalid time period provided.`",
      outcome: "done",
      here: "A run without a period is sent without a body.",
      source: "ftk#1370, ftk#1419",
      proofs: [
        proof("provider/arm/client.test.ts", "a POST without a body sends none, not even an empty object"),
        answer("run without a period"),
      ],
    },
    {
      number: 64,
      title: "A run of an export that is not there yet",
      met: "`The requested export with export name: NAME could not be found.`",
      outcome: "done",
      here: "`ExportRun` takes `myExport.id`, so Pulumi makes the export first. An id that leads nowhere is told with this cure.",
      source: "ftk#974",
      proofs: [
        proof("engine/export-run.test.ts", "an export is created and run; nothing runs again until a trigger changes"),
        run("an export that does not exist is said, with the cure"),
      ],
    },
    {
      number: 65,
      title: "A script gives up at the first 429",
      met: "`Too many requests. Please retry.` during a backfill",
      outcome: "healed",
      here: "The service's quotas are kept from the start, and the longest of all its hints is waited for, until the deadline. Then the state says what is missing, and the next `pulumi up` goes on.",
      source: "ftk#2257",
      proofs: [
        proof("campaign/quota.test.ts", "the quota alone says how long it takes, and nothing fails"),
        run("the end of the time records what was reached, and the next up goes on from there"),
      ],
    },
    {
      number: 66,
      title: "A list shows one run of each export",
      met: "`$expand=runHistory` on a list: one run",
      outcome: "done",
      here: "`getRunHistory` asks the history of the export itself: about ten runs, newest first.",
      source: "ftk#2063",
      proofs: [history("tells all runs, newest first, where a list tells one")],
    },
    {
      number: 67,
      title: "Empty files stop a pipeline",
      met: "manifests with `dataRowCount: 0`, files with a header alone",
      outcome: "done",
      here: "`readManifest` says `empty`; runs without charges have the outcome `empty`, which is no failure.",
      source: "ftk#1535, ftk#998",
      proofs: [
        proof("provider/cost-management/manifest.test.ts", "a manifest with %s is empty"),
        run("months without charges are told apart from failures"),
      ],
    },
    {
      number: 68,
      title: "Blanks in the headers of recommendations under a Microsoft Customer Agreement",
      met: "column names with blanks, where the same file of an Enterprise Agreement has none",
      outcome: "open",
      here: "The package does not read or rewrite data files; who reads them compares headers without blanks and case.",
      source: "ftk#1317",
      proofs: [],
    },
    {
      number: 69,
      title: "A term that nobody had seen",
      met: "`P10Y` in a term column",
      outcome: "open",
      here: "The package does not read data files. What it does read, it takes with values that nobody has heard of.",
      source: "ftk#2106",
      proofs: [wire("is read with values that nobody has heard of")],
    },
    {
      number: 70,
      title: "A consumer reads the manifest as data",
      met: "`_manifest.json` among the files of an export breaks a CSV reader",
      outcome: "done",
      here: "`latestRun` and `readManifest` tell the data files by name. A consumer that reads all of a folder has to leave `manifest.json` and `_manifest.json` out.",
      source: "opencost#2451",
      proofs: [proof("emulator/delivery/layout.test.ts", "the provider reads both manifests")],
      page: "runs-and-reports.md#what-was-delivered",
    },
    {
      number: 71,
      title: "The portal changed partitioning or the folder under a consumer",
      met: "files appear at another place after somebody saved the export in the portal",
      outcome: "healed",
      here: "A refresh shows it as drift, and the next `pulumi up` puts it back; without a refresh, it is a conflict that names the values.",
      source: "kubecost#3451",
      proofs: [
        engine(
          "drift on a set field is shown by refresh and repaired by up; an unset field keeps what the portal wrote",
        ),
        engine("a conflict stops the update, says all three values and the cures, and overwrites nothing"),
      ],
    },
    {
      number: 72,
      title: "A consumer that cannot read gzip",
      met: "compressed files where a consumer wants plain CSV, or the other way round",
      outcome: "documented",
      here: "Nothing is compressed unless the program says so, and a default that the service spells out makes no diff. What a consumer reads is on its own pages.",
      source: "kubecost/docs PR#1178, harness PR#9896",
      proofs: [proof("provider/cost-management/export-diff.test.ts", "between %s left out and its default, %j")],
    },
    {
      number: 73,
      title: "The Location of a new export leads outside of Azure Resource Manager",
      met: "a TLS renegotiation error, 401, or five minutes of silence after a create; an orphan remains",
      outcome: "done",
      here: "201 is the whole answer, and the header is never followed.",
      source: "specs#25356, specs#20726, azapi#184, azapi#575",
      proofs: [
        proof("provider/arm/guards.test.ts", "the Location of a new export, outside ARM, is not asked"),
        proof(
          "provider/arm/guards.test.ts",
          "the emulator names a foreign host for each new export, as the service does; a create asks ARM alone",
        ),
      ],
    },
    {
      number: 74,
      title: "Ids without a leading slash",
      met: "the .NET SDK cannot parse the `id` of an export",
      outcome: "done",
      here: "Ids are read with and without slash, in any case, and told in one form.",
      source: "specs#23704",
      proofs: [
        proof(
          "provider/cost-management/scopes.test.ts",
          "gives the id of an export, and is found in it again, however it is written",
        ),
        proof("provider/cost-management/published-examples.test.ts", "has an id that is ours, in another spelling"),
      ],
    },
    {
      number: 75,
      title: "No command to run an export, no backfill as code",
      met: "loops by hand around `POST …/run`",
      outcome: "offered",
      here: "`ExportRun` in programs, `azure-cost-exports run` and `backfill` on the command line; both can be resumed.",
      source: "azurerm#22391",
      proofs: [
        proof("cli/run.test.ts", "run waits for the result, tells how it goes on stderr, and prints one JSON object"),
        proof(
          "engine/export-run.test.ts",
          "a deployment that is killed while a run goes on is resumed, and starts nothing twice",
        ),
      ],
      page: "runs-and-reports.md",
    },
    {
      number: 76,
      title: "Which file is the current one",
      met: "the layout of old versions has a new file name for each run, and no pointer to the newest",
      outcome: "done",
      here: "`latestRun` tells the newest run that delivered, with its file.",
      source: "open-finops-stack, issue 4",
      proofs: [history("the latest run is the newest that delivered, with its file")],
      page: "runs-and-reports.md#what-was-delivered",
    },
    {
      number: 77,
      title: "Types and decimals of columns are told nowhere",
      met: "costs that are read as text or lose digits",
      outcome: "documented",
      here: "The emulator's page says of each column type how it is written, and how sure that is; its files are read back by tests. What real files hold beyond that is the service's secret.",
      source: "docs#79040",
      proofs: [
        proof(
          "emulator/delivery/read-back.test.ts",
          "Parquet has the types of Azure's files: DECIMAL(38), times in UTC, booleans, text",
        ),
      ],
      page: "emulator-data.md#how-sure-is-it",
    },
    {
      number: 78,
      title: "Role assignments of identities that are gone",
      met: "“Identity not found” among the role assignments of the storage account",
      outcome: "done",
      here: 'What the service assigned, it is assumed to leave behind: `ServiceGrant` finds it, and removes it on destroy, after runs under way; the components have one for each export. An assignment of the stack\'s own (`grant: "account"`) goes with the stack.',
      source: "documented (tutorial of improved exports)",
      proofs: [
        proof(
          "engine/service-grant.test.ts",
          "the assignment is found and remembered, no change of the export touches it, and a destroy removes it",
        ),
        proof(
          "engine/surroundings.test.ts",
          "a change of an export shows no role assignment as replaced or unknown in preview; a replacement does replace it",
        ),
        proof(
          "emulator/delivery-wiring.test.ts",
          "leaves its role behind when the export is deleted, unless the switch says otherwise",
        ),
      ],
      page: "components.md",
    },
    {
      number: 79,
      title: "Two exports of one name in one folder",
      met: "files of one export disappear when the other runs",
      outcome: "warned",
      here: "Preview warns, with both scopes and the folder, of exports of one program.",
      source: "documented (portal); that files are lost is assumed",
      proofs: [
        proof(
          "provider/dynamic/path-collisions.test.ts",
          "two exports of one name in one folder are warned of, with both scopes, the folder and the cure",
        ),
      ],
    },
    {
      number: 80,
      title: "What a call costs; commitments of the MACC",
      met: "no price for API calls; no dataset for a Microsoft Azure Consumption Commitment",
      outcome: "open",
      here: "The service says neither, and has no such dataset. `npm run bench` prints how many calls each operation makes.",
      source: "ftk#1721, docs#45229",
      proofs: [],
    },
    {
      number: 81,
      title: "A data version that was retired",
      met: "`Export data version: V is not supported.`",
      outcome: "warned",
      here: "A version that is not listed is a warning with the known ones, because the list changes; the service's refusal comes with the cure.",
      source: "ftk#1972",
      proofs: [rule("unlisted data version"), answer("data version")],
    },
    {
      number: 82,
      title: "Which days a run may have",
      met: "`start and end date must be in the same month`, `export time cannot exceed 84 months`, `Either both startDate and endDate needs to be present or both should not be present.` (words of a user)",
      outcome: "refused",
      here: "Days of two months and months too old are refused in preview; a backfill splits by month; both ends are sent or none.",
      source: "ftk#1072",
      proofs: [
        run("check refuses %s", '"a period over two months"'),
        run("check refuses %s", '"months too old"'),
        answer("half a period"),
      ],
    },
    {
      number: 83,
      title: "Time frame and recurrence must fit",
      met: "`Invalid timeframe … and schedule recurrence … combination`",
      outcome: "refused",
      here: "The pairs that were seen refused are refused in preview, with the pairs that go together; undocumented ones are a warning.",
      source: "ftk PR#843",
      proofs: [rule("time frame and recurrence"), rule("unlisted pair of time frame and recurrence")],
    },
  ],
};

export const problemGroups: readonly ProblemGroup[] = [updates, dates, generations, storage, scopes, runs];
