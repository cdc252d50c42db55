/** Role assignments, as far as exports need them: Azure Resource Manager's, api-version 2022-04-01. */
import type { ArmResponse } from "../arm";
import { getAt } from "../cost-management/values";
import { sameId } from "./plain";
import type { ResourceContext } from "./resource";

const apiVersion = "2022-04-01";

export interface RoleOfPrincipal {
  readonly principalId: string;
  /** The GUID of the role. */
  readonly role: string;
  /** The full id of what the role is assigned on. */
  readonly scope: string;
}

/** The id of the assignment that is made on this very scope, not above; undefined where there is none. */
export async function findAssignment(
  { principalId, role, scope }: RoleOfPrincipal,
  { arm }: ResourceContext,
  deadline: number,
): Promise<string | undefined> {
  const path = `${scope}/providers/Microsoft.Authorization/roleAssignments`;
  // At, above and below the scope (documented); `atScope()` does not go with it.
  const query = { $filter: `principalId eq '${principalId}'` };
  let location: string | undefined;
  do {
    const { body }: ArmResponse = await arm.send({
      method: "GET",
      path,
      apiVersion,
      query,
      operation: "list",
      scope,
      deadline,
      ...(location === undefined ? {} : { location }),
    });
    const items = getAt(body, "value");
    for (const item of Array.isArray(items) ? (items as readonly unknown[]) : []) {
      const id = getAt(item, "id");
      const definition = getAt(item, "properties.roleDefinitionId");
      if (
        typeof id === "string" &&
        sameId(getAt(item, "properties.principalId"), principalId) &&
        sameId(getAt(item, "properties.scope"), scope) &&
        typeof definition === "string" &&
        sameId(definition.split("/").at(-1), role)
      )
        return id;
    }
    const next = getAt(body, "nextLink");
    location = typeof next === "string" && next !== "" ? next : undefined;
  } while (location !== undefined);
  return undefined;
}

export async function assignmentExists(id: string, { arm }: ResourceContext, deadline: number): Promise<boolean> {
  const { status } = await arm.send({ method: "GET", path: id, apiVersion, operation: "read", scope: id, deadline });
  return status !== 404;
}

/** One that is gone already is as good: 204 and 404 (documented). */
export async function deleteAssignment(id: string, { arm }: ResourceContext, deadline: number): Promise<void> {
  await arm.send({ method: "DELETE", path: id, apiVersion, operation: "delete", scope: id, deadline });
}
