/** Checks of rights: what the caller may do at the scope and at the storage account, and which identities may write blobs. */
import { sameId } from "../cost-management/compare";
import type { Scope } from "../cost-management/scopes";
import { listOf } from "../cost-management/spelling";
import { getAt } from "../cost-management/values";
import {
  authorizationVersion,
  callerName,
  unseen,
  type Doctor,
  type ExportFacts,
  type StorageFacts,
} from "./doctor-facts";
import { say, unknown, type Finding } from "./doctor-findings";
import { itemsOf, type Answer } from "./doctor-read";

/** What a scope's exports need. Without the first two nothing can be deployed. */
const scopeActions = {
  must: ["Microsoft.CostManagement/exports/read", "Microsoft.CostManagement/exports/write"],
  should: ["Microsoft.CostManagement/exports/delete", "Microsoft.CostManagement/exports/run/action"],
} as const;
const assignRoles = "Microsoft.Authorization/roleAssignments/write";
const writeAccount = "Microsoft.Storage/storageAccounts/write";

export async function checkScopeRights({ kind, path, ids }: Scope, doctor: Doctor): Promise<Finding> {
  if (ids["billingAccountId"] !== undefined) {
    return unknown(
      "scopeRights",
      path,
      "rights on billing scopes come from billing roles, which are not read.",
      `Look at the caller's role in the portal: Cost Management + Billing, Access control (IAM) of this ${kind}.`,
    );
  }
  const answer = await permissionsAt(path, doctor);
  if (answer.type !== "found") return unseen("scopeRights", path, answer, doctor);
  const facts = { caller: callerName(doctor.context) };
  const lackedMust = lacking(answer, scopeActions.must);
  if (lackedMust.length > 0) return say("scopeRights", "error", path, { ...facts, actions: listOf(lackedMust) });
  const lacked = lacking(answer, scopeActions.should);
  return lacked.length > 0
    ? say("scopeRights", "warning", path, { ...facts, actions: listOf(lacked) })
    : say("scopeRights", "ok", path);
}

/** Which of the two rights matters is told by the exports: before there are any, by what the account asks of them. */
export async function checkStorageRights({ id, exports, account }: StorageFacts, doctor: Doctor): Promise<Finding> {
  const answer = await permissionsAt(id, doctor);
  if (answer.type !== "found") return unseen("storageRights", id, answer, doctor);
  const facts = { caller: callerName(doctor.context) };
  const needsIdentity =
    exports.some(({ hasIdentity }) => hasIdentity) || (exports.length === 0 && asksForIdentity(account));
  const needsWrite = exports.some(({ hasIdentity }) => !hasIdentity) || (exports.length === 0 && !needsIdentity);
  if (needsIdentity && lacking(answer, [assignRoles]).length > 0)
    return say("storageRights", "error", id, { ...facts, actions: assignRoles });
  if (needsWrite && lacking(answer, [writeAccount]).length > 0)
    return say("storageRights", "warning", id, { ...facts, actions: writeAccount });
  const actions = [...(needsIdentity ? [assignRoles] : []), ...(needsWrite ? [writeAccount] : [])];
  return say("storageRights", "ok", id, { actions: listOf(actions) });
}

function asksForIdentity(account: Answer): boolean {
  const properties = account.type === "found" ? getAt(account.body, "properties") : undefined;
  return (
    getAt(properties, "allowSharedKeyAccess") === false ||
    getAt(properties, "networkAcls.defaultAction") === "Deny" ||
    getAt(properties, "publicNetworkAccess") === "Disabled"
  );
}

function permissionsAt(path: string, { reads }: Doctor): Promise<Answer> {
  return reads.get(`${path}/providers/Microsoft.Authorization/permissions`, authorizationVersion, path);
}

/** An action is allowed where one role has it among its actions and not among its exceptions. */
function lacking(answer: Answer, actions: readonly string[]): readonly string[] {
  const roles = itemsOf(answer);
  const within = (patterns: unknown, action: string): boolean =>
    Array.isArray(patterns) && patterns.some((pattern) => typeof pattern === "string" && covers(pattern, action));
  return actions.filter(
    (action) => !roles.some((role) => within(role["actions"], action) && !within(role["notActions"], action)),
  );
}

