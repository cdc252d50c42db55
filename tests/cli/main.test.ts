/** What the command line says when it is called wrongly, cut off or stopped, as a person meets it. */
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { progressLine } from "../../cli/output";
import { startEmulator, type Emulator } from "../../emulator";

jest.setTimeout(60_000);

const subscription = "/subscriptions/11111111-1111-1111-1111-111111111111";
const id = `${subscription}/providers/Microsoft.CostManagement/exports/daily`;
const resourceId = `${subscription}/resourceGroups/r/providers/Microsoft.Storage/storageAccounts/a`;
let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "azure-cost-exports-main-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

interface Command {
  readonly child: ChildProcess;
  /** What was said on standard error so far. */
  readonly said: () => string;
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>;
}

/** Calls the command with nothing of this machine's environment but what is given. */
function start(args: readonly string[], environment: object = {}, stdout: "pipe" | number = "pipe"): Command {
  const child = spawn(process.execPath, [join(__dirname, "../../dist/cli/main.js"), ...args], {
    env: { HOME: home, XDG_STATE_HOME: home, AZURE_COST_EXPORTS_MIN_RETRY_DELAY: "50", ...environment },
    stdio: ["ignore", stdout, "pipe"],
  });
  let [out, error] = ["", ""];
  child.stdout?.on("data", (chunk: Buffer) => (out += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (error += chunk.toString()));
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    child.on("close", (code) => resolve({ code, stdout: out, stderr: error }));
  });
  return { child, said: () => error, ended };
}

/** Calls it against an emulator that holds an export; ten minutes pass each tenth of a second. */
async function withEmulator(act: (emulator: Emulator) => Promise<void>): Promise<void> {
  const emulator = await startEmulator({
    storage: { folder: join(home, "storage") },
    data: { seed: 7, rows: 5 },
    reportTimes: { processingMs: 500, linksMs: 365 * 86_400_000 },
  });
  const timer = setInterval(() => emulator.control.clock.advance("PT10M"), 100);
  try {
    emulator.control.exports.put(id, {
      properties: {
        definition: { type: "FocusCost", timeframe: "MonthToDate" },
        deliveryInfo: { destination: { container: "costs", resourceId } },
      },
    });
    await act(emulator);
  } finally {
    clearInterval(timer);
    await emulator.close();
  }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
}

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" ? (address?.port ?? 0) : 0;
}

test("without a command it shows all of them, as an error", async () => {
  const { code, stdout, stderr } = await start([]).ended;
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(/backfill .*history .*download .*doctor .*emulator /s);
});

test.each([
  [["run"], "azure-cost-exports run --help"],
  [["history", id, "--jsno"], "azure-cost-exports history --help"],
  [["report", "cost-details"], "azure-cost-exports report cost-details --help"],
  [["nonsense"], "azure-cost-exports --help"],
])("%j names the help that tells how to call it", async (args, help) => {
  const { code, stdout, stderr } = await start(args).ended;
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(/^error: /);
  expect(stderr).toContain(`"${help}"`);
});

test("without a sign-in it names the settings that a command reads, and none of a stack", async () => {
  const { code, stderr } = await start(["history", id], { PATH: "" }).ended;
  expect(code).toBe(1);
  expect(stderr).toMatch(/Set ARM_CLIENT_ID, ARM_TENANT_ID and ARM_CLIENT_SECRET.*or run az login/);
  expect(stderr).not.toContain("azure-native:");
});

test("without a network it speaks of the command, and of no deployment", async () => {
  const closed = `http://127.0.0.1:${await closedPort()}`;
  const signIn = { ARM_CLIENT_ID: "a", ARM_TENANT_ID: "b", ARM_CLIENT_SECRET: "c" };
  const { code, stdout, stderr } = await start(["run", id, "--json"], { ARM_METADATA_HOSTNAME: closed, ...signIn })
    .ended;
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(/ECONNREFUSED.*run the command again\.\n$/s);
});

test("DEBUG tells the stacks of a failure and of its cause", async () => {
  const away = { DEBUG: "1", ARM_METADATA_HOSTNAME: `http://127.0.0.1:${await closedPort()}` };
  const signIn = { ARM_CLIENT_ID: "a", ARM_TENANT_ID: "b", ARM_CLIENT_SECRET: "c" };
  const { stderr } = await start(["history", id], { ...away, ...signIn }).ended;
  expect(stderr).toMatch(/^ResourceError: .*\n +at .*\nCaused by: ArmConnectionError: .*\n +at /s);
});

test("a reader that has had enough ends nothing", async () => {
  await withEmulator(async (emulator) => {
    const command = start(
      ["import", "--scope", subscription, "--out", join(home, "import.json")],
      emulator.environment,
    );
    command.child.stdout?.destroy();
    expect(await command.ended).toMatchObject({ code: 0, stderr: expect.stringContaining("Wrote") as string });
  });
});

(existsSync("/dev/full") ? test : test.skip)("output that has no room is a failure", async () => {
  await withEmulator(async (emulator) => {
    const { code, stderr } = await start(["history", id], emulator.environment, openSync("/dev/full", "w")).ended;
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^error: .*no space left/)]);
  });
});

test("a backfill that is stopped says that it goes on, and starts no month twice", async () => {
  await withEmulator(async (emulator) => {
    const args = ["backfill", id, "--from", "2026-01", "--to", "2026-03", "--json"];
    const stopped = start(args, emulator.environment);
    await until(() => stopped.said().includes("run 2 of 3"));
    stopped.child.kill("SIGINT");
    expect((await stopped.ended).stderr).toMatch(/Stopped\. The same command goes on from here\.\n$/);
    expect(stopped.child.signalCode).toBe("SIGINT");
    const { code, stdout } = await start(args, emulator.environment).ended;
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { succeeded: 3, failed: 0 }]);
    expect(emulator.control.requests.count({ operation: "exports.run", status: 200 })).toBe(3);
  });
});

test("a report that is stopped while it is downloaded is not made again", async () => {
  await withEmulator(async (emulator) => {
    const args = ["report", "cost-details", "--scope", subscription, "--out", join(home, "out"), "--json"];
    emulator.control.faults.add({ match: { category: "blob" }, effect: { delayMs: 2_000 }, times: 1 });
    const stopped = start(args, emulator.environment);
    await until(() => existsSync(join(home, "out")));
    stopped.child.kill("SIGINT");
    await stopped.ended;
    emulator.control.faults.clear();
    const { code, stdout, stderr } = await start(args, emulator.environment).ended;
    expect([code, stderr]).toEqual([0, ""]);
    expect(JSON.parse(stdout)).toMatchObject({ status: "Completed", files: [{}] });
    expect(emulator.control.requests.count({ method: "POST", category: "arm" })).toBe(1);
  });
});

test("progress is one line that fits the terminal, by the end of the path", () => {
  const written: string[] = [];
  const terminal = { isTTY: true, columns: 40, write: (text: string) => written.push(text) };
  progressLine(terminal as unknown as NodeJS.WriteStream)?.(`costs/${"x".repeat(80)}/part_0_0001.csv`, 2e6, 2e6);
  expect(written).toEqual(["\r\x1b[K…xxxx/part_0_0001.csv: 2.0 MB of 2.0 MB\n"]);
});
