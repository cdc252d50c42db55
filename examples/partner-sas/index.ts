import * as pulumi from "@pulumi/pulumi";
import { Export } from "pulumi-azure-cost-exports";

const config = new pulumi.Config("partner-sas");
const billingAccount = `/providers/Microsoft.Billing/billingAccounts/${config.require("billingAccountId")}`;
const customerId = config.require("customerId");

// All customers, at the partner's billing account: the one scope for which SAS tokens are documented. The token is
// encrypted in configuration and in state, and appears in no output. To rotate it, set another one.
const all = new Export("all-customers", {
  scope: billingAccount,
  agreement: "MPA",
  definition: {
    type: "ActualCost",
    timeframe: "MonthToDate",
    dataSet: { granularity: "Daily", configuration: { dataVersion: "2021-10-01" } },
  },
  schedule: { status: "Active", recurrence: "Daily" },
  format: "Csv",
  partitionData: true,
  deliveryInfo: {
    destination: {
      storageAccount: config.require("storageAccountName"),
      sasToken: config.requireSecret("sasToken"),
      container: "costs",
      rootFolderPath: "all-customers",
    },
  },
});

// One customer: here the account is named by its id, and a managed identity writes.
const one = new Export("one-customer", {
  scope: `${billingAccount}/customers/${customerId}`,
  agreement: "MPA",
  definition: {
    type: "ActualCost",
    timeframe: "MonthToDate",
    dataSet: { granularity: "Daily", configuration: { dataVersion: "2021-10-01" } },
  },
  schedule: { status: "Active", recurrence: "Daily" },
  format: "Csv",
  partitionData: true,
  identity: { type: "SystemAssigned" },
  location: "global",
  deliveryInfo: {
    destination: {
      resourceId: config.require("customerStorageAccountId"),
      container: "costs",
      rootFolderPath: `customers/${customerId}`,
    },
  },
});

export const exportIds = [all.id, one.id];
