/**
 * What the columns of a delivered file are, and how their values are written, by dataset, data version and agreement. Only
 * data and its look-up: what stands in a column is generate.ts's business.
 */
import type { Generation } from "../../provider/cost-management/api-versions";
import { datasets } from "../../provider/cost-management/datasets";
import type { Dataset } from "../../provider/cost-management/datasets";
import { cspCost, eaCost, eaCostOfOldExports, mcaCost, mpaCost, paygCost } from "./column-lists/cost";
import { focus } from "./column-lists/focus";
import {
  priceSheet,
  reservationDetails,
  reservationRecommendations,
  reservationTransactions,
} from "./column-lists/prices-and-reservations";

/** CSP: a subscription or resource group under a partner, which sees less than the partner's own scopes (MPA). */
export type Agreement = "EA" | "MCA" | "MPA" | "CSP" | "PAYG";

export type ColumnType = "decimal" | "date" | "boolean" | "string" | "json";

export interface Column {
  /** The header. */
  readonly name: string;
  readonly type: ColumnType;
  /** What it holds, whatever this version of the file calls it. */
  readonly field: string;
}

/** How values are written in text files; Parquet has types. */
export interface TextForms {
  readonly dates: DateForm;
  /** `pairs`: JSON without its braces (observed in EA files); `object`: JSON. */
  readonly tags: "pairs" | "object";
  readonly booleans: "True/False" | "true/false";
}

export type DateForm = "MM/dd/yyyy" | "yyyy-MM-ddTHH:mmZ" | "yyyy-MM-ddTHH:mm:ssZ";

export interface Schema {
  readonly dataset: Dataset;
  /** The version that is delivered, which need not be the one that was asked for. */
  readonly dataVersion: string;
  readonly agreement: Agreement;
  readonly columns: readonly Column[];
  readonly forms: TextForms;
}

export interface SchemaQuestion {
  readonly dataset: Dataset;
  /** Undefined: the latest. Exports of the old generation know none. */
  readonly dataVersion?: string | undefined;
  readonly agreement: Agreement;
  readonly generation: Generation;
}

export function schemaOf({ dataset, dataVersion, agreement, generation }: SchemaQuestion): Schema {
  const lists = listsOf(dataset, agreement);
  const old = generation === "old" && isCost(dataset) ? oldCost[agreement] : undefined;
  const version = old?.dataVersion ?? nearestVersion(Object.keys(lists), dataVersion);
  const list = old?.list ?? lists[version] ?? [];
  const focusVersion = dataset === "FocusCost" ? version : undefined;
  return {
    dataset,
    dataVersion: version,
    agreement,
    columns: list.map((name) => columnOf(name, dataset)),
    forms: { dates: dateForm(focusVersion), tags: tagForm(dataset, agreement), booleans: "True/False" },
  };
}

/** A dataset by its name in any case; undefined when there is none. */
export function datasetNamed(type: string): Dataset | undefined {
  return datasets.find((row) => row.type.toLowerCase() === type.toLowerCase())?.type;
}

/** The versions whose columns are known, latest first. */
export function knownVersions(dataset: Dataset, agreement: Agreement): readonly string[] {
  return Object.keys(listsOf(dataset, agreement));
}

/** The columns that were asked for by name, in the order of the question; all where none is known (both assumed). */
export function selectColumns(schema: Schema, asked: readonly string[] | undefined): Schema {
  const selected = (asked ?? []).flatMap((name) => {
    const field = fieldOf(name, schema.dataset);
    const found =
      schema.columns.find((column) => column.name.toLowerCase() === name.toLowerCase()) ??
      schema.columns.find((column) => column.field === field);
    return found === undefined ? [] : [found];
  });
  return selected.length === 0 ? schema : { ...schema, columns: [...new Set(selected)] };
}

/** The cost and usage files that are older than FOCUS: the only ones of the old generation. */
const isCost = (dataset: Dataset): boolean => ["Usage", "ActualCost", "AmortizedCost"].includes(dataset);

type Lists = Readonly<Record<string, readonly string[]>>;

function listsOf(dataset: Dataset, agreement: Agreement): Lists {
  // Partners' price and reservation files are those of MCA (documented); pay-as-you-go has none and gets those of EA.
  const family = agreement === "EA" || agreement === "PAYG" ? "EA" : "MCA";
  switch (dataset) {
    case "Usage":
    case "ActualCost":
    case "AmortizedCost":
      return cost[agreement];
    case "FocusCost":
      return focus;
    case "PriceSheet":
      return priceSheet[family];
    case "ReservationDetails":
      return { "2023-03-01": reservationDetails[family] };
    case "ReservationRecommendations":
      return { "2023-05-01": reservationRecommendations[family] };
    case "ReservationTransactions":
      return { "2023-05-01": reservationTransactions[family] };
  }
}

const cost: Readonly<Record<Agreement, Lists>> = {
  EA: eaCost,
  MCA: mcaCost,
  MPA: mpaCost,
  CSP: cspCost,
  PAYG: paygCost,
};

