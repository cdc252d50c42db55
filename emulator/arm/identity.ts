/**
 * Where tokens come from: Entra's token endpoint (client secret, federated token), the managed-identity endpoints in the
 * styles of App Service, IMDS and Cloud Shell, and the request endpoint by which a CI job gets its own identity token.
 */
import { managedIdentityClientId, tenantId } from "../constants";
import { textAt } from "../json";
import { guidOf } from "../server/ids";
import type { AllSwitches } from "../server/switches";
import type { EmulatorRequest, EmulatorResponse, VirtualClock } from "../types";
import { entraError } from "./errors";
import { parameter } from "../server/router";
import type { Parameters, Route } from "../server/router";
import { decodeForeignToken } from "./tokens";
import type { Credential, Tokens } from "./tokens";

export interface IdentityOptions {
  readonly tokens: Tokens;
  readonly switches: AllSwitches;
  readonly clock: VirtualClock;
  /** What `IDENTITY_HEADER` must hold. */
  readonly identityHeader: string;
  /** What `ACTIONS_ID_TOKEN_REQUEST_TOKEN` must hold. */
  readonly oidcRequestToken: string;
}

/** The audience that Entra asks of a token from another issuer (documented default of federated credentials). */
const exchangeAudience = "api://AzureADTokenExchange";

export const managedIdentityPath = "/msi/token";
export const oidcRequestPath = "/oidc/request";

export function identityRoutes(options: IdentityOptions): readonly Route[] {
  const token: Route["methods"] = { POST: (request, parameters) => clientToken(request, parameters, options) };
  return [
    { pattern: "/{tenant}/oauth2/token", name: "token", verb: "client", methods: token },
    { pattern: "/{tenant}/oauth2/v2.0/token", name: "token", verb: "client", methods: token },
    {
      pattern: managedIdentityPath,
      name: "token",
      verb: "managed-identity",
      methods: {
        GET: (request) => appServiceToken(request, options),
        POST: (request) => cloudShellToken(request, options),
      },
    },
    {
      pattern: "/metadata/identity/oauth2/token",
      name: "token",
      verb: "imds",
      methods: { GET: (request) => imdsToken(request, options) },
    },
    {
      pattern: oidcRequestPath,
      name: "token",
      verb: "oidc-request",
      methods: { GET: (request) => identityToken(request, options) },
    },
  ];
}

