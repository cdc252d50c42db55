/**
 * What the engine's state remembers of an export: the program's inputs and the service's answers in one object. The shape
 * is a contract: state written by any published version must stay readable (tests/provider/stored-shapes).
 */
import { newestApiVersion, type ApiVersion } from "../cost-management/api-versions";
import { sameValue } from "../cost-management/compare";
import { fields, remoteFields } from "../cost-management/fields";
import { versionOf } from "../cost-management/parse";
import { isRecord } from "../cost-management/unknown";
import { flatten, setAt, toLeaf, unflatten, type Leaf, type Values } from "../cost-management/values";
import { parseExportId, type LiveExport } from "../cost-management/wire";
import type { PlainObject } from "./resource";

/** Stored state, read. */
export interface ExportState {
  readonly values: Values;
  /** Paths of `values` that the program did not set: the service or another writer chose them. */
  readonly unset: ReadonlySet<string>;
  readonly version: ApiVersion;
  readonly eTag: string | undefined;
  /** Present while an operation's end is not known: what it wanted to write. */
  readonly unfinished: { readonly operation: string; readonly wanted: Values } | undefined;
}

/** Reads stored state of any published shape. */
export function parseState(raw: PlainObject): ExportState {
  const unfinished = raw["unfinished"];
  const unset = raw["unset"];
  return {
    values: flatten(raw),
    unset: new Set(Array.isArray(unset) ? unset.filter((path) => typeof path === "string") : []),
    version: versionOf(raw),
    eTag: typeof raw["eTag"] === "string" ? raw["eTag"] : undefined,
    unfinished: isRecord(unfinished)
      ? {
          operation: typeof unfinished["operation"] === "string" ? unfinished["operation"] : "update",
          wanted: wantedOf(unfinished["wanted"]),
        }
      : undefined,
  };
}

function wantedOf(raw: unknown): Values {
  const wanted = new Map<string, Leaf>();
  for (const [path, value] of Object.entries(isRecord(raw) ? raw : {})) {
    const leaf = toLeaf(value);
    if (leaf !== undefined) wanted.set(path, leaf);
  }
  return wanted;
}

/** The value that the program gave a field, as far as the state tells; undefined for what it did not set. */
export function programValue(state: ExportState, path: string): Leaf | undefined {
  return state.unset.has(path) ? undefined : state.values.get(path);
}

/**
 * State after a write or a read: the program's spelling where it means what is live, else the live value.
 * `program` holds what the program set, `remembered` further values that keep their spelling.
 */
export function stateOf(
  live: LiveExport,
  program: Values,
  version: ApiVersion,
  remembered: Values = program,
): PlainObject {
  const values = new Map<string, Leaf>();
  const unset: string[] = [];
  for (const row of fields) {
    const known = program.get(row.path) ?? remembered.get(row.path);
    const actual = live.values.get(row.path);
    const remote = row.place === "body" || row.place === "top";
    const value = !remote || (known !== undefined && sameValue(row, known, actual)) ? known : actual;
    if (value === undefined) continue;
    values.set(row.path, value);
    if (!program.has(row.path)) unset.push(row.path);
  }
  if (!values.has("apiVersion")) unset.push("apiVersion");
  values.set("apiVersion", version);
  return {
    ...withIdentity(unflatten(values), live),
    ...(live.name === undefined ? {} : { name: live.name }),
    ...(live.eTag === undefined ? {} : { eTag: live.eTag }),
    ...(live.nextRunTimeEstimate === undefined ? {} : { nextRunTimeEstimate: live.nextRunTimeEstimate }),
    ...(live.systemSuspensionContext === undefined ? {} : { systemSuspensionContext: live.systemSuspensionContext }),
    ...(unset.length === 0 ? {} : { unset: [...new Set(unset)] }),
  };
}

/** The principal that the service made for the export stands beside the identity's type, as in the API. */
function withIdentity(nested: Record<string, unknown>, live: LiveExport): Record<string, unknown> {
  if (live.principalId !== undefined) setAt(nested, "identity.principalId", live.principalId);
  if (live.tenantId !== undefined) setAt(nested, "identity.tenantId", live.tenantId);
  return nested;
}

/** State of an operation whose end is not known. */
export function unfinishedState(
  operation: "create" | "update",
  before: PlainObject | undefined,
  program: Values,
  target: Values,
  version: ApiVersion,
): PlainObject {
  const wanted: Record<string, unknown> = {};
  // Secrets need no memory: their live value is obfuscated and compares equal to any.
  for (const row of remoteFields) {
    const value = target.get(row.path);
    if (value !== undefined && row.kind !== "secret") wanted[row.path] = value;
  }
  const base = before ?? {
    ...unflatten(program),
    apiVersion: version,
    ...(program.has("apiVersion") ? {} : { unset: ["apiVersion"] }),
  };
  return { ...base, unfinished: { operation, wanted } };
}

/**
 * The inputs that a read reports: those that the program had set, and those whose live value differs from the service's
 * default and from what was remembered - so that drift on an unset field is seen, and defaults are not.
 */
export function inputsOf(
  id: string,
  live: LiveExport,
  state: PlainObject,
  before: ExportState | undefined,
): PlainObject {
  const address = parseExportId(id);
  const inputs = new Map<string, Leaf>();
  const current = parseState(state);
  for (const row of fields) {
    const value = current.values.get(row.path);
    if (value === undefined) continue;
    const setBefore = before !== undefined && before.values.has(row.path) && !before.unset.has(row.path);
    const remote = row.place === "body" || row.place === "top";
    const drifted =
      remote &&
      !sameValue(row, live.values.get(row.path), undefined) &&
      !sameValue(row, live.values.get(row.path), before?.values.get(row.path));
    if (setBefore || row.place === "address" || drifted) inputs.set(row.path, value);
  }
  if (address !== undefined && !inputs.has("scope")) inputs.set("scope", address.scope);
  if (address !== undefined && !inputs.has("exportName")) inputs.set("exportName", address.exportName);
  return unflatten(inputs);
}

/** What a look-up by id alone takes for the program: everything live that is not a default. */
export function programOfLive(id: string, live: LiveExport): Values {
  const address = parseExportId(id);
  const program = new Map<string, Leaf>();
  if (address !== undefined) program.set("scope", address.scope).set("exportName", address.exportName);
  for (const row of remoteFields) {
    const value = live.values.get(row.path);
    if (value !== undefined && !sameValue(row, value, undefined)) program.set(row.path, value);
  }
  return program;
}

/** The version that a program's inputs ask for: named, or what the export already uses where it names none. */
export function effectiveVersion(program: Values, before: ExportState | undefined): ApiVersion {
  const named = program.get("apiVersion");
  if (typeof named === "string") return versionOf({ apiVersion: named });
  return before !== undefined && before.unset.has("apiVersion") ? before.version : newestApiVersion;
}
