/** Which operation a path names. */
import { parseScope } from "../../provider/cost-management/scopes";
import type { Scope } from "../../provider/cost-management/scopes";

export type Route =
  | { readonly kind: "operations" }
  | { readonly kind: "exports"; readonly scope: Scope }
  | { readonly kind: "export" | "run" | "runHistory"; readonly scope: Scope; readonly name: string }
  /** A path of this resource type at no scope that exists. */
  | { readonly kind: "malformedScope" }
  /** Something beneath an export that no version has. */
  | { readonly kind: "unknownType"; readonly type: string };

const namespace = "microsoft.costmanagement";

/** Undefined: not a path of exports, another part may know it. Fixed segments match in any case (observed: lower-case run URLs). */
export function parseRoute(segments: readonly string[]): Route | undefined {
  const lower = segments.map((segment) => segment.toLowerCase());
  // The last one: a scope holds other providers, never this one.
  const start = lower.lastIndexOf(namespace);
  if (start < 1 || lower[start - 1] !== "providers") return undefined;
  const [collection, ...rest] = segments.slice(start + 1);
  const scopeText = segments.slice(0, start - 1).join("/");
  if (scopeText === "" && lower[start + 1] === "operations" && rest.length === 0) return { kind: "operations" };
  if (collection?.toLowerCase() !== "exports") return undefined;
  // No id of a scope holds a blank (documented); the refusal is that of any malformed scope.
  const scope = /\s/.test(scopeText) ? undefined : parseScope(scopeText);
  if (scope === undefined) return { kind: "malformedScope" };
  const [name, action] = rest;
  if (name === undefined) return { kind: "exports", scope };
  if (action === undefined) return { kind: "export", scope, name };
  const known = rest.length === 2 ? actions[action.toLowerCase()] : undefined;
  return known === undefined
    ? { kind: "unknownType", type: ["exports", ...rest.slice(1)].join("/") }
    : { kind: known, scope, name };
}

const actions: Readonly<Record<string, "run" | "runHistory">> = { run: "run", runhistory: "runHistory" };

/** The methods of each operation; every other one is 405. */
export const methods: Readonly<Record<Exclude<Route["kind"], "malformedScope" | "unknownType">, readonly string[]>> = {
  operations: ["GET"],
  exports: ["GET"],
  export: ["GET", "PUT", "DELETE"],
  run: ["POST"],
  runHistory: ["GET"],
};
