/** Tokens that the platform below hands out: managed identity at an endpoint of the user's, and build systems. */
import { HttpFailure, type Http, type HttpResponse } from "./http";
import { isObject, parseJson, parseServiceError } from "./service-error";
import type { Assertion } from "./settings";
import type { Clock } from "./types";

const timeoutMs = 30_000;

interface ManagedIdentity {
  readonly endpoint: string;
  /** Set on App Service and Container Apps: their protocol instead of the metadata service's. */
  readonly header: string | undefined;
  readonly clientId: string | undefined;
}

/**
 * Managed identity at `msiEndpoint`. The library cannot be told an endpoint: it reads process variables, and only once.
 * The two protocols: https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference and
 * https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token.
 */
export async function managedIdentityToken(
  http: Http,
  clock: Clock,
  identity: ManagedIdentity,
  scope: string,
): Promise<{ readonly token: string; readonly expiresOnTimestamp: number }> {
  const url = new URL(identity.endpoint);
  url.searchParams.set("api-version", identity.header === undefined ? "2018-02-01" : "2019-08-01");
  url.searchParams.set("resource", scope.replace(/\/\.default$/, ""));
  if (identity.clientId !== undefined) url.searchParams.set("client_id", identity.clientId);
  const headers: Record<string, string> =
    identity.header === undefined ? { Metadata: "true" } : { Metadata: "true", "X-IDENTITY-HEADER": identity.header };
  const body = await askJson(http, "GET", url.href, headers);
  const token = body["access_token"];
  if (typeof token !== "string") throw new Error("the endpoint's answer holds no access_token");
  return { token, expiresOnTimestamp: expiry(body, clock.now()) };
}

/** `expires_on` is seconds since 1970 as a number or a string; older hosts of App Service send a date. */
function expiry(body: Readonly<Record<string, unknown>>, now: number): number {
  const seconds = Number(body["expires_on"]);
  if (seconds > 0) return seconds * 1000;
  const date = typeof body["expires_on"] === "string" ? Date.parse(body["expires_on"]) : NaN;
  if (!Number.isNaN(date)) return date;
  const life = Number(body["expires_in"]);
  return now + (life > 0 ? life * 1000 : 0);
}

/**
 * An identity token of GitHub Actions or Azure Pipelines, to be exchanged at Entra ID:
 * https://docs.github.com/actions/security-for-github-actions/security-hardening-your-deployments/about-security-hardening-with-openid-connect and
 * https://learn.microsoft.com/rest/api/azure/devops/distributedtask/oidctoken/create.
 */
export async function requestAssertion(
  http: Http,
  assertion: Extract<Assertion, { from: "github" | "azure-devops" }>,
): Promise<string> {
  const url = new URL(assertion.url);
  const github = assertion.from === "github";
  if (github) {
    url.searchParams.set("audience", assertion.audience);
  } else {
    url.searchParams.set("api-version", "7.1");
    url.searchParams.set("serviceConnectionId", assertion.serviceConnectionId);
  }
  const headers = { Authorization: `Bearer ${assertion.token}`, "Content-Type": "application/json" };
  const body = await askJson(http, github ? "GET" : "POST", url.href, headers);
  const token = body[github ? "value" : "oidcToken"];
  if (typeof token !== "string" || token === "") throw new Error(`${url.host} answered without an identity token`);
  return token;
}

async function askJson(
  http: Http,
  method: string,
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, unknown>>> {
  const host = new URL(url).host;
  const response = await ask(http, method, url, headers, host);
  const body = parseJson(response.text);
  if (response.status >= 200 && response.status < 300 && isObject(body)) return body;
  const { code, message } = parseServiceError(response.text, response.headers["content-type"]);
  throw new Error(`${host} answered with HTTP ${response.status}${code === undefined ? "" : ` (${code})`}: ${message}`);
}

async function ask(
  http: Http,
  method: string,
  url: string,
  headers: Readonly<Record<string, string>>,
  host: string,
): Promise<HttpResponse> {
  try {
    return await http({ method, url, headers, timeoutMs });
  } catch (error) {
    throw error instanceof HttpFailure ? new Error(`${host}: ${error.message}`) : error;
  }
}
