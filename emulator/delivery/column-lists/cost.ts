/**
 * Columns of the cost and usage files (ActualCost, AmortizedCost, Usage) by agreement and data version, in the order of the
 * file. Source: the vendor's schema pages (documented), unless a list says otherwise. Readers map by name, never by position.
 */
import { insertedAfter, names, renamed, without } from "./names";

const ea20231201 = names(`
  InvoiceSectionName, AccountName, AccountOwnerId, SubscriptionId, SubscriptionName, ResourceGroup, ResourceLocation, Date,
  ProductName, MeterCategory, MeterSubCategory, MeterId, MeterName, MeterRegion, UnitOfMeasure, Quantity, EffectivePrice,
  CostInBillingCurrency, CostCenter, ConsumedService, ResourceId, Tags, OfferId, AdditionalInfo, ServiceInfo1, ServiceInfo2,
  ResourceName, ReservationId, ReservationName, UnitPrice, ProductOrderId, ProductOrderName, Term, PublisherType,
  PublisherName, ChargeType, Frequency, PricingModel, AvailabilityZone, BillingAccountId, BillingAccountName,
  BillingCurrencyCode, BillingPeriodStartDate, BillingPeriodEndDate, BillingProfileId, BillingProfileName, InvoiceSectionId,
  IsAzureCreditEligible, PartNumber, PayGPrice, PlanName, ServiceFamily, CostAllocationRuleName, benefitId, benefitName`);

const ea20211001 = names(`
  CostInBillingCurrency, AccountName, AccountOwnerId, ProductName, ConsumedService, InvoiceSectionName, SubscriptionId,
  SubscriptionName, Date, MeterId, MeterCategory, MeterSubCategory, MeterRegion, MeterName, Quantity, ResourceLocation,
  ResourceId, ServiceInfo1, ServiceInfo2, AdditionalInfo, Tags, CostCenter, UnitOfMeasure, ResourceGroup, PartNumber, OfferId,
  ChargeType, EffectivePrice, UnitPrice, ReservationId, ReservationName, ResourceName, ProductOrderId, ProductOrderName,
  PlanName, PublisherName, PublisherType, Term, BillingAccountId, BillingAccountName, BillingProfileName, BillingProfileId,
  BillingCurrencyCode, ServiceFamily, Frequency, IsAzureCreditEligible, PayGPrice, PricingModel, BillingPeriodStartDate,
  BillingPeriodEndDate, AvailabilityZone, InvoiceSectionId, CostAllocationRuleName, benefitId, benefitName`);

const ea20210101 = without(ea20211001, "benefitId, benefitName");

/** EA, latest first. */
export const eaCost: Readonly<Record<string, readonly string[]>> = {
  "2024-08-01": [...ea20231201, "AccountId", "ResourceLocationNormalized"],
  "2023-12-01-preview": ea20231201,
  // CONFLICT: in no index of schemas, but in every published example of 2025-03-01. Taken for 2021-10-01 (assumed).
  "2023-05-01": ea20211001,
  "2021-10-01": ea20211001,
  "2021-01-01": ea20210101,
  "2020-01-01": without(ea20210101, "CostAllocationRuleName"),
  "2019-10-01": names(`
    DepartmentName, AccountName, AccountOwnerId, SubscriptionGuid, SubscriptionName, ResourceGroup, ResourceLocation,
    UsageDateTime, ProductName, MeterCategory, MeterSubcategory, MeterId, MeterName, MeterRegion, UnitOfMeasure,
    UsageQuantity, ResourceRate, PreTaxCost, CostCenter, ConsumedService, ResourceType, InstanceId, Tags, OfferId,
    AdditionalInfo, ServiceInfo1, ServiceInfo2`),
};

/**
 * CONFLICT: a real EA file (observed: a test asset of the FinOps toolkit, its version not stated) has the 55 columns of
 * 2021-10-01 in another order and four of them under other names (Product, Cost, BillingCurrency, InvoiceSection). Taken for
 * what exports of the old generation deliver, which know no data version.
 */
export const eaCostOfOldExports = names(`
  BillingAccountId, BillingAccountName, BillingPeriodStartDate, BillingPeriodEndDate, BillingProfileId, BillingProfileName,
  AccountOwnerId, AccountName, SubscriptionId, SubscriptionName, Date, Product, PartNumber, MeterId, ServiceFamily,
  MeterCategory, MeterSubCategory, MeterRegion, MeterName, Quantity, EffectivePrice, Cost, UnitPrice, BillingCurrency,
  ResourceLocation, AvailabilityZone, ConsumedService, ResourceId, ResourceName, ServiceInfo1, ServiceInfo2, AdditionalInfo,
  Tags, InvoiceSectionId, InvoiceSection, CostCenter, UnitOfMeasure, ResourceGroup, ReservationId, ReservationName,
  ProductOrderId, ProductOrderName, OfferId, IsAzureCreditEligible, Term, PublisherName, PlanName, ChargeType, Frequency,
  PublisherType, PayGPrice, PricingModel, CostAllocationRuleName, benefitId, benefitName`);

