/** What stands in the columns of FOCUS files. */
import { startOfMonth } from "./calendar";
import { marketplace } from "./catalogue";
import { benefitOf, perUnit, productName } from "./cost-fields";
import { isPurchase } from "./cost-lines";
import type { CostLine } from "./cost-lines";
import type { Cell } from "./row";
import type { Billing } from "./world";

export interface FocusView {
  readonly billing: Billing;
  readonly version: string;
  /** EA or MCA: what their accounts are called. */
  readonly modern: boolean;
}

type Field = (line: CostLine, view: FocusView) => Cell;

const money = (nanos: number): number => nanos / 1e9;
const nothing: Field = () => null;
const always =
  (value: Cell): Field =>
  () =>
    value;
const accountPath = (_: CostLine, { billing, modern }: FocusView): string => {
  const account = `/providers/Microsoft.Billing/billingAccounts/${billing.accountId}`;
  return modern ? `${account}/billingProfiles/${billing.profileId}` : account;
};
const commitment =
  (value: (line: CostLine) => Cell): Field =>
  (line) =>
    line.term === undefined ? null : value(line);
/** Documented as null in 1.2-preview "currently". */
const notYetIn12 =
  (field: Field): Field =>
  (line, view) =>
    view.version.startsWith("1.2") ? null : field(line, view);

const pricingQuantity: Field = ({ milliUnits }) => milliUnits / 1000;
/** What was used in its own unit; nothing was used by a purchase or a reservation that lay idle. */
const consumedQuantity: Field = ({ kind, milliUnits, price }) =>
  kind === "usage" ? (milliUnits * (price?.meter.unit.block ?? 1)) / 1000 : null;
const consumedUnit: Field = ({ kind, price }) => (kind === "usage" ? (price?.meter.unit.focus ?? null) : null);
const unitPrice: Field = (line) =>
  isPurchase(line) ? perUnit(line.contractedNanos, line.milliUnits) : (line.price?.unitMicros ?? 0) / 1e6;
const listPrice: Field = (line) =>
  isPurchase(line) ? perUnit(line.listNanos, line.milliUnits) : (line.price?.listMicros ?? 0) / 1e6;
const chargeCategory: Field = (line) => (isPurchase(line) ? "Purchase" : "Usage");
const region =
  (value: "id" | "name"): Field =>
  (line) =>
    line.price?.region[value] ?? null;
const resourceType: Field = ({ resource, price }) =>
  resource === undefined || price === undefined ? null : price.meter.focus.resourceType;

