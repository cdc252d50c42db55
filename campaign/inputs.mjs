// What `check` says against what the emulated service does, over inputs that range over everything; and what holds of check
// and diff for any input, sense or nonsense.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";

const require = createRequire(import.meta.url);
const root = join(import.meta.dirname, "..");
const dist = join(root, "dist");
const { exportInputs, now } = require("./inputs/generate.cjs");
const { createJudge } = require("./inputs/judge.cjs");
const { answers, anything, brokenProperties, fullExports, readBack, spellings } = require("./inputs/properties.cjs");

/** The package as it was built. */
export function builtModules() {
  return {
    ...require(join(dist, "provider/arm/index.js")),
    ...require(join(dist, "provider/cost-management/agreements.js")),
    ...require(join(dist, "provider/cost-management/validate.js")),
    ...require(join(dist, "provider/cost-management/wire.js")),
    ...require(join(dist, "provider/cost-management/fields.js")),
    ...require(join(dist, "provider/cost-management/unknown.js")),
    ...require(join(dist, "provider/cost-management/catalogue.js")),
    ...require(join(dist, "provider/resources/explain.js")),
    ...require(join(dist, "emulator/cost-management/errors.js")),
    ...require(join(dist, "provider/cost-management/api-versions.js")),
    ...require(join(dist, "provider/resources/export.js")),
    ...require(join(dist, "provider/resources/export-run.js")),
    ...require(join(dist, "provider/resources/export-reader.js")),
    ...require(join(dist, "provider/resources/export-decide.js")),
    ...require(join(dist, "emulator/types.js")),
    ...require(join(dist, "emulator/cost-management/index.js")),
  };
}

export async function inputs({ quick, seed, report }) {
  const modules = builtModules();
  const judged = agreement(modules, { count: quick ? 20_000 : 100_000, seed, report });
  const held = properties(modules, { count: quick ? 5_000 : 15_000, seed, report });
  const { exchanges, ...read } = await readings(modules, { quick, report });
  const contract = validated([...judged.exchanges, ...exchanges], report);
  const figures = { ...judged.figures, ...held, ...read, ...contract };
  const none = ["unsound", "incomplete", "overstrict", "broken", "misread", "offContract"];
  return { figures, ok: none.every((name) => figures[name] === 0) };
}

/** Each input judged by both sides; of each kind of disagreement the shortest example is told. */
function agreement(modules, { count, seed, report }) {
  const { judge } = createJudge(modules, now);
  const figures = { tried: 0, unsound: 0, incomplete: 0, overstrict: 0 };
  const outcomes = { accepted: 0, refused: 0, warned: 0, repaired: 0, masked: 0 };
  const examples = new Map();
  const exchanges = [];
  for (const raw of fc.sample(exportInputs(fc), { numRuns: count, seed })) {
    const sampled = figures.tried % Math.ceil(count / 400) === 0;
    const { findings, outcome } = judge(raw, sampled ? (exchange) => exchanges.push(recorded(exchange)) : undefined);
    figures.tried += 1;
    for (const [key, times] of Object.entries(outcome)) outcomes[key] += times;
    for (const finding of findings) {
      figures[finding.kind] += 1;
      remember(examples, `${finding.kind} ${finding.refused ?? finding.failures.join()}`, finding);
    }
  }
  for (const [key, { example, times }] of [...examples].sort((a, b) => b[1].times - a[1].times).slice(0, 20)) {
    report(
      `${key} (${times}, switches ${example.position}) check names ${example.failures.join()}, warns of ${example.warnings.join()}: ${JSON.stringify(example.raw)}`,
    );
  }
  return { figures: { ...figures, ...outcomes }, exchanges };
}

function remember(examples, key, example) {
  const before = examples.get(key);
  const size = JSON.stringify(example.raw).length;
  const kept = before !== undefined && before.size <= size ? before : { example, size };
  examples.set(key, { ...kept, times: (before?.times ?? 0) + 1 });
}

