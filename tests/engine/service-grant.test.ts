/** The role that the service assigns to an export, on the real Pulumi CLI: made sure of, and left behind by nobody. */
import { askArm, roleAssignments } from "../support/azure-native";
import { succeeded, withProject, type Project } from "../support/stack";

jest.setTimeout(180_000);

const subscription = "/subscriptions/11111111-1111-1111-1111-111111111111";
const account = `${subscription}/resourceGroups/r/providers/Microsoft.Storage/storageAccounts/a`;
const containerId = (name: string) => `${account}/blobServices/default/containers/${name}`;

interface Choices {
  readonly container?: string;
  readonly export?: object;
  readonly grant?: object;
}

const program = ({ container = "costs", export: changes = {}, grant = {} }: Choices = {}) => `
const { Export, ExportPrincipal, ServiceGrant } = require("pulumi-azure-cost-exports");
const daily = new Export("daily", {
  scope: "${subscription}",
  definition: { type: "FocusCost", timeframe: "MonthToDate", dataSet: { configuration: { dataVersion: "1.0" } } },
  deliveryInfo: { destination: { resourceId: "${account}", container: "${container}" } },
  identity: { type: "SystemAssigned" }, location: "global", partitionData: true, ...${JSON.stringify(changes)},
});
const { principalId } = new ExportPrincipal("daily", { exportId: daily.id });
const grant = new ServiceGrant("daily", {
  exportId: daily.id, principalId, storageAccountId: "${account}", containerName: "${container}", ...${JSON.stringify(grant)},
});
exports.principalId = principalId;
exports.assignmentId = grant.assignmentId;
exports.exportId = daily.id;
`;

const assigned = async (project: Project) =>
  (await roleAssignments(project)).map(({ id, properties: { principalId, scope } }) => ({ id, principalId, scope }));

const enforced = { enforceRoles: true, runTimes: { queuedMs: 100, processingMs: 300 } } as const;

test("the assignment is found and remembered, no change of the export touches it, and a destroy removes it", () =>
  withProject(
    program(),
    async (project) => {
      succeeded(await project.preview());
      succeeded(await project.up());
      const { principalId, assignmentId } = await project.outputs();
      expect(await assigned(project)).toEqual([{ id: assignmentId, principalId, scope: containerId("costs") }]);

      project.write(program({ export: { format: "Parquet" } }));
      const preview = succeeded(await project.preview());
      expect(preview.stdout).toMatch(/~ 1 to update/);
      expect(preview.stdout).not.toMatch(/replace|\+-/);
      expect(succeeded(await project.up()).stdout).toMatch(/~ 1 updated/);
      expect(succeeded(await project.refresh()).stdout).not.toMatch(/updated|deleted/);
      expect(succeeded(await project.up()).stdout).toMatch(/unchanged/);
      expect((await assigned(project)).map(({ id }) => id)).toEqual([assignmentId]);

      succeeded(await project.destroy());
      expect(await assigned(project)).toEqual([]);
    },
    enforced,
  ));

test("an assignment that shows late is waited for", () =>
  withProject(program(), async (project) => {
    project.emulator.control.faults.add({
      match: { operation: "roleAssignments.list" },
      effect: { status: 200, body: { value: [] } },
      times: 3,
    });
    const up = succeeded(await project.up());
    expect(up.stdout).toMatch(/Waiting for the role that the service assigns/);
    expect(project.emulator.control.requests.count({ operation: "roleAssignments.list" })).toBe(4);
    expect((await project.outputs())["assignmentId"]).toBe((await assigned(project))[0]?.id);
  }));