export const focusFields = {
  AvailabilityZone: nothing,
  BilledCost: ({ billedNanos }) => money(billedNanos),
  BillingAccountId: accountPath,
  BillingAccountName: (_, { billing, modern }) => (modern ? billing.profileName : billing.accountName),
  BillingAccountType: (_, { modern }) => (modern ? "Billing Profile" : "Billing Account"),
  BillingCurrency: (_, { billing }) => billing.currency,
  // Ends are exclusive.
  BillingPeriodEnd: ({ start }) => startOfMonth(start, 1),
  BillingPeriodStart: ({ start }) => startOfMonth(start),
  CapacityReservationId: nothing,
  CapacityReservationStatus: nothing,
  ChargeCategory: chargeCategory,
  ChargeClass: nothing,
  ChargeDescription: productName,
  ChargeFrequency: (line) => {
    if (!isPurchase(line)) return "Usage-Based";
    return line.term?.reservation.row.billing === "upfront" ? "One-Time" : "Recurring";
  },
  ChargePeriodEnd: ({ end }) => end,
  ChargePeriodStart: ({ start }) => start,
  ChargeSubcategory: ({ kind, term }) => {
    if (kind === "unused") return "Unused Commitment";
    if (kind !== "usage") return null;
    return term === undefined ? "On-Demand" : "Used Commitment";
  },
  CommitmentDiscountCategory: commitment(() => "Usage"),
  CommitmentDiscountId: commitment(benefitOf),
  CommitmentDiscountName: commitment(({ term }) => term?.name ?? null),
  CommitmentDiscountQuantity: nothing,
  CommitmentDiscountStatus: notYetIn12(
    commitment(({ kind }) => {
      if (kind === "unused") return "Unused";
      return kind === "usage" ? "Used" : null;
    }),
  ),
  CommitmentDiscountType: commitment(() => "Reservation"),
  CommitmentDiscountUnit: nothing,
  ConsumedQuantity: consumedQuantity,
  ConsumedUnit: consumedUnit,
  ContractedCost: ({ contractedNanos }) => money(contractedNanos),
  ContractedUnitPrice: unitPrice,
  EffectiveCost: ({ amortizedNanos }) => money(amortizedNanos),
  InvoiceId: nothing,
  InvoiceIssuerName: always("Microsoft"),
  ListCost: ({ listNanos }) => money(listNanos),
  ListUnitPrice: listPrice,
  PricingCategory: ({ kind, term }) =>
    term !== undefined && kind !== "reservationPurchase" ? "Committed" : "Standard",
  PricingCurrency: (_, { billing }) => billing.currency,
  PricingQuantity: pricingQuantity,
  PricingUnit: (line) => (isPurchase(line) ? "Units" : (line.price?.meter.unit.focus ?? null)),
  ProviderName: always("Microsoft"),
  PublisherName: ({ kind }) => (kind === "marketplacePurchase" ? marketplace.publisher : "Microsoft"),
  Region: region("name"),
  RegionId: region("id"),
  RegionName: region("name"),
  ResourceId: (line) => line.resource?.id ?? benefitOf(line),
  ResourceName: ({ resource, term }) => resource?.name ?? term?.name ?? null,
  ResourceType: (line, view) => (line.resource === undefined && line.term ? "Reservation" : resourceType(line, view)),
  ServiceCategory: ({ price }) => price?.meter.focus.category ?? "Other",
  ServiceName: ({ price }) => price?.meter.focus.service ?? marketplace.offer,
  ServiceSubcategory: ({ price }) => price?.meter.focus.subcategory ?? "Other (Other)",
  SkuId: ({ price }) => (price === undefined ? null : `${price.productId}/${price.skuId}`),
  SkuMeter: ({ price }) => price?.meter.meter ?? null,
  SkuPriceDetails: nothing,
  SkuPriceId: ({ price }) => (price === undefined ? null : `${price.productId}_${price.skuId}_${price.partNumber}`),
  SubAccountId: ({ subscription }) => (subscription === undefined ? null : `/subscriptions/${subscription.id}`),
  SubAccountName: ({ subscription }) => subscription?.name ?? null,
  SubAccountType: ({ subscription }) => (subscription === undefined ? null : "Subscription"),
  Tags: ({ resource }) => resource?.tags ?? "{}",
  UsageQuantity: consumedQuantity,
  UsageUnit: consumedUnit,
  x_AccountId: (_, { billing, modern }) => (modern ? null : billing.enrollmentAccountId),
  x_AccountName: (_, { billing, modern }) => (modern ? null : billing.enrollmentAccountName),
  x_AccountOwnerId: (_, { billing, modern }) => (modern ? null : billing.owner),
  x_AmortizationClass: commitment(({ kind }) => (kind === "reservationPurchase" ? "Principal" : "Amortized Charge")),
  x_BilledCostInUsd: ({ billedNanos }) => money(billedNanos),
  x_BilledUnitPrice: ({ billedNanos, milliUnits }) => perUnit(billedNanos, milliUnits),
  x_BillingAccountId: (_, { billing }) => billing.accountId,
  x_BillingAccountName: (_, { billing }) => billing.accountName,
  x_BillingExchangeRate: always(1),
  x_BillingExchangeRateDate: ({ start }) => startOfMonth(start),
  x_BillingProfileId: (_, { billing }) => billing.profileId,
  x_BillingProfileName: (_, { billing }) => billing.profileName,
  x_ChargeId: nothing,
  x_ContractedCostInUsd: ({ contractedNanos }) => money(contractedNanos),
  x_CostAllocationRuleName: nothing,
  x_CostCenter: always("1234"),
  x_CustomerId: nothing,
  x_CustomerName: nothing,
  x_EffectiveCostInUsd: ({ amortizedNanos }) => money(amortizedNanos),
  x_EffectiveUnitPrice: ({ amortizedNanos, milliUnits }) => perUnit(amortizedNanos, milliUnits),
  x_InvoiceId: nothing,
  x_InvoiceIssuerId: nothing,
  x_InvoiceSectionId: (_, { billing }) => billing.sectionId,
  x_InvoiceSectionName: (_, { billing }) => billing.sectionName,
  x_ListCostInUsd: ({ listNanos }) => money(listNanos),
  x_OnDemandCost: ({ contractedNanos }) => money(contractedNanos),
  x_OnDemandCostInUsd: ({ contractedNanos }) => money(contractedNanos),
  x_OnDemandUnitPrice: unitPrice,
  x_PartnerCreditApplied: nothing,
  x_PartnerCreditRate: nothing,
  x_PricingBlockSize: (line) => (isPurchase(line) ? 1 : (line.price?.meter.unit.block ?? 1)),
  x_PricingCurrency: (_, { billing }) => billing.currency,
  x_PricingSubcategory: ({ kind, term }) => {
    if (kind === "marketplacePurchase") return "Standard";
    return term === undefined || kind === "reservationPurchase" ? "On-Demand" : "Committed Usage";
  },
  x_PricingUnitDescription: (line) => (isPurchase(line) ? "1" : (line.price?.meter.unit.text ?? "1")),
  x_PublisherCategory: ({ kind }) => (kind === "marketplacePurchase" ? "Vendor" : "Cloud Provider"),
  x_PublisherId: ({ kind }) => (kind === "marketplacePurchase" ? marketplace.publisherId : null),
  x_ResellerId: nothing,
  x_ResellerName: nothing,
  x_ResourceGroupName: ({ resource }) => resource?.group ?? null,
  x_ResourceType: ({ resource, price }) =>
    resource === undefined || price === undefined ? null : `${price.meter.namespace}/${price.meter.type}`.toLowerCase(),
  x_ServiceModel: ({ price }) => price?.meter.focus.model ?? "SaaS",
  x_ServicePeriodEnd: ({ end }) => end,
  x_ServicePeriodStart: ({ start }) => start,
  x_SkuDescription: productName,
  x_SkuDetails: ({ resource }) => resource?.additionalInfo ?? null,
  x_SkuIsCreditEligible: ({ kind }) => kind !== "marketplacePurchase",
  x_SkuMeterCategory: ({ price }) => price?.meter.category ?? null,
  x_SkuMeterId: ({ price }) => price?.meterId ?? null,
  x_SkuMeterName: ({ price }) => price?.meter.meter ?? null,
  x_SkuMeterSubcategory: ({ price }) => price?.meter.subCategory ?? null,
  x_SkuOfferId: (_, { modern }) => (modern ? null : "MS-AZR-0017P"),
  x_SkuOrderId: ({ term }) => term?.orderId ?? null,
  x_SkuOrderName: ({ term }) => term?.orderName ?? null,
  x_SkuPartNumber: ({ price }) => price?.partNumber ?? null,
  x_SkuPlanName: ({ kind }) => (kind === "marketplacePurchase" ? marketplace.plan : null),
  x_SkuRegion: ({ price }) => price?.region.meterName ?? null,
  x_SkuServiceFamily: ({ price }) => price?.meter.family ?? null,
  x_SkuTerm: ({ term }) => (term === undefined ? null : String(term.reservation.row.years * 12)),
  x_SkuTier: nothing,
} as const satisfies Readonly<Record<string, Field>>;