/** No exception, no change of mind, no difference from itself, and how long the two take. */
function properties(modules, { count, seed, report }) {
  const some = fc.sample(anything(fc, modules.unknown), { numRuns: count, seed });
  const sensible = fc.sample(exportInputs(fc), { numRuns: count, seed: seed + 1 });
  const told = new Map();
  let broken = 0;
  some.forEach((left, index) => {
    for (const pair of [
      [left, some.at(index - 1)],
      [left, sensible[index]],
      [sensible[index], left],
      [sensible[index], sensible.at(index - 1)],
    ]) {
      for (const sentence of brokenProperties(modules, ...pair)) {
        broken += 1;
        told.set(sentence.split("\n")[0].slice(0, 60), [sentence, ...pair]);
      }
    }
  });
  const visible = (_key, value) => (value === modules.unknown ? "<unknown>" : value);
  for (const [sentence, left, right] of [...told.values()].slice(0, 10))
    report(`${sentence} ${JSON.stringify(left, visible)} ${JSON.stringify(right, visible)}`);
  return { pairs: count * 4, broken, ...times(modules, sensible) };
}

/** Milliseconds, the worst of a hundred left out: the machine does other things too. */
function times({ exportResource }, sample) {
  const timed = (work) => {
    const taken = sample.map((input, index) => {
      const began = performance.now();
      work(input, sample.at(index - 1));
      return performance.now() - began;
    });
    return Number(taken.sort((a, b) => a - b)[Math.floor(taken.length * 0.99)].toFixed(3));
  };
  return {
    checkMs: timed((input) => exportResource.check(undefined, input, now)),
    diffMs: timed((input, other) => exportResource.diff("id", other, input)),
  };
}

/** What was written reads back as no difference, in every spelling. */
async function readings(modules, { quick, report }) {
  const exchanges = [];
  let [read, misread] = [0, 0];
  const told = new Map();
  for (const full of fullExports()) {
    for (const [spelling, spelt] of Object.entries(spellings)) {
      for (const switches of quick ? answers.slice(0, 1) : answers) {
        const { broken, exchanges: passed } = await readBack(modules, spelt(full), switches);
        read += 1;
        if (broken.length > 0) misread += 1;
        for (const sentence of broken)
          told.set(sentence.slice(0, 60), `${spelling}: ${sentence} ${JSON.stringify(spelt(full))}`);
        if (read % 40 === 0) exchanges.push(...passed.map(recordedWire));
      }
    }
  }
  for (const sentence of [...told.values()].slice(0, 15)) report(sentence);
  return { read, misread, exchanges };
}

/** The exchanges against the OpenAPI files, where they are at hand. */
function validated(exchanges, report) {
  const folder = mkdtempSync(join(tmpdir(), "azure-cost-exports-campaign-"));
  try {
    writeFileSync(join(folder, "traffic.jsonl"), exchanges.map((one) => `${JSON.stringify(one)}\n`).join(""));
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [join(root, "tests/contract/validate-traffic.mjs"), folder, "--json"],
      { encoding: "utf8" },
    );
    for (const line of stderr.trim().split("\n").filter(Boolean).slice(0, 20)) report(line);
    const { passed, failed, skipped } = JSON.parse(stdout.trim().split("\n").at(-1));
    return { onContract: passed, offContract: failed, contractSkipped: skipped };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** An exchange in the form in which the emulator records its traffic. */
function recorded({ request, response, url }) {
  return {
    method: request.method,
    url: url.href.replace(url.origin, ""),
    requestHeaders: {},
    status: response.status,
    responseHeaders: { "content-type": "application/json; charset=utf-8", ...response.headers },
    responseBody: response.body,
  };
}

function recordedWire({ method, url, requestHeaders, requestBody, response }) {
  return {
    method,
    url: url.replace(new URL(url).origin, ""),
    requestHeaders,
    ...(requestBody === undefined ? {} : { requestBody: JSON.parse(requestBody) }),
    status: response.status,
    responseHeaders: { "content-type": "application/json; charset=utf-8", ...response.headers },
    responseBody: response.body,
  };
}
