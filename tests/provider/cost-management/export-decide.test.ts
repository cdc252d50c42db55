/**
 * The update table (docs/architecture.md): what an update writes, from the live export, what was last seen of it, and what
 * the program wants - row by row, for every field. What the flow makes of a decision is in ../resources/export.test.ts.
 */
import * as fc from "fast-check";
import { apiVersions } from "../../../provider/cost-management/api-versions";
import { sameAt, sameValue } from "../../../provider/cost-management/compare";
import { fieldAt, remoteFields, type FieldRow } from "../../../provider/cost-management/fields";
import { flatten, type Leaf, type Values } from "../../../provider/cost-management/values";
import { parseLive, requestBody, type LiveExport } from "../../../provider/cost-management/wire";
import { decideCreate, decideUpdate, differences } from "../../../provider/resources/export-decide";
import { parseState, stateOf, type ExportState } from "../../../provider/resources/export-state";
import { check, given, nest, now, sasToken, storageAccount, wellFormed, type Paths } from "./kit";

const token = "deliveryInfo.destination.sasToken";
const startsAt = "schedule.recurrencePeriod.from";
const endsAt = "schedule.recurrencePeriod.to";
const recurrence = "schedule.recurrence";
const status = "schedule.status";

/** An export with every field that can stand in it, as program, last seen and live alike; each case changes one field. */
const base = new Map<string, Leaf>(
  flatten(
    given({
      "definition.timeframe": "Custom",
      "definition.timePeriod.from": "2026-10-01",
      "definition.timePeriod.to": "2026-10-31",
      [startsAt]: "2026-12-02",
      [endsAt]: "2031-12-02",
    }),
  ),
);

/** Three values of a field with three meanings; a boolean has two. Nothing here is checked against the lists of values. */
function threeOf(row: FieldRow): readonly [Leaf, Leaf, Leaf] {
  switch (row.kind) {
    case "boolean":
      return [true, false, true];
    case "date":
      return ["2027-01-01", "2027-01-02", "2027-01-03"];
    case "armId":
      return [`${storageAccount}a`, `${storageAccount}b`, `${storageAccount}c`];
    case "names":
      return [["Date"], ["MeterId"], ["Quantity"]];
    case "filters":
      return [[{ name: "a", value: "1" }], [{ name: "a", value: "2" }], [{ name: "a", value: "3" }]];
    default:
      return ["alpha", "beta", "gamma"];
  }
}

interface Views {
  /** Undefined: the program does not set the field. */
  readonly wanted: Leaf | undefined;
  readonly seen: Leaf | undefined;
  /** Whether the program had set what was seen. */
  readonly ours?: boolean;
  readonly actual: Leaf | undefined;
  readonly unfinished?: Leaf;
}

function decide(path: string, { wanted, seen, ours = true, actual, unfinished }: Views) {
  const values = withField(path, seen);
  const state: ExportState = {
    values,
    unset: new Set(ours ? [] : [path]),
    version: "2025-03-01",
    eTag: undefined,
    unfinished: unfinished === undefined ? undefined : { operation: "update", wanted: withField(path, unfinished) },
  };
  const { target, conflicts, differs } = decideUpdate(
    liveOf(withField(path, actual)),
    state,
    withField(path, wanted),
    now,
  );
  return { written: target.get(path), conflicts, differs };
}

function withField(path: string, value: Leaf | undefined): Values {
  const values = new Map(base);
  if (value === undefined) values.delete(path);
  else values.set(path, value);
  return values;
}

function liveOf(values: Values): LiveExport {
  return { values, body: {} };
}

const visible = remoteFields.filter(({ kind }) => kind !== "secret");

