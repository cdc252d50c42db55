/**
 * What an export finds around it and no request says: the state of the storage account, and of the account that is asked
 * about. Set through the control API by resource id; each condition is a row.
 */
import { sameText } from "./choices";
import { parseStorageAccountId } from "./delivery-rules";
import type { StorageAccountId } from "./delivery-rules";
import { errors } from "./errors";
import type { ServiceError } from "./errors";

/** Of a storage account; the key is its resource id. */
export const storageConditions = {
  /** Its subscription lacks Microsoft.CostManagementExports. */
  providerNotRegistered: {
    hits: ["put", "delivery"],
    despiteIdentity: true,
    error: () => errors.providerNotRegistered(),
  },
  /** The registration is under way. */
  providerRegistering: { hits: ["put"], despiteIdentity: true, error: () => errors.providerRegistering() },
  /** A firewall is on: only trusted services with an identity pass. */
  firewall: {
    hits: ["put", "delivery"],
    despiteIdentity: false,
    error: ({ name }) => errors.storageAccountNotAuthorized(name),
  },
  /** Shared keys are off: only an identity passes. */
  sharedKeyDisabled: { hits: ["put", "delivery"], despiteIdentity: false, error: () => errors.sharedKeyDisabled() },
  /** The caller may not assign roles there, which the service does in the caller's name for an identity. */
  roleAssignmentsDenied: {
    hits: ["put"],
    onlyWithIdentity: true,
    despiteIdentity: true,
    error: ({ id }) => errors.roleAssignmentsDenied(id),
  },
  /** The identity service fails. */
  identityBackendFails: {
    hits: ["put"],
    onlyWithIdentity: true,
    despiteIdentity: true,
    error: () => errors.failedIdentityOperation(),
  },
  /** Runs fail without a reason. */
  deliveryFails: { hits: ["delivery"], despiteIdentity: true, error: () => errors.runFailed() },
} as const satisfies Record<string, StorageConditionRow>;

interface StorageConditionRow {
  readonly hits: readonly ("put" | "delivery")[];
  readonly despiteIdentity: boolean;
  readonly onlyWithIdentity?: true;
  readonly error: (account: StorageAccountId) => ServiceError;
}

/** Of a scope; the key is its path. */
export const scopeConditions = {
  /** A new subscription has no cost data for 24 to 48 hours (observed: azurerm#19024). */
  costDataNotSupported: { hits: ["put", "run"], error: (id) => errors.costDataNotSupported(id) },
  /** The app lacks an enrollment role (observed: ftk#1495). */
  billingAccessDenied: { hits: ["put", "run", "read", "delete"], error: () => errors.billingAccessDenied() },
  /** App-only tokens are refused at MCA scopes (observed: sdkpy#6101, azurerm#22963). */
  appTokenUnauthorized: { hits: ["put", "run", "read", "delete"], error: () => errors.appTokenUnauthorized() },
  /** The same, at a run (observed: ftk#2113). */
  rbacAccessDenied: { hits: ["run"], error: () => errors.rbacAccessDenied() },
} as const satisfies Record<string, ScopeConditionRow>;

export type ScopeVerb = "put" | "run" | "read" | "delete";

interface ScopeConditionRow {
  readonly hits: readonly ScopeVerb[];
  readonly error: (id: string) => ServiceError;
}

export type StorageCondition = keyof typeof storageConditions;
/** `noCharges` refuses nothing: runs end as `DataNotAvailable` (observed: a month without charges, AzureTRE). */
export type Condition = StorageCondition | keyof typeof scopeConditions | "noCharges";

export const conditionNames: readonly Condition[] = [
  ...keysOf(storageConditions),
  ...keysOf(scopeConditions),
  "noCharges",
];

/** By resource id in lower case, with a leading slash. */
export type Conditions = Readonly<Record<string, readonly Condition[]>>;

export const conditionKey = (id: string): string =>
  `/${id
    .split("/")
    .filter((segment) => segment !== "")
    .join("/")}`.toLowerCase();

export function scopeRefusal(found: readonly Condition[], verb: ScopeVerb, id: string): ServiceError | undefined {
  const name = keysOf(scopeConditions).find(
    (one) =>
      found.includes(one) &&
      (scopeConditions[one] satisfies ScopeConditionRow as ScopeConditionRow).hits.includes(verb),
  );
  return name === undefined ? undefined : scopeConditions[name].error(id);
}

/** The first condition of the storage account that stops a PUT or a delivery. */
export function storageRefusal(
  found: (account: StorageAccountId) => readonly Condition[],
  moment: "put" | "delivery",
  { resourceId, identity }: { readonly resourceId: string | undefined; readonly identity: string | undefined },
): ServiceError | undefined {
  const account = parseStorageAccountId(resourceId);
  if (account === undefined) return undefined;
  const present = found(account);
  const withIdentity = sameText(identity, "SystemAssigned");
  const rows: Readonly<Record<StorageCondition, StorageConditionRow>> = storageConditions;
  const name = keysOf(storageConditions).find((one) => {
    const { hits, despiteIdentity, onlyWithIdentity } = rows[one];
    return (
      present.includes(one) && hits.includes(moment) && (withIdentity ? despiteIdentity : onlyWithIdentity !== true)
    );
  });
  return name === undefined ? undefined : rows[name].error(account);
}

function keysOf<T extends object>(table: T): readonly (keyof T)[] {
  return Object.keys(table) as (keyof T)[];
}
