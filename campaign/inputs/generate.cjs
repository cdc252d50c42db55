/**
 * Inputs of an export that range over everything: what works, every spelling of it that is known to work, and everything
 * that can be wrong with it. Most inputs carry one or two deviations from something that works, because the emulator tells
 * the first fault only: with one fault there is no doubt which of them it means.
 */
"use strict";

/** The moment at which all inputs are judged. */
const now = Date.parse("2026-03-10T12:00:00Z");

const subscription = "5b1c0de0-3a5e-4c57-8f0e-5a1f00000002";
const enrollment = "/providers/Microsoft.Billing/billingAccounts/1234567";
const modern =
  "/providers/Microsoft.Billing/billingAccounts/0f1e2d3c-0000-4000-8000-00000000000a:0f1e2d3c-0000-4000-8000-00000000000b_2019-05-31";

const scopes = [
  `/subscriptions/${subscription}`,
  `/subscriptions/${subscription}/resourceGroups/finops`,
  "/providers/Microsoft.Management/managementGroups/root",
  enrollment,
  `${enrollment}/departments/12345`,
  `${enrollment}/enrollmentAccounts/67890`,
  modern,
  `${modern}/billingProfiles/ABCD-EFGH-IJK-PGB`,
  `${modern}/billingProfiles/ABCD-EFGH-IJK-PGB/invoiceSections/LMNO-PQRS-TUV-PGB`,
  `${modern}/customers/0f1e2d3c-0000-4000-8000-00000000000c`,
];

const account = `/subscriptions/${subscription}/resourceGroups/finops/providers/Microsoft.Storage/storageAccounts/finopscosts`;

const offered = ["2020-06-01", "2021-10-01", "2023-07-01-preview", "2023-11-01", "2024-08-01", "2025-03-01"];
const types = [
  "Usage",
  "ActualCost",
  "AmortizedCost",
  "FocusCost",
  "PriceSheet",
  "ReservationTransactions",
  "ReservationRecommendations",
  "ReservationDetails",
];
const timeframes = [
  "MonthToDate",
  "BillingMonthToDate",
  "TheLastMonth",
  "TheLastBillingMonth",
  "WeekToDate",
  "TheLast7Days",
  "TheCurrentMonth",
  "Custom",
];

const iso = (moment) => new Date(moment).toISOString();
const day = 86_400_000;
/** Around the moment of judging, around the ends of months, in every notation, and some that are no dates. */
const dates = [
  ...[0, -1, 1, -1000, 1000, -day, day, -9 * day, 21 * day, 22 * day, 60 * day, 61 * day, -40 * day, 9000 * day].map(
    (distance) => iso(now + distance),
  ),
  "2026-03-10",
  "2026-03-11",
  "2026-02-28",
  "2026-02-28T23:59:59Z",
  "2026-02-01T00:00:00Z",
  "2026-01-31T00:00:00Z",
  "2024-02-29T00:00:00Z",
  "2026-03-10T12:00:00",
  "2026-03-10T12:00",
  "2026-03-10T12:00Z",
  "2026-03-10 12:00:01Z",
  "2026-03-10T12:00:01z",
  "2026-03-10t12:00:01Z",
  "2026-03-10T14:00:00+02:00",
  "2026-03-10T14:00:01+02:00",
  "2026-03-10T14:00:01+0200",
  "2026-03-10T06:59:59-05:00",
  "2026-03-10T12:00:00.0000001Z",
  "2026-03-10T11:59:59.9999999Z",
  "2026-03-10T12:00:00.1234567890Z",
  "0001-01-01T00:00:00Z",
  "1969-07-20T20:17:40Z",
  "2050-02-01T00:00:00Z",
  "9999-12-31T00:00:00Z",
  "2026-02-29T00:00:00Z",
  "2026-02-30",
  "2026-04-31T00:00:00Z",
  "2026-13-01T00:00:00Z",
  "2026-00-10",
  "2026-03-10T24:00:00Z",
  "2026-03-10T23:59:60Z",
  "2026-03-10T23:60:00Z",
  "2026-03-10T25:00:00Z",
  "2026-03-10T12:00:00+99:00",
  "2026-03-10T12:00:00+02",
  " 2026-03-11T00:00:00Z",
  "2026-03-11T00:00:00Z ",
  "2026-3-1",
  "20260310",
  "10.03.2026",
  "tomorrow",
  "03/10/2026",
];

