/** What the tests of this folder share: a program without a fault, variations of it by field path, and arbitrary values. */
import * as fc from "fast-check";
import { fields, hasFeature, type FieldRow } from "../../../provider/cost-management/fields";
import { apiVersions, type ApiVersion } from "../../../provider/cost-management/api-versions";
import { offeredVersions, valuesOf, type Problem } from "../../../provider/cost-management/parse";
import { unknown } from "../../../provider/cost-management/unknown";
import { validate, type Validated } from "../../../provider/cost-management/validate";

/** The clock of these tests. */
export const now = Date.parse("2026-12-01T10:00:00Z");

export const subscription = "/subscriptions/11111111-1111-1111-1111-111111111111";
export const managementGroup = "/providers/Microsoft.Management/managementGroups/root";
export const billingAccount = "/providers/Microsoft.Billing/billingAccounts/123456";
export const storageAccount = `${subscription}/resourceGroups/finops/providers/Microsoft.Storage/storageAccounts/costs`;
/** As long as a real signature; a shorter one is taken for an obfuscated answer. */
export const sasToken = `?sv=2024-11-04&sig=${"a".repeat(43)}%3D`;

/** An input, by path. `undefined` takes the path out. */
export type Paths = Readonly<Record<string, unknown>>;

const faultless: Paths = {
  scope: subscription,
  exportName: "daily-costs",
  "definition.type": "FocusCost",
  "definition.timeframe": "MonthToDate",
  "definition.dataSet.configuration.dataVersion": "1.0r2",
  "deliveryInfo.destination.resourceId": storageAccount,
  "deliveryInfo.destination.container": "costs",
  "deliveryInfo.destination.rootFolderPath": "focus/daily",
  "schedule.status": "Active",
  "schedule.recurrence": "Daily",
};

/** A program that nothing can be said against, with some paths changed. */
export function given(changes: Paths = {}): Record<string, unknown> {
  return nest({ ...faultless, ...changes });
}

/** The same for an old version, whose datasets and fields are fewer. */
export function givenOld(changes: Paths = {}): Record<string, unknown> {
  return given({
    apiVersion: "2023-11-01",
    "definition.type": "ActualCost",
    "definition.dataSet.configuration.dataVersion": undefined,
    ...changes,
  });
}

/** Nested objects from paths; a path may stand inside another one's value. */
export function nest(paths: Paths): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const [path, value] of Object.entries(paths)) if (value !== undefined) put(root, path.split("."), value);
  return root;
}

/** A copy with a value put at a path, whatever stood there. */
export function withAt(nested: Readonly<Record<string, unknown>>, path: string, value: unknown) {
  const copy = copyOf(nested) as Record<string, unknown>;
  put(copy, path.split("."), value);
  return copy;
}

function put(target: Record<string, unknown>, [key = "", ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) target[key] = value;
  else {
    const child = target[key];
    if (child === unknown) return;
    const next = (typeof child === "object" && child !== null ? child : {}) as Record<string, unknown>;
    target[key] = next;
    put(next, rest, value);
  }
}

/** A deep copy that keeps the marker of unknown values (structuredClone refuses symbols). */
function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, copyOf(member)]));
}

/** Validates for a create, or against the inputs of the last deployment. */
export function check(raw: unknown, previous?: unknown): Validated {
  return validate(raw, previous, now);
}

export function problemsOf(raw: unknown, previous?: unknown): readonly Problem[] {
  const { failures, warnings } = check(raw, previous);
  return [...failures, ...warnings];
}

/** Every object on the way to a field: `definition`, `definition.dataSet` and so on. */
export const containers: readonly string[] = [
  ...new Set(
    fields.flatMap(({ path }) =>
      path
        .split(".")
        .slice(0, -1)
        .map((_key, index, keys) => keys.slice(0, index + 1).join(".")),
    ),
  ),
];

const word = fc
  .array(fc.constantFrom(...Array.from("abcdefghijklmnopqrstuvwxyz0123456789")), { minLength: 3, maxLength: 12 })
  .map((letters) => letters.join(""));

