/**
 * Everything that the doctor can say, as data: one row per check, with the words of each severity. docs/doctor.md is written
 * from this table. `{name}` stands for a value; in a cure, which is a command wherever there is one, it is quoted for a shell.
 * `{advice}` is a sentence from the package's own catalogue of the service's errors, or from its rules.
 */

export type Severity = "ok" | "warning" | "error" | "unknown";

export interface Finding {
  readonly check: Check;
  readonly severity: Severity;
  /** What was looked at: an ARM id, or the sign-in. */
  readonly subject: string;
  readonly what: string;
  /** Why it matters, and how that is known. */
  readonly why: string;
  /** What to do: a command wherever there is one; empty where nothing is to be done. */
  readonly cure: string;
}

interface Problem {
  readonly what: string;
  readonly cure: string;
}

export interface CheckRow {
  readonly title: string;
  readonly why: string;
  /** The action whose lack makes a finding `unknown`; undefined where nothing but what other checks read is needed. */
  readonly reads?: string;
  readonly ok: string;
  readonly warning?: Problem;
  readonly error?: Problem;
}

const identityCure = 'Give {exports} identity: { type: "SystemAssigned" } and location: "global", and run: pulumi up';
const assign = (role: string): string =>
  `az role assignment create --role "${role}" --assignee {caller} --scope {subject}`;