/** Of no use anywhere, and still written. */
const misfits = [5, -0.5, true, false, [], {}, [1], { a: 1 }, ["x"], "", " ", null, undefined];

/** For each place the values that it takes and some that it does not; a chance of misfits comes on top. */
const places = {
  scope: [
    ...scopes,
    ...scopes.flatMap((scope) => [scope.slice(1), `${scope}/`, `/${scope}`, scope.toUpperCase(), scope.toLowerCase()]),
    `//subscriptions//${subscription}//`,
    subscription,
    "1234567",
    "/subscriptions",
    "/subscriptions/",
    "/subscriptions/my subscription",
    "/subscriptions/production",
    `/subscriptions/${subscription}/resourceGroups`,
    `/subscriptions/${subscription}/resourceGroups/finops/providers/Microsoft.Storage`,
    `/subscriptions/${subscription}/resourceGroups/a%20b`,
    `/subscriptions/${subscription}/resourceGroups/fin.ops_(x)`,
    `/subscriptions/${subscription}/resourceGroups/kosten-übersicht`,
    `/subscriptions/${subscription}?x=1`,
    `/subscriptions/${subscription}#x`,
    `/subscriptions/${subscription}/../${subscription}`,
    "/subscriptions/..",
    "/providers/Microsoft.Billing/billingAccounts",
    `${enrollment}/departments`,
    `${enrollment}/billingProfiles/a/departments/b`,
    `${enrollment}/billingProfiles/a`,
    "/providers/Microsoft.Billing/billingAccounts/abc",
    "/providers/Microsoft.Billing/departments/12345",
    "https://management.azure.com/subscriptions/x",
    "\\subscriptions\\x",
    "/",
    "/providers/Microsoft.CostManagement",
  ],
  exportName: [
    "daily",
    "Daily_Focus-2026",
    "1",
    "ab",
    "x".repeat(64),
    "x".repeat(65),
    "x".repeat(300),
    "kosten-übersicht",
    "a.b",
    "a:b",
    "a(b)",
    "a/b",
    "a?b",
    "a#b",
    "a%20b",
    "a%b",
    "a\\b",
    "a b",
    "a\tb",
    ".",
    "..",
    "...",
    "/",
    " daily",
    "daily ",
  ],
  apiVersion: [
    ...offered,
    "2023-07-01-PREVIEW",
    "2022-10-01",
    "2023-03-01",
    "2023-08-01",
    "2023-09-01",
    "2019-11-01",
    "2025-03-02",
    "latest",
    "2025-03-01 ",
    "constructor",
    "__proto__",
  ],
  agreement: ["EA", "MCA", "MPA", "PAYG", "payg", "CSP"],
  adopt: ["never", "if-identical", "always", "Always", "sometimes"],
  onConflict: ["fail", "overwrite", "FAIL", "ask"],
  "timeouts.create": ["30m", "1h30m", "2d", "90s", "500ms", "half an hour", "30", "30 m"],
  "definition.type": [
    ...types,
    ...types.flatMap((type) => [type.toLowerCase(), type.toUpperCase()]),
    "Pricesheet",
    "Focus",
    "Actual",
    "ActualCost ",
    "CarbonEmissions",
  ],
  "definition.timeframe": [
    ...timeframes,
    ...timeframes.map((frame) => frame.toLowerCase()),
    "LastMonth",
    "TheLastWeek",
    "Today",
    "OneTime",
  ],
  "definition.timePeriod.from": dates,
  "definition.timePeriod.to": dates,
  "definition.timePeriod": [
    { from: "2026-02-01T00:00:00Z", to: "2026-02-28T00:00:00Z" },
    { from: "2026-02-10T00:00:00Z", to: "2026-02-10T00:00:00Z" },
    { from: "2026-01-15T00:00:00Z", to: "2026-02-10T00:00:00Z" },
    { from: "2025-01-01T00:00:00Z", to: "2025-12-31T00:00:00Z" },
    { from: "2026-02-28T00:00:00Z", to: "2026-02-01T00:00:00Z" },
    { from: "2026-03-01T00:00:00Z", to: "2026-03-31T00:00:00Z" },
    { from: "2026-02-01T00:00:00Z" },
    { to: "2026-02-28T00:00:00Z" },
    { from: "2026-02-01T00:00:00Z", to: "2026-02-28T00:00:00Z", until: "x" },
    { From: "2026-02-01", TO: "2026-02-28" },
  ],
  "definition.dataSet.granularity": ["Daily", "Monthly", "daily", "MONTHLY", "Hourly", "None"],
  "definition.dataSet.configuration.columns": [
    ["Date"],
    ["Date", "Cost", "Tags"],
    ["Cost", "Date", "Tags"],
    ["date", "Date"],
    [""],
    ["Date", ""],
    ["Date", null],
    ["Date", 5],
    "Date",
    [["Date"]],
  ],
  "definition.dataSet.configuration.dataVersion": [
    "1.0",
    "1.2-preview",
    "1.0-preview(v1)",
    "2019-11-01",
    "2021-10-01",
    "2023-03-01",
    "2023-05-01",
    "2023-12-01-preview",
    "2023-12-01-PREVIEW",
    "2024-08-01",
    "2027-01-01",
    "latest",
    "constructor",
  ],
  "definition.dataSet.configuration.filters": [
    [
      { name: "ReservationScope", value: "Shared" },
      { name: "ResourceType", value: "VirtualMachines" },
      { name: "LookBackPeriod", value: "Last30Days" },
    ],
    [
      { name: "reservationScope", value: "shared" },
      { name: "resourceType", value: "virtualMachines" },
      { name: "lookBackPeriod", value: "last7Days" },
    ],
    [{ name: "ReservationScope", value: "Single" }],
    [{ name: "Scope", value: "Single" }],
    [{ name: "ReservationScope", value: "Both" }],
    [{ name: "ReservationScope" }],
    [{ value: "Single" }],
    [{ name: "", value: "Single" }],
    [{ name: "ReservationScope", value: "" }],
    [{ name: "ReservationScope", value: 5 }],
    [{ name: "ReservationScope", value: "Single", operator: "In" }],
    [{ Name: "ReservationScope", Value: "Single" }],
    [{ name: null, value: "Single" }],
    ["ReservationScope"],
    [null],
    [{}],
    { name: "ReservationScope", value: "Single" },
  ],
  "deliveryInfo.destination.type": ["AzureBlob", "azureblob", "MicrosoftFabric", "Blob"],
  "deliveryInfo.destination.resourceId": [
    account,
    account.slice(1),
    `${account}/`,
    account.toLowerCase(),
    account.toUpperCase(),
    `/${account}`,
    account.replaceAll("/", "//"),
    `${account}/blobServices/default/containers/costs`,
    account.replace("/resourceGroups/finops", ""),
    account.replace("Microsoft.Storage", "Microsoft.ClassicStorage"),
    account.replace("finopscosts", "finops costs"),
    account.replace("finopscosts", ""),
    account.replace(subscription, ""),
    `https://management.azure.com${account}`,
    "https://finopscosts.blob.core.windows.net",
    "finopscosts",
    `${account} `,
    "/",
  ],
  "deliveryInfo.destination.container": [
    "costs",
    "cost-exports-2026",
    "a1b",
    "x".repeat(63),
    "x".repeat(64),
    "ab",
    "Costs",
    "cost_exports",
    "cost--exports",
    "-costs",
    "costs-",
    "$web",
    "$root",
    "$logs",
    "costs/x",
    "kosten-übersicht",
    " costs",
  ],
  "deliveryInfo.destination.rootFolderPath": [
    "exports",
    "exports/focus/2026",
    "/exports",
    "//exports",
    "exports/",
    "exports//focus",
    "/",
    "//",
    "exports.",
    ".",
    "..",
    "exports/../x",
    "exports with blanks",
    "kosten-übersicht",
    "a~b_c-d.e",
    "%41",
    "100%",
    "a\\b",
    "a|b",
    "a<b>",
    'a"b',
    ...[..."_:?#[]@!$&'()*+,;="].map((character) => `a${character}b`),
    "/a:b",
    "x".repeat(1100),
  ],
  "deliveryInfo.destination.sasToken": [
    "?sv=2022-11-02&ss=b&srt=sco&sp=rwdlac&sig=abcdefghijklmnopqrstuvwxyz0123456789%3D",
    "sv=2022-11-02&sig=***",
    "********",
  ],
  "deliveryInfo.destination.storageAccount": ["finopscosts", "FinOpsCosts", "x"],
  "schedule.status": ["Active", "Inactive", "active", "InActive", "SystemSuspended", "Paused", "Enabled"],
  "schedule.recurrence": [
    "Daily",
    "Weekly",
    "Monthly",
    "Annually",
    "daily",
    "MONTHLY",
    "None",
    "none",
    "Hourly",
    "Yearly",
  ],
  "schedule.recurrencePeriod.from": dates,
  "schedule.recurrencePeriod.to": dates,
  "schedule.recurrencePeriod": [
    { from: iso(now + day) },
    { to: iso(now + 900 * day) },
    { to: iso(now - day) },
    { to: iso(now + 1000) },
    { from: iso(now + day), to: iso(now + 900 * day) },
    { from: iso(now - 900 * day), to: iso(now + 900 * day) },
    { from: iso(now + 900 * day), to: iso(now + day) },
    { from: iso(now + day), to: iso(now + day) },
    { start: iso(now + day) },
  ],
  schedule: [
    { status: "Active", recurrence: "Daily" },
    { status: "Active", recurrence: "Monthly" },
    { status: "Active", recurrence: "Weekly" },
    { status: "Inactive" },
    { status: "Inactive", recurrence: "Daily" },
    { status: "Active" },
    { recurrence: "Daily" },
    { recurrencePeriod: { from: iso(now + day) } },
    { recurrencePeriod: { to: iso(now + 900 * day) } },
    { status: "Inactive", recurrence: "None" },
    { status: "Active", recurrence: "None", recurrencePeriod: { from: iso(now - day) } },
  ],
  format: ["Csv", "Parquet", "CSV", "csv", "parquet", "Json", "Delta"],
  partitionData: [true, false, "true", "false", "True", "False", "TRUE", "yes", 1],
  dataOverwriteBehavior: ["OverwritePreviousReport", "CreateNewReport", "createnewreport", "Overwrite"],
  compressionMode: ["none", "None", "gzip", "GZip", "snappy", "Snappy", "zip", "NONE"],
  exportDescription: ["Costs of the platform", "ü\n\u0000", "x".repeat(5000)],
  "identity.type": ["None", "SystemAssigned", "systemAssigned", "UserAssigned", "SystemAssigned, UserAssigned"],
  location: ["global", "westeurope", "West Europe"],
};

