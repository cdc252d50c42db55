import * as pulumi from "@pulumi/pulumi";
import { CostExport, ExportDestination } from "pulumi-azure-cost-exports/components";

const config = new pulumi.Config("secured-storage");

// Resource group, account and container: TLS 1.2, no public blobs, no shared keys. The firewall lets in trusted Microsoft
// services alone, which exports with a managed identity are.
const destination = new ExportDestination("costs", { location: config.require("location"), firewall: {} });

// The export's identity is given Storage Blob Data Contributor on the account, by an assignment of ours. Readers get the
// container, and nothing else of the account.
const readers = config.get("readersGroupId");
const costs = new CostExport("focus", {
  scope: `/subscriptions/${config.require("subscriptionId")}`,
  destination,
  rootFolderPath: config.require("folder"),
  grant: "account",
  ...(readers === undefined ? {} : { readers: [{ principalId: readers, principalType: "Group" }] }),
  run: true,
});

export const exportId = costs.export.id;
export const storageAccountId = destination.storageAccountId;
export const firstRun = costs.firstRun?.runs;
