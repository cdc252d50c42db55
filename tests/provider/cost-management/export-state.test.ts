/** What state remembers of an export, and what a read reports as the program's inputs. */
import * as fc from "fast-check";
import { apiVersions } from "../../../provider/cost-management/api-versions";
import { fields, remoteFields } from "../../../provider/cost-management/fields";
import { flatten, getAt, type Leaf, type Values } from "../../../provider/cost-management/values";
import { exportId, parseLive, requestBody, type LiveExport } from "../../../provider/cost-management/wire";
import {
  effectiveVersion,
  inputsOf,
  parseState,
  programOfLive,
  programValue,
  stateOf,
  unfinishedState,
} from "../../../provider/resources/export-state";
import {
  anyJson,
  check,
  given,
  nearlyInputs,
  nest,
  sasToken,
  storageAccount,
  subscription,
  wellFormed,
  type Paths,
} from "./kit";

const newest = "2025-03-01";
const id = exportId(subscription, "daily-costs");
const startsAt = "schedule.recurrencePeriod.from";

/** The export that a program makes, as the service shows it, with some of its members changed by somebody else. */
function liveOf(program: Paths, changes: Paths = {}, top: Paths = {}): LiveExport {
  const changed = flatten(given({ ...program, ...changes }));
  const live = parseLive({ ...requestBody(changed, apiVersions[newest]), name: "daily-costs", eTag: '"1"', ...top });
  if (live === undefined) throw new Error("A request reads as an answer.");
  return live;
}

const programOf = (program: Paths): Values => flatten(given(program));

