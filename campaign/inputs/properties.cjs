/** What holds for any input, sense or nonsense: no exception, no change of mind, no difference from itself. */
"use strict";

const { isDeepStrictEqual } = require("node:util");
const { account, deviate, exportInputs, modern, now, offered, scopes, types, working } = require("./generate.cjs");
const { createWorld } = require("./world.cjs");

/** Any JSON, with values that are not known yet anywhere in it; half of it looks like an export. */
function anything(fc, unknown) {
  const leaf = fc.oneof(
    { weight: 8, arbitrary: fc.jsonValue({ maxDepth: 0 }) },
    { weight: 1, arbitrary: fc.constant(unknown) },
  );
  const key = fc.oneof(
    fc.constantFrom("definition", "deliveryInfo", "destination", "schedule", "recurrencePeriod", "dataSet", "filters"),
    fc.constantFrom("scope", "exportName", "apiVersion", "from", "type", "name", "value", "constructor", "__proto__"),
    fc.string({ maxLength: 5 }),
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.array(tie("tree"), { maxLength: 4 }),
      fc.dictionary(key, tie("tree"), { maxKeys: 6 }),
    ),
  }));
  const path = fc.constantFrom(
    "scope",
    "exportName",
    "apiVersion",
    "definition",
    "definition.type",
    "definition.timePeriod",
    "definition.timePeriod.to",
    "definition.dataSet.configuration.columns",
    "definition.dataSet.configuration.filters",
    "deliveryInfo",
    "deliveryInfo.destination.container",
    "deliveryInfo.destination.rootFolderPath",
    "schedule",
    "schedule.recurrencePeriod.from",
    "partitionData",
    "identity",
    "timeouts.create",
  );
  const holes = fc
    .tuple(
      exportInputs(fc),
      fc.array(fc.record({ path, value: fc.oneof(fc.constant(unknown), tree) }), { maxLength: 4 }),
    )
    .map(([inputs, changes]) => changes.reduce(deviate, inputs));
  return fc.oneof({ weight: 1, arbitrary: tree }, { weight: 3, arbitrary: holes });
}

