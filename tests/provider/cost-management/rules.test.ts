/**
 * Every rule, by name: an input that it speaks of, one that it leaves alone, and what a reader is told - the value, the rule
 * and the cure. A rule that is added to rules.ts needs a row here.
 */
import * as fc from "fast-check";
import type { Problem } from "../../../provider/cost-management/parse";
import { rules } from "../../../provider/cost-management/rules";
import { unknown } from "../../../provider/cost-management/unknown";
import {
  billingAccount,
  check,
  given,
  givenOld,
  managementGroup,
  problemsOf,
  sasToken,
  storageAccount,
  subscription,
  withAt,
  type Paths,
} from "./kit";

interface Row {
  readonly rule: string;
  /** What an input is changed to; in a program of the old generation where `old` is set. */
  readonly changes: Paths;
  readonly old?: boolean;
  /** The inputs of the last deployment differ from these by nothing: an update. */
  readonly updating?: boolean;
  readonly at: string;
  /** Parts of the message: the value, the rule, the cure. */
  readonly says: readonly [value: string, rule: RegExp, cure: RegExp];
  /** Further changes after which the rule is content. */
  readonly mended: Paths;
}

const type = "definition.type";
const timeframe = "definition.timeframe";
const periodFrom = "definition.timePeriod.from";
const periodTo = "definition.timePeriod.to";
const granularity = "definition.dataSet.granularity";
const columns = "definition.dataSet.configuration.columns";
const dataVersion = "definition.dataSet.configuration.dataVersion";
const filters = "definition.dataSet.configuration.filters";
const resourceId = "deliveryInfo.destination.resourceId";
const container = "deliveryInfo.destination.container";
const folder = "deliveryInfo.destination.rootFolderPath";
const token = "deliveryInfo.destination.sasToken";
const account = "deliveryInfo.destination.storageAccount";
const status = "schedule.status";
const recurrence = "schedule.recurrence";
const startsAt = "schedule.recurrencePeriod.from";
const endsAt = "schedule.recurrencePeriod.to";

const department = `${billingAccount}/departments/4711`;
const modernAccount = `${billingAccount}:6789`;
const profile = `${modernAccount}/billingProfiles/ABCD`;
/** A price sheet, a recommendation and a one-time export that nothing can be said against. */
const prices: Paths = {
  scope: billingAccount,
  [type]: "PriceSheet",
  [timeframe]: "TheCurrentMonth",
  [dataVersion]: "2023-05-01",
};
const recommendations: Paths = {
  scope: billingAccount,
  [type]: "ReservationRecommendations",
  [dataVersion]: "2023-05-01",
  [filters]: [
    { name: "ReservationScope", value: "Single" },
    { name: "resourceType", value: "virtualmachines" },
    { name: "LookBackPeriod", value: "Last7Days" },
  ],
};
const oneTime: Paths = {
  [timeframe]: "Custom",
  [periodFrom]: "2026-10-01",
  [periodTo]: "2026-10-31",
  [status]: "Inactive",
  [recurrence]: undefined,
};
const withToken: Paths = {
  scope: modernAccount,
  [resourceId]: undefined,
  [token]: sasToken,
  [account]: "costs",
};

test.each([
  ["a program", given()],
  ["a program of the old generation", givenOld()],
  ["a price sheet", given(prices)],
  ["a reservation recommendation", given(recommendations)],
  ["a one-time export", given(oneTime)],
  ["a destination by SAS token", given(withToken)],
])("nothing is said of %s without a fault", (_name, program) => {
  expect(problemsOf(program)).toEqual([]);
});

