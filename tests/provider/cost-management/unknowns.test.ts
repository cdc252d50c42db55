/**
 * In a preview any value may not be known yet: the output of a resource that does not exist. Whatever stands there in the
 * end may be right, so nothing is said of it, and it stays where it stood.
 */
import * as fc from "fast-check";
import { fields } from "../../../provider/cost-management/fields";
import type { Problem } from "../../../provider/cost-management/parse";
import { containsUnknown, isRecord, isUnknown, unknown } from "../../../provider/cost-management/unknown";
import { getAt } from "../../../provider/cost-management/values";
import {
  check,
  containers,
  given,
  givenOld,
  nearlyInputs,
  nest,
  problemsOf,
  sasToken,
  wellFormed,
  withAt,
} from "./kit";

const columns = "definition.dataSet.configuration.columns";
const filters = "definition.dataSet.configuration.filters";
const positions = [...fields.map(({ path }) => path), ...containers];

/** Every field set, and nothing to be said against any of them but what a preview may well say. */
const full = given({
  ...Object.fromEntries(fields.filter(({ kind }) => kind === "duration").map(({ path }) => [path, "30m"])),
  apiVersion: "2025-03-01",
  agreement: "EA",
  adopt: "always",
  onConflict: "overwrite",
  "identity.type": "SystemAssigned",
  location: "global",
  partitionData: true,
  format: "Parquet",
  compressionMode: "snappy",
  dataOverwriteBehavior: "OverwritePreviousReport",
  exportDescription: "Costs by day",
  "deliveryInfo.destination.type": "AzureBlob",
  "definition.dataSet.granularity": "Daily",
  "schedule.recurrencePeriod.from": "2026-12-02",
  "schedule.recurrencePeriod.to": "2031-12-02",
});

test("nothing is said of the full program", () => {
  expect(problemsOf(full)).toEqual([]);
});

describe.each(positions.map((path) => [path]))("%s", (path) => {
  test("may be unknown: nothing is said, and it stays unknown", () => {
    const { inputs, failures, warnings } = check(withAt(full, path, unknown));
    expect([...failures, ...warnings]).toEqual([]);
    expect(getAt(inputs, path)).toBe(unknown);
  });

  test("may be unknown in a program that is wrong elsewhere: the rest is still said", () => {
    const wrong = { ...full, colour: "red" };
    expect(problemsOf(withAt(wrong, path, unknown)).map(({ property }) => property)).toEqual(["colour"]);
  });

  test("may be unknown at an update", () => {
    expect(check(withAt(full, path, unknown), full).failures).toEqual([]);
  });
});

describe("within a list", () => {
  const recommendation = (value: unknown) =>
    given({
      scope: "/providers/Microsoft.Billing/billingAccounts/123456",
      "definition.type": "ReservationRecommendations",
      "definition.dataSet.configuration.dataVersion": "2023-05-01",
      [filters]: value,
    });

  test.each([
    ["a filter", [{ name: "ReservationScope", value: "Single" }, unknown]],
    ["the name of a filter", [{ name: unknown, value: "Single" }]],
    ["the value of a filter", [{ name: "ReservationScope", value: unknown }]],
  ])("%s that is unknown makes the list unknown", (_name, value) => {
    const { inputs, failures, warnings } = check(recommendation(value));
    expect([...failures, ...warnings]).toEqual([]);
    expect(getAt(inputs, filters)).toBe(unknown);
  });

  test("a column that is unknown makes the list unknown", () => {
    const { inputs, failures, warnings } = check(givenOld({ [columns]: ["Date", unknown] }));
    expect([...failures, ...warnings]).toEqual([]);
    expect(getAt(inputs, columns)).toBe(unknown);
  });

  test("a fault beside an unknown value is still a fault", () => {
    const { failures } = check(recommendation([{ name: "ReservationScope", value: 7 }, unknown]));
    expect(failures.map(({ property }) => property)).toEqual([`${filters}[0]`]);
  });
});

test("a secret that is unknown stands for a token that will come", () => {
  const destination = { container: "costs", storageAccount: "costs" };
  const partner = "/providers/Microsoft.Billing/billingAccounts/123456:6789";
  for (const token of [unknown, sasToken])
    expect(
      problemsOf({ ...given({ scope: partner }), deliveryInfo: { destination: { ...destination, sasToken: token } } }),
    ).toEqual([]);
});

test("everything may be unknown at once", () => {
  const all = nest(
    Object.fromEntries([...new Set(positions.map((path) => path.split(".")[0] ?? ""))].map((key) => [key, unknown])),
  );
  expect(problemsOf(all)).toEqual([]);
  expect(check(all).inputs).toEqual(all);
});

/** The properties of some problems: a message may name what else is known. */
const placesOf = (problems: readonly Problem[]) => problems.map(({ property }) => property.replace(/\[\d+\].*$/, ""));

function isSpeltAlike(nested: unknown, path: string): boolean {
  const [key = "", ...rest] = path.split(".");
  if (!isRecord(nested)) return true;
  const others = Object.keys(nested).filter((name) => name !== key && name.toLowerCase() === key.toLowerCase());
  return others.length === 0 && (rest.length === 0 || isSpeltAlike(nested[key], rest.join(".")));
}

/** Hides the value at a path, where the objects on the way to it are objects. */
function veil(nested: Record<string, unknown>, path: string): Record<string, unknown> {
  const ways = path.split(".").map((_key, index, keys) => keys.slice(0, index).join("."));
  const open = ways.every((way) => way === "" || isRecord(getAt(nested, way) ?? {}));
  // A member that stands there in another spelling would be written twice.
  return open && isSpeltAlike(nested, path) ? withAt(nested, path, unknown) : nested;
}

test("an unknown value never makes a program worse than the value that it hides", () => {
  fc.assert(
    fc.property(
      fc.oneof(wellFormed, nearlyInputs),
      fc.array(fc.constantFrom(...positions), { minLength: 1, maxLength: 6 }),
      fc.boolean(),
      (program, hidden, updating) => {
        const veiled = hidden.reduce(veil, program);
        const previous = updating ? program : undefined;
        const before = check(program, previous);
        const after = check(veiled, previous);
        const refused = placesOf(before.failures);
        expect(refused).toEqual(expect.arrayContaining(placesOf(after.failures)));
        expect([...refused, ...placesOf(before.warnings)]).toEqual(expect.arrayContaining(placesOf(after.warnings)));
      },
    ),
    { numRuns: 1000, seed: 20261201 },
  );
});

test("any position in any program may be unknown: check answers, the same each time, and keeps what is unknown", () => {
  fc.assert(
    fc.property(nearlyInputs, fc.subarray(positions), (program, hidden) => {
      const veiled = hidden.reduce(veil, program);
      const first = check(veiled, program);
      expect(check(veiled, program)).toEqual(first);
      for (const path of hidden.filter((one) => isUnknown(getAt(veiled, one))))
        expect(getAt(first.inputs, path)).toBe(unknown);
    }),
    { numRuns: 1000, seed: 20261201 },
  );
});

test("an unknown value is found at any depth", () => {
  expect(containsUnknown({ a: [{ b: unknown }] })).toBe(true);
  expect(containsUnknown({ a: [{ b: "unknown" }], c: null, d: Symbol("other") })).toBe(false);
});
