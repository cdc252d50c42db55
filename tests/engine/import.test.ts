/** Exports that exist already, taken into a stack on the real Pulumi CLI with what `azure-cost-exports import` writes. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { transformSync } from "@swc/core";
import { succeeded, withProject, type Project } from "../support/stack";

jest.setTimeout(180_000);

const run = promisify(execFile);
const root = join(__dirname, "../..");
const subscription = "/subscriptions/11111111-1111-1111-1111-111111111111";
const billing = "/providers/Microsoft.Billing/billingAccounts/123456";
const account = `${subscription}/resourceGroups/finops/providers/Microsoft.Storage/storageAccounts/finopscosts`;
const idOf = (scope: string, name: string) => `${scope}/providers/Microsoft.CostManagement/exports/${name}`;
const recurrencePeriod = { from: "2099-01-01T00:00:00Z", to: "2104-01-01T00:00:00Z" };
const daily = { status: "Active", recurrence: "Daily", recurrencePeriod };
const old = "2023-11-01";

interface Given {
  readonly scope: string;
  readonly name: string;
  readonly version?: string;
  readonly body: {
    readonly properties: Record<string, unknown>;
    readonly identity?: object;
    readonly location?: string;
  };
}

const toFolder = (rootFolderPath: string) => ({
  deliveryInfo: { destination: { resourceId: account, container: "costs", rootFolderPath } },
});
const ofType = (type: string, schedule: object, timeframe = "MonthToDate", dataSet: object = {}) => ({
  properties: { definition: { type, timeframe, dataSet }, schedule, ...toFolder(type.toLowerCase()) },
});
const filters = [
  { name: "reservationScope", value: "Shared" },
  { name: "resourceType", value: "VirtualMachines" },
  { name: "lookBackPeriod", value: "Last30Days" },
];
const bySas = {
  container: "costs",
  storageAccount: "partner",
  sasToken: `sv=2024-11-04&ss=b&srt=sco&sp=rwdlac&sig=${"s".repeat(43)}`,
  rootFolderPath: "sas",
};

/** Every dataset in both generations, in the forms in which tools and the portal write them. */
const given: readonly Given[] = [
  ...["Usage", "ActualCost", "AmortizedCost"].flatMap((type) => [
    { scope: subscription, name: `old-${type}`, version: old, body: ofType(type, daily) },
    { scope: billing, name: `new-${type}`, body: ofType(type, daily, "MonthToDate", { granularity: "Daily" }) },
  ]),
  {
    scope: billing,
    name: "focus",
    body: {
      identity: { type: "systemAssigned" },
      location: "global",
      properties: {
        ...ofType("FocusCost", { ...daily, status: "Inactive" }, "MonthToDate", {
          configuration: { dataVersion: "1.0" },
        }).properties,
        format: "PARQUET",
        compressionMode: "Snappy",
        partitionData: "true",
        dataOverwriteBehavior: "CreateNewReport",
        exportDescription: 'FinOps "daily"',
      },
    },
  },
  { scope: billing, name: "Prices", body: ofType("Pricesheet", daily, "TheCurrentMonth") },
  { scope: billing, name: "ri_details", body: ofType("ReservationDetails", daily) },
  { scope: billing, name: "ri_transactions", body: ofType("ReservationTransactions", daily) },
  {
    scope: billing,
    name: "ri_recommendations",
    body: ofType("ReservationRecommendations", daily, "MonthToDate", { configuration: { filters } }),
  },
  {
    scope: billing,
    name: "once",
    body: {
      properties: {
        definition: {
          type: "ActualCost",
          timeframe: "Custom",
          timePeriod: { from: "2026-01-01T00:00:00Z", to: "2026-01-31T00:00:00Z" },
          dataSet: { configuration: { columns: ["Date", "Cost"] } },
        },
        schedule: { status: "Inactive" },
        ...toFolder("once"),
      },
    },
  },
  {
    scope: subscription,
    name: "old-slash",
    version: "2020-06-01",
    body: { properties: { definition: { timeframe: "TheLastMonth" }, ...toFolder("/root") } },
  },
  {
    scope: `${subscription}/resourceGroups/finops`,
    name: "old-Usage",
    version: "2021-10-01",
    body: { ...ofType("Usage", { ...daily, recurrence: "Monthly" }, "TheLastMonth") },
  },
  {
    scope: billing,
    name: "old-partner",
    version: old,
    body: { properties: { ...ofType("Usage", daily).properties, deliveryInfo: { destination: bySas } } },
  },
  {
    scope: billing,
    name: "partner",
    body: { properties: { ...ofType("ActualCost", daily).properties, deliveryInfo: { destination: bySas } } },
  },
];

