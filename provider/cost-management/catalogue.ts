/**
 * The errors of the service, with what each means and what to do: matched by fragments of the message, because the same
 * fault comes with different codes and in two shapes. Sources are in each row.
 */

export interface CatalogueRow {
  readonly name: string;
  /** The words as people meet them, for the page docs/troubleshooting.md: the message, or the code where that alone tells. */
  readonly words: string;
  /** A part of the message, or the error code where that alone tells. */
  readonly fragment?: RegExp;
  readonly code?: RegExp;
  readonly status?: readonly number[];
  /** What to do, in sentences. */
  readonly cure: string;
  readonly source: string;
}

/** The first row that fits an answer; undefined for an error that nobody has recorded. */
export function explain(status: number, code: string, message: string): CatalogueRow | undefined {
  return catalogue.find(
    (row) =>
      (row.status?.includes(status) ?? true) &&
      (row.code?.test(code) ?? true) &&
      (row.fragment?.test(message) ?? true) &&
      (row.code !== undefined || row.fragment !== undefined || row.status !== undefined),
  );
}

/** Whether an answer says that the eTag which was sent is no longer the export's. */
export function isStaleETag(status: number, message: string): boolean {
  // Which status the service uses is not established; its sister Budgets answers 400 with this text (docs#34023).
  return (
    status === 412 ||
    (status === 409 && !/in progress/i.test(message)) ||
    (status === 400 && /get the latest/i.test(message))
  );
}

