/**
 * What the caller may do at a scope, as `Microsoft.Authorization/permissions` tells it: one entry per role that it holds
 * there or above. The emulator asks no caller for a role, so one that holds none at all is taken for an owner; one that
 * was given roles is told those, and no more. (That the list works at subscriptions too, and not only at resource groups
 * and resources, which the published API names, is observed of the portal.)
 */
import { textAt } from "../json";
import type { JsonObject } from "../json";
import { parameter } from "../server/router";
import type { Route } from "../server/router";
import type { EmulatorRequest } from "../types";
import { assignmentType } from "./authorization";
import type { ArmContext } from "./context";
import { roleDefinitions } from "./role-definitions";
import type { RoleDefinition } from "./role-definitions";
import { requireSubscription } from "./subscriptions";
import { decodeForeignToken } from "./tokens";

export function permissionRoutes(context: ArmContext): readonly Route[] {
  return [
    {
      pattern: "{scope*}/providers/Microsoft.Authorization/permissions",
      name: "permissions",
      methods: {
        GET: (request, parameters) => {
          const scope = parameter(parameters, "scope");
          const subscription = /^\/subscriptions\/([^/]+)/i.exec(scope)?.[1];
          if (subscription !== undefined) requireSubscription(context, subscription);
          return { status: 200, body: { value: rolesOf(context, request, scope).map(permission) } };
        },
      },
    },
  ];
}

const owner: RoleDefinition = { id: "", name: "Owner", actions: ["*"] };

function rolesOf(context: ArmContext, request: EmulatorRequest, scope: string): readonly RoleDefinition[] {
  const caller = objectIdOf(request)?.toLowerCase();
  const held = context.store
    .under("", assignmentType)
    .map(({ body }) => body)
    .filter((body) => caller !== undefined && textAt(body, "properties", "principalId")?.toLowerCase() === caller);
  if (held.length === 0) return [owner];
  const here = `${scope}/`.toLowerCase();
  return held.filter((body) => here.startsWith(scopeOf(body))).flatMap((body) => roleOf(body) ?? []);
}

function objectIdOf({ headers }: EmulatorRequest): string | undefined {
  const token = /^Bearer +(\S+)$/i.exec(headers["authorization"] ?? "")?.[1];
  return token === undefined ? undefined : textAt(decodeForeignToken(token), "oid");
}

const scopeOf = (assignment: JsonObject): string =>
  `${(textAt(assignment, "properties", "scope") ?? "").toLowerCase().replace(/\/+$/, "")}/`;

function roleOf(assignment: JsonObject): RoleDefinition | undefined {
  const role = textAt(assignment, "properties", "roleDefinitionId")?.toLowerCase() ?? "";
  return roleDefinitions.find(({ id }) => role.endsWith(id));
}

function permission({ actions, notActions = [], dataActions = [] }: RoleDefinition): JsonObject {
  return { actions, notActions, dataActions, notDataActions: [] };
}
