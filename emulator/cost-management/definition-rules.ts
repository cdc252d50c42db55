/** Refusals of what an export asks for: dataset, time frame, granularity, version of the columns. */
import type { ScopeKind } from "../../provider/cost-management/scopes";
import { canonicalChoice, sameText } from "./choices";
import { knowsDataVersion } from "./data-versions";
import type { Agreement } from "./data-versions";
import { addMonths, parseInstant, startOfMonth } from "./dates";
import { errors } from "./errors";
import type { PutContext, Rule } from "./put-context";

export const definitionRules: readonly Rule[] = [
  {
    name: "type is one of the version's",
    source: "observed (cliext#2021: wording with the valid list)",
    check: ({ type, row, spoken }) => {
      if (type === "") return spoken.generation === "new" ? errors.missingMember("definition type") : undefined;
      return canonicalChoice("type", type, row) === undefined
        ? errors.invalidDefinitionType(type, row.types)
        : undefined;
    },
  },
  {
    name: "pay-as-you-go delivers usage only",
    source: "observed (ftk#1367, focus-module for FocusCost; cliext#2021 for AmortizedCost and ActualCost)",
    check: ({ type, agreement, scope }) => {
      if (agreement !== "PAYG") return undefined;
      if (sameText(type, "FocusCost"))
        return errors.unsupportedAgreement(type, agreementLabels.PAYG, label(scope.kind));
      return ["actualcost", "amortizedcost"].includes(type.toLowerCase())
        ? errors.invalidDefinitionType(type, ["Usage"])
        : undefined;
    },
  },
  {
    name: "no amortized cost at a management group",
    source: "observed on old versions (azps#19453)",
    check: ({ type, scope, spoken }) =>
      spoken.generation === "old" && scope.kind === "managementGroup" && sameText(type, "AmortizedCost")
        ? errors.invalidDefinitionType(type, ["Usage"])
        : undefined,
  },
  {
    name: "price sheets live at EA billing accounts and billing profiles",
    source: "observed at subscriptions (ea-price-script) and departments (ftk#1870); documented elsewhere, by switch",
    check: priceSheetScope,
  },
  {
    name: "reservation datasets live at EA billing accounts and billing profiles",
    source: "documented; the refusal is assumed, by switch",
    check: (context) =>
      context.type.toLowerCase().startsWith("reservation") &&
      context.switches.refuseReservationOnOtherScopes &&
      !holdsPrices(context)
        ? unsupported(context)
        : undefined,
  },
  {
    name: "timeframe is one of the version's",
    source: "observed (specs#23707: wording and list)",
    check: ({ timeframe, row, spoken }) => {
      if (timeframe === "") return errors.missingMember("definition timeframe");
      if (canonicalChoice("timeframe", timeframe, row) !== undefined) return undefined;
      const valid = spoken.generation === "new" ? [...listedTimeframes, "TheCurrentMonth"] : listedTimeframes;
      return errors.invalidTimeframe(timeframe, valid);
    },
  },
  {
    name: "timeframe and recurrence fit",
    source: "observed on new versions (ea-price-script, ftk PR#843): these pairs only; other unlisted pairs pass",
    check: ({ type, timeframe, properties, spoken }) => {
      const recurrence = properties.schedule?.recurrence ?? "";
      const pair = `${timeframe}+${recurrence}`.toLowerCase();
      const unfit = pair === "monthtodate+monthly" || pair === "thelastmonth+daily";
      const priceSheet = sameText(type, "PriceSheet") && pair === "monthtodate+daily";
      return spoken.generation === "new" && (unfit || priceSheet)
        ? errors.timeframeRecurrenceMisfit(timeframe, recurrence)
        : undefined;
    },
  },
  {
    name: "price sheets are of the current month",
    source:
      "observed for MonthToDate (ea-price-script); assumed for the others but Custom, which is documented as possible",
    check: ({ type, timeframe }) =>
      sameText(type, "PriceSheet") && !sameText(timeframe, "TheCurrentMonth") && !sameText(timeframe, "Custom")
        ? errors.invalidTimeframe(timeframe, ["TheCurrentMonth", "Custom"])
        : undefined,
  },
  {
    name: "a Custom time frame names a period in the past",
    source: "observed (azapi#184, azurerm#22391; ftk#988 for the future)",
    check: customPeriod,
  },
  {
    name: "a period has two ends",
    source: "documented (required members); for a Custom time frame the rule above has the observed words",
    check: ({ properties: { definition } }) => {
      const period = definition?.timePeriod;
      const missing = (["from", "to"] as const).find((end) => period !== undefined && period[end] === undefined);
      return missing === undefined ? undefined : errors.missingMember(`definition timePeriod ${missing}`);
    },
  },
  {
    name: "a filter has a name and a value",
    source: "documented in words; the specification requires neither, so the refusal is assumed",
    check: ({ properties: { definition } }) => {
      const filters = definition?.dataSet?.configuration?.filters ?? [];
      return filters.every(({ name = "", value = "" }) => name !== "" && value !== "")
        ? undefined
        : errors.missingMember("definition dataSet configuration filters name and value");
    },
  },
  {
    name: "granularity fits",
    source:
      "observed for price sheets with Daily (ftk#1193, ea-price-script); documented for old versions (Daily only)",
    check: ({ type, properties, row }) => {
      const granularity = properties.definition?.dataSet?.granularity;
      if (granularity === undefined) return undefined;
      const known = canonicalChoice("granularity", granularity, row);
      return known === undefined || (known === "Daily" && sameText(type, "PriceSheet"))
        ? errors.invalidGranularity(granularity)
        : undefined;
    },
  },
  {
    name: "dataVersion is known for the dataset",
    source: "observed (ftk#1972)",
    check: ({ type, agreement, properties }) => {
      const version = properties.definition?.dataSet?.configuration?.dataVersion;
      return version === undefined || knowsDataVersion(type, version, agreement)
        ? undefined
        : errors.unsupportedDataVersion(version);
    },
  },
];