export const checks = {
  token: {
    title: "Token",
    why: "Every call to Azure needs a token: by the settings that docs/credentials.md lists or, where none is there, by az login.",
    ok: "A token was issued by tenant {tenant}, to {caller}.",
    error: { what: "No token could be used: {reason}", cure: "{advice}" },
  },
  tenant: {
    title: "Tenant",
    why: "Scope, storage account and caller must be of one tenant (documented; across tenants only partners deliver, by SAS).",
    reads: "Microsoft.Resources/subscriptions/read",
    ok: "It belongs to tenant {tenant}, like the token.",
    error: {
      what: "It belongs to tenant {tenant}, the token to {tokenTenant}.",
      cure: "az login --tenant {tenant}",
    },
  },
  scope: {
    title: "Scope",
    why: "An export lives at its scope: who cannot list exports there can neither deploy nor refresh them.",
    reads: "Microsoft.CostManagement/exports/read",
    ok: "Its exports can be read; there are {count}.",
    error: { what: "Its exports cannot be read: {reason}", cure: "{advice}" },
  },
  agreement: {
    title: "Agreement",
    why: "The billing agreement decides which datasets exist (documented).",
    reads: "Microsoft.Billing/billingProperty/read",
    ok: "{agreement} ({source}). Datasets for a scope of this kind: {datasets}.",
    warning: {
      what: "{agreement} ({source}). Pay-as-you-go has the dataset Usage alone; FocusCost and AmortizedCost are refused (observed: ftk#1367, cliext#2021).",
      cure: 'Set definition.type to "Usage" in exports of this scope.',
    },
  },
  dataset: {
    title: "Dataset",
    why: "The service refuses datasets that scope or agreement do not have, at creation or when the export runs.",
    ok: "The datasets of its exports exist here.",
    warning: { what: "{dataset} is not documented here.", cure: "{advice}" },
    error: { what: "{dataset} is refused here.", cure: "{advice}" },
  },
  registration: {
    title: "Resource provider",
    why: "Microsoft.CostManagementExports must be registered in the storage account's subscription (observed: ftk#1409), Microsoft.CostManagement in the scope's. The portal registers silently, the API does not.",
    reads: "Microsoft.Resources/subscriptions/providers/read",
    ok: "{namespace} is registered.",
    warning: {
      what: "{namespace} is {state}: the service answers 503 until that has ended, for about five minutes.",
      cure: "az provider show --namespace {namespace} --subscription {subscription} --query registrationState",
    },
    error: {
      what: "{namespace} is {state}.",
      cure: "az provider register --namespace {namespace} --subscription {subscription} --wait",
    },
  },
  scopeRights: {
    title: "Rights on the scope",
    why: "Creating, changing, running and deleting exports need these actions at the scope. Billing scopes go by billing roles, which ARM's list of permissions does not hold.",
    reads: "Microsoft.Authorization/permissions/read",
    ok: "The caller may create, change, run and delete exports.",
    warning: { what: "The caller may not do {actions}.", cure: assign("Cost Management Contributor") },
    error: {
      what: "The caller can neither create nor change exports: it may not do {actions}.",
      cure: assign("Cost Management Contributor"),
    },
  },
  account: {
    title: "Storage account",
    why: "Exports are delivered to a storage account that must exist beforehand.",
    reads: "Microsoft.Storage/storageAccounts/read",
    ok: "It is there: {kind}, {sku}, {location}.",
    error: {
      what: "It does not exist: {reason}",
      cure: "az storage account list --subscription {subscription} --query [].id",
    },
  },
  kind: {
    title: "Kind of account",
    why: "Exports are block blobs. Accounts of files hold no blobs, premium accounts of the general kind hold page blobs alone (documented for storage, not tried with exports).",
    ok: "{kind} with {sku} holds block blobs.",
    warning: {
      what: "{kind} with {sku} is an account for page blobs.",
      cure: "az storage account create --name NEW-NAME --resource-group {group} --subscription {subscription} --kind StorageV2 --sku Standard_LRS",
    },
    error: {
      what: "{kind} holds no blobs.",
      cure: "az storage account create --name NEW-NAME --resource-group {group} --subscription {subscription} --kind StorageV2 --sku Standard_LRS",
    },
  },
  firewall: {
    title: "Firewall",
    why: 'Behind a firewall only exports with an identity are delivered; others end with "not authorized to access the specified storage account" (observed: azurerm#23962).',
    ok: "Exports get through: {state}.",
    warning: {
      what: "It has a firewall: exports that deliver here need an identity.",
      cure: identityCure,
    },
    error: {
      what: "It has a firewall, and these exports have no identity: {exports}.",
      cure: identityCure,
    },
  },
  trustedServices: {
    title: "Trusted services",
    why: "An identity passes a firewall as a trusted Microsoft service, which the firewall must let through (documented).",
    ok: "They get through: {state}.",
    error: {
      what: "Its firewall does not let trusted Microsoft services through (bypass: {bypass}).",
      cure: "az storage account update --ids {subject} --bypass {wanted}",
    },
  },
  sharedKey: {
    title: "Shared keys",
    why: "Without an identity the service writes with the account's key: where that is disabled, the export is refused or its deliveries fail (observed: cli#32912).",
    ok: "Exports may write: {state}.",
    warning: {
      what: "Shared keys are disabled: exports that deliver here need an identity.",
      cure: identityCure,
    },
    error: {
      what: "Shared keys are disabled, and these exports have no identity: {exports}.",
      cure: identityCure,
    },
  },
  copyScope: {
    title: "Copy scope",
    why: 'The permitted scope of copy operations must be "from any storage account" (documented).',
    ok: "Copies are permitted from any storage account.",
    error: {
      what: "allowedCopyScope is {value}: copies from other accounts are blocked.",
      // That null clears it is assumed; the portal's page "Configuration" of the account does so too.
      cure: `az rest --method patch --url {subject} --url-parameters api-version=2023-05-01 --body '{"properties":{"allowedCopyScope":null}}'`,
    },
  },
  container: {
    title: "Container",
    why: "The service makes a missing container with the first delivery (documented); roles and policies on it need it earlier.",
    reads: "Microsoft.Storage/storageAccounts/blobServices/containers/read",
    ok: "Container {container} is there.",
    warning: {
      what: "Container {container} does not exist yet.",
      cure: "az storage container-rm create --storage-account {subject} --name {container}",
    },
  },
  replication: {
    title: "Object replication",
    why: "A container that an object replication rule copies to cannot be written to by others (documented).",
    reads: "Microsoft.Storage/storageAccounts/objectReplicationPolicies/read",
    ok: "No object replication rule copies to {containers}.",
    error: {
      what: "Object replication copies to container {container}, which therefore takes no deliveries.",
      cure: "az storage account or-policy rule remove --account-name {account} --resource-group {group} --subscription {subscription} --policy-id {policy} --rule-id {rule}",
    },
  },
  storageRights: {
    title: "Rights on the storage account",
    why: "The service assigns Storage Blob Data Contributor to an export's identity with the caller's rights (observed: ftk#570); an export without one asks for write access to the account (documented; the exact action is assumed).",
    reads: "Microsoft.Authorization/permissions/read",
    ok: "The caller may do what exports need here: {actions}.",
    warning: {
      what: "The caller may not do {actions}: exports without an identity may be refused.",
      cure: assign("Storage Account Contributor"),
    },
    error: {
      what: "The caller may not do {actions}: exports with an identity are refused when they are created or changed.",
      cure: assign("Role Based Access Control Administrator"),
    },
  },
  deliveryRole: {
    title: "Role of an export's identity",
    why: "An identity writes with Storage Blob Data Contributor on the container. A group may hold the role for it, or a role of your own allow it: neither is seen here.",
    reads: "Microsoft.Authorization/roleAssignments/read",
    ok: "The identities of its exports hold a role that writes blobs.",
    warning: {
      what: "The identity of {export} ({principal}) holds no role here that writes blobs.",
      cure: 'az role assignment create --role "Storage Blob Data Contributor" --assignee-object-id {principal} --assignee-principal-type ServicePrincipal --scope {subject}',
    },
  },
  orphanedRole: {
    title: "Orphaned role assignment",
    why: "Each export has an identity of its own; a deleted or moved export leaves its role assignment behind (documented).",
    reads: "Microsoft.Authorization/roleAssignments/read",
    ok: "Every service principal with Storage Blob Data Contributor here is the identity of an export that was looked at.",
    warning: {
      what: "Nobody known uses it: {principal} holds Storage Blob Data Contributor on {at}, and no export at the scopes that were looked at has that identity. It may belong to an export elsewhere, or to something else: look who it is first (az ad sp show --id {principal}).",
      cure: "az role assignment delete --ids {assignment}",
    },
  },
  recorded: {
    title: "Recorded exports",
    why: "An export that the stack remembers and Azure does not have was deleted by another hand. Without a refresh pulumi up does not miss it.",
    ok: "Azure has the exports that the stack remembers here.",
    error: { what: "The stack remembers it, and Azure does not have it.", cure: "pulumi up --refresh" },
  },
  generations: {
    title: "Generations",
    why: "Exports written with 2023-07-01-preview or 2025-03-01 are invisible to tools that speak other api-versions: these list nothing, or answer 404 (observed: cli#32769).",
    reads: "Microsoft.CostManagement/exports/read",
    ok: "Its exports are of one generation: {state}.",
    warning: {
      what: "It has exports of both generations. Hidden from tools that speak older api-versions: {hidden}. Seen by all: {seen}.",
      cure: "az rest --method get --url {subject}/providers/Microsoft.CostManagement/exports --url-parameters api-version=2025-03-01",
    },
  },
  twins: {
    title: "Twins",
    why: "Two exports of one name, one in each generation, run both and write to the same folder where their paths are the same.",
    ok: "No export has a twin in the other generation.",
    warning: {
      what: "There are two exports of this name, one in each generation. Look at the older one, and delete the one that nobody needs.",
      cure: "az rest --method get --url {subject} --url-parameters api-version=2023-11-01",
    },
  },
  collision: {
    title: "Folders",
    why: "Exports with the same container, path and name overwrite each other's files (documented by the portal).",
    ok: "No two exports write to the same folder.",
    warning: {
      what: "{exports} write to the same folder {folder}.",
      cure: "Give one of them another exportName or deliveryInfo.destination.rootFolderPath, and run: pulumi up",
    },
  },
  schedule: {
    title: "End of the schedule",
    why: "Scheduled runs end at recurrencePeriod.to, without a notice (observed: ftk#17).",
    ok: "No schedule ends within {days} days.",
    warning: {
      what: "Its schedule ends in {left} days, on {end}.",
      cure: 'Set schedule.recurrencePeriod.to to a later day, such as "{later}", and run: pulumi up',
    },
    error: {
      what: "Its schedule ended on {end}: it is Active and runs no more.",
      cure: 'Set schedule.recurrencePeriod.to to a later day, such as "{later}", and run: pulumi up',
    },
  },
  suspended: {
    title: "Suspension",
    why: "The service suspends exports that fail for long; they deliver nothing until somebody sets them to Active.",
    ok: "No export is suspended by the service.",
    error: {
      what: "The service has suspended it{because}.",
      cure: 'Mend the cause, set schedule.status to "Active", and run: pulumi up',
    },
  },
  lastRun: {
    title: "Last run",
    why: "A run that fails delivers nothing, and nobody is told.",
    reads: "Microsoft.CostManagement/exports/runHistory/read",
    ok: "No last run failed: {state}.",
    error: {
      what: "Its last run, of {submitted}, ended as {status}: {reason}",
      cure: "{advice} Then: azure-cost-exports run {subject}",
    },
  },
} as const satisfies Readonly<Record<string, CheckRow>>;

