/** `azure-cost-exports migrate` as a person calls it, against the emulator. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrateCommand } from "../../cli/commands/migrate";
import { startEmulator, type Emulator } from "../../emulator";

const subscription = "/subscriptions/11111111-1111-1111-1111-111111111111";
const account = `${subscription}/resourceGroups/finops/providers/Microsoft.Storage/storageAccounts/costs`;
const idOf = (name: string) => `${subscription}/providers/Microsoft.CostManagement/exports/${name}`;

let emulator: Emulator;
let folder: string;
const environment = { ...process.env };

beforeEach(async () => {
  emulator = await startEmulator();
  Object.assign(process.env, emulator.environment);
  folder = mkdtempSync(join(tmpdir(), "azure-cost-exports-migrate-"));
});
afterEach(async () => {
  process.env = { ...environment };
  process.exitCode = undefined;
  rmSync(folder, { recursive: true, force: true });
  await emulator.close();
});

interface Report {
  readonly exports: readonly {
    readonly resourceName: string;
    readonly apiVersion: string;
    readonly remarks: string[];
  }[];
  readonly missing: readonly string[];
  readonly program: string;
  readonly commands: readonly string[];
}

async function call(state: object, ...args: readonly string[]): Promise<Report> {
  writeFileSync(join(folder, "state.json"), JSON.stringify(state));
  const log = jest.spyOn(console, "log").mockImplementation(() => undefined);
  const files = ["--state", join(folder, "state.json"), "--out", join(folder, "import.json"), "--json"];
  try {
    await migrateCommand()
      .exitOverride()
      .parseAsync([...args, ...files], { from: "user" });
    return JSON.parse(log.mock.calls.map(([line]) => String(line)).join("\n")) as Report;
  } finally {
    log.mockRestore();
  }
}

/** What azurerm 4 leaves: an export by 2023-08-01, and its attributes in Terraform's state. */
function givenByTerraform(name: string): object {
  emulator.control.exports.put(
    idOf(name),
    {
      properties: {
        definition: { type: "Usage", timeframe: "MonthToDate" },
        deliveryInfo: { destination: { resourceId: account, container: "costs", rootFolderPath: "/root" } },
        schedule: {
          status: "Active",
          recurrence: "Daily",
          recurrencePeriod: { from: "2099-01-01T00:00:00Z", to: "2100-01-01T00:00:00Z" },
        },
        format: "Csv",
      },
    },
    "2023-08-01",
  );
  return instance(name);
}

function instance(name: string): object {
  return {
    index_key: name,
    attributes: {
      id: idOf(name),
      name,
      subscription_id: subscription,
      active: true,
      recurrence_type: "Daily",
      recurrence_period_start_date: "2099-01-01T00:00:00Z",
      recurrence_period_end_date: "2100-01-01T00:00:00Z",
      file_format: "Csv",
      export_data_options: [{ type: "Usage", time_frame: "MonthToDate" }],
      export_data_storage_location: [
        { container_id: `${account}/blobServices/default/containers/costs`, root_folder_path: "/root" },
      ],
    },
  };
}

const type = "azurerm_subscription_cost_management_export";
const terraform = (...instances: object[]) => ({
  version: 4,
  resources: [{ mode: "managed", type, name: "costs", instances }],
});

test("azurerm: the exports of a state, read from Azure, with the commands that let Terraform go", async () => {
  const report = await call(terraform(givenByTerraform("daily")), "--from", "azurerm");
  expect(report).toMatchObject({
    exports: [{ resourceName: "daily", apiVersion: "2023-11-01", remarks: [] }],
    missing: [],
  });
  expect(report.commands).toEqual([
    `pulumi import --file ${join(folder, "import.json")} --yes --protect=false --generate-code=false`,
    `terraform state rm '${type}.costs["daily"]'`,
    "pulumi preview --expect-no-changes",
  ]);
  expect(report.program).toContain('rootFolderPath: "root",');
});

test("what was changed since the tool last looked is told; what is gone is named, and left to it", async () => {
  const state = terraform(givenByTerraform("daily"), instance("gone"));
  emulator.control.exports.edit(idOf("daily"), { properties: { definition: { timeframe: "TheLastMonth" } } });
  const report = await call(state, "--from", "azurerm");
  expect(report.exports[0]?.remarks).toEqual([
    'definition.timeframe is "MonthToDate" in the state, and "TheLastMonth" in Azure.',
  ]);
  expect(report.missing).toEqual([idOf("gone")]);
  expect(report.commands.join("\n")).not.toContain('["gone"]');
  expect(process.exitCode).toBe(2);
});

test("a state without exports of the tool writes nothing", async () => {
  await expect(call({ version: 3, deployment: {} }, "--from", "azure-native")).rejects.toThrow(
    /state\.json holds no cost management export of azure-native/,
  );
  expect(existsSync(join(folder, "import.json"))).toBe(false);
});

test("a state that cannot be read is said with the reason", async () => {
  const away = ["--from", "azurerm", "--out", join(folder, "import.json"), "--state"];
  const reading = (state: string) =>
    migrateCommand()
      .exitOverride()
      .parseAsync([...away, state], { from: "user" });
  await expect(reading(join(folder, "none.json"))).rejects.toThrow(/none\.json: there is no such file or folder\./);
  await expect(reading(folder)).rejects.toThrow(/: it is a folder\./);
});

test("the file is the one that import writes", async () => {
  await call(terraform(givenByTerraform("daily")), "--from", "azurerm");
  const { resources } = JSON.parse(readFileSync(join(folder, "import.json"), "utf8")) as { resources: object[] };
  expect(resources).toEqual([
    expect.objectContaining({
      type: "pulumi-nodejs:dynamic/azure-cost-exports:Export",
      name: "daily",
      id: idOf("daily"),
      inputs: expect.objectContaining({ apiVersion: "2023-11-01" }) as object,
    }),
  ]);
});
