/** `check` and `diff` of the resource: pure, offline, and by meaning. The flow of writes is in ../resources/export.test.ts. */
import * as fc from "fast-check";
import { apiVersions, type ApiVersion } from "../../../provider/cost-management/api-versions";
import { fields, hasFeature, type FieldRow } from "../../../provider/cost-management/fields";
import { offeredVersions } from "../../../provider/cost-management/parse";
import { containsUnknown, unknown } from "../../../provider/cost-management/unknown";
import { flatten } from "../../../provider/cost-management/values";
import { exportId, parseLive, requestBody } from "../../../provider/cost-management/wire";
import { exportResource } from "../../../provider/resources/export";
import { decideCreate } from "../../../provider/resources/export-decide";
import { stateOf, unfinishedState } from "../../../provider/resources/export-state";
import type { PlainObject } from "../../../provider/resources/resource";
import {
  anyJson,
  billingAccount,
  containers,
  given,
  givenOld,
  nearlyInputs,
  now,
  sasToken,
  storageAccount,
  subscription,
  wellFormed,
  withAt,
  type Paths,
} from "./kit";

const id = exportId(subscription, "daily-costs");
const none = { changes: false, replaces: [], deleteBeforeReplace: false };

/** What the engine stores after the export of a program was made; `shown` are members that the service adds or spells anew. */
function stored(program: PlainObject, shown: Paths = {}): PlainObject {
  const { inputs } = exportResource.check(undefined, program, now);
  const values = flatten(inputs);
  const version = versionIn(inputs);
  const sent = requestBody(decideCreate(undefined, values, now).target, apiVersions[version]);
  const answer = Object.entries(shown).reduce((body, [path, value]) => withAt(body, path, value), sent);
  const live = parseLive({ ...answer, name: "daily-costs", eTag: '"1"' });
  if (live === undefined) throw new Error("A request reads as an answer.");
  return stateOf(live, values, version);
}

function versionIn(inputs: PlainObject): ApiVersion {
  return offeredVersions.find((version) => version === inputs["apiVersion"]) ?? "2025-03-01";
}

function diff(state: PlainObject, program: PlainObject) {
  return exportResource.diff(id, state, exportResource.check(state, program, now).inputs);
}

