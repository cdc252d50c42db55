/** Types of generate.cjs for the tests. */
import type * as fastCheck from "fast-check";

export type Json = Readonly<Record<string, unknown>>;

export const now: number;
export const account: string;
export const dates: readonly string[];
export const modern: string;
export const offered: readonly string[];
export const places: Readonly<Record<string, readonly unknown[]>>;
export const scopes: readonly string[];
export const types: readonly string[];
export function working(chosen: {
  readonly version: string | undefined;
  readonly type: string;
  readonly scope: string;
  readonly rhythm: "daily" | "monthly" | "once" | "paused" | "none";
}): Json;
export function deviate(inputs: Json, change: { readonly path: string; readonly value: unknown }): Json;
export function exportInputs(fc: typeof fastCheck.default): fastCheck.Arbitrary<Json>;
