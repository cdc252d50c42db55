/** What stands in the columns of the cost and usage files, by field. */
import { dayMs, lastDayOfMonth, startOfMonth } from "./calendar";
import { marketplace } from "./catalogue";
import type { Agreement, TextForms } from "./columns";
import { isPurchase } from "./cost-lines";
import type { CostLine } from "./cost-lines";
import type { Cell } from "./row";
import type { Billing } from "./world";

/** How a file looks at the charges. */
export interface CostView {
  /** Whether reservations are spread over their terms. */
  readonly amortized: boolean;
  readonly agreement: Agreement;
  readonly billing: Billing;
  readonly tags: TextForms["tags"];
  /** Of a charge without a subscription: empty on the new generation, zeros on the old (documented). */
  readonly noSubscription: string | null;
}

type Field = (line: CostLine, view: CostView) => Cell;

const money = (nanos: number): number => nanos / 1e9;
const unitsOf = ({ milliUnits }: CostLine): number => milliUnits / 1000;
/** Prices have at most nine decimals. */
export const perUnit = (nanos: number, milliUnits: number): number =>
  milliUnits === 0 ? 0 : Math.round((nanos * 1000) / milliUnits) / 1e9;

const costNanos = (line: CostLine, { amortized }: CostView): number =>
  amortized ? line.amortizedNanos : line.billedNanos;
const cost: Field = (line, view) => money(costNanos(line, view));
const listCost: Field = ({ listNanos, term }) => money(term === undefined ? listNanos : 0);
const modern = ({ agreement }: CostView): boolean => agreement !== "EA" && agreement !== "PAYG";
const months = ({ term }: CostLine): string | null =>
  term === undefined ? null : String(term.reservation.row.years * 12);
const nothing: Field = () => null;
const always =
  (value: Cell): Field =>
  () =>
    value;

/** As a file of EA has them (observed): a purchase names the order only, with an empty reservation behind it. */
export function benefitOf({ kind, term }: CostLine): string | null {
  if (term === undefined) return null;
  const order = `/providers/Microsoft.Capacity/reservationOrders/${term.orderId}/reservations/`;
  return kind === "reservationPurchase" ? order : `${order}${term.reservationId}`;
}

export function productName({ kind, price, term }: CostLine): string {
  if (kind === "marketplacePurchase") return marketplace.offer;
  return kind === "reservationPurchase" ? (term?.orderName ?? "") : (price?.productName ?? "");
}

const fromMarketplace = ({ kind }: CostLine): boolean => kind === "marketplacePurchase";

