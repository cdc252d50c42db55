/** Everything that can be said of a program's inputs without a call: their normal form, the faults and the remarks. */
import type { ApiVersion } from "./api-versions";
import { sameAt } from "./compare";
import { parseInputs, type Problem } from "./parse";
import { applyRules } from "./rules";
import { deleteAt, flatten, setAt, type Values } from "./values";

export interface Validated {
  /** The inputs in normal form; unknown values stand where they stood. */
  readonly inputs: Record<string, unknown>;
  readonly values: Values;
  readonly version: ApiVersion;
  readonly failures: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** Validates inputs; `previous` are those of the last deployment, undefined for a new export. Pure but for the clock that is handed in. */
export function validate(raw: unknown, previous: unknown, now: number): Validated {
  const parsed = parseInputs(raw);
  const remarks = [...parsed.problems, ...normaliseFolder(parsed.inputs, parsed.version)];
  const values = flatten(parsed.inputs);
  const broken = new Set(
    parsed.problems.filter(({ severity }) => severity === "refuse").map(({ property }) => property),
  );
  const context = { values, version: parsed.version, creating: isNewExport(values, previous), now };
  const problems = [...remarks, ...applyRules(context).filter(({ property }) => !broken.has(property))];
  return {
    inputs: parsed.inputs,
    values,
    version: parsed.version,
    failures: problems.filter(({ severity }) => severity === "refuse"),
    warnings: problems.filter(({ severity }) => severity === "warn"),
  };
}

/** Whether the inputs address another export than the previous ones. */
function isNewExport(values: Values, previous: unknown): boolean {
  const before = flatten(previous);
  return ["scope", "exportName"].some((path) => !before.has(path) || !sameAt(path, before.get(path), values.get(path)));
}

/**
 * New versions refuse a leading slash in the folder, old ones take it (azurerm PR#26219); "/x" and "x" are one folder. So
 * it is taken off, and said.
 */
function normaliseFolder(inputs: Record<string, unknown>, version: ApiVersion): Problem[] {
  const property = "deliveryInfo.destination.rootFolderPath";
  const path = flatten(inputs).get(property);
  if (typeof path !== "string" || !path.startsWith("/")) return [];
  const trimmed = path.replace(/^\/+/, "");
  if (trimmed === "") deleteAt(inputs, property);
  else setAt(inputs, property, trimmed);
  return [
    {
      property,
      reason: `${property} "${path}" begins with a slash, which newer api-versions refuse (this export uses ${version}). It is ${trimmed === "" ? "left out" : `sent as "${trimmed}"`}.`,
      severity: "warn",
    },
  ];
}
