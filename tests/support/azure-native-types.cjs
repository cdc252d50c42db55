// The types of azure-native that our components use, as the stand-in maps them; held to the npm package by a test.
const storage = "providers/Microsoft.Storage/storageAccounts";
const inGroup = ({ resourceGroupName }) =>
  `/subscriptions/${process.env.ARM_SUBSCRIPTION_ID}/resourceGroups/${resourceGroupName}`;

/** By type: where it lives, its api-version, which member names it, and which members stand beside `properties`. */
const types = {
  "azure-native:resources:ResourceGroup": {
    apiVersion: "2024-03-01",
    named: "resourceGroupName",
    path: inGroup,
    address: ["resourceGroupName"],
    top: ["location", "tags"],
  },
  "azure-native:storage:StorageAccount": {
    apiVersion: "2024-01-01",
    named: "accountName",
    path: (inputs) => `${inGroup(inputs)}/${storage}/${inputs.accountName}`,
    address: ["resourceGroupName", "accountName"],
    top: ["location", "tags", "sku", "kind", "identity"],
    rename: { enableHttpsTrafficOnly: "supportsHttpsTrafficOnly", networkRuleSet: "networkAcls" },
  },
  "azure-native:storage:BlobContainer": {
    apiVersion: "2024-01-01",
    named: "containerName",
    path: (inputs) =>
      `${inGroup(inputs)}/${storage}/${inputs.accountName}/blobServices/default/containers/${inputs.containerName}`,
    address: ["resourceGroupName", "accountName", "containerName"],
    top: [],
  },
  "azure-native:storage:ManagementPolicy": {
    apiVersion: "2024-01-01",
    named: "managementPolicyName",
    path: (inputs) => `${inGroup(inputs)}/${storage}/${inputs.accountName}/managementPolicies/default`,
    address: ["resourceGroupName", "accountName", "managementPolicyName"],
    top: [],
  },
  "azure-native:authorization:RoleAssignment": {
    apiVersion: "2022-04-01",
    named: "roleAssignmentName",
    path: (inputs) => `${inputs.scope}/providers/Microsoft.Authorization/roleAssignments/${inputs.roleAssignmentName}`,
    address: ["scope", "roleAssignmentName"],
    top: [],
  },
};

module.exports = { types };
