/** Small tools for plain data. */
import type { PlainObject } from "./resource";

/** The named members that are set. */
export function pick(from: PlainObject, keys: readonly string[]): PlainObject {
  return Object.fromEntries(
    keys.flatMap((key) => (from[key] === undefined || from[key] === null ? [] : [[key, from[key]]])),
  );
}

/** One text per value, for comparison. */
export function text(value: unknown): string {
  return JSON.stringify(value ?? null);
}

/** Ids and GUIDs are the same in any case, with or without slashes around them. */
export function sameId(a: unknown, b: unknown): boolean {
  const plain = (value: unknown): unknown =>
    typeof value === "string" ? value.replace(/^\/+|\/+$/g, "").toLowerCase() : undefined;
  return plain(a) !== undefined && plain(a) === plain(b);
}
