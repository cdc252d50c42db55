// Long proofs, bounded in time: npm run campaign [-- NAME…] [--quick] [--seed N] [--json]
// A full run takes at most half an hour, `--quick` five minutes. The seed is printed, so that a failure can be repeated.
const campaigns = {
  inputs: async (options) => (await import("./inputs.mjs")).inputs(options),
  catalogue: async (options) => (await import("./catalogue.mjs")).catalogue(options),
  races: async (options) => (await import("./races.mjs")).races(options),
  faults: async (options) => (await import("./faults.mjs")).faults(options),
  quota: async (options) => (await import("./quota.mjs")).quota(options),
  secrets: async (options) => (await import("./secrets.mjs")).secrets(options),
};

const words = process.argv.slice(2);
const seedAt = words.indexOf("--seed");
const seed = seedAt < 0 ? Date.now() % 1_000_000 : Number(words[seedAt + 1]);
const quick = words.includes("--quick");
/** When the long ones come to their end, also on a slow machine: what follows them needs a minute or two. */
const until = Date.now() + (quick ? 4 : 27) * 60_000;
const options = { quick, seed, until, report: (line) => console.log(`  ${line}`) };
const names = words.filter((word, index) => !word.startsWith("--") && (seedAt < 0 || index !== seedAt + 1));
const strangers = names.filter((name) => !(name in campaigns));
if (strangers.length > 0 || !Number.isSafeInteger(seed)) {
  console.error(
    `Usage: npm run campaign [-- NAME…] [--quick] [--seed N] [--json]. Names: ${Object.keys(campaigns).join(", ")}.`,
  );
  process.exit(2);
}

console.log(`seed ${seed}${quick ? ", quick" : ""}`);
const results = {};
let holds = true;
for (const name of names.length > 0 ? names : Object.keys(campaigns)) {
  const began = Date.now();
  console.log(name);
  const { figures, ok } = await campaigns[name](options);
  results[name] = figures;
  holds &&= ok;
  const shown = Object.entries(figures).map(([key, value]) => `${key} ${value}`);
  console.log(`  ${ok ? "holds" : "FAILED"}: ${shown.join(", ")} (${((Date.now() - began) / 1000).toFixed(0)} s)`);
}
if (words.includes("--json")) console.log(JSON.stringify(results));
process.exitCode = holds ? 0 : 1;