/** Calls the command as a process of its own, in the project's folder. */
async function importCommand(project: Project, ...args: readonly string[]): Promise<{ secrets: readonly string[] }> {
  const main = join(root, "dist/cli/main.js");
  const files = ["--out", "import.json", "--program", "index.ts", "--json"];
  const env = { ...process.env, ...project.emulator.environment };
  const { stdout } = await run(process.execPath, [main, "import", ...args, ...files], { cwd: project.folder, env });
  const { commands } = JSON.parse(stdout) as { commands: readonly string[] };
  return { secrets: commands.flatMap((command) => /^pulumi config set --secret (\S+)$/.exec(command)?.[1] ?? []) };
}

/** The printed program, made to run from a folder for which Pulumi compiles no TypeScript. */
function useProgram(project: Project, change: (program: string) => string = (text) => text): void {
  const text = change(readFileSync(join(project.folder, "index.ts"), "utf8"));
  const options = {
    jsc: { parser: { syntax: "typescript" }, target: "es2022" },
    module: { type: "commonjs" },
  } as const;
  project.write(transformSync(text, options).code);
}

async function compile(project: Project): Promise<void> {
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const options = ["--ignoreConfig", "--noEmit", "--strict", "--module", "nodenext", "--skipLibCheck", "index.ts"];
  // The compiler tells its findings on standard output, where a failing command's message does not show them.
  const findings = run(process.execPath, [tsc, ...options], { cwd: project.folder })
    .catch((error: unknown) => error as { readonly stdout: string })
    .then(({ stdout }) => stdout);
  expect(await findings).toBe("");
}

const importFile = ["import", "--file", "import.json", "--yes", "--protect=false", "--generate-code=false"];
const noChanges = async (project: Project) => succeeded(await project.preview(["--expect-no-changes"]));

test.each([
  ["as the emulator answers by default", {}],
  ["with defaults spelled out and values in the list's own case", { defaultsShown: true, enumCase: "canonical" }],
  ["with exports of the older generation that move", { newPutOnOldExport: "move" }, ["--no-keep-version"]],
] as const)("every dataset of both generations, %s", (_, switches, flags: readonly string[] = []) =>
  withProject(
    "",
    async (project) => {
      const { exports, requests } = project.emulator.control;
      const moves = flags.length > 0;
      for (const { scope, name, version, body } of given) exports.put(idOf(scope, name), body, version);
      const scopes = [subscription, `${billing.slice(1)}/`, `${subscription}/resourcegroups/finops`];
      const { secrets } = await importCommand(project, ...scopes.flatMap((scope) => ["--scope", scope]), ...flags);
      expect(secrets).toEqual(["oldPartnerSasToken", "partnerSasToken"]);
      if (!moves) await compile(project);
      useProgram(project);
      for (const key of secrets)
        succeeded(await project.run(["config", "set", "--secret", key, token, "--config-file", project.configFile]));

      const imported = succeeded(await project.run([...importFile, "--non-interactive"]));
      expect(imported.stdout + imported.stderr).not.toMatch(/failed to validate/);
      await noChanges(project);
      succeeded(await project.refresh());
      await noChanges(project);
      expect(requests.list({ category: "arm", method: "PUT" })).toEqual([]);
      expect(await project.exports()).toHaveLength(given.length);

      useProgram(project, (text) => text.replaceAll('container: "costs"', 'container: "finops"'));
      expect(succeeded(await project.up()).stdout).toMatch(new RegExp(`~ ${String(given.length)} updated`));
      for (const { scope, name, version } of given)
        expect(exports.get(idOf(scope, name), moves ? undefined : version)).toHaveProperty(
          "properties.deliveryInfo.destination.container",
          "finops",
        );
      await noChanges(project);
      const state = JSON.stringify(await project.exportState());
      for (const secret of ["s".repeat(43), "t".repeat(43)]) expect(state).not.toContain(secret);

      succeeded(await project.destroy());
      for (const { scope, name } of given) expect(() => exports.get(idOf(scope, name))).toThrow(/No export found/);
    },
    { switches },
  ),
);

const token = `sv=2024-11-04&ss=b&srt=sco&sp=rwdlac&sig=${"t".repeat(43)}`;
