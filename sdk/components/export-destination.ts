// The file and not the folder: fifty resources less to load.
import { ResourceGroup } from "@pulumi/azure-native/resources/resourceGroup";
import type { input } from "@pulumi/azure-native/types";
import * as storage from "@pulumi/azure-native/storage";
import * as pulumi from "@pulumi/pulumi";
import { ProviderRegistration } from "../resources/surroundings";
import { formerNames } from "./aliases";

/** What is made, or used, as a place for exports. */
export interface ExportDestinationArgs {
  /** An existing storage account, by its id: nothing but the container is made in it. A change replaces the container. */
  storageAccountId?: pulumi.Input<string>;
  /** An existing resource group for the new account. Default: a new one. */
  resourceGroupName?: pulumi.Input<string>;
  /** Region of what is made. Default: that of the stack (`azure-native:location`). */
  location?: pulumi.Input<string>;
  /** Name of the new account, 3 to 24 lower-case letters and digits. Default: made from the component's name. */
  accountName?: pulumi.Input<string>;
  /** Name of the container. Default: `cost-exports`. A change replaces the container, unless it is not of this component. */
  containerName?: pulumi.Input<string>;
  /**
   * Whether the container is made, and deleted on destroy. `false` uses one that others made, such as a FinOps hub's
   * `msexports`, and leaves it there; only with `storageAccountId`, and then `containerName` must be said. Default: true.
   * A change to `false` deletes the container that was made, with its files: see docs/components.md for how to keep it.
   */
  createContainer?: boolean;
  /** Whether the new account has a hierarchical namespace (Data Lake). Default: false. A change replaces the account. */
  hierarchicalNamespace?: pulumi.Input<boolean>;
  /**
   * Closes the new account but to trusted Microsoft services, which exports with a managed identity are, and to the named
   * addresses (CIDR).
   */
  firewall?: { allowedAddresses?: pulumi.Input<string>[] };
  /** Days after which files in the container are deleted, by a policy of the account, which must have no other. Default: never. */
  deleteAfterDays?: number;
  /** Days after which files in the container move to the cool tier. Default: never. */
  coolAfterDays?: number;
  /** Whether `Microsoft.CostManagementExports` is registered in the account's subscription. Default: true. */
  registerProvider?: boolean;
  /** Laid over what is said of the new account. */
  storageAccount?: Partial<storage.StorageAccountArgs>;
}

/**
 * A place for exports, secure by default: TLS 1.2, no public blobs, no shared keys, copies allowed from any account (exports
 * need that). `destination` is ready for an `Export`, and known only when the container and the registration are there.
 */
export class ExportDestination extends pulumi.ComponentResource {
  /** Id of the storage account. */
  readonly storageAccountId: pulumi.Output<string>;
  /** Name of the container. */
  readonly containerName: pulumi.Output<string>;
  /** For `deliveryInfo.destination` of an `Export`; add `rootFolderPath`. */
  readonly destination: pulumi.Output<{ resourceId: string; container: string }>;
  /** The resource group, where one was made. */
  readonly resourceGroup: ResourceGroup | undefined;
  /** The storage account, where one was made. */
  readonly account: storage.StorageAccount | undefined;
  /** The registration of the exports' provider, unless it was declined. */
  readonly registration: ProviderRegistration | undefined;

  constructor(name: string, args: ExportDestinationArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    super("azure-cost-exports:index:ExportDestination", name, {}, opts);
    const parent = { parent: this };
    const existing = args.storageAccountId;
    const place = args.location === undefined ? {} : { location: args.location };
    if (existing === undefined && args.resourceGroupName === undefined)
      this.resourceGroup = new ResourceGroup(name, place, parent);
    const groupName = args.resourceGroupName ?? this.resourceGroup?.name;
    if (existing === undefined && groupName !== undefined)
      this.account = new storage.StorageAccount(accountName(name), accountArgs(args, groupName), {
        parent: this,
        aliases: formerNames(name, opts)
          .map((former) => ({ name: accountName(former) }))
          .filter((alias) => alias.name !== accountName(name)),
      });
    this.storageAccountId = pulumi.output(existing ?? this.account?.id ?? "");
    const address = this.storageAccountId.apply((id) => addressOf(id, name));

    if (args.registerProvider !== false)
      this.registration = new ProviderRegistration(name, { subscriptionId: address.subscriptionId }, parent);
    const account = { resourceGroupName: address.resourceGroupName, accountName: address.accountName };
    const containerName = args.containerName ?? "cost-exports";
    this.containerName =
      args.createContainer === false
        ? pulumi.output(containerName)
        : new storage.BlobContainer(name, { ...account, containerName, publicAccess: "None" }, parent).name;
    const rules = lifecycleRules(name, args, this.containerName);
    if (rules.length > 0)
      new storage.ManagementPolicy(name, { ...account, managementPolicyName: "default", policy: { rules } }, parent);

    const state = this.registration?.registrationState ?? pulumi.output("not asked for");
    this.destination = pulumi
      .all([this.storageAccountId, this.containerName, state])
      .apply(([resourceId, container]) => ({ resourceId, container }));
    this.registerOutputs({
      storageAccountId: this.storageAccountId,
      containerName: this.containerName,
      destination: this.destination,
    });
  }
}

