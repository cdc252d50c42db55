/** Everything that can be said of a program's inputs without a call: their normal form, the faults and the remarks. */
import type { ApiVersion } from "./api-versions";
import { sameAt } from "./compare";
import { fields } from "./fields";
import { offeredVersions, parseInputs, type Problem } from "./parse";
import { applyRules } from "./rules";
import { withoutSignatures } from "./signatures";
import { isRecord, isUnknown, unknown } from "./unknown";
import { deleteAt, flatten, getAt, setAt, type Values } from "./values";

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
  const judged = validateOnce(raw, previous, now);
  if (!isRecord(raw) || !isUnknown(getAt(raw, "apiVersion"))) return judged;
  // A version that is not known yet may be any: only what each of them objects to is said.
  const others = offeredVersions.map((version) => {
    const settled = { ...raw };
    setAt(settled, "apiVersion", version);
    return validateOnce(settled, previous, now);
  });
  const among = (problems: readonly Problem[], { property }: Problem): boolean =>
    problems.some((problem) => problem.property === property);
  return {
    ...judged,
    failures: judged.failures.filter((problem) => others.every(({ failures }) => among(failures, problem))),
    warnings: judged.warnings.filter((problem) =>
      others.every(({ failures, warnings }) => among([...failures, ...warnings], problem)),
    ),
  };
}

function validateOnce(raw: unknown, previous: unknown, now: number): Validated {
  const parsed = parseInputs(raw);
  const remarks = [...parsed.problems, ...normaliseFolder(parsed.inputs, parsed.version)];
  const values = flatten(parsed.inputs);
  const context = {
    values: withoutRefused(values, parsed.problems),
    version: parsed.version,
    creating: isNewExport(values, previous),
    now,
  };
  const problems = [...remarks, ...applyRules(context)].map((problem) => withoutSignatures(problem, raw));
  return {
    inputs: parsed.inputs,
    values,
    version: parsed.version,
    failures: problems.filter(({ severity }) => severity === "refuse"),
    warnings: problems.filter(({ severity }) => severity === "warn"),
  };
}

/** A field that is refused counts as not known: what a rule said of it, or for want of it, would only confuse. */
function withoutRefused(values: Values, problems: readonly Problem[]): Values {
  const judged = new Map(values);
  for (const { property, severity } of problems) {
    if (severity !== "refuse") continue;
    for (const { path } of fields)
      if (path === property || path.startsWith(`${property}.`) || property.startsWith(`${path}[`))
        judged.set(path, unknown);
  }
  return judged;
}

/**
 * Whether the inputs address another export than the previous ones. An address that is not known yet may well stay: what is
 * refused for new exports alone is not refused on a guess.
 */
function isNewExport(values: Values, previous: unknown): boolean {
  const before = flatten(previous);
  return ["scope", "exportName"].some((path) => {
    const value = values.get(path);
    return !before.has(path) || (!isUnknown(value) && !sameAt(path, before.get(path), value));
  });
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