describe.each(visible.map((row) => [row.path, ...threeOf(row)] as const))("%s", (path, one, two, three) => {
  /** Dates of a schedule are chosen anew where nothing names them. */
  const chosen = path === startsAt || path === endsAt;

  describe("nobody else changed it:", () => {
    test("a new value is written", () => {
      expect(decide(path, { seen: one, actual: one, wanted: two })).toEqual({
        written: two,
        conflicts: [],
        differs: true,
      });
    });

    test("the same value needs no write", () => {
      expect(decide(path, { seen: one, actual: one, wanted: one })).toEqual({
        written: one,
        conflicts: [],
        differs: false,
      });
    });

    test("a value for what nobody had set is written", () => {
      expect(decide(path, { seen: undefined, actual: undefined, wanted: one })).toMatchObject({
        written: one,
        conflicts: [],
      });
    });

    test("a value that the program took out gets the service's default again", () => {
      const { written, conflicts } = decide(path, { seen: one, actual: one, wanted: undefined });
      expect(conflicts).toEqual([]);
      if (chosen) expect(written).toMatch(/T00:00:00Z$/);
      else expect(written).toBeUndefined();
    });

    test("a value that the program never set is kept", () => {
      expect(decide(path, { seen: one, ours: false, actual: one, wanted: undefined })).toEqual({
        written: one,
        conflicts: [],
        differs: false,
      });
    });
  });

  describe("somebody else changed it, and the program does not set it:", () => {
    test("the change is kept", () => {
      expect(decide(path, { seen: one, ours: false, actual: two, wanted: undefined })).toEqual({
        written: two,
        conflicts: [],
        differs: false,
      });
    });

    test("a value where there was none is kept", () => {
      expect(decide(path, { seen: undefined, actual: two, wanted: undefined })).toEqual({
        written: two,
        conflicts: [],
        differs: false,
      });
    });

    test("a change of what the program has just taken out is kept", () => {
      expect(decide(path, { seen: one, actual: two, wanted: undefined })).toMatchObject({
        written: two,
        conflicts: [],
      });
    });
  });

  describe("somebody else changed it to what the program wants:", () => {
    test("nothing is lost, and no write is due", () => {
      expect(decide(path, { seen: one, actual: two, wanted: two })).toEqual({
        written: two,
        conflicts: [],
        differs: false,
      });
    });

    test("where nobody had set it", () => {
      expect(decide(path, { seen: undefined, actual: two, wanted: two })).toEqual({
        written: two,
        conflicts: [],
        differs: false,
      });
    });
  });

  describe("somebody else changed it to something else than the program wants:", () => {
    const text = (value: Leaf) => JSON.stringify(value);

    test("a conflict, with what was seen, what is live, and what is wanted", () => {
      const { written, conflicts } = decide(path, { seen: one, actual: two, wanted: three });
      expect(conflicts).toEqual([{ path, lastSeen: text(one), live: text(two), wanted: text(three) }]);
      // What is written where the program may overwrite.
      expect(written).toBe(three);
    });

    test("a conflict, although the program wants what it always wanted", () => {
      expect(decide(path, { seen: one, actual: two, wanted: one }).conflicts).toHaveLength(1);
    });

    test("a conflict, although the program had not set it before", () => {
      expect(decide(path, { seen: one, ours: false, actual: two, wanted: three }).conflicts).toHaveLength(1);
    });

    test("a conflict where it was taken out, unless the service's default is what the program wants", () => {
      const { conflicts } = decide(path, { seen: one, actual: undefined, wanted: one });
      expect(conflicts.map(({ live }) => live)).toEqual([expect.stringMatching(/^not set/)]);
      const { default: usual } = fieldAt(path);
      if (usual !== undefined)
        expect(decide(path, { seen: one, actual: undefined, wanted: usual }).conflicts).toEqual([]);
    });
  });

  describe("an update of ours has an unknown end:", () => {
    test("a live value that it wanted is no conflict", () => {
      expect(decide(path, { seen: one, unfinished: two, actual: two, wanted: two })).toEqual({
        written: two,
        conflicts: [],
        differs: false,
      });
    });

    test("nor is it where the program wants something else since", () => {
      expect(decide(path, { seen: one, unfinished: two, actual: two, wanted: three })).toMatchObject({
        written: three,
        conflicts: [],
      });
    });

    test("nor is the old value, where it was not applied", () => {
      expect(decide(path, { seen: one, unfinished: two, actual: one, wanted: two })).toEqual({
        written: two,
        conflicts: [],
        differs: true,
      });
    });

    test("a value of somebody else still is", () => {
      const odd = fieldAt(path).kind === "boolean";
      const { conflicts } = decide(path, {
        seen: one,
        unfinished: odd ? one : two,
        actual: odd ? two : three,
        wanted: one,
      });
      expect(conflicts).toHaveLength(1);
    });
  });
});