/** A value that a version takes for a field, of the right form. */
export function valueFor(row: FieldRow, version: ApiVersion): fc.Arbitrary<string | boolean | readonly unknown[]> {
  const allowed = row.path === "apiVersion" ? [version] : valuesOf(row, apiVersions[version]);
  if (allowed !== undefined) return fc.constantFrom(...allowed);
  switch (row.kind) {
    case "scope":
      return fc.constantFrom(subscription, `${subscription}/resourceGroups/finops`, billingAccount, managementGroup);
    case "armId":
      return word.map((name) => storageAccount.replace(/costs$/, name));
    case "boolean":
      return fc.boolean();
    case "date":
      return fc
        .date({ min: new Date("2000-01-01"), max: new Date("2099-12-31"), noInvalidDate: true })
        .map((date) => date.toISOString());
    case "duration":
      return fc.constantFrom("90s", "30m", "1h30m", "2d");
    case "names":
      return fc.uniqueArray(word, { minLength: 1, maxLength: 4 });
    case "filters":
      return fc.array(fc.record({ name: word, value: word }), { minLength: 1, maxLength: 3 });
    case "secret":
      return fc.constant(sasToken);
    case "folder":
      return fc.array(word, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"));
    default:
      return word;
  }
}

/** Programs of the right form, by version: the required fields, and any of the others that the version has. */
const wellFormedIn: ReadonlyMap<ApiVersion, fc.Arbitrary<Record<string, unknown>>> = new Map(
  offeredVersions.map((version) => {
    const rows = fields.filter((row) => hasFeature(apiVersions[version], row.feature));
    const requiredKeys = rows.filter((row) => row.required === true || row.path === "apiVersion");
    const paths = fc.record(Object.fromEntries(rows.map((row) => [row.path, valueFor(row, version)])), {
      requiredKeys: requiredKeys.map(({ path }) => path),
    });
    return [version, paths.map(nest)];
  }),
);

/** A program of the right form, in any version; it names the version. */
export const wellFormed: fc.Arbitrary<Record<string, unknown>> = fc.oneof(...wellFormedIn.values());

const hostileTexts = [
  "",
  " ",
  "/",
  "//",
  "true",
  "None",
  "constructor",
  "__proto__",
  "toString",
  "2026-02-30",
  "-1",
  "0s",
];

/** Names of members at every level, and those that objects have without being asked. */
const memberNames = [
  ...new Set([
    ...fields.flatMap(({ path }) => path.split(".")),
    ...["name", "value", "unset", "unfinished", "wanted", "operation", "eTag", "properties"],
    ...["constructor", "__proto__", "toString", "valueOf", "hasOwnProperty", "DEFINITION", "dataset"],
  ]),
];

/** JSON as nobody would write it, with unknown values anywhere and the names of real fields among its keys. */
export const anyJson: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    fc.oneof(
      fc.constant(unknown),
      fc.constant(null),
      fc.boolean(),
      fc.double(),
      fc.string(),
      fc.constantFrom(...hostileTexts),
      fc.constantFrom(...fields.flatMap((row) => valuesOf(row, apiVersions["2025-03-01"]) ?? [])),
    ),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...memberNames) }, fc.string()), tie("value"), {
      maxKeys: 6,
    }),
  ),
})).value;

/**
 * Arbitrary JSON that resembles a program: for each field or container, sometimes an arbitrary value in place of a good one,
 * so that what is wrong stands at every depth and next to what is right.
 */
export const nearlyInputs: fc.Arbitrary<Record<string, unknown>> = fc
  .tuple(
    wellFormed,
    fc.array(fc.tuple(fc.constantFrom(...fields.map(({ path }) => path), ...containers), anyJson), { maxLength: 3 }),
  )
  .map(([inputs, replaced]) => replaced.reduce((nested, [path, value]) => withAt(nested, path, value), inputs));
