import * as fc from "fast-check";
import { fieldAt, fields } from "../../../provider/cost-management/fields";
import { unknown } from "../../../provider/cost-management/unknown";
import {
  deleteAt,
  flatten,
  getAt,
  setAt,
  textAt,
  toLeaf,
  unflatten,
  type Leaf,
} from "../../../provider/cost-management/values";
import { anyJson, containers, given, nearlyInputs, nest, wellFormed } from "./kit";

const columns = "definition.dataSet.configuration.columns";
const filters = "definition.dataSet.configuration.filters";

test("inputs are read by path", () => {
  expect(Object.fromEntries(flatten(given({ partitionData: true, [columns]: ["Date"] })))).toMatchObject({
    exportName: "daily-costs",
    "definition.type": "FocusCost",
    "deliveryInfo.destination.container": "costs",
    partitionData: true,
    [columns]: ["Date"],
  });
});

describe("not set", () => {
  test.each([
    ["absent", undefined],
    ["null", null],
    ["empty text", ""],
    ["an empty list", []],
    ["an object where a text belongs", { a: 1 }],
    ["a list of a mixture", ["a", 1]],
    ["a list of lists", [["a"]]],
  ])("%s", (_name, value) => {
    expect(toLeaf(value)).toBeUndefined();
    expect(flatten({ format: value }).has("format")).toBe(false);
  });
});

describe("set", () => {
  test.each<readonly [string, unknown, Leaf]>([
    ["text", "x", "x"],
    ["false", false, false],
    ["a number, as text", 7, "7"],
    ["names", ["a", "b"], ["a", "b"]],
    ["filters", [{ name: "a", value: "b" }], [{ name: "a", value: "b" }]],
    ["filters with members in another case", [{ Name: "a", VALUE: "b" }], [{ name: "a", value: "b" }]],
    ["filters without what else they hold", [{ name: "a", value: "b", more: 1 }], [{ name: "a", value: "b" }]],
  ])("%s", (_name, value, leaf) => {
    expect(toLeaf(value)).toEqual(leaf);
  });

  test.each([
    ["a value", unknown],
    ["a name in a list", ["a", unknown]],
    ["a filter", [unknown]],
    ["a filter's name", [{ name: unknown, value: "b" }]],
    ["a filter's value", [{ name: "a", value: unknown }]],
  ])("%s that is not known yet makes the whole not known", (_name, value) => {
    expect(toLeaf(value)).toBe(unknown);
  });

  test.each(containers.map((path) => [path]))("all fields in %s are not known while it is not", (container) => {
    const values = flatten(nest({ [container]: unknown }));
    const inside = fields.filter(({ path }) => path.startsWith(`${container}.`));
    expect([...values.keys()]).toEqual(inside.map(({ path }) => path));
    expect([...values.values()].every((value) => value === unknown)).toBe(true);
  });
});

describe("members", () => {
  test("match without case, as the service matches them", () => {
    expect(getAt({ Definition: { DATASET: { granularity: "Daily" } } }, "definition.dataSet.granularity")).toBe(
      "Daily",
    );
  });

  test("match in their own case before any other", () => {
    expect(getAt({ FORMAT: "Csv", format: "Parquet" }, "format")).toBe("Parquet");
  });

  test("are not sought in texts, lists and nothing", () => {
    for (const nested of ["text", ["list"], null, undefined, 7]) expect(getAt(nested, "format")).toBeUndefined();
    expect(getAt({ definition: "text" }, "definition.type")).toBeUndefined();
  });

  test("are set where they stand, in whatever case", () => {
    const nested: Record<string, unknown> = { Definition: { Type: "Usage", timeframe: "Custom" } };
    setAt(nested, "definition.type", "ActualCost");
    expect(nested).toEqual({ Definition: { Type: "ActualCost", timeframe: "Custom" } });
  });

  test("are set in objects that are made on the way", () => {
    const nested: Record<string, unknown> = { schedule: "text" };
    setAt(nested, "schedule.recurrencePeriod.from", "2026-12-02");
    expect(nested).toEqual({ schedule: { recurrencePeriod: { from: "2026-12-02" } } });
  });

  test("are set in a copy: what a caller holds of the inner objects stays as it was", () => {
    const schedule = { status: "Active" };
    setAt({ schedule }, "schedule.status", "Inactive");
    expect(schedule).toEqual({ status: "Active" });
  });

  test("are taken out, in whatever case, and nothing else", () => {
    const nested = { Identity: { Type: "SystemAssigned", principalId: "x" } };
    deleteAt(nested, "identity.type");
    deleteAt(nested, "schedule.status");
    expect(nested).toEqual({ Identity: { principalId: "x" } });
  });
});

test("the text of a field is text only", () => {
  const values = flatten(given({ partitionData: true, format: unknown }));
  expect(textAt(values, "exportName")).toBe("daily-costs");
  for (const path of ["partitionData", "format", "exportDescription"]) expect(textAt(values, path)).toBeUndefined();
});

test("a program is the same after flattening and unflattening", () => {
  fc.assert(
    fc.property(wellFormed, (inputs) => {
      expect(unflatten(flatten(inputs))).toEqual(inputs);
    }),
    { numRuns: 1000 },
  );
});

test("what was flattened once stays as it is, whatever it was", () => {
  fc.assert(
    fc.property(nearlyInputs, (inputs) => {
      const values = flatten(inputs);
      expect(flatten(unflatten(values))).toEqual(values);
    }),
    { numRuns: 2000 },
  );
});

test("any JSON is read without an error, and gives leaves alone", () => {
  fc.assert(
    fc.property(anyJson, (value) => {
      for (const [path, leaf] of flatten(value)) {
        expect(fieldAt(path).path).toBe(path);
        expect(toLeaf(leaf)).toEqual(leaf);
      }
    }),
    { numRuns: 3000 },
  );
});

test("a filter that holds other than texts is passed over, not turned into some text", () => {
  for (const odd of [{ toString: 1 }, null, ["a"], undefined])
    expect(flatten(nest({ [filters]: [{ name: "ResourceType", value: odd }] })).has(filters)).toBe(false);
});
