// The main job in a minute, with no Azure account: the root Pulumi.yaml is previewed, applied, changed under the eyes of
// another writer, run and destroyed by the real Pulumi CLI, against the emulator, whose files are read. Exits 1 when a step does not do what it should.
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readArguments } from "./arguments.mjs";
import { costByService, downloadCostDetails, serviceTable } from "./demo-files.mjs";
import { ensurePulumi } from "./pulumi-cli.mjs";
import { openStack } from "./stack.cjs";

const root = join(import.meta.dirname, "..");
const { startEmulator } = createRequire(import.meta.url)(join(root, "dist/emulator/index.js"));

readArguments({
  usage: `npm run demo

Declares, previews, applies, changes, runs and destroys exports, on the real Pulumi CLI against the emulator, and tells each
step. It takes no options; a step that does not do what it should makes the exit code 1.`,
});

const began = Date.now();
const failures = [];
let number = 0;

const { bin, version } = await ensurePulumi();
const folder = mkdtempSync(join(tmpdir(), "azure-cost-exports-demo-"));
// Runs and reports take seconds here; on Azure a run takes a quarter of an hour.
const emulator = await startEmulator({
  storage: { folder: join(folder, "files") },
  data: { seed: "demo" },
  runTimes: { queuedMs: 100, processingMs: 400 },
  reportTimes: { processingMs: 1000, linksMs: 3_600_000 },
});
const environment = { ...emulator.environment, AZURE_COST_EXPORTS_MIN_RETRY_DELAY: "50" };
const stack = await openStack({ bin, cwd: root, environment });
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => void cleanUp().finally(() => process.exit(130)));

const scope = "/subscriptions/11111111-1111-1111-1111-111111111111";
const focusId = `${scope}/providers/Microsoft.CostManagement/exports/focus-daily`;
let exportIds;

try {
  say(
    `Pulumi ${version}, the program in examples/quickstart, and an emulator of Microsoft.CostManagement at ${emulator.httpUrl}.`,
  );

  const preview = await step("pulumi preview", "shows three exports to create, and makes no call", () =>
    stack.preview(),
  );
  expect(
    preview.result.code === 0 && /\+ 4 to create/.test(preview.result.stdout),
    "the preview plans four resources",
    preview,
  );
  expect(preview.calls.length === 0, "the preview makes no ARM call", preview);

  const up = await step("pulumi up", "creates them: a look and a PUT each", () => stack.up());
  expect(up.result.code === 0 && /\+ 4 created/.test(up.result.stdout), "four resources are created", up);
  expect(up.calls.length === 6, "two ARM calls per export", up);

  const { deployment } = await stack.exportState();
  exportIds = deployment.resources.filter(({ type }) => type.endsWith(":Export")).map(({ id }) => id);
  expect(exportIds.length === 3, "three exports are in the state", up);

  const again = await step("pulumi up, again", "finds nothing to do, and makes no call", () => stack.up());
  expect(again.result.code === 0 && /4 unchanged/.test(again.result.stdout), "nothing changes", again);
  expect(again.calls.length === 0, "an unchanged up makes no ARM call", again);

  say("Somebody writes a description into the FOCUS export in the portal, a field that the program leaves alone.");
  portal({ properties: { exportDescription: "Do not delete! (the FinOps team)" } });
  await stack.setConfig("quickstart:folder", "focus/daily");
  const kept = await step(
    "pulumi up, with another folder in the program",
    "updates under the live eTag; the description stays",
    () => stack.up(),
  );
  expect(kept.result.code === 0 && /~ 1 updated/.test(kept.result.stdout), "one export is updated", kept);
  expect(kept.calls.length === 2, "an update takes a look and a PUT", kept);
  const afterUpdate = live().properties;
  expect(
    afterUpdate.deliveryInfo.destination.rootFolderPath === "focus/daily",
    "the program's folder is written",
    kept,
  );
  expect(
    afterUpdate.exportDescription === "Do not delete! (the FinOps team)",
    "the portal's description is kept",
    kept,
  );

  say(
    "Now somebody switches the compression off in the portal, a field that the program sets; and the program changes too.",
  );
  portal({ properties: { compressionMode: "none" } });
  await stack.setConfig("quickstart:folder", "focus/parquet");
  const conflict = await step("pulumi up", "refuses to overwrite unseen, and explains", () => stack.up());
  const told = /compressionMode: last seen "snappy", live "none", wanted "snappy"/.exec(conflict.result.stdout)?.[0];
  expect(conflict.result.code !== 0 && told !== undefined, "the conflict is named with all three values", conflict);
  if (told !== undefined) say(`    said: ${told}`);
  expect(live().properties.compressionMode === "none", "nothing is overwritten", conflict);

  const refresh = await step("pulumi refresh", "shows the drift", () => stack.refresh(["--diff"]));
  expect(
    refresh.result.code === 0 && /compressionMode\s*: "snappy" => "none"/.test(refresh.result.stdout),
    "the drift is shown",
    refresh,
  );

  const repair = await step("pulumi up", "writes what the program says", () => stack.up());
  expect(repair.result.code === 0 && live().properties.compressionMode === "snappy", "the drift is repaired", repair);
  expect(
    live().properties.exportDescription === "Do not delete! (the FinOps team)",
    "the description is still there",
    repair,
  );

  await stack.setConfig("quickstart:history", "true");
  const history = await step(
    "pulumi up, with runs in the program",
    "runs the FOCUS export, fills in two months, makes a report",
    () => stack.up(),
  );
  expect(
    history.result.code === 0 && /\+ 3 created/.test(history.result.stdout),
    "two runs and a report are made",
    history,
  );
  const posts = history.calls.filter(({ method, status }) => method === "POST" && status < 300);
  expect(posts.length === 4, "the export runs three times, and one report is asked for", history);
  const runs = await runsOf();
  for (const { startDate, endDate, status, manifestFile } of runs)
    say(`    ${startDate?.slice(0, 10)} to ${endDate?.slice(0, 10)}  ${status}  ${manifestFile}`);

  await readFiles(runs);

  const destroy = await step("pulumi destroy", "deletes all three, and sees them gone", () => stack.destroy());
  expect(destroy.result.code === 0 && exportIds.every(isGone), "no export is left", destroy);
} catch (error) {
  failures.push(String(error?.stack ?? error));
} finally {
  await cleanUp();
}

