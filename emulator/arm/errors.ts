/** Every error of ARM and Entra that the emulator answers with, by name. Wording is general ARM knowledge (assumed) unless said. */
import type { EmulatorRequest, EmulatorResponse } from "../types";

export function armError(
  status: number,
  code: string,
  message: string,
  headers?: Record<string, string>,
): EmulatorResponse {
  return { status, body: { error: { code, message } }, ...(headers === undefined ? {} : { headers }) };
}

/** What the emulator knows to exist in Azure, or cannot rule out, and does not do. */
export function notSupported({ method, rawPath }: Pick<EmulatorRequest, "method" | "rawPath">): EmulatorResponse {
  return armError(
    501,
    "EmulatorNotSupported",
    `The emulator does not support ${method} ${rawPath}. docs/emulator.md lists what it does.`,
  );
}

export const missingApiVersion = (): EmulatorResponse =>
  armError(
    400,
    "MissingApiVersionParameter",
    "The api-version query parameter (?api-version=) is required for all requests.",
  );

export const invalidApiVersion = (version: string, supported?: readonly string[]): EmulatorResponse =>
  armError(
    400,
    "InvalidApiVersionParameter",
    supported === undefined
      ? `The api-version '${version}' is invalid. It must be a date such as '2021-04-01', or one followed by '-preview'.`
      : `The api-version '${version}' is invalid. The supported versions are '${supported.join(",")}'.`,
  );

export const invalidResourceType = (namespace: string, type: string, version: string): EmulatorResponse =>
  armError(
    404,
    "InvalidResourceType",
    `The resource type '${type}' could not be found in the namespace '${namespace}' for api version '${version}'.`,
  );

export const noRegisteredProvider = (namespace: string, type: string, version: string): EmulatorResponse =>
  armError(
    400,
    "NoRegisteredProviderFound",
    `No registered resource provider found for API version '${version}' for type '${namespace}/${type}'.`,
  );

export const invalidNamespace = (namespace: string): EmulatorResponse =>
  armError(404, "InvalidResourceNamespace", `The resource namespace '${namespace}' is invalid.`);

export const malformedContent = (detail: string): EmulatorResponse =>
  armError(400, "InvalidRequestContent", `The request content was invalid and could not be deserialized: '${detail}'.`);

export const missingBody = (): EmulatorResponse =>
  armError(400, "MissingRequestBody", "The request body is missing or is not a JSON object.");

export const missingMember = (member: string): EmulatorResponse =>
  armError(
    400,
    member === "location" ? "LocationRequired" : "InvalidRequestContent",
    `The ${member} property is required for this definition.`,
  );

/** Recorded in many public issues. */
export const wrongIssuer = (issuer: string, home: string): EmulatorResponse =>
  armError(
    401,
    "InvalidAuthenticationTokenTenant",
    `The access token is from the wrong issuer 'https://sts.windows.net/${issuer}/'. It must match the tenant 'https://sts.windows.net/${home}/' associated with this subscription. Please use the authority (URL) 'https://login.windows.net/${home}' to get the token.`,
  );

export const subscriptionNotFound = (subscription: string): EmulatorResponse =>
  armError(404, "SubscriptionNotFound", `The subscription '${subscription}' could not be found.`);

export const resourceGroupNotFound = (name: string): EmulatorResponse =>
  armError(404, "ResourceGroupNotFound", `Resource group '${name}' could not be found.`);

export const resourceNotFound = (type: string, name: string, resourceGroup: string): EmulatorResponse =>
  armError(
    404,
    "ResourceNotFound",
    `The Resource '${type}/${name}' under resource group '${resourceGroup}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
  );

/** OAuth errors, as Entra's token endpoint words them: a code of its own in the description. */
export function entraError(
  status: number,
  error: string,
  code: number,
  text: string,
  requestId: string,
): EmulatorResponse {
  return {
    status,
    headers: { "cache-control": "no-store, no-cache" },
    body: {
      error,
      error_description: `AADSTS${code}: ${text} Trace ID: ${requestId} Correlation ID: ${requestId}`,
      error_codes: [code],
      trace_id: requestId,
      correlation_id: requestId,
      error_uri: `https://login.microsoftonline.com/error?code=${code}`,
    },
  };
}
