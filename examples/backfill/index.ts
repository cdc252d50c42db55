import * as pulumi from "@pulumi/pulumi";
import { Export, ExportRun } from "pulumi-azure-cost-exports";

const config = new pulumi.Config("backfill");

const focus = new Export("focus-daily", {
  scope: `/subscriptions/${config.require("subscriptionId")}`,
  definition: {
    type: "FocusCost",
    timeframe: "MonthToDate",
    dataSet: { granularity: "Daily", configuration: { dataVersion: "1.0" } },
  },
  schedule: { status: "Active", recurrence: "Daily" },
  format: "Parquet",
  compressionMode: "snappy",
  partitionData: true,
  dataOverwriteBehavior: "OverwritePreviousReport",
  identity: { type: "SystemAssigned" },
  location: "global",
  deliveryInfo: {
    destination: { resourceId: config.require("storageAccountId"), container: "costs", rootFolderPath: "focus" },
  },
});

// One run for each calendar month, newest first. Another `from` or `to` runs the months that are new; what has run stays.
const history = new ExportRun("history", {
  exportId: focus.id,
  months: { from: config.require("from"), to: config.require("to") },
});

export const delivered = history.runs.apply((runs) =>
  runs.map(({ period, outcome, manifestFile }) => `${period?.from ?? ""} ${outcome} ${manifestFile ?? ""}`.trim()),
);
export const monthsWithoutCharges = history.empty;
