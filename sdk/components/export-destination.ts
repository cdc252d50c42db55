// The file and not the folder: fifty resources less to load.
import { ResourceGroup } from "@pulumi/azure-native/resources/resourceGroup";
import type { input as native } from "@pulumi/azure-native/types";
import * as storage from "@pulumi/azure-native/storage";
import * as pulumi from "@pulumi/pulumi";
import { ProviderRegistration } from "../resources/surroundings";
import { formerNames } from "./aliases";
import { checkArguments, flag, input, list, must, object, plain, properties, text, whenKnown } from "./arguments";
import type { Rule, Shape, Together } from "./arguments";
import { accountIdRule, accountNameRule, addressOf, containerNameRule } from "./storage-names";

/** What is made, or used, as a place for exports. */
export interface ExportDestinationArgs {
  /** An existing storage account, by its id: nothing but the container is made in it. A change replaces the container. */
  storageAccountId?: pulumi.Input<string>;
  /** An existing resource group for the new account. Default: a new one. A change replaces the account. */
  resourceGroupName?: pulumi.Input<string>;
  /** Region of the new account and group. Default: that of the stack (`azure-native:location`). A change replaces both. */
  location?: pulumi.Input<string>;
  /**
   * Name of the new account, 3 to 24 lower-case letters and digits. Default: made from the component's name. A change replaces
   * the account.
   */
  accountName?: pulumi.Input<string>;
  /** Name of the container, 3 to 63 lower-case letters, digits and single hyphens. Default: `cost-exports`. A change replaces the container, unless it is not of this component. */
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
   * addresses (CIDR). Default: open. A change updates the account.
   */
  firewall?: { allowedAddresses?: pulumi.Input<string>[] };
  /** Days after which files in the container are deleted, by a policy of the account, which must have no other. Default: never. */
  deleteAfterDays?: number;
  /** Days after which files in the container move to the cool tier, fewer than `deleteAfterDays`. Default: never. */
  coolAfterDays?: number;
  /** Whether `Microsoft.CostManagementExports` is registered in the account's subscription. Default: true. */
  registerProvider?: boolean;
  /** Anything else of the new account, laid over what the component says of it. Default: nothing. */
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
    checkArguments(shape, name, args);
    super("azure-cost-exports:index:ExportDestination", name, {}, opts);
    const parent = { parent: this };
    const existing = args.storageAccountId;
    const place = args.location === undefined ? {} : { location: args.location };
    if (existing === undefined && args.resourceGroupName === undefined)
      this.resourceGroup = new ResourceGroup(name, place, parent);
    const groupName = args.resourceGroupName ?? this.resourceGroup?.name;
    if (existing === undefined && groupName !== undefined)
      this.account = new storage.StorageAccount(defaultAccountName(name), accountArgs(args, groupName), {
        parent: this,
        aliases: formerNames(name, opts)
          .map((former) => ({ name: defaultAccountName(former) }))
          .filter((alias) => alias.name !== defaultAccountName(name)),
      });
    this.storageAccountId = whenKnown(
      shape.owner,
      name,
      "storageAccountId",
      existing ?? this.account?.id ?? "",
      accountIdRule,
    );
    const address = this.storageAccountId.apply(addressOf);
    if (args.registerProvider !== false)
      this.registration = new ProviderRegistration(name, { subscriptionId: address.subscriptionId }, parent);
    const account = { resourceGroupName: address.resourceGroupName, accountName: address.accountName };
    const container = args.containerName ?? "cost-exports";
    this.containerName =
      args.createContainer === false
        ? pulumi.output(container)
        : new storage.BlobContainer(name, { ...account, containerName: container, publicAccess: "None" }, parent).name;
    const rules = lifecycleRules(args, this.containerName);
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

type ManagementPolicyRule = native.storage.ManagementPolicyRuleArgs;

/** Account names are short, and unique in the world: Pulumi appends eight characters to what is left of the name. */
function defaultAccountName(name: string): string {
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
  { deleteAfterDays, coolAfterDays }: ExportDestinationArgs,
  container: pulumi.Output<string>,
): ManagementPolicyRule[] {
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

const days = must(
  (value) => Number.isInteger(value) && Number(value) >= 0,
  "number of days",
  "Write a whole number without quotes, such as 90.",
);

/** What only a new account has. */
const ofNewAccounts = [
  "resourceGroupName",
  "location",
  "accountName",
  "hierarchicalNamespace",
  "firewall",
  "storageAccount",
] as const;

const shape: Shape<ExportDestinationArgs> = {
  owner: "ExportDestination",
  rules: {
    storageAccountId: input(accountIdRule),
    resourceGroupName: input(text),
    location: input(text),
    accountName: input(accountNameRule),
    containerName: input(containerNameRule),
    createContainer: plain(flag),
    hierarchicalNamespace: input(flag),
    firewall: plain(object({ owner: "firewall", rules: { allowedAddresses: plain(list(input(text))) } })),
    deleteAfterDays: plain(days),
    coolAfterDays: plain(days),
    registerProvider: plain(flag),
    storageAccount: plain(properties),
  },
  together: (given, at) => [
    ...ofNewAccounts
      .filter((key) => given.storageAccountId !== undefined && given[key] !== undefined)
      .map(
        (key) =>
          `${at(key)} is for a new account, but ${at("storageAccountId")} names an existing one, which stays as it is. Leave out one of the two.`,
      ),
    ...(given.createContainer === false ? ofExistingContainer(given, at) : []),
    ...agesInOrder(given, at),
  ],
};

const ofExistingContainer: Together<ExportDestinationArgs> = (given, at) =>
  (["storageAccountId", "containerName"] as const)
    .filter((key) => given[key] === undefined)
    .map(
      (key) =>
        `${at(key)} is missing: ${at("createContainer")} is false, so an existing container is used. Say which, or leave ${at("createContainer")} out.`,
    );

const agesInOrder: Together<ExportDestinationArgs> = ({ coolAfterDays: cool, deleteAfterDays: end }, at) =>
  typeof cool === "number" && typeof end === "number" && cool >= end
    ? [
        `${at("coolAfterDays")} (${cool}) is not before ${at("deleteAfterDays")} (${end}), so no file would ever be moved. Lower it, or leave it out.`,
      ]
    : [];

/** For other components' `destination`: one of these, or what to make one of. */
export const destinationRule: Rule = (value, path) =>
  pulumi.Resource.isInstance(value) ? ofThisClass(value, path) : plain(object(shape))(value, path);

const ofThisClass = must(
  (value) => value instanceof ExportDestination,
  "ExportDestination of this package",
  'Give one, or what to make one of, such as { storageAccountId: account.id, containerName: "costs" }.',
);
