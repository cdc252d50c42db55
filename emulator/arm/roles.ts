/**
 * Roles that identities of exports hold on the storage: the service assigns one itself when an export with an identity is
 * written (documented), and under the switch `enforceRoles` a delivery asks for it.
 */
import type { StorageRoles } from "../cost-management";
import { textAt } from "../json";
import type { JsonObject } from "../json";
import { guidOf } from "../server/ids";
import { assignmentType } from "./authorization";
import type { ArmContext } from "./context";
import { roleDefinitions } from "./role-definitions";

/** Storage Blob Data Contributor (documented). */
const contributor = "ba92f5b4-2d11-453d-a403-e96b0029c9fe";

/** Roles that may write blobs. */
const writers = roleDefinitions
  .filter(({ dataActions = [] }) => dataActions.some((action) => /\/blobs\/(\*|write)$/.test(action)))
  .map(({ id }) => id);

export function storageRolesOf(context: ArmContext): StorageRoles {
  const { store, switches, clock } = context;
  const assignmentsOf = (principalId: string): readonly { readonly id: string; readonly body: JsonObject }[] =>
    store
      .under("", assignmentType)
      .filter(({ body }) => textAt(body, "properties", "principalId")?.toLowerCase() === principalId.toLowerCase());
  const mayWrite = (body: JsonObject, containerId: string): boolean => {
    const role = textAt(body, "properties", "roleDefinitionId")?.toLowerCase() ?? "";
    const scope = (textAt(body, "properties", "scope") ?? "").toLowerCase().replace(/\/+$/, "");
    return writers.some((id) => role.endsWith(id)) && `${containerId}/`.toLowerCase().startsWith(`${scope}/`);
  };
  const holds = (principalId: string, containerId: string): boolean =>
    assignmentsOf(principalId).some(({ body }) => mayWrite(body, containerId));
  return {
    holds: (principalId, containerId) => !switches.enforceRoles || holds(principalId, containerId),
    assign: (principalId, containerId) => {
      if (holds(principalId, containerId)) return;
      const name = guidOf(`${contributor} for ${principalId} on ${containerId.toLowerCase()}`);
      const id = `${containerId}/providers/${assignmentType}/${name}`;
      const now = new Date(clock.now()).toISOString();
      const subscription = /^\/subscriptions\/[^/]+/i.exec(containerId)?.[0] ?? "";
      const properties = {
        roleDefinitionId: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${contributor}`,
        principalId,
        principalType: "ServicePrincipal",
        scope: containerId,
        condition: null,
        conditionVersion: null,
        createdOn: now,
        updatedOn: now,
      };
      store.put({ id, type: assignmentType, body: { id, type: assignmentType, name, properties } });
    },
    remove: (principalId) => {
      for (const { id } of assignmentsOf(principalId)) store.delete(id);
    },
  };
}
