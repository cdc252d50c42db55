import * as pulumi from "@pulumi/pulumi";
import { CostDetailsReport, Export, ExportRun } from "pulumi-azure-cost-exports";

const config = new pulumi.Config("quickstart");
const subscription = `/subscriptions/${config.require("subscriptionId")}`;
const storageAccountId = `${subscription}/resourceGroups/finops/providers/Microsoft.Storage/storageAccounts/finopscosts`;

// Costs of a subscription in the FOCUS format, refreshed each day, as Parquet.
const focus = new Export("focus-daily", {
  scope: subscription,
  definition: {
    type: "FocusCost",
    timeframe: "MonthToDate",
    dataSet: { granularity: "Daily", configuration: { dataVersion: "1.0" } },
  },
  schedule: { status: "Active", recurrence: "Daily" },
  format: "Parquet",
  compressionMode: config.require("compression"),
  partitionData: true,
  dataOverwriteBehavior: "OverwritePreviousReport",
  deliveryInfo: {
    destination: { resourceId: storageAccountId, container: "costs", rootFolderPath: config.require("folder") },
  },
});

// The closed month's actual costs of a whole billing account, as CSV.
const actual = new Export("actual-monthly", {
  scope: `/providers/Microsoft.Billing/billingAccounts/${config.require("billingAccountId")}`,
  definition: {
    type: "ActualCost",
    timeframe: "TheLastMonth",
    dataSet: { granularity: "Daily", configuration: { dataVersion: "2021-10-01" } },
  },
  schedule: { status: "Active", recurrence: "Monthly" },
  format: "Csv",
  partitionData: true,
  deliveryInfo: { destination: { resourceId: storageAccountId, container: "costs", rootFolderPath: "actual" } },
});

// Use of reservations, hour by hour, of a billing profile.
const billingAccount = `/providers/Microsoft.Billing/billingAccounts/${config.require("billingProfileAccountId")}`;
const reservations = new Export("reservation-details", {
  scope: `${billingAccount}/billingProfiles/${config.require("billingProfileId")}`,
  definition: {
    type: "ReservationDetails",
    timeframe: "MonthToDate",
    dataSet: { configuration: { dataVersion: "2023-03-01" } },
  },
  schedule: { status: "Active", recurrence: "Daily" },
  partitionData: true,
  deliveryInfo: { destination: { resourceId: storageAccountId, container: "costs", rootFolderPath: "reservations" } },
});

export const exportIds = [focus.id, actual.id, reservations.id];
export const nextFocusRun = focus.nextRunTimeEstimate;

// Data at once, and of the past: a run now, one for each of two closed months, and a report on demand.
const history = config.requireBoolean("history") ? runs() : [];
export const delivered = history.map((run) => run.runs);

function runs(): ExportRun[] {
  const first = new ExportRun("focus-now", { exportId: focus.id });
  const closed = (ago: number): string => {
    const today = new Date();
    return new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - ago, 1)).toISOString().slice(0, 7);
  };
  // One run at a time per export, so the backfill follows.
  const months = { from: closed(2), to: closed(1) };
  const backfill = new ExportRun("focus-backfill", { exportId: focus.id, months }, { dependsOn: first });
  new CostDetailsReport("cost-details", { scope: subscription });
  return [first, backfill];
}
