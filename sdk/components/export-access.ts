import * as authorization from "@pulumi/azure-native/authorization";
import * as pulumi from "@pulumi/pulumi";
import { ExportPrincipal, ServiceGrant } from "../resources/surroundings";
import { roleAssignmentName, roleDefinitionId, storageBlobDataContributor, storageBlobDataReader } from "./roles";

/** Somebody who may read the delivered files. */
export interface ExportReader {
  /** Object id of the user, group or service principal in Entra ID. */
  principalId: pulumi.Input<string>;
  /** Always said: Azure could not find a principal that is new otherwise. */
  principalType: pulumi.Input<"User" | "Group" | "ServicePrincipal">;
  /**
   * A word for the resource's name, which must not change when others are added or removed. Default: the principal's id;
   * needed where that is an output and so unknown when names are made.
   */
  name?: string;
}

/** Who may write to and read from which container. */
export interface ExportAccessArgs {
  /** An export with a managed identity. Not needed for readers alone. */
  exportId?: pulumi.Input<string>;
  /** Id of the storage account. */
  storageAccountId: pulumi.Input<string>;
  /** Name of the container. */
  containerName: pulumi.Input<string>;
  /**
   * Who lets the export write. `service`: the service itself, which assigns Storage Blob Data Contributor on the container
   * when the export is made, with the rights of whoever deploys; that it did is made sure of. `account`: an assignment of
   * ours on the account, for those who manage access apart. `none`: it is arranged elsewhere. Default: `service`.
   *
   * An assignment of ours on the container would stand beside the service's own, which Azure refuses (RoleAssignmentExists).
   * What the service assigned is removed on destroy with `service` and with `account`, and left alone with `none`.
   */
  grant?: "service" | "account" | "none";
  /** How long to wait until the service's assignment shows, such as `5m`. Default: `2m`. */
  grantTimeout?: pulumi.Input<string>;
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
  /** What the service assigned to it; not with `grant: "none"`. */
  readonly serviceGrant: ServiceGrant | undefined;
  /** By the reader's name. */
  readonly readers: Readonly<Record<string, authorization.RoleAssignment>>;

  constructor(name: string, args: ExportAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("azure-cost-exports:index:ExportAccess", name, {}, opts);
    const grant = args.grant ?? "service";
    if (args.exportId !== undefined) {
      const { exportId, storageAccountId, containerName, grantTimeout } = args;
      this.principal = new ExportPrincipal(name, { exportId }, { parent: this });
      const { principalId } = this.principal;
      if (grant !== "none") {
        const timeouts = grantTimeout === undefined ? {} : { timeouts: { create: grantTimeout } };
        const required = grant === "service";
        this.serviceGrant = new ServiceGrant(
          name,
          { exportId, principalId, storageAccountId, containerName, required, ...timeouts },
          { parent: this },
        );
      }
      if (grant === "account")
        this.assign(`${name}-writer`, storageAccountId, storageBlobDataContributor, principalId, "ServicePrincipal");
    } else if (grant === "account") {
      throw new Error(`${name}: grant "account" needs exportId, whose identity it is for.`);
    }
    const container = pulumi.interpolate`${args.storageAccountId}/blobServices/default/containers/${args.containerName}`;
    const readers: Record<string, authorization.RoleAssignment> = {};
    for (const reader of args.readers ?? []) {
      const { principalId, principalType } = reader;
      const word = readerName(name, reader);
      if (readers[word] !== undefined) throw new Error(`${name}: two readers are called ${word}. Name each once.`);
      readers[word] = this.assign(
        `${name}-reader-${word}`,
        container,
        storageBlobDataReader,
        principalId,
        principalType,
      );
    }
    this.readers = readers;
    this.registerOutputs({ principalId: this.principal?.principalId });
  }

  private assign(
    name: string,
    scope: pulumi.Input<string>,
    role: string,
    principalId: pulumi.Input<string>,
    principalType: pulumi.Input<string>,
  ): authorization.RoleAssignment {
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
    return new authorization.RoleAssignment(name, assignment, { parent: this, deleteBeforeReplace: true });
  }
}

/** By position, a reader's removal would hand its resource to the next one, and lose that one's right on the way. */
function readerName(component: string, { name, principalId }: ExportReader): string {
  if (name !== undefined) return name;
  if (typeof principalId === "string") return principalId;
  throw new Error(
    `${component}: a reader whose principalId is an output needs a name, such as { name: "analysts", principalId: group.objectId, principalType: "Group" }.`,
  );
}