describe("a change of spelling alone", () => {
  test.each<readonly [string, Leaf, Leaf]>([
    ["definition.type", "FocusCost", "focuscost"],
    ["deliveryInfo.destination.resourceId", storageAccount, storageAccount.toLowerCase().slice(1)],
    ["deliveryInfo.destination.rootFolderPath", "focus/daily", "/focus/daily/"],
    [startsAt, "2026-12-02", "2026-12-02T00:00:00Z"],
    ["location", "West Europe", "westeurope"],
    ["definition.dataSet.configuration.columns", ["Date", "MeterId"], ["meterid", "date"]],
  ])("of %s is nobody's change: %j, %j", (path, ours, theirs) => {
    expect(decide(path, { seen: ours, actual: theirs, wanted: ours })).toEqual({
      written: ours,
      conflicts: [],
      differs: false,
    });
  });

  test.each<readonly [string, Leaf]>([
    ["format", "Csv"],
    ["partitionData", false],
    ["compressionMode", "None"],
    ["dataOverwriteBehavior", "CreateNewReport"],
    ["deliveryInfo.destination.type", "AzureBlob"],
    ["identity.type", "None"],
  ])("nor is a default of %s that is shown now and was not, or the other way round: %j", (path, value) => {
    for (const [seen, actual] of [
      [undefined, value],
      [value, undefined],
    ] as const) {
      expect(decide(path, { seen, actual, wanted: value })).toMatchObject({ conflicts: [], differs: false });
      expect(decide(path, { seen, actual, wanted: undefined })).toMatchObject({ conflicts: [], differs: false });
    }
  });
});

describe("a SAS token, which is answered obfuscated", () => {
  const other = sasToken.replaceAll("a", "b");
  const shown = "?sv=2024&sig=***";

  test("that stays needs no write", () => {
    expect(decide(token, { seen: sasToken, actual: shown, wanted: sasToken })).toEqual({
      written: sasToken,
      conflicts: [],
      differs: false,
    });
  });

  test("that is new is written, though it equals what is live", () => {
    expect(decide(token, { seen: sasToken, actual: shown, wanted: other })).toEqual({
      written: other,
      conflicts: [],
      differs: true,
    });
  });

  test("of an update whose end is unknown is written again: whether it arrived, nobody can see", () => {
    expect(decide(token, { seen: sasToken, unfinished: shown, actual: shown, wanted: other }).differs).toBe(true);
  });

  test("that somebody took out is a conflict, and is not shown in it", () => {
    const { conflicts } = decide(token, { seen: sasToken, actual: undefined, wanted: other });
    expect(conflicts).toEqual([{ path: token, lastSeen: "[secret]", live: "not set", wanted: "[secret]" }]);
  });

  test("that the program never set is kept as it is shown", () => {
    expect(decide(token, { seen: shown, ours: false, actual: shown, wanted: undefined }).written).toBe(shown);
  });

  test("that the program took out is taken out", () => {
    expect(decide(token, { seen: sasToken, actual: shown, wanted: undefined }).written).toBeUndefined();
  });
});