test("where the service assigned nothing, the error says which command helps, and then the deployment goes on", () =>
  withProject(
    program({ grant: { timeouts: { create: "2s" } } }),
    async (project) => {
      const { control } = project.emulator;
      control.conditions.set(account, ["roleAssignmentsDenied"]);
      const { code, stdout } = await project.up();
      expect(code).not.toBe(0);
      const [, principal = "", scope = ""] =
        /az role assignment create --role "Storage Blob Data Contributor" --assignee-object-id (\S+) --assignee-principal-type ServicePrincipal\s+--scope "([^"]+)"/.exec(
          stdout.replace(/\s+/g, " "),
        ) ?? [];
      expect(scope).toBe(containerId("costs"));

      // Somebody who may does what the command does.
      control.conditions.set(account, []);
      const role = "ba92f5b4-2d11-453d-a403-e96b0029c9fe";
      const roleDefinitionId = `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${role}`;
      await askArm(
        project,
        "PUT",
        `${scope}/providers/Microsoft.Authorization/roleAssignments/33333333-3333-4333-8333-333333333333`,
        { body: { properties: { roleDefinitionId, principalId: principal, principalType: "ServicePrincipal" } } },
      );
      expect(succeeded(await project.up()).stdout).toMatch(/\+ 1 created/);
      succeeded(await project.destroy());
      expect(await assigned(project)).toEqual([]);
    },
    { ...enforced, switches: { deniedRolePut: "without" } },
  ));

test("who may not remove the assignment is told the command, the export stays, and the next destroy ends it", () =>
  withProject(program(), async (project) => {
    const { control } = project.emulator;
    succeeded(await project.up());
    const { assignmentId } = await project.outputs();
    control.conditions.set(account, ["roleAssignmentsDenied"]);
    const denied = await project.destroy();
    expect(denied.code).not.toBe(0);
    expect(denied.stdout.replace(/\s+/g, " ")).toContain(`az role assignment delete --ids "${String(assignmentId)}"`);
    expect(await project.exports()).toHaveLength(1);

    control.conditions.set(account, []);
    await askArm(project, "DELETE", String(assignmentId));
    succeeded(await project.destroy());
    expect(await project.exports()).toHaveLength(0);
  }));

test("another container: the new assignment is found first, and the old one goes when the run to it has ended", () =>
  withProject(
    program(),
    async (project) => {
      const { control } = project.emulator;
      succeeded(await project.up());
      const { principalId, exportId } = await project.outputs();
      await askArm(project, "POST", `${String(exportId)}/run`, { apiVersion: "2025-03-01" });

      project.write(program({ container: "other" }));
      expect(succeeded(await project.preview()).stdout).toMatch(/1 to replace/);
      // Time stands still until the run has been seen under way.
      control.requests.clear();
      const timer = setInterval(() => {
        if (control.requests.count({ operation: "exports.history" }) > 0) control.clock.advance(60_000);
      }, 100);
      const up = succeeded(await project.up().finally(() => clearInterval(timer)));
      expect(up.stdout).toMatch(/A run of .* is under way; its role is removed when it has ended/);
      expect(await assigned(project)).toMatchObject([{ principalId, scope: containerId("other") }]);
      const history = (await askArm(project, "GET", `${String(exportId)}/runHistory`, {
        apiVersion: "2025-03-01",
      })) as { value: { properties: { status: string } }[] };
      expect(history.value.map(({ properties }) => properties.status)).toEqual(["Completed"]);
      const operations = control.requests.list({ category: "arm" }).map(({ operation }) => operation);
      expect(operations.indexOf("roleAssignments.list")).toBeLessThan(operations.indexOf("roleAssignments.delete"));
    },
    { enforceRoles: true, runTimes: { queuedMs: 60_000, processingMs: 20 * 60_000 } },
  ));

test("another export is another principal: its assignment takes the place of the old one", () =>
  withProject(program(), async (project) => {
    succeeded(await project.up());
    const before = await project.outputs();
    project.write(program({ export: { exportName: "other" } }));
    expect(succeeded(await project.preview()).stdout).toMatch(/3 to replace/);
    succeeded(await project.up());
    const { principalId, assignmentId } = await project.outputs();
    expect(principalId).not.toBe(before["principalId"]);
    expect(await assigned(project)).toEqual([{ id: assignmentId, principalId, scope: containerId("costs") }]);
    succeeded(await project.destroy());
    expect(await assigned(project)).toEqual([]);
  }));
