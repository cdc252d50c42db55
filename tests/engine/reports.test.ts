/** The reports on the real Pulumi CLI, with an emulator that needs a second for each. */
import { succeeded, withProject } from "../support/stack";

jest.setTimeout(120_000);

const program = (triggers: string[]) => `
const { CostDetailsReport, ReservationDetailsReport } = require("pulumi-azure-cost-exports");
const account = "/providers/Microsoft.Billing/billingAccounts/123456";
const costs = new CostDetailsReport("costs", { scope: account, triggers: ${JSON.stringify(triggers)} });
const reservations = new ReservationDetailsReport("reservations", { billingAccountId: "123456", startDate: "2026-11-01", endDate: "2026-11-30" });
exports.status = costs.status;
exports.blobs = costs.blobs;
exports.reportUrl = reservations.reportUrl;
`;

test("reports are made, kept until a trigger changes, and their links are secrets", () =>
  withProject(
    program(["1"]),
    async (project) => {
      expect(succeeded(await project.preview()).stdout).toMatch(/3 to create/);
      expect(project.calls()).toEqual([]);
      const up = succeeded(await project.up());
      expect(up.stdout).toMatch(/status\s*: "Completed"/);
      expect(up.stdout).toMatch(/blobs\s*: \[secret\]/);
      expect(up.stdout + JSON.stringify(await project.exportState())).not.toMatch(/sig=/);
      expect(succeeded(await project.up()).stdout).toMatch(/3 unchanged/);
      expect(succeeded(await project.refresh()).stdout).not.toMatch(/updated/);
      project.write(program(["2"]));
      expect(succeeded(await project.up()).stdout).toMatch(/1 replaced/);
      const posts = project.emulator.control.requests.count({ category: "arm", method: "POST", status: 202 });
      expect(posts).toBe(3);
      succeeded(await project.destroy());
    },
    { reportTimes: { processingMs: 1000, linksMs: 3_600_000 } },
  ));