describe("no difference", () => {
  const datasets = offeredVersions.flatMap((version) =>
    apiVersions[version].types.map((type) => [type, version] as const),
  );

  test.each(datasets)("between %s and what %s made of it", (type, apiVersion) => {
    const program = givenOld({ apiVersion, "definition.type": type });
    expect(diff(stored(program), program)).toEqual(none);
  });

  test.each(datasets)("between %s, stored as it was written, and its normal form in %s", (type, apiVersion) => {
    const program = givenOld({
      apiVersion,
      "definition.type": type.toUpperCase(),
      "deliveryInfo.destination.rootFolderPath": "/focus/daily/",
      "schedule.recurrencePeriod.from": "2026-12-02T01:00:00+01:00",
      format: "CSV",
      scope: `${subscription.slice(1)}/`,
    });
    const { inputs } = exportResource.check(undefined, program, now);
    expect(exportResource.diff(id, program, inputs)).toEqual(none);
    expect(exportResource.diff(id, inputs, program)).toEqual(none);
  });

  test.each<readonly [string, Paths, Paths]>([
    ["a type in another case", {}, { "properties.definition.type": "FOCUSCOST" }],
    [
      "an id without a leading slash",
      {},
      { "properties.deliveryInfo.destination.resourceId": storageAccount.slice(1).toLowerCase() },
    ],
    ["a folder without its slash", {}, { "properties.deliveryInfo.destination.rootFolderPath": "focus/daily/" }],
    [
      "an obfuscated token",
      {
        scope: billingAccount,
        "deliveryInfo.destination.resourceId": undefined,
        "deliveryInfo.destination.sasToken": sasToken,
        "deliveryInfo.destination.storageAccount": "costs",
      },
      { "properties.deliveryInfo.destination.sasToken": "?sig=***" },
    ],
    [
      "dates that were chosen",
      {},
      { "properties.schedule.recurrencePeriod": { from: "2026-12-02T00:00:00Z", to: "2031-12-02T00:00:00Z" } },
    ],
    [
      "no recurrence, shown as None",
      { "schedule.status": "Inactive", "schedule.recurrence": undefined },
      { "properties.schedule.recurrence": "None" },
    ],
    [
      "a schedule that the service fills in",
      { "schedule.status": undefined, "schedule.recurrence": undefined },
      { "properties.schedule": { status: "Inactive" } },
    ],
    [
      "a data version that the service fills in",
      { "definition.dataSet.configuration.dataVersion": undefined },
      { "properties.definition.dataSet.configuration.dataVersion": "1.2" },
    ],
    [
      "lists that are shown empty",
      {},
      {
        "properties.definition.dataSet.configuration.columns": [],
        "properties.definition.dataSet.configuration.filters": [],
        "properties.definition.dataSet.granularity": null,
      },
    ],
    [
      "an identity with its principal",
      { "identity.type": "systemAssigned", location: "West Europe" },
      { identity: { type: "SystemAssigned", principalId: "p", tenantId: "t" }, location: "westeurope" },
    ],
    [
      "what somebody else set and the program leaves alone",
      {},
      { "properties.exportDescription": "theirs", "properties.partitionData": true },
    ],
    ["the next run", {}, { "properties.nextRunTimeEstimate": "2026-12-02T23:00:00Z" }],
  ])("for %s", (_name, program, shown) => {
    expect(diff(stored(given(program), shown), given(program))).toEqual(none);
  });

  const defaults = fields.filter((row) => row.default !== undefined && row.answeredOnly === undefined);

  test.each(defaults.map((row) => [row.path, row.default] as const))(
    "between %s left out and its default, %j",
    (path, value) => {
      const changes: Paths = { "schedule.status": undefined, "schedule.recurrence": undefined };
      const [without, written] = [given(changes), given({ ...changes, [path]: value })];
      expect(diff(stored(without), written)).toEqual(none);
      expect(diff(stored(written), without)).toEqual(none);
    },
  );

  test.each([
    ["adopt", "never", "always"],
    ["onConflict", "fail", "overwrite"],
    ["agreement", "EA", "MCA"],
  ])("for another %s: it says how to write, not what", (path, before, after) => {
    expect(diff(stored(given({ [path]: before })), given({ [path]: after }))).toEqual(none);
  });

  test("for a program of any form, once it was written", () => {
    fc.assert(
      fc.property(wellFormed, (program) => {
        expect(diff(stored(program), program)).toEqual(none);
      }),
      { numRuns: 500 },
    );
  });
});

