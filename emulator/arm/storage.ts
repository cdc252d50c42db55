/** Storage accounts, their blob service and containers: as resources only, the data plane is another server's business. */
import { tenantId } from "../constants";
import { isObject, objectAt, textAt } from "../json";
import type { JsonObject } from "../json";
import { accountKeys } from "../server/account-keys";
import { signContainerSas } from "../server/service-sas";
import { guidOf } from "../server/ids";
import type { EmulatorRequest, EmulatorResponse } from "../types";
import { jsonBody, refuse } from "./context";
import type { ArmContext } from "./context";
import { armError, missingMember, resourceGroupNotFound, resourceNotFound } from "./errors";
import { parameter } from "../server/router";
import type { Parameters, Route } from "../server/router";
import type { ArmStore } from "./store";
import { requireSubscription } from "./subscriptions";

const accountType = "Microsoft.Storage/storageAccounts";
const serviceType = "Microsoft.Storage/storageAccounts/blobServices";
const containerType = "Microsoft.Storage/storageAccounts/blobServices/containers";

export function storageRoutes(context: ArmContext): readonly Route[] {
  const { store } = context;
  const subscriptionId = (parameters: Parameters): string =>
    `/subscriptions/${requireSubscription(context, parameter(parameters, "subscriptionId"))}`;
  const accountsId = (parameters: Parameters): string =>
    `${subscriptionId(parameters)}/resourceGroups/${parameter(parameters, "resourceGroupName")}/providers/${accountType}`;
  const accountId = (parameters: Parameters): string =>
    `${accountsId(parameters)}/${parameter(parameters, "accountName")}`;
  const existingGroup = (parameters: Parameters): void => {
    const name = parameter(parameters, "resourceGroupName");
    if (store.get(`${subscriptionId(parameters)}/resourceGroups/${name}`) === undefined)
      refuse(resourceGroupNotFound(name));
  };
  const existingAccount = (parameters: Parameters): JsonObject =>
    store.get(accountId(parameters))?.body ??
    refuse(
      resourceNotFound(accountType, parameter(parameters, "accountName"), parameter(parameters, "resourceGroupName")),
    );
  const serviceId = (parameters: Parameters): string => {
    existingAccount(parameters);
    return `${accountId(parameters)}/blobServices/default`;
  };
  const containerId = (parameters: Parameters): string =>
    `${serviceId(parameters)}/containers/${parameter(parameters, "containerName")}`;

  const putAccount = (request: EmulatorRequest, body: JsonObject, parameters: Parameters): EmulatorResponse => {
    existingGroup(parameters);
    const name = parameter(parameters, "accountName");
    const id = accountId(parameters);
    const before = store.get(id);
    const refused = accountProblem(name, body) ?? takenProblem(context, name, id);
    if (refused !== undefined) return refused;
    const stored = accountBody(context, request, { id: before?.id ?? id, name, body, before: before?.body });
    store.put({ id: stored.id, type: accountType, body: stored });
    return { status: 200, body: stored, after: context.openStorage(name) };
  };

  const blobService = (parameters: Parameters): JsonObject => {
    const id = serviceId(parameters);
    return store.get(id)?.body ?? { id, name: "default", type: serviceType, properties: defaultService };
  };

  const putContainer = (request: EmulatorRequest, parameters: Parameters): EmulatorResponse => {
    const id = containerId(parameters);
    const name = parameter(parameters, "containerName");
    // A body is optional here: SDKs send `{}`, people nothing.
    const body = request.rawBody.trim() === "" ? {} : jsonBody(request);
    if (
      !/^[a-z0-9](?!.*--)[a-z0-9-]{1,61}[a-z0-9]$/.test(name) &&
      name !== "$web" &&
      name !== "$root" &&
      name !== "$logs"
    ) {
      return armError(400, "InvalidResourceName", "The specified resource name contains invalid characters.");
    }
    const before = store.get(id);
    const stored = storeContainer(context, before?.id ?? id, {
      ...objectAt(before?.body, "properties"),
      ...objectAt(body, "properties"),
    });
    return {
      status: before === undefined ? 201 : 200,
      headers: { etag: stored.etag },
      body: stored,
      after: context.openStorage(parameter(parameters, "accountName").toLowerCase(), name),
    };
  };

  const list =
    (type: string) =>
    (id: string): EmulatorResponse => ({
      status: 200,
      body: { value: store.under(id, type).map(({ body }) => body) },
    });
  const account =
    "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Storage/storageAccounts/{accountName}";

  return [
    {
      pattern: "/subscriptions/{subscriptionId}/providers/Microsoft.Storage/checkNameAvailability",
      name: "storageAccounts",
      verb: "checkName",
      methods: {
        POST: (request, parameters) => {
          subscriptionId(parameters);
          return nameAvailability(context, textAt(jsonBody(request), "name") ?? "");
        },
      },
    },
    {
      pattern: "/subscriptions/{subscriptionId}/providers/Microsoft.Storage/storageAccounts",
      name: "storageAccounts",
      methods: { GET: (_, parameters) => list(accountType)(subscriptionId(parameters)) },
    },
    {
      pattern: account.slice(0, account.lastIndexOf("/")),
      name: "storageAccounts",
      methods: {
        GET: (_, parameters) => {
          existingGroup(parameters);
          return list(accountType)(accountsId(parameters));
        },
      },
    },
    {
      pattern: account,
      name: "storageAccounts",
      methods: {
        GET: (_, parameters) => ({ status: 200, body: existingAccount(parameters) }),
        PUT: (request, parameters) => putAccount(request, jsonBody(request), parameters),
        PATCH: (request, parameters) => {
          const before = existingAccount(parameters);
          return putAccount(request, { ...before, ...jsonBody(request) }, parameters);
        },
        DELETE: (_, parameters) => {
          const id = accountId(parameters);
          const existed = store.get(id) !== undefined;
          store.deleteTree(id);
          return { status: existed ? 200 : 204 };
        },
      },
    },
    {
      pattern: `${account}/listKeys`,
      name: "storageAccounts",
      verb: "listKeys",
      methods: { POST: (_, parameters) => ({ status: 200, body: keysAnswer(existingAccount(parameters)) }) },
    },
    {
      pattern: `${account}/ListServiceSas`,
      name: "storageAccounts",
      verb: "listServiceSas",
      methods: { POST: (request, parameters) => serviceSas(context, existingAccount(parameters), jsonBody(request)) },
    },
    {
      pattern: `${account}/blobServices`,
      name: "blobServices",
      methods: { GET: (_, parameters) => ({ status: 200, body: { value: [blobService(parameters)] } }) },
    },
    {
      pattern: `${account}/blobServices/default`,
      name: "blobServices",
      methods: {
        GET: (_, parameters) => ({ status: 200, body: blobService(parameters) }),
        PUT: (request, parameters) => {
          const before = blobService(parameters);
          const properties = { ...objectAt(before, "properties"), ...objectAt(jsonBody(request), "properties") };
          const stored = { ...before, properties };
          store.put({ id: serviceId(parameters), type: serviceType, body: stored });
          return { status: 200, body: stored };
        },
      },
    },
    {
      pattern: `${account}/blobServices/default/containers`,
      name: "containers",
      methods: { GET: (_, parameters) => list(containerType)(serviceId(parameters)) },
    },
    {
      pattern: `${account}/blobServices/default/containers/{containerName}`,
      name: "containers",
      methods: {
        GET: (_, parameters) => ({
          status: 200,
          body:
            store.get(containerId(parameters))?.body ??
            refuse(armError(404, "ContainerNotFound", "The specified container does not exist.")),
        }),
        PUT: putContainer,
        PATCH: putContainer,
        DELETE: (_, parameters) => {
          const id = containerId(parameters);
          const existed = store.get(id) !== undefined;
          store.deleteTree(id);
          return { status: existed ? 200 : 204 };
        },
      },
    },
  ];
}