type ManagementPolicyRule = input.storage.ManagementPolicyRuleArgs;

/** Account names are short, and unique in the world: Pulumi appends eight characters to what is left of the name. */
function accountName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]/g, "")
    .slice(0, 16)
    .padEnd(3, "0");
}

function accountArgs(args: ExportDestinationArgs, resourceGroupName: pulumi.Input<string>): storage.StorageAccountArgs {
  return {
    resourceGroupName,
    kind: storage.Kind.StorageV2,
    sku: { name: storage.SkuName.Standard_LRS },
    minimumTlsVersion: storage.MinimumTlsVersion.TLS1_2,
    allowBlobPublicAccess: false,
    allowSharedKeyAccess: false,
    enableHttpsTrafficOnly: true,
    ...(args.location === undefined ? {} : { location: args.location }),
    ...(args.accountName === undefined ? {} : { accountName: args.accountName }),
    ...(args.hierarchicalNamespace === undefined ? {} : { isHnsEnabled: args.hierarchicalNamespace }),
    ...(args.firewall === undefined
      ? {}
      : {
          networkRuleSet: {
            defaultAction: storage.DefaultAction.Deny,
            bypass: storage.Bypass.AzureServices,
            ipRules: (args.firewall.allowedAddresses ?? []).map((iPAddressOrRange) => ({ iPAddressOrRange })),
          },
        }),
    ...args.storageAccount,
  };
}

/** For the container alone: a policy is of the whole account, where others may have files. */
function lifecycleRules(
  component: string,
  { deleteAfterDays, coolAfterDays }: ExportDestinationArgs,
  container: pulumi.Output<string>,
): ManagementPolicyRule[] {
  for (const [key, days] of Object.entries({ deleteAfterDays, coolAfterDays })) {
    if (days !== undefined && !(Number.isInteger(days) && days >= 0))
      throw new Error(`${component}: ${key} is ${days}, which is no number of days. Write a whole number, such as 90.`);
  }
  if (deleteAfterDays !== undefined && coolAfterDays !== undefined && coolAfterDays >= deleteAfterDays) {
    throw new Error(
      `${component}: coolAfterDays (${coolAfterDays}) is not before deleteAfterDays (${deleteAfterDays}), so no file would ever be moved. Lower it, or leave it out.`,
    );
  }
  const baseBlob = {
    ...(coolAfterDays === undefined ? {} : { tierToCool: { daysAfterModificationGreaterThan: coolAfterDays } }),
    ...(deleteAfterDays === undefined ? {} : { delete: { daysAfterModificationGreaterThan: deleteAfterDays } }),
  };
  if (Object.keys(baseBlob).length === 0) return [];
  const filters = { blobTypes: ["blockBlob"], prefixMatch: [pulumi.interpolate`${container}/`] };
  return [
    { name: "delivered-costs", enabled: true, type: "Lifecycle", definition: { actions: { baseBlob }, filters } },
  ];
}

interface AccountAddress {
  readonly subscriptionId: string;
  readonly resourceGroupName: string;
  readonly accountName: string;
}

/** Parts of a storage account's id. */
export function addressOf(id: string, name: string): AccountAddress {
  const match =
    /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/Microsoft\.Storage\/storageAccounts\/([^/]+)\/?$/i.exec(
      id,
    );
  const [, subscriptionId = "", resourceGroupName = "", account = ""] = match ?? [];
  if (match === null) {
    throw new Error(
      `${name}: storageAccountId "${id}" is no id of a storage account. Write /subscriptions/{id}/resourceGroups/{name}/providers/Microsoft.Storage/storageAccounts/{name}.`,
    );
  }
  return { subscriptionId, resourceGroupName, accountName: account };
}
