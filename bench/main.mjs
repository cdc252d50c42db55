// Figures, each a ratio or a count taken in one run: npm run bench [-- NAME…] [--json]
import { styleText } from "node:util";
import { readArguments } from "../scripts/arguments.mjs";

/** Each benchmark by name; loaded when it is asked for, so that one does not weigh on another. */
const benchmarks = {
  check: async () => (await import("./check.mjs")).check(),
  calls: async () => (await import("./calls.mjs")).calls(),
  engine: async () => (await import("./engine.mjs")).engine(),
  state: async () => (await import("./state.mjs")).state(),
  backfill: async () => (await import("./backfill.mjs")).backfill(),
  poll: async () => (await import("./poll.mjs")).poll(),
  write: async () => ({ figures: await (await import("./write.mjs")).write() }),
  download: async () => (await import("./download.mjs")).download(),
  start: async () => (await import("./start.mjs")).start(),
};

const { values, names } = readArguments({
  usage: `npm run bench [-- NAME… --json]

Measures, all or what is named, and fails where a figure is beyond its limit.
  --json  print the figures as one line of JSON, last`,
  options: { json: { type: "boolean" } },
  noun: "Benchmark",
  names: Object.keys(benchmarks),
});

const results = {};
let missed = 0;
for (const name of names) {
  console.log(styleText("bold", name));
  const { figures, limits, least } = await benchmarks[name]();
  results[name] = figures;
  for (const [key, value] of Object.entries(figures)) {
    const limit = limits?.[key];
    const floor = least?.[key];
    const holds = (limit === undefined || value <= limit) && (floor === undefined || value >= floor);
    const bound = limit !== undefined ? `   at most ${limit}` : floor !== undefined ? `   at least ${floor}` : "";
    if (!holds) missed += 1;
    const shown =
      typeof value === "number"
        ? String(Math.round(value * 100) / 100)
        : JSON.stringify(value, (_key, part) => (typeof part === "number" ? Math.round(part * 100) / 100 : part));
    console.log(`  ${key.padEnd(14)} ${shown.padStart(10)}${bound}${holds ? "" : "  MISSED"}`);
  }
}
if (values.json) console.log(JSON.stringify(results));
process.exitCode = missed > 0 ? 1 : 0;
