/**
 * What the service is known to refuse, and what is worth a remark, across the fields of an export: one row per rule. A row
 * names the fields it needs; while one of them is not known yet, in a preview, the row is passed over. `refuse` is for what
 * was observed or is beyond doubt; what is only documented or inferred is a warning.
 */
import { apiVersions, type ApiVersion, type ApiVersionRow } from "./api-versions";
import { instant, nextMidnight } from "./dates";
import { agreements, fitsScope, guessedAgreement } from "./agreements";
import { knownDataVersions, type Agreement } from "./data-versions";
import { datasets, type DatasetRow } from "./datasets";
import { parseScope, type Scope } from "./scopes";
import { listOf } from "./spelling";
import { isUnknown } from "./unknown";
import { textAt, type Filter, type Leaf, type Values } from "./values";
import type { Problem } from "./parse";

export interface RuleContext {
  readonly values: Values;
  readonly version: ApiVersion;
  /** Whether the inputs make a new export: a create or a replacement. Then the service checks dates against its clock. */
  readonly creating: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface Rule {
  readonly name: string;
  /** The fields that the rule reads; the first one is where its problem is reported, unless it says otherwise. */
  readonly needs: readonly string[];
  readonly severity: Problem["severity"];
  /** Where the rule comes from: an observed answer, a page of the documentation, or our inference. */
  readonly source: string;
  /** The problem in sentences, with the cure; undefined where the inputs are fine. */
  readonly test: (facts: Facts) => string | undefined;
}

/** Runs the rules, by default all of them; every problem is reported at once. */
export function applyRules(context: RuleContext, among: readonly Rule[] = rules): Problem[] {
  const problems: Problem[] = [];
  for (const rule of among) {
    if (rule.needs.some((path) => isUnknown(context.values.get(path)))) continue;
    const reason = rule.test(factsOf(context));
    if (reason !== undefined)
      problems.push({ property: rule.needs[0] ?? "", reason, severity: rule.severity, source: rule.source });
  }
  return problems;
}

/** What a rule sees: the fields as text, and what follows from them. */
interface Facts {
  readonly text: (path: string) => string | undefined;
  readonly leaf: (path: string) => Leaf | undefined;
  readonly version: ApiVersion;
  readonly row: ApiVersionRow;
  readonly newGeneration: boolean;
  readonly creating: boolean;
  readonly now: number;
  readonly scope: Scope | undefined;
  readonly dataset: DatasetRow | undefined;
  /** Stated, or guessed from the scope: a guess may warn, never refuse. */
  readonly agreement: Agreement | undefined;
  readonly stated: Agreement | undefined;
  /** A schedule that the service would run: Active, with a recurrence. */
  readonly active: boolean;
}

function factsOf(context: RuleContext): Facts {
  const { values, version, creating, now } = context;
  const text = (path: string): string | undefined => textAt(values, path);
  const row = apiVersions[version];
  const scope = parseScope(text("scope") ?? "");
  const stated = agreements.find((one) => one === text("agreement"));
  return {
    text,
    leaf: (path) => values.get(path),
    version,
    row,
    newGeneration: row.generation === "new",
    creating,
    now,
    scope,
    agreement: stated ?? guessedAgreement(scope),
    stated,
    dataset: datasets.find((candidate) => candidate.type === text("definition.type")),
    active: text("schedule.status") === "Active",
  };
}

/** Needed by every rule that differs by version: while it is not known, neither generation's rules are applied. */
const apiVersion = "apiVersion";
const type = "definition.type";
const timeframe = "definition.timeframe";
const periodFrom = "definition.timePeriod.from";
const periodTo = "definition.timePeriod.to";
const granularity = "definition.dataSet.granularity";
const columns = "definition.dataSet.configuration.columns";
const dataVersion = "definition.dataSet.configuration.dataVersion";
const filters = "definition.dataSet.configuration.filters";
const resourceId = "deliveryInfo.destination.resourceId";
const container = "deliveryInfo.destination.container";
const folder = "deliveryInfo.destination.rootFolderPath";
const sasToken = "deliveryInfo.destination.sasToken";
const storageAccount = "deliveryInfo.destination.storageAccount";
const status = "schedule.status";
const recurrence = "schedule.recurrence";
const startsAt = "schedule.recurrencePeriod.from";
const endsAt = "schedule.recurrencePeriod.to";

const day = 86_400_000;
const containerName = /^(?=.{3,63}$)[a-z0-9]+(?:-[a-z0-9]+)*$/;
const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const rules: readonly Rule[] = [
  // Scope and name
  {
    name: "scope form",
    needs: ["scope"],
    severity: "refuse",
    source:
      "observed: a malformed scope answers 404 MissingSubscription (azurerm#20242), a bare subscription id is no scope (azurerm#21628)",
    test: ({ text, scope }) => {
      const value = text("scope");
      if (value === undefined || scope !== undefined) return undefined;
      const bare = value.replace(/^\/+|\/+$/g, "");
      const cure = guid.test(bare)
        ? `Did you mean /subscriptions/${bare}?`
        : /^\d+$/.test(bare)
          ? `Did you mean /providers/Microsoft.Billing/billingAccounts/${bare}?`
          : "Valid forms: /subscriptions/{id}, /subscriptions/{id}/resourceGroups/{name}, /providers/Microsoft.Management/managementGroups/{id}, and /providers/Microsoft.Billing/billingAccounts/{id}, alone or with /departments/{id}, /enrollmentAccounts/{id}, /customers/{id}, /billingProfiles/{id} or /billingProfiles/{id}/invoiceSections/{id}.";
      return `scope "${value}" is none of the nine forms at which exports exist. ${cure}`;
    },
  },
  {
    name: "scope is an address",
    needs: ["scope"],
    severity: "refuse",
    source: "a scope is a part of the URL, in which these characters end or change the path",
    test: ({ text }) =>
      /[?#%\\\s\p{Cc}\p{Cs}]/u.test(text("scope") ?? "") || /(?:^|\/)\.{1,2}(?:\/|$)/.test(text("scope") ?? "")
        ? `scope ${shown(text("scope") ?? "")} holds a character or segment that cannot stand in an address. Write the ARM id as the portal shows it, not encoded.`
        : undefined,
  },
  {
    name: "subscription id",
    needs: ["scope"],
    severity: "warn",
    source: "subscription ids are GUIDs (documented)",
    test: ({ scope }) => {
      const id = scope?.ids["subscriptionId"];
      return id === undefined || guid.test(id)
        ? undefined
        : `scope names the subscription "${id}", which is no GUID. Write its id, not its name.`;
    },
  },
  {
    name: "name characters",
    needs: ["exportName"],
    severity: "refuse",
    source: "the name is a segment of the URL; the portal forbids blanks (documented)",
    test: ({ text }) => {
      const name = text("exportName");
      return name !== undefined && (/[/?#%\\\s\p{Cc}\p{Cs}]/u.test(name) || name === "." || name === "..")
        ? `exportName ${shown(name)} holds a character that cannot stand in a name. Use letters, digits, "-" and "_".`
        : undefined;
    },
  },
  {
    name: "name length",
    needs: ["exportName"],
    severity: "warn",
    source: "3 to 64 characters in the portal (documented); longer and shorter ones were not tried",
    test: ({ text }) => {
      const name = text("exportName") ?? "export";
      return name.length < 3 || name.length > 64
        ? `exportName "${name}" has ${name.length} characters; the portal takes 3 to 64.`
        : undefined;
    },
  },
  {
    name: "name beyond an address",
    needs: ["exportName"],
    severity: "refuse",
    source:
      "a path segment of more than 260 characters is refused by web servers of the kind that Azure runs (documented)",
    test: ({ text }) => {
      const { length } = text("exportName") ?? "";
      return length > 260
        ? `exportName has ${length} characters, more than the 260 that a segment of an address may have. The portal takes 3 to 64.`
        : undefined;
    },
  },

  // Dataset and scope
  {
    name: "price sheet scope",
    needs: ["scope", type],
    severity: "refuse",
    source: "observed: 401 at a subscription, refused at an EA department (ftk#1870)",
    test: ({ scope, dataset }) =>
      dataset?.type === "PriceSheet" && (scope?.kind === "subscription" || scope?.kind === "department")
        ? "PriceSheet does not exist at a subscription or an EA department: the service refuses it. Use the EA billing account, or the billing profile."
        : undefined,
  },
  {
    name: "price and reservation scopes",
    needs: ["scope", type],
    severity: "warn",
    source: "documented",
    test: ({ scope, dataset }) =>
      dataset !== undefined &&
      dataset.family !== "cost" &&
      scope !== undefined &&
      scope.kind !== "billingAccount" &&
      scope.kind !== "billingProfile" &&
      !(dataset.type === "PriceSheet" && (scope.kind === "subscription" || scope.kind === "department"))
        ? `${dataset.type} is documented for EA billing accounts and billing profiles only. Use one of these as scope.`
        : undefined,
  },
  {
    name: "reservation data of a modern billing account",
    needs: ["scope", type, "agreement"],
    severity: "warn",
    source: "documented; the agreement may be a guess from the colon in the billing account's id",
    test: ({ scope, dataset, agreement }) =>
      dataset !== undefined &&
      dataset.family !== "cost" &&
      scope?.kind === "billingAccount" &&
      (agreement === "MCA" || agreement === "MPA")
        ? `${dataset.type} is documented at EA billing accounts and at billing profiles; this billing account is, or looks like, one of ${agreementLabels[agreement]}. Use one of its billing profiles.`
        : undefined,
  },
  {
    name: "amortized cost at a management group, old generation",
    needs: ["scope", type, apiVersion],
    severity: "refuse",
    source: "observed: \"Invalid definition type 'AmortizedCost'; valid values: 'Usage'.\" (azps#19453)",
    test: ({ scope, dataset, newGeneration }) =>
      scope?.kind === "managementGroup" && dataset?.type === "AmortizedCost" && !newGeneration
        ? "AmortizedCost does not exist at a management group: the service takes Usage only. Set type to Usage, or export each subscription or the billing account."
        : undefined,
  },
  {
    name: "datasets at a management group",
    needs: ["scope", type, apiVersion],
    severity: "warn",
    source: "documented and in conflict: older pages say actual costs, error texts say Usage only",
    test: ({ scope, dataset, newGeneration }) =>
      scope?.kind === "managementGroup" &&
      dataset !== undefined &&
      dataset.type !== "Usage" &&
      (newGeneration || dataset.type !== "AmortizedCost")
        ? `${dataset.type} at a management group is not fully supported by the service (EA only, one currency only). The billing account holds the same costs.`
        : undefined,
  },

  // Dataset and agreement
  {
    name: "pay-as-you-go takes no FOCUS and no amortized costs",
    needs: [type, "agreement"],
    severity: "refuse",
    source:
      "observed: \"Export type: FocusCost is not supported for Agreement Type: WebDirect and Subscription.\" (ftk#1367), \"Invalid definition type 'AmortizedCost'; valid values: 'Usage'.\" (cliext#2021)",
    test: ({ dataset, stated }) =>
      stated === "PAYG" && (dataset?.type === "FocusCost" || dataset?.type === "AmortizedCost")
        ? `${dataset.type} does not exist under pay-as-you-go, which agreement states: the service refuses it. Set type to Usage, or correct agreement.`
        : undefined,
  },
  {
    name: "pay-as-you-go delivers usage",
    needs: [type, "agreement"],
    severity: "warn",
    source: "documented: Usage is the only dataset there; the refusals on record name it as the only valid one",
    test: ({ dataset, stated }) =>
      stated === "PAYG" && dataset !== undefined && !["Usage", "FocusCost", "AmortizedCost"].includes(dataset.type)
        ? `${dataset.type} is not documented under pay-as-you-go, which agreement states; the service may refuse it. Set type to Usage.`
        : undefined,
  },
  {
    name: "agreement and scope",
    needs: ["agreement", "scope"],
    severity: "warn",
    source: "documented: departments and enrollment accounts are of EA, profiles and sections of MCA, customers of MPA",
    test: ({ stated, scope }) =>
      stated !== undefined && scope !== undefined && !fitsScope(stated, scope)
        ? `agreement ${stated} does not go with a scope of this form, which belongs to ${agreementLabels[guessedAgreement(scope) ?? "EA"]}. Correct one of the two.`
        : undefined,
  },

  // Time frames and schedules
  {
    name: "custom needs a period",
    needs: [periodFrom, timeframe, periodTo],
    severity: "refuse",
    source: 'observed: "Missing definition timePeriod; specify a period in the past." (azapi#184)',
    test: ({ text }) =>
      text(timeframe) === "Custom" && text(periodFrom) === undefined && text(periodTo) === undefined
        ? "definition.timeframe Custom needs definition.timePeriod with from and to, in the past."
        : undefined,
  },
  {
    name: "period without an end",
    needs: [periodTo, periodFrom],
    severity: "refuse",
    source: "from and to are both required (OpenAPI)",
    test: ({ text }) =>
      text(periodFrom) !== undefined && text(periodTo) === undefined
        ? "definition.timePeriod.to is missing. A time period has from and to."
        : undefined,
  },
  {
    name: "period without a start",
    needs: [periodFrom, periodTo],
    severity: "refuse",
    source: "from and to are both required (OpenAPI)",
    test: ({ text }) =>
      text(periodTo) !== undefined && text(periodFrom) === undefined
        ? "definition.timePeriod.from is missing. A time period has from and to."
        : undefined,
  },
  {
    name: "period order",
    needs: [periodTo, periodFrom, timeframe],
    severity: "refuse",
    source: "a period that ends before it starts holds no day",
    test: ({ text }) => {
      const [from, to] = [instantAt(text(periodFrom)), instantAt(text(periodTo))];
      return text(timeframe) === "Custom" && from !== undefined && to !== undefined && to < from
        ? `definition.timePeriod ends (${text(periodTo) ?? ""}) before it starts (${text(periodFrom) ?? ""}). Exchange the two.`
        : undefined;
    },
  },
  {
    name: "period in the future",
    needs: [periodTo, timeframe],
    severity: "refuse",
    source: "observed: \"Invalid definition timePeriod; 'to' value cannot be in the future.\" (ftk#988, ftk#1611)",
    test: ({ text, creating, now }) => {
      const to = instantAt(text(periodTo));
      return creating && text(timeframe) === "Custom" && to !== undefined && to > now
        ? `definition.timePeriod.to is ${text(periodTo) ?? ""}, which is in the future: the service refuses it. End the period yesterday at the latest.`
        : undefined;
    },
  },
  {
    name: "period length",
    needs: [periodTo, periodFrom, timeframe, apiVersion],
    severity: "warn",
    source: "documented per version; no refusal of a longer period is on record",
    test: ({ text, version }) => {
      const [from, to] = [instantAt(text(periodFrom)), instantAt(text(periodTo))];
      if (text(timeframe) !== "Custom" || from === undefined || to === undefined || to < from) return undefined;
      const months = version === "2025-03-01" || version === "2023-07-01-preview" ? 1 : 3;
      const limit = new Date(from);
      limit.setUTCMonth(limit.getUTCMonth() + months);
      const sameMonth = new Date(from).toISOString().slice(0, 7) === new Date(to).toISOString().slice(0, 7);
      const tooLong = version === "2025-03-01" ? !sameMonth : to > limit.getTime();
      return tooLong
        ? `definition.timePeriod is longer than api-version ${version} documents (${version === "2025-03-01" ? "within one calendar month" : `${months} month${months === 1 ? "" : "s"}`}). Split it into one export, or one run, per month.`
        : undefined;
    },
  },
  {
    name: "period without Custom",
    needs: [periodFrom, timeframe],
    severity: "warn",
    source: "documented",
    test: ({ text }) =>
      text(periodFrom) !== undefined && text(timeframe) !== undefined && text(timeframe) !== "Custom"
        ? `definition.timePeriod is used with timeframe Custom only; with ${text(timeframe) ?? ""} the service ignores it. Set timeframe to Custom, or remove timePeriod.`
        : undefined,
  },
  {
    name: "scheduled custom export",
    needs: [status, timeframe],
    severity: "warn",
    source: "documented: a one-time export is Custom and Inactive",
    test: ({ text, active }) =>
      text(timeframe) === "Custom" && active
        ? "A Custom export delivers the same days at each run. A one-time export has schedule.status Inactive (or no schedule) and is run once."
        : undefined,
  },
  {
    name: "time frame and recurrence",
    needs: [recurrence, timeframe, apiVersion],
    severity: "refuse",
    source:
      'observed: "Invalid timeframe … and schedule recurrence … combination" (ftk PR#843, and an onboarding script on 2025-03-01)',
    test: ({ text, newGeneration }) => {
      if (!newGeneration) return undefined;
      const pair = `${text(timeframe) ?? ""} ${text(recurrence) ?? ""}`;
      if (pair === "MonthToDate Monthly")
        return "timeframe MonthToDate does not go with recurrence Monthly: the service refuses the pair. Use MonthToDate with Daily, or TheLastMonth with Monthly.";
      if (pair === "TheLastMonth Daily")
        return "timeframe TheLastMonth does not go with recurrence Daily: the service refuses the pair. Use TheLastMonth with Monthly, or MonthToDate with Daily.";
      return undefined;
    },
  },
  {
    name: "unlisted pair of time frame and recurrence",
    needs: [recurrence, timeframe, type, apiVersion],
    severity: "warn",
    source: "documented pairs; nothing is on record of the others",
    test: ({ text, newGeneration }) => {
      const [frame, rhythm] = [text(timeframe), text(recurrence)];
      if (!newGeneration || frame === undefined || rhythm === undefined) return undefined;
      return quietPairs.test(`${frame} ${rhythm}`)
        ? undefined
        : `timeframe ${frame} with recurrence ${rhythm} is not a documented pair; the service may refuse it. Documented: MonthToDate with Daily, TheLastMonth or TheLastBillingMonth with Monthly.`;
    },
  },
  {
    name: "price sheet time frame",
    needs: [timeframe, type],
    severity: "refuse",
    source: "observed with MonthToDate (an onboarding script on 2025-03-01)",
    test: ({ text, dataset }) => {
      const frame = text(timeframe);
      return dataset?.type === "PriceSheet" && frame !== undefined && frame !== "TheCurrentMonth" && frame !== "Custom"
        ? `PriceSheet does not exist with timeframe ${frame}. Set timeframe to TheCurrentMonth.`
        : undefined;
    },
  },
  {
    name: "price sheet of a period",
    needs: [timeframe, type],
    severity: "warn",
    source: "documented: price sheets have no selected dates",
    test: ({ text, dataset }) =>
      dataset?.type === "PriceSheet" && text(timeframe) === "Custom"
        ? "PriceSheet is documented with timeframe TheCurrentMonth only; the service may refuse Custom."
        : undefined,
  },
  {
    name: "current month",
    needs: [timeframe, type],
    severity: "warn",
    source: "assumed: only price sheets are seen with it",
    test: ({ text, dataset }) =>
      text(timeframe) === "TheCurrentMonth" && dataset !== undefined && dataset.type !== "PriceSheet"
        ? `timeframe TheCurrentMonth is documented for PriceSheet; for ${dataset.type} use MonthToDate.`
        : undefined,
  },
  {
    name: "last seven days on the new generation",
    needs: [timeframe, apiVersion],
    severity: "warn",
    source: "observed on old versions only (specs#23707)",
    test: ({ text, newGeneration }) =>
      text(timeframe) === "TheLast7Days" && newGeneration
        ? "timeframe TheLast7Days is known of old api-versions only; the service may refuse it here."
        : undefined,
  },
  {
    name: "schedule without recurrence",
    needs: [recurrence, status],
    severity: "warn",
    source: "assumed",
    test: ({ text, active }) =>
      active && text(recurrence) === undefined
        ? "schedule.status is Active without a recurrence: the export would never run. Set schedule.recurrence, or status Inactive."
        : undefined,
  },
  {
    name: "schedule without status",
    needs: [status, recurrence],
    severity: "warn",
    source:
      "observed: an omitted schedule comes back Inactive; what an omitted status does beside a recurrence is assumed",
    test: ({ text }) =>
      text(recurrence) !== undefined && text(status) === undefined
        ? "schedule.recurrence is set without schedule.status; the service may leave the export Inactive. Set status to Active or Inactive."
        : undefined,
  },
  {
    name: "suspended by hand",
    needs: [status],
    severity: "warn",
    source: "documented: only the service suspends",
    test: ({ text }) =>
      text(status) === "SystemSuspended"
        ? "schedule.status SystemSuspended is set by the service alone. To pause an export use Inactive."
        : undefined,
  },
  {
    name: "start in the past",
    needs: [startsAt, status],
    severity: "refuse",
    source: "observed: \"Invalid schedule recurrencePeriod; 'from' value cannot be in the past.\" (azurerm#20597)",
    test: ({ text, creating, active, now }) => {
      const from = instantAt(text(startsAt));
      return creating && active && from !== undefined && from < now
        ? `schedule.recurrencePeriod.from is ${text(startsAt) ?? ""}, which is in the past: the service refuses it for a new Active export. Leave it out (the next UTC midnight is chosen and remembered), or set a later date.`
        : undefined;
    },
  },
  {
    name: "end before start",
    needs: [endsAt, startsAt],
    severity: "refuse",
    source: "observed: \"Invalid schedule recurrencePeriod; 'from' value cannot be after 'to' value\" (bicep#6519)",
    test: ({ text }) => {
      const [from, to] = [instantAt(text(startsAt)), instantAt(text(endsAt))];
      return from !== undefined && to !== undefined && to < from
        ? `schedule.recurrencePeriod ends (${text(endsAt) ?? ""}) before it starts (${text(startsAt) ?? ""}). Set a later end, or leave it out (five years).`
        : undefined;
    },
  },
  {
    name: "end in the past",
    needs: [endsAt, startsAt],
    severity: "refuse",
    source: "a start that is left out is the next midnight, and the service refuses an end before it (bicep#6519)",
    test: ({ text, creating, now }) => {
      const to = instantAt(text(endsAt));
      const start = nextMidnight(now);
      return creating && text(startsAt) === undefined && to !== undefined && to < (instant(start) ?? now)
        ? `schedule.recurrencePeriod.to is ${text(endsAt) ?? ""}, which is before the start that is chosen where from is left out, the next UTC midnight (${start}). Set a later end, or leave it out (five years).`
        : undefined;
    },
  },
  {
    name: "end is near",
    needs: [endsAt, status],
    severity: "warn",
    source: "observed: an export stops silently when its recurrence ends (ftk#17)",
    test: ({ text, active, now }) => {
      const to = instantAt(text(endsAt));
      return active && to !== undefined && to >= now && to - now < 60 * day
        ? `schedule.recurrencePeriod.to is ${text(endsAt) ?? ""}, less than 60 days away: the export then stops without notice. Set a later end, or leave it out (five years).`
        : undefined;
    },
  },
  {
    name: "end is over",
    needs: [endsAt, status],
    severity: "warn",
    source: "observed: an export stops silently when its recurrence ends (ftk#17)",
    test: ({ text, creating, active, now }) => {
      const to = instantAt(text(endsAt));
      return !creating && active && to !== undefined && to < now
        ? `schedule.recurrencePeriod.to was ${text(endsAt) ?? ""}: the export no longer runs. Set a later end, or leave it out (five years).`
        : undefined;
    },
  },

  // Columns and their versions
  {
    name: "price sheet granularity",
    needs: [granularity, type],
    severity: "refuse",
    source: "observed: \"Invalid dataset granularity: 'Daily'.\" (ftk#1193)",
    test: ({ text, dataset }) =>
      dataset?.type === "PriceSheet" && text(granularity) === "Daily"
        ? "definition.dataSet.granularity Daily is refused for PriceSheet. Leave granularity out."
        : undefined,
  },
  {
    name: "granularity of prices and reservations",
    needs: [granularity, type],
    severity: "warn",
    source: "documented examples and shipped clients send none",
    test: ({ text, dataset }) =>
      (dataset?.type === "PriceSheet" && text(granularity) === "Monthly") ||
      ((dataset?.type === "ReservationRecommendations" || dataset?.type === "ReservationTransactions") &&
        text(granularity) !== undefined)
        ? `definition.dataSet.granularity has no meaning for ${dataset.type}; the service may refuse it. Leave it out.`
        : undefined,
  },
  {
    name: "unlisted data version",
    needs: [dataVersion, type, "scope", "agreement"],
    severity: "warn",
    source: "documented index; the service refuses unlisted versions, and its list changes (ftk#1972)",
    test: ({ text, dataset, agreement }) => {
      const wanted = text(dataVersion);
      if (wanted === undefined || dataset === undefined) return undefined;
      const known = listedVersions(dataset.type, agreement);
      return known.length === 0 || known.some((one) => one.toLowerCase() === wanted.toLowerCase())
        ? undefined
        : `definition.dataSet.configuration.dataVersion "${wanted}" is not known for ${dataset.type}${agreement === undefined ? "" : ` under ${agreementLabels[agreement]}`}; the service refuses versions outside its list. Known: ${listOf(known)}.`;
    },
  },
  {
    name: "unpinned data version",
    needs: [dataVersion, type, apiVersion],
    severity: "warn",
    source: "documented: an omitted version is the latest, so columns can change silently",
    test: ({ text, dataset, newGeneration, agreement }) =>
      newGeneration && dataset !== undefined && text(dataVersion) === undefined
        ? `definition.dataSet.configuration.dataVersion is not set, so the columns follow the latest version. To keep them, set it; newest known for ${dataset.type}: ${listedVersions(dataset.type, agreement).at(-1) ?? ""}.`
        : undefined,
  },
  {
    name: "columns are deprecated",
    needs: [columns, apiVersion],
    severity: "warn",
    source: "documented: on path to deprecation",
    test: ({ leaf, newGeneration }) =>
      newGeneration && leaf(columns) !== undefined
        ? "definition.dataSet.configuration.columns is on its way out in this api-version. Pin dataVersion instead, and choose columns when reading."
        : undefined,
  },
  {
    name: "filters elsewhere",
    needs: [filters, type],
    severity: "warn",
    source: "documented: filters belong to ReservationRecommendations",
    test: ({ leaf, dataset }) =>
      leaf(filters) !== undefined && dataset !== undefined && dataset.type !== "ReservationRecommendations"
        ? `definition.dataSet.configuration.filters works for ReservationRecommendations only, not for ${dataset.type}. Remove it.`
        : undefined,
  },
  {
    name: "filters of recommendations",
    needs: [filters, type],
    severity: "warn",
    source: "documented as needed; every shipped client sends all three",
    test: ({ leaf, dataset }) => {
      if (dataset?.type !== "ReservationRecommendations") return undefined;
      const set = filterList(leaf(filters)).map(({ name }) => name.toLowerCase());
      const missing = Object.keys(filterValues).filter((name) => !set.includes(name.toLowerCase()));
      return missing.length === 0
        ? undefined
        : `ReservationRecommendations needs three filters; ${listOf(missing)} ${missing.length === 1 ? "is" : "are"} missing in definition.dataSet.configuration.filters.`;
    },
  },
  {
    name: "filter values",
    needs: [filters, type],
    severity: "warn",
    source: "documented lists",
    test: ({ leaf, dataset }) => {
      if (dataset?.type !== "ReservationRecommendations") return undefined;
      const odd = filterList(leaf(filters)).filter(({ name, value }) => {
        const known = Object.entries(filterValues).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
        return known === undefined || !known.some((candidate) => candidate.toLowerCase() === value.toLowerCase());
      });
      return odd.length === 0
        ? undefined
        : `Unknown filter ${listOf(odd.map(({ name, value }) => `${name} = ${value}`))}. Known: ${Object.entries(
            filterValues,
          )
            .map(([name, values]) => `${name} (${listOf(values)})`)
            .join("; ")}.`;
    },
  },
  {
    name: "usage on the new generation",
    needs: [type, apiVersion],
    severity: "warn",
    source: "documented: the portal no longer offers Usage",
    test: ({ dataset, newGeneration }) =>
      dataset?.type === "Usage" && newGeneration
        ? "Usage is for pay-as-you-go and internal subscriptions, and no longer offered for new exports. Elsewhere use ActualCost or FocusCost."
        : undefined,
  },

  // Format
  {
    name: "compression and format",
    needs: ["compressionMode", "format"],
    severity: "warn",
    source: "documented: Csv with gzip, Parquet with snappy; no refusal of the others is on record",
    test: ({ text }) => {
      const pair = `${text("format") ?? "Csv"} ${text("compressionMode")?.toLowerCase() ?? "none"}`;
      return pair === "Csv snappy" || pair === "Parquet gzip"
        ? `compressionMode ${text("compressionMode") ?? ""} is not documented with format ${text("format") ?? "Csv"}. Csv goes with gzip, Parquet with snappy.`
        : undefined;
    },
  },
  {
    name: "format at a management group",
    needs: ["format", "scope"],
    severity: "warn",
    source: "documented: CSV only",
    test: ({ text, scope }) =>
      scope?.kind === "managementGroup" && (text("format") ?? "Csv") !== "Csv"
        ? "Exports of a management group are documented as CSV only. Set format to Csv."
        : undefined,
  },
  {
    name: "partition on an old version at an enrollment",
    needs: ["partitionData", "scope", apiVersion, "agreement"],
    severity: "warn",
    source: "observed in 2021 (docs#74890), unknown today; the agreement may be a guess",
    test: ({ leaf, agreement, newGeneration }) =>
      leaf("partitionData") === true && agreement === "EA" && !newGeneration
        ? "partitionData was refused at Enterprise Agreement scopes by old api-versions; whether it still is, is not known. Set apiVersion to 2025-03-01, or leave partitionData out."
        : undefined,
  },
  {
    name: "identity without partition",
    needs: ["partitionData", "identity.type"],
    severity: "warn",
    source: "a shipped client says that identity-based delivery needs partitioned output",
    test: ({ text, leaf }) =>
      text("identity.type") === "SystemAssigned" && leaf("partitionData") !== true
        ? "identity SystemAssigned without partitionData: delivery with an identity is said to need partitioned output. Set partitionData to true."
        : undefined,
  },

  // Destination
  {
    name: "container name",
    needs: [container],
    severity: "refuse",
    source: "naming rule of blob containers (documented)",
    test: ({ text }) => {
      const name = text(container);
      if (name === undefined || containerName.test(name) || name === "$root" || name === "$web") return undefined;
      const better = name
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, "-")
        .replace(/^-|-$/g, "");
      return `deliveryInfo.destination.container "${name}" is no container name. Use 3 to 63 lower-case letters, digits and single hyphens${containerName.test(better) ? `, such as "${better}"` : ""}.`;
    },
  },
  {
    name: "storage account id",
    needs: [resourceId],
    severity: "refuse",
    source: "observed: any other form ends in an opaque inner error (sdkpy#21900, sdkpy#30654)",
    test: ({ text }) => {
      const id = text(resourceId);
      return id !== undefined &&
        !/^\/?subscriptions\/[^/\s]+\/resourceGroups\/[^/\s]+\/providers\/Microsoft\.Storage\/storageAccounts\/[^/\s]+\/?$/i.test(
          id,
        )
        ? `deliveryInfo.destination.resourceId "${id}" is no id of a storage account. Write /subscriptions/{id}/resourceGroups/{name}/providers/Microsoft.Storage/storageAccounts/{name}: the account's id, without container and without URL.`
        : undefined;
    },
  },
  {
    name: "destination account",
    needs: [resourceId, sasToken, storageAccount],
    severity: "refuse",
    source: "documented: resourceId, or sasToken with storageAccount; 2020-06-01 has resourceId only",
    test: ({ text, leaf, row }) => {
      if (text(resourceId) !== undefined || (leaf(sasToken) !== undefined && text(storageAccount) !== undefined))
        return undefined;
      return row.partitionData && (leaf(sasToken) !== undefined || text(storageAccount) !== undefined)
        ? "deliveryInfo.destination needs sasToken and storageAccount together, or resourceId."
        : "deliveryInfo.destination.resourceId is missing. Set it to the id of the storage account.";
    },
  },
  {
    name: "two ways to the account",
    needs: [sasToken, resourceId, "identity.type"],
    severity: "warn",
    source: "assumed: a SAS token stands instead of a resource id and an identity",
    test: ({ leaf, text }) =>
      leaf(sasToken) !== undefined && (text(resourceId) !== undefined || text("identity.type") === "SystemAssigned")
        ? "deliveryInfo.destination.sasToken goes with storageAccount, instead of resourceId and identity. Keep one of the two ways."
        : undefined,
  },
  {
    name: "SAS outside partner accounts",
    needs: [sasToken, "scope"],
    severity: "warn",
    source: "documented: partners at the scope of their billing account",
    test: ({ leaf, scope }) =>
      leaf(sasToken) !== undefined && scope !== undefined && scope.kind !== "billingAccount"
        ? "deliveryInfo.destination.sasToken is for partners at the scope of their billing account. Elsewhere use resourceId with identity."
        : undefined,
  },
  {
    name: "reserved characters in the folder",
    needs: [folder, apiVersion],
    severity: "refuse",
    source:
      'observed on the new generation: "Value cannot contain any reserved url characters except forward slashes(/)" (ftk#1239)',
    test: ({ text, newGeneration }) => {
      const path = text(folder);
      return newGeneration && path !== undefined && reserved.test(path)
        ? `deliveryInfo.destination.rootFolderPath "${path}" holds characters that are reserved in URLs: the service refuses them. Did you mean "${path.replace(reservedAll, "-")}"?`
        : undefined;
    },
  },
  {
    name: "reserved characters in the folder, old generation",
    needs: [folder, apiVersion],
    severity: "warn",
    source: "observed on the new generation (ftk#1239)",
    test: ({ text, newGeneration }) => {
      const path = text(folder);
      return !newGeneration && path !== undefined && reserved.test(path)
        ? `deliveryInfo.destination.rootFolderPath "${path}" holds characters that are reserved in URLs: newer api-versions refuse them. Better: "${path.replace(reservedAll, "-")}".`
        : undefined;
    },
  },
  {
    name: "doubtful characters in the folder",
    needs: [folder],
    severity: "warn",
    source: "assumed: these are not reserved in URLs, and still cannot stand in one as they are",
    test: ({ text }) => {
      const path = text(folder);
      return path !== undefined && !reserved.test(path) && doubtful.test(path)
        ? `deliveryInfo.destination.rootFolderPath ${shown(path)} holds "%", "\\" or a control character, which cannot stand in an address as they are; the service may refuse it. Better: "${path.replace(new RegExp(doubtful, "gu"), "-")}".`
        : undefined;
    },
  },
  {
    name: "end of the folder",
    needs: [folder],
    severity: "warn",
    source: "documented for the portal",
    test: ({ text }) =>
      /[/.]$/.test(text(folder) ?? "")
        ? `deliveryInfo.destination.rootFolderPath "${text(folder) ?? ""}" ends with "/" or ".", which the portal refuses. Leave that off.`
        : undefined,
  },

  // Identity
  {
    name: "identity needs a location",
    needs: ["location", "identity.type"],
    severity: "refuse",
    source: "documented: location is required with a managed identity; every shipped client sends it",
    test: ({ text }) =>
      text("identity.type") === "SystemAssigned" && text("location") === undefined
        ? 'location is missing: a managed identity needs one. Set location to "global", or to a region.'
        : undefined,
  },
  {
    name: "location without identity",
    needs: ["location", "identity.type"],
    severity: "warn",
    source: "documented: only required with a managed identity",
    test: ({ text }) =>
      text("location") !== undefined && text("identity.type") !== "SystemAssigned"
        ? "location has a meaning with a managed identity only. Set identity.type to SystemAssigned, or remove location."
        : undefined,
  },
];

/** Filters of ReservationRecommendations and their values (documented); names match without case. */
const filterValues: Readonly<Record<string, readonly string[]>> = {
  ReservationScope: ["Single", "Shared"],
  LookBackPeriod: ["Last7Days", "Last30Days", "Last60Days"],
  ResourceType: [
    "VirtualMachines",
    "SQLDatabases",
    "PostgreSQL",
    "ManagedDisk",
    "MySQL",
    "RedHat",
    "MariaDB",
    "RedisCache",
    "CosmosDB",
    "SqlDataWarehouse",
    "SUSELinux",
    "AppService",
    "BlockBlob",
    "AzureDataExplorer",
    "VMwareCloudSimple",
  ],
};

/** Pairs of time frame and recurrence that are documented, or that another rule speaks of. */
const quietPairs =
  /^(?:MonthToDate (?:Daily|Monthly)|TheLastMonth (?:Monthly|Daily)|TheLastBillingMonth Monthly|(?:Custom|TheCurrentMonth) .+)$/;

/** Reserved in URLs (RFC 3986) but the slash. */
const reserved = /[:?#[\]@!$&'()*+,;=]/;
const doubtful = /[%\\\p{Cc}\p{Cs}]/u;
const reservedAll = new RegExp(reserved.source, "g");

const agreementLabels: Readonly<Record<Agreement, string>> = {
  EA: "an Enterprise Agreement",
  MCA: "a Microsoft Customer Agreement",
  MPA: "a Microsoft Partner Agreement",
  PAYG: "pay-as-you-go",
};

/** Under the agreement, or under any where the index has no row for it: a gap in the index is no reason for a remark. */
function listedVersions(dataset: string, agreement: Agreement | undefined): readonly string[] {
  const known = agreement === undefined ? [] : knownDataVersions(dataset, agreement);
  return known.length > 0 ? known : knownDataVersions(dataset);
}

function filterList(leaf: Leaf | undefined): readonly Filter[] {
  return Array.isArray(leaf) ? (leaf as readonly (Filter | string)[]).filter((item) => typeof item !== "string") : [];
}

/** In quotes, with invisible characters written out. */
function shown(text: string): string {
  return `"${text.replace(/[\p{Cc}\p{Cs}]/gu, (found) => JSON.stringify(found).slice(1, -1))}"`;
}

function instantAt(text: string | undefined): number | undefined {
  return text === undefined ? undefined : instant(text);
}
