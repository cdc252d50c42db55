/**
 * Columns of price sheets and reservation files, as the FinOps hub maps them (it reads real files). Where the vendor's page
 * says otherwise a comment tells. `MCA` also stands for MPA.
 */
import { names } from "./names";

type Lists = Readonly<Record<"EA" | "MCA", readonly string[]>>;

/** CONFLICT: the page of EA has 21 rows, without EnrollmentNumber and OfferID, and writes MeterId and priceType. */
const eaPrices = names(`
  EnrollmentNumber, MeterID, MeterName, MeterType, MeterCategory, MeterSubCategory, ServiceFamily, Product, SkuID, ProductID,
  MeterRegion, UnitOfMeasure, PartNumber, EffectiveStartDate, EffectiveEndDate, UnitPrice, BasePrice, MarketPrice,
  CurrencyCode, IncludedQuantity, OfferID, Term, PriceType`);
/** CONFLICT: the page of MCA has 27 rows, with discount and includedQuantity ("not in the updated version"). */
const mcaPrices = names(`
  BillingAccountId, BillingAccountName, BillingProfileId, BillingProfileName, ServiceFamily, Product, ProductId, SkuId,
  UnitOfMeasure, MeterId, MeterName, MeterType, MeterCategory, MeterSubCategory, MeterRegion, TierMinimumUnits,
  EffectiveStartDate, EffectiveEndDate, UnitPrice, BasePrice, MarketPrice, Currency, BillingCurrency, Term, PriceType`);

export const priceSheet: Readonly<Record<"EA" | "MCA", Readonly<Record<string, readonly string[]>>>> = {
  EA: { "2023-05-01": eaPrices },
  // No source lists the columns of 2024-08-01: taken for those of 2023-05-01 (assumed).
  MCA: { "2024-08-01": mcaPrices, "2023-05-01": mcaPrices },
};

/** CONFLICT: the vendor's page has RIUsedHours after ReservedHours. */
const details = names(`
  InstanceFlexibilityGroup, InstanceFlexibilityRatio, InstanceId, Kind, ReservationOrderId, ReservationId, ReservedHours,
  SkuName, TotalReservedQuantity, UsageDate, UsedHours`);
export const reservationDetails: Lists = { EA: details, MCA: details };

export const reservationRecommendations: Lists = {
  // CONFLICT: the vendor's page has SubscriptionId after Scope, for the scope Single only.
  EA: names(`
    SKU, Location, CostWithNoReservedInstances, FirstUsageDate, InstanceFlexibilityRatio, InstanceFlexibilityGroup,
    LookBackPeriod, MeterId, NetSavings, NormalizedSize, RecommendedQuantity, RecommendedQuantityNormalized, ResourceType,
    Scope, SkuProperties, Term, TotalCostWithReservedInstances`),
  // With blanks, as they are. CONFLICT: the vendor's page has SubscriptionId after Sku Properties.
  MCA: names(`
    Cost With No ReservedInstances, First UsageDate, Instance Flexibility Ratio, Instance Flexibility Group, Location,
    LookBackPeriod, MeterID, Net Savings, Normalized Size, Recommended Quantity, Recommended Quantity Normalized,
    ResourceType, scope, SkuName, Sku Properties, Term, Total Cost With ReservedInstances`),
};

export const reservationTransactions: Lists = {
  EA: names(`
    AccountName, AccountOwnerEmail, Amount, ArmSkuName, BillingFrequency, BillingMonth, CostCenter, Currency,
    CurrentEnrollmentId, DepartmentName, Description, EventDate, EventType, MonetaryCommitment, Overage,
    PurchasingSubscriptionGuid, PurchasingSubscriptionName, PurchasingEnrollment, Quantity, Region, ReservationOrderId,
    ReservationOrderName, Term`),
  MCA: names(`
    Amount, ArmSkuName, BillingFrequency, BillingProfileId, BillingProfileName, Currency, Description, EventDate, EventType,
    Invoice, InvoiceId, InvoiceSectionId, InvoiceSectionName, PurchasingSubscriptionGuid, PurchasingSubscriptionName,
    Quantity, Region, ReservationOrderId, ReservationOrderName, Term`),
};
