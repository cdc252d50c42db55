/** Each error that the provider explains, met under its condition in the emulated service. */
import { reproduce, scenarios } from "../../campaign/catalogue/reproduce.cjs";
import { modules } from "./modules";

test.each(scenarios.map((scenario) => [scenario.row, scenario.check, scenario] as const))(
  "%s: check %s",
  async (_row, _check, scenario) => {
    expect(await reproduce(modules, scenario)).toEqual([]);
  },
);

test("every row of the catalogue has a scenario", () => {
  const rows = modules.catalogue.map(({ name }) => name);
  const met = new Set(scenarios.map(({ row }) => row));
  expect(rows.filter((row) => !met.has(row))).toEqual([]);
});

test("what check cannot know is said why", () => {
  expect(scenarios.filter(({ check, why }) => check === "cannot" && why === undefined)).toEqual([]);
});