describe("the dates of a schedule", () => {
  const without = (changes: Paths): Values => flatten(given(changes));
  const datesOf = ({ target }: { target: Values }) => [target.get(startsAt), target.get(endsAt)];

  test.each<readonly [string, Paths, readonly (string | undefined)[]]>([
    ["the next midnight, and five years", {}, ["2026-12-02T00:00:00Z", "2031-12-02T00:00:00Z"]],
    [
      "five years after the program's start",
      { [startsAt]: "2027-02-28T06:00:00Z" },
      ["2027-02-28T06:00:00Z", "2032-02-28T06:00:00Z"],
    ],
    ["the next midnight before the program's end", { [endsAt]: "2027-06-30" }, ["2026-12-02T00:00:00Z", "2027-06-30"]],
    ["none that the program names", { [startsAt]: "2027-01-01", [endsAt]: "2027-06-30" }, ["2027-01-01", "2027-06-30"]],
    ["none while it is inactive", { [status]: "Inactive" }, [undefined, undefined]],
    ["none where nothing recurs", { [recurrence]: undefined }, [undefined, undefined]],
    ["none where there is no schedule", { [status]: undefined, [recurrence]: undefined }, [undefined, undefined]],
    [
      "an end for a start, also while it is inactive",
      { [status]: "Inactive", [startsAt]: "2024-01-01" },
      ["2024-01-01", "2029-01-01T00:00:00Z"],
    ],
    [
      "a start for an end, also where nothing recurs: one alone is refused",
      { [status]: "Inactive", [recurrence]: undefined, [endsAt]: "2027-06-30" },
      ["2026-12-02T00:00:00Z", "2027-06-30"],
    ],
  ])("chosen at create: %s", (_name, changes, dates) => {
    expect(datesOf(decideCreate(undefined, without(changes), now))).toEqual(dates);
  });

  test("that were chosen once stay, whatever the clock says", () => {
    const program = without({});
    const created = decideCreate(undefined, program, now);
    const live = liveOf(created.target);
    const seen = parseState(stateOf(live, program, "2025-03-01"));
    const later = decideUpdate(live, seen, program, now + 400 * 86_400_000);
    expect(datesOf(later)).toEqual(datesOf(created));
    expect(later.differs).toBe(false);
  });

  test("are chosen when an inactive export becomes active", () => {
    const inactive = without({ [status]: "Inactive" });
    const live = liveOf(decideCreate(undefined, inactive, now).target);
    const seen = parseState(stateOf(live, inactive, "2025-03-01"));
    expect(datesOf(decideUpdate(live, seen, without({}), now))).toEqual([
      "2026-12-02T00:00:00Z",
      "2031-12-02T00:00:00Z",
    ]);
  });

  test("that were chosen go when nothing recurs any more", () => {
    const live = liveOf(decideCreate(undefined, without({}), now).target);
    const seen = parseState(stateOf(live, without({}), "2025-03-01"));
    const program = without({ [status]: "Inactive", [recurrence]: undefined });
    expect(datesOf(decideUpdate(live, seen, program, now))).toEqual([undefined, undefined]);
  });

  test("an end that was chosen moves with a start that the program puts behind it", () => {
    const live = liveOf(decideCreate(undefined, without({}), now).target);
    const seen = parseState(stateOf(live, without({}), "2025-03-01"));
    const program = without({ [startsAt]: "2040-01-01T00:00:00Z" });
    expect(datesOf(decideUpdate(live, seen, program, now))).toEqual(["2040-01-01T00:00:00Z", "2045-01-01T00:00:00Z"]);
  });

  test("a time period that nobody uses any more goes with the time frame Custom", () => {
    const custom = without({ "definition.timeframe": "Custom" });
    const live = liveOf(
      flatten(
        given({
          "definition.timeframe": "Custom",
          "definition.timePeriod.from": "2026-10-01",
          "definition.timePeriod.to": "2026-10-31",
        }),
      ),
    );
    const seen = parseState(stateOf(live, custom, "2025-03-01"));
    const { target } = decideUpdate(live, seen, without({}), now);
    expect([...target.keys()].filter((path) => path.includes("timePeriod"))).toEqual([]);
  });
});

