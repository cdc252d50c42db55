/**
 * Columns of the FOCUS files by version, in the order of the file: alphabetical within the plain names and within the `x_`
 * names. Source: the vendor's schema page, and for 1.2 the mapping of the FinOps hub, which reads real files.
 */
import { names, without } from "./names";

const focus10 = names(`
  BilledCost, BillingAccountId, BillingAccountName, BillingAccountType, BillingCurrency, BillingPeriodEnd,
  BillingPeriodStart, ChargeCategory, ChargeClass, ChargeDescription, ChargeFrequency, ChargePeriodEnd, ChargePeriodStart,
  CommitmentDiscountCategory, CommitmentDiscountId, CommitmentDiscountName, CommitmentDiscountStatus,
  CommitmentDiscountType, ConsumedQuantity, ConsumedUnit, ContractedCost, ContractedUnitPrice, EffectiveCost,
  InvoiceIssuerName, ListCost, ListUnitPrice, PricingCategory, PricingQuantity, PricingUnit, ProviderName, PublisherName,
  RegionId, RegionName, ResourceId, ResourceName, ResourceType, ServiceCategory, ServiceName, SkuId, SkuPriceId,
  SubAccountId, SubAccountName, SubAccountType, Tags, x_AccountId, x_AccountName, x_AccountOwnerId, x_BilledCostInUsd,
  x_BilledUnitPrice, x_BillingAccountId, x_BillingAccountName, x_BillingExchangeRate, x_BillingExchangeRateDate,
  x_BillingProfileId, x_BillingProfileName, x_ContractedCostInUsd, x_CostAllocationRuleName, x_CostCenter, x_CustomerId,
  x_CustomerName, x_EffectiveCostInUsd, x_EffectiveUnitPrice, x_InvoiceId, x_InvoiceIssuerId, x_InvoiceSectionId,
  x_InvoiceSectionName, x_ListCostInUsd, x_PartnerCreditApplied, x_PartnerCreditRate, x_PricingBlockSize,
  x_PricingCurrency, x_PricingSubcategory, x_PricingUnitDescription, x_PublisherCategory, x_PublisherId, x_ResellerId,
  x_ResellerName, x_ResourceGroupName, x_ResourceType, x_ServicePeriodEnd, x_ServicePeriodStart, x_SkuDescription,
  x_SkuDetails, x_SkuIsCreditEligible, x_SkuMeterCategory, x_SkuMeterId, x_SkuMeterName, x_SkuMeterSubcategory,
  x_SkuOfferId, x_SkuOrderId, x_SkuOrderName, x_SkuPartNumber, x_SkuRegion, x_SkuServiceFamily, x_SkuTerm, x_SkuTier`);

/** Plain names first, then `x_` names, each block in alphabetical order. */
function inOrder(list: readonly string[]): readonly string[] {
  const block = (extension: boolean): readonly string[] =>
    list.filter((name) => name.startsWith("x_") === extension).sort((a, b) => (a < b ? -1 : 1));
  return [...block(false), ...block(true)];
}

/**
 * CONFLICT: the vendor's page of 1.2-preview has 105 rows as well, but keeps x_PricingCurrency and x_SkuMeterName (as
 * deprecated) and lacks x_InvoiceIssuerId and x_SkuTerm. The mapping of the FinOps hub is followed.
 */
const focus12Preview = inOrder([
  ...without(focus10, "x_InvoiceId, x_PricingCurrency, x_SkuMeterName"),
  ...names(`CapacityReservationId, CapacityReservationStatus, CommitmentDiscountQuantity, CommitmentDiscountUnit, InvoiceId,
    PricingCurrency, ServiceSubcategory, SkuMeter, SkuPriceDetails, x_AmortizationClass, x_ServiceModel, x_SkuPlanName`),
]);

const focus10Preview = inOrder([
  ...without(
    focus10,
    `ChargeClass, CommitmentDiscountStatus, ConsumedQuantity, ConsumedUnit, ContractedCost, ContractedUnitPrice, RegionId,
    RegionName, x_AccountId, x_ContractedCostInUsd, x_ListCostInUsd`,
  ),
  ...names(`AvailabilityZone, ChargeSubcategory, Region, UsageQuantity, UsageUnit, x_ChargeId, x_OnDemandCost,
    x_OnDemandCostInUsd, x_OnDemandUnitPrice`),
]);

/** Latest first. `1.0-preview` is how one client spells `1.0-preview(v1)`. */
export const focus: Readonly<Record<string, readonly string[]>> = {
  "1.2-preview": focus12Preview,
  // Known from the hub's mapping alone.
  "1.2": without(focus12Preview, "x_SkuDetails"),
  "1.0r2": focus10,
  "1.0": focus10,
  "1.0-preview(v1)": focus10Preview,
  "1.0-preview": focus10Preview,
};
