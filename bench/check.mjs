// Milliseconds that check and diff of one export take: the median over a thousand inputs of every kind, in a warm process.
import { createRequire } from "node:module";
import { join } from "node:path";
import fc from "fast-check";

const require = createRequire(import.meta.url);
const { exportInputs, now } = require("../campaign/inputs/generate.cjs");
const { exportResource } = require(join(import.meta.dirname, "../dist/provider/resources/export.js"));

export function check() {
  const sample = fc.sample(exportInputs(fc), { numRuns: 1_000, seed: 1 });
  const checkOne = (inputs) => exportResource.check(undefined, inputs, now);
  const diffOne = (inputs, index) => exportResource.diff("id", sample.at(index - 1), inputs);
  // The first pass warms up.
  for (const work of [checkOne, diffOne]) sample.forEach(work);
  return {
    figures: { checkMs: median(sample, checkOne), diffMs: median(sample, diffOne) },
    limits: { checkMs: 1, diffMs: 1 },
  };
}

function median(sample, work) {
  const taken = sample.map((inputs, index) => {
    const began = performance.now();
    work(inputs, index);
    return performance.now() - began;
  });
  return taken.sort((a, b) => a - b)[Math.floor(taken.length / 2)];
}