export type Check = keyof typeof checks;

/** The same table, by its rows' common type. */
export const checkRows: Readonly<Record<Check, CheckRow>> = checks;

export type Facts = Readonly<Record<string, string>>;

/** A finding in the words of the table. A value that the words need and that is not given is a fault of the doctor. */
export function say(check: Check, severity: Exclude<Severity, "unknown">, subject: string, facts: Facts = {}): Finding {
  const row = checkRows[check];
  const problem = severity === "ok" ? { what: row.ok, cure: "" } : row[severity];
  if (problem === undefined) throw new RangeError(`The check ${check} has no words for ${severity}.`);
  const values = { ...facts, subject };
  return {
    check,
    severity,
    subject,
    what: fill(problem.what, values),
    why: row.why,
    cure: fill(problem.cure, values, shellWord),
  };
}

/** What a check could not find out, and what lets it. */
export function unknown(check: Check, subject: string, reason: string, cure: string): Finding {
  return { check, severity: "unknown", subject, what: `It is not known: ${reason}`, why: checkRows[check].why, cure };
}

function fill(template: string, values: Facts, write = (text: string): string => text): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new RangeError(`No value for ${name} in "${template}".`);
    return name === "advice" || name === "exports" || name === "wanted" ? value : write(value);
  });
}

/** Resource groups may have brackets in their names. */
export function shellWord(text: string): string {
  return /^[\w./:,@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
