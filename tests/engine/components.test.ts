/** The components on the real Pulumi CLI, with a stand-in for the azure-native plugin (tests/support/azure-native-stand-in.cjs). */
import { installAzureNative } from "../support/install-azure-native.cjs";
import { succeeded, withProject, type Project } from "../support/stack";

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

/** Time passes, so that registrations and runs end. */
async function whileTimePasses<T>(project: Project, action: Promise<T>): Promise<T> {
  const timer = setInterval(() => project.emulator.control.clock.advance(60_000), 200);
  try {
    return await action;
  } finally {
    clearInterval(timer);
  }
}

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
    const path = "/subscriptions/{}/resourceGroups/finops".replace(
      "{}",
      project.emulator.environment["ARM_SUBSCRIPTION_ID"] ?? "",
    );
    await putArm(project, path, "2024-03-01", { location: "westeurope" });
    await putArm(project, `${path}/providers/Microsoft.Storage/storageAccounts/finops`, "2024-01-01", {
      location: "westeurope",
      kind: "StorageV2",
      sku: { name: "Standard_LRS" },
    });
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

async function putArm(project: Project, path: string, apiVersion: string, body: object): Promise<void> {
  const { environment, httpUrl } = project.emulator;
  const identity = await fetch(
    `${environment["ARM_MSI_ENDPOINT"] ?? ""}?api-version=2019-08-01&resource=https://management.azure.com/`,
    {
      headers: { "x-identity-header": environment["IDENTITY_HEADER"] ?? "" },
    },
  );
  const { access_token: token } = (await identity.json()) as { access_token: string };
  const answer = await fetch(`${httpUrl}${path}?api-version=${apiVersion}`, {
    method: "PUT",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(answer.ok).toBe(true);
}
