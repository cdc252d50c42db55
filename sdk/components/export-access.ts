// The file and not the folder: a hundred resources less to load.
import { RoleAssignment } from "@pulumi/azure-native/authorization/roleAssignment";
import * as pulumi from "@pulumi/pulumi";
import { ExportPrincipal, ServiceGrant } from "../resources/surroundings";
import {
  checkArguments,
  distinct,
  input,
  isLater,
  matching,
  memberOf,
  object,
  oneOf,
  plain,
  span,
  text,
  whenKnown,
} from "./arguments";
import type { Shape, Together } from "./arguments";
import { accountIdRule, containerNameRule } from "./storage-names";
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
  /** How long to wait until the service's assignment shows, such as `5m`; only with `grant: "service"`. Default: `2m`. */
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
    checkArguments(shape, name, args);
    super("azure-cost-exports:index:ExportAccess", name, {}, opts);
    const parent = { parent: this };
    const { exportId, containerName, grant = "service", grantTimeout } = args;
    const storageAccountId = whenKnown(shape.owner, name, "storageAccountId", args.storageAccountId, accountIdRule);
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
    for (const [index, reader] of (args.readers ?? []).entries()) {
      const { principalId } = reader;
      const word = wordFor(reader) ?? "";
      const path = `readers[${index}].principalType`;
      const principalType = whenKnown(shape.owner, name, path, reader.principalType, principalTypeRule);
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
function wordFor(reader: unknown): string | undefined {
  const [name, principalId] = [memberOf(reader, "name"), memberOf(reader, "principalId")];
  if (typeof name === "string") return name;
  return typeof principalId === "string" ? principalId : undefined;
}

const principalTypeRule = oneOf("User", "Group", "ServicePrincipal");

const readerShape: Shape<ExportReader> = {
  owner: "a reader",
  rules: {
    principalId: input(
      matching(
        /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
        "object id",
        "Write the GUID that the user, group or service principal has in Entra ID.",
      ),
    ),
    principalType: input(principalTypeRule),
    name: plain(text),
  },
  required: {
    principalId: "Give the object id of a user, group or service principal in Entra ID.",
    principalType: 'Write "User", "Group" or "ServicePrincipal".',
  },
  together: ({ principalId, name }, at) =>
    isLater(principalId) && name === undefined
      ? [
          `${at("name")} is missing: ${at("principalId")} is an output, which is not known when resources are named. Give it a name, such as { name: "analysts", principalId: group.objectId, principalType: "Group" }.`,
        ]
      : [],
};

export const readersRule = plain(distinct(object(readerShape), wordFor, "Name each reader once."));

export const grantRule = plain(oneOf("service", "account", "none"));

/** Only the service's own assignment is waited for. */
export const timeoutWithoutWait: Together<Pick<ExportAccessArgs, "grant" | "grantTimeout">> = (
  { grant, grantTimeout },
  at,
) =>
  grantTimeout !== undefined && (grant === "account" || grant === "none")
    ? [
        `${at("grantTimeout")} is for grant "service", but ${at("grant")} is "${grant}", which waits for nothing. Leave out one of the two.`,
      ]
    : [];

const shape: Shape<ExportAccessArgs> = {
  owner: "ExportAccess",
  rules: {
    exportId: input(text),
    storageAccountId: input(accountIdRule),
    containerName: input(containerNameRule),
    grant: grantRule,
    grantTimeout: input(span),
    readers: readersRule,
  },
  required: {
    storageAccountId: "Give the id of the storage account that the export delivers to.",
    containerName: "Give the name of the container that the export delivers to.",
  },
  together: (given, at) => [
    ...timeoutWithoutWait(given, at),
    ...(["grant", "grantTimeout"] as const)
      .filter((key) => given[key] !== undefined && given[key] !== "none" && given.exportId === undefined)
      .map(
        (key) =>
          `${at(key)} is for an export's identity, but ${at("exportId")} is missing. Give it, or leave ${at(key)} out.`,
      ),
  ],
};
