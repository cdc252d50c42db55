/** Types of properties.cjs for the tests. */
import type * as fastCheck from "fast-check";
import type { Json } from "./generate.cjs";

/** The exports of the package's modules by name: of the sources in tests, of the build in the campaign. */
export type Modules = Readonly<Record<string, unknown>>;

export const answers: readonly Json[];
export const spellings: Readonly<Record<string, (inputs: Json) => Json>>;
export function anything(fc: typeof fastCheck.default, unknown: symbol): fastCheck.Arbitrary<unknown>;
export function brokenProperties(modules: Modules, left: unknown, right: unknown): readonly string[];
export function fullExports(): readonly Json[];
export function readBack(
  modules: Modules,
  inputs: Json,
  switches: Json,
): Promise<{ readonly broken: readonly string[] }>;
