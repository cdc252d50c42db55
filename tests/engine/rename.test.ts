/** Renaming and moving resources must not lose an export. */
import { succeeded, withProject } from "../support/stack";

jest.setTimeout(120_000);

const subscription = "/subscriptions/11111111-1111-1111-1111-111111111111";
const id = `${subscription}/providers/Microsoft.CostManagement/exports/same`;
const program = (name: string, options = "undefined") => `
const { Export } = require("pulumi-azure-cost-exports");
new Export("${name}", {
  scope: "${subscription}",
  exportName: "same",
  definition: { type: "FocusCost", timeframe: "MonthToDate", dataSet: { configuration: { dataVersion: "1.0" } } },
  deliveryInfo: { destination: { resourceId: "${subscription}/resourceGroups/r/providers/Microsoft.Storage/storageAccounts/a", container: "costs" } },
}, ${options});
`;

test("a resource that is renamed without an alias keeps its export, and the cure is said", () =>
  withProject(program("old"), async (project) => {
    succeeded(await project.up());
    project.write(program("new"));
    const { stdout } = succeeded(await project.up());
    expect(stdout).toMatch(/is not deleted: another resource of this deployment has just taken it over/);
    expect(project.emulator.control.exports.get(id)).toBeDefined();
    expect(succeeded(await project.refresh()).stdout).not.toMatch(/deleted/);
    expect(succeeded(await project.up()).stdout).toMatch(/2 unchanged/);
    succeeded(await project.destroy());
    expect(() => project.emulator.control.exports.get(id)).toThrow(/No export found/);
  }));

test("with an alias nothing is created or deleted", () =>
  withProject(program("old"), async (project) => {
    succeeded(await project.up());
    project.emulator.control.requests.clear();
    project.write(program("new", '{ aliases: [{ name: "old" }] }'));
    expect(succeeded(await project.up()).stdout).toMatch(/2 unchanged/);
    expect(project.calls()).toEqual([]);
  }));
