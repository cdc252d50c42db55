/** Tenants, subscriptions and the registration of resource providers in a subscription. */
import { tenantId } from "../constants";
import type { Agreement } from "../cost-management";
import type { EmulatorResponse } from "../types";
import { refuse } from "./context";
import type { ArmContext } from "./context";
import { invalidNamespace, subscriptionNotFound } from "./errors";
import { parameter } from "../server/router";
import type { Parameters, Route } from "../server/router";

/** How long a registration or its undoing takes; minutes in Azure (documented). */
const registrationTime = 60_000;

export function subscriptionRoutes(context: ArmContext): readonly Route[] {
  const ok = (body: unknown): EmulatorResponse => ({ status: 200, body });
  const subscriptionOf = (parameters: Parameters): string =>
    requireSubscription(context, parameter(parameters, "subscriptionId"));
  const provider = (parameters: Parameters): EmulatorResponse => {
    const subscription = subscriptionOf(parameters);
    return ok(providerBody(context, subscription, hostedNamespace(parameter(parameters, "namespace"))));
  };
  const change = (registered: boolean) => (_: unknown, parameters: Parameters) => {
    const subscription = subscriptionOf(parameters);
    const namespace = hostedNamespace(parameter(parameters, "namespace"));
    const wanted = registered ? "Registered" : "Unregistered";
    if (registrationState(context, subscription, namespace) !== wanted) {
      context.store.register(subscription, namespace, { registered, since: context.clock.now() });
    }
    return provider(parameters);
  };
  return [
    {
      pattern: "/tenants",
      name: "tenants",
      methods: {
        GET: () =>
          ok({ value: [{ id: `/tenants/${tenantId}`, tenantId, tenantCategory: "Home", displayName: "Emulator" }] }),
      },
    },
    {
      pattern: "/subscriptions",
      name: "subscriptions",
      methods: { GET: () => ok({ value: context.subscriptions.map((one) => subscriptionBody(context, one)) }) },
    },
    {
      pattern: "/subscriptions/{subscriptionId}",
      name: "subscriptions",
      methods: { GET: (_, parameters) => ok(subscriptionBody(context, subscriptionOf(parameters))) },
    },
    {
      pattern: "/subscriptions/{subscriptionId}/providers",
      name: "providers",
      methods: {
        GET: (_, parameters) => {
          const subscription = subscriptionOf(parameters);
          return ok({
            value: Object.keys(hostedTypes).map((namespace) => providerBody(context, subscription, namespace)),
          });
        },
      },
    },
    {
      pattern: "/subscriptions/{subscriptionId}/providers/{namespace}",
      name: "providers",
      methods: { GET: (_, parameters) => provider(parameters) },
    },
    {
      pattern: "/subscriptions/{subscriptionId}/providers/{namespace}/register",
      name: "providers",
      verb: "register",
      methods: { POST: change(true) },
    },
    {
      pattern: "/subscriptions/{subscriptionId}/providers/{namespace}/unregister",
      name: "providers",
      verb: "unregister",
      methods: { POST: change(false) },
    },
  ];
}

/** The subscription, if it exists or need not exist. */
export function requireSubscription({ switches, subscriptions }: ArmContext, subscription: string): string {
  const exists = subscriptions.some((one) => one.toLowerCase() === subscription.toLowerCase());
  return exists || !switches.strictResources ? subscription : refuse(subscriptionNotFound(subscription));
}

export type RegistrationState = "NotRegistered" | "Registering" | "Registered" | "Unregistering" | "Unregistered";

/**
 * Everything is registered at the start, but for `Microsoft.CostManagementExports` under `strictResources`: its missing
 * registration in the storage account's subscription is what people meet (finops-toolkit #1409).
 */
export function registrationState(
  { store, switches, clock }: ArmContext,
  subscription: string,
  namespace: string,
): RegistrationState {
  const registration = store.registration(subscription, namespace);
  if (registration === undefined) {
    return switches.strictResources && namespace.toLowerCase() === "microsoft.costmanagementexports"
      ? "NotRegistered"
      : "Registered";
  }
  const done = clock.now() - registration.since >= registrationTime;
  if (registration.registered) return done ? "Registered" : "Registering";
  return done ? "Unregistered" : "Unregistering";
}

function hostedNamespace(namespace: string): string {
  return (
    Object.keys(hostedTypes).find((one) => one.toLowerCase() === namespace.toLowerCase()) ??
    refuse(invalidNamespace(namespace))
  );
}

function providerBody(context: ArmContext, subscription: string, namespace: string): unknown {
  return {
    id: `/subscriptions/${subscription}/providers/${namespace}`,
    namespace,
    registrationPolicy: "RegistrationRequired",
    registrationState: registrationState(context, subscription, namespace),
    resourceTypes: (hostedTypes[namespace] ?? []).map((resourceType) => ({
      resourceType,
      locations: [],
      apiVersions: [],
      capabilities: "None",
    })),
  };
}

function subscriptionBody(context: ArmContext, subscription: string): unknown {
  return {
    id: `/subscriptions/${subscription}`,
    authorizationSource: "RoleBased",
    managedByTenants: [],
    subscriptionId: subscription,
    tenantId: context.tenantOf(subscription),
    displayName: "Emulator",
    state: "Enabled",
    subscriptionPolicies: {
      locationPlacementId: "Public_2014-09-01",
      quotaId: quotaIds[context.agreementOf(`/subscriptions/${subscription}`) ?? "EA"],
      spendingLimit: "Off",
    },
  };
}

/** Offers by agreement; customers' agreements keep the id of the offer that they came from (observed), so it tells little there. */
const quotaIds: Readonly<Record<Agreement, string>> = {
  EA: "EnterpriseAgreement_2014-09-01",
  MCA: "PayAsYouGo_2014-09-01",
  MPA: "CSP_2015-05-01",
  PAYG: "PayAsYouGo_2014-09-01",
};

/** The namespaces that the emulator hosts at least in part, and the types that exist there in Azure, emulated or not. */
export const hostedTypes: Readonly<Record<string, readonly string[]>> = {
  "Microsoft.Authorization": [
    "roleAssignments",
    "roleDefinitions",
    "permissions",
    "locks",
    "policyAssignments",
    "policyDefinitions",
  ],
  "Microsoft.Billing": ["billingAccounts", "billingProperty", "billingPeriods", "invoices"],
  "Microsoft.CostManagement": [
    "exports",
    "operations",
    "generateCostDetailsReport",
    "costDetailsOperationResults",
    "generateReservationDetailsReport",
    "reservationDetailsOperationResults",
    "alerts",
    "benefitRecommendations",
    "benefitUtilizationSummaries",
    "budgets",
    "calculateCost",
    "checkNameAvailability",
    "cloudConnectors",
    "costAllocationRules",
    "costDetailsOperationStatus",
    "dimensions",
    "externalBillingAccounts",
    "externalSubscriptions",
    "forecast",
    "generateBenefitUtilizationSummariesReport",
    "generateDetailedCostReport",
    "insights",
    "markupRules",
    "operationResults",
    "operationStatus",
    "pricesheets",
    "query",
    "reports",
    "scheduledActions",
    "settings",
    "views",
  ],
  "Microsoft.CostManagementExports": ["operations"],
  "Microsoft.Management": ["managementGroups", "getEntities"],
  "Microsoft.Resources": ["deployments", "resourceGroups", "subscriptions", "tags", "tenants"],
  "Microsoft.Storage": [
    "storageAccounts",
    "checkNameAvailability",
    "skus",
    "usages",
    "locations",
    "operations",
    "deletedAccounts",
  ],
};
