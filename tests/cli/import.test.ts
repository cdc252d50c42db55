/** `azure-cost-exports import` as a person calls it, against the emulator. */
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { importCommand } from "../../cli/commands/import";
import { startEmulator, type Emulator } from "../../emulator";

const scope = "/subscriptions/11111111-1111-1111-1111-111111111111";
const billing = "/providers/Microsoft.Billing/billingAccounts/123456";
const idOf = (name: string, at = scope) => `${at}/providers/Microsoft.CostManagement/exports/${name}`;
const destination = {
  container: "costs",
  resourceId: `${scope}/resourceGroups/finops/providers/Microsoft.Storage/storageAccounts/costs`,
};
const actual = { definition: { type: "ActualCost", timeframe: "MonthToDate" }, deliveryInfo: { destination } };

let emulator: Emulator;
let folder: string;
const environment = { ...process.env };

beforeEach(async () => {
  emulator = await startEmulator();
  Object.assign(process.env, emulator.environment);
  folder = mkdtempSync(join(tmpdir(), "azure-cost-exports-import-"));
  emulator.control.exports.put(idOf("daily"), { properties: actual });
  emulator.control.exports.put(idOf("older"), { properties: actual }, "2023-11-01");
});
afterEach(async () => {
  process.env = { ...environment };
  process.exitCode = undefined;
  rmSync(folder, { recursive: true, force: true });
  await emulator.close();
});

interface Result {
  readonly code: typeof process.exitCode;
  readonly stdout: string;
  readonly stderr: string;
}

async function call(...args: readonly string[]): Promise<Result> {
  const [stdout, stderr]: [string[], string[]] = [[], []];
  const spies = [
    jest.spyOn(console, "log").mockImplementation((line: string) => void stdout.push(line)),
    jest.spyOn(console, "error").mockImplementation((line: string) => void stderr.push(line)),
  ];
  try {
    await importCommand().exitOverride().parseAsync(args, { from: "user" });
    return { code: process.exitCode, stdout: stdout.join("\n"), stderr: stderr.join("\n") };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

const file = (name: string) => join(folder, name);
const read = (name: string) => readFileSync(file(name), "utf8");

test("writes both files, and says what comes next", async () => {
  const { code, stdout, stderr } = await call(
    ...["--scope", scope, "--out", file("import.json"), "--program", file("index.ts")],
  );
  expect([code, stderr]).toEqual([undefined, ""]);
  expect(stdout).toContain(`daily: ${idOf("daily")} (api-version 2025-03-01)`);
  expect(stdout).toContain(`older: ${idOf("older")} (api-version 2023-11-01)`);
  expect(stdout).toContain(`pulumi import --file ${file("import.json")} --yes --protect=false --generate-code=false`);
  expect(stdout).toMatch(/pulumi preview --expect-no-changes$/);
  expect(read("index.ts")).toContain('new Export("older"');
  const { resources } = JSON.parse(read("import.json")) as { resources: { name: string }[] };
  expect(resources.map(({ name }) => name)).toEqual(["daily", "older"]);
  expect(emulator.control.requests.list({ category: "arm", method: "PUT" })).toEqual([]);
});

test("without --program standard output is the program and nothing else", async () => {
  const { stdout, stderr } = await call("--scope", scope, "--name", "d*", "--out", file("import.json"));
  expect(stdout).toMatch(/^import \{ Export \}.*new Export\("daily".*\}\);$/s);
  expect(stderr).toMatch(/Make the program a part of your project/);
});

test("--json prints one object, with the commands and what a person should know", async () => {
  const partner = { container: "costs", storageAccount: "partner", sasToken: `sig=${"s".repeat(40)}` };
  emulator.control.exports.put(idOf("sas", billing), {
    properties: { ...actual, deliveryInfo: { destination: partner } },
  });
  const { code, stdout } = await call(
    ...["--scope", billing, "--name-prefix", "x-", "--out", file("import.json"), "--json"],
    ...[idOf("daily"), idOf("absent")],
  );
  expect(code).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({
    exports: [
      { resourceName: "x-sas" },
      { resourceName: "x-daily", id: idOf("daily"), apiVersion: "2025-03-01", remarks: [] },
    ],
    skipped: [],
    missing: [idOf("absent")],
    importFile: file("import.json"),
    program: expect.stringContaining('config.requireSecret("xSasSasToken")') as string,
    commands: [
      "pulumi config set --secret xSasSasToken",
      expect.stringMatching(/^pulumi import /) as string,
      "pulumi preview --expect-no-changes",
    ],
  });
});

test("--no-keep-version leaves the api-version out of the program", async () => {
  const { stdout } = await call("--scope", scope, "--no-keep-version", "--out", file("import.json"));
  expect(stdout).not.toContain("apiVersion");
});

test("replaces no file unasked, and reads nothing before saying so", async () => {
  writeFileSync(file("index.ts"), "mine");
  const args = ["--scope", scope, "--out", file("import.json"), "--program", file("index.ts")];
  await expect(call(...args)).rejects.toThrow(/index\.ts exists already.*--force/);
  expect(read("index.ts")).toBe("mine");
  expect(emulator.control.requests.list({ category: "arm" })).toEqual([]);
  await call(...args, "--force");
  expect(read("index.ts")).toContain("new Export");
});

test.each([
  [
    "the folder of one is missing",
    ["--program", "no/such/folder/index.ts"],
    /no folder for .*no\/such\/folder\/index\.ts/,
  ],
  ["both are the same", ["--program", "import.json"], /--out and --program name the same file/],
])("writes neither file where %s", async (_, args, message) => {
  const [option = "", name = ""] = args;
  const both = ["--scope", scope, "--out", file("import.json"), option, file(name)];
  await expect(call(...both)).rejects.toThrow(message);
  expect(readdirSync(folder)).toEqual([]);
  expect(emulator.control.requests.list({ category: "arm" })).toEqual([]);
});

test.each([
  ["nothing at the scope", ["--scope", billing], /no export was found/],
  ["no such name", ["--scope", scope, "--name", "z*"], /no export was found/],
  ["an id that is not there", [idOf("absent")], /absent: not found/],
  ["no scope at all", [], /There is no scope.*--scope/],
  ["a pattern without a scope", [idOf("daily"), "--name", "d*"], /--name chooses among the exports of a scope/],
  ["a scope in a wrong form", ["--scope", "123456"], /Did you mean .*billingAccounts\/123456/],
])("%s: writes nothing", async (_, args, message) => {
  await expect(call(...args, "--out", file("import.json"))).rejects.toThrow(message);
  expect(existsSync(file("import.json"))).toBe(false);
});