/** Members that no export has, or not at their place; some are the service's own. */
const strangers = [
  "eTag",
  "etag",
  "tags",
  "properties",
  "resourceGroupName",
  "name",
  "id",
  "type",
  "runHistory",
  "nextRunTimeEstimate",
  "systemSuspensionContext",
  "identity.principalId",
  "identity.tenantId",
  "identity.userAssignedIdentities",
  "timeframe",
  "container",
  "columns",
  "recurrence",
  "formats",
  "constructor",
  "__proto__",
  "toString",
  "definition.eTag",
  "definition.dataVersion",
  "definition.dataSet.filters",
  "definition.dataSet.aggregation",
  "definition.dataSet.configuration.Granularity",
  "deliveryInfo.container",
  "deliveryInfo.destination.url",
  "deliveryInfo.destination.constructor",
  "schedule.from",
  "schedule.recurrencePeriod.start",
];

/** Deviations, each a path and the value that is written there; `undefined` takes the member away. */
function deviation(fc) {
  const paths = Object.keys(places);
  const values = fc.constantFrom(...paths).chain((path) =>
    fc.record({
      path: fc.constant(path),
      value: fc.oneof(
        { weight: 9, arbitrary: fc.constantFrom(...places[path]) },
        { weight: 1, arbitrary: fc.constantFrom(...misfits) },
      ),
    }),
  );
  const containers = ["definition", "deliveryInfo", "deliveryInfo.destination", "definition.dataSet", "identity"];
  return fc.oneof(
    { weight: 40, arbitrary: values },
    {
      weight: 2,
      arbitrary: fc.record({
        path: fc.constantFrom(...strangers),
        value: fc.oneof(fc.constant("x"), fc.constantFrom(...misfits)),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ path: fc.constantFrom(...containers), value: fc.constantFrom(...misfits) }),
    },
    // Names of members in other cases, as clients write them.
    { weight: 1, arbitrary: fc.record({ rename: fc.constantFrom(...paths), to: fc.constantFrom("upper", "lower") }) },
  );
}

