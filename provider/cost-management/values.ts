/**
 * An export as a flat map from field path to value: the form in which fields are compared and merged. Absent, null, empty
 * text and empty lists are all "not set", as the service answers one for the other.
 */
import { fields, type FieldRow } from "./fields";
import { isRecord, isUnknown, unknown } from "./unknown";

export type Leaf = string | boolean | readonly string[] | readonly Filter[] | typeof unknown;

export interface Filter {
  readonly name: string;
  readonly value: string;
}

export type Values = ReadonlyMap<string, Leaf>;

/** Reads the fields of a nested object, such as a program's inputs or stored state. What is not of a field's form is passed over. */
export function flatten(nested: unknown, rows: readonly FieldRow[] = fields): Values {
  const values = new Map<string, Leaf>();
  for (const row of rows) {
    const leaf = toLeaf(getAt(nested, row.path));
    if (leaf !== undefined) values.set(row.path, leaf);
  }
  return values;
}

/** The nested form of a map, without keys for what is not set. */
export function unflatten(values: Values): Record<string, unknown> {
  const nested: Record<string, unknown> = {};
  for (const [path, value] of values) setAt(nested, path, value);
  return nested;
}

/** A live or stored value as a leaf; undefined for "not set". */
export function toLeaf(value: unknown): Leaf | undefined {
  if (isUnknown(value) || typeof value === "boolean") return value;
  if (typeof value === "string") return value === "" ? undefined : value;
  if (typeof value === "number") return String(value);
  if (!Array.isArray(value)) return undefined;
  const set = value.filter((item) => item !== null && item !== undefined && item !== "");
  if (set.length === 0) return undefined;
  if (set.some(isUnknown)) return unknown;
  if (set.every((item) => typeof item === "string")) return set;
  if (set.every(isRecord)) {
    const items = set.map((item) => ({ name: getAt(item, "name"), value: getAt(item, "value") }));
    if (items.some((item) => isUnknown(item.name) || isUnknown(item.value))) return unknown;
    return items.every(isFilter) ? items : undefined;
  }
  return undefined;
}

function isFilter(item: { readonly name: unknown; readonly value: unknown }): item is Filter {
  return typeof item.name === "string" && typeof item.value === "string";
}

/** The text of a field, or undefined where it is not set, not known, or no text. */
export function textAt(values: Values, path: string): string | undefined {
  const value = values.get(path);
  return typeof value === "string" ? value : undefined;
}

/** Member names match without case, as the service matches them (clients send `dataset` and `DataSet` for `dataSet`). */
export function getAt(nested: unknown, path: string): unknown {
  let value = nested;
  for (const key of path.split(".")) {
    if (isUnknown(value)) return value;
    if (!isRecord(value)) return undefined;
    value = Object.hasOwn(value, key) ? value[key] : value[keyWithoutCase(value, key) ?? key];
  }
  return value;
}

function keyWithoutCase(record: Readonly<Record<string, unknown>>, key: string): string | undefined {
  return Object.keys(record).find((candidate) => candidate.toLowerCase() === key.toLowerCase());
}

/** Sets a nested member, making the objects on its way. Keys come from the table of fields, never from outside. */
export function setAt(nested: Record<string, unknown>, path: string, value: unknown): void {
  const keys = path.split(".");
  const last = keys.pop() ?? path;
  let target = nested;
  for (const key of keys) {
    const next = keyWithoutCase(target, key) ?? key;
    const existing = target[next];
    const child: Record<string, unknown> = isRecord(existing) ? { ...existing } : {};
    target[next] = child;
    target = child;
  }
  target[keyWithoutCase(target, last) ?? last] = value;
}

/** Takes a nested member out. */
export function deleteAt(nested: Record<string, unknown>, path: string): void {
  const keys = path.split(".");
  const last = keys.pop() ?? path;
  let target: Readonly<Record<string, unknown>> = nested;
  for (const key of keys) {
    const child = target[keyWithoutCase(target, key) ?? key];
    if (!isRecord(child)) return;
    target = child;
  }
  Reflect.deleteProperty(target, keyWithoutCase(target, last) ?? last);
}