/** The service creates the container that it delivers to (documented); nothing where the account itself is not known. */
export function createDeliveredContainer(context: ArmContext, id: string): void {
  const [account = ""] = id.split("/blobServices/");
  if (context.store.get(account) !== undefined && context.store.get(id) === undefined) storeContainer(context, id, {});
}

/** The storage accounts, and their containers, by name. */
export function storedAccounts({
  under,
}: ArmStore): readonly { readonly account: string; readonly container?: string }[] {
  const containers = under("", containerType).map(({ id }) => ({
    account: id.split("/").at(-5) ?? "",
    container: id.split("/").at(-1) ?? "",
  }));
  return [...under("", accountType).map(({ body }) => ({ account: String(body["name"]) })), ...containers];
}

function storeContainer(
  context: ArmContext,
  id: string,
  properties: JsonObject,
): JsonObject & { readonly etag: string } {
  const etag = `"0x8${context.newId().replaceAll("-", "").slice(0, 14).toUpperCase()}"`;
  const body = {
    id,
    name: id.slice(id.lastIndexOf("/") + 1),
    type: containerType,
    etag,
    properties: {
      ...defaultContainer,
      lastModifiedTime: new Date(context.clock.now()).toISOString(),
      ...properties,
      etag,
    },
  };
  context.store.put({ id, type: containerType, body });
  return body;
}

interface AccountContent {
  readonly id: string;
  readonly name: string;
  readonly body: JsonObject;
  readonly before: JsonObject | undefined;
}

