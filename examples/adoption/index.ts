import * as pulumi from "@pulumi/pulumi";
import { Export } from "pulumi-azure-cost-exports";

const config = new pulumi.Config("adoption");
const scope = `/subscriptions/${config.require("subscriptionId")}`;
const resourceId = config.require("storageAccountId");

// Both exports exist already, under these names. The first equals what stands here in every field that is set here, so it is
// taken over as it is (`adopt: "if-identical"` is the default): no write. What is not set here, such as the description and
// the dates of the schedule, stays as the portal wrote it.
const focus = new Export("portal-focus", {
  scope,
  definition: {
    type: "FocusCost",
    timeframe: "MonthToDate",
    dataSet: { granularity: "Daily", configuration: { dataVersion: "1.0" } },
  },
  schedule: { status: "Active", recurrence: "Daily" },
  format: "Parquet",
  compressionMode: "snappy",
  partitionData: true,
  deliveryInfo: { destination: { resourceId, container: "costs", rootFolderPath: config.require("folder") } },
});

// The second one differs: it is a CSV file in one piece. With "always" it is taken over and brought to what stands here;
// with the default it would be refused, and the differences named.
const actual = new Export("portal-actual", {
  scope,
  adopt: "always",
  definition: {
    type: "ActualCost",
    timeframe: "TheLastMonth",
    dataSet: { granularity: "Daily", configuration: { dataVersion: "2021-10-01" } },
  },
  schedule: { status: "Active", recurrence: "Monthly" },
  format: "Csv",
  compressionMode: "gzip",
  partitionData: true,
  deliveryInfo: { destination: { resourceId, container: "costs", rootFolderPath: "actual" } },
});

export const exportIds = [focus.id, actual.id];
export const description = focus.exportDescription;
