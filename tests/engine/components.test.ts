/** The components on the real Pulumi CLI, with a stand-in for the azure-native plugin (tests/support/azure-native-stand-in.cjs). */
import { askArm, makeAccount, makeContainer, roleAssignments, whileTimePasses } from "../support/azure-native";
import { installAzureNative } from "../support/install-azure-native.cjs";
import { openProject, succeeded, withProject } from "../support/stack";

jest.setTimeout(180_000);

const program = (args: object) => `
const { CostExport } = require("pulumi-azure-cost-exports/components");
const subscription = "/subscriptions/" + process.env.ARM_SUBSCRIPTION_ID;
const costs = new CostExport("focus", {
  scope: subscription,
  readers: [{ principalId: "99999999-0000-4000-8000-000000000001", principalType: "Group" }],
  ...${JSON.stringify(args)},
});
exports.exportId = costs.export.id;
exports.destination = costs.destination.destination;
exports.principalId = costs.access.principal.principalId;
`;

test("an export with storage, registration, identity and readers goes up, changes, and comes down", () =>
  withProject(
    program({ grant: "account" }),
    async (project) => {
      installAzureNative(project);
      succeeded(await project.preview());
      const up = succeeded(await whileTimePasses(project, project.up()));
      expect(up.stdout).toMatch(/container\s*: "cost-exports"/);
      expect(succeeded(await project.up()).stdout).toMatch(/unchanged/);

      project.write(program({ grant: "account", export: { exportDescription: "changed" } }));
      const preview = succeeded(await project.preview());
      expect(preview.stdout).toMatch(/~ 1 to update/);
      expect(preview.stdout).not.toMatch(/to replace/);
      expect(succeeded(await project.up()).stdout).toMatch(/~ 1 updated/);

      succeeded(await project.destroy());
      expect((await project.exports()).length).toBe(0);
    },
    { runTimes: { queuedMs: 100, processingMs: 300 } },
  ));

test.each([
  ["service", ["container"]],
  ["account", ["account", "container"]],
] as const)(
  "with grant %s a run delivers, no two assignments share a scope, and a destroy leaves none",
  (grant, scopes) =>
    withProject(
      program({ grant, readers: [], run: true, backfill: { from: "2026-08", to: "2026-09" } }),
      async (project) => {
        installAzureNative(project);
        succeeded(await whileTimePasses(project, project.up()));
        const { principalId } = await project.outputs();
        const made = await roleAssignments(project);
        expect(made.every(({ properties }) => properties.principalId === principalId)).toBe(true);
        const kinds = made.map(({ properties: { scope } }) =>
          /\/containers\/[^/]+$/.test(scope) ? "container" : "account",
        );
        expect(kinds.sort()).toEqual(scopes);
        const runs = (await project.resources()).filter(({ type }) => type.endsWith(":ExportRun"));
        expect(runs.map(({ outputs }) => [outputs["succeeded"], outputs["failed"]])).toEqual([
          [1, 0],
          [2, 0],
        ]);

        succeeded(await whileTimePasses(project, project.destroy()));
        expect(await roleAssignments(project)).toEqual([]);
      },
      { now: "2026-11-10T08:00:00Z", enforceRoles: true, runTimes: { queuedMs: 100, processingMs: 300 } },
    ),
);

test("a FinOps set covers its scopes without two exports in one folder", () => {
  const set = `
const { FinOpsExports } = require("pulumi-azure-cost-exports/components");
const subscription = "/subscriptions/" + process.env.ARM_SUBSCRIPTION_ID;
const account = "/subscriptions/" + process.env.ARM_SUBSCRIPTION_ID + "/resourceGroups/finops/providers/Microsoft.Storage/storageAccounts/finops";
new FinOpsExports("finops", {
  scopes: [subscription, "/providers/Microsoft.Billing/billingAccounts/123456", "/providers/Microsoft.Billing/billingAccounts/1:2_2019-05-31/billingProfiles/ABCD"],
  destination: { storageAccountId: account },
});
`;
  return withProject(set, async (project) => {
    installAzureNative(project);
    await makeAccount(project);
    succeeded(await whileTimePasses(project, project.up()));
    const exports = await project.exports();
    expect(exports).toHaveLength(2 + 6 + 6);
    const folders = exports.map(
      ({ outputs }) =>
        (outputs["deliveryInfo"] as { destination: { rootFolderPath: string } }).destination.rootFolderPath,
    );
    expect(new Set(folders).size).toBe(14);
    expect(folders.join()).not.toMatch(/:/);
    expect(succeeded(await project.up()).stdout).toMatch(/unchanged/);
    succeeded(await project.destroy());
  });
});

const intoHub = (...names: readonly string[]) => `
const { CostExport, ExportDestination } = require("pulumi-azure-cost-exports/components");
const subscription = "/subscriptions/" + process.env.ARM_SUBSCRIPTION_ID;
const hub = new ExportDestination("hub", {
  storageAccountId: subscription + "/resourceGroups/finops/providers/Microsoft.Storage/storageAccounts/finops",
  containerName: "msexports",
  createContainer: false,
});
exports.runs = ${JSON.stringify(names)}.map((name) =>
  new CostExport(name, { scope: subscription, destination: hub, run: true }).firstRun.succeeded);
`;

test("two stacks and their exports deliver into a container that was there before, and leave it there", () =>
  withProject(
    intoHub("alone"),
    async (one) => {
      installAzureNative(one);
      const container = await makeContainer(one, await makeAccount(one), "msexports");
      const other = await openProject(intoHub("costs", "usage"), one.emulator, "other");
      try {
        installAzureNative(other);
        succeeded(await one.preview());
        for (const project of [one, other]) {
          succeeded(await whileTimePasses(project, project.up()));
          expect((await project.resources()).filter(({ type }) => /Container|StorageAccount/.test(type))).toEqual([]);
          expect(succeeded(await project.up()).stdout).toMatch(/unchanged/);
        }
        expect([(await one.outputs())["runs"], (await other.outputs())["runs"]]).toEqual([[1], [1, 1]]);
        for (const project of [one, other]) succeeded(await whileTimePasses(project, project.destroy()));
        expect(await askArm(one, "GET", container, { apiVersion: "2024-01-01" })).toMatchObject({ name: "msexports" });
        expect(await roleAssignments(one)).toEqual([]);
      } finally {
        other.close();
      }
    },
    { runTimes: { queuedMs: 100, processingMs: 300 }, enforceRoles: true },
  ));

test("a first deployment asks ARM for no more than it needs, and the second for nothing", () =>
  withProject(program({}), async (project) => {
    installAzureNative(project);
    succeeded(await whileTimePasses(project, project.up()));
    const { requests } = project.emulator.control;
    const ours = requests
      .list({ category: "arm" })
      .filter(({ requestHeaders }) => /^pulumi-azure-cost-exports/.test(requestHeaders["user-agent"] ?? ""))
      .map(({ operation }) => operation);
    // docs/components.md says what each is for.
    expect(ours).toEqual([
      "providers.get",
      "providers.get",
      "exports.get",
      "exports.put",
      "exports.get",
      "roleAssignments.list",
    ]);
    requests.clear();
    succeeded(await project.up());
    expect(requests.list({ category: "arm" })).toEqual([]);
  }));
