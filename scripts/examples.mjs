// Runs the examples offline: `npm run examples [-- NAME...] [--json]`. Prints a table; with --json the last line is one JSON
// array of { name, up, change, cleanPreview, destroy }. Exits 1 when a step of one does not do what it should.
import { createRequire } from "node:module";
import { join } from "node:path";
import { exampleNames, runExamples } from "./examples/run.cjs";
import { ensurePulumi } from "./pulumi-cli.mjs";

const root = join(import.meta.dirname, "..");
const { startEmulator } = createRequire(import.meta.url)(join(root, "dist/emulator/index.js"));

const json = process.argv.includes("--json");
const asked = process.argv.slice(2).filter((word) => word !== "--json");
const unknown = asked.filter((name) => !exampleNames().includes(name));
if (unknown.length > 0) {
  console.error(`There is no example "${unknown.join('", "')}". There are: ${exampleNames().join(", ")}.`);
  process.exit(1);
}
const names = asked.length > 0 ? asked : exampleNames();
const steps = ["up", "change", "cleanPreview", "destroy"];
const width = Math.max(...names.map((name) => name.length));

const { bin } = await ensurePulumi();
console.log([`example`.padEnd(width), ...steps, "seconds"].join("  "));
const results = await runExamples(names, { bin, startEmulator }, (result) => {
  const cells = steps.map((step) => (result[step] ? "ok" : "FAILED").padEnd(step.length));
  console.log([result.name.padEnd(width), ...cells, result.seconds].join("  "));
});

for (const { name, problems } of results) {
  for (const problem of problems) console.error(`\n${name}: ${problem}`);
}
if (json)
  console.log(
    JSON.stringify(
      results.map(({ name, up, change, cleanPreview, destroy }) => ({ name, up, change, cleanPreview, destroy })),
    ),
  );
process.exitCode = results.some(({ problems }) => problems.length > 0) ? 1 : 0;
