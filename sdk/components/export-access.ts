import * as authorization from "@pulumi/azure-native/authorization";
import * as pulumi from "@pulumi/pulumi";
import { ExportPrincipal } from "../resources/surroundings";
import { roleAssignmentName, roleDefinitionId, storageBlobDataContributor, storageBlobDataReader } from "./roles";

export interface ExportReader {
  /** Object id of the user, group or service principal in Entra ID. */
  principalId: pulumi.Input<string>;
  /** Always said: Azure could not find a principal that is new otherwise. */
  principalType: pulumi.Input<"User" | "Group" | "ServicePrincipal">;
}

export interface ExportAccessArgs {
  /** An export with a managed identity. Not needed for readers alone. */
  exportId?: pulumi.Input<string>;
  storageAccountId: pulumi.Input<string>;
  containerName: pulumi.Input<string>;
  /**
   * Who lets the export write. `service`: the service itself, which assigns Storage Blob Data Contributor on the container
   * when the export is made, with the rights of whoever deploys. `account`: an assignment of ours on the account, for those
   * who manage access apart. `none`: it is arranged elsewhere. Default: `service`.
   *
   * An assignment of ours on the container would stand beside the service's own, which Azure refuses (RoleAssignmentExists).
   */
  grant?: "service" | "account" | "none";
  /** Who may read the delivered files: Storage Blob Data Reader on the container. */
  readers?: readonly ExportReader[];
}

/**
 * Who may write and read the delivered files. Names of role assignments are made of scope, principal and role; a change of
 * the export shows none of them as replaced.
 */
export class ExportAccess extends pulumi.ComponentResource {
  /** The identity of the export, where one is named. */
  readonly principal: ExportPrincipal | undefined;

  constructor(name: string, args: ExportAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("azure-cost-exports:index:ExportAccess", name, {}, opts);
    if (args.exportId !== undefined)
      this.principal = new ExportPrincipal(name, { exportId: args.exportId }, { parent: this });
    if (args.grant === "account") {
      if (this.principal === undefined)
        throw new Error(`${name}: grant "account" needs exportId, whose identity it is for.`);
      this.assign(
        `${name}-writer`,
        args.storageAccountId,
        storageBlobDataContributor,
        this.principal.principalId,
        "ServicePrincipal",
      );
    }
    const container = pulumi.interpolate`${args.storageAccountId}/blobServices/default/containers/${args.containerName}`;
    for (const [index, { principalId, principalType }] of (args.readers ?? []).entries()) {
      this.assign(`${name}-reader-${index}`, container, storageBlobDataReader, principalId, principalType);
    }
    this.registerOutputs({ principalId: this.principal?.principalId });
  }

  private assign(
    name: string,
    scope: pulumi.Input<string>,
    role: string,
    principalId: pulumi.Input<string>,
    principalType: pulumi.Input<string>,
  ): void {
    const args = pulumi.all([scope, principalId]).apply(([at, principal]) => ({
      name: roleAssignmentName(at, principal, role),
      definition: roleDefinitionId(at, role),
    }));
    const assignment = {
      roleAssignmentName: args.name,
      roleDefinitionId: args.definition,
      scope,
      principalId,
      principalType,
    };
    new authorization.RoleAssignment(name, assignment, { parent: this, deleteBeforeReplace: true });
  }
}
