/**
 * ARM as clients meet it: authentication, api-version, quotas, then the resource provider. Microsoft.CostManagement is
 * answered by its own parts; everything else that exports need around them lives here.
 */
import type { EmulatorPart, EmulatorRequest, EmulatorResponse, VirtualClock } from "../types";
import type { AllSwitches } from "../server/switches";
import type { Recognised } from "../server/exchange";
import type { Quotas } from "../server/quota";
import { authenticate } from "./authentication";
import { authorizationRoutes } from "./authorization";
import { billingRoutes } from "./billing";
import type { ArmContext } from "./context";
import { Refusal, refuse } from "./context";
import {
  invalidApiVersion,
  invalidNamespace,
  invalidResourceType,
  missingApiVersion,
  noRegisteredProvider,
  wrongIssuer,
  notSupported,
  resourceGroupNotFound,
} from "./errors";
import { identityRoutes } from "./identity";
import { managementPolicyRoutes } from "./management-policies";
import { metadataRoutes } from "./metadata";
import { costManagementOperation, costManagementSegments } from "./operations";
import { permissionRoutes } from "./permissions";
import { replicationRoutes } from "./replication";
import { resourceGroupRoutes } from "./resource-groups";
import { matchRoute } from "../server/router";
import { storageRoutes } from "./storage";
import { requireDestination } from "./surroundings";
import { hostedTypes, requireSubscription, subscriptionRoutes } from "./subscriptions";
import type { Tokens } from "./tokens";

export type { ArmContext } from "./context";
export { armError, notSupported } from "./errors";
export { managedIdentityPath, oidcRequestPath } from "./identity";
export { storageRolesOf } from "./roles";
export { createDeliveredContainer, storedAccounts } from "./storage";
export { createArmStore } from "./store";
export { callerOf, surroundingsOf } from "./surroundings";
export { createTokens } from "./tokens";

export interface ArmOptions {
  readonly context: ArmContext;
  readonly clock: VirtualClock;
  readonly switches: AllSwitches;
  readonly tokens: Tokens;
  readonly quotas: Quotas;
  readonly identityHeader: string;
  readonly oidcRequestToken: string;
  /** Microsoft.CostManagement; the first part that answers wins. */
  readonly parts: readonly EmulatorPart[];
}

export function createArm(options: ArmOptions): (request: EmulatorRequest) => Recognised {
  const { context } = options;
  const open = [...metadataRoutes(options.tokens), ...identityRoutes(options)];
  const resources = [
    ...subscriptionRoutes(context),
    ...resourceGroupRoutes(context),
    ...storageRoutes(context),
    ...managementPolicyRoutes(context),
    ...replicationRoutes(context),
    ...authorizationRoutes(context),
    ...permissionRoutes(context),
    ...billingRoutes(context),
  ];

  return (request) => {
    const unguarded = matchRoute(open, request.method, request.segments);
    if (unguarded !== undefined) {
      const { operation, handler, parameters } = unguarded;
      return {
        category: operation.startsWith("token.") ? "token" : "metadata",
        operation,
        costManagement: false,
        run: guarded(() => handler?.(request, parameters) ?? notSupported(request)),
      };
    }
    const costManagement = costManagementSegments(request.segments);
    if (costManagement !== undefined) {
      const operation = costManagementOperation(request.method, costManagement.types);
      const answer = (): EmulatorResponse => {
        enter(options, request, operation, costManagement.scope);
        requireScope(context, costManagement.scope);
        if (operation === "exports.put") requireDestination(context, request);
        return answerOf(options.parts, request) ?? unknownResource(request);
      };
      return { category: "arm", operation, costManagement: true, run: guarded(answer) };
    }
    const match = matchRoute(resources, request.method, request.segments);
    const operation = match?.operation ?? "unknown";
    return {
      category: "arm",
      operation,
      costManagement: false,
      run: guarded(() => {
        enter(options, request, operation, undefined);
        checkApiVersion(request);
        if (match === undefined) return unknownResource(request);
        return match.handler?.(request, match.parameters) ?? notSupported(request);
      }),
    };
  };
}

