/** `azure-cost-exports doctor --stack` after a real `pulumi up`: it reads the stack, and Azure, and changes neither. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { subscriptionId } from "../../emulator";
import type { DoctorReport } from "../../provider/functions/doctor";
import { succeeded, withProject, type Project } from "../support/stack";
import { send } from "../emulator/client";

jest.setTimeout(180_000);

const main = join(__dirname, "../../dist/cli/main.js");
const subscription = `/subscriptions/${subscriptionId}`;
const account = `${subscription}/resourceGroups/finops/providers/Microsoft.Storage/storageAccounts/finopscosts`;
const billing = "/providers/Microsoft.Billing/billingAccounts/123456";
const idOf = (name: string, scope = subscription) => `${scope}/providers/Microsoft.CostManagement/exports/${name}`;
const token = `sv=2024-11-04&ss=b&srt=sco&sp=rwdlac&sig=${"s".repeat(43)}`;

const program = `
const pulumi = require("@pulumi/pulumi");
const { Export } = require("pulumi-azure-cost-exports");
const definition = { type: "ActualCost", timeframe: "MonthToDate" };
const schedule = { status: "Active", recurrence: "Daily" };
new Export("daily", {
  scope: ${JSON.stringify(subscription)},
  definition,
  schedule,
  identity: { type: "SystemAssigned" },
  location: "global",
  partitionData: true,
  deliveryInfo: { destination: { resourceId: ${JSON.stringify(account)}, container: "costs", rootFolderPath: "daily" } },
});
new Export("partner", {
  scope: ${JSON.stringify(billing)},
  definition,
  schedule,
  deliveryInfo: { destination: { storageAccount: "partner", container: "costs", sasToken: pulumi.secret(${JSON.stringify(token)}) } },
});
`;

interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function doctor(project: Project, ...args: readonly string[]): Promise<Result> {
  return new Promise((resolve) => {
    const options = { cwd: project.folder, env: project.environment };
    execFile(process.execPath, [main, "doctor", ...args], options, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

async function deploy({ emulator, up }: Project): Promise<void> {
  const put = async (path: string, body: object) => {
    const reply = await send(emulator, "PUT", `${path}?api-version=2023-05-01`, { body });
    expect(reply.status).toBeLessThan(300);
  };
  await put(`${subscription}/resourceGroups/finops`, { location: "westeurope" });
  await put(account, { kind: "StorageV2", location: "westeurope", sku: { name: "Standard_LRS" } });
  await put(`${account}/blobServices/default/containers/costs`, {});
  succeeded(await up());
}

test("after an up all is fine but what billing roles would tell; the other's exports of the scope are left alone", () =>
  withProject(program, async (project) => {
    await deploy(project);
    const { control } = project.emulator;
    // Not the stack's: its end is not looked at.
    const from = "2020-01-01T00:00:00Z";
    control.exports.put(idOf("theirs"), {
      properties: {
        definition: { type: "ActualCost", timeframe: "MonthToDate" },
        schedule: { status: "Inactive", recurrence: "Daily", recurrencePeriod: { from, to: "2021-01-01T00:00:00Z" } },
        deliveryInfo: { destination: { resourceId: account, container: "costs", rootFolderPath: "theirs" } },
      },
    });
    control.exports.edit(idOf("theirs"), { properties: { schedule: { status: "Active" } } });
    control.requests.clear();
    const { code, stdout, stderr } = await doctor(project, "--stack", project.name, "--json");
    expect([code, stderr]).toEqual([0, ""]);
    const { findings } = JSON.parse(stdout) as DoctorReport;
    const problems = findings.filter(({ severity }) => severity !== "ok");
    expect(problems.map(({ check, severity, subject }) => [check, severity, subject])).toEqual([
      ["scopeRights", "unknown", billing],
    ]);
    expect(findings).toContainEqual(
      expect.objectContaining({ check: "deliveryRole", severity: "ok", subject: account }),
    );
    // In the order of the state, which is that in which they were made.
    const recorded = findings.filter(({ check }) => check === "recorded").map(({ subject }) => subject);
    expect(recorded.sort()).toEqual([billing, subscription]);
    expect(control.requests.list({ category: "arm" }).filter(({ method }) => method !== "GET")).toEqual([]);
    expect(stdout + stderr).not.toContain("s".repeat(43));
  }));

test("faults that came after the up: an export deleted by hand, keys and firewall, an end that is near", () =>
  withProject(program, async (project) => {
    await deploy(project);
    const { control } = project.emulator;
    control.exports.delete(idOf("partner", billing));
    const soon = new Date(Date.now() + 10 * 86_400_000).toISOString();
    control.exports.edit(idOf("daily"), { properties: { schedule: { recurrencePeriod: { to: soon } } } });
    const properties = { networkAcls: { defaultAction: "Deny", bypass: "None" }, allowSharedKeyAccess: false };
    await send(project.emulator, "PATCH", `${account}?api-version=2023-05-01`, { body: { properties } });

    // The selected stack, which the up chose.
    succeeded(await project.run(["stack", "select"]));
    const { code, stdout } = await doctor(project, "--stack");
    expect(code).toBe(1);
    const told = stdout.slice(0, stdout.indexOf("\nFine\n"));
    expect(told).toMatch(/^Errors\n/);
    expect(told).toContain(`  ${idOf("partner", billing)}\n    recorded: The stack remembers it`);
    expect(told).toContain(`cure: az storage account update --ids ${account} --bypass AzureServices\n`);
    expect(told).toContain("schedule: Its schedule ends in 10 days");
    // Its identity passes both.
    expect(told).not.toMatch(/^ {4}(?:firewall|sharedKey):/m);
  }));

test("a stack that is not there, and one without exports", () =>
  withProject("", async (project) => {
    const absent = await doctor(project, "--stack", "absent");
    expect([absent.code, absent.stderr]).toEqual([1, expect.stringMatching(/"pulumi stack export" failed: .*absent/s)]);
    succeeded(await project.up());
    const empty = await doctor(project, "--stack", project.name);
    expect([empty.code, empty.stderr]).toEqual([0, expect.stringContaining("holds no export of this package")]);
    expect(empty.stdout).toBe("0 errors, 0 warnings, 0 not known, 0 fine\n");
  }));
