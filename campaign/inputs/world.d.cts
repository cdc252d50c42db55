/** Types of world.cjs for the tests. */
import type { CostManagementPart } from "../../emulator/cost-management";
import type { ResourceContext } from "../../provider/resources/resource";
import type { Modules } from "./properties.cjs";

export interface World {
  readonly part: CostManagementPart;
  readonly context: ResourceContext;
  readonly warnings: readonly string[];
}

export function createWorld(
  modules: Modules,
  options: { readonly now: number; readonly switches?: Readonly<Record<string, unknown>> },
): World;