export const catalogue: readonly CatalogueRow[] = [
  {
    name: "eTag required",
    words: "Etag value required for update operation of report: NAME.Please get the latest to avoid overwrite.",
    fragment: /etag value required for update/i,
    cure: "Another export of this name appeared meanwhile. Run the deployment again: the provider reads it first and sends its eTag.",
    source: "bicep#6404",
  },
  {
    name: "stale eTag",
    words: "There are changes made to Budget NAME. Please get the latest budget to avoid overwrite.",
    fragment: /get the latest/i,
    cure: "Another writer changes this export at the same time. Run the deployment again.",
    source: "docs#34023 (Budgets)",
  },
  {
    name: "start in the past",
    words: "Invalid schedule recurrencePeriod; 'from' value cannot be in the past.",
    fragment: /'from' value cannot be in the past/i,
    cure: "Leave schedule.recurrencePeriod.from out (the next UTC midnight is chosen and remembered), set a later date, or set schedule.status to Inactive.",
    source: "azurerm#20597",
  },
  {
    name: "end before start",
    words: "Invalid schedule recurrencePeriod; 'from' value cannot be after 'to' value",
    fragment: /'from' value cannot be after 'to' value/i,
    cure: "Set schedule.recurrencePeriod.to after from, or leave it out (five years).",
    source: "bicep#6519",
  },
  {
    name: "unknown member",
    words: "Invalid request payload, Invalid member :properties.schedule.recurrence",
    fragment: /invalid member/i,
    cure: "The api-version does not know this property, or not together with the others. Choose a newer apiVersion, or remove the property; for a one-time export leave schedule.recurrence out.",
    source: "azps#27730",
  },
  {
    name: "cut body",
    words: "Invalid request payload: Unexpected end when reading JSON",
    fragment: /unexpected end when reading json/i,
    cure: "The request was cut on its way. Run the deployment again; look for a proxy between here and Azure.",
    source: "an onboarding script on 2025-03-01",
  },
  {
    name: "missing period",
    words: "Missing definition timePeriod; specify a period in the past.",
    fragment: /missing definition timeperiod/i,
    cure: "Set definition.timePeriod with from and to in the past, or another timeframe than Custom.",
    source: "azapi#184",
  },
  {
    name: "time frame",
    words: "Invalid definition timeframe: '…'; valid values: …",
    fragment: /invalid definition timeframe/i,
    cure: "Choose one of the time frames that the message lists.",
    source: "specs#23707",
  },
  {
    name: "time frame and recurrence",
    words: "Invalid timeframe … and schedule recurrence … combination",
    fragment: /invalid timeframe .* recurrence .* combination/i,
    cure: "Use MonthToDate with Daily, TheLastMonth with Monthly, and TheCurrentMonth for price sheets.",
    source: "ftk PR#843",
  },
  {
    name: "usage only",
    words: "Invalid definition type 'AmortizedCost'; valid values: 'Usage'.",
    fragment: /invalid definition type/i,
    cure: "The agreement, or a management group as scope, allows Usage only. Set definition.type to Usage, or use another scope.",
    source: "cliext#2021, azps#19453",
  },
  {
    name: "dataset and agreement",
    words: "Export type: FocusCost is not supported for Agreement Type: WebDirect and Subscription.",
    fragment: /is not supported for agreement type/i,
    cure: "Pay-as-you-go subscriptions have no such dataset. Use Usage, or a scope under an Enterprise or Microsoft Customer Agreement.",
    source: "ftk#1367",
  },
  {
    name: "data version",
    words: "Export data version: V is not supported.",
    fragment: /data version: .* is not supported/i,
    cure: "Choose another definition.dataSet.configuration.dataVersion, or leave it out for the latest.",
    source: "ftk#1972",
  },
  {
    name: "granularity",
    words: "Invalid dataset granularity: 'Daily'.",
    fragment: /invalid dataset granularity/i,
    cure: "Leave definition.dataSet.granularity out for this dataset.",
    source: "ftk#1193",
  },
  {
    name: "leading slash",
    words: "Invalid deliveryInfo destination rootFolderPath; value cannot begin with a forward slash",
    fragment: /cannot begin with a forward slash/i,
    cure: "Write deliveryInfo.destination.rootFolderPath without the leading slash.",
    source: "azurerm PR#26219",
  },
  {
    name: "reserved characters",
    words: "Value cannot contain any reserved url characters except forward slashes(/)",
    fragment: /reserved url characters/i,
    cure: "Replace characters such as ':' in deliveryInfo.destination.rootFolderPath, for example by '-'.",
    source: "ftk#1239",
  },
  {
    name: "parquet on an old version",
    words: "Delivery format parquet is only supported at API version 2023-07-01-preview or later.",
    fragment: /parquet is only supported at api version/i,
    cure: "Set apiVersion to 2025-03-01.",
    source: "azps#26371",
  },
  {
    name: "partition on an old channel",
    words: "PartitionData is currently only supported for GTM (modern) channel. Current channel is 'EA'",
    fragment: /partitiondata is currently only supported/i,
    cure: "Leave partitionData out, or set apiVersion to 2025-03-01.",
    source: "docs#74890",
  },
  {
    name: "period in the future",
    words: "Invalid definition timePeriod; 'to' value cannot be in the future.",
    fragment: /'to' value cannot be in the future/i,
    cure: "End the time period yesterday at the latest.",
    source: "ftk#988",
  },
  {
    name: "period too old",
    words: "export time cannot exceed 84 months",
    fragment: /cannot exceed 84 months/i,
    cure: "Data reaches back 84 months. Start later.",
    source: "ftk#1072, in the words of a user",
  },
  {
    name: "period over two months",
    words: "start and end date must be in the same month",
    fragment: /must be in the same month/i,
    cure: "A run covers days of one calendar month. Split the period by month.",
    source: "ftk#1072, in the words of a user",
  },
  {
    name: "half a period",
    words: "Either both startDate and endDate needs to be present or both should not be present.",
    fragment: /both startdate and enddate/i,
    cure: "Set both from and to of the time period.",
    source: "ftk#1072",
  },
  // After the rows that say what is wrong with the period: their words may come behind these.
  {
    name: "run without a period",
    words: "Invalid time period provided.",
    fragment: /invalid time period provided/i,
    cure: "A run takes either no body, or a time period with from and to.",
    source: "ftk#1370",
  },
  {
    name: "provider not registered",
    words: "RP Not Registered. Register destination storage account subscription with Microsoft.CostManagementExports.",
    fragment: /RP not registered/i,
    cure: "Register the provider in the subscription of the storage account, wait a few minutes and run again: az provider register --namespace Microsoft.CostManagementExports --subscription {storage subscription}.",
    source: "ftk#1409",
  },
  {
    name: "storage firewall",
    words: "The exports service is not authorized to access the specified storage account 'NAME'.",
    fragment: /not authorized to access the specified storage account/i,
    cure: 'The storage account has a firewall. Set identity to { type: "SystemAssigned" } and location to "global", and allow trusted Microsoft services on the account.',
    source: "azurerm#23962",
  },
  {
    name: "shared key disabled",
    words: "Key-based authentication is currently disabled on this storage account…",
    fragment: /key-based authentication is currently disabled/i,
    cure: 'The storage account takes no shared keys. Set identity to { type: "SystemAssigned" } and location to "global".',
    source: "cli#32912",
  },
  {
    name: "role assignment not allowed",
    words: "… does not have authorization to perform action 'Microsoft.Authorization/roleAssignments/write' …",
    fragment: /roleAssignments\/write/i,
    cure: "The service assigns Storage Blob Data Contributor to the export's identity with your rights. You need Owner, User Access Administrator or Role Based Access Control Administrator on the storage account while the export is created or changed.",
    source: "ftk#570",
  },
  {
    name: "price sheet at a subscription",
    words: "Unauthorized. Authentication failed.",
    status: [401],
    fragment: /authentication failed/i,
    cure: "The scope does not allow this dataset to you. Price sheets exist at EA billing accounts and billing profiles only; look also at your billing role.",
    source: "an onboarding script on an EA enrollment",
  },
  {
    name: "app on a billing scope",
    words: "RBACAccessDenied",
    code: /RBACAccessDenied/i,
    cure: "Microsoft Customer Agreement scopes refuse app-only tokens for this operation. Sign in as a user with a billing role.",
    source: "ftk#2113",
  },
  {
    name: "enrollment role missing",
    words: "BillingAccessDenied",
    code: /BillingAccessDenied/i,
    cure: "The identity has no role on the enrollment. Assign it an EA role (for an app: by its enterprise application's object id).",
    source: "ftk#1495",
  },
  {
    name: "identity backend",
    words: "FailedIdentityOperation",
    code: /FailedIdentityOperation/i,
    cure: "Azure's identity service failed. Run the deployment again.",
    source: "ftk#1348",
  },
  {
    name: "export not found",
    words: "No export found for NAME, Subscription: GUID.",
    status: [404],
    fragment: /no export found for|could not be found/i,
    cure: "The export does not exist, or it was written with a newer api-version, which older ones do not see. Set apiVersion to 2025-03-01 to look for it.",
    source: "cli#32769, ftk#974",
  },
  {
    name: "malformed scope",
    words: "MissingSubscription",
    code: /MissingSubscription/i,
    cure: "The scope is malformed. Write the full ARM path, such as /providers/Microsoft.Billing/billingAccounts/{id}.",
    source: "azurerm#20242",
  },
  {
    name: "new subscription",
    words: "Cost management data is not supported for subscription(s) … in the provided api-version.",
    fragment: /cost management data is not supported for subscription/i,
    cure: "Cost Management starts to work 24 to 48 hours after a subscription is made. Run again then.",
    source: "azurerm#19024",
  },
  {
    name: "storage account id",
    words: "ServiceToServiceAuthorizationProvider.IsRPRegistered … 'providers' is malformed",
    // The inner error of another service, as text (sdkpy#21900), or the code of the answer itself.
    fragment: /InvalidSubscriptionId|IsRPRegistered/i,
    cure: "deliveryInfo.destination.resourceId is malformed. Write the full id of the storage account.",
    source: "sdkpy#21900",
  },
  {
    name: "run in progress",
    words:
      "An export is already in progress. Please wait for the current export to complete before starting a new one.",
    fragment: /already in progress/i,
    cure: "One run at a time: wait for the current one to end.",
    source: "focus-module on 2023-07-01-preview",
  },
  {
    name: "throttled",
    words: "Too many requests. Please retry.",
    status: [429],
    cure: "The quota is used up. Run again later, or deploy with less parallelism.",
    source: "ftk#2257",
  },
  {
    name: "api-version",
    words: "NoRegisteredProviderFound",
    code: /InvalidApiVersionParameter|NoRegisteredProviderFound|InvalidResourceType/i,
    cure: "This cloud does not serve the api-version, or the provider Microsoft.CostManagement is not registered in the subscription. Set apiVersion to another one.",
    source: "general behaviour of ARM",
  },
  {
    name: "no rights",
    words: "Unauthorized",
    status: [401, 403],
    cure: "The identity lacks rights on the scope. Cost Management Contributor allows it at subscriptions, resource groups and management groups; billing scopes need a billing role.",
    source: "documented",
  },
];
