/**
 * The JSON Schema (draft 7) of an export's arguments, for editors that complete and check YAML and JSON. It never refuses
 * what check accepts in the members' own case; check knows more.
 */
"use strict";

/** The place of an expression, which a tool fills in later: `${…}`. */
const expression = "\\$\\{";

function exportSchema(tables) {
  const { fields, offeredVersions, apiVersions, newestApiVersion } = tables;
  const root = object();
  for (const row of fields) place(root, row.path.split("."), leafOf(tables, row), row.required === true);
  // The resource's own name stands in for it.
  root.required = root.required.filter((name) => name !== "exportName");
  const versions = offeredVersions.filter((version) => apiVersions[version].generation === "old");
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Arguments of an Azure Cost Management export (pulumi-azure-cost-exports)",
    description: `Written from the tables of the package; the default api-version is ${newestApiVersion}.`,
    ...root,
    allOf: versions.map((version) => inVersion(tables, version)),
    examples,
  };
}

const object = () => ({ type: "object", additionalProperties: false, properties: {}, required: [] });

/** Puts a leaf at its place; an object that holds something required is required itself. */
function place(node, [key, ...rest], leaf, required) {
  if (rest.length === 0) node.properties[key] = leaf;
  else {
    node.properties[key] ??= object();
    place(node.properties[key], rest, leaf, required);
  }
  if (required && !node.required.includes(key)) node.required.push(key);
}

function leafOf(tables, row) {
  const description = [
    row.default === undefined ? undefined : `Default: ${String(row.default)}.`,
    versionsOf(tables, row),
  ]
    .filter((text) => text !== undefined)
    .join(" ");
  return { ...(description === "" ? {} : { description }), ...typeOf(tables, row) };
}

function versionsOf({ apiVersions, offeredVersions, hasFeature }, row) {
  const having = offeredVersions.filter((version) => hasFeature(apiVersions[version], row.feature));
  return having.length === offeredVersions.length ? undefined : `Api-versions: ${having.join(", ")}.`;
}

function typeOf({ apiVersions, offeredVersions, valuesOf }, row) {
  switch (row.kind) {
    case "boolean":
      return {
        anyOf: [{ type: "boolean" }, { type: "string", pattern: `${anyCase(["true", "false"])}|${expression}` }],
      };
    case "names":
      return { type: "array", items: { type: "string" } };
    case "filters":
      return {
        type: "array",
        items: {
          type: "object",
          additionalProperties: false,
          properties: { name: { type: "string" }, value: { type: "string" } },
          required: ["name", "value"],
        },
      };
    default: {
      const lists = offeredVersions.map((version) => valuesOf(row, apiVersions[version]) ?? []).flat();
      return lists.length === 0 ? { type: "string" } : oneOf(lists, row);
    }
  }
}

/** Editors offer the list; any case of it, nothing at all, and an expression pass as well. */
function oneOf(values, row) {
  const listed = [...new Set(values)];
  const taken = row?.answeredOnly === undefined ? listed : [...listed, row.answeredOnly];
  return { anyOf: [{ enum: listed }, { type: "string", pattern: `^$|${anyCase(taken)}|${expression}` }] };
}

/** JSON Schema has no flag for it. */
function anyCase(values) {
  const spelt = values.map((value) =>
    [...value]
      .map((letter) =>
        letter.toLowerCase() === letter.toUpperCase()
          ? letter.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
          : `[${letter.toUpperCase()}${letter.toLowerCase()}]`,
      )
      .join(""),
  );
  return `^(?:${[...new Set(spelt)].join("|")})$`;
}

/** What an old version lacks: fields are forbidden, lists are shorter. */
function inVersion(tables, version) {
  const { apiVersions, fields, hasFeature, valuesOf } = tables;
  const limits = { properties: {} };
  for (const row of fields) {
    const keys = row.path.split(".");
    if (!hasFeature(apiVersions[version], row.feature))
      limit(limits, keys, { maxLength: 0, not: { type: ["boolean", "number"] } });
    else if (typeof row.values === "string" && row.values !== "apiVersions")
      limit(limits, keys, oneOf(valuesOf(row, apiVersions[version]) ?? [], row));
  }
  return {
    if: { properties: { apiVersion: { const: version } }, required: ["apiVersion"] },
    then: limits,
  };
}

function limit(node, [key, ...rest], what) {
  if (rest.length === 0) node.properties[key] = what;
  else {
    node.properties[key] ??= { properties: {} };
    limit(node.properties[key], rest, what);
  }
}

const account =
  "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/finops/providers/Microsoft.Storage/storageAccounts/finopscosts";

const examples = [
  {
    scope: "/subscriptions/00000000-0000-0000-0000-000000000000",
    exportName: "focus-daily",
    definition: {
      type: "FocusCost",
      timeframe: "MonthToDate",
      dataSet: { granularity: "Daily", configuration: { dataVersion: "1.0" } },
    },
    deliveryInfo: { destination: { resourceId: account, container: "costs", rootFolderPath: "focus" } },
    schedule: { status: "Active", recurrence: "Daily" },
    format: "Parquet",
    compressionMode: "snappy",
    partitionData: true,
    dataOverwriteBehavior: "OverwritePreviousReport",
  },
  {
    scope: "/providers/Microsoft.Billing/billingAccounts/1234567",
    exportName: "prices",
    definition: {
      type: "PriceSheet",
      timeframe: "TheCurrentMonth",
      dataSet: { configuration: { dataVersion: "2023-05-01" } },
    },
    deliveryInfo: { destination: { resourceId: account, container: "costs", rootFolderPath: "prices" } },
    schedule: { status: "Active", recurrence: "Daily" },
  },
  {
    scope: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/app",
    exportName: "actual-monthly",
    definition: { type: "ActualCost", timeframe: "TheLastMonth", dataSet: { granularity: "Daily" } },
    deliveryInfo: { destination: { resourceId: account, container: "costs" } },
    schedule: { status: "Active", recurrence: "Monthly" },
    identity: { type: "SystemAssigned" },
    location: "global",
    partitionData: true,
    apiVersion: "2023-11-01",
  },
];

module.exports = { exportSchema };