describe("a create", () => {
  test("writes the program", () => {
    const program = flatten(given({ [status]: "Inactive", format: "Parquet" }));
    const { target, conflicts, differs } = decideCreate(undefined, program, now);
    expect(Object.fromEntries(target)).toEqual(
      Object.fromEntries([...program].filter(([path]) => path !== "scope" && path !== "exportName")),
    );
    expect({ conflicts, differs }).toEqual({ conflicts: [], differs: true });
  });

  test("that takes an export over keeps what the program does not set", () => {
    const { target, differs } = decideCreate(
      liveOf(flatten(nest({ exportDescription: "by hand", format: "Csv" }))),
      flatten(given({ format: "Parquet" })),
      now,
    );
    expect(target.get("exportDescription")).toBe("by hand");
    expect(target.get("format")).toBe("Parquet");
    expect(differs).toBe(true);
  });

  test("that takes over what it would have made has nothing to write", () => {
    const program = flatten(given());
    const { target } = decideCreate(undefined, program, now);
    expect(decideCreate(liveOf(target), program, now + 86_400_000).differs).toBe(false);
  });

  test("is kept from adoption by the fields that the program sets and that differ, and by no others", () => {
    const live = liveOf(
      flatten(given({ format: "parquet", exportDescription: "by hand", "definition.type": "ActualCost" })),
    );
    expect(differences(live, flatten(given({ format: "Parquet", compressionMode: "none" })))).toEqual([
      { path: "definition.type", lastSeen: "nothing", live: '"ActualCost"', wanted: '"FocusCost"' },
    ]);
    expect(differences(live, flatten(given({ "definition.type": "ActualCost", partitionData: true })))).toEqual([
      { path: "partitionData", lastSeen: "nothing", live: "not set (false)", wanted: "true" },
    ]);
  });
});

describe("whatever was seen, is live and is wanted,", () => {
  const program = wellFormed.map((inputs) => new Map(flatten(inputs)));

  test("the wanted values are written, a conflict is told exactly where one is, and the same is decided again", () => {
    fc.assert(
      fc.property(
        program,
        program,
        program,
        fc.subarray(remoteFields.map(({ path }) => path)),
        (wanted, before, actual, unset) => {
          const seen: ExportState = {
            values: before,
            unset: new Set(unset),
            version: "2025-03-01",
            eTag: undefined,
            unfinished: undefined,
          };
          const decision = decideUpdate(liveOf(actual), seen, wanted, now);
          expect(decideUpdate(liveOf(actual), seen, wanted, now)).toEqual(decision);
          for (const { path } of remoteFields)
            if (wanted.has(path)) expect(decision.target.get(path)).toBe(wanted.get(path));
          const expected = remoteFields.filter(
            ({ path }) =>
              wanted.has(path) &&
              !sameAt(path, actual.get(path), before.get(path)) &&
              !sameAt(path, actual.get(path), wanted.get(path)),
          );
          expect(decision.conflicts.map(({ path }) => path)).toEqual(expected.map(({ path }) => path));
        },
      ),
      { numRuns: 500 },
    );
  });

  test("after the write there is nothing left to write", () => {
    fc.assert(
      fc.property(wellFormed, program, (inputs, actual) => {
        const { values: wanted, version } = check(inputs);
        const live = parseLive(requestBody(actual, apiVersions[version]));
        if (live === undefined) throw new Error("A request reads as an answer.");
        const first = decideCreate(live, wanted, now);
        const written = parseLive(requestBody(first.target, apiVersions[version], live));
        if (written === undefined) throw new Error("A request reads as an answer.");
        const seen = parseState(stateOf(written, wanted, version));
        const { conflicts, differs, target } = decideUpdate(written, seen, wanted, now + 1000);
        expect({ conflicts, differs }).toEqual({ conflicts: [], differs: false });
        for (const row of remoteFields) {
          const sent = first.target.get(row.path);
          expect(row.kind === "secret" || sameValue(row, sent, target.get(row.path))).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});
