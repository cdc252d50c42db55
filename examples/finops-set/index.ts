import * as pulumi from "@pulumi/pulumi";
import { FinOpsExports } from "pulumi-azure-cost-exports/components";

const config = new pulumi.Config("finops-set");

// FOCUS of the open and of the closed month for every scope; prices and reservation data where a scope has them.
const historyFrom = config.get("historyFrom");
const set = new FinOpsExports("finops", {
  scopes: config.requireObject<string[]>("scopes"),
  destination: { location: config.require("location") },
  ...(historyFrom === undefined ? {} : { backfill: { from: historyFrom, to: config.require("historyTo") } }),
});

export const storageAccountId = set.destination.storageAccountId;
export const exportIds = Object.values(set.exports).map((made) => made.export.id);
