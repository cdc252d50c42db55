/**
 * Every refusal of the export service: status, code and wording in one place, each with its source. "observed" wording is
 * the service's own; "documented" means that the refusal is documented and its wording is ours; "assumed" that both are
 * our best reading.
 */
import type { Generation } from "../../provider/cost-management/api-versions";
import type { EmulatorResponse, Switches } from "../types";

export interface ServiceError {
  readonly status: number;
  /** A number for the old shape, a word for the new one. */
  readonly code: { readonly old: string; readonly new: string };
  readonly message: string;
  /** Whether the message begins with "Request properties validation failed: " in both shapes (observed: cliext#2021, bicep#6519). */
  readonly validation: boolean;
  /** `arm` errors come from ARM's front door, never in the old shape; `old` and `new` were only ever recorded so. */
  readonly shape: "by-generation" | "old" | "new" | "arm";
  readonly headers?: Readonly<Record<string, string>>;
}

/** The answer that carries an error, in the shape of the asked version's generation or of the switch. */
export function refuse(
  error: ServiceError,
  context: { readonly generation: Generation; readonly errorShape: Switches["errorShape"]; readonly requestId: string },
): EmulatorResponse {
  const { code, message } = errorDetails(error, context);
  return {
    status: error.status,
    body: { error: { code, message } },
    ...(error.headers === undefined ? {} : { headers: error.headers }),
  };
}

/** Code and message alone, as the history of runs shows them too. */
export function errorDetails(
  { code, message, validation, shape }: ServiceError,
  context: { readonly generation: Generation; readonly errorShape: Switches["errorShape"]; readonly requestId: string },
): { readonly code: string; readonly message: string } {
  const text = `${validation ? "Request properties validation failed: " : ""}${message}`;
  if (shapeOf(shape, context) === "new") return { code: code.new, message: text };
  // The line break of validation errors is observed (cliext#2021, azps#19453).
  return { code: code.old, message: `${text}${validation ? "\n" : ""} (Request ID: ${context.requestId})` };
}

function shapeOf(
  recorded: ServiceError["shape"],
  { generation, errorShape }: { readonly generation: Generation; readonly errorShape: Switches["errorShape"] },
): Generation {
  if (recorded === "arm") return "new";
  if (errorShape !== "by-generation") return errorShape;
  return recorded === "by-generation" ? generation : recorded;
}

interface Row<Args extends readonly unknown[]> {
  readonly status: number;
  /** The word of the new shape; the old shape shows the status as a number. */
  readonly code?: string;
  readonly message: (...values: Args) => string;
  /** How the answer is known. */
  readonly source: string;
  readonly validation?: true;
  readonly shape?: ServiceError["shape"];
  readonly headers?: (...values: Args) => Readonly<Record<string, string>>;
}

export interface ErrorFactory<Args extends readonly unknown[]> {
  (...values: Args): ServiceError;
  readonly source: string;
  readonly status: number;
}

function entry<Args extends readonly unknown[]>(row: Row<Args>): ErrorFactory<Args> {
  const make = (...values: Args): ServiceError => ({
    status: row.status,
    code: { old: String(row.status), new: row.code ?? String(row.status) },
    message: row.message(...values),
    validation: row.validation ?? false,
    shape: row.shape ?? "by-generation",
    ...(row.headers === undefined ? {} : { headers: row.headers(...values) }),
  });
  return Object.assign(make, { source: row.source, status: row.status });
}

/** A refusal of what a PUT or a run says. */
function invalid<Args extends readonly unknown[]>(
  source: string,
  message: (...values: Args) => string,
): ErrorFactory<Args> {
  return entry({ status: 400, code: "BadRequest", validation: true, source, message });
}

const quoted = (values: readonly string[]): string => values.map((value) => `'${value}'`).join(",");