/** Something that works, in each version and for each dataset, with the deviations applied. */
function exportInputs(fc) {
  const base = fc.record({
    version: fc.constantFrom(undefined, ...offered),
    type: fc.constantFrom(...types),
    scope: fc.constantFrom(...scopes),
    rhythm: fc.constantFrom("daily", "monthly", "once", "paused", "none"),
  });
  const count = fc.oneof(
    { weight: 2, arbitrary: fc.constant(0) },
    { weight: 10, arbitrary: fc.constant(1) },
    { weight: 4, arbitrary: fc.constant(2) },
    { weight: 3, arbitrary: fc.integer({ min: 3, max: 5 }) },
    { weight: 1, arbitrary: fc.integer({ min: 6, max: 20 }) },
  );
  const one = deviation(fc);
  return base.chain((chosen) =>
    count
      .chain((length) => fc.array(one, { minLength: length, maxLength: length }))
      .map((deviations) => deviations.reduce(deviate, working(chosen))),
  );
}

function working({ version, type, scope, rhythm }) {
  const improved = version === undefined || version === "2023-07-01-preview" || version === "2025-03-01";
  const dataset = improved || types.indexOf(type) < 3 ? type : types[types.indexOf(type) % 3];
  const prices = dataset === "PriceSheet";
  const timeframe = prices
    ? "TheCurrentMonth"
    : { daily: "MonthToDate", monthly: "TheLastMonth", once: "Custom", paused: "MonthToDate", none: "MonthToDate" }[
        rhythm
      ];
  return {
    scope:
      dataset.startsWith("Reservation") || prices ? (scopes.indexOf(scope) % 2 === 0 ? enrollment : scopes[7]) : scope,
    exportName: "daily",
    definition: {
      type: dataset,
      timeframe,
      ...(timeframe === "Custom" ? { timePeriod: { from: "2026-02-01T00:00:00Z", to: "2026-02-28T00:00:00Z" } } : {}),
      ...(prices || dataset.startsWith("Reservation") ? {} : { dataSet: { granularity: "Daily" } }),
    },
    deliveryInfo: {
      destination: { resourceId: account, container: "costs", rootFolderPath: "exports" },
    },
    ...{
      daily: { schedule: { status: "Active", recurrence: "Daily" } },
      monthly: { schedule: { status: "Active", recurrence: "Monthly" } },
      once: { schedule: { status: "Inactive" } },
      paused: { schedule: { status: "Inactive", recurrence: "Daily" } },
      none: {},
    }[rhythm],
    ...(version === undefined ? {} : { apiVersion: version }),
  };
}

