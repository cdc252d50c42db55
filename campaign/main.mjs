// Long proofs, bounded in time: npm run campaign [-- NAME…] [--quick] [--seed N] [--json]
// A full run takes at most half an hour, `--quick` five minutes. The seed is printed, so that a failure can be repeated.
import { readArguments, refuse } from "../scripts/arguments.mjs";

const campaigns = {
  inputs: async (options) => (await import("./inputs.mjs")).inputs(options),
  catalogue: async (options) => (await import("./catalogue.mjs")).catalogue(options),
  races: async (options) => (await import("./races.mjs")).races(options),
  faults: async (options) => (await import("./faults.mjs")).faults(options),
  quota: async (options) => (await import("./quota.mjs")).quota(options),
  secrets: async (options) => (await import("./secrets.mjs")).secrets(options),
};

const usage = `npm run campaign [-- NAME… --quick --seed N --json]

Long proofs, all or those that are named: at most half an hour.
  --quick   at most five minutes
  --seed N  repeat the run that printed this seed
  --json    print the figures as one line of JSON, last`;
const { values, names } = readArguments({
  usage,
  options: { quick: { type: "boolean" }, seed: { type: "string" }, json: { type: "boolean" } },
  noun: "Campaign",
  names: Object.keys(campaigns),
});
const { quick = false, seed: asked = String(Date.now() % 1_000_000) } = values;
if (!/^\d{1,15}$/.test(asked)) refuse(`--seed is "${asked}". A seed is a whole number.`, usage);
const seed = Number(asked);
/** When the long ones come to their end, also on a slow machine: what follows them needs a minute or two. */
const until = Date.now() + (quick ? 4 : 27) * 60_000;
const options = { quick, seed, until, report: (line) => console.log(`  ${line}`) };

console.log(`seed ${seed}${quick ? ", quick" : ""}`);
const results = {};
let holds = true;
for (const name of names) {
  const began = Date.now();
  console.log(name);
  const { figures, ok } = await campaigns[name](options);
  results[name] = figures;
  holds &&= ok;
  const shown = Object.entries(figures).map(([key, value]) => `${key} ${value}`);
  console.log(`  ${ok ? "holds" : "FAILED"}: ${shown.join(", ")} (${((Date.now() - began) / 1000).toFixed(0)} s)`);
}
if (values.json) console.log(JSON.stringify(results));
process.exitCode = holds ? 0 : 1;