function priceSheetScope(context: PutContext): ReturnType<Rule["check"]> {
  const { type, scope, switches } = context;
  if (!sameText(type, "PriceSheet") || holdsPrices(context)) return undefined;
  if (scope.kind === "subscription") return errors.priceSheetUnauthorized();
  return scope.kind === "department" || switches.refusePriceSheetOnOtherScopes ? unsupported(context) : undefined;
}

/** An account whose agreement nothing tells is given the benefit of the doubt. */
function holdsPrices({ scope, agreement }: PutContext): boolean {
  return (
    scope.kind === "billingProfile" || (scope.kind === "billingAccount" && agreement !== "MCA" && agreement !== "MPA")
  );
}

const unsupported = ({ type, agreement, scope }: PutContext): ReturnType<typeof errors.unsupportedAgreement> =>
  errors.unsupportedAgreement(type, agreementLabels[agreement ?? "EA"], label(scope.kind));

/** WebDirect is observed (ftk#1367), the others are assumed after the billing API's names. */
const agreementLabels: Readonly<Record<Agreement, string>> = {
  EA: "EnterpriseAgreement",
  MCA: "MicrosoftCustomerAgreement",
  MPA: "MicrosoftPartnerAgreement",
  PAYG: "WebDirect",
};

const label = (kind: ScopeKind): string => kind.charAt(0).toUpperCase() + kind.slice(1);

/** In the order of the observed message. */
const listedTimeframes = [
  "WeekToDate",
  "MonthToDate",
  "TheLastMonth",
  "BillingMonthToDate",
  "TheLastBillingMonth",
  "TheLast7Days",
  "Custom",
] as const;

/** A period with another time frame passes: "should only" is all that is documented. */
function customPeriod({ timeframe, properties, now, row, switches }: PutContext): ReturnType<Rule["check"]> {
  if (!sameText(timeframe, "Custom")) return undefined;
  const { from, to } = properties.definition?.timePeriod ?? {};
  const start = parseInstant(from ?? "")?.at;
  const end = parseInstant(to ?? "")?.at;
  if (start === undefined || end === undefined) return errors.missingTimePeriod();
  if (start > end) return errors.timePeriodReversed();
  if (end > now) return errors.timePeriodInFuture();
  const limit = periodLimits[row.sameModelAs] ?? threeMonths;
  return switches.customPeriodLimitRefused && !limit.fits(start, end)
    ? errors.timePeriodTooLong(limit.text)
    : undefined;
}

interface PeriodLimit {
  readonly text: string;
  readonly fits: (from: number, to: number) => boolean;
}

const threeMonths: PeriodLimit = { text: "3 months", fits: (from, to) => to <= addMonths(from, 3) };

/** As documented by each version. */
const periodLimits: Readonly<Record<string, PeriodLimit>> = {
  "2023-07-01-preview": { text: "1 month", fits: (from, to) => to <= addMonths(from, 1) },
  "2025-03-01": { text: "1 calendar month", fits: (from, to) => startOfMonth(from) === startOfMonth(to) },
};
