// Each error of the service that the provider explains, met under its condition; and whether check could have known.
import { createRequire } from "node:module";
import { builtModules } from "./inputs.mjs";

const require = createRequire(import.meta.url);
const { impossible, reproduce, scenarios } = require("./catalogue/reproduce.cjs");

export async function catalogue({ report }) {
  const modules = builtModules();
  const met = new Map(modules.catalogue.map(({ name }) => [name, ["No scenario brings it about."]]));
  for (const scenario of scenarios) {
    const missing = await reproduce(modules, scenario);
    const before = met.get(scenario.row);
    met.set(scenario.row, missing.length > 0 || before === undefined || before.length === 1 ? missing : before);
    report(`${scenario.row}: check ${scenario.check}${scenario.why === undefined ? "" : ` (${scenario.why})`}`);
  }
  for (const [what, why] of Object.entries(impossible)) report(`cannot occur: ${what}: ${why}`);
  const open = [...met].filter(([, missing]) => missing.length > 0);
  for (const [row, missing] of open) report(`NOT REPRODUCED ${row}: ${missing.join(" ")}`);
  return {
    figures: { rows: met.size, reproduced: met.size - open.length, impossible: Object.keys(impossible).length },
    ok: open.length === 0,
  };
}
