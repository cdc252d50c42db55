/** Reading a request's JSON against the table of members, and writing answers from it. */
import type { ApiVersionRow } from "../../provider/cost-management/api-versions";
import { isObject } from "../json";
import { canonicalChoice, choices } from "./choices";
import { parseInstant } from "./dates";
import type { Members, Shape, ValueOf } from "./members";
import { has } from "./versions";

export interface ReadResult<T> {
  readonly value: T;
  /** Paths of members that the version lacks, of wrong JSON types and of values outside closed lists, in reading order. */
  readonly invalid: readonly string[];
}

/**
 * The value in canonical spelling of names, with dates normalised. `strict` drops what it reports; otherwise unknown members
 * and values are kept: that is how another writer, newer than every version here, leaves its mark.
 */
export function readPayload<S extends Shape>(
  shape: S,
  value: unknown,
  row: ApiVersionRow,
  mode: "strict" | "lenient",
): ReadResult<ValueOf<S>> {
  const invalid: string[] = [];
  const read = readShape(shape, value, "", { row, lenient: mode === "lenient", invalid });
  // The table that was walked is the one that the type is computed from.
  return { value: read as ValueOf<S>, invalid };
}

interface Reading {
  readonly row: ApiVersionRow;
  readonly lenient: boolean;
  readonly invalid: string[];
}

function readShape(shape: Shape, value: unknown, path: string, reading: Reading): unknown {
  const fail = (): unknown => {
    reading.invalid.push(path);
    return undefined;
  };
  switch (shape.kind) {
    case "object":
      return isObject(value) ? readObject(shape.members, value, path, reading) : fail();
    case "list":
      return Array.isArray(value)
        ? value.map((one, index) => readShape(shape.of, one, `${path}[${index}]`, reading))
        : fail();
    case "flag":
      if (typeof value === "boolean") return value;
      return value === "true" || value === "True" ? true : value === "false" || value === "False" ? false : fail();
    case "ignored":
      return undefined;
    case "serviceSet":
      return reading.lenient ? value : undefined;
    default:
      return typeof value === "string" ? readText(shape, value, path, reading) : fail();
  }
}

function readText(shape: TextShape, value: string, path: string, reading: Reading): unknown {
  const known = knownText(shape, value, reading);
  if (known === undefined) reading.invalid.push(path);
  return known;
}

type TextShape = Shape & { readonly kind: "text" | "date" | "choice" };

/** The text as stored; undefined for what is no date, or outside a list that the payload itself closes. */
function knownText(shape: TextShape, value: string, { row, lenient }: Reading): string | undefined {
  if (shape.kind === "date") return parseInstant(value)?.text;
  if (shape.kind === "text" || lenient || choices[shape.of].others !== "member") return value;
  return canonicalChoice(shape.of, value, row) === undefined ? undefined : value;
}

/** Names match without case; null counts as absent, as clients send it for what they do not set (observed). */
function readObject(
  members: Members,
  value: Readonly<Record<string, unknown>>,
  path: string,
  reading: Reading,
): unknown {
  const result: Record<string, unknown> = {};
  for (const [given, inner] of Object.entries(value)) {
    const innerPath = path === "" ? given : `${path}.${given}`;
    const name = Object.keys(members).find((one) => one.toLowerCase() === given.toLowerCase());
    const member = name === undefined ? undefined : members[name];
    if (name === undefined || member === undefined || !has(reading.row, member.since)) {
      if (reading.lenient) result[name ?? given] = inner;
      else reading.invalid.push(innerPath);
      continue;
    }
    if (inner === null) continue;
    const read = readShape(member.shape, inner, innerPath, reading);
    if (read !== undefined) result[name] = read;
  }
  return result;
}

/**
 * What a version can show of a stored value: members that came later are left out, nulls and members that no version
 * knows are kept. With `canonical`, values of closed lists in the list's own case.
 */
export function project(shape: Shape, value: unknown, row: ApiVersionRow, enumCase: "as-sent" | "canonical"): unknown {
  switch (shape.kind) {
    case "object": {
      if (!isObject(value)) return value;
      const shown = Object.entries(value).flatMap(([name, inner]) => {
        const member = shape.members[name];
        if (member === undefined) return [[name, inner] as const];
        return has(row, member.since) ? [[name, project(member.shape, inner, row, enumCase)] as const] : [];
      });
      return Object.fromEntries(shown);
    }
    case "list":
      return Array.isArray(value) ? value.map((one) => project(shape.of, one, row, enumCase)) : value;
    case "choice":
      if (enumCase === "as-sent" || typeof value !== "string") return value;
      return canonicalChoice(shape.of, value, row) ?? value;
    default:
      return value;
  }
}
