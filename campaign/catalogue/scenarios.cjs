/**
 * For each row of the provider's catalogue of errors the condition under which the emulated service gives that error. The
 * provider itself meets it where its own requests can; what only other clients send is sent as they do.
 */
"use strict";

const { URL } = require("node:url");
const { account, now } = require("../inputs/generate.cjs");

const subscription = "/subscriptions/5b1c0de0-3a5e-4c57-8f0e-5a1f00000002";
const enrollment = "/providers/Microsoft.Billing/billingAccounts/1234567";
const profile =
  "/providers/Microsoft.Billing/billingAccounts/0f1e2d3c-0000-4000-8000-00000000000a:0f1e2d3c-0000-4000-8000-00000000000b_2019-05-31/billingProfiles/ABCD-EFGH-IJK-PGB";
const day = 86_400_000;
const iso = (moment) => new Date(moment).toISOString();
const payAsYouGo = { agreementOf: () => "PAYG" };

/** An export that works, with changes in its parts. */
function inputs({ definition, destination, ...rest } = {}) {
  return {
    scope: subscription,
    exportName: "daily",
    definition: { type: "ActualCost", timeframe: "MonthToDate", ...definition },
    deliveryInfo: { destination: { resourceId: account, container: "costs", ...destination } },
    ...rest,
  };
}

const managed = { identity: { type: "SystemAssigned" }, location: "global", partitionData: true };

/**
 * `check` says what check does about it: `refuses` and `warns` before any call, `mends` the inputs, or `cannot` know.
 * `create`: the inputs, written past check. `run`: the inputs of a run. `send`: requests that the provider never writes.
 */