describe("a change", () => {
  /** Another value of a field, in a program of the newest version in which everything is set. */
  const before = given({
    "identity.type": "SystemAssigned",
    location: "global",
    partitionData: true,
    format: "Parquet",
    compressionMode: "snappy",
    dataOverwriteBehavior: "OverwritePreviousReport",
    exportDescription: "one",
    "definition.dataSet.granularity": "Daily",
    "definition.dataSet.configuration.columns": ["BilledCost"],
    "definition.dataSet.configuration.filters": [{ name: "ReservationScope", value: "Single" }],
    "definition.timePeriod.from": "2026-10-01",
    "definition.timePeriod.to": "2026-10-31",
    "deliveryInfo.destination.sasToken": sasToken,
    "deliveryInfo.destination.storageAccount": "costs",
    "schedule.recurrencePeriod.from": "2026-12-02",
    "schedule.recurrencePeriod.to": "2031-12-02",
    "timeouts.create": "10m",
    "timeouts.read": "10m",
    "timeouts.update": "10m",
    "timeouts.delete": "10m",
  });
  const others: Paths = {
    scope: billingAccount,
    exportName: "other",
    "definition.type": "ActualCost",
    "definition.timeframe": "TheLastMonth",
    "definition.timePeriod.from": "2026-10-02",
    "definition.timePeriod.to": "2026-10-30",
    "definition.dataSet.granularity": "Monthly",
    "definition.dataSet.configuration.columns": ["EffectiveCost"],
    "definition.dataSet.configuration.dataVersion": "1.0",
    "definition.dataSet.configuration.filters": [{ name: "ReservationScope", value: "Shared" }],
    "deliveryInfo.destination.resourceId": `${storageAccount}2`,
    "deliveryInfo.destination.container": "others",
    "deliveryInfo.destination.rootFolderPath": "other",
    "deliveryInfo.destination.sasToken": sasToken.replaceAll("a", "b"),
    "deliveryInfo.destination.storageAccount": "others",
    "schedule.status": "Inactive",
    "schedule.recurrence": "Weekly",
    "schedule.recurrencePeriod.from": "2026-12-03",
    "schedule.recurrencePeriod.to": "2031-12-03",
    format: "Csv",
    partitionData: false,
    dataOverwriteBehavior: "CreateNewReport",
    compressionMode: "gzip",
    exportDescription: "two",
    "identity.type": "None",
    location: "westeurope",
    "timeouts.create": "20m",
    "timeouts.read": "20m",
    "timeouts.update": "20m",
    "timeouts.delete": "20m",
  };
  const address = ["scope", "exportName"];
  /** Fields whose only other value is none, and those that say how to write. */
  const elsewhere = ["deliveryInfo.destination.type", "apiVersion", "agreement", "adopt", "onConflict"];
  const expected = (path: string) =>
    address.includes(path)
      ? { changes: true, replaces: [path], deleteBeforeReplace: true }
      : { changes: true, replaces: [], deleteBeforeReplace: false };

  test("has a case here for every field", () => {
    expect([...Object.keys(others), ...elsewhere].sort()).toEqual(fields.map(({ path }) => path).sort());
  });

  test.each(Object.keys(others))("of %s updates in place, or replaces where it is a part of the address", (path) => {
    expect(diff(stored(before), withAt(before, path, others[path]))).toEqual(expected(path));
  });

  test.each(Object.keys(others).filter((path) => !fields.some((row) => row.path === path && row.required === true)))(
    "that takes %s out updates in place",
    (path) => {
      expect(diff(stored(before), withAt(before, path, undefined))).toEqual(expected(path));
    },
  );

  test.each(
    Object.keys(others).filter((path) =>
      fields.some((row) => row.path === path && row.required !== true && differsFromDefault(row)),
    ),
  )("that adds %s updates in place", (path) => {
    const without = withAt(before, path, undefined);
    const value = flatten(before).get(path);
    expect(diff(stored(without), withAt(without, path, value)).changes).toBe(true);
  });

  function differsFromDefault(row: FieldRow): boolean {
    return !row.path.startsWith("schedule.recurrencePeriod");
  }

  test("by somebody else to what the program sets is seen, after a refresh", () => {
    expect(
      diff(stored(given({ format: "Csv" }), { "properties.format": "Parquet" }), given({ format: "Csv" })).changes,
    ).toBe(true);
  });
});

describe("while a value is not known,", () => {
  const paths = [...fields.map(({ path }) => path), ...containers];

  test.each(paths.filter((path) => !["adopt", "onConflict", "agreement"].includes(path)))(
    "%s reads as a change, and as a replacement where it is a part of the address",
    (path) => {
      const state = stored(given());
      const replaces = ["scope", "exportName"].includes(path) ? [path] : [];
      expect(diff(state, withAt(given(), path, unknown))).toEqual({
        changes: true,
        replaces,
        deleteBeforeReplace: replaces.length > 0,
      });
    },
  );

  test("a version never reads as a replacement", () => {
    for (const apiVersion of offeredVersions) {
      const program = givenOld({ apiVersion });
      expect(diff(stored(program), withAt(program, "apiVersion", unknown)).replaces).toEqual([]);
    }
  });
});