export function covers(pattern: string, action: string): boolean {
  const source = pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*");
  return new RegExp(`^${source}$`, "i").test(action);
}

const contributor = "ba92f5b4-2d11-453d-a403-e96b0029c9fe";
/** Built-in roles that write blobs: Storage Blob Data Contributor and Owner. */
const writers = [contributor, "b7e6dc6d-f1e8-4753-8033-0f276bb0955b"];

interface Assignment {
  readonly id: string;
  readonly principal: string;
  readonly role: string;
  readonly at: string;
  readonly isService: boolean;
}

export interface KnownPrincipals {
  /** Of every export that was found, and of those that a stack remembers. */
  readonly ids: readonly string[];
  /** False where a scope's exports could not be read: then nobody can be called unknown. */
  readonly complete: boolean;
}

export async function checkRoles(
  facts: StorageFacts,
  known: KnownPrincipals,
  doctor: Doctor,
): Promise<readonly Finding[]> {
  const { id } = facts;
  const answer = await doctor.reads.get(
    `${id}/providers/Microsoft.Authorization/roleAssignments`,
    authorizationVersion,
    id,
  );
  if (answer.type !== "found")
    return [unseen("deliveryRole", id, answer, doctor), unseen("orphanedRole", id, answer, doctor)];
  const assignments = itemsOf(answer).flatMap((item) => assignmentOf(item) ?? []);
  return [...deliveryRoles(facts, assignments), ...orphans(id, assignments, known)];
}

function assignmentOf(item: unknown): Assignment | undefined {
  const text = (path: string): string => {
    const value = getAt(item, path);
    return typeof value === "string" ? value : "";
  };
  const [id, principal] = [text("id"), text("properties.principalId").toLowerCase()];
  if (id === "" || principal === "") return undefined;
  return {
    id,
    principal,
    role: text("properties.roleDefinitionId").toLowerCase(),
    at: text("properties.scope"),
    isService: /^(?:ServicePrincipal)?$/i.test(text("properties.principalType")),
  };
}

function deliveryRoles({ id, exports }: StorageFacts, assignments: readonly Assignment[]): readonly Finding[] {
  const identities = exports.filter(({ hasIdentity, live }) => hasIdentity && live.principalId !== undefined);
  const without = identities.filter((one) => !assignments.some((assignment) => writes(assignment, one, id)));
  if (without.length === 0) return identities.length === 0 ? [] : [say("deliveryRole", "ok", id)];
  return without.map(({ name, container, live }) => {
    const subject = container === undefined ? id : `${id}/blobServices/default/containers/${container}`;
    return say("deliveryRole", "warning", subject, { export: name, principal: live.principalId ?? "" });
  });
}

function writes({ principal, role, at }: Assignment, { live, container }: ExportFacts, accountId: string): boolean {
  const target = container === undefined ? accountId : `${accountId}/blobServices/default/containers/${container}`;
  return (
    principal === live.principalId?.toLowerCase() &&
    writers.some((writer) => role.endsWith(writer)) &&
    isWithin(target, at)
  );
}

function orphans(
  id: string,
  assignments: readonly Assignment[],
  { ids, complete }: KnownPrincipals,
): readonly Finding[] {
  const users = new Set(ids.map((one) => one.toLowerCase()));
  const lost = assignments.filter(
    ({ role, at, principal, isService }) =>
      isService && role.endsWith(contributor) && isWithin(at, id) && !users.has(principal),
  );
  if (lost.length === 0) return [say("orphanedRole", "ok", id)];
  if (!complete)
    return [
      unknown(
        "orphanedRole",
        id,
        "the exports of a scope could not be read, and may use the roles here.",
        "Mend what keeps the exports from being read, and run it again.",
      ),
    ];
  return lost.map(({ id: assignment, principal, at }) =>
    say("orphanedRole", "warning", id, { assignment, principal, at }),
  );
}

/** Whether an id is the other one, or lies beneath it. */
function isWithin(inner: string, outer: string): boolean {
  return sameId(inner, outer) || `${inner}/`.toLowerCase().startsWith(`${outer.replace(/\/+$/, "")}/`.toLowerCase());
}
