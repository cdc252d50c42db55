// What each example needs beside its program when it runs against the emulator: settings, what exists already, the change
// that is tried, and what must then be true in "Azure". The programs themselves know nothing of an emulator.
const subscription = "/subscriptions/5b1c0de0-3a5e-4c57-8f0e-5a1f00000002";
const storageAccount = `${subscription}/resourceGroups/finops/providers/Microsoft.Storage/storageAccounts/finopscosts`;
/** The subscription whose costs most examples export. */
const costsOf = "11111111-1111-1111-1111-111111111111";
const costs = `/subscriptions/${costsOf}`;
const exportId = (scope, name) => `${scope}/providers/Microsoft.CostManagement/exports/${name}`;
const focusAt = exportId(costs, "portal-focus");

/** Seconds instead of the service's minutes. */
const runTimes = { queuedMs: 100, processingMs: 400 };
const reportTimes = { processingMs: 1000, linksMs: 3_600_000 };
const guest = "99999999-0000-4000-8000-000000000001";
/** A signature that opens nothing. */
const sas = (letter) => `sv=2024-11-04&ss=b&srt=sco&sp=rwdlac&se=2099-01-01T00:00:00Z&sig=${letter.repeat(43)}%3D`;

/**
 * @typedef {object} Case
 * @property {string} name the folder in examples/
 * @property {boolean} [azureNative] whether it uses azure-native, for which the stand-in is put in place
 * @property {object} [emulator] options of the emulator
 * @property {Record<string, string>} [config] settings, without the project's name
 * @property {Record<string, string>} [secrets] the same, encrypted
 * @property {boolean} [seedAccount] whether the storage account `finopscosts` exists already
 * @property {(emulator: object) => void} [seed] what else exists already
 * @property {RegExp} created what `pulumi up` says of the first deployment
 * @property {RegExp} [warns] the warnings that are expected, and explained in its README; default: none
 * @property {{ key: string, value: string, secret?: true, beside?: Record<string, string>, shows: RegExp, applied: RegExp }} change
 *   a setting that is changed, what the preview shows of it, and what `pulumi up` says
 * @property {(seen: { emulator: object, output: string, state: string }) => string[]} [wrong] what is not as it should be after the change
 */

/** @type {readonly Case[]} */
const cases = [
  {
    name: "quickstart",
    created: /\+ 4 created/,
    change: { key: "folder", value: "focus/daily", shows: /~ 1 to update/, applied: /~ 1 updated/ },
  },
  {
    name: "secured-storage",
    azureNative: true,
    // A run fails unless the identity of the export may write.
    emulator: { runTimes, enforceRoles: true, strictResources: true },
    config: { readersGroupId: guest },
    created: /\+ \d+ created/,
    change: { key: "folder", value: "focus/daily", shows: /~ 1 to update/, applied: /~ 1 updated/ },
    wrong: ({ output }) => said(output, /outcome\s*: "succeeded"/, "the first run succeeded"),
  },
  {
    name: "finops-set",
    azureNative: true,
    emulator: { runTimes, strictResources: true },
    created: /\+ \d+ created/,
    change: {
      key: "historyFrom",
      value: monthsAgo(2),
      beside: { historyTo: monthsAgo(1) },
      shows: /\+ 3 to create/,
      applied: /\+ 3 created/,
    },
    // Two for the subscription; six for each of the two scopes that have prices and reservation data.
    wrong: ({ emulator }) =>
      counted(emulator, { operation: "exports.put", status: 201 }, 2 + 6 + 6, "an export of each kind"),
  },
  {
    name: "management-group",
    emulator: { strictResources: true },
    seedAccount: true,
    created: /\+ 2 created/,
    warns: /Usage is for pay-as-you-go/,
    change: { key: "status", value: "Inactive", shows: /"Active"\s*=> "Inactive"/, applied: /~ 1 updated/ },
  },
  {
    name: "partner-sas",
    emulator: { strictResources: true },
    seedAccount: true,
    secrets: { sasToken: sas("a") },
    created: /\+ 3 created/,
    change: { key: "sasToken", value: sas("b"), secret: true, shows: /~ 1 to update/, applied: /~ 1 updated/ },
    wrong: ({ output, state }) => (/sig=/.test(output + state) ? ["a SAS token stands somewhere in clear"] : []),
  },
  {
    name: "backfill",
    emulator: { strictResources: true, runTimes },
    seedAccount: true,
    config: { from: monthsAgo(2), to: monthsAgo(1) },
    created: /\+ 3 created/,
    change: { key: "from", value: monthsAgo(3), shows: /~ 1 to update/, applied: /~ 1 updated/ },
    wrong: ({ emulator }) => counted(emulator, { operation: "exports.run" }, 3, "one run for each month, none twice"),
  },
  {
    name: "reports",
    emulator: { reportTimes },
    config: { month: monthsAgo(2) },
    created: /\+ 3 created/,
    change: { key: "month", value: monthsAgo(1), shows: /2 to replace/, applied: /2 replaced/ },
    wrong: ({ output, state }) => (/sig=/.test(output + state) ? ["a signed link stands somewhere in clear"] : []),
  },
  {
    name: "adoption",
    emulator: { strictResources: true },
    seedAccount: true,
    seed: portalExports,
    created: /\+ 3 created/,
    change: { key: "folder", value: "focus/daily", shows: /~ 1 to update/, applied: /~ 1 updated/ },
    wrong: ({ emulator }) => [
      // One that differed, and the change: the one that was equal is not written to be taken over.
      ...counted(emulator, { method: "PUT", operation: "exports.put" }, 2, "two writes"),
      ...(emulator.control.exports.get(focusAt).properties.exportDescription === "Made in the portal"
        ? []
        : ["the portal's description is lost"]),
    ],
  },
];

/** Two exports that somebody made in the portal. */
function portalExports({ control }) {
  const recurrencePeriod = { from: "2099-01-01T00:00:00Z", to: "2104-01-01T00:00:00Z" };
  const to = (rootFolderPath) => ({
    destination: { resourceId: storageAccount, container: "costs", rootFolderPath },
  });
  control.exports.put(focusAt, {
    properties: {
      definition: {
        type: "FocusCost",
        timeframe: "MonthToDate",
        dataSet: { granularity: "Daily", configuration: { dataVersion: "1.0" } },
      },
      schedule: { status: "Active", recurrence: "Daily", recurrencePeriod },
      format: "Parquet",
      compressionMode: "snappy",
      partitionData: true,
      exportDescription: "Made in the portal",
      deliveryInfo: to("focus"),
    },
  });
  control.exports.put(exportId(costs, "portal-actual"), {
    properties: {
      definition: { type: "ActualCost", timeframe: "TheLastMonth", dataSet: { granularity: "Daily" } },
      schedule: { status: "Active", recurrence: "Monthly", recurrencePeriod },
      format: "Csv",
      deliveryInfo: to("actual"),
    },
  });
}

function said(output, pattern, what) {
  return pattern.test(output) ? [] : [`nothing says that ${what} (${pattern})`];
}

function counted(emulator, filter, expected, what) {
  const count = emulator.control.requests.count({ category: "arm", ...filter });
  return count === expected ? [] : [`expected ${what}: ${expected} requests, and saw ${count}`];
}

/** A calendar month before this one, `2026-03`. */
function monthsAgo(count) {
  const today = new Date();
  return new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - count, 1)).toISOString().slice(0, 7);
}

module.exports = { cases, costsOf, storageAccount };