export const costFields = {
  // When, and on which bill.
  date: ({ start }) => start,
  billingperiodstartdate: ({ start }) => startOfMonth(start),
  billingperiodenddate: ({ start }) => lastDayOfMonth(start),
  serviceperiodstartdate: ({ start }) => start,
  serviceperiodenddate: ({ end }) => end - dayMs,
  exchangeratedate: ({ start }) => startOfMonth(start),
  invoiceid: nothing,
  previousinvoiceid: nothing,

  // Who pays.
  billingaccountid: (_, { billing }) => billing.accountId,
  billingaccountname: (_, { billing }) => billing.accountName,
  billingprofileid: (_, { billing }) => billing.profileId,
  billingprofilename: (_, { billing }) => billing.profileName,
  invoicesectionid: (_, { billing }) => billing.sectionId,
  invoicesectionname: (_, { billing }) => billing.sectionName,
  departmentname: (_, { billing }) => billing.sectionName,
  accountid: (_, { billing }) => billing.enrollmentAccountId,
  accountname: (_, { billing }) => billing.enrollmentAccountName,
  accountownerid: (_, { billing }) => billing.owner,
  costcenter: always("1234"),
  offerid: always("MS-AZR-0017P"),
  resellername: nothing,
  resellermpnid: nothing,
  partnertenantid: (_, { billing }) => billing.partnerTenantId,
  partnername: always("Fabrikam Cloud Services"),
  customertenantid: (_, { billing }) => billing.customerTenantId,
  customername: (_, { billing }) => billing.customerName,
  partnerearnedcreditrate: always(0),
  partnerearnedcreditapplied: always(false),
  subscriptionid: ({ subscription }, { noSubscription }) => subscription?.id ?? noSubscription,
  subscriptionname: ({ subscription }) => subscription?.name ?? null,

  // For what.
  resourceid: (line) =>
    line.resource?.id ?? (line.term === undefined ? null : benefitOf({ ...line, kind: "reservationPurchase" })),
  resourcename: ({ resource }) => resource?.name ?? null,
  resourcegroup: ({ resource }) => resource?.group ?? null,
  resourcetype: ({ resource, price }) =>
    resource === undefined || price === undefined ? null : `${price.meter.namespace}/${price.meter.type}`,
  resourcelocation: ({ price }) => price?.region.id ?? null,
  resourcelocationnormalized: ({ price }) => price?.region.id ?? null,
  location: ({ price }) => price?.region.meterName ?? null,
  availabilityzone: nothing,
  tags: ({ resource }, { tags }) => (tags === "pairs" ? resource?.tagPairs : resource?.tags) ?? null,
  additionalinfo: ({ resource }) => resource?.additionalInfo ?? null,
  serviceinfo1: nothing,
  serviceinfo2: nothing,
  consumedservice: (line) => {
    if (line.resource !== undefined) return line.price?.meter.namespace ?? null;
    return line.term === undefined ? null : "Microsoft.Capacity";
  },
  productname: productName,
  productid: ({ price }) => price?.productId ?? null,
  meterid: ({ price }) => price?.meterId ?? null,
  metername: ({ price }) => price?.meter.meter ?? null,
  metercategory: ({ price }) => price?.meter.category ?? null,
  metersubcategory: ({ price }) => price?.meter.subCategory ?? null,
  meterregion: ({ price }) => price?.region.meterName ?? null,
  servicefamily: ({ price }) => price?.meter.family ?? "Azure Marketplace Services",
  servicename: ({ price }) => price?.meter.category ?? null,
  servicetier: ({ price }) => price?.meter.subCategory ?? null,
  partnumber: ({ price }) => price?.partNumber ?? null,
  planname: (line) => (fromMarketplace(line) ? marketplace.plan : (line.price?.meter.sku ?? null)),
  publishertype: (line, view) => {
    if (fromMarketplace(line)) return "Marketplace";
    return modern(view) ? "Microsoft" : "Azure";
  },
  publisherid: (line) => (fromMarketplace(line) ? marketplace.publisherId : null),
  publishername: (line) => (fromMarketplace(line) ? marketplace.publisher : "Microsoft"),
  provider: always("Azure"),

  // How it is charged.
  chargetype: ({ kind }) => {
    if (kind === "unused") return "UnusedReservation";
    return kind === "usage" ? "Usage" : "Purchase";
  },
  frequency: (line) => {
    if (!isPurchase(line)) return "UsageBased";
    return line.term?.reservation.row.billing === "upfront" ? "OneTime" : "Recurring";
  },
  // Observed; the documentation has a blank in "On Demand".
  pricingmodel: ({ term }) => (term === undefined ? "OnDemand" : "Reservation"),
  term: months,
  reservationid: ({ kind, term }) => (kind === "reservationPurchase" ? term?.orderId : term?.reservationId) ?? null,
  reservationname: ({ term }) => term?.name ?? null,
  productorderid: ({ term }) => term?.orderId ?? null,
  productordername: ({ term }) => term?.orderName ?? null,
  benefitid: benefitOf,
  benefitname: ({ term }) => term?.name ?? null,
  isazurecrediteligible: (line) => !fromMarketplace(line),
  costallocationrulename: nothing,

  // How much.
  unitofmeasure: (line) => (isPurchase(line) ? "1" : (line.price?.meter.unit.text ?? "1")),
  quantity: unitsOf,
  effectiveprice: (line, view) => perUnit(costNanos(line, view), line.milliUnits),
  unitprice: (line) =>
    isPurchase(line) ? perUnit(line.contractedNanos, line.milliUnits) : (line.price?.unitMicros ?? 0) / 1e6,
  // Zero for what is reserved (observed).
  paygprice: ({ price, term }) => (term === undefined ? (price?.listMicros ?? marketplace.microsPerMonth) / 1e6 : 0),
  marketprice: ({ price, term }) => (term === undefined ? (price?.listMicros ?? marketplace.microsPerMonth) / 1e6 : 0),
  costinbillingcurrency: cost,
  costinpricingcurrency: cost,
  costinusd: cost,
  paygcostinbillingcurrency: listCost,
  paygcostinusd: listCost,
  exchangeratepricingtobilling: always(1),
  billingcurrencycode: (_, { billing }) => billing.currency,
  pricingcurrency: (_, { billing }) => billing.currency,
} as const satisfies Readonly<Record<string, Field>>;

/** Which charges a file has. */
export function appears(dataset: "Usage" | "ActualCost" | "AmortizedCost", { kind }: CostLine): boolean {
  switch (dataset) {
    case "Usage":
      return kind === "usage";
    case "ActualCost":
      return kind !== "unused";
    case "AmortizedCost":
      return kind !== "reservationPurchase";
  }
}
