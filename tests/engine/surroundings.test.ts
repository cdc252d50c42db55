/** What stands around an export, on the real Pulumi CLI. */
import { succeeded, withProject } from "../support/stack";

jest.setTimeout(120_000);

const subscription = "/subscriptions/11111111-1111-1111-1111-111111111111";
const program = (args: object) => `
const pulumi = require("@pulumi/pulumi");
const { Export, ExportPrincipal } = require("pulumi-azure-cost-exports");
const daily = new Export("daily", {
  scope: "${subscription}",
  definition: { type: "FocusCost", timeframe: "MonthToDate", dataSet: { configuration: { dataVersion: "1.0" } } },
  deliveryInfo: { destination: { resourceId: "${subscription}/resourceGroups/r/providers/Microsoft.Storage/storageAccounts/a", container: "costs" } },
  identity: { type: "SystemAssigned" }, location: "global", partitionData: true, ...${JSON.stringify(args)},
});
const principal = new ExportPrincipal("principal", { exportId: daily.id });
// Stands for a role assignment: every change of its principal replaces it.
const provider = {
  create: async (inputs) => ({ id: "assignment-" + inputs.principalId, outs: inputs }),
  diff: async (id, olds, news) => ({ changes: olds.principalId !== news.principalId, replaces: ["principalId"], deleteBeforeReplace: true }),
};
class Assignment extends pulumi.dynamic.Resource {
  constructor(name, props) { super(provider, name, props); }
}
new Assignment("assignment", { principalId: principal.principalId });
exports.principalId = principal.principalId;
`;

test("a change of an export shows no role assignment as replaced or unknown in preview; a replacement does replace it", () =>
  withProject(program({}), async (project) => {
    succeeded(await project.up());
    project.write(program({ format: "Parquet" }));
    const preview = succeeded(await project.preview());
    expect(preview.stdout).toMatch(/~ 1 to update/);
    expect(preview.stdout).not.toMatch(/replace|\\+-/);
    expect(succeeded(await project.up()).stdout).toMatch(/~ 1 updated/);

    project.write(program({ format: "Parquet", exportName: "other" }));
    expect(succeeded(await project.preview()).stdout).toMatch(/3 to replace/);
    expect(succeeded(await project.up()).stdout).toMatch(/3 replaced/);
    expect(succeeded(await project.up()).stdout).toMatch(/4 unchanged/);
    succeeded(await project.destroy());
  }));

test("an export without an identity has no principal, and the cure is said", () =>
  withProject(program({ identity: { type: "None" }, location: undefined }), async (project) => {
    const { code, stdout } = await project.up();
    expect(code).not.toBe(0);
    expect(stdout).toMatch(/has no managed identity\. Give it identity/);
  }));

test("a provider is registered, waited for, and left registered", () => {
  const text = `
const { ProviderRegistration } = require("pulumi-azure-cost-exports");
const registration = new ProviderRegistration("exports", { subscriptionId: process.env.ARM_SUBSCRIPTION_ID });
exports.state = registration.registrationState;
`;
  return withProject(text, async (project) => {
    const timer = setInterval(() => project.emulator.control.clock.advance(30_000), 200);
    try {
      expect(succeeded(await project.up()).stdout).toMatch(/state\s*: "Registered"/);
      expect(succeeded(await project.up()).stdout).toMatch(/2 unchanged/);
      succeeded(await project.refresh());
      const registered = project.emulator.control.requests.count({ category: "arm", method: "POST" });
      expect(registered).toBeLessThanOrEqual(1);
      succeeded(await project.destroy());
    } finally {
      clearInterval(timer);
    }
  });
});
