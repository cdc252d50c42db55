/**
 * docs/datasets.md: what check says of each dataset at each scope, under each agreement. Every cell is an answer of check's
 * own to a program that has nothing else to object to.
 */
"use strict";

/** The moment of the programs; nothing in them depends on it. */
const now = Date.parse("2026-12-01T10:00:00Z");
const subscription = "/subscriptions/00000000-0000-0000-0000-000000000000";
const enrollment = "/providers/Microsoft.Billing/billingAccounts/1234567";
const modern = "/providers/Microsoft.Billing/billingAccounts/0f1e2d3c:4b5a6978_2019-05-31";

/** A scope of each kind, with the agreements that have it. */
const examples = [
  ["subscription", subscription, ["EA", "MCA", "MPA", "PAYG"]],
  ["resource group", `${subscription}/resourceGroups/finops`, ["EA", "MCA", "MPA", "PAYG"]],
  ["management group", "/providers/Microsoft.Management/managementGroups/root", ["EA"]],
  ["billing account of an enrollment", enrollment, ["EA"]],
  ["EA department", `${enrollment}/departments/4711`, ["EA"]],
  ["EA enrollment account", `${enrollment}/enrollmentAccounts/815`, ["EA"]],
  ["billing account with a colon in its id", modern, ["MCA", "MPA"]],
  ["billing profile", `${modern}/billingProfiles/ABCD`, ["MCA", "MPA"]],
  ["invoice section", `${modern}/billingProfiles/ABCD/invoiceSections/EFGH`, ["MCA"]],
  ["customer", `${modern}/customers/22222222-2222-2222-2222-222222222222`, ["MPA"]],
];

function datasetsPage(tables) {
  const { datasets, offeredVersions, apiVersions, newestApiVersion } = tables;
  const older = offeredVersions.filter((version) => apiVersions[version].generation === "old").at(-1);
  return [
    "# Datasets by scope and agreement",
    "",
    "Written by `npm run docs`: each cell is what check says of a program with this `definition.type` and `scope`, and the `agreement`",
    "that the row names. It says what is known, with the sources of [the rules](rules.md); the service has the last word.",
    "",
    "- yes: nothing is said.",
    "- warn: documented or assumed not to work; shown in preview, and tried.",
    "- no: seen to be refused, or the api-version has no such dataset; preview stops.",
    "",
    `## With ${newestApiVersion}`,
    "",
    ...matrix(tables, newestApiVersion, datasets),
    "",
    `## With ${older}, and older`,
    "",
    "Only these three datasets exist there.",
    "",
    ...matrix(
      tables,
      older,
      datasets.filter(({ type }) => apiVersions[older].types.includes(type)),
    ),
    "",
    "`agreement` is guessed from the scope where it can be (departments and enrollment accounts are of an Enterprise Agreement, an id",
    "with a colon is one of a Microsoft Customer or Partner Agreement), and stated by the program where it matters: a subscription does",
    "not show whether it is pay-as-you-go.",
    "",
  ].join("\n");
}

function matrix(tables, apiVersion, columns) {
  const head = ["scope", "agreement", ...columns.map(({ type }) => `\`${type}\``)];
  const rows = examples.flatMap(([label, scope, agreements]) =>
    sameRows(
      agreements.map((agreement) => [
        agreement,
        columns.map(({ type }) => answer(tables, { scope, agreement, apiVersion, type })),
      ]),
    ).map(([names, cells]) => [label, names, ...cells]),
  );
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
}

/** Agreements that differ in nothing share a row. */
function sameRows(rows) {
  const merged = new Map();
  for (const [agreement, cells] of rows) {
    const key = cells.join();
    const [names, known] = merged.get(key) ?? [[], cells];
    merged.set(key, [[...names, agreement], known]);
  }
  return [...merged.values()].map(([names, cells]) => [names.join(", "), cells]);
}

function answer({ validate, knownDataVersions, apiVersions }, { scope, agreement, apiVersion, type }) {
  const dataVersion = knownDataVersions(type, agreement).at(-1) ?? knownDataVersions(type).at(-1);
  const configuration = {
    ...(apiVersions[apiVersion].generation === "new" ? { dataVersion } : {}),
    ...(type === "ReservationRecommendations" ? { filters } : {}),
  };
  const { failures, warnings } = validate(
    {
      scope,
      exportName: "daily",
      definition: {
        type,
        timeframe: type === "PriceSheet" ? "TheCurrentMonth" : "MonthToDate",
        dataSet: { configuration },
      },
      deliveryInfo: { destination: { resourceId: account, container: "costs", rootFolderPath: "daily" } },
      apiVersion,
      agreement,
    },
    undefined,
    now,
  );
  if (failures.length > 0) return "no";
  return warnings.some(({ property }) => judged.includes(property)) ? "warn" : "yes";
}

/** A gap in the index of data versions is no answer to whether the dataset exists. */
const judged = ["scope", "definition.type", "agreement"];
const account = `${subscription}/resourceGroups/finops/providers/Microsoft.Storage/storageAccounts/finopscosts`;
const filters = [
  { name: "ReservationScope", value: "Single" },
  { name: "ResourceType", value: "VirtualMachines" },
  { name: "LookBackPeriod", value: "Last7Days" },
];

module.exports = { datasetsPage };
