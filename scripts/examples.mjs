// Runs the examples offline: `npm run examples [-- NAME...] [--json]`. Prints a table; with --json the last line is one JSON
// array of { name, up, change, cleanPreview, destroy }. Exits 1 when a step of one does not do what it should.
import { createRequire } from "node:module";
import { join } from "node:path";
import { readArguments } from "./arguments.mjs";
import { exampleNames, runExamples } from "./examples/run.cjs";
import { ensurePulumi } from "./pulumi-cli.mjs";

const root = join(import.meta.dirname, "..");
const { startEmulator } = createRequire(import.meta.url)(join(root, "dist/emulator/index.js"));

const { values, names } = readArguments({
  usage: `npm run examples [-- NAME… --json]

Runs the examples on the real Pulumi CLI, against the emulator: all, or those that are named.
  --json  print the results as one line of JSON, last`,
  options: { json: { type: "boolean" } },
  noun: "Example",
  names: exampleNames(),
});
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
if (values.json)
  console.log(
    JSON.stringify(
      results.map(({ name, up, change, cleanPreview, destroy }) => ({ name, up, change, cleanPreview, destroy })),
    ),
  );
process.exitCode = results.some(({ problems }) => problems.length > 0) ? 1 : 0;