/** What was sent, over what was there, over the service's defaults; read-only members are the service's own. */
function accountBody(
  context: ArmContext,
  request: EmulatorRequest,
  { id, name, body, before }: AccountContent,
): JsonObject & { readonly id: string } {
  const location = (textAt(body, "location") ?? "").replaceAll(" ", "").toLowerCase();
  const skuName = textAt(body, "sku", "name") ?? "Standard_LRS";
  const created = textAt(before, "properties", "creationTime") ?? new Date(context.clock.now()).toISOString();
  const identity = objectAt(body, "identity");
  return {
    id,
    name,
    type: accountType,
    location,
    kind: body["kind"],
    sku: { ...objectAt(body, "sku"), name: skuName, tier: skuName.split("_")[0] },
    tags: isObject(body["tags"]) ? body["tags"] : {},
    ...(textAt(identity, "type")?.includes("SystemAssigned") === true
      ? { identity: { ...identity, principalId: guidOf(`identity of ${id.toLowerCase()}`), tenantId } }
      : {}),
    properties: {
      accessTier: "Hot",
      allowBlobPublicAccess: false,
      minimumTlsVersion: "TLS1_2",
      supportsHttpsTrafficOnly: true,
      networkAcls: { bypass: "AzureServices", virtualNetworkRules: [], ipRules: [], defaultAction: "Allow" },
      encryption: {
        services: { file: { keyType: "Account", enabled: true }, blob: { keyType: "Account", enabled: true } },
        keySource: "Microsoft.Storage",
      },
      privateEndpointConnections: [],
      ...objectAt(before, "properties"),
      ...objectAt(body, "properties"),
      creationTime: created,
      primaryEndpoints: { blob: `${context.blobEndpoint(request)}/${name}/` },
      primaryLocation: location,
      provisioningState: "Succeeded",
      statusOfPrimary: "available",
    },
  };
}

function accountProblem(name: string, body: JsonObject): EmulatorResponse | undefined {
  if (!isAccountName(name)) return armError(400, "AccountNameInvalid", invalidName(name));
  const missing = [
    textAt(body, "location") === undefined ? "location" : undefined,
    textAt(body, "sku", "name") === undefined ? "sku" : undefined,
    textAt(body, "kind") === undefined ? "kind" : undefined,
  ].find((member) => member !== undefined);
  return missing === undefined ? undefined : missingMember(missing);
}

function takenProblem(context: ArmContext, name: string, id: string): EmulatorResponse | undefined {
  const owner = accountNamed(context, name);
  if (owner === undefined || owner.toLowerCase() === id.toLowerCase()) return undefined;
  return armError(409, "StorageAccountAlreadyTaken", `The storage account named ${name} is already taken.`);
}

function nameAvailability(context: ArmContext, name: string): EmulatorResponse {
  if (!isAccountName(name))
    return { status: 200, body: { nameAvailable: false, reason: "AccountNameInvalid", message: invalidName(name) } };
  if (accountNamed(context, name) === undefined) return { status: 200, body: { nameAvailable: true } };
  return {
    status: 200,
    body: {
      nameAvailable: false,
      reason: "AlreadyExists",
      message: `The storage account named ${name} is already taken.`,
    },
  };
}

/** Names of accounts are unique in all of Azure. */
function accountNamed({ store }: ArmContext, name: string): string | undefined {
  return store.under("", accountType).find(({ body }) => body["name"] === name)?.id;
}

const isAccountName = (name: string): boolean => /^[a-z0-9]{3,24}$/.test(name);

const invalidName = (name: string): string =>
  `${name} is not a valid storage account name. Storage account name must be between 3 and 24 characters in length and use numbers and lower-case letters only.`;

function keysAnswer(account: JsonObject): unknown {
  return {
    keys: accountKeys(String(account["name"])).map((value, index) => ({
      keyName: `key${index + 1}`,
      permissions: "FULL",
      value,
      creationTime: textAt(account, "properties", "creationTime"),
    })),
  };
}

/** Of containers only. Works with the shared key off too, where the service's tokens would be refused: blobs here know no other way in. */
function serviceSas(context: ArmContext, account: JsonObject, body: JsonObject): EmulatorResponse {
  const name = String(account["name"]);
  const container = new RegExp(`^/blob/${name}/([^/]+)$`).exec(textAt(body, "canonicalizedResource") ?? "")?.[1];
  const expiry = Date.parse(textAt(body, "signedExpiry") ?? "");
  const permissions = textAt(body, "signedPermission") ?? "";
  if (container === undefined || textAt(body, "signedResource") !== "c" || permissions === "" || Number.isNaN(expiry))
    return armError(
      400,
      "InvalidValuesForRequestParameters",
      "Values for request parameters are invalid: canonicalizedResource, signedResource, signedPermission, signedExpiry.",
    );
  // Whoever checks the token may read another clock than the emulator's.
  const end = context.blobClock() + expiry - context.clock.now();
  const token = signContainerSas({
    account: name,
    container,
    permissions,
    expiry: new Date(end).toISOString().replace(/\.\d+Z$/, "Z"),
    protocol: textAt(body, "signedProtocol") ?? "",
  });
  return { status: 200, body: { serviceSasToken: token } };
}

const defaultService: JsonObject = {
  cors: { corsRules: [] },
  deleteRetentionPolicy: { allowPermanentDelete: false, enabled: false },
};

const defaultContainer: JsonObject = {
  publicAccess: "None",
  leaseStatus: "Unlocked",
  leaseState: "Available",
  defaultEncryptionScope: "$account-encryption-key",
  denyEncryptionScopeOverride: false,
  hasImmutabilityPolicy: false,
  hasLegalHold: false,
};