export const errors = {
  // ARM's front door.
  missingApiVersion: entry({
    status: 400,
    code: "MissingApiVersionParameter",
    shape: "arm",
    source: "assumed: general ARM behaviour",
    message: () => "The api-version query parameter (?api-version=) is required for all requests.",
  }),
  invalidApiVersion: entry({
    status: 400,
    code: "InvalidApiVersionParameter",
    shape: "arm",
    source: "assumed: general ARM behaviour, for a text that is no version at all",
    message: (version: string, supported: readonly string[]) =>
      `The api-version '${version}' is invalid. The supported versions are '${supported.join(",")}'.`,
  }),
  unsupportedApiVersion: entry({
    status: 400,
    code: "NoRegisteredProviderFound",
    shape: "arm",
    source: "assumed: general ARM behaviour, for a version that the resource type lacks",
    message: (version: string, type: string, supported: readonly string[]) =>
      `No registered resource provider found for location 'global' and API version '${version}' for type '${type}'. The supported api-versions are '${supported.join(", ")}'. The supported locations are 'global'.`,
  }),
  unknownResourceType: entry({
    status: 400,
    code: "InvalidResourceType",
    shape: "arm",
    source: "assumed: general ARM behaviour",
    message: (type: string, version: string) =>
      `The resource type '${type}' could not be found in the namespace 'Microsoft.CostManagement' for api version '${version}'.`,
  }),
  missingSubscription: entry({
    status: 404,
    code: "MissingSubscription",
    shape: "arm",
    source: "observed (azurerm#20242, docs#119202); wording is general ARM knowledge",
    message: () => "The request did not have a subscription or a valid tenant level resource provider.",
  }),
  methodNotAllowed: entry({
    status: 405,
    code: "MethodNotAllowed",
    shape: "arm",
    source: "assumed: no version describes such an operation",
    message: (method: string, allowed: readonly string[]) =>
      `The requested resource does not support http method '${method}'. It supports ${quoted(allowed)}.`,
    headers: (_method: string, allowed: readonly string[]) => ({ allow: allowed.join(", ") }),
  }),
  tooManyRequests: entry({
    status: 429,
    code: "429",
    source: "observed (ftk#2257)",
    shape: "new",
    message: () => "Too many requests. Please retry.",
  }),

  // Absent, stale, busy.
  exportNotFound: entry({
    status: 404,
    code: "NotFound",
    shape: "old",
    source:
      "observed (CLI recordings, azurerm#31981); what stands for GUID at billing scopes is assumed to be their id",
    message: (name: string, subscription: string) => `No export found for ${name}, Subscription: ${subscription}.`,
  }),
  runExportNotFound: entry({
    status: 404,
    code: "NotFound",
    source: "observed (ftk#974)",
    message: (name: string) => `The requested export with export name: ${name} could not be found.`,
  }),
  etagRequired: entry({
    status: 400,
    code: "BadRequest",
    source: "observed (bicep#6404)",
    message: (name: string) =>
      `Etag value required for update operation of report: ${name}.Please get the latest to avoid overwrite.`,
  }),
  etagStale: entry({
    status: 400,
    code: "BadRequest",
    source: "assumed, after the sister service Budgets (docs#34023)",
    message: (name: string) =>
      `There are changes made to Export ${name}. Please get the latest export to avoid overwrite.`,
  }),
  etagStaleConflict: entry({
    status: 409,
    code: "Conflict",
    source: "assumed: one of the answers to expect",
    message: (name: string) =>
      `There are changes made to Export ${name}. Please get the latest export to avoid overwrite.`,
  }),
  etagStalePrecondition: entry({
    status: 412,
    code: "PreconditionFailed",
    source: "assumed: one of the answers to expect",
    message: (name: string) =>
      `There are changes made to Export ${name}. Please get the latest export to avoid overwrite.`,
  }),
  existsInNewGeneration: entry({
    status: 409,
    code: "Conflict",
    source: "assumed: one of the answers that an old version may give",
    message: (name: string) => `Export ${name} already exists and was written with a newer api-version.`,
  }),
  runInProgress: entry({
    status: 409,
    code: "Conflict",
    source: "observed (focus-module, 2023-07-01-preview)",
    message: () =>
      "An export is already in progress. Please wait for the current export to complete before starting a new one.",
  }),

  // The payload as such.
  invalidMember: entry({
    status: 400,
    code: "BadRequest",
    source: "observed (azps#27730)",
    message: (path: string) => `Invalid request payload, Invalid member :${path}`,
  }),
  unreadableBody: entry({
    status: 400,
    code: "BadRequest",
    source: "observed (ea-price-script)",
    message: () => "Invalid request payload: Unexpected end when reading JSON",
  }),
  missingMember: invalid(
    "documented (required members); wording assumed after 'Missing definition timePeriod'",
    (member: string) => `Missing ${member}.`,
  ),
  invalidExportName: invalid(
    "assumed: characters and lengths that a path segment cannot carry",
    (name: string) =>
      `Invalid export name '${name}'; value cannot exceed 260 characters or contain blanks, control characters or any of / ? # % \\`,
  ),
  invalidExpand: entry({
    status: 400,
    code: "BadRequest",
    source: "assumed: only runHistory is documented",
    message: (value: string) => `Invalid $expand value '${value}'; valid values: 'runHistory'.`,
  }),

  // Definition.
  invalidDefinitionType: invalid(
    "observed (cliext#2021, azps#19453)",
    (type: string, valid: readonly string[]) => `Invalid definition type '${type}'; valid values: ${quoted(valid)}.`,
  ),
  unsupportedAgreement: entry({
    status: 400,
    code: "BadRequest",
    validation: true,
    source: "observed (ftk#1367, focus-module) for FocusCost; assumed for the other datasets and scopes",
    message: (type: string, agreement: string, scope: string) =>
      `Export type: ${type} is not supported for Agreement Type: ${agreement} and ${scope}.`,
  }),
  priceSheetUnauthorized: entry({
    status: 401,
    code: "Unauthorized",
    source: "observed (ea-price-script): price sheet at a subscription",
    message: () => "Unauthorized. Authentication failed.",
  }),
  invalidTimeframe: invalid(
    "observed (specs#23707)",
    (timeframe: string, valid: readonly string[]) =>
      `Invalid definition timeframe: '${timeframe}'; valid values: ${quoted(valid)}`,
  ),
  timeframeRecurrenceMisfit: invalid(
    "observed in part (ea-price-script, ftk PR#843): the words between are assumed",
    (timeframe: string, recurrence: string) =>
      `Invalid timeframe '${timeframe}' and schedule recurrence '${recurrence}' combination.`,
  ),
  missingTimePeriod: invalid(
    "observed (azapi#184, azurerm#22391)",
    () => "Missing definition timePeriod; specify a period in the past.",
  ),
  timePeriodInFuture: invalid(
    "observed (ftk#988, #884, #1611)",
    () => "Invalid definition timePeriod; 'to' value cannot be in the future.",
  ),
  timePeriodReversed: invalid(
    "assumed, after the same rule of recurrencePeriod",
    () => "Invalid definition timePeriod; 'from' value cannot be after 'to' value",
  ),
  timePeriodTooLong: invalid(
    "documented (the maximum); wording assumed",
    (maximum: string) => `Invalid definition timePeriod; the period cannot be longer than ${maximum}.`,
  ),
  invalidGranularity: invalid(
    "observed (ftk#1193, ea-price-script)",
    (granularity: string) => `Invalid dataset granularity: '${granularity}'.`,
  ),
  unsupportedDataVersion: invalid(
    "observed (ftk#1972)",
    (version: string) => `Export data version: ${version} is not supported.`,
  ),

  // Schedule.
  recurrenceFromInPast: invalid(
    "observed (azurerm#20597)",
    () => "Invalid schedule recurrencePeriod; 'from' value cannot be in the past.",
  ),
  recurrenceFromAfterTo: invalid(
    "observed (bicep#6519, sdkpy#6100)",
    () => "Invalid schedule recurrencePeriod; 'from' value cannot be after 'to' value",
  ),

  // Delivery.
  parquetNeedsNewerVersion: invalid(
    "observed (azps#26371)",
    () => "Delivery format parquet is only supported at API version 2023-07-01-preview or later.",
  ),
  compressionMismatch: invalid(
    "documented (gzip is for csv, snappy for parquet); refusal and wording assumed",
    (mode: string, format: string) => `Invalid compressionMode: '${mode}' is not supported for format '${format}'.`,
  ),
  partitionDataNeedsModernChannel: invalid(
    "observed (docs#74890, in 2021)",
    () => "PartitionData is currently only supported for GTM (modern) channel. Current channel is 'EA'",
  ),
  rootFolderLeadingSlash: invalid(
    "observed (azurerm PR#26219)",
    () => "Invalid deliveryInfo destination rootFolderPath; value cannot begin with a forward slash",
  ),
  rootFolderReservedCharacters: invalid(
    "observed in part (ftk#1239): the words before are assumed",
    () =>
      "Invalid deliveryInfo destination rootFolderPath; Value cannot contain any reserved url characters except forward slashes(/)",
  ),
  invalidContainer: invalid(
    "documented (naming rule of containers); wording assumed",
    (container: string) =>
      `Invalid deliveryInfo destination container '${container}'; value must be 3 to 63 lower case letters, digits and single hyphens.`,
  ),
  malformedStorageAccountId: entry({
    status: 400,
    code: "BadRequest",
    source: "observed (sdkpy#21900, #30654): the inner error of another service, as text",
    message: (segment: string) =>
      `ServiceToServiceAuthorizationProvider.IsRPRegistered: ${JSON.stringify({ error: { code: "InvalidSubscriptionId", message: `The provided subscription identifier '${segment}' is malformed or invalid.` } })}`,
  }),
  identityNeedsLocation: invalid(
    "documented (location is required with a managed identity); wording assumed",
    () => "Missing location; specify a location when identity is used.",
  ),

  // What the export finds around it.
  providerNotRegistered: entry({
    status: 400,
    source: "observed (ftk#1409, focus-module)",
    message: () =>
      "RP Not Registered. Register destination storage account subscription with Microsoft.CostManagementExports. Please refer https://docs.microsoft.com/en-us/rest/api/resources/providers/register",
  }),
  providerRegistering: entry({
    status: 503,
    code: "ServiceUnavailable",
    source: "documented (503 for up to about five minutes after registration); wording assumed",
    message: () => "The service is temporarily unavailable.",
    headers: () => ({ "retry-after": "60" }),
  }),
  storageAccountNotAuthorized: entry({
    status: 400,
    source: "observed (azurerm#23962, docs#72044)",
    message: (account: string) =>
      `The exports service is not authorized to access the specified storage account '${account}'.`,
  }),
  sharedKeyDisabled: entry({
    status: 400,
    source: "observed (cli#32912, cliext#9997)",
    message: () =>
      'Key-based authentication is currently disabled on this storage account. To proceed, please enable "Allow storage account key access". For instructions on how to change this setting, please visit https://aka.ms/sharedkey.',
  }),
  storageAccountMissing: entry({
    status: 404,
    code: "ResourceNotFound",
    source: "assumed",
    message: (account: string) => `The storage account '${account}' was not found.`,
  }),
  storageRoleMissing: entry({
    status: 403,
    code: "AuthorizationPermissionMismatch",
    shape: "new",
    source:
      "documented (the identity needs Storage Blob Data Contributor); code and wording are those of the blob service",
    message: () => "This request is not authorized to perform this operation using this permission.",
  }),
  roleAssignmentsDenied: entry({
    status: 401,
    code: "Unauthorized",
    shape: "new",
    source: "observed (ftk#570, #2253), with 400 or 401; the words around are assumed",
    message: (scope: string) =>
      `The client does not have authorization to perform 'Microsoft.Authorization/roleAssignments/write' over scope '${scope}'.`,
  }),
  failedIdentityOperation: entry({
    status: 500,
    code: "FailedIdentityOperation",
    shape: "new",
    source: "observed (ftk#1348), status assumed",
    message: () =>
      "Identity operation for resource failed with error 'Failed to perform resource identity operation. Status: 'InternalServerError'.'.",
  }),
  billingAccessDenied: entry({
    status: 403,
    code: "BillingAccessDenied",
    shape: "new",
    source: "observed (ftk#1495), status assumed",
    message: () => "The user does not have valid claims on any enrollmentaccounts.",
  }),
  rbacAccessDenied: entry({
    status: 403,
    code: "RBACAccessDenied",
    shape: "new",
    source: "observed (ftk#2113: a run at an MCA scope with an app identity), status assumed",
    message: () => "The client does not have authorization to perform action. Request ID: NoHttpContext",
  }),
  appTokenUnauthorized: entry({
    status: 401,
    code: "Unauthorized",
    source: "observed (sdkpy#6101, azurerm#22963): app-only token at a billing scope",
    message: () => "Unauthorized",
  }),
  costDataNotSupported: entry({
    status: 404,
    code: "NotFound",
    shape: "new",
    source: "observed (azurerm#19024): a new subscription, for 24 to 48 hours",
    message: (subscription: string) =>
      `Cost management data is not supported for subscription(s) ${subscription} in the provided api-version. Please use api-version 2019-10-01 or later.`,
  }),

  // Runs.
  invalidRunPeriod: entry({
    status: 400,
    code: "BadRequest",
    source: "observed (ftk#1370, #1419)",
    message: () => "Invalid time period provided.",
  }),
  runDatesIncomplete: entry({
    status: 400,
    code: "BadRequest",
    source: "observed (ftk#1072)",
    message: () => "Either both startDate and endDate needs to be present or both should not be present.",
  }),
  runDatesInDifferentMonths: entry({
    status: 400,
    code: "BadRequest",
    source: "observed (ftk#1072), in a user's words",
    message: () => "Invalid time period provided; start and end date must be in the same month.",
  }),
  runTooOld: entry({
    status: 400,
    code: "BadRequest",
    source: "observed (ftk#1072), in a user's words",
    message: () => "Invalid time period provided; export time cannot exceed 84 months.",
  }),
  runFailed: entry({
    status: 500,
    code: "InternalServerError",
    source: "observed (specs#24549), in the history of runs",
    message: () => "An unknown error occurred",
  }),

  // Reports.
  costDetailsNotAtResourceGroup: entry({
    status: 404,
    code: "NotFound",
    source: "observed (specs#23859): the status; code and wording assumed",
    message: () => "Cost details are not available at the scope of a resource group.",
  }),
  reportNotAtScope: entry({
    status: 400,
    code: "BadRequest",
    source: "documented (the scopes of each report); status and wording assumed",
    message: (scopes: string) => `The report is not supported for ${scopes}.`,
  }),
  reportNotForAgreement: entry({
    status: 400,
    code: "UnsupportedSubscriptionType",
    source: "documented (cost details are for EA and MCA, the account's reservation report is for EA); wording assumed",
    message: (agreement: string) => `The report is not supported for the agreement type ${agreement}.`,
  }),
  severalReportPeriods: entry({
    status: 400,
    code: "BadRequest",
    source: "documented (the contract's own words)",
    message: () => "Invalid request payload: can only have either timePeriod or invoiceId or billingPeriod.",
  }),
  reportTooOld: entry({
    status: 400,
    code: "BadRequest",
    source: "documented (the contract's own words, in which the date is left out)",
    message: (oldest: string) => `Start date must be after ${oldest}.`,
  }),
  reportTooLong: entry({
    status: 400,
    code: "BadRequest",
    source: "documented (the contract's own words)",
    message: () => "The maximum allowed date range is 1 months.",
  }),
  reportPeriodReversed: entry({
    status: 400,
    code: "BadRequest",
    source: "assumed",
    message: () => "Invalid time period; start date cannot be after end date.",
  }),
  missingReportDate: entry({
    status: 400,
    code: "BadRequest",
    source: "documented (both dates are required); wording assumed",
    message: (name: string) => `Missing ${name}.`,
  }),
  invalidReportDate: entry({
    status: 400,
    code: "BadRequest",
    source: "documented (the form of a day); wording assumed",
    message: (name: string, value: unknown) =>
      `Invalid ${name} ${JSON.stringify(value)}; value must be a date such as 2020-03-15.`,
  }),
  invalidBillingPeriod: entry({
    status: 400,
    code: "BadRequest",
    source: "documented (the form YearMonth); wording assumed",
    message: (period: string) => `Invalid billingPeriod '${period}'; value must be a month such as 202008.`,
  }),
  invalidReportMetric: entry({
    status: 400,
    code: "BadRequest",
    source: "documented (the values); wording assumed after that of the definition's type",
    message: (metric: string, metrics: readonly string[]) =>
      `Invalid metric '${metric}'; valid values: ${quoted(metrics)}.`,
  }),
  reportPeriodNotForAgreement: entry({
    status: 400,
    code: "BadRequest",
    source: "documented (billingPeriod is for EA, invoiceId for MCA); wording assumed",
    message: (period: string, agreement: string) => `${period} can only be used by ${agreement} customers.`,
  }),
  invoiceNotAtScope: entry({
    status: 400,
    code: "BadRequest",
    source: "documented (billing profile and customer only); wording assumed",
    message: () => "invoiceId can only be used at billing profile or customer scope.",
  }),
  reportThrottled: entry({
    status: 429,
    code: "429",
    source: "documented (status and header); wording assumed after that of other operations (ftk#2257)",
    shape: "new",
    message: (seconds: number) => `Too many requests. Please retry after ${seconds} seconds.`,
    headers: (seconds: number) => ({ "retry-after": String(seconds) }),
  }),
  reportNotFound: entry({
    status: 404,
    code: "NotFound",
    source: "assumed",
    message: (id: string) => `The operation ${id} could not be found.`,
  }),
  reportFailed: entry({
    status: 500,
    code: "InternalServerError",
    source: "assumed, after the failure of a run (specs#24549)",
    message: () => "An unknown error occurred",
  }),
} as const;

export type ErrorName = keyof typeof errors;

/** For tests, docs and fault injection: every error that this part of the emulator can answer with. */
export const errorNames: readonly ErrorName[] = Object.keys(errors).filter(isErrorName);

function isErrorName(name: string): name is ErrorName {
  return Object.hasOwn(errors, name);
}
