/** Types of reproduce.cjs for the tests. */
import type { Modules } from "../inputs/properties.cjs";

export interface Scenario {
  /** The name of the row in the provider's catalogue. */
  readonly row: string;
  readonly check: "refuses" | "warns" | "mends" | "cannot";
  readonly why?: string;
}

export const scenarios: readonly Scenario[];
/** What no export can meet, and why. */
export const impossible: Readonly<Record<string, string>>;
export function reproduce(modules: Modules, scenario: Scenario): Promise<readonly string[]>;
