/** The reports on the real Pulumi CLI, with an emulator that needs a second for each. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { killedUp } from "../support/killed-up";
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

test("a deployment that is killed while a report is made goes on with it, and asks for no other", () =>
  withProject(
    program(["1"]),
    async (project) => {
      const asked = () => project.emulator.control.requests.count({ category: "arm", method: "POST", status: 202 });
      const killed = await killedUp(project, () => asked() === 2);
      try {
        project.emulator.control.clock.advance("PT1M");
        expect(succeeded(await project.up()).stdout).toMatch(/status\s*: "Completed"/);
        expect(asked()).toBe(2);
        expect(succeeded(await project.up()).stdout).toMatch(/3 unchanged/);
      } finally {
        killed.end();
      }
    },
    { frozen: true, now: "2026-12-01T10:00:00Z", reportTimes: { processingMs: 30_000, linksMs: 3_600_000 } },
  ));

test("a report is downloaded into the project, and its files are outputs", () =>
  withProject(
    `
const { CostDetailsReport } = require("pulumi-azure-cost-exports");
const scope = "/providers/Microsoft.Billing/billingAccounts/123456";
const costs = new CostDetailsReport("costs", { scope, download: "costs" });
exports.files = costs.files;
`,
    async (project) => {
      expect(succeeded(await project.up()).stdout).toMatch(/path\s*: "costs\/cost-details\.csv"/);
      expect(readFileSync(join(project.folder, "costs/cost-details.csv"), "utf8")).toMatch(/InvoiceSectionName/i);
      expect(succeeded(await project.up()).stdout).toMatch(/2 unchanged/);
      succeeded(await project.destroy());
      expect(readFileSync(join(project.folder, "costs/cost-details.csv"), "utf8")).not.toBe("");
    },
    { storage: "azurite", data: { rows: 3 }, reportTimes: { processingMs: 1000, linksMs: 3_600_000 } },
  ));
