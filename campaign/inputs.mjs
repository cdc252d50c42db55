// What `check` says against what the emulated service does, over inputs that range over everything.
import { createRequire } from "node:module";
import { join } from "node:path";
import fc from "fast-check";

const require = createRequire(import.meta.url);
const dist = join(import.meta.dirname, "../dist");
const { exportInputs, now } = require("./inputs/generate.cjs");
const { createJudge } = require("./inputs/judge.cjs");

export function builtModules() {
  return {
    ...require(join(dist, "provider/cost-management/validate.js")),
    ...require(join(dist, "provider/cost-management/wire.js")),
    ...require(join(dist, "provider/cost-management/fields.js")),
    ...require(join(dist, "provider/cost-management/api-versions.js")),
    ...require(join(dist, "provider/resources/export-decide.js")),
    ...require(join(dist, "emulator/types.js")),
    createCostManagement: require(join(dist, "emulator/cost-management/index.js")).createCostManagement,
  };
}

export async function inputs({ quick, seed, report }) {
  const { judge } = createJudge(builtModules(), now);
  const figures = {
    tried: 0,
    unsound: 0,
    incomplete: 0,
    overstrict: 0,
    accepted: 0,
    refused: 0,
    warned: 0,
    repaired: 0,
    masked: 0,
  };
  const examples = new Map();
  const count = quick ? 20_000 : 100_000;
  for (const raw of fc.sample(exportInputs(fc), { numRuns: count, seed })) {
    const { findings, outcome } = judge(raw);
    figures.tried += 1;
    for (const [key, times] of Object.entries(outcome)) figures[key] += times;
    for (const finding of findings) {
      figures[finding.kind] += 1;
      const key = `${finding.kind} ${finding.refused ?? finding.failures.join()}`;
      const before = examples.get(key);
      const size = JSON.stringify(finding.raw).length;
      if (before === undefined || size < before.size)
        examples.set(key, { finding, size, times: (before?.times ?? 0) + 1 });
      else before.times += 1;
    }
  }
  for (const [key, { finding, times }] of [...examples].sort((a, b) => b[1].times - a[1].times).slice(0, 40)) {
    report(
      `${key} (${times}) [${finding.position}] check: ${finding.failures.join()} warns: ${finding.warnings.join()} ${JSON.stringify(finding.raw)}`,
    );
  }
  return { figures, ok: figures.unsound === 0 && figures.incomplete === 0 && figures.overstrict === 0 };
}
