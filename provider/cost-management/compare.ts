/** Equality by meaning, field by field. Source of each rule: the normalisation observed in answers of the service. */
import { instant } from "./dates";
import { fieldAt, type FieldRow } from "./fields";
import { isUnknown } from "./unknown";
import type { Filter, Leaf } from "./values";

/** Whether two values of a field mean the same. "Not set" equals the service's default; an unknown equals nothing. */
export function sameValue(row: FieldRow, left: Leaf | undefined, right: Leaf | undefined): boolean {
  const a = present(row, left) ?? row.default;
  const b = present(row, right) ?? row.default;
  if (a === undefined || b === undefined) return a === b;
  if (isUnknown(a) || isUnknown(b)) return false;
  if (row.kind === "secret") return sameSecret(textOf(a), textOf(b));
  return meaning(row, a) === meaning(row, b);
}

/** A folder of slashes alone is the container itself: not set. */
function present(row: FieldRow, value: Leaf | undefined): Leaf | undefined {
  return row.kind === "folder" && typeof value === "string" && trimSlashes(value) === "" ? undefined : value;
}

export function sameAt(path: string, left: Leaf | undefined, right: Leaf | undefined): boolean {
  return sameValue(fieldAt(path), left, right);
}

/** ARM ids are compared without case and without slashes at either end (answers come without the leading one, specs#23704). */
export function sameId(left: string, right: string): boolean {
  return armId(left) === armId(right);
}

/** One text per meaning. */
function meaning(row: FieldRow, value: Exclude<Leaf, symbol>): string {
  switch (row.kind) {
    case "scope":
    case "armId":
      return armId(textOf(value));
    case "name":
    case "enum":
    case "boolean":
      return textOf(value).toLowerCase();
    case "location":
      return textOf(value).replaceAll(" ", "").toLowerCase();
    case "folder":
      return trimSlashes(textOf(value));
    case "date": {
      const text = textOf(value);
      return String(instant(text) ?? text);
    }
    case "names":
    case "filters":
      return Array.isArray(value) ? asSet(value) : textOf(value);
    default:
      return textOf(value);
  }
}

/** The same text for lists that hold the same, in any order and however often. */
function asSet(items: readonly (string | Filter)[]): string {
  const texts = items.map((item) => JSON.stringify(typeof item === "string" ? item : [item.name, item.value]));
  return [...new Set(texts.map((text) => text.toLowerCase()))].sort().join();
}

/**
 * The service answers a SAS token obfuscated, in a form that nobody has recorded; sending that text back changes nothing.
 * So whatever does not carry a whole signature is taken for an obfuscated token, and equals any.
 */
function sameSecret(left: string, right: string): boolean {
  return left === right || isObfuscated(left) || isObfuscated(right);
}

export function isObfuscated(token: string): boolean {
  return !/(?:^|[?&])sig=[A-Za-z0-9%+/=_-]{20,}/.test(token);
}

/** A leaf as text; lists have a text of their own above. */
function textOf(value: Exclude<Leaf, symbol>): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function armId(text: string): string {
  return trimSlashes(text)
    .replace(/\/{2,}/g, "/")
    .toLowerCase();
}

function trimSlashes(text: string): string {
  return text.replace(/^\/+|\/+$/g, "");
}
