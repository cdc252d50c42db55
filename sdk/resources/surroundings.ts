import * as pulumi from "@pulumi/pulumi";

const modulePrefix = "pulumi-nodejs:dynamic/azure-cost-exports";
const provider = (key: string): string => `exports.handler=()=>require("pulumi-azure-cost-exports/provider").${key}`;

export interface ProviderRegistrationArgs {
  /** The subscription, by its GUID. For exports: the subscription of the storage account. A change replaces. */
  subscriptionId: pulumi.Input<string>;
  /** The resource provider. Default: `Microsoft.CostManagementExports`. A change replaces. */
  namespace?: pulumi.Input<string>;
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
  declare readonly subscriptionId: pulumi.Output<string>;
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

export interface ExportPrincipalArgs {
  /** The id of an export with a managed identity (`myExport.id`). A change replaces. */
  exportId: pulumi.Input<string>;
}

/**
 * The managed identity of an export, for role assignments. Wire these to `principalId` of this resource and not of the
 * export: a change of the export then leaves them alone in preview, and a replacement of the export replaces them.
 */
export class ExportPrincipal extends pulumi.CustomResource {
  declare readonly exportId: pulumi.Output<string>;
  declare readonly principalId: pulumi.Output<string>;
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
