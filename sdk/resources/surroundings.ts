import * as pulumi from "@pulumi/pulumi";

const modulePrefix = "pulumi-nodejs:dynamic/azure-cost-exports";
const provider = (key: string): string => `exports.handler=()=>require("pulumi-azure-cost-exports/provider").${key}`;

/** Which provider is registered where. */
export interface ProviderRegistrationArgs {
  /** The subscription, by its GUID. For exports: the subscription of the storage account. A change replaces. */
  subscriptionId: pulumi.Input<string>;
  /** The resource provider. Default: `Microsoft.CostManagementExports`. A change replaces. */
  namespace?: pulumi.Input<string>;
  /** How long the registration may take, such as `30m`. A change updates. */
  timeouts?: pulumi.Input<{
    /** Default: `30m`. */
    create?: pulumi.Input<string>;
  }>;
}

/**
 * A resource provider that is registered in a subscription; waits until it is. Make exports depend on it: without
 * `Microsoft.CostManagementExports` in the subscription of the storage account they are refused ("RP Not Registered").
 * A destroy leaves it registered, because others may need it.
 */
export class ProviderRegistration extends pulumi.CustomResource {
  /** The subscription that has the provider. */
  declare readonly subscriptionId: pulumi.Output<string>;
  /** The resource provider, such as `Microsoft.CostManagementExports`. */
  declare readonly namespace: pulumi.Output<string>;
  /** `Registered`. */
  declare readonly registrationState: pulumi.Output<string>;

  constructor(name: string, args: ProviderRegistrationArgs, opts?: pulumi.CustomResourceOptions) {
    const outputs = { namespace: undefined, registrationState: undefined };
    super(
      `${modulePrefix}:ProviderRegistration`,
      name,
      { ...outputs, ...args, __provider: provider("ProviderRegistration") },
      opts,
    );
  }
}

/** Whose managed identity is looked up. */
export interface ExportPrincipalArgs {
  /** The id of an export with a managed identity (`myExport.id`). A change replaces. */
  exportId: pulumi.Input<string>;
}

/**
 * The managed identity of an export, for role assignments. Wire these to `principalId` of this resource and not of the
 * export: a change of the export then leaves them alone in preview, and a replacement of the export replaces them.
 */
export class ExportPrincipal extends pulumi.CustomResource {
  /** The id of the export that the identity belongs to. */
  declare readonly exportId: pulumi.Output<string>;
  /** Object id of the identity in Entra ID: the principal of role assignments. */
  declare readonly principalId: pulumi.Output<string>;
  /** The tenant of the identity. */
  declare readonly tenantId: pulumi.Output<string | undefined>;

  constructor(name: string, args: ExportPrincipalArgs, opts?: pulumi.CustomResourceOptions) {
    const outputs = { principalId: undefined, tenantId: undefined };
    super(
      `${modulePrefix}:ExportPrincipal`,
      name,
      { ...outputs, ...args, __provider: provider("ExportPrincipal") },
      opts,
    );
  }
}

/** Whose role the service has assigned, and where. */
export interface ServiceGrantArgs {
  /** The export, by its id (`myExport.id`). A change replaces. */
  exportId: pulumi.Input<string>;
  /** The export's identity: `principalId` of an `ExportPrincipal`. A change replaces. */
  principalId: pulumi.Input<string>;
  /** The storage account that the export delivers to, by its id. A change replaces. */
  storageAccountId: pulumi.Input<string>;
  /** The container that the export delivers to. A change replaces. */
  containerName: pulumi.Input<string>;
  /** Whether it is an error that the service assigned no role. `false` looks once, and waits for nothing. Default: true. */
  required?: pulumi.Input<boolean>;
  /** How long waits may take, such as `10m`. A change updates. */
  timeouts?: pulumi.Input<{
    /** How long to wait until the assignment shows. Default: `2m`. */
    create?: pulumi.Input<string>;
    /** How long to wait for runs under way before the assignment is removed. Default: `15m`. */
    delete?: pulumi.Input<string>;
  }>;
}

/**
 * The role that the service assigns to an export's identity when it writes the export: Storage Blob Data Contributor on the
 * container. Creating this resource assigns nothing; it makes sure that the service did, and is an error with the cure where
 * it did not. Deleting it removes that assignment, which the service would leave behind, after runs under way have ended.
 */
export class ServiceGrant extends pulumi.CustomResource {
  /** The id of the export. */
  declare readonly exportId: pulumi.Output<string>;
  /** The identity that holds the role. */
  declare readonly principalId: pulumi.Output<string>;
  /** The full id of the service's assignment; undefined where there was none and none was required. */
  declare readonly assignmentId: pulumi.Output<string | undefined>;

  constructor(name: string, args: ServiceGrantArgs, opts?: pulumi.CustomResourceOptions) {
    const outputs = { assignmentId: undefined };
    super(`${modulePrefix}:ServiceGrant`, name, { ...outputs, ...args, __provider: provider("ServiceGrant") }, opts);
  }
}
