/**
 * Role definitions and role assignments. Assignments are stored and listed; only those of exports are asked for, by switch.
 * Whether the caller may write them is a condition of the storage account, not a matter of the caller's own roles.
 */
import { tenantId } from "../constants";
import { objectAt, textAt } from "../json";
import type { JsonObject } from "../json";
import type { EmulatorRequest, EmulatorResponse } from "../types";
import { jsonBody, refuse } from "./context";
import type { ArmContext } from "./context";
import { armError, missingMember } from "./errors";
import { roleDefinitions } from "./role-definitions";
import type { RoleDefinition } from "./role-definitions";
import { parameter } from "../server/router";
import type { Parameters, Route } from "../server/router";
import { requireSubscription } from "./subscriptions";
import { callerOf } from "./surroundings";

export const assignmentType = "Microsoft.Authorization/roleAssignments";
const definitionType = "Microsoft.Authorization/roleDefinitions";

export function authorizationRoutes(context: ArmContext): readonly Route[] {
  const scopeOf = (parameters: Parameters): string => {
    const scope = parameter(parameters, "scope");
    const subscription = /^\/subscriptions\/([^/]+)/i.exec(scope)?.[1];
    if (subscription !== undefined) requireSubscription(context, subscription);
    return scope;
  };
  return [
    {
      pattern: "{scope*}/providers/Microsoft.Authorization/roleDefinitions",
      name: "roleDefinitions",
      methods: { GET: (request, parameters) => listDefinitions(request, scopeOf(parameters)) },
    },
    {
      pattern: "{scope*}/providers/Microsoft.Authorization/roleDefinitions/{name}",
      name: "roleDefinitions",
      methods: { GET: (_, parameters) => getDefinition(scopeOf(parameters), parameter(parameters, "name")) },
    },
    {
      pattern: "{scope*}/providers/Microsoft.Authorization/roleAssignments",
      name: "roleAssignments",
      methods: { GET: (request, parameters) => listAssignments(context, request, scopeOf(parameters)) },
    },
    {
      pattern: "{scope*}/providers/Microsoft.Authorization/roleAssignments/{name}",
      name: "roleAssignments",
      methods: {
        GET: (_, parameters) => {
          const id = `${scopeOf(parameters)}/providers/${assignmentType}/${parameter(parameters, "name")}`;
          return {
            status: 200,
            body: context.store.get(id)?.body ?? refuse(assignmentNotFound(parameter(parameters, "name"))),
          };
        },
        PUT: (request, parameters) =>
          putAssignment(context, request, scopeOf(parameters), parameter(parameters, "name")),
        DELETE: (request, parameters) => {
          const scope = scopeOf(parameters);
          if (!context.mayAssignRoles(scope)) return denied(request, "delete", scope);
          const id = `${scope}/providers/${assignmentType}/${parameter(parameters, "name")}`;
          const before = context.store.get(id);
          context.store.delete(id);
          return before === undefined ? { status: 204 } : { status: 200, body: before.body };
        },
      },
    },
  ];
}

function putAssignment(context: ArmContext, request: EmulatorRequest, scope: string, name: string): EmulatorResponse {
  if (!context.mayAssignRoles(scope)) return denied(request, "write", scope);
  const sent = objectAt(jsonBody(request), "properties") ?? refuse(missingMember("properties"));
  const principalId = textAt(sent, "principalId") ?? refuse(missingMember("principalId"));
  const definitionId = textAt(sent, "roleDefinitionId") ?? refuse(missingMember("roleDefinitionId"));
  const role = definitionId.slice(definitionId.lastIndexOf("/") + 1).toLowerCase();
  if (!isGuid(name)) {
    return armError(
      400,
      "InvalidRoleAssignmentId",
      `The role assignment ID '${name}' is not valid. The role assignment ID must be a GUID.`,
    );
  }
  if (!isGuid(principalId))
    return armError(
      400,
      "InvalidPrincipalId",
      `The principal ID '${principalId}' is not valid. Principal ID must be a GUID.`,
    );
  if (!roleDefinitions.some(({ id }) => id === role)) {
    return armError(
      404,
      "RoleDefinitionDoesNotExist",
      `The specified role definition with ID '${role.replaceAll("-", "")}' does not exist.`,
    );
  }
  if (context.switches.principalsMissing && textAt(sent, "principalType") === undefined) {
    return armError(
      400,
      "PrincipalNotFound",
      `Principal ${principalId.replaceAll("-", "")} does not exist in the directory ${tenantId}. Check that you have the correct principal ID. If you are creating this principal and then immediately assigning a role, this error might be related to a replication delay. In this case, set the role assignment principalType property to a value, such as ServicePrincipal, User, or Group.`,
    );
  }
  const same = (one: JsonObject): boolean =>
    textAt(one, "properties", "principalId")?.toLowerCase() === principalId.toLowerCase() &&
    textAt(one, "properties", "roleDefinitionId")?.toLowerCase().endsWith(role) === true &&
    textAt(one, "properties", "scope")?.toLowerCase() === scopeText(scope).toLowerCase();
  const id = `${scope}/providers/${assignmentType}/${name}`;
  const before = context.store.get(id);
  if (before !== undefined) {
    if (same(before.body)) return { status: 200, body: before.body };
    return armError(
      400,
      "RoleAssignmentUpdateNotPermitted",
      "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.",
    );
  }
  const twin = context.store.under("", assignmentType).find(({ body }) => same(body));
  if (twin !== undefined) {
    return armError(
      409,
      "RoleAssignmentExists",
      `The role assignment already exists. The ID of the existing role assignment is ${String(twin.body["name"]).replaceAll("-", "")}.`,
    );
  }
  const now = new Date(context.clock.now()).toISOString();
  const body = {
    id,
    type: assignmentType,
    name,
    properties: {
      ...sent,
      roleDefinitionId: definitionId,
      principalId,
      principalType: textAt(sent, "principalType") ?? "ServicePrincipal",
      scope: scopeText(scope),
      condition: sent["condition"] ?? null,
      conditionVersion: sent["conditionVersion"] ?? null,
      createdOn: now,
      updatedOn: now,
    },
  };
  context.store.put({ id, type: assignmentType, body });
  return { status: 201, body };
}

