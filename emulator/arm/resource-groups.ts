/** Resource groups. Deleting one takes with it what lives in it, the exports of its scope included (assumed of exports). */
import type { JsonObject } from "../json";
import { isObject, textAt } from "../json";
import type { EmulatorResponse } from "../types";
import { jsonBody, refuse } from "./context";
import type { ArmContext } from "./context";
import { armError, missingMember, resourceGroupNotFound } from "./errors";
import { parameter } from "../server/router";
import type { Parameters, Route } from "../server/router";
import { requireSubscription } from "./subscriptions";

const type = "Microsoft.Resources/resourceGroups";

export function resourceGroupRoutes(context: ArmContext): readonly Route[] {
  const { store } = context;
  const nameOf = (parameters: Parameters): string => parameter(parameters, "resourceGroupName");
  const groupsId = (parameters: Parameters): string =>
    `/subscriptions/${requireSubscription(context, parameter(parameters, "subscriptionId"))}/resourceGroups`;
  const idOf = (parameters: Parameters): string => `${groupsId(parameters)}/${nameOf(parameters)}`;
  const existing = (parameters: Parameters): JsonObject =>
    store.get(idOf(parameters))?.body ?? refuse(resourceGroupNotFound(nameOf(parameters)));

  const put = (body: JsonObject, parameters: Parameters): EmulatorResponse => {
    const id = idOf(parameters);
    const before = store.get(id);
    const location = textAt(body, "location")?.replaceAll(" ", "").toLowerCase();
    if (location === undefined) return missingMember("location");
    if (before !== undefined && before.body["location"] !== location) {
      return armError(
        409,
        "InvalidResourceGroupLocation",
        `Invalid resource group location '${location}'. The Resource group already exists in location '${String(before.body["location"])}'.`,
      );
    }
    const stored = {
      id: before?.id ?? id,
      name: textAt(before?.body, "name") ?? nameOf(parameters),
      type,
      location,
      ...(isObject(body["tags"]) ? { tags: body["tags"] } : {}),
      properties: { provisioningState: "Succeeded" },
    };
    store.put({ id: stored.id, type, body: stored });
    return { status: before === undefined ? 201 : 200, body: stored };
  };

  return [
    {
      pattern: "/subscriptions/{subscriptionId}/resourceGroups",
      name: "resourceGroups",
      methods: {
        GET: (_, parameters) => ({
          status: 200,
          body: { value: store.under(groupsId(parameters), type).map(({ body }) => body) },
        }),
      },
    },
    {
      pattern: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}",
      name: "resourceGroups",
      methods: {
        GET: (_, parameters) => ({ status: 200, body: existing(parameters) }),
        HEAD: (_, parameters) => ({ status: store.get(idOf(parameters)) === undefined ? 404 : 204 }),
        PUT: (request, parameters) => put(jsonBody(request), parameters),
        PATCH: (request, parameters) => put({ ...existing(parameters), ...jsonBody(request) }, parameters),
        DELETE: (_, parameters) => {
          existing(parameters);
          const id = idOf(parameters);
          context.deleteExports(id);
          store.deleteTree(id);
          return { status: 200 };
        },
      },
    },
    {
      pattern: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/resources",
      name: "resources",
      methods: {
        GET: (_, parameters) => {
          existing(parameters);
          const accounts = store.under(idOf(parameters), "Microsoft.Storage/storageAccounts");
          return { status: 200, body: { value: accounts.map(({ body }) => summary(body)) } };
        },
      },
    },
  ];
}

function summary({ id, name, type: resourceType, location, kind, sku, tags }: JsonObject): JsonObject {
  return { id, name, type: resourceType, location, kind, sku, tags };
}
