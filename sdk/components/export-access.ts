// The file and not the folder: a hundred resources less to load.
import { RoleAssignment } from "@pulumi/azure-native/authorization/roleAssignment";
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
  /** The identity of the export, where one is named and not `grant: "none"`. */
  readonly principal: ExportPrincipal | undefined;
  /** What the service assigned to it; not with `grant: "none"`. */
  readonly serviceGrant: ServiceGrant | undefined;
  /** By the reader's name. */
  readonly readers: Readonly<Record<string, RoleAssignment>>;

  constructor(name: string, args: ExportAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("azure-cost-exports:index:ExportAccess", name, {}, opts);
    const parent = { parent: this };
    const { exportId, storageAccountId, containerName, grant = "service", grantTimeout } = args;
    if (grant === "account" && exportId === undefined)
      throw new Error(`${name}: grant "account" needs exportId, whose identity it is for.`);
    if (exportId !== undefined && grant !== "none") {
      this.principal = new ExportPrincipal(name, { exportId }, parent);
      const { principalId } = this.principal;
      this.serviceGrant = new ServiceGrant(
        name,
        {
          exportId,
          principalId,
          storageAccountId,
          containerName,
          required: grant === "service",
          ...(grantTimeout === undefined ? {} : { timeouts: { create: grantTimeout } }),
        },
        parent,
      );
      if (grant === "account") {
        const role = storageBlobDataContributor;
        assign(
          `${name}-writer`,
          { scope: storageAccountId, role, principalId, principalType: "ServicePrincipal" },
          parent,
        );
      }
    }
    const container = pulumi.interpolate`${storageAccountId}/blobServices/default/containers/${containerName}`;
    const readers: Record<string, RoleAssignment> = {};
    for (const reader of args.readers ?? []) {
      const { principalId, principalType } = reader;
      const word = readerName(name, reader);
      if (readers[word] !== undefined) throw new Error(`${name}: two readers are called ${word}. Name each once.`);
      const given = { scope: container, role: storageBlobDataReader, principalId, principalType };
      readers[word] = assign(`${name}-reader-${word}`, given, parent);
    }
    this.readers = readers;
    this.registerOutputs({ principalId: this.principal?.principalId });
  }
}

interface Assignment {
  readonly scope: pulumi.Input<string>;
  /** The GUID of the role. */
  readonly role: string;
  readonly principalId: pulumi.Input<string>;
  readonly principalType: pulumi.Input<string>;
}

function assign(
  name: string,
  { scope, role, principalId, principalType }: Assignment,
  opts: pulumi.CustomResourceOptions,
): RoleAssignment {
  const names = pulumi.all([scope, principalId]).apply(([at, principal]) => ({
    assignment: roleAssignmentName(at, principal, role),
    definition: roleDefinitionId(at, role),
  }));
  const args = {
    roleAssignmentName: names.assignment,
    roleDefinitionId: names.definition,
    scope,
    principalId,
    principalType,
  };
  return new RoleAssignment(name, args, { ...opts, deleteBeforeReplace: true });
}

/** By position, a reader's removal would hand its resource to the next one, and lose that one's right on the way. */
function readerName(component: string, { name, principalId }: ExportReader): string {
  if (name !== undefined) return name;
  if (typeof principalId === "string") return principalId;
  throw new Error(
    `${component}: a reader whose principalId is an output needs a name, such as { name: "analysts", principalId: group.objectId, principalType: "Group" }.`,
  );
}
