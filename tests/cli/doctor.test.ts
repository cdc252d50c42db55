/** `azure-cost-exports doctor` as a person calls it: the built command, against the emulator. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { account, ea, idOf, openWorld, subscription, type World } from "../provider/functions/doctor-world";

const main = join(__dirname, "../../dist/cli/main.js");
let world: World & { close(): Promise<void> };

beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function call(args: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<Result> {
  const env = { ...process.env, ...world.emulator.environment, AZURE_COST_EXPORTS_MIN_RETRY_DELAY: "1", ...more };
  return new Promise((resolve) => {
    execFile(process.execPath, [main, "doctor", ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

test("a healthy set-up: exit code 0, and one line for each check", async () => {
  world.putExport("daily");
  const { code, stdout, stderr } = await call(["--scope", subscription, "--storage", account, "--container", "costs"]);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/^Fine\n\n {2}sign-in\n {4}token: A token was issued by tenant /);
  expect(stdout).toContain("    container: Container costs is there.\n");
  expect(stdout).toMatch(/\n0 errors, 0 warnings, 0 not known, \d+ fine\n$/);
  expect(stdout).not.toMatch(/why:|cure:/);
});

test("problems come first, grouped by what was looked at, with why and cure, and make the exit code 1", async () => {
  world.putExport("plain", { identity: false });
  await world.changeAccount({ properties: { allowSharedKeyAccess: false, allowedCopyScope: "AAD" } });
  const { code, stdout } = await call(["--scope", subscription, "--scope", ea]);
  expect(code).toBe(1);
  const lines = stdout.split("\n");
  expect(lines.slice(0, 4)).toEqual([
    "Errors",
    "",
    `  ${account}`,
    "    sharedKey: Shared keys are disabled, and these exports have no identity: plain.",
  ]);
  expect(lines.slice(4, 7)).toEqual([
    expect.stringMatching(/^ {6}why: {2}Without an identity/),
    'cure: Give plain identity: { type: "SystemAssigned" } and location: "global", and run: pulumi up'.padStart(
      "cure: ".length +
        6 +
        'Give plain identity: { type: "SystemAssigned" } and location: "global", and run: pulumi up'.length,
    ),
    "    copyScope: allowedCopyScope is AAD: copies from other accounts are blocked.",
  ]);
  const titles = lines.filter((line) => ["Errors", "Warnings", "Not known", "Fine"].includes(line));
  expect(titles).toEqual(["Errors", "Not known", "Fine"]);
  expect(stdout).toMatch(/\n2 errors, 0 warnings, 1 not known, \d+ fine\n$/);
});

test("warnings alone leave the exit code at 0", async () => {
  world.emulator.control.exports.delete(world.putExport("gone"));
  const { code, stdout } = await call(["--scope", subscription, "--storage", account]);
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^Warnings\n/)]);
  expect(stdout).toContain("cure: az role assignment delete --ids ");
});

test("--json prints one JSON object and nothing else", async () => {
  const id = world.putExport("daily");
  world.emulator.control.exports.edit(id, { properties: { schedule: { status: "SystemSuspended" } } });
  const { code, stdout, stderr } = await call(["--scope", subscription, "--json"]);
  expect([code, stderr]).toEqual([1, ""]);
  const report = JSON.parse(stdout) as { findings: object[]; summary: Record<string, number> };
  expect(report.findings[0]).toEqual({
    check: "suspended",
    severity: "error",
    subject: idOf("daily"),
    what: "The service has suspended it.",
    why: expect.any(String),
    cure: expect.stringContaining("pulumi up"),
  });
  expect(report.summary).toEqual({ error: 1, warning: 0, unknown: 0, ok: report.findings.length - 1 });
});

test("without a token it says so, in the same form, and asks nothing more", async () => {
  world.emulator.control.faults.add({
    match: { path: "msi/token" },
    effect: { status: 400, body: { error: "invalid_request", error_description: "Identity not found" } },
  });
  const { code, stdout } = await call(["--scope", subscription, "--json"]);
  expect([code, JSON.parse(stdout)]).toEqual([
    1,
    {
      findings: [
        expect.objectContaining({
          check: "token",
          severity: "error",
          what: expect.stringMatching(/Identity not found/),
        }),
      ],
      summary: { error: 1, warning: 0, unknown: 0, ok: 0 },
    },
  ]);
});

test.each([
  [[], /There is nothing to look at/],
  [["--scope", "123"], /none of the nine forms/],
  [["--scope", subscription, "--container", "costs"], /name that with --storage/],
  [["--scope", subscription, "--storage", "costs"], /no id of a storage account/],
  [["--stack", "dev", "--scope", subscription], /leave out --scope/],
])("%j is refused with a sentence", async (args, message) => {
  const { code, stdout, stderr } = await call(args);
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(/^error: /);
  expect(stderr).toMatch(message);
});

test("--stack without the Pulumi CLI says what is missing", async () => {
  const { code, stderr } = await call(["--stack"], { PATH: "/nonexistent" });
  expect([code, stderr]).toEqual([1, expect.stringContaining("The Pulumi CLI is not on PATH")]);
});
