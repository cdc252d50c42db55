/** The commands that run exports, as a person calls them, against the emulator. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmulator, type Emulator } from "../../emulator";
import { makeAccount } from "../support/azure-native";

jest.setTimeout(60_000);

const id = "/subscriptions/11111111-1111-1111-1111-111111111111/providers/Microsoft.CostManagement/exports/daily";
let emulator: Emulator;
let home: string;

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), "azure-cost-exports-cli-"));
  emulator = await startEmulator();
  emulator.control.exports.put(id, {
    properties: {
      definition: { type: "FocusCost", timeframe: "MonthToDate" },
      deliveryInfo: {
        destination: {
          container: "costs",
          resourceId:
            "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/r/providers/Microsoft.Storage/storageAccounts/a",
        },
      },
    },
  });
});
afterEach(async () => {
  await emulator.close();
  rmSync(home, { recursive: true, force: true });
});

interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Calls the command; an hour passes each half second, so that runs end. */
function call(...args: string[]): Promise<Result> {
  const main = join(__dirname, "../../dist/cli/main.js");
  const child = spawn(process.execPath, [main, ...args], {
    env: {
      ...process.env,
      ...emulator.environment,
      AZURE_COST_EXPORTS_MIN_RETRY_DELAY: "200",
      XDG_STATE_HOME: home,
    },
  });
  const timer = setInterval(() => emulator.control.clock.advance(60 * 60_000), 500);
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve) => {
    child.on("close", (code) => {
      clearInterval(timer);
      resolve({ code, stdout, stderr });
    });
  });
}

test("run waits for the result, tells how it goes on stderr, and prints one JSON object", async () => {
  const { code, stdout, stderr } = await call("run", id, "--json");
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ exportId: id, succeeded: 1, failed: 0, runs: [{ status: "Completed" }] });
  expect(stderr).toMatch(/daily: run: Completed/);
});

test("history shows runs and months, and no person", async () => {
  await call("run", id);
  const { code, stdout } = await call("history", id);
  expect(code).toBe(0);
  expect(stdout).toMatch(/submitted\s+type\s+days\s+status\s+file/);
  expect(stdout).toMatch(/OnDemand .*Completed/);
  expect(stdout).toMatch(/\d{4}-\d{2}\s+succeeded/);
  const { stdout: json } = await call("history", id, "--json");
  expect(json).not.toMatch(/submittedBy/);
  const { stdout: withPersons } = await call("history", id, "--submitted-by");
  expect(withPersons).toMatch(/^submitted +by +type .*\n\S+ +\S+ +OnDemand/);
});

test.each([
  ["history", [id]],
  ["run", [id]],
  ["backfill", [id, "--from", "2026-01", "--to", "2026-01"]],
])("%s --json leaves standard output to the JSON, also while the service is throttled", async (command, args) => {
  emulator.control.faults.add({
    match: { operation: "exports.history" },
    effect: { status: 429, headers: { "retry-after": "1" } },
    times: 1,
  });
  const { code, stdout, stderr } = await call(command, ...args, "--json");
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ exportId: id });
  expect(stderr).toMatch(/HTTP 429.*The next attempt is in/);
});

test("a second run is a new one", async () => {
  await call("run", id);
  await call("run", id);
  expect(emulator.control.requests.count({ operation: "exports.run", status: 200 })).toBe(2);
});

test.each([
  [["run", "daily"], /no id of an export/],
  [["run", id.replace("daily", "absent")], /There is no export .*absent/],
  [["run", id, "--from", "2026-10-01"], /--from and --to go together/],
  [["run", id, "--from", "monday", "--to", "friday"], /--from and --to are days, such as 2026-03-01/],
  [["run", id, "--from", "2026-01-01", "--to", "2026-02-01"], /backfill EXPORT-ID --from 2026-01 --to 2026-02\./],
  [["backfill", id, "--from", "2026-1", "--to", "2026-02"], /--from is "2026-1"; write the month as 2026-03/],
  [["backfill", id, "--from", "2026-02", "--to", "2026-01"], /--to is before --from/],
  [["report", "cost-details", "--scope", "/subscriptions/x", "--from", "2026-01-01"], /--from and --to go together/],
  [
    ["report", "reservation-details", "--billing-account", "1", "--from", "1.1.", "--to", "2026-01-31"],
    /--from is "1\.1\."; write the day as 2026-03-31/,
  ],
  [["history", id.replace("daily", "absent")], /There is no export .*absent/],
  [["backfill", id], /required option/],
])("%j fails with code 1 and a sentence", async (args, message) => {
  const { code, stdout, stderr } = await call(...args);
  expect(code).toBe(1);
  expect(stdout).toBe("");
  expect(stderr).toMatch(message);
});

test("download fetches what the newest run delivered, and tells what there is where a month is missing", async () => {
  await emulator.close();
  emulator = await startEmulator({ storage: { folder: join(home, "storage") }, data: { seed: 7, rows: 5 } });
  const subscription = emulator.environment["ARM_SUBSCRIPTION_ID"] ?? "";
  const account = await makeAccount({ emulator }, "costs0001");
  const daily = `/subscriptions/${subscription}/providers/Microsoft.CostManagement/exports/daily`;
  emulator.control.exports.put(daily, {
    properties: {
      definition: { type: "FocusCost", timeframe: "TheLastMonth" },
      deliveryInfo: { destination: { container: "costs", resourceId: account } },
      format: "Csv",
      partitionData: true,
    },
  });
  const ran = await call("run", daily, "--json");
  expect([ran.code, ran.stderr]).toEqual([0, expect.stringContaining("Completed")]);
  const [{ rowCount, byteCount }] = JSON.parse(ran.stdout).runs;
  expect(rowCount).toBeGreaterThan(100);

  const out = join(home, "out");
  const { code, stdout } = await call("download", daily, "--out", out, "--flat", "--json");
  expect(code).toBe(0);
  const told = JSON.parse(stdout);
  expect(told).toMatchObject({ rowCount, byteCount, files: [{ target: join(out, "part_0_0001.csv"), byteCount }] });
  // One row a line, below a header; no value of these rows holds a line break.
  expect(readFileSync(join(out, "part_0_0001.csv"), "utf8").trim().split("\n")).toHaveLength(Number(rowCount) + 1);

  const missing = await call("download", daily, "--out", out, "--month", "2019-01");
  expect(missing.code).toBe(1);
  expect(missing.stderr).toMatch(/no run with data of 2019-01\. It has delivered: \d{4}-\d{2}\./);
  const both = await call("download", daily, "--out", out, "--month", "2019-01", "--run", "x");
  expect([both.code, both.stderr]).toEqual([1, "error: Name a run or a month, not both.\n"]);
});
