/**
 * What an export finds around it and no request says: the state of the storage account, and of the scope that is asked
 * about. Set through the control API by resource id; each condition is a row.
 */
import { sameText } from "./choices";
import { parseStorageAccountId } from "./delivery-rules";
import type { StorageAccountId } from "./delivery-rules";
import { errors } from "./errors";
import type { ServiceError } from "./errors";

export type StorageCondition =
  | "providerNotRegistered"
  | "providerRegistering"
  | "firewall"
  | "sharedKeyDisabled"
  | "roleAssignmentsDenied"
  | "identityBackendFails"
  | "storageAccountMissing"
  | "deliveryFails";

export type ScopeCondition =
  | "costDataNotSupported"
  | "billingAccessDenied"
  | "appTokenUnauthorized"
  | "rbacAccessDenied"
  /** Refuses nothing: runs end as `DataNotAvailable`, as in a month without charges (observed by AzureTRE). */
  | "noCharges"
  /** Runs end as `NewDataNotAvailable`. */
  | "noNewCharges"
  | "runsFail"
  | "runsTimeOut"
  /** Reports end as `Failed`. */
  | "reportFails";

/** What is wrong around an export, at its storage account or its scope; docs/emulator.md says what each does. */
export type Condition = StorageCondition | ScopeCondition;

interface StorageConditionRow {
  readonly name: StorageCondition;
  readonly hits: readonly ("put" | "delivery")[];
  /** Which exports it stops. */
  readonly stops: "all" | "withIdentity" | "withoutIdentity";
  readonly error: (account: StorageAccountId) => ServiceError;
}

const storageConditions: readonly StorageConditionRow[] = [
  // The account's subscription lacks Microsoft.CostManagementExports (observed: ftk#1409).
  { name: "providerNotRegistered", hits: ["put", "delivery"], stops: "all", error: errors.providerNotRegistered },
  { name: "providerRegistering", hits: ["put"], stops: "all", error: errors.providerRegistering },
  // Only trusted services with an identity pass a firewall, and only an identity does without keys (observed: azurerm#23962, cli#32912).
  {
    name: "firewall",
    hits: ["put", "delivery"],
    stops: "withoutIdentity",
    error: ({ name }) => errors.storageAccountNotAuthorized(name),
  },
  { name: "sharedKeyDisabled", hits: ["put", "delivery"], stops: "withoutIdentity", error: errors.sharedKeyDisabled },
  // The service assigns a role to the export's identity with the caller's own right (observed: ftk#570).
  {
    name: "roleAssignmentsDenied",
    hits: ["put"],
    stops: "withIdentity",
    error: ({ id }) => errors.roleAssignmentsDenied(id),
  },
  { name: "identityBackendFails", hits: ["put"], stops: "withIdentity", error: errors.failedIdentityOperation },
  // The account was deleted after the export was written (assumed to fail the run).
  {
    name: "storageAccountMissing",
    hits: ["delivery"],
    stops: "all",
    error: ({ name }) => errors.storageAccountMissing(name),
  },
  { name: "deliveryFails", hits: ["delivery"], stops: "all", error: errors.runFailed },
];

export type ScopeVerb = "put" | "run" | "read" | "delete";

interface ScopeConditionRow {
  readonly name: ScopeCondition;
  readonly hits: readonly ScopeVerb[];
  /** `id`: the subscription, or what the scope's last segment names. */
  readonly error: (id: string) => ServiceError;
}

const everyVerb: readonly ScopeVerb[] = ["put", "run", "read", "delete"];

const scopeConditions: readonly ScopeConditionRow[] = [
  { name: "costDataNotSupported", hits: ["put", "run"], error: errors.costDataNotSupported },
  { name: "billingAccessDenied", hits: everyVerb, error: () => errors.billingAccessDenied() },
  { name: "appTokenUnauthorized", hits: everyVerb, error: () => errors.appTokenUnauthorized() },
  { name: "rbacAccessDenied", hits: ["run"], error: () => errors.rbacAccessDenied() },
];

export const conditionNames: readonly Condition[] = [
  ...storageConditions.map(({ name }) => name),
  ...scopeConditions.map(({ name }) => name),
  "noCharges",
  "noNewCharges",
  "runsFail",
  "runsTimeOut",
  "reportFails",
];

/** By resource id in lower case, with a leading slash. */
export type Conditions = Readonly<Record<string, readonly Condition[]>>;

export function conditionKey(id: string): string {
  const segments = id.split("/").filter((segment) => segment !== "");
  return `/${segments.join("/")}`.toLowerCase();
}

export function scopeRefusal(found: readonly Condition[], verb: ScopeVerb, id: string): ServiceError | undefined {
  return scopeConditions.find(({ name, hits }) => found.includes(name) && hits.includes(verb))?.error(id);
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
  const unstopped = sameText(identity, "SystemAssigned") ? "withoutIdentity" : "withIdentity";
  return storageConditions
    .find(({ name, hits, stops }) => present.includes(name) && hits.includes(moment) && stops !== unstopped)
    ?.error(account);
}