/** What every ARM request passes: a token first, then the quotas, which are the caller's. */
function enter(options: ArmOptions, request: EmulatorRequest, operation: string, scope: string | undefined): void {
  const caller = authenticate(request, options);
  const subscription = subscriptionOf(request.segments) ?? "";
  requireTenant(options.context, subscription, caller.tenantId);
  if (options.switches.quotas === "none") return;
  const throttled = options.quotas.take({
    method: request.method,
    operation,
    costManagement: scope !== undefined,
    scope: (scope ?? subscription).toLowerCase(),
    subscription: subscription.toLowerCase(),
    caller: `${caller.objectId} ${request.headers["clienttype"] ?? ""}`,
  });
  if (throttled !== undefined) refuse(throttled);
}

function answerOf(parts: readonly EmulatorPart[], request: EmulatorRequest): EmulatorResponse | undefined {
  for (const part of parts) {
    const response = part.handle(request);
    if (response !== undefined) return response;
  }
  return undefined;
}

/** ARM takes only tokens of the tenant that a subscription belongs to. */
function requireTenant(context: ArmContext, subscription: string, tenant: string): void {
  const home = context.tenantOf(subscription);
  if (subscription !== "" && home.toLowerCase() !== tenant.toLowerCase()) refuse(wrongIssuer(tenant, home));
}

/** Under `strictResources`, the subscription and the resource group of the scope must be there. */
function requireScope(context: ArmContext, scope: string): void {
  const [, subscription, , group] = /^\/subscriptions\/([^/]+)(\/resourceGroups\/([^/]+))?/i.exec(scope) ?? [];
  if (subscription === undefined) return;
  requireSubscription(context, subscription);
  if (group === undefined || !context.switches.strictResources) return;
  if (context.store.get(`/subscriptions/${subscription}/resourceGroups/${group}`) === undefined)
    refuse(resourceGroupNotFound(group));
}

/** Any date will do: the emulated resources have one model, and clients of all ages ask for theirs. */
function checkApiVersion({ query }: EmulatorRequest): void {
  const version = query["api-version"];
  if (version === undefined || version === "") refuse(missingApiVersion());
  if (!/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(-[a-z][a-z0-9.]*)?$/i.test(version))
    refuse(invalidApiVersion(version));
}

/**
 * A namespace that Azure has and the emulator has not, or a type of a hosted namespace that exists in Azure: refused
 * loudly. A type that exists nowhere: refused as ARM does.
 */
function unknownResource(request: EmulatorRequest): EmulatorResponse {
  checkApiVersion(request);
  const { segments, query, method } = request;
  const lower = segments.map((segment) => segment.toLowerCase());
  const provider = lower.lastIndexOf("providers");
  const asked = provider < 0 ? undefined : segments[provider + 1];
  if (asked === undefined) return notSupported(request);
  const namespace = Object.keys(hostedTypes).find((one) => one.toLowerCase() === asked.toLowerCase());
  if (namespace === undefined)
    return asked.toLowerCase().startsWith("microsoft.") ? notSupported(request) : invalidNamespace(asked);
  const type = segments[provider + 2];
  if (type === undefined || (hostedTypes[namespace] ?? []).some((one) => one.toLowerCase() === type.toLowerCase())) {
    return notSupported(request);
  }
  const version = query["api-version"] ?? "";
  const reads = method === "GET" || method === "HEAD" || method === "DELETE";
  return reads ? invalidResourceType(namespace, type, version) : noRegisteredProvider(namespace, type, version);
}

function subscriptionOf(segments: readonly string[]): string | undefined {
  return segments[0]?.toLowerCase() === "subscriptions" ? segments[1] : undefined;
}

function guarded(answer: () => EmulatorResponse): () => EmulatorResponse {
  return () => {
    try {
      return answer();
    } catch (error) {
      if (error instanceof Refusal) return error.response;
      throw error;
    }
  };
}
