/**
 * Object replication policies of storage accounts, as resources: nothing is replicated. A container that a rule copies to
 * takes no exports (documented), which is why a client may want to read them.
 */
import { objectAt, textAt } from "../json";
import type { JsonObject } from "../json";
import { parameter } from "../server/router";
import type { Parameters, Route } from "../server/router";
import type { EmulatorRequest, EmulatorResponse } from "../types";
import { jsonBody, refuse } from "./context";
import type { ArmContext } from "./context";
import { armError, missingMember, resourceNotFound } from "./errors";
import { requireSubscription } from "./subscriptions";

const policyType = "Microsoft.Storage/storageAccounts/objectReplicationPolicies";

export function replicationRoutes(context: ArmContext): readonly Route[] {
  const { store } = context;
  const accountId = (parameters: Parameters): string => {
    const subscription = requireSubscription(context, parameter(parameters, "subscriptionId"));
    const group = parameter(parameters, "resourceGroupName");
    const name = parameter(parameters, "accountName");
    const id = `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Storage/storageAccounts/${name}`;
    return store.get(id) === undefined
      ? refuse(resourceNotFound("Microsoft.Storage/storageAccounts", name, group))
      : id;
  };
  const policyId = (parameters: Parameters): string =>
    `${accountId(parameters)}/objectReplicationPolicies/${parameter(parameters, "policyId")}`;

  const put = (request: EmulatorRequest, parameters: Parameters): EmulatorResponse => {
    const sent = objectAt(jsonBody(request), "properties") ?? refuse(missingMember("properties"));
    for (const member of ["sourceAccount", "destinationAccount"])
      if (textAt(sent, member) === undefined) refuse(missingMember(member));
    // The destination's policy is written first, under the name "default": the service chooses its id.
    const asked = policyId(parameters);
    const chosen =
      parameter(parameters, "policyId") === "default" ? context.newId() : parameter(parameters, "policyId");
    const id = `${asked.slice(0, asked.lastIndexOf("/"))}/${chosen}`;
    const rules = (Array.isArray(sent["rules"]) ? (sent["rules"] as readonly JsonObject[]) : []).map((rule) => ({
      ruleId: textAt(rule, "ruleId") ?? context.newId(),
      ...rule,
    }));
    const properties = { ...sent, policyId: chosen, enabledTime: new Date(context.clock.now()).toISOString(), rules };
    const body = { id, name: chosen, type: policyType, properties };
    store.put({ id, type: policyType, body });
    return { status: 200, body };
  };

  const account =
    "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Storage/storageAccounts/{accountName}/objectReplicationPolicies";
  return [
    {
      pattern: account,
      name: "objectReplicationPolicies",
      methods: {
        GET: (_, parameters) => ({
          status: 200,
          body: { value: store.under(accountId(parameters), policyType).map(({ body }) => body) },
        }),
      },
    },
    {
      pattern: `${account}/{policyId}`,
      name: "objectReplicationPolicies",
      methods: {
        GET: (_, parameters) => ({
          status: 200,
          body: store.get(policyId(parameters))?.body ?? refuse(policyNotFound()),
        }),
        PUT: put,
        DELETE: (_, parameters) => ({ status: store.delete(policyId(parameters)) ? 200 : 204 }),
      },
    },
  ];
}

const policyNotFound = (): EmulatorResponse =>
  armError(404, "ObjectReplicationPolicyNotFound", "The specified object replication policy does not exist.");