function clientToken(
  request: EmulatorRequest,
  parameters: Parameters,
  { tokens, switches, clock }: IdentityOptions,
): EmulatorResponse {
  const form = new URLSearchParams(request.rawBody);
  const fail = (status: number, error: string, code: number, text: string): EmulatorResponse =>
    entraError(status, error, code, text, request.requestId);
  const missing = (name: string): EmulatorResponse =>
    fail(400, "invalid_request", 900144, `The request body must contain the following parameter: '${name}'.`);

  const grant = form.get("grant_type");
  if (grant === null) return missing("grant_type");
  if (grant !== "client_credentials") {
    return fail(400, "unsupported_grant_type", 70003, `The app requested an unsupported grant type '${grant}'.`);
  }
  const basic = basicCredentials(request.headers["authorization"]);
  const clientId = form.get("client_id") ?? basic?.clientId;
  if (clientId === undefined) return missing("client_id");
  const isV2 = request.segments.includes("v2.0");
  const asked = form.get(isV2 ? "scope" : "resource");
  if (asked === null) return missing(isV2 ? "scope" : "resource");
  const resource = isV2 ? scopeResource(asked) : asked;
  if (resource === undefined) {
    return fail(
      400,
      "invalid_scope",
      1002012,
      `The provided value for scope ${asked} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).`,
    );
  }

  const secret = form.get("client_secret") ?? basic?.clientSecret;
  const assertion = form.get("client_assertion");
  if (secret === undefined && assertion === null) {
    return fail(
      401,
      "invalid_client",
      7000218,
      "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    );
  }
  if (assertion !== null) {
    const problem = assertionProblem(assertion, tokens, clock);
    if (problem !== undefined) return fail(401, "invalid_client", problem.code, problem.text);
  } else if (switches.refuseClientSecrets || secret === "") {
    return fail(
      401,
      "invalid_client",
      7000215,
      `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${clientId}'.`,
    );
  }

  const credential = assertion === null ? "client-secret" : "federated-token";
  const { token, lifetimeSeconds } = issue(tokens, {
    clientId,
    tenant: parameter(parameters, "tenant"),
    audience: resource,
    credential,
  });
  return {
    status: 200,
    headers: noStore,
    body: isV2
      ? { token_type: "Bearer", expires_in: lifetimeSeconds, ext_expires_in: lifetimeSeconds, access_token: token }
      : {
          token_type: "Bearer",
          expires_in: String(lifetimeSeconds),
          ext_expires_in: String(lifetimeSeconds),
          ...lifeTimes(lifetimeSeconds),
          resource,
          access_token: token,
        },
  };
}

/** A federated token is taken from any issuer; one that this emulator signed must also name the right audience. */
function assertionProblem(
  assertion: string,
  tokens: Tokens,
  clock: VirtualClock,
): { code: number; text: string } | undefined {
  const claims = decodeForeignToken(assertion);
  if (claims === undefined) return { code: 50027, text: "JWT token is invalid or malformed." };
  const own = tokens.claimsOf(assertion);
  const expires = claims["exp"];
  // The issuer's clock is the real one, unless the issuer is the emulator.
  const now = own === undefined ? Date.now() : clock.now();
  if (typeof expires === "number" && expires * 1_000 <= now) {
    return { code: 700024, text: "Client assertion is not within its valid time range." };
  }
  const audience = textAt(own, "aud");
  if (audience !== undefined && audience !== exchangeAudience) {
    return {
      code: 700212,
      text: `No matching federated identity record found for presented assertion audience '${audience}'.`,
    };
  }
  return undefined;
}

/** App Service (GET with `X-IDENTITY-HEADER`), and IMDS clients that were given this address in `ARM_MSI_ENDPOINT`. */
function appServiceToken(request: EmulatorRequest, options: IdentityOptions): EmulatorResponse {
  const header = request.headers["x-identity-header"] ?? request.headers["secret"];
  if (header === undefined) return imdsToken(request, options);
  if (header !== options.identityHeader) {
    return {
      status: 401,
      body: { statusCode: 401, message: "The X-IDENTITY-HEADER of the request is not the one of this environment." },
    };
  }
  return managedIdentityToken(request.query, options);
}

/** Instance metadata: the `Metadata` header shows that the request was not forwarded by accident (documented). */
function imdsToken(request: EmulatorRequest, options: IdentityOptions): EmulatorResponse {
  if (request.headers["metadata"]?.toLowerCase() !== "true") {
    return {
      status: 400,
      body: { error: "invalid_request", error_description: "Required metadata header not specified" },
    };
  }
  return managedIdentityToken(request.query, options);
}

/** Cloud Shell and the Azure CLI with `MSI_ENDPOINT`: POST of a form, with the `Metadata` header. */
function cloudShellToken(request: EmulatorRequest, options: IdentityOptions): EmulatorResponse {
  if (request.headers["metadata"]?.toLowerCase() !== "true") {
    return {
      status: 400,
      body: { error: "invalid_request", error_description: "Required metadata header not specified" },
    };
  }
  return managedIdentityToken(
    { ...request.query, ...Object.fromEntries(new URLSearchParams(request.rawBody)) },
    options,
  );
}

function managedIdentityToken(asked: Readonly<Record<string, string>>, { tokens }: IdentityOptions): EmulatorResponse {
  const { resource } = asked;
  if (resource === undefined || resource === "") {
    return {
      status: 400,
      body: {
        error: "invalid_resource",
        error_description:
          "AADSTS500011: The resource principal named was not found: the parameter 'resource' is missing.",
      },
    };
  }
  const byId = asked["object_id"] ?? asked["principal_id"] ?? asked["mi_res_id"] ?? asked["msi_res_id"];
  const clientId =
    asked["client_id"] ?? asked["clientid"] ?? (byId === undefined ? managedIdentityClientId : guidOf(byId));
  const { token, lifetimeSeconds } = issue(tokens, {
    clientId,
    tenant: tenantId,
    audience: resource,
    credential: "managed-identity",
  });
  return {
    status: 200,
    headers: noStore,
    body: {
      access_token: token,
      client_id: clientId,
      expires_in: String(lifetimeSeconds),
      ext_expires_in: String(lifetimeSeconds),
      ...lifeTimes(lifetimeSeconds),
      resource,
      token_type: "Bearer",
    },
  };
}

/** As GitHub answers a job that asks for its identity token: GET with `audience`, bearer of the job. */
function identityToken(request: EmulatorRequest, { tokens, oidcRequestToken }: IdentityOptions): EmulatorResponse {
  if (request.headers["authorization"]?.toLowerCase() !== `bearer ${oidcRequestToken}`.toLowerCase()) {
    return { status: 401, body: { message: "The request token of the job is missing or wrong." } };
  }
  const audience = request.query["audience"] ?? "https://github.com/emulator";
  const subject = "repo:emulator/emulator:ref:refs/heads/main";
  const value = tokens.issueIdentityToken("https://token.actions.githubusercontent.com", audience, subject);
  return { status: 200, headers: noStore, body: { count: value.length, value } };
}

interface Grant {
  readonly clientId: string;
  readonly tenant: string;
  readonly audience: string;
  readonly credential: Credential;
}

function issue(tokens: Tokens, { clientId, tenant, audience, credential }: Grant): ReturnType<Tokens["issue"]> {
  const named = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(tenant) ? tenant : tenantId;
  return tokens.issue({
    audience,
    credential,
    clientId,
    tenantId: named,
    objectId: guidOf(`principal of ${clientId.toLowerCase()}`),
  });
}

/** In real time: this is what the client's cache compares with its own clock. */
function lifeTimes(lifetimeSeconds: number): { readonly expires_on: string; readonly not_before: string } {
  const now = Math.floor(Date.now() / 1_000);
  return { expires_on: String(now + lifetimeSeconds), not_before: String(now) };
}

function scopeResource(scopes: string): string | undefined {
  const scope = scopes.split(" ").find((one) => one.endsWith("/.default"));
  return scope?.slice(0, -"/.default".length);
}

function basicCredentials(
  header: string | undefined,
): { readonly clientId: string; readonly clientSecret: string } | undefined {
  const encoded = /^Basic +(\S+)$/i.exec(header ?? "")?.[1];
  if (encoded === undefined) return undefined;
  const [clientId = "", ...secret] = Buffer.from(encoded, "base64").toString("utf8").split(":");
  return { clientId: decodeURIComponent(clientId), clientSecret: decodeURIComponent(secret.join(":")) };
}

const noStore = { "cache-control": "no-store" };