/** The old generation names no version: for EA the real file is followed, for the others 2021-10-01 (assumed). */
const oldCost: Readonly<Record<Agreement, { readonly dataVersion: string; readonly list?: readonly string[] }>> = {
  EA: { dataVersion: "2021-10-01", list: eaCostOfOldExports },
  MCA: { dataVersion: "2021-10-01" },
  MPA: { dataVersion: "2021-10-01" },
  CSP: { dataVersion: "2021-10-01" },
  PAYG: { dataVersion: "2019-11-01" },
};

/** An unknown version gets the latest that is not younger, else the oldest (assumed): its columns are nowhere listed. */
function nearestVersion(known: readonly string[], asked: string | undefined): string {
  const [latest = ""] = known;
  if (asked === undefined) return latest;
  const same = known.find((version) => version.toLowerCase() === asked.toLowerCase());
  return same ?? known.find((version) => version <= asked) ?? known.at(-1) ?? latest;
}

function dateForm(focusVersion: string | undefined): DateForm {
  if (focusVersion === undefined) return "MM/dd/yyyy";
  // Documented: from 1.0r2 on with seconds.
  return ["1.0", "1.0-preview", "1.0-preview(v1)"].includes(focusVersion)
    ? "yyyy-MM-ddTHH:mmZ"
    : "yyyy-MM-ddTHH:mm:ssZ";
}

/** EA observed, FOCUS documented, the others assumed. */
const tagForm = (dataset: Dataset, agreement: Agreement): TextForms["tags"] =>
  dataset !== "FocusCost" && (agreement === "EA" || agreement === "PAYG") ? "pairs" : "object";

function columnOf(name: string, dataset: Dataset): Column {
  const field = fieldOf(name, dataset);
  return { name, field, type: types.get(field) ?? "string" };
}

/** One name for what files of different versions call differently. FOCUS names are one and the same in all its versions. */
function fieldOf(name: string, dataset: Dataset): string {
  if (dataset === "FocusCost") return name;
  const plain = name.toLowerCase().replaceAll(" ", "");
  return synonyms[plain] ?? plain;
}

const synonyms: Readonly<Record<string, string>> = {
  product: "productname",
  subscriptionguid: "subscriptionid",
  usagedatetime: "date",
  usagequantity: "quantity",
  resourcerate: "effectiveprice",
  pretaxcost: "costinbillingcurrency",
  cost: "costinbillingcurrency",
  billingcurrency: "billingcurrencycode",
  currency: "billingcurrencycode",
  currencycode: "billingcurrencycode",
  pricingcurrencycode: "pricingcurrency",
  invoicesection: "invoicesectionname",
  instanceid: "resourceid",
  instancename: "resourceid",
  resourcegroupname: "resourcegroup",
  exchangerate: "exchangeratepricingtobilling",
  sku: "skuname",
};

/**
 * Types: the decimals, dates and booleans of the FinOps hub's mapping, and what is plainly a number among the columns that
 * it reads as text (documented nowhere: docs#79040).
 */
const typed: readonly (readonly [ColumnType, string])[] = [
  [
    "decimal",
    `quantity effectiveprice costinbillingcurrency unitprice paygprice costinpricingcurrency costinusd
     paygcostinbillingcurrency paygcostinusd exchangeratepricingtobilling partnerearnedcreditrate marketprice baseprice
     includedquantity tierminimumunits reservedhours usedhours totalreservedquantity instanceflexibilityratio
     costwithnoreservedinstances netsavings recommendedquantity recommendedquantitynormalized
     totalcostwithreservedinstances amount monetarycommitment overage
     BilledCost ConsumedQuantity ContractedCost ContractedUnitPrice EffectiveCost ListCost ListUnitPrice PricingQuantity
     x_BilledCostInUsd x_BilledUnitPrice x_BillingExchangeRate x_ContractedCostInUsd x_EffectiveCostInUsd
     x_EffectiveUnitPrice x_ListCostInUsd x_PricingBlockSize CommitmentDiscountQuantity UsageQuantity x_OnDemandCost
     x_OnDemandCostInUsd x_OnDemandUnitPrice x_PartnerCreditRate`,
  ],
  [
    "date",
    `date billingperiodstartdate billingperiodenddate serviceperiodstartdate serviceperiodenddate exchangeratedate
     effectivestartdate effectiveenddate usagedate firstusagedate eventdate
     BillingPeriodStart BillingPeriodEnd ChargePeriodStart ChargePeriodEnd x_BillingExchangeRateDate x_ServicePeriodStart
     x_ServicePeriodEnd`,
  ],
  ["boolean", "isazurecrediteligible partnerearnedcreditapplied x_SkuIsCreditEligible x_PartnerCreditApplied"],
  ["json", "tags additionalinfo skuproperties Tags SkuPriceDetails x_SkuDetails"],
];

const types: ReadonlyMap<string, ColumnType> = new Map(
  typed.flatMap(([type, fields]) => fields.split(/\s+/).map((field) => [field, type] as const)),
);