/** Documented, and observed as the live header of cost details of 2025-03-01. */
const mca20231201 = names(`
  invoiceId, previousInvoiceId, billingAccountId, billingAccountName, billingProfileId, billingProfileName, invoiceSectionId,
  invoiceSectionName, resellerName, resellerMpnId, costCenter, billingPeriodEndDate, billingPeriodStartDate,
  servicePeriodEndDate, servicePeriodStartDate, date, serviceFamily, productOrderId, productOrderName, consumedService,
  meterId, meterName, meterCategory, meterSubCategory, meterRegion, ProductId, ProductName, SubscriptionId, subscriptionName,
  publisherType, publisherId, publisherName, resourceGroupName, ResourceId, resourceLocation, location, effectivePrice,
  quantity, unitOfMeasure, chargeType, billingCurrency, pricingCurrency, costInBillingCurrency, costInPricingCurrency,
  costInUsd, paygCostInBillingCurrency, paygCostInUsd, exchangeRatePricingToBilling, exchangeRateDate,
  isAzureCreditEligible, serviceInfo1, serviceInfo2, additionalInfo, tags, PayGPrice, frequency, term, reservationId,
  reservationName, pricingModel, unitPrice, costAllocationRuleName, benefitId, benefitName, provider`);

const mca20211001 = renamed(mca20231201, { pricingModel: "PricingModel" });
const mca20210101 = without(mca20211001, "benefitId, benefitName, provider");
/** The names of 2019-11-01 where they differ from later ones; the partners' files have them too. */
const namesOf2019 = {
  ProductName: "product",
  SubscriptionId: "subscriptionId",
  ResourceId: "InstanceName",
  location: "Location",
  PayGPrice: "payGPrice",
};

export const mcaCost: Readonly<Record<string, readonly string[]>> = {
  "2023-12-01-preview": mca20231201,
  "2021-10-01": mca20211001,
  "2021-01-01": mca20210101,
  "2019-11-01": renamed(without(mca20210101, "PricingModel, costAllocationRuleName"), namesOf2019),
  "2019-10-01": names(`
    InvoiceID, PreviousInvoiceId, BillingAccountId, BillingAccountName, BillingProfileId, BillingProfileName,
    InvoiceSectionId, InvoiceSectionName, ResellerName, ResellerMPNId, CostCenter, BillingPeriodEndDate,
    BillingPeriodStartDate, ServicePeriodEndDate, ServicePeriodStartDate, Date, ServiceFamily, ProductOrderId,
    ProductOrderName, ConsumedService, MeterId, MeterName, MeterCategory, MeterSubcategory, MeterRegion, ProductId, Product,
    SubscriptionGuid, SubscriptionName, PublisherType, PublisherId, PublisherName, ResourceGroup, InstanceName,
    ResourceLocation, Location, EffectivePrice, Quantity, UnitOfMeasure, ChargeType, BillingCurrencyCode,
    PricingCurrencyCode, CostInBillingCurrency, CostInPricingCurrency, CostInUSD, PaygCostInBillingCurrency, PaygCostInUSD,
    ExchangeRate, ExchangeRateDate, IsAzureCreditEligible, ServiceInfo1, ServiceInfo2, AdditionalInfo, Tags, MarketPrice,
    Frequency, Term, ReservationId, ReservationName, UnitPrice`),
};

const mpa20231201 = insertedAfter(
  insertedAfter(
    insertedAfter(without(mca20211001, "costAllocationRuleName"), "invoiceSectionName", "partnerTenantId, partnerName"),
    "resellerMpnId",
    "customerTenantId, customerName",
  ),
  "tags",
  "partnerEarnedCreditRate, partnerEarnedCreditApplied",
);
const mpa20210101 = without(mpa20231201, "benefitId, benefitName, provider");

export const mpaCost: Readonly<Record<string, readonly string[]>> = {
  "2023-12-01-preview": mpa20231201,
  "2021-10-01": mpa20231201,
  "2021-01-01": mpa20210101,
  "2019-11-01": renamed(without(mpa20210101, "PricingModel"), namesOf2019),
};

const csp20231201 = names(`
  billingAccountName, partnerName, resellerName, resellerMpnId, customerTenantId, customerName, costCenter,
  billingPeriodEndDate, billingPeriodStartDate, servicePeriodEndDate, servicePeriodStartDate, date, serviceFamily,
  productOrderId, productOrderName, consumedService, meterId, meterName, meterCategory, meterSubCategory, meterRegion,
  ProductId, ProductName, SubscriptionId, subscriptionName, publisherType, publisherId, publisherName, resourceGroupName,
  ResourceId, resourceLocation, location, effectivePrice, quantity, unitOfMeasure, chargeType, billingCurrency,
  pricingCurrency, costInBillingCurrency, costInUsd, exchangeRatePricingToBilling, exchangeRateDate, serviceInfo1,
  serviceInfo2, additionalInfo, tags, PayGPrice, frequency, term, reservationId, reservationName, PricingModel, unitPrice,
  benefitId, benefitName, provider`);
const csp20210101 = without(csp20231201, "benefitId, benefitName, provider");

/** Subscriptions and resource groups under a partner: what concerns the partner's invoice is missing. */
export const cspCost: Readonly<Record<string, readonly string[]>> = {
  "2023-12-01-preview": csp20231201,
  "2021-10-01": csp20231201,
  "2021-01-01": csp20210101,
  "2019-11-01": renamed(
    insertedAfter(
      without(csp20210101, "PricingModel, reservationId, reservationName"),
      "PayGPrice",
      "reservationId, reservationName",
    ),
    namesOf2019,
  ),
};

export const paygCost: Readonly<Record<string, readonly string[]>> = {
  "2019-11-01": names(`
    SubscriptionGuid, ResourceGroup, ResourceLocation, UsageDateTime, MeterCategory, MeterSubCategory, MeterId, MeterName,
    MeterRegion, UsageQuantity, ResourceRate, PreTaxCost, ConsumedService, ResourceType, InstanceId, Tags, OfferId,
    AdditionalInfo, ServiceInfo1, ServiceInfo2, ServiceName, ServiceTier, Currency, UnitOfMeasure`),
};