describe("another api-version", () => {
  const ways = offeredVersions.flatMap((from) => offeredVersions.map((to) => [from, to] as const));

  test.each(ways)("from %s to %s", (from, to) => {
    const back = apiVersions[from].generation === "new" && apiVersions[to].generation === "old";
    expect(diff(stored(givenOld({ apiVersion: from })), givenOld({ apiVersion: to }))).toEqual({
      changes: from !== to,
      // An export of the new generation is invisible to old versions.
      replaces: back ? ["apiVersion"] : [],
      deleteBeforeReplace: back,
    });
  });

  test("is none where the program names none and the export has one that was chosen for it", () => {
    const before = stored(givenOld({ apiVersion: "2023-11-01" }));
    const state = { ...before, unset: [...((before["unset"] as string[] | undefined) ?? []), "apiVersion"] };
    expect(diff(state, givenOld({ apiVersion: undefined }))).toEqual(none);
  });

  test("is the newest where the program named one and does so no more", () => {
    expect(diff(stored(givenOld()), givenOld({ apiVersion: undefined }))).toEqual({ ...none, changes: true });
  });
});

test("an operation whose end is not known is a change, whatever the program says", () => {
  const program = given();
  const values = flatten(program);
  for (const [operation, before] of [
    ["create", undefined],
    ["update", stored(program)],
  ] as const)
    expect(diff(unfinishedState(operation, before, values, values, "2025-03-01"), program)).toEqual({
      ...none,
      changes: true,
    });
});

describe("check", () => {
  test("hands on the normal form, and warns of a change of location, which the API calls fixed", () => {
    const identity = { "identity.type": "SystemAssigned", partitionData: true };
    const { inputs, failures, warnings } = exportResource.check(
      given({ ...identity, location: "global" }),
      given({ ...identity, location: "westeurope", format: "CSV" }),
      now,
    );
    expect(inputs["format"]).toBe("Csv");
    expect(failures).toEqual([]);
    expect(warnings).toEqual([
      { property: "location", severity: "warn", reason: expect.stringMatching(/from "global" to "westeurope"/) },
    ]);
  });

  test("of its own result changes nothing", () => {
    fc.assert(
      fc.property(nearlyInputs, (raw) => {
        const { inputs, failures } = exportResource.check(undefined, raw, now);
        if (failures.length > 0) return;
        expect(exportResource.check(inputs, inputs, now).inputs).toEqual(inputs);
        expect(exportResource.diff(id, inputs, inputs).replaces).toEqual(
          ["scope", "exportName"].filter((path) => inputs[path] === unknown),
        );
      }),
      { numRuns: 500 },
    );
  });
});

describe("for any JSON, with unknown values anywhere,", () => {
  const anything = fc.oneof(nearlyInputs, fc.dictionary(fc.string(), anyJson));

  test("check and diff answer, and the same each time", () => {
    fc.assert(
      fc.property(anything, anything, (state, raw) => {
        const checked = exportResource.check(state, raw, now);
        expect(exportResource.check(state, raw, now)).toEqual(checked);
        for (const inputs of [checked.inputs, raw]) {
          const first = exportResource.diff(id, state, inputs);
          expect(exportResource.diff(id, state, inputs)).toEqual(first);
          expect(first.changes || first.replaces.length === 0).toBe(true);
          expect(first.deleteBeforeReplace).toBe(first.replaces.length > 0);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test("neither changes what it was given", () => {
    fc.assert(
      fc.property(anything, anything, (state, raw) => {
        fc.pre(!containsUnknown([state, raw]));
        const before = JSON.stringify([state, raw]);
        exportResource.diff(id, state, exportResource.check(state, raw, now).inputs);
        expect(JSON.stringify([state, raw])).toBe(before);
      }),
      { numRuns: 500 },
    );
  });

  test("the order of the members does not matter", () => {
    fc.assert(
      fc.property(wellFormed, wellFormed, (one, other) => {
        const turned = (value: PlainObject) => Object.fromEntries(Object.entries(value).reverse());
        expect(exportResource.diff(id, turned(one), turned(other))).toEqual(exportResource.diff(id, one, other));
      }),
      { numRuns: 300 },
    );
  });

  test("a field that a version lacks never reaches a request of it", () => {
    fc.assert(
      fc.property(anything, (raw) => {
        const { inputs } = exportResource.check(undefined, raw, now);
        const row = apiVersions[versionIn(inputs)];
        const lacking = fields.filter(({ feature }) => !hasFeature(row, feature));
        const sent = parseLive(requestBody(flatten(inputs), row)) ?? { values: new Map() };
        for (const { path } of lacking) expect(sent.values.has(path)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });
});
