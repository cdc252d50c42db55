/** What a stack's state tells the doctor: its exports, where they deliver, and which principals it knows. No secret is read. */
import { parseScope } from "../cost-management/scopes";
import { isRecord } from "../cost-management/unknown";
import { getAt } from "../cost-management/values";
import { exportId, parseExportId } from "../cost-management/wire";
import type { DoctorRequest } from "./doctor";
import { exportType } from "./import";

const principalType = exportType.replace(/:Export$/, ":ExportPrincipal");

/** Reads what `pulumi stack export` printed. Undefined where the stack holds no export. */
export function requestOfStack(json: string): DoctorRequest | undefined {
  const resources = resourcesOf(json);
  const exportsOfStack = resources.flatMap(({ type, id, outputs }) => {
    const address = type === exportType && typeof id === "string" ? parseExportId(id) : undefined;
    return address === undefined ? [] : [{ ...address, outputs }];
  });
  if (exportsOfStack.length === 0) return undefined;
  const destinations = exportsOfStack.flatMap(({ outputs }) => {
    const at = (name: string): string | undefined => textOf(getAt(outputs, `deliveryInfo.destination.${name}`));
    const [id, container] = [at("resourceId"), at("container")];
    return id === undefined ? [] : [{ id, ...(container === undefined ? {} : { container }) }];
  });
  const principals = resources.flatMap(({ type, outputs }) => {
    const path = type === exportType ? "identity.principalId" : type === principalType ? "principalId" : undefined;
    return path === undefined ? [] : (textOf(getAt(outputs, path)) ?? []);
  });
  return {
    scopes: [...new Set(exportsOfStack.map(({ scope }) => parseScope(scope)?.path ?? scope))],
    storage: destinations,
    exports: exportsOfStack.map(({ scope, exportName }) => exportId(scope, exportName)),
    principals,
  };
}

function resourcesOf(json: string): readonly Readonly<Record<string, unknown>>[] {
  let state: unknown;
  try {
    state = JSON.parse(json);
  } catch (error) {
    throw new Error('What "pulumi stack export" printed is no JSON.', { cause: error });
  }
  const resources = getAt(state, "deployment.resources");
  // Those that wait for their deletion are not the stack's any more.
  return Array.isArray(resources) ? resources.filter(isRecord).filter((one) => one["delete"] !== true) : [];
}

/** A secret is an object in an exported state: nothing that is read here. */
function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
