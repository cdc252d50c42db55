/** Runs on the real Pulumi CLI; the emulator's clock is moved while the program waits. */
import { setTimeout as sleep } from "node:timers/promises";
import { killedUp } from "../support/killed-up";
import { succeeded, withProject, type Project } from "../support/stack";

jest.setTimeout(120_000);

const subscription = "/subscriptions/11111111-1111-1111-1111-111111111111";
const program = (args: object) => `
const { Export, ExportRun } = require("pulumi-azure-cost-exports");
const daily = new Export("daily", {
  scope: "${subscription}",
  definition: { type: "FocusCost", timeframe: "MonthToDate", dataSet: { configuration: { dataVersion: "1.0" } } },
  deliveryInfo: { destination: { resourceId: "${subscription}/resourceGroups/r/providers/Microsoft.Storage/storageAccounts/a", container: "costs" } },
});
const run = new ExportRun("first", { exportId: daily.id, ...${JSON.stringify(args)} });
exports.runs = run.runs;
exports.succeeded = run.succeeded;
`;

/** Lets an hour pass each second, so that runs end. */
async function whileTimePasses<T>(project: Project, action: Promise<T>): Promise<T> {
  const timer = setInterval(() => project.emulator.control.clock.advance(60 * 60_000), 500);
  try {
    return await action;
  } finally {
    clearInterval(timer);
  }
}

const posts = (project: Project) => project.emulator.control.requests.count({ operation: "exports.run", status: 200 });

test("an export is created and run; nothing runs again until a trigger changes", () =>
  withProject(program({ triggers: ["1"] }), async (project) => {
    expect(succeeded(await project.preview()).stdout).toMatch(/3 to create/);
    expect(project.calls()).toEqual([]);
    const { stdout } = succeeded(await whileTimePasses(project, project.up()));
    expect(stdout).toMatch(/succeeded\s*: 1/);
    expect(stdout).toMatch(/daily: run: Completed/);
    expect(succeeded(await project.up()).stdout).toMatch(/3 unchanged/);
    expect(posts(project)).toBe(1);
    project.write(program({ triggers: ["2"] }));
    succeeded(await whileTimePasses(project, project.up()));
    expect(posts(project)).toBe(2);
    succeeded(await project.refresh());
    expect(succeeded(await project.up()).stdout).toMatch(/3 unchanged/);
    succeeded(await project.destroy());
  }));

test("a deployment that is killed while a run goes on is resumed, and starts nothing twice", () =>
  withProject(program({}), async (project) => {
    const killed = await killedUp(project, () => posts(project) > 0);
    try {
      // The provider process outlives the engine, and stops to ask.
      const asked = () => project.emulator.control.requests.count({ operation: "exports.history" });
      await sleep(500);
      const before = asked();
      await sleep(1500);
      expect(asked()).toBe(before);
      succeeded(await whileTimePasses(project, project.up()));
      expect(posts(project)).toBe(1);
      expect(succeeded(await project.up()).stdout).toMatch(/3 unchanged/);
    } finally {
      killed.end();
    }
  }));