const scenarios = [
  {
    row: "eTag required",
    check: "cannot",
    why: "another writer makes the export between our look and our write",
    // Old versions ask for an eTag. The provider reads the export then and goes on, so the words reach other clients only.
    send: [put(inputs(), "2023-11-01"), put(inputs(), "2023-11-01")],
    heals: {
      inputs: inputs({ apiVersion: "2023-11-01", adopt: "always" }),
      onWire: once("PUT", (request, part) => part.handle(asHandled(request))),
    },
  },
  {
    row: "stale eTag",
    check: "cannot",
    why: "another writer changes the export before each of our writes",
    create: inputs({ adopt: "always", exportDescription: "ours" }),
    world: {
      onWire: ({ method, url }, part) => {
        const id = decodeURIComponent(new URL(url).pathname);
        if (method === "GET" && part.editExport(id, { properties: { exportDescription: "theirs" } }) === undefined)
          part.handle(asHandled({ ...put(inputs(), "2025-03-01"), method: "PUT" }));
        if (method === "PUT") part.editExport(id, { properties: { exportDescription: `theirs at ${Math.random()}` } });
      },
    },
  },
  {
    row: "start in the past",
    check: "refuses",
    create: inputs({
      schedule: {
        status: "Active",
        recurrence: "Daily",
        recurrencePeriod: { from: iso(now - day), to: iso(now + day) },
      },
    }),
  },
  {
    row: "end before start",
    check: "refuses",
    create: inputs({
      schedule: {
        status: "Active",
        recurrence: "Daily",
        recurrencePeriod: { from: iso(now + 9 * day), to: iso(now + day) },
      },
    }),
  },
  { row: "unknown member", check: "refuses", create: inputs({ dataOverwriteBehavior: "Replace" }) },
  {
    row: "cut body",
    check: "cannot",
    why: "it happens on the way",
    create: inputs(),
    world: {
      onWire: (request) => {
        if (request.method === "PUT") request.body = request.body.slice(0, 40);
      },
    },
  },
  { row: "missing period", check: "refuses", create: inputs({ definition: { timeframe: "Custom" } }) },
  { row: "time frame", check: "refuses", create: inputs({ definition: { timeframe: "TheLastWeek" } }) },
  {
    row: "time frame and recurrence",
    check: "refuses",
    create: inputs({ schedule: { status: "Inactive", recurrence: "Monthly" } }),
  },
  {
    row: "usage only",
    check: "refuses",
    create: inputs({
      scope: "/providers/Microsoft.Management/managementGroups/root",
      definition: { type: "AmortizedCost" },
      apiVersion: "2023-11-01",
    }),
  },
  {
    row: "usage only",
    check: "cannot",
    why: "the agreement of a subscription shows nowhere in the inputs",
    create: inputs({ definition: { type: "AmortizedCost" } }),
    world: payAsYouGo,
    stated: { agreement: "PAYG" },
  },
  {
    row: "dataset and agreement",
    check: "cannot",
    why: "the agreement of a subscription shows nowhere in the inputs",
    create: inputs({ definition: { type: "FocusCost" } }),
    world: payAsYouGo,
    stated: { agreement: "PAYG" },
  },
  {
    row: "data version",
    check: "warns",
    create: inputs({
      scope: enrollment,
      definition: {
        type: "PriceSheet",
        timeframe: "TheCurrentMonth",
        dataSet: { configuration: { dataVersion: "2023-03-01" } },
      },
    }),
  },
  {
    row: "granularity",
    check: "refuses",
    create: inputs({
      scope: enrollment,
      definition: { type: "PriceSheet", timeframe: "TheCurrentMonth", dataSet: { granularity: "Daily" } },
    }),
  },
  {
    row: "leading slash",
    check: "mends",
    send: [{ ...put(inputs({ destination: { rootFolderPath: "/costs" } }), "2025-03-01") }],
    inputs: inputs({ destination: { rootFolderPath: "/costs" } }),
  },
  { row: "reserved characters", check: "refuses", create: inputs({ destination: { rootFolderPath: "a:b" } }) },
  {
    row: "parquet on an old version",
    check: "refuses",
    create: inputs({ format: "Parquet", apiVersion: "2023-11-01" }),
  },
  {
    row: "partition on an old channel",
    check: "warns",
    create: inputs({ scope: enrollment, partitionData: true, apiVersion: "2021-10-01" }),
    world: { switches: { partitionDataRefusedForEa: true } },
  },
  {
    row: "run without a period",
    check: "cannot",
    why: "the provider sends no body, or a whole period",
    send: [put(inputs(), "2025-03-01"), post({})],
  },
  {
    row: "period in the future",
    check: "refuses",
    create: inputs({
      definition: { timeframe: "Custom", timePeriod: { from: iso(now - day), to: iso(now + day) } },
    }),
  },
  {
    row: "period too old",
    check: "cannot",
    why: "a stored program grows older than its data, and must not fail for it",
    run: { scope: subscription, exportName: "daily", timePeriod: { from: "2010-01-01", to: "2010-01-31" } },
  },
  {
    row: "period over two months",
    check: "refuses",
    run: { scope: subscription, exportName: "daily", timePeriod: { from: "2026-01-20", to: "2026-02-10" } },
  },
  {
    row: "half a period",
    check: "cannot",
    why: "the provider sends both ends or none",
    send: [put(inputs(), "2025-03-01"), post({ timePeriod: { from: "2026-01-01T00:00:00Z" } })],
  },
  surroundings("provider not registered", "providerNotRegistered"),
  surroundings("storage firewall", "firewall"),
  surroundings("shared key disabled", "sharedKeyDisabled"),
  surroundings("role assignment not allowed", "roleAssignmentsDenied", managed),
  {
    row: "price sheet at a subscription",
    check: "refuses",
    create: inputs({ definition: { type: "PriceSheet", timeframe: "TheCurrentMonth" } }),
  },
  {
    row: "app on a billing scope",
    check: "cannot",
    why: "the inputs do not say who deploys",
    prepare: (part) => part.setConditions(profile, ["rbacAccessDenied"]),
    run: { scope: profile, exportName: "daily" },
  },
  {
    row: "enrollment role missing",
    check: "cannot",
    why: "the inputs do not say who deploys",
    prepare: (part) => part.setConditions(enrollment, ["billingAccessDenied"]),
    create: inputs({ scope: enrollment }),
  },
  surroundings("identity backend", "identityBackendFails", managed),
  {
    row: "export not found",
    check: "cannot",
    why: "whether the export exists is seen at the run only",
    run: { scope: subscription, exportName: "absent" },
    withoutExport: true,
  },
  {
    row: "malformed scope",
    check: "refuses",
    inputs: inputs({ scope: `${enrollment}/nothing/5` }),
    send: [{ ...put(inputs(), "2025-03-01"), scope: `${enrollment}/nothing/5` }],
  },
  {
    row: "new subscription",
    check: "cannot",
    why: "the age of a subscription shows nowhere in the inputs",
    prepare: (part) => part.setConditions(subscription, ["costDataNotSupported"]),
    create: inputs(),
  },
  {
    row: "storage account id",
    check: "refuses",
    create: inputs({ destination: { resourceId: "https://finopscosts.blob.core.windows.net" } }),
  },
  {
    row: "run in progress",
    check: "cannot",
    why: "the provider waits for the run before its own; another client is told",
    send: [put(inputs(), "2025-03-01"), post(undefined), post(undefined)],
  },
  {
    row: "throttled",
    check: "cannot",
    why: "the quota is shared with others",
    create: inputs({ timeouts: { create: "1m" } }),
    world: { refuseAll: "tooManyRequests" },
  },
  {
    row: "api-version",
    check: "refuses",
    inputs: inputs({ apiVersion: "2019-11-01" }),
    send: [put(inputs(), "2019-11-01")],
  },
  {
    row: "no rights",
    check: "cannot",
    why: "the inputs do not say who deploys",
    prepare: (part) => part.setConditions(profile, ["appTokenUnauthorized"]),
    create: inputs({ scope: profile }),
  },
];

