/** The policies of examples/policy-pack, asked by the real engine in a preview. */
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withProject, type Project } from "../support/stack";

jest.setTimeout(120_000);

const pack = join(__dirname, "../../examples/policy-pack");

/**
 * A program that starts the pack, which the engine takes in place of its folder: the language host of a CLI that was built from
 * Go modules cannot start policy packs. It does what that host does.
 */
function starter(project: Project): string {
  const script = join(project.folder, "policy-pack");
  const runner = require.resolve("@pulumi/pulumi/cmd/run-policy-pack");
  writeFileSync(script, `#!/bin/sh\ncd "${pack}" && exec "${process.execPath}" "${runner}" "$1" .\n`);
  chmodSync(script, 0o755);
  return script;
}

const program = (args: object) => `
const { Export } = require("pulumi-azure-cost-exports");
const subscription = "/subscriptions/" + process.env.ARM_SUBSCRIPTION_ID;
new Export("focus", {
  scope: subscription,
  definition: { type: "ActualCost", timeframe: "MonthToDate" },
  deliveryInfo: { destination: { container: "costs", resourceId:
    subscription + "/resourceGroups/finops/providers/Microsoft.Storage/storageAccounts/finopscosts" } },
  ...${JSON.stringify(args)},
});
`;

test("a preview refuses an export without an identity, and says what to do", () =>
  withProject(program({}), async (project) => {
    const { code, stdout } = await project.preview(["--policy-pack", starter(project)]);
    expect(stdout).toMatch(/exports-have-an-identity/);
    expect(stdout).toMatch(/Set identity to \{ type: "SystemAssigned" \}/);
    expect(code).not.toBe(0);
  }));

test("a preview lets an export with an identity pass", () =>
  withProject(program({ identity: { type: "SystemAssigned" }, location: "global" }), async (project) => {
    const { code, stdout } = await project.preview(["--policy-pack", starter(project)]);
    expect(stdout).toMatch(/cost-exports/);
    expect(stdout).toMatch(/2 to create/);
    expect(code).toBe(0);
  }));
