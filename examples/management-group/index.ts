import * as pulumi from "@pulumi/pulumi";
import { Export } from "pulumi-azure-cost-exports";

const config = new pulumi.Config("management-group");

// Management groups take one dataset for certain, Usage, and one format, CSV. A preview warns of the others.
const usage = new Export("group-usage", {
  scope: `/providers/Microsoft.Management/managementGroups/${config.require("managementGroupId")}`,
  definition: {
    type: "Usage",
    timeframe: "MonthToDate",
    dataSet: { granularity: "Daily", configuration: { dataVersion: "2019-11-01" } },
  },
  schedule: { status: config.require("status"), recurrence: "Daily" },
  format: "Csv",
  partitionData: true,
  identity: { type: "SystemAssigned" },
  location: "global",
  deliveryInfo: {
    destination: {
      resourceId: config.require("storageAccountId"),
      container: "costs",
      rootFolderPath: `groups/${config.require("managementGroupId")}`,
    },
  },
});

export const exportId = usage.id;
export const nextRun = usage.nextRunTimeEstimate;