/** Rows of the service reference that an export of this provider cannot meet, and why. */
const impossible = {
  "Could not find member 'eTag' on object of type 'TemplateResource'":
    "an answer of ARM's template deployments; the provider sends the eTag in the body of a PUT",
  "over 2 GB (413)": "an answer of the older detailed cost report, which the package does not use",
  "resource-group scope on cost details": "an answer of the cost-details report, not of exports",
  "payload not JSON, more than one of the three periods": "answers of the cost-details report, not of exports",
  "There are changes made to Budget":
    "the sister service; exports are assumed to answer alike, see the row of the stale eTag",
  "An unknown error occurred": "stands in the history of a run, not in an answer; the run then ends as failed",
  "503 while the provider registers": "repeated by the transport until the deadline, whatever the words",
};

function put({ scope, exportName, ...rest }, apiVersion) {
  const properties = Object.fromEntries(Object.entries(rest).filter(([key]) => !/^(apiVersion|adopt)$/.test(key)));
  return { method: "PUT", scope, exportName, apiVersion, body: { properties } };
}

function post(body) {
  return { method: "POST", scope: subscription, exportName: "daily/run", apiVersion: "2025-03-01", body };
}

function surroundings(row, condition, more) {
  return {
    row,
    check: "cannot",
    why: "the state of the storage account and of its subscription shows nowhere in the inputs",
    prepare: (part) => part.setConditions(account, [condition]),
    create: inputs(more),
  };
}

/** Acts before the first request of a method. */
function once(method, act) {
  let done = false;
  return (request, part) => {
    if (done || request.method !== method) return;
    done = true;
    act(request, part);
  };
}

/** A request in the emulator's own form, past the transport: another writer's. */
function asHandled({ method, url, scope, exportName, apiVersion, body }) {
  const path =
    url === undefined ? `${scope}/providers/Microsoft.CostManagement/exports/${exportName}` : new URL(url).pathname;
  const version = url === undefined ? apiVersion : new URL(url).searchParams.get("api-version");
  return {
    method,
    rawPath: path,
    segments: path.split("/").filter(Boolean).map(decodeURIComponent),
    query: { "api-version": version },
    headers: {},
    rawBody: typeof body === "string" ? body : JSON.stringify(body ?? {}),
    origin: "https://management.azure.com",
    requestId: "0e0e0e0e-1111-4222-8333-444455556667",
  };
}

module.exports = { impossible, inputs, put, scenarios };