/** At the scope, above and below; `atScope()` leaves out what is below. Other filters are refused, not guessed. */
function listAssignments(context: ArmContext, request: EmulatorRequest, scope: string): EmulatorResponse {
  const here = `${scope.toLowerCase()}/`;
  const scopeOf = (body: JsonObject): string =>
    `${(textAt(body, "properties", "scope") ?? "").toLowerCase().replace(/\/$/, "")}/`;
  const tests: ((body: JsonObject) => boolean)[] = [
    (body) => here.startsWith(scopeOf(body)) || scopeOf(body).startsWith(here),
  ];
  for (const clause of clauses(request.query["$filter"])) {
    const principal = /^(?:principalId eq '([^']+)'|assignedTo\('([^']+)'\))$/i.exec(clause);
    const wanted = (principal?.[1] ?? principal?.[2])?.toLowerCase();
    if (/^atScope\(\)$/i.test(clause)) tests.push((body) => here.startsWith(scopeOf(body)));
    else if (wanted !== undefined)
      tests.push((body) => textAt(body, "properties", "principalId")?.toLowerCase() === wanted);
    else return unsupportedFilter(clause);
  }
  const value = context.store
    .under("", assignmentType)
    .map(({ body }) => body)
    .filter((body) => tests.every((test) => test(body)));
  return { status: 200, body: { value } };
}

function listDefinitions(request: EmulatorRequest, scope: string): EmulatorResponse {
  let found = roleDefinitions;
  for (const clause of clauses(request.query["$filter"])) {
    const name = /^roleName eq '((?:[^']|'')*)'$/i.exec(clause)?.[1]?.replaceAll("''", "'").toLowerCase();
    const type = /^type eq '([^']*)'$/i.exec(clause)?.[1]?.toLowerCase();
    if (name !== undefined) found = found.filter((one) => one.name.toLowerCase() === name);
    else if (type !== undefined) found = type === "builtinrole" ? found : [];
    else if (!/^atScopeAndBelow\(\)$/i.test(clause)) return unsupportedFilter(clause);
  }
  return { status: 200, body: { value: found.map((one) => definitionBody(one, scope)) } };
}

function getDefinition(scope: string, id: string): EmulatorResponse {
  const found = roleDefinitions.find((one) => one.id === id.toLowerCase());
  if (found !== undefined) return { status: 200, body: definitionBody(found, scope) };
  return armError(
    404,
    "RoleDefinitionDoesNotExist",
    `The specified role definition with ID '${id.replaceAll("-", "")}' does not exist.`,
  );
}

function definitionBody(
  { id, name, actions, notActions = [], dataActions = [] }: RoleDefinition,
  scope: string,
): JsonObject {
  const subscription = /^\/subscriptions\/[^/]+/i.exec(scope)?.[0] ?? "";
  return {
    id: `${subscription}/providers/${definitionType}/${id}`,
    type: definitionType,
    name: id,
    properties: {
      roleName: name,
      type: "BuiltInRole",
      description: "",
      assignableScopes: ["/"],
      permissions: [{ actions, notActions, dataActions, notDataActions: [] }],
    },
  };
}

const clauses = (filter: string | undefined): string[] =>
  filter === undefined || filter === "" ? [] : filter.split(/ and /i).map((one) => one.trim());

const unsupportedFilter = (clause: string): EmulatorResponse =>
  armError(501, "EmulatorNotSupported", `The emulator does not support the filter "${clause}" here.`);

const denied = ({ headers }: EmulatorRequest, verb: "write" | "delete", scope: string): EmulatorResponse =>
  armError(
    403,
    "AuthorizationFailed",
    `The client '${callerOf(headers["authorization"]) ?? "unknown"}' does not have authorization to perform action '${assignmentType}/${verb}' over scope '${scopeText(scope)}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
  );

const assignmentNotFound = (name: string): EmulatorResponse =>
  armError(404, "RoleAssignmentNotFound", `The role assignment '${name}' is not found.`);

const scopeText = (scope: string): string => (scope === "" ? "/" : scope);
const isGuid = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