/** Everything that is wrong with how check and diff take a pair of inputs, in sentences. */
function brokenProperties({ exportResource, unknown }, left, right) {
  const broken = [];
  const say = (sentence, detail) => broken.push(`${sentence}${detail === undefined ? "" : `: ${detail}`}`);
  // The adapter hands over objects, whatever came from the engine.
  const [a, b] = [left, right].map((one) =>
    frozen(typeof one === "object" && one !== null && !Array.isArray(one) ? one : {}),
  );
  const check = (previous, inputs) => attempt(say, "check", () => exportResource.check(previous, inputs, now));
  const diff = (state, inputs) => attempt(say, "diff", () => exportResource.diff("id", state, inputs));

  const first = check(undefined, a);
  if (!isDeepStrictEqual(first, check(undefined, a))) say("check changes its mind");
  const onUpdate = check(b, a);
  if (!isDeepStrictEqual(onUpdate, check(b, a))) say("check of an update changes its mind");
  const between = diff(b, a);
  if (!isDeepStrictEqual(between, diff(b, a))) say("diff changes its mind");
  const second = check(undefined, b);
  if (first === undefined || second === undefined) return broken;

  for (const { property, reason, severity } of [...first.failures, ...first.warnings]) {
    if (typeof property !== "string" || !/[^\s].{20,}/s.test(reason) || /undefined|\[object/.test(reason))
      say("a problem without words", `${property} ${reason}`);
    if (severity !== "refuse" && severity !== "warn") say("a problem without severity", reason);
  }
  if (first.failures.length === 0) {
    const again = check(undefined, frozen(first.inputs));
    if (!isDeepStrictEqual(again?.inputs, first.inputs)) say("the normal form has another normal form");
    if ((again?.failures.length ?? 0) > 0) say("the normal form is refused", again.failures[0].reason);
    if (!holds(unknown, first.inputs)) {
      // Old versions take Usage for a missing type, and the normal form says so.
      const completed = first.warnings.some(
        ({ property, reason }) => property === "definition.type" && /missing/.test(reason),
      );
      if (!completed && diff(first.inputs, a)?.changes === true) say("an input differs from its normal form");
      if (diff(first.inputs, first.inputs)?.changes === true) say("a normal form differs from itself");
      if (second.failures.length === 0 && !holds(unknown, second.inputs)) {
        const there = diff(first.inputs, second.inputs)?.changes;
        if (there !== diff(second.inputs, first.inputs)?.changes) say("equal one way round only");
      }
    }
  }
  return broken;
}

function attempt(say, name, method) {
  try {
    return method();
  } catch (error) {
    say(`${name} throws`, error.stack);
    return undefined;
  }
}

/** Writing to it throws, in strict code. */
function frozen(value) {
  if (Array.isArray(value)) return Object.freeze(value.map(frozen));
  if (typeof value !== "object" || value === null) return value;
  const copy = {};
  for (const [key, member] of Object.entries(value))
    Object.defineProperty(copy, key, { value: frozen(member), enumerable: true });
  return Object.freeze(copy);
}

function holds(needle, value) {
  if (value === needle) return true;
  return typeof value === "object" && value !== null && Object.values(value).some((member) => holds(needle, member));
}

/** Every way to write the same export. */
const spellings = {
  plain: (inputs) => inputs,
  "enums in lower case": (inputs) => inEnums(inputs, (text) => text.toLowerCase()),
  "enums in upper case": (inputs) => inEnums(inputs, (text) => text.toUpperCase()),
  "scope without slash": (inputs) => deviate(inputs, { path: "scope", value: inputs.scope.slice(1) }),
  "scope with slashes": (inputs) => deviate(inputs, { path: "scope", value: `/${inputs.scope}/` }),
  "scope in upper case": (inputs) => deviate(inputs, { path: "scope", value: inputs.scope.toUpperCase() }),
  "scope in lower case": (inputs) => deviate(inputs, { path: "scope", value: inputs.scope.toLowerCase() }),
  "account in lower case": (inputs) => inDestination(inputs, "resourceId", account.toLowerCase()),
  "account without slash": (inputs) => inDestination(inputs, "resourceId", account.slice(1)),
  "account with a slash behind": (inputs) => inDestination(inputs, "resourceId", `${account}/`),
  "folder with a slash before": (inputs) => inDestination(inputs, "rootFolderPath", "/exports/costs"),
  "folder with a slash behind": (inputs) => inDestination(inputs, "rootFolderPath", "exports/costs/"),
  "no folder": (inputs) => inDestination(inputs, "rootFolderPath", undefined),
  "no folder, as null": (inputs) => inDestination(inputs, "rootFolderPath", null),
  "days for dates": (inputs) => inDates(inputs, (text) => text.slice(0, 10)),
  "dates with milliseconds": (inputs) => inDates(inputs, (text) => text.replace("Z", ".000Z")),
  "dates with an offset": (inputs) => inDates(inputs, (text) => text.replace("T00:00:00Z", "T02:00:00+02:00")),
  "flags as text": (inputs) => ("partitionData" in inputs ? { ...inputs, partitionData: "True" } : inputs),
  "members in lower case": (inputs) => lowerMembers(inputs),
  "defaults spelt out": (inputs) => ({
    ...inputs,
    schedule: { status: "Inactive", ...inputs.schedule },
    format: inputs.format ?? "Csv",
  }),
  "columns in another order": (inputs) =>
    deviate(inputs, { path: "definition.dataSet.configuration.columns", value: ["Tags", "Date", "Cost"] }),
};

/** Every dataset in every version that has it, with everything set that the version has. */
function fullExports() {
  const full = [];
  for (const version of offered) {
    const improved = version === "2023-07-01-preview" || version === "2025-03-01";
    for (const type of improved ? types : types.slice(0, 3)) {
      for (const rhythm of ["daily", "monthly", "once", "paused", "none"]) {
        const base = working({ version, type, scope: scopes[0], rhythm });
        const dated = base.schedule?.status === "Active" || rhythm === "paused";
        full.push({
          ...base,
          ...(dated
            ? {
                schedule: {
                  ...base.schedule,
                  recurrencePeriod: { from: "2026-04-01T00:00:00Z", to: "2029-04-01T00:00:00Z" },
                },
              }
            : {}),
          ...(version === "2020-06-01" ? {} : { partitionData: true }),
          ...(version === "2020-06-01" || version === "2021-10-01"
            ? {}
            : { identity: { type: "SystemAssigned" }, location: "global" }),
          ...(improved
            ? { dataOverwriteBehavior: "OverwritePreviousReport", compressionMode: "gzip", exportDescription: "Costs" }
            : {}),
        });
      }
      if (version !== "2020-06-01") full.push(bySas(version, type));
    }
  }
  return full;
}

function bySas(version, type) {
  const base = working({ version, type, scope: modern, rhythm: "daily" });
  const sasToken = "?sv=2022-11-02&ss=b&srt=sco&sp=rwdlac&sig=abcdefghijklmnopqrstuvwxyz0123456789%3D";
  return {
    ...base,
    deliveryInfo: { destination: { container: "costs", storageAccount: "finopscosts", sasToken } },
  };
}

/** Writes an export and reads it back; everything that then differs, in sentences. */
async function readBack(modules, inputs, switches) {
  const { exportResource } = modules;
  const { context, exchanges, warnings } = createWorld(modules, { now, switches });
  const { failures, inputs: program } = exportResource.check(undefined, inputs, now);
  const broken = failures.map(({ reason }) => `refused: ${reason}`);
  if (broken.length > 0) return { broken, exchanges };
  const say = (when, { changes, replaces }) => {
    if (changes) broken.push(`${when} a difference is seen ${replaces.join()}`);
  };
  try {
    const { id, state } = await exportResource.create(program, context);
    say("after the create", exportResource.diff(id, plain(state), program));
    const read = await exportResource.read(id, plain(state), context);
    say("after a refresh", exportResource.diff(id, plain(read.state), program));
    say("after a refresh, by the inputs that were read", exportResource.diff(id, plain(read.state), read.inputs));
    const imported = await exportResource.read(id, undefined, context);
    const judged = exportResource.check(undefined, imported.inputs, now);
    // A look-up takes the dates as they are by now; everything else must pass as it was read.
    broken.push(...judged.failures.map(({ reason }) => `the imported program is refused: ${reason}`));
    say("after an import", exportResource.diff(id, plain(imported.state), judged.inputs));
    const puts = exchanges.filter(({ method }) => method === "PUT").length;
    const updated = await exportResource.update(id, plain(state), program, context);
    say("after an update with the same program", exportResource.diff(id, plain(updated.state), program));
    if (exchanges.filter(({ method }) => method === "PUT").length > puts)
      broken.push("the same program is written again");
    broken.push(...warnings.map((warning) => `warned: ${warning}`));
  } catch (error) {
    broken.push(`failed: ${error.stack}`);
  }
  return { broken, exchanges };
}

/** As the engine keeps it. */
const plain = (state) => JSON.parse(JSON.stringify(state));

const enumPaths = [
  "definition.type",
  "definition.timeframe",
  "definition.dataSet.granularity",
  "schedule.status",
  "schedule.recurrence",
  "format",
  "dataOverwriteBehavior",
  "compressionMode",
  "identity.type",
  "deliveryInfo.destination.type",
];

const datePaths = [
  "definition.timePeriod.from",
  "definition.timePeriod.to",
  "schedule.recurrencePeriod.from",
  "schedule.recurrencePeriod.to",
];

const inEnums = (inputs, change) => mapped(inputs, enumPaths, change);
const inDates = (inputs, change) => mapped(inputs, datePaths, change);
const inDestination = (inputs, member, value) => deviate(inputs, { path: `deliveryInfo.destination.${member}`, value });

function mapped(inputs, paths, change) {
  return paths.reduce((result, path) => {
    const value = path.split(".").reduce((inner, key) => inner?.[key], result);
    return typeof value === "string" ? deviate(result, { path, value: change(value) }) : result;
  }, inputs);
}

function lowerMembers(value) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key.toLowerCase(), lowerMembers(member)]));
}

/** The switches that change how the service answers. */
const answers = [
  {},
  { enumCase: "canonical" },
  { defaultsShown: true },
  { enumCase: "canonical", defaultsShown: true, newPutShowsNextRun: false },
];

module.exports = { answers, anything, brokenProperties, fullExports, readBack, spellings };
