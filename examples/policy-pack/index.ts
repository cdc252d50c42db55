import { PolicyPack, type ResourceValidationPolicy } from "@pulumi/policy";

/** Dynamic resources are told apart by their type token, which never changes. */
const exportType = "pulumi-nodejs:dynamic/azure-cost-exports:Export";

interface ExportInputs {
  readonly identity?: { readonly type?: string };
  readonly deliveryInfo?: { readonly destination?: { readonly sasToken?: unknown } };
}

const identity: ResourceValidationPolicy = {
  name: "exports-have-an-identity",
  description: "Exports write with a managed identity, not with keys or SAS tokens.",
  enforcementLevel: "mandatory",
  validateResource: ({ type, props }, report) => {
    if (type !== exportType) return;
    const { identity: given, deliveryInfo } = props as ExportInputs;
    if (given?.type !== "SystemAssigned")
      report('It has no identity. Set identity to { type: "SystemAssigned" } and location to "global".');
    if (deliveryInfo?.destination?.sasToken !== undefined)
      report("It delivers with a SAS token. Name the account by resourceId, and let the identity write.");
  },
};

interface StorageInputs {
  readonly allowBlobPublicAccess?: boolean;
  readonly allowSharedKeyAccess?: boolean;
  readonly publicAccess?: string;
}

const storage: ResourceValidationPolicy = {
  name: "cost-storage-is-private",
  description: "Storage accounts and containers of the stack are closed to the public.",
  enforcementLevel: "mandatory",
  validateResource: ({ type, props }, report) => {
    const { allowBlobPublicAccess, allowSharedKeyAccess, publicAccess } = props as StorageInputs;
    if (type === "azure-native:storage:StorageAccount") {
      if (allowBlobPublicAccess !== false) report("It allows public blobs. Set allowBlobPublicAccess to false.");
      if (allowSharedKeyAccess !== false) report("It takes shared keys. Set allowSharedKeyAccess to false.");
    }
    if (type === "azure-native:storage:BlobContainer" && publicAccess !== "None")
      report('It can be read by the public. Set publicAccess to "None".');
  },
};

new PolicyPack("cost-exports", { policies: [identity, storage] });
