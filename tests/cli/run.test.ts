/** The commands that run exports, as a person calls them, against the emulator. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmulator, type Emulator } from "../../emulator";

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
    env: { ...process.env, ...emulator.environment, XDG_STATE_HOME: home },
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
});

test("a second run is a new one", async () => {
  await call("run", id);
  await call("run", id);
  expect(emulator.control.requests.count({ operation: "exports.run", status: 200 })).toBe(2);
});

test.each([
  [["run", "daily"], /no id of an export/],
  [["run", id.replace("daily", "absent")], /There is no export .*absent/],
  [["run", id, "--from", "2026-10-01"], /timePeriod needs from and to/],
  [["backfill", id, "--from", "2026-1", "--to", "2026-02"], /write the month as 2026-03/],
  [["history", id.replace("daily", "absent")], /There is no export .*absent/],
  [["backfill", id], /required option/],
])("%j fails with code 1 and a sentence", async (args, message) => {
  const { code, stdout, stderr } = await call(...args);
  expect(code).toBe(1);
  expect(stdout).toBe("");
  expect(stderr).toMatch(message);
});
