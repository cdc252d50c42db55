/** The price sheet: what each meter costs in each region, by the hour and for a reserved term. */
import { lastDayOfMonth, startOfMonth } from "./calendar";
import { reservedPercent } from "./catalogue";
import type { Cell } from "./row";
import type { Billing, Price, World } from "./world";

export interface PriceLine {
  readonly price: Price;
  readonly type: "Consumption" | "ReservedInstance" | "SavingsPlan";
  readonly years: 1 | 3 | undefined;
  readonly month: number;
  readonly listMicros: number;
  readonly unitMicros: number;
}

export function* priceLines(world: World, from: number, withReservations: boolean): Generator<PriceLine> {
  const month = startOfMonth(from);
  for (const price of world.prices) {
    const { listMicros, unitMicros } = price;
    yield { price, type: "Consumption", years: undefined, month, listMicros, unitMicros };
    if (price.meter.reservation === undefined) continue;
    for (const years of [1, 3] as const) {
      const reserved = (micros: number): number => Math.round((micros * reservedPercent[years]) / 100);
      // A savings plan discounts the hour, a reservation is one price for its term.
      const hourly = { listMicros: reserved(listMicros), unitMicros: reserved(unitMicros) };
      yield { price, type: "SavingsPlan", years, month, ...hourly };
      if (!withReservations) continue;
      const hours = 8760 * years;
      yield {
        price,
        type: "ReservedInstance",
        years,
        month,
        listMicros: hourly.listMicros * hours,
        unitMicros: hourly.unitMicros * hours,
      };
    }
  }
}

const currency = (_: PriceLine, billing: Billing): string => billing.currency;

export const priceFields = {
  enrollmentnumber: (_, { accountId }) => accountId,
  billingaccountid: (_, { accountId }) => accountId,
  billingaccountname: (_, { accountName }) => accountName,
  billingprofileid: (_, { profileId }) => profileId,
  billingprofilename: (_, { profileName }) => profileName,
  meterid: ({ price }) => price.meterId,
  metername: ({ price }) => price.meter.meter,
  metertype: ({ price }) => price.meter.unit.text,
  metercategory: ({ price }) => price.meter.category,
  metersubcategory: ({ price }) => price.meter.subCategory,
  meterregion: ({ price }) => price.region.meterName,
  servicefamily: ({ price }) => price.meter.family,
  productname: ({ price }) => price.productName,
  productid: ({ price }) => price.productId,
  skuid: ({ price }) => price.skuId,
  unitofmeasure: ({ price }) => price.meter.unit.text,
  partnumber: ({ price }) => price.partNumber,
  effectivestartdate: ({ month }) => month,
  effectiveenddate: ({ month }) => lastDayOfMonth(month),
  unitprice: ({ unitMicros }) => unitMicros / 1e6,
  baseprice: ({ listMicros }) => listMicros / 1e6,
  marketprice: ({ listMicros }) => listMicros / 1e6,
  billingcurrencycode: currency,
  includedquantity: () => 0,
  tierminimumunits: () => 0,
  offerid: () => "MS-AZR-0017P",
  term: ({ years }) => (years === undefined ? null : `P${years}Y`),
  pricetype: ({ type }) => type,
} as const satisfies Readonly<Record<string, (line: PriceLine, billing: Billing) => Cell>>;
