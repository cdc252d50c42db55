/**
 * Two resources of one program that are the same export in Azure undo each other's changes, and the one that goes first takes
 * the export with it. The process remembers what it checked, as for folders.
 */
import { sameValue } from "../cost-management/compare";
import { remoteFields, type FieldRow } from "../cost-management/fields";
import type { Problem } from "../cost-management/parse";
import { parseScope } from "../cost-management/scopes";
import { isUnknown } from "../cost-management/unknown";
import { flatten, textAt, type Values } from "../cost-management/values";
import { exportId } from "../cost-management/wire";
import type { Resource } from "../resources/resource";

/** The resource, which refuses a second declaration of an export with other values, and warns of one with the same. */
export function withTwins(resource: Resource): Resource {
  const seen = new Map<string, { readonly values: Values; readonly isNew: boolean }>();
  return {
    ...resource,
    check: (previous, inputs, now) => {
      const checked = resource.check(previous, inputs, now);
      const values = flatten(checked.inputs);
      const id = idOf(values);
      if (id === undefined) return checked;
      const isNew = previous === undefined;
      const twin = seen.get(id.toLowerCase());
      seen.set(id.toLowerCase(), { values, isNew });
      if (twin === undefined) return checked;
      const different = remoteFields.filter((row) => contradicts(row, twin.values, values)).map(({ path }) => path);
      if (different.length > 0) return { ...checked, failures: [...checked.failures, contradiction(id, different)] };
      // One that is replaced is checked twice, the second time as a new one.
      const isReplaced = isNew && !twin.isNew;
      return isReplaced ? checked : { ...checked, warnings: [...checked.warnings, repetition(id)] };
    },
  };
}

/** Undefined while a part of it is not known. */
function idOf(values: Values): string | undefined {
  const scope = parseScope(textAt(values, "scope") ?? "")?.path;
  const exportName = textAt(values, "exportName");
  return scope === undefined || exportName === undefined ? undefined : exportId(scope, exportName);
}

/** What is left out or not known yet contradicts nothing. */
function contradicts(row: FieldRow, one: Values, other: Values): boolean {
  const a = one.get(row.path);
  const b = other.get(row.path);
  return [a, b].every((value) => value !== undefined && !isUnknown(value)) && !sameValue(row, a, b);
}

const cure = "Give one of them another exportName or scope, or declare the export once.";

function contradiction(id: string, paths: readonly string[]): Problem {
  const reason = `The program declares the export ${id} twice, with different ${paths.join(", ")}: each deployment would undo what the other resource asks for. ${cure}`;
  return { property: "exportName", reason, severity: "refuse" };
}

function repetition(id: string): Problem {
  const reason = `The program declares the export ${id} twice. When one of the two is removed, the export goes, and the other with it. ${cure}`;
  return { property: "exportName", reason, severity: "warn" };
}