const rows: readonly Row[] = [
  // Scope and name
  {
    rule: "scope form",
    changes: { scope: "11111111-1111-1111-1111-111111111111" },
    at: "scope",
    says: ["11111111", /none of the nine forms/, /Did you mean \/subscriptions\/11111111-[0-9-]+\?$/],
    mended: { scope: "subscriptions/11111111-1111-1111-1111-111111111111/" },
  },
  {
    rule: "scope form",
    changes: { scope: "123456" },
    at: "scope",
    says: [
      '"123456"',
      /none of the nine forms/,
      /Did you mean \/providers\/Microsoft\.Billing\/billingAccounts\/123456\?$/,
    ],
    mended: { scope: billingAccount },
  },
  {
    rule: "scope form",
    changes: { scope: `${subscription}/resourceGroup/finops` },
    at: "scope",
    says: ["/resourceGroup/finops", /none of the nine forms/, /Valid forms: .*\/resourceGroups\/\{name\}/],
    mended: { scope: `${subscription}/resourcegroups/finops` },
  },
  ...[
    ["a query", "?x=1"],
    ["an encoded slash", "%2F"],
    ["a blank", " "],
    ["a backslash", "\\"],
    ["a fragment", "#x"],
  ].map(([, text = ""]) => ({
    rule: "scope is an address",
    changes: { scope: `${subscription}/resourceGroups/fin${text}ops` },
    at: "scope",
    says: [`fin${text}ops`, /cannot stand in an address/, /Write the ARM id as the portal shows it/] as const,
    mended: { scope: `${subscription}/resourceGroups/fin-ops` },
  })),
  {
    rule: "scope is an address",
    changes: { scope: `${subscription}/resourceGroups/..` },
    at: "scope",
    says: ["/..", /cannot stand in an address/, /Write the ARM id/],
    mended: { scope: `${subscription}/resourceGroups/a..b` },
  },
  {
    rule: "subscription id",
    changes: { scope: "/subscriptions/Production" },
    at: "scope",
    says: ['"Production"', /no GUID/, /Write its id, not its name/],
    mended: { scope: subscription.toUpperCase() },
  },
  ...["a/b", "a?b", "a#b", "a%b", "a\\b", "a b", ".", ".."].map((name) => ({
    rule: "name characters",
    changes: { exportName: name },
    at: "exportName",
    says: [`"${name}"`, /cannot stand in a name/, /Use letters, digits, "-" and "_"/] as const,
    mended: { exportName: "a-b_c" },
  })),
  ...[
    ["a\u0000b", '"a\\u0000b"'],
    ["a\u007fb", '"a'],
    ["a\ud800b", '"a\\ud800b"'],
  ].map(([name = "", shown = ""]) => ({
    rule: "name characters",
    changes: { exportName: name },
    at: "exportName",
    says: [shown, /cannot stand in a name/, /Use letters/] as const,
    mended: { exportName: "a-b" },
  })),
  {
    rule: "name beyond an address",
    changes: { exportName: "a".repeat(261) },
    at: "exportName",
    says: ["has 261", /more than the 260/, /3 to 64/],
    mended: { exportName: "a".repeat(64) },
  },
  {
    rule: "name length",
    changes: { exportName: "ab" },
    at: "exportName",
    says: ['"ab" has 2', /the portal takes/, /3 to 64/],
    mended: { exportName: "abc" },
  },
  {
    rule: "name length",
    changes: { exportName: "a".repeat(65) },
    at: "exportName",
    says: ["has 65", /the portal takes/, /3 to 64/],
    mended: { exportName: "a".repeat(64) },
  },

  // Dataset and scope
  {
    rule: "price sheet scope",
    changes: { ...prices, scope: subscription },
    at: "scope",
    says: [
      "PriceSheet",
      /does not exist at a subscription.*refuses/,
      /Use the EA billing account, or the billing profile/,
    ],
    mended: { scope: profile },
  },
  {
    rule: "price sheet scope",
    changes: { ...prices, scope: department },
    at: "scope",
    says: ["PriceSheet", /does not exist at .* an EA department/, /Use the EA billing account/],
    mended: { scope: billingAccount },
  },
  {
    rule: "price and reservation scopes",
    changes: { ...recommendations, scope: `${subscription}/resourceGroups/finops` },
    at: "scope",
    says: [
      "ReservationRecommendations",
      /documented for EA billing accounts and billing profiles only/,
      /Use one of these/,
    ],
    mended: { scope: profile },
  },
  {
    rule: "reservation data of a modern billing account",
    changes: { ...recommendations, scope: modernAccount },
    at: "scope",
    says: [
      "ReservationRecommendations",
      /is, or looks like, one of a Microsoft Customer Agreement/,
      /Use one of its billing profiles/,
    ],
    mended: { scope: profile },
  },
  {
    rule: "reservation data of a modern billing account",
    changes: { ...recommendations, scope: `${billingAccount}abc`, agreement: "MPA" },
    at: "scope",
    says: ["ReservationRecommendations", /one of a Microsoft Partner Agreement/, /Use one of its billing profiles/],
    mended: { agreement: "EA" },
  },
  {
    rule: "amortized cost at a management group, old generation",
    old: true,
    changes: { scope: managementGroup, [type]: "AmortizedCost" },
    at: "scope",
    says: ["AmortizedCost", /takes Usage only/, /Set type to Usage, or export each subscription/],
    mended: { [type]: "Usage" },
  },
  {
    rule: "datasets at a management group",
    changes: { scope: managementGroup },
    at: "scope",
    says: ["FocusCost", /not fully supported/, /The billing account holds the same costs/],
    mended: { scope: billingAccount },
  },
  {
    rule: "datasets at a management group",
    changes: { scope: managementGroup, [type]: "AmortizedCost", [dataVersion]: "2021-10-01" },
    at: "scope",
    says: ["AmortizedCost", /not fully supported/, /billing account/],
    mended: { [type]: "Usage" },
  },

  // Dataset and agreement
  {
    rule: "pay-as-you-go takes no FOCUS and no amortized costs",
    changes: { agreement: "payg" },
    at: type,
    says: ["FocusCost", /does not exist under pay-as-you-go/, /Set type to Usage, or correct agreement/],
    mended: { agreement: "EA" },
  },
  {
    rule: "pay-as-you-go takes no FOCUS and no amortized costs",
    old: true,
    changes: { agreement: "PAYG", [type]: "AmortizedCost" },
    at: type,
    says: ["AmortizedCost", /does not exist under pay-as-you-go/, /Set type to Usage/],
    mended: { [type]: "Usage" },
  },
  {
    rule: "pay-as-you-go delivers usage",
    old: true,
    changes: { agreement: "PAYG" },
    at: type,
    says: ["ActualCost", /not documented under pay-as-you-go/, /Set type to Usage/],
    mended: { [type]: "Usage" },
  },
  ...(
    [
      [department, "MCA", "EA", /an Enterprise Agreement/],
      [profile, "EA", "MPA", /a Microsoft Customer Agreement/],
      [`${modernAccount}/customers/1`, "EA", "MPA", /a Microsoft Partner Agreement/],
      [managementGroup, "MCA", "EA", /an Enterprise Agreement/],
      [billingAccount, "PAYG", "EA", /an Enterprise Agreement/],
    ] as const
  ).map(([scope, wrong, right, whose]) => ({
    rule: "agreement and scope",
    old: true,
    changes: { scope, [type]: "Usage", agreement: wrong },
    at: "agreement",
    says: [`agreement ${wrong} does not go with a scope of this form`, whose, /Correct one of the two/] as const,
    mended: { agreement: right },
  })),

  // Time frames and schedules
  {
    rule: "custom needs a period",
    changes: { ...oneTime, [periodFrom]: undefined, [periodTo]: undefined },
    at: periodFrom,
    says: ["Custom", /needs definition\.timePeriod/, /with from and to, in the past/],
    mended: oneTime,
  },
  {
    rule: "period without an end",
    changes: { ...oneTime, [periodTo]: undefined },
    at: periodTo,
    says: ["definition.timePeriod.to", /is missing/, /has from and to/],
    mended: oneTime,
  },
  {
    rule: "period without a start",
    changes: { ...oneTime, [periodFrom]: undefined },
    at: periodFrom,
    says: ["definition.timePeriod.from", /is missing/, /has from and to/],
    mended: oneTime,
  },
  {
    rule: "period order",
    changes: { ...oneTime, [periodFrom]: "2026-10-31", [periodTo]: "2026-10-01" },
    at: periodTo,
    says: ["(2026-10-01)", /before it starts \(2026-10-31\)/, /Exchange the two/],
    mended: { [periodFrom]: "2026-10-01" },
  },
  {
    rule: "period in the future",
    changes: { ...oneTime, [periodFrom]: "2026-12-01", [periodTo]: "2026-12-02" },
    at: periodTo,
    says: ["2026-12-02", /in the future: the service refuses/, /End the period yesterday at the latest/],
    mended: { [periodTo]: "2026-12-01" },
  },
  {
    rule: "period length",
    changes: { ...oneTime, [periodTo]: "2026-11-01" },
    at: periodTo,
    says: ["2025-03-01", /within one calendar month/, /Split it into one export, or one run, per month/],
    mended: { [periodTo]: "2026-10-31" },
  },
  {
    rule: "period length",
    changes: { ...oneTime, apiVersion: "2023-07-01-preview", [periodTo]: "2026-11-02" },
    at: periodTo,
    says: ["2023-07-01-preview", /\(1 month\)/, /Split it/],
    mended: { [periodTo]: "2026-11-01" },
  },
  {
    rule: "period length",
    old: true,
    changes: { ...oneTime, [periodFrom]: "2026-08-01", [periodTo]: "2026-11-02" },
    at: periodTo,
    says: ["2023-11-01", /\(3 months\)/, /Split it/],
    mended: { [periodTo]: "2026-11-01" },
  },
  {
    rule: "period without Custom",
    changes: { [periodFrom]: "2026-10-01", [periodTo]: "2026-10-31" },
    at: periodFrom,
    says: ["MonthToDate", /the service ignores it/, /Set timeframe to Custom, or remove timePeriod/],
    mended: oneTime,
  },
  {
    rule: "scheduled custom export",
    changes: { ...oneTime, [status]: "Active", [recurrence]: "Monthly" },
    at: status,
    says: ["Custom", /the same days at each run/, /schedule\.status Inactive/],
    mended: { [status]: "Inactive" },
  },
  {
    rule: "time frame and recurrence",
    changes: { [recurrence]: "Monthly" },
    at: recurrence,
    says: [
      "MonthToDate does not go with recurrence Monthly",
      /refuses the pair/,
      /Use MonthToDate with Daily, or TheLastMonth with Monthly/,
    ],
    mended: { [timeframe]: "TheLastMonth" },
  },
  {
    rule: "time frame and recurrence",
    changes: { [timeframe]: "TheLastMonth" },
    at: recurrence,
    says: ["TheLastMonth does not go with recurrence Daily", /refuses the pair/, /Use TheLastMonth with Monthly/],
    mended: { [timeframe]: "MonthToDate" },
  },
  {
    rule: "unlisted pair of time frame and recurrence",
    changes: { [recurrence]: "Weekly" },
    at: recurrence,
    says: ["MonthToDate with recurrence Weekly", /not a documented pair/, /Documented: MonthToDate with Daily/],
    mended: { [timeframe]: "TheLastBillingMonth", [recurrence]: "Monthly" },
  },
  {
    rule: "price sheet time frame",
    changes: { ...prices, [timeframe]: "MonthToDate" },
    at: timeframe,
    says: ["MonthToDate", /PriceSheet does not exist with/, /Set timeframe to TheCurrentMonth/],
    mended: { [timeframe]: "TheCurrentMonth" },
  },
  {
    rule: "price sheet of a period",
    changes: { ...prices, ...oneTime },
    at: timeframe,
    says: ["Custom", /documented with timeframe/, /TheCurrentMonth only/],
    mended: { [timeframe]: "TheCurrentMonth" },
  },
  {
    rule: "current month",
    changes: { [timeframe]: "TheCurrentMonth" },
    at: timeframe,
    says: ["TheCurrentMonth", /documented for PriceSheet/, /for FocusCost use MonthToDate/],
    mended: prices,
  },
  {
    rule: "last seven days on the new generation",
    changes: { [timeframe]: "TheLast7Days" },
    at: timeframe,
    says: ["TheLast7Days", /known of old api-versions only/, /may refuse it/],
    mended: { apiVersion: "2023-11-01", [type]: "ActualCost", [dataVersion]: undefined },
  },
  {
    rule: "schedule without recurrence",
    changes: { [recurrence]: undefined },
    at: recurrence,
    says: ["Active", /would never run/, /Set schedule\.recurrence, or status Inactive/],
    mended: { [status]: "Inactive" },
  },
  {
    rule: "schedule without status",
    changes: { [status]: undefined },
    at: status,
    says: ["schedule.recurrence", /without schedule\.status/, /Set status to Active or Inactive/],
    mended: { [status]: "Inactive" },
  },
  {
    rule: "suspended by hand",
    changes: { [status]: "SystemSuspended" },
    at: status,
    says: ["SystemSuspended", /set by the service alone/, /To pause an export use Inactive/],
    mended: { [status]: "Inactive" },
  },
  {
    rule: "start in the past",
    changes: { [startsAt]: "2026-12-01T09:59:59Z" },
    at: startsAt,
    says: ["2026-12-01T09:59:59Z", /in the past: the service refuses/, /Leave it out.*or set a later date/],
    mended: { [startsAt]: "2026-12-01T10:10:00Z" },
  },
  {
    rule: "start in the past",
    changes: { [startsAt]: "2024-01-01T00:00:00Z" },
    at: startsAt,
    says: ["2024-01-01", /in the past/, /Leave it out/],
    // A client sends 2024-01-01 to 2050-02-01 with Inactive.
    mended: { [status]: "Inactive", [endsAt]: "2050-02-01T00:00:00Z" },
  },
  {
    rule: "end before start",
    changes: { [startsAt]: "2027-06-01", [endsAt]: "2027-05-31" },
    at: endsAt,
    says: ["(2027-05-31)", /before it starts \(2027-06-01\)/, /Set a later end, or leave it out/],
    mended: { [endsAt]: "2027-06-01" },
  },
  {
    rule: "end in the past",
    changes: { [endsAt]: "2026-12-01T23:59:59Z" },
    at: endsAt,
    says: [
      "2026-12-01T23:59:59Z",
      /before the start that is chosen.*2026-12-02T00:00:00Z/,
      /Set a later end, or leave it out/,
    ],
    mended: { [endsAt]: "2026-12-02T00:00:00Z" },
  },
  {
    rule: "end is near",
    changes: { [endsAt]: "2027-01-29" },
    at: endsAt,
    says: ["2027-01-29", /less than 60 days away: the export then stops without notice/, /Set a later end/],
    mended: { [endsAt]: "2027-01-31" },
  },
  {
    rule: "end is over",
    updating: true,
    changes: { [startsAt]: "2021-01-01", [endsAt]: "2026-01-01" },
    at: endsAt,
    says: ["2026-01-01", /no longer runs/, /Set a later end/],
    mended: { [endsAt]: "2031-01-01" },
  },

  // Columns and their versions
  {
    rule: "price sheet granularity",
    changes: { ...prices, [granularity]: "Daily" },
    at: granularity,
    says: ["Daily", /refused for PriceSheet/, /Leave granularity out/],
    mended: { [granularity]: undefined },
  },
  {
    rule: "granularity of prices and reservations",
    changes: { ...recommendations, [granularity]: "Daily" },
    at: granularity,
    says: ["ReservationRecommendations", /has no meaning/, /Leave it out/],
    mended: { [type]: "ReservationDetails" },
  },
  {
    rule: "granularity of prices and reservations",
    changes: { ...prices, [granularity]: "Monthly" },
    at: granularity,
    says: ["PriceSheet", /has no meaning/, /Leave it out/],
    mended: { [granularity]: undefined },
  },
  {
    rule: "unlisted data version",
    changes: { [dataVersion]: "1.3" },
    at: dataVersion,
    says: ['"1.3"', /not known for FocusCost; the service refuses versions outside its list/, /Known: .*1\.0r2/],
    mended: { [dataVersion]: "1.0R2" },
  },
  {
    rule: "unlisted data version",
    changes: { ...prices, [dataVersion]: "2024-08-01" },
    at: dataVersion,
    says: ['"2024-08-01"', /not known for PriceSheet under an Enterprise Agreement/, /Known: 2023-05-01/],
    mended: { scope: profile },
  },
  {
    rule: "unlisted data version",
    changes: { [type]: "ActualCost", [dataVersion]: "2024-08-01", agreement: "MCA" },
    at: dataVersion,
    says: ['"2024-08-01"', /not known for ActualCost under a Microsoft Customer Agreement/, /Known: 2019-10-01/],
    mended: { agreement: "EA" },
  },
  {
    rule: "unpinned data version",
    changes: { [dataVersion]: undefined },
    at: dataVersion,
    says: ["FocusCost", /columns follow the latest version/, /set it; newest known for FocusCost: 1\.2/],
    mended: { [dataVersion]: "1.0" },
  },
  {
    rule: "columns are deprecated",
    changes: { [columns]: ["BilledCost"] },
    at: columns,
    says: ["columns", /on its way out in this api-version/, /Pin dataVersion instead/],
    mended: { [columns]: [] },
  },
  {
    rule: "filters elsewhere",
    changes: { [filters]: [{ name: "ReservationScope", value: "Single" }] },
    at: filters,
    says: ["FocusCost", /works for ReservationRecommendations only/, /Remove it/],
    mended: { [filters]: [] },
  },
  {
    rule: "filters of recommendations",
    changes: { ...recommendations, [filters]: [{ name: "reservationScope", value: "Shared" }] },
    at: filters,
    says: [
      "LookBackPeriod or ResourceType",
      /needs three filters/,
      /are missing in definition\.dataSet\.configuration\.filters/,
    ],
    mended: recommendations,
  },
  {
    rule: "filter values",
    changes: {
      ...recommendations,
      [filters]: [
        { name: "ReservationScope", value: "Single" },
        { name: "ResourceType", value: "Toasters" },
        { name: "LookBackPeriod", value: "Last7Days" },
      ],
    },
    at: filters,
    says: ["ResourceType = Toasters", /Unknown filter/, /Known: .*ResourceType \(VirtualMachines,/],
    mended: recommendations,
  },
  {
    rule: "usage on the new generation",
    changes: { [type]: "Usage", [dataVersion]: "2019-11-01" },
    at: type,
    says: ["Usage", /no longer offered/, /Elsewhere use ActualCost or FocusCost/],
    mended: { [type]: "ActualCost" },
  },

  // Format
  {
    rule: "compression and format",
    changes: { compressionMode: "snappy" },
    at: "compressionMode",
    says: ["snappy is not documented with format Csv", /not documented/, /Csv goes with gzip, Parquet with snappy/],
    mended: { format: "Parquet" },
  },
  {
    rule: "compression and format",
    changes: { compressionMode: "GZip", format: "parquet" },
    at: "compressionMode",
    says: ["gzip is not documented with format Parquet", /not documented/, /Parquet with snappy/],
    mended: { compressionMode: "None" },
  },
  {
    rule: "format at a management group",
    changes: { scope: managementGroup, format: "Parquet" },
    at: "format",
    says: ["management group", /CSV only/, /Set format to Csv/],
    mended: { format: "Csv" },
  },
  {
    rule: "partition on an old version at an enrollment",
    old: true,
    changes: { scope: billingAccount, partitionData: true },
    at: "partitionData",
    says: [
      "partitionData",
      /refused at Enterprise Agreement scopes by old api-versions/,
      /Set apiVersion to 2025-03-01, or leave/,
    ],
    mended: { partitionData: false },
  },
  {
    rule: "identity without partition",
    changes: { "identity.type": "SystemAssigned", location: "global" },
    at: "partitionData",
    says: ["SystemAssigned", /need partitioned output/, /Set partitionData to true/],
    mended: { partitionData: "true" },
  },

  // Destination
  ...[
    ["Costs", /, such as "costs"\./],
    ["finops_exports", /, such as "finops-exports"\./],
    ["a--b", /, such as "a-b"\./],
    ["-costs-", /, such as "costs"\./],
    ["ab", /single hyphens\.$/],
    ["A--", /single hyphens\.$/],
    ["a".repeat(64), /single hyphens\.$/],
  ].map(([name = "", cure = /./]) => ({
    rule: "container name",
    changes: { [container]: name },
    at: container,
    says: [
      `"${String(name)}"`,
      /is no container name\. Use 3 to 63 lower-case letters, digits and single hyphens/,
      new RegExp(cure),
    ] as const,
    mended: { [container]: "$web" },
  })),
  ...[
    "costs",
    "https://costs.blob.core.windows.net",
    `${storageAccount}/blobServices/default/containers/costs`,
    storageAccount.replace("Microsoft.Storage", "Microsoft.ClassicStorage"),
  ].map((id) => ({
    rule: "storage account id",
    changes: { [resourceId]: id },
    at: resourceId,
    says: [
      id,
      /is no id of a storage account/,
      /Write \/subscriptions\/\{id\}.*without container and without URL/,
    ] as const,
    mended: { [resourceId]: `${storageAccount.slice(1).toLowerCase()}/` },
  })),
  {
    rule: "destination account",
    changes: { [resourceId]: undefined },
    at: resourceId,
    says: ["resourceId", /is missing/, /Set it to the id of the storage account/],
    mended: { [resourceId]: storageAccount },
  },
  {
    rule: "destination account",
    changes: { ...withToken, [account]: undefined },
    at: resourceId,
    says: ["deliveryInfo.destination", /needs sasToken and storageAccount together/, /or resourceId/],
    mended: { [account]: "costs" },
  },
  {
    rule: "two ways to the account",
    changes: { ...withToken, [resourceId]: storageAccount },
    at: token,
    says: ["sasToken", /instead of resourceId and identity/, /Keep one of the two ways/],
    mended: { [resourceId]: undefined },
  },
  {
    rule: "SAS outside partner accounts",
    changes: { ...withToken, scope: subscription },
    at: token,
    says: ["sasToken", /for partners at the scope of their billing account/, /Elsewhere use resourceId with identity/],
    mended: { scope: billingAccount },
  },
  ...[":", "?", "#", "[", "]", "@", "!", "$", "&", "'", "(", ")", "*", "+", ",", ";", "="].map((character) => ({
    rule: "reserved characters in the folder",
    changes: { [folder]: `focus${character}daily` },
    at: folder,
    says: [
      `"focus${character}daily"`,
      /reserved in URLs: the service refuses/,
      /Did you mean "focus-daily"\?/,
    ] as const,
    mended: { [folder]: "focus/daily" },
  })),
  {
    rule: "reserved characters in the folder, old generation",
    old: true,
    changes: { [folder]: "focus:daily" },
    at: folder,
    says: ['"focus:daily"', /newer api-versions refuse/, /Better: "focus-daily"/],
    mended: { [folder]: "focus-daily" },
  },
  ...["%", "\\"].map((character) => ({
    rule: "doubtful characters in the folder",
    changes: { [folder]: `focus${character}daily` },
    at: folder,
    says: [`"focus${character}daily"`, /cannot stand in an address as they are/, /Better: "focus-daily"/] as const,
    mended: { [folder]: "focus-daily" },
  })),
  {
    rule: "end of the folder",
    changes: { [folder]: "focus/" },
    at: folder,
    says: ['"focus/"', /ends with "\/" or "\."/, /Leave that off/],
    mended: { [folder]: "focus" },
  },
  {
    rule: "end of the folder",
    changes: { [folder]: "focus." },
    at: folder,
    says: ['"focus."', /ends with "\/" or "\."/, /Leave that off/],
    mended: { [folder]: "focus.v1" },
  },

  // Identity
  {
    rule: "identity needs a location",
    changes: { "identity.type": "systemAssigned", partitionData: true },
    at: "location",
    says: ["location", /is missing: a managed identity needs one/, /Set location to "global", or to a region/],
    mended: { location: "westeurope" },
  },
  {
    rule: "location without identity",
    changes: { location: "global" },
    at: "location",
    says: [
      "location",
      /has a meaning with a managed identity only/,
      /Set identity\.type to SystemAssigned, or remove location/,
    ],
    mended: { "identity.type": "SystemAssigned", partitionData: true },
  },
];

function programOf({ old, changes }: Row, more: Paths = {}): Record<string, unknown> {
  return (old === true ? givenOld : given)({ ...changes, ...more });
}

function judge(row: Row, program: Record<string, unknown>): readonly Problem[] {
  return problemsOf(program, row.updating === true ? program : undefined);
}

/** The problems that this row's rule reported. */
function ofRule({ at, says: [, rule] }: Row, problems: readonly Problem[]): readonly Problem[] {
  return problems.filter(({ property, reason }) => property === at && rule.test(reason));
}

const severities = new Map(rules.map(({ name, severity }) => [name, severity]));

test("every rule has a row here, and every row a rule", () => {
  expect([...new Set(rows.map(({ rule }) => rule))].sort()).toEqual([...severities.keys()].sort());
});

test("every rule tells where it comes from, and names fields of the table", () => {
  for (const { source, needs } of rules) {
    expect(source).not.toBe("");
    expect(needs.length).toBeGreaterThan(0);
  }
});

const named = rows.map((row) => [row.rule, JSON.stringify(row.changes).slice(0, 90), row] as const);

describe.each(named)("%s: %s", (name, _changes, row) => {
  const problems = judge(row, programOf(row));

  test("is reported once, at its property, with value, rule and cure", () => {
    const [value, rule, cure] = row.says;
    const reported = ofRule(row, problems);
    expect(reported).toHaveLength(1);
    expect(reported[0]?.severity).toBe(severities.get(name));
    expect(reported[0]?.reason).toContain(value);
    expect(reported[0]?.reason).toMatch(rule);
    expect(reported[0]?.reason).toMatch(cure);
  });

  test("stops the deployment only where the service is known to refuse", () => {
    const refused = problems.filter(({ severity }) => severity === "refuse");
    expect(refused).toEqual(severities.get(name) === "refuse" ? ofRule(row, problems) : []);
  });

  test("is content with what the cure says", () => {
    expect(ofRule(row, judge(row, programOf(row, row.mended)))).toEqual([]);
  });

  test.each((rules.find((rule) => rule.name === name)?.needs ?? []).map((path) => [path]))(
    "says nothing while %s is not known",
    (path) => {
      expect(ofRule(row, judge(row, withAt(programOf(row), path, unknown)))).toEqual([]);
    },
  );
});

describe("dates are held against the clock for a new export alone", () => {
  const past = given({ [startsAt]: "2024-01-01" });
  const future = given({ ...oneTime, [periodFrom]: "2026-12-01", [periodTo]: "2026-12-30" });
  const over = given({ [endsAt]: "2026-01-01" });

  test.each([
    ["a start", past],
    ["a time period", future],
    ["an end", over],
  ])("%s that was accepted once is not refused later", (_name, program) => {
    expect(check(program).failures).toHaveLength(1);
    expect(check(program, program).failures).toEqual([]);
  });

  test.each([
    ["of another scope", { scope: billingAccount }],
    ["of another name", { exportName: "other" }],
  ])("a replacement by one %s is a new export", (_name, before) => {
    expect(check(past, given(before)).failures).toHaveLength(1);
  });

  test.each([
    ["the scope", { scope: `${subscription.slice(1)}/` }],
    ["the name", { exportName: "DAILY-costs" }],
  ])("another spelling of %s is not", (_name, before) => {
    expect(check(past, given(before)).failures).toEqual([]);
  });

  test.each([["scope"], ["exportName"]])("an unknown %s may stay what it was", (path) => {
    expect(check(withAt(past, path, unknown), past).failures).toEqual([]);
    expect(check(withAt(past, path, unknown)).failures).toHaveLength(1);
  });
});

describe("a leading slash in the folder", () => {
  test.each([
    ["the new generation, which refuses it", given, "2025-03-01"],
    ["the old one, which takes it", givenOld, "2023-11-01"],
  ])("is taken off for %s, and that is said", (_name, program, version) => {
    const { inputs, failures, warnings } = check(program({ [folder]: "//focus/daily" }));
    expect(inputs).toEqual(program());
    expect(failures).toEqual([]);
    expect(warnings).toEqual([
      { property: folder, severity: "warn", reason: expect.stringContaining('It is sent as "focus/daily".') },
    ]);
    expect(warnings[0]?.reason).toContain(version);
  });

  test("alone is no folder at all", () => {
    expect(check(given({ [folder]: "/" })).inputs).toEqual(given({ [folder]: undefined }));
  });
});

describe("a field that is refused for its form", () => {
  test.each<readonly [string, Paths, string]>([
    ["a type", { ...prices, [type]: "Pricelist" }, type],
    ["an identity", { "identity.type": "UserAssigned", location: "global" }, "identity.type"],
    ["a token", { ...withToken, [token]: 7 }, token],
    ["a filter", { ...recommendations, [filters]: [{ name: "ReservationScope" }] }, `${filters}[0]`],
    [
      "a field that the version lacks",
      {
        apiVersion: "2021-10-01",
        [type]: "ActualCost",
        [dataVersion]: undefined,
        location: "global",
        "identity.type": undefined,
      },
      "location",
    ],
    ["a version", { apiVersion: "2025-03-02", [recurrence]: "Weekly" }, "apiVersion"],
    ["a status", { [status]: "Activ" }, status],
  ])("%s is spoken of once, and no rule is judged by it", (_name, changes, property) => {
    expect(problemsOf(given(changes))).toEqual([expect.objectContaining({ property, severity: "refuse" })]);
  });

  test("as a whole object takes its rules with it", () => {
    expect(problemsOf(withAt(given(), "deliveryInfo.destination", "costs")).map(({ property }) => property)).toEqual([
      "deliveryInfo.destination",
    ]);
  });
});

test("a name that the message suggests for a container is accepted", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z0-9_. -]{1,70}$/), (name) => {
      const [problem] = problemsOf(given({ [container]: name }));
      const better = /such as "(.*)"/.exec(problem?.reason ?? "")?.[1];
      if (better !== undefined) expect(problemsOf(given({ [container]: better }))).toEqual([]);
    }),
    { numRuns: 300 },
  );
});