describe("state after a write or a read", () => {
  const state = (program: Paths, changes: Paths = {}, top: Paths = {}) =>
    stateOf(liveOf(program, changes, top), programOf(program), newest);

  test("holds the program and what the service adds", () => {
    expect(state({}, {}, { identity: { principalId: "p", tenantId: "t" } })).toEqual({
      ...given(),
      identity: { principalId: "p", tenantId: "t" },
      apiVersion: newest,
      name: "daily-costs",
      eTag: '"1"',
      unset: ["apiVersion"],
    });
  });

  test.each<readonly [string, unknown, unknown]>([
    ["format", "Csv", "CSV"],
    ["format", "Csv", undefined],
    ["deliveryInfo.destination.resourceId", storageAccount, storageAccount.toLowerCase().slice(1)],
    [startsAt, "2026-12-02", "2026-12-02T00:00:00Z"],
    ["definition.dataSet.configuration.columns", ["Date", "MeterId"], ["MeterId", "Date"]],
    ["deliveryInfo.destination.sasToken", sasToken, "?sig=***"],
  ])("has %s in the program's spelling, %j, where the live one means the same: %j", (path, ours, theirs) => {
    expect(getAt(state({ [path]: ours }, { [path]: theirs }), path)).toEqual(ours);
  });

  test("has the live value where it means something else", () => {
    expect(getAt(state({ format: "Csv" }, { format: "Parquet" }), "format")).toBe("Parquet");
    expect(
      getAt(state({ exportDescription: "ours" }, { exportDescription: undefined }), "exportDescription"),
    ).toBeUndefined();
  });

  test("names the fields that the program did not set", () => {
    const { unset } = state({}, { exportDescription: "theirs", partitionData: true, [startsAt]: "2026-12-02" });
    expect(unset).toEqual([startsAt, "partitionData", "exportDescription", "apiVersion"]);
  });

  test("names no version where the program named it", () => {
    expect(state({ apiVersion: newest })).not.toHaveProperty("unset");
  });

  test("keeps the package's own settings, which are nowhere in the cloud", () => {
    const own = { adopt: "always", onConflict: "overwrite", "timeouts.create": "1h", agreement: "EA" };
    expect(state(own)).toMatchObject(nest(own));
  });

  test("shows the next run and a suspension while the service shows them", () => {
    const properties = {
      nextRunTimeEstimate: "2026-12-02T23:00:00Z",
      systemSuspensionContext: { suspensionCode: "x" },
    };
    const live = parseLive({ properties });
    expect(live && stateOf(live, new Map(), newest)).toMatchObject(properties);
    expect(state({})).not.toHaveProperty("nextRunTimeEstimate");
    expect(state({})).not.toHaveProperty("systemSuspensionContext");
  });

  test("keeps the spelling that was remembered of a field that the program does not set", () => {
    const remembered = new Map<string, Leaf>([
      ["exportDescription", "theirs"],
      [startsAt, "2026-12-02T00:00:00Z"],
    ]);
    const live = parseLive({
      properties: {
        exportDescription: "other",
        schedule: { recurrencePeriod: { from: "2026-12-02T01:00:00.000+01:00" } },
      },
    });
    expect(live && stateOf(live, new Map(), newest, remembered)).toEqual({
      exportDescription: "other",
      schedule: { recurrencePeriod: { from: "2026-12-02T00:00:00Z" } },
      apiVersion: newest,
      unset: [startsAt, "exportDescription", "apiVersion"],
    });
  });

  test("is pure JSON, and the same when it comes back from the engine", () => {
    fc.assert(
      fc.property(wellFormed, wellFormed, (ours, theirs) => {
        const { values, version } = check(ours);
        const live = parseLive({ ...requestBody(flatten(theirs), apiVersions[version]), eTag: '"1"' });
        const stored = live && stateOf(live, values, version);
        const again: unknown = JSON.parse(JSON.stringify(stored));
        expect(again).toEqual(stored);
        const { values: read, version: readVersion, unset, eTag } = parseState(again as Record<string, unknown>);
        expect({ version: readVersion, eTag }).toEqual({ version, eTag: '"1"' });
        for (const { path, place } of fields) {
          if (values.has(path) && place === "local") expect(read.get(path)).toEqual(values.get(path));
          if (read.has(path)) expect(unset.has(path)).toBe(!values.has(path));
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("stored state", () => {
  test("of any shape is read, and never an error", () => {
    fc.assert(
      fc.property(fc.oneof(nearlyInputs, fc.dictionary(fc.string(), anyJson)), (raw) => {
        const state = parseState(raw);
        expect(Object.keys(apiVersions)).toContain(state.version);
        expect(parseState(raw)).toEqual(state);
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ["no list of what was not set", {}],
    ["another thing in its place", { unset: "format" }],
    ["other things in it", { unset: [7, null, "format"] }],
  ])("with %s", (_name, raw) => {
    expect([...parseState(raw).unset].every((path) => path === "format")).toBe(true);
  });

  test("tells what the program had set", () => {
    const state = parseState({ ...given({ format: "Csv", partitionData: true }), unset: ["partitionData"] });
    expect(programValue(state, "format")).toBe("Csv");
    expect(programValue(state, "partitionData")).toBeUndefined();
    expect(programValue(state, "exportDescription")).toBeUndefined();
  });
});

describe("a read reports as inputs", () => {
  /** Writes a program, lets somebody change the export, and reads it. */
  function read(program: Paths, changes: Paths = {}, seen: Paths = {}): Record<string, unknown> {
    const before = parseState(stateOf(liveOf(program, seen), programOf(program), newest));
    const set = new Map([...before.values].filter(([path]) => !before.unset.has(path)));
    const live = liveOf(program, { ...seen, ...changes });
    return { ...inputsOf(id, live, stateOf(live, set, newest, before.values), before) };
  }

  test("exactly the program, where nobody changed anything", () => {
    expect(read({})).toEqual(given());
    expect(read({ adopt: "always", "timeouts.create": "1h", apiVersion: newest })).toEqual(
      given({ adopt: "always", "timeouts.create": "1h", apiVersion: newest }),
    );
  });

  test("the program's spelling, where the service answers another", () => {
    expect(read({ format: "Csv" }, { format: "CSV", "definition.type": "focuscost" })).toEqual(
      given({ format: "Csv" }),
    );
  });

  test("the live value of a field that the program set", () => {
    expect(read({ format: "Csv" }, { format: "Parquet" })).toEqual(given({ format: "Parquet" }));
  });

  test("nothing for a field that the program set and somebody took out", () => {
    expect(read({ exportDescription: "ours" }, { exportDescription: undefined })).toEqual(given());
  });

  test("a program's default that the service does not show", () => {
    expect(read({ partitionData: false }, { partitionData: undefined })).toEqual(given({ partitionData: false }));
  });

  test.each<readonly [string, unknown]>([
    ["exportDescription", "theirs"],
    ["partitionData", true],
    ["compressionMode", "gzip"],
    ["definition.dataSet.granularity", "Daily"],
  ])("somebody's value of a field that the program leaves alone: %s", (path, value) => {
    expect(read({}, { [path]: value })).toEqual(given({ [path]: value }));
  });

  test("no default of the service", () => {
    const defaults = Object.fromEntries(
      remoteFields.flatMap((row) => (row.default === undefined ? [] : [[row.path, row.default]])),
    );
    const program = { "schedule.status": undefined, "schedule.recurrence": undefined };
    expect(read(program, defaults)).toEqual(given(program));
  });

  test("nothing that was seen before: it is no drift", () => {
    expect(read({}, {}, { exportDescription: "theirs", [startsAt]: "2026-12-02T00:00:00Z" })).toEqual(given());
    expect(read({}, { exportDescription: "other" }, { exportDescription: "theirs" })).toEqual(
      given({ exportDescription: "other" }),
    );
  });

  test("nothing of somebody's value that went back to the service's default", () => {
    expect(read({}, { format: "Csv" }, { format: "Parquet" })).toEqual(given());
    expect(read({}, { exportDescription: undefined }, { exportDescription: "theirs" })).toEqual(given());
  });

  test("nothing that a program cannot set", () => {
    const before = parseState(stateOf(liveOf({}), programOf({}), newest));
    const live = liveOf({}, {}, { identity: { type: "None", principalId: "p" }, systemData: {}, tags: { a: "b" } });
    expect(inputsOf(id, live, stateOf(live, programOf({}), newest), before)).toEqual(given());
  });

  test("the address from the id, where state has none", () => {
    const live = liveOf({});
    const inputs = inputsOf(id, live, {}, parseState({}));
    expect(inputs).toEqual({ scope: subscription, exportName: "daily-costs" });
  });
});

describe("a look-up by id alone takes for the program", () => {
  test("the address, and everything live that is no default", () => {
    const live = liveOf({
      format: "Csv",
      partitionData: false,
      compressionMode: "gzip",
      "deliveryInfo.destination.type": "AzureBlob",
    });
    expect(Object.fromEntries(programOfLive(id.toLowerCase(), live))).toEqual({
      ...Object.fromEntries(programOf({ compressionMode: "gzip" })),
      scope: subscription,
      exportName: "daily-costs",
    });
  });

  test("nothing of an address that is none", () => {
    expect([...programOfLive("/somewhere", liveOf({})).keys()]).not.toContain("scope");
  });
});

describe("the version that is spoken", () => {
  const before = (raw: Record<string, unknown>) => parseState(raw);

  test.each([
    ["named", { apiVersion: "2023-11-01" }, undefined, "2023-11-01"],
    ["named, whatever was spoken before", { apiVersion: "2023-11-01" }, { apiVersion: "2024-08-01" }, "2023-11-01"],
    ["the newest for a new export", {}, undefined, newest],
    [
      "the one of an export whose program never named one",
      {},
      { apiVersion: "2023-11-01", unset: ["apiVersion"] },
      "2023-11-01",
    ],
    ["the newest once the program names none any more", {}, { apiVersion: "2023-11-01" }, newest],
  ])("is %s", (_name, program, stored, version) => {
    expect(effectiveVersion(flatten(program), stored && before(stored))).toBe(version);
  });
});

describe("an operation whose end is not known", () => {
  const program = programOf({ "deliveryInfo.destination.sasToken": sasToken, format: "Parquet" });
  const target = new Map<string, Leaf>([...program, [startsAt, "2026-12-02T00:00:00Z"]]);

  test("of a create is remembered with the program, and what it wanted to write", () => {
    const state = unfinishedState("create", undefined, program, target, newest);
    const { values, version, unset, unfinished, eTag } = parseState(state);
    expect(Object.fromEntries(values)).toEqual({ ...Object.fromEntries(program), apiVersion: newest });
    expect({ version, eTag, unset: [...unset] }).toEqual({ version: newest, eTag: undefined, unset: ["apiVersion"] });
    expect(unfinished?.operation).toBe("create");
    expect(unfinished?.wanted.get(startsAt)).toBe("2026-12-02T00:00:00Z");
  });

  test("of an update is remembered with what was seen before it", () => {
    const before = stateOf(liveOf({}), programOf({}), newest);
    const { unfinished, ...rest } = unfinishedState("update", before, program, target, newest);
    expect(rest).toEqual(before);
    expect(unfinished).toMatchObject({ operation: "update", wanted: { format: "Parquet" } });
  });

  test("has no secret in what it wanted: the token stands where the engine encrypts it", () => {
    const { unfinished } = unfinishedState("create", undefined, program, target, newest);
    expect(JSON.stringify(unfinished)).not.toContain("sig=");
  });

  test("has no address and no settings in what it wanted", () => {
    const settings = new Map<string, Leaf>([...target, ["adopt", "always"], ["timeouts.create", "1h"]]);
    const { unfinished } = unfinishedState("create", undefined, program, settings, newest);
    const paths = Object.keys((unfinished as { wanted: object }).wanted);
    expect(paths.filter((path) => /^(?:scope|exportName|adopt|timeouts|apiVersion)/.test(path))).toEqual([]);
  });

  test("comes back from the engine as it went", () => {
    const state = unfinishedState("create", undefined, program, target, newest);
    const again = JSON.parse(JSON.stringify(state)) as Record<string, unknown>;
    expect(parseState(again)).toEqual(parseState(state));
  });

  test.each([
    ["a mark of another form", { unfinished: "yes" }, undefined],
    ["a mark without a wish", { unfinished: {} }, { operation: "update", wanted: new Map() }],
    [
      "a wish of another form",
      { unfinished: { operation: 7, wanted: [1] } },
      { operation: "update", wanted: new Map() },
    ],
  ])("is read from %s", (_name, raw, unfinished) => {
    expect(parseState(raw).unfinished).toEqual(unfinished);
  });
});