const seconds = ((Date.now() - began) / 1000).toFixed(0);
if (failures.length > 0) {
  say(`\n${failures.length} of the demo's expectations did not hold (${seconds} s):\n${failures.join("\n\n")}`);
  process.exit(1);
}
say(
  `\nAll ${number} steps did what they should, in ${seconds} s. Nothing is left behind. Next: README.md, "Use it on Azure".`,
);

/** Runs the CLI, and tells the step with the calls it took. */
async function step(title, what, run) {
  return noted(title, what, run, (calls) => (calls.length === 0 ? "no ARM call" : `ARM calls: ${summary(calls)}`));
}

async function noted(title, what, run, callsText) {
  number += 1;
  emulator.control.requests.clear();
  const started = Date.now();
  const result = await run();
  const calls = emulator.control.requests.list({ category: "arm" });
  say(`\n${number}. ${title} — ${what}.`);
  const seconds = `(${((Date.now() - started) / 1000).toFixed(1)} s)`;
  say(`    ${[callsText?.(calls), seconds].filter(Boolean).join(" ")}`);
  return { title, result, calls };
}

function summary(calls) {
  const counts = new Map();
  for (const { method, operation } of calls) {
    const label = operation === "exports.list" ? "LIST" : method;
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return [...counts].map(([label, count]) => `${count} ${label}`).join(", ");
}

function expect(holds, what, { title, result, calls }) {
  if (holds) return;
  const trail = calls.map(({ method, path, status }) => `  ${method} ${path} ${status}`).join("\n");
  failures.push(
    `${title}: expected that ${what}.\n${"code" in result ? `exit code ${result.code}\n${result.stdout}${result.stderr}` : JSON.stringify(result)}\n${trail}`,
  );
}

/** Another writer: changes the FOCUS export as the portal would. */
function portal(patch) {
  emulator.control.exports.edit(focusId, patch);
}

function live() {
  return emulator.control.exports.get(focusId);
}

/** The runs as the stack remembers them. */
async function runsOf() {
  const { deployment } = await stack.exportState();
  return deployment.resources.filter(({ type }) => type.endsWith(":ExportRun")).flatMap(({ outputs }) => outputs.runs);
}

/** What the runs delivered, and the same by a report on demand. */
async function readFiles(runs) {
  const months = await noted("DuckDB reads the delivered Parquet", "costs by service of three months", async () =>
    costByService(
      join(folder, "files/finopscosts/costs"),
      runs.map(({ manifestFile }) => manifestFile),
    ),
  );
  for (const line of serviceTable(months.result, 5)) say(`    ${line}`);
  expect(months.result.length === 3, "three months are delivered", months);
  expect(
    months.result.every(({ rows, promised, total }) => rows === promised && rows > 0 && total > 0),
    "each manifest tells the rows of its files",
    months,
  );

  const closed = months.result.at(-2);
  const report = await noted("azure-cost-exports report cost-details", "downloads a report of the closed month", () =>
    downloadCostDetails({ scope, month: closed.month, folder, environment }),
  );
  const { files, bytes, total } = report.result;
  say(`    ${files.length} file, ${bytes.toLocaleString("en-US")} bytes: ${total.toFixed(2)} USD, as the export says`);
  expect(total === closed.total, `the report comes to the export's ${closed.total}, not ${total}`, report);
}

function isGone(id) {
  try {
    emulator.control.exports.get(id);
    return false;
  } catch {
    return true;
  }
}

async function cleanUp() {
  stack.close();
  await emulator.close();
  rmSync(folder, { recursive: true, force: true });
}

function say(line) {
  console.log(line);
}