/** A copy with one deviation. */
function deviate(inputs, change) {
  if (change.rename !== undefined) return renamed(inputs, change.rename.split("."), change.to);
  return withMember(inputs, change.path.split("."), change.value);
}

function withMember(value, [key, ...rest], member) {
  const copy = typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
  // Never twice: which of two members the service takes that differ in case alone is not on record, so check refuses both.
  const there = Object.keys(copy).find((name) => name.toLowerCase() === key.toLowerCase());
  const inner = rest.length === 0 ? member : withMember(there === undefined ? undefined : copy[there], rest, member);
  if (there !== undefined && there !== key) Reflect.deleteProperty(copy, there);
  // As JSON.parse does it: a member of its own, whatever its name.
  Object.defineProperty(copy, key, { value: inner, enumerable: true, configurable: true, writable: true });
  if (inner === undefined) Reflect.deleteProperty(copy, key);
  return copy;
}

function renamed(value, [key, ...rest], to) {
  if (typeof value !== "object" || value === null || Array.isArray(value) || !Object.hasOwn(value, key)) return value;
  const { [key]: member, ...others } = value;
  const name = to === "upper" ? key.charAt(0).toUpperCase() + key.slice(1) : key.toLowerCase();
  return { ...others, [name]: rest.length === 0 ? member : renamed(member, rest, to) };
}

module.exports = { account, dates, deviate, exportInputs, modern, now, offered, places, scopes, types, working };
