/**
 * The documents by which clients find their way: the cloud's endpoints, instance discovery, OpenID configuration. All of
 * them point back at the origin that the client used. Rules found by trying real clients: an OpenID document needs
 * `token_endpoint`, `authorization_endpoint`, `jwks_uri` and an `issuer` on a known Microsoft host.
 */
import { tenantId } from "../constants";
import type { JsonObject } from "../json";
import type { EmulatorRequest, EmulatorResponse } from "../types";
import { armAudiences } from "./authentication";
import { armError } from "./errors";
import { parameter } from "../server/router";
import type { Route } from "../server/router";
import type { Tokens } from "./tokens";

export function metadataRoutes(tokens: Tokens): readonly Route[] {
  const openId: Route["methods"] = {
    GET: (request, parameters) => ({
      status: 200,
      body: openIdDocument(request.origin, parameter(parameters, "tenant")),
    }),
  };
  const keys: Route["methods"] = { GET: () => ({ status: 200, body: tokens.keys() }) };
  return [
    { pattern: "/metadata/endpoints", name: "metadata", verb: "endpoints", methods: { GET: endpoints } },
    { pattern: "/common/discovery/instance", name: "metadata", verb: "discovery", methods: { GET: discovery } },
    { pattern: "/{tenant}/.well-known/openid-configuration", name: "metadata", verb: "openid", methods: openId },
    { pattern: "/{tenant}/v2.0/.well-known/openid-configuration", name: "metadata", verb: "openid", methods: openId },
    { pattern: "/{tenant}/discovery/keys", name: "metadata", verb: "keys", methods: keys },
    { pattern: "/{tenant}/discovery/v2.0/keys", name: "metadata", verb: "keys", methods: keys },
  ];
}

/** For `az cloud set`. */
const emulatorCloud = "Emulator";

function endpoints({ query, origin }: EmulatorRequest): EmulatorResponse {
  const version = query["api-version"];
  if (version === undefined)
    return armError(
      400,
      "MissingApiVersionParameter",
      "The api-version query parameter (?api-version=) is required for all requests.",
    );
  if (version === "1.0" || version <= "2015-01-01") return { status: 200, body: flatDocument(origin) };
  const cloud = cloudDocument(origin);
  // The Azure CLI insists on the public login host for a cloud of this name, so it gets another one to choose.
  return { status: 200, body: version < "2022-09-01" ? [cloud, { ...cloud, name: emulatorCloud }] : cloud };
}

/** The oldest shape, which knew four addresses only. */
function flatDocument(origin: string): unknown {
  return {
    galleryEndpoint: `${origin}/`,
    graphEndpoint: "https://graph.windows.net/",
    portalEndpoint: "https://portal.azure.com/",
    graphAudience: "https://graph.windows.net/",
    authentication: { loginEndpoint: `${origin}/`, audiences: audiences() },
  };
}

/** Named as the public cloud: Pulumi's azure-native wants the same name as the Azure CLI's active cloud. */
function cloudDocument(origin: string): JsonObject {
  return {
    name: "AzureCloud",
    portal: "https://portal.azure.com",
    resourceManager: `${origin}/`,
    authentication: { loginEndpoint: origin, audiences: audiences(), tenant: "common", identityProvider: "AAD" },
    graph: "https://graph.windows.net/",
    graphAudience: "https://graph.windows.net/",
    microsoftGraphResourceId: "https://graph.microsoft.com/",
    activeDirectoryDataLake: "https://datalake.azure.net/",
    batch: "https://batch.core.windows.net/",
    media: "https://rest.media.azure.net",
    gallery: "https://gallery.azure.com/",
    sqlManagement: "https://management.core.windows.net:8443/",
    vmImageAliasDoc: `${origin}/metadata/vm-image-aliases`,
    appInsightsResourceId: "https://api.applicationinsights.io",
    appInsightsTelemetryChannelResourceId: "https://dc.applicationinsights.azure.com/v2/track",
    attestationResourceId: "https://attest.azure.net",
    logAnalyticsResourceId: "https://api.loganalytics.io",
    ossrDbmsResourceId: "https://ossrdbms-aad.database.windows.net",
    synapseAnalyticsResourceId: "https://dev.azuresynapse.net",
    suffixes: {
      storage: "core.windows.net",
      keyVaultDns: "vault.azure.net",
      acrLoginServer: "azurecr.io",
      attestationEndpoint: "attest.azure.net",
      azureDataLakeAnalyticsCatalogAndJob: "azuredatalakeanalytics.net",
      azureDataLakeStoreFileSystem: "azuredatalakestore.net",
      azureFrontDoorEndpointSuffix: "azurefd.net",
      mariadbServerEndpoint: "mariadb.database.azure.com",
      mhsmDns: "managedhsm.azure.net",
      mysqlServerEndpoint: "mysql.database.azure.com",
      postgresqlServerEndpoint: "postgres.database.azure.com",
      sqlServerHostname: "database.windows.net",
      storageSyncEndpointSuffix: "afs.azure.net",
      synapseAnalytics: "dev.azuresynapse.net",
    },
  };
}

const audiences = (): string[] => armAudiences.map((one) => `${one}/`);

function discovery({ origin }: EmulatorRequest): EmulatorResponse {
  const { host } = new URL(origin);
  return {
    status: 200,
    body: {
      tenant_discovery_endpoint: `${origin}/${tenantId}/v2.0/.well-known/openid-configuration`,
      "api-version": "1.1",
      metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
    },
  };
}

function openIdDocument(origin: string, tenant: string): unknown {
  const oauth = `${origin}/${tenant}/oauth2`;
  const named = ["common", "organizations", "consumers", "adfs"].includes(tenant.toLowerCase()) ? tenantId : tenant;
  return {
    issuer: `https://sts.windows.net/${named}/`,
    token_endpoint: `${oauth}/v2.0/token`,
    authorization_endpoint: `${oauth}/v2.0/authorize`,
    device_authorization_endpoint: `${oauth}/v2.0/devicecode`,
    end_session_endpoint: `${oauth}/v2.0/logout`,
    jwks_uri: `${origin}/${tenant}/discovery/v2.0/keys`,
    token_endpoint_auth_methods_supported: ["client_secret_post", "private_key_jwt", "client_secret_basic"],
    response_modes_supported: ["query", "fragment", "form_post"],
    response_types_supported: ["code"],
    subject_types_supported: ["pairwise"],
    id_token_signing_alg_values_supported: ["ES256"],
    scopes_supported: ["openid", "profile", "email", "offline_access"],
    claims_supported: ["sub", "iss", "aud", "exp", "iat", "oid", "tid", "ver"],
    tenant_region_scope: "WW",
    cloud_instance_name: "microsoftonline.com",
  };
}
