/**
 * The lifecycle policy of a storage account: kept and shown, never carried out. One per account, called `default` in the
 * address and `DefaultManagementPolicy` in answers (documented). Codes and wording of refusals are assumed.
 */
import { at, isObject, textAt } from "../json";
import { parameter } from "../server/router";
import type { Parameters, Route } from "../server/router";
import type { EmulatorRequest, EmulatorResponse } from "../types";
import { jsonBody, refuse } from "./context";
import type { ArmContext } from "./context";
import { armError, resourceNotFound } from "./errors";
import { requireSubscription } from "./subscriptions";

const accountType = "Microsoft.Storage/storageAccounts";
const policyType = "Microsoft.Storage/storageAccounts/managementPolicies";

export function managementPolicyRoutes(context: ArmContext): readonly Route[] {
  const { store, clock } = context;
  const idOf = (parameters: Parameters): string => {
    const group = parameter(parameters, "resourceGroupName");
    const account = parameter(parameters, "accountName");
    const subscription = requireSubscription(context, parameter(parameters, "subscriptionId"));
    const id = `/subscriptions/${subscription}/resourceGroups/${group}/providers/${accountType}/${account}`;
    if (store.get(id) === undefined) refuse(resourceNotFound(accountType, account, group));
    return `${id}/managementPolicies/default`;
  };
  const put = (request: EmulatorRequest, parameters: Parameters): EmulatorResponse => {
    const id = idOf(parameters);
    const policy = at(jsonBody(request), "properties", "policy");
    const problem = problemOf(policy);
    if (problem !== undefined) return armError(400, "InvalidRequestPropertyValue", problem);
    const body = {
      id,
      name: "DefaultManagementPolicy",
      type: policyType,
      properties: { lastModifiedTime: new Date(clock.now()).toISOString(), policy },
    };
    store.put({ id, type: policyType, body });
    return { status: 200, body };
  };
  return [
    {
      pattern:
        "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Storage/storageAccounts/{accountName}/managementPolicies/default",
      name: "managementPolicies",
      methods: {
        GET: (_, parameters) => ({ status: 200, body: store.get(idOf(parameters))?.body ?? refuse(notFound) }),
        PUT: put,
        DELETE: (_, parameters) => ({ status: store.delete(idOf(parameters)) ? 200 : 204 }),
      },
    },
  ];
}

const notFound = armError(404, "ManagementPolicyNotFound", "No ManagementPolicy found for the account.");

/** What the published model requires of each rule. */
function problemOf(policy: unknown): string | undefined {
  const rules = at(policy, "rules");
  if (!Array.isArray(rules) || rules.length === 0 || rules.length > 100)
    return "The policy must have between 1 and 100 rules.";
  const names = rules.map((rule: unknown) => textAt(rule, "name") ?? "");
  if (new Set(names).size < names.length) return "The names of the rules must be unique within the policy.";
  return rules.map(ruleProblem).find((problem) => problem !== undefined);
}

function ruleProblem(rule: unknown): string | undefined {
  const name = textAt(rule, "name") ?? "";
  if (!/^[a-z0-9-]{1,256}$/i.test(name)) return `The rule name '${name}' is invalid.`;
  if (textAt(rule, "type") !== "Lifecycle") return `The type of rule '${name}' must be Lifecycle.`;
  const types = at(rule, "definition", "filters", "blobTypes");
  if (!Array.isArray(types) || !types.every((type) => type === "blockBlob" || type === "appendBlob"))
    return `The filter blobTypes of rule '${name}' must name blockBlob or appendBlob.`;
  const actions = ["baseBlob", "snapshot", "version"].flatMap((kind) => {
    const found = at(rule, "definition", "actions", kind);
    return isObject(found) ? Object.entries(found) : [];
  });
  if (actions.length === 0) return `Rule '${name}' has no action.`;
  const wrong = actions.find(([action, value]) => !(known.includes(action) && isAge(value)));
  return wrong === undefined ? undefined : `The action '${wrong[0]}' of rule '${name}' is invalid.`;
}

const known = ["tierToCool", "tierToCold", "tierToArchive", "tierToHot", "delete"];

/** `enableAutoTierToHotFromCool` asks for access tracking, which is not emulated. */
function isAge(value: unknown): boolean {
  const ages: readonly unknown[] = Object.values(isObject(value) ? value : {});
  return ages.length > 0 && ages.every((age) => typeof age === "number" && age >= 0);
}
