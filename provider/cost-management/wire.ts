/** An export on the wire: reading what the service answers, and building what it is sent. */
import type { ApiVersionRow } from "./api-versions";
import { sameValue } from "./compare";
import { format, instant } from "./dates";
import { hasFeature, isAnsweredOnly, remoteFields, type FieldRow } from "./fields";
import { parseScope } from "./scopes";
import { isRecord } from "./unknown";
import { deleteAt, getAt, setAt, toLeaf, type Leaf, type Values } from "./values";

/** An export as the service answered it. */
export interface LiveExport {
  /** The settable fields, as answered. */
  readonly values: Values;
  readonly eTag?: string;
  readonly name?: string;
  readonly principalId?: string;
  readonly tenantId?: string;
  readonly nextRunTimeEstimate?: string;
  readonly systemSuspensionContext?: Readonly<Record<string, unknown>>;
  /** The whole answer: what it holds beyond the known fields is kept when the export is written back. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** Reads an answer; undefined when it is no export at all. Unknown members and values are taken as they are. */
export function parseLive(body: unknown): LiveExport | undefined {
  if (!isRecord(body) || !isRecord(body["properties"])) return undefined;
  const values = new Map<string, Leaf>();
  for (const row of remoteFields) {
    const leaf = toLeaf(getAt(body, wirePath(row)));
    if (leaf !== undefined) values.set(row.path, leaf);
  }
  const suspension = getAt(body, "properties.systemSuspensionContext");
  return {
    values,
    body,
    ...text("eTag", body["eTag"]),
    ...text("name", body["name"]),
    ...text("principalId", getAt(body, "identity.principalId")),
    ...text("tenantId", getAt(body, "identity.tenantId")),
    ...text("nextRunTimeEstimate", getAt(body, "properties.nextRunTimeEstimate")),
    ...(isRecord(suspension) ? { systemSuspensionContext: suspension } : {}),
  };
}

function text<K extends string>(key: K, value: unknown): Partial<Record<K, string>> {
  return typeof value === "string" && value !== "" ? ({ [key]: value } as Record<K, string>) : {};
}

/** Members that the service sets. It ignores them in a request, but the OpenAPI calls them read-only. */
const readOnly = [
  "id",
  "name",
  "type",
  "eTag",
  "identity.principalId",
  "identity.tenantId",
  "properties.nextRunTimeEstimate",
  "properties.runHistory",
  "properties.systemSuspensionContext",
];

/**
 * The body of a PUT: the live export where there is one, with the wanted values laid over it, so that nothing is lost that
 * another writer set. A field that `target` lacks is left out, which gives it the service's default again.
 */
export function requestBody(target: Values, version: ApiVersionRow, live?: LiveExport): Record<string, unknown> {
  const body = isRecord(live?.body) ? withoutNulls(live.body) : {};
  for (const path of readOnly) deleteAt(body, path);
  for (const row of remoteFields) {
    const value = sendable(row, target.get(row.path), version);
    const actual = live?.values.get(row.path);
    // A live value that means the same keeps the service's own spelling, where it takes that back.
    const kept = actual !== undefined && row.kind !== "secret" && sendable(row, actual, version) === actual;
    if (kept && value !== undefined && sameValue(row, value, actual)) continue;
    if (value !== undefined) setAt(body, wirePath(row), wireValue(row, value));
    else if (row.path === "identity.type" && actual !== undefined) setAt(body, wirePath(row), "None");
    else deleteAt(body, wirePath(row));
    if (!hasFeature(version, row.feature)) deleteAt(body, wirePath(row));
  }
  prune(body);
  if (live?.eTag !== undefined) body["eTag"] = live.eTag;
  return body;
}

/**
 * A value as the service takes it; undefined for what it answers and refuses. A live export may hold such values: "None"
 * for no recurrence, and the leading slash that old versions take in a folder and new ones refuse (azurerm PR#26219).
 */
function sendable(row: FieldRow, value: Leaf | undefined, version: ApiVersionRow): Leaf | undefined {
  if (isAnsweredOnly(row, value)) return undefined;
  if (row.kind !== "folder" || typeof value !== "string" || version.generation === "old") return value;
  const folder = value.replace(/^\/+/, "");
  return folder === "" ? undefined : folder;
}

/** Dates go out as the OpenAPI has them, whole date-times; programs may write a day alone, or a blank for the T. */
function wireValue(row: FieldRow, value: Leaf): unknown {
  if (Array.isArray(value)) return [...(value as unknown[])];
  const moment = row.kind === "date" && typeof value === "string" ? instant(value) : undefined;
  return moment === undefined ? value : format(moment);
}

function wirePath(row: FieldRow): string {
  return row.place === "top" ? row.path : `properties.${row.path}`;
}

/** A deep copy without nulls: the service answers null for "not set". */
function withoutNulls(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) {
    if (member === null) continue;
    copy[key] = isRecord(member)
      ? withoutNulls(member)
      : Array.isArray(member)
        ? (structuredClone(member) as unknown)
        : member;
  }
  return copy;
}

/** Takes out objects that hold nothing. */
function prune(value: Record<string, unknown>): void {
  for (const [key, member] of Object.entries(value)) {
    if (!isRecord(member)) continue;
    const copy = { ...member };
    prune(copy);
    if (Object.keys(copy).length === 0) Reflect.deleteProperty(value, key);
    else value[key] = copy;
  }
}

/** The full ARM id of an export: leading slash, fixed segments in the API's own case. */
export function exportId(scope: string, name: string): string {
  return `${parseScope(scope)?.path ?? scope}/providers/Microsoft.CostManagement/exports/${name}`;
}

/** Scope and name of an export from its id in any spelling, or undefined. */
export function parseExportId(id: string): { readonly scope: string; readonly exportName: string } | undefined {
  const match = /^(.*)\/providers\/Microsoft\.CostManagement\/exports\/([^/]+)\/?$/i.exec(`/${id.replace(/^\/+/, "")}`);
  const [, scopeText = "", exportName = ""] = match ?? [];
  const scope = parseScope(scopeText);
  return match === null || scope === undefined ? undefined : { scope: scope.path, exportName };
}
