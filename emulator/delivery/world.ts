/**
 * The emulated customer: who pays, what runs where at which price, what is reserved. A function of the seed and of the names
 * in the export's scope, so that files of different datasets, scopes and runs tell of the same resources.
 */
import { parseScope } from "../../provider/cost-management/scopes";
import type { Scope } from "../../provider/cost-management/scopes";
import { guidOf } from "../server/ids";
import { addYears, dayMs, monthsBetween, startOfMonth } from "./calendar";
import { groups, meters, negotiatedPercent, regions, reservedPercent, subscriptionNames, tags } from "./catalogue";
import type { MeterRow, RegionRow, ReservationRow } from "./catalogue";
import type { Agreement } from "./columns";
import { hashOf, mix } from "./random";

export interface WorldOptions {
  readonly seed: string | number;
  /** How many meters run in each subscription, each giving a row a day. */
  readonly size: number;
  readonly agreement: Agreement;
  /** The export's scope. */
  readonly scope: string;
  /** Ids of the subscriptions that a billing scope or management group sees. Default: three from the seed. */
  readonly subscriptions?: readonly string[];
}

export interface World {
  readonly agreement: Agreement;
  readonly billing: Billing;
  readonly subscriptions: readonly Subscription[];
  /** Whether charges that belong to no subscription, such as unused reservations, are seen. */
  readonly wholeAccount: boolean;
  readonly prices: readonly Price[];
}

export interface Billing {
  readonly accountId: string;
  readonly accountName: string;
  readonly profileId: string;
  readonly profileName: string;
  readonly sectionId: string;
  readonly sectionName: string;
  readonly enrollmentAccountId: string;
  readonly enrollmentAccountName: string;
  readonly owner: string;
  readonly customerTenantId: string;
  readonly customerName: string;
  readonly partnerTenantId: string;
  readonly currency: string;
}

export interface Subscription {
  readonly id: string;
  readonly name: string;
  readonly streams: readonly Stream[];
  readonly reservations: readonly Reservation[];
  /** Whether what is bought for the whole subscription is seen, or only a resource group. */
  readonly whole: boolean;
}

/** A resource's use of one meter: a row each day. */
export interface Stream {
  readonly seed: number;
  readonly resource: Resource;
  readonly price: Price;
  readonly reservation: Reservation | undefined;
}

export interface Resource {
  readonly id: string;
  readonly name: string;
  readonly group: string;
  /** JSON, and the same without its braces. */
  readonly tags: string;
  readonly tagPairs: string;
  readonly additionalInfo: string;
}

/** What a meter costs in a region. */
export interface Price {
  readonly meter: MeterRow;
  readonly region: RegionRow;
  readonly meterId: string;
  readonly partNumber: string;
  readonly productId: string;
  readonly skuId: string;
  readonly productName: string;
  readonly listMicros: number;
  readonly unitMicros: number;
  /** For a reserved hour. */
  readonly reservedMicros: number;
}

export interface Reservation {
  readonly row: ReservationRow;
  readonly price: Price;
  readonly subscription: { readonly id: string; readonly name: string };
  readonly termOf: (day: number) => Term;
}

/** One purchase of a reservation. */
export interface Term {
  readonly reservation: Reservation;
  readonly start: number;
  /** Exclusive: the next term begins. */
  readonly end: number;
  readonly orderId: string;
  readonly reservationId: string;
  readonly name: string;
  readonly orderName: string;
  /** Billionths of a dollar, for the whole term: what its hours come to when each is paid at the reserved price. */
  readonly totalNanos: number;
}

export function createWorld({ seed, size, agreement, scope, subscriptions }: WorldOptions): World {
  const parsed = parseScope(scope) ?? shortScope(scope);
  if (parsed === undefined) throw new TypeError(`Not a scope: ${JSON.stringify(scope)}.`);
  if (!Number.isInteger(size) || size < 1) throw new TypeError(`A size is a whole number from 1 on, not ${size}.`);
  const text = String(seed);
  const prices = createPrices(text);
  const own = parsed.ids["subscriptionId"];
  const seen = own === undefined ? (subscriptions ?? [0, 1, 2].map((n) => guidOf(`${text}/subscription/${n}`))) : [own];
  const group = parsed.ids["resourceGroupName"];
  return {
    agreement,
    billing: createBilling(text, agreement, parsed),
    subscriptions: seen.map((id) => createSubscription({ seed: text, id, size, prices, group, agreement })),
    wholeAccount: own === undefined,
    prices,
  };
}

/** Departments and enrollment accounts without their billing account, as published examples of reports name them. */
function shortScope(scope: string): Pick<Scope, "ids"> | undefined {
  const form = /^\/?providers\/Microsoft\.Billing\/(departments|enrollmentAccounts)\/([^/]+)$/i.exec(scope);
  const [, type, id] = form ?? [];
  if (type === undefined || id === undefined) return undefined;
  return { ids: type.toLowerCase() === "departments" ? { departmentId: id } : { enrollmentAccountId: id } };
}

/** All meters in all regions. */
function createPrices(seed: string): readonly Price[] {
  return meters.flatMap((meter) =>
    regions.map((region): Price => {
      const name = `${meter.category}/${meter.meter}/${region.id}`;
      const hash = hashOf(`${seed}/${name}`);
      const code = hash.toString(36).toUpperCase().padStart(7, "0");
      const listMicros = Math.round((meter.listMicros * region.priceFactor) / 1000);
      const unitMicros = Math.round((listMicros * negotiatedPercent) / 100);
      const subject = [meter.category, meter.subCategory].filter((part) => part !== "").join(" ");
      return {
        meter,
        region,
        meterId: guidOf(`meter/${name}`),
        partNumber: `AA${code.slice(0, 1)}-${String(hash % 100_000).padStart(5, "0")}`,
        productId: `DZH318Z0${code.slice(-4)}`,
        skuId: code.slice(0, 4),
        productName: `${subject} - ${meter.meter} - ${region.meterName}`,
        listMicros,
        unitMicros,
        reservedMicros: Math.round((unitMicros * reservedPercent[meter.reservation?.years ?? 1]) / 100),
      };
    }),
  );
}

function createBilling(seed: string, agreement: Agreement, { ids }: Pick<Scope, "ids">): Billing {
  const guid = (what: string): string => guidOf(`${seed}/${what}`);
  const digits = String(1_000_000 + (hashOf(`${seed}/enrollment`) % 9_000_000));
  const code = hashOf(`${seed}/profile`).toString(36).toUpperCase().padStart(7, "0");
  const enterprise = agreement === "EA" || agreement === "PAYG";
  const accountId =
    ids["billingAccountId"] ?? (enterprise ? digits : `${guid("account")}:${guid("organization")}_2019-05-31`);
  return {
    accountId,
    accountName: "Contoso",
    profileId: enterprise ? accountId : (ids["billingProfileId"] ?? `${code.slice(0, 4)}-${code.slice(3)}-BG7-PGB`),
    profileName: enterprise ? "Contoso" : "Contoso Retail",
    sectionId:
      ids["departmentId"] ?? ids["invoiceSectionId"] ?? (enterprise ? "60001" : `${code.slice(0, 4)}-QQ3K-PJA-PGB`),
    sectionName: "Online Shop",
    enrollmentAccountId: ids["enrollmentAccountId"] ?? "160001",
    enrollmentAccountName: "Contoso Platform Team",
    owner: "owner@contoso.example",
    customerTenantId: ids["customerId"] ?? guid("tenant"),
    customerName: "Contoso Retail GmbH",
    partnerTenantId: guid("partner"),
    currency: "USD",
  };
}

interface SubscriptionPlan {
  readonly seed: string;
  readonly id: string;
  readonly size: number;
  readonly prices: readonly Price[];
  /** Only what lies in this resource group. */
  readonly group: string | undefined;
  readonly agreement: Agreement;
}

function createSubscription({ seed, id, size, prices, group, agreement }: SubscriptionPlan): Subscription {
  const hash = hashOf(`${seed}/${id.toLowerCase()}`);
  const name = subscriptionNames[hash % subscriptionNames.length] ?? "Production";
  // Pay-as-you-go files have no columns for them.
  const reservations =
    agreement === "PAYG" ? [] : meters.flatMap((meter) => reservationOf(seed, { id, name }, meter, prices) ?? []);
  const streams: Stream[] = [];
  for (let index = 0; index < size; index++) {
    const meter = meters[index % meters.length];
    if (meter === undefined) continue;
    const number = Math.floor(index / meters.length);
    const home = homeOf(meter, number, group);
    if (group !== undefined && home.toLowerCase() !== group.toLowerCase()) continue;
    // Two by two in one region, where the reservation is.
    const price = priceOf(prices, meter, (number >> 1) % regions.length);
    const reservation = reservations.find(({ row }) => row === meter.reservation && number < row.covers);
    streams.push({
      seed: mix(hash, index),
      price,
      reservation,
      resource: createResource(id, home, meter, number),
    });
  }
  return { id, name, streams, reservations, whole: group === undefined };
}

/** A resource group that the catalogue does not know takes the place of the first one (assumed to exist since it was named). */
function homeOf({ prefix }: MeterRow, number: number, asked: string | undefined): string {
  const home = groups[(hashOf(prefix) + number) % groups.length] ?? "";
  const known = groups.some((one) => one.toLowerCase() === asked?.toLowerCase());
  return asked !== undefined && !known && home === groups[0] ? asked : home;
}

function priceOf(prices: readonly Price[], meter: MeterRow, region: number): Price {
  const found = prices.find((price) => price.meter === meter && price.region === regions[region]);
  if (found === undefined) throw new TypeError(`The catalogue has no price for ${meter.meter}.`);
  return found;
}

function createResource(subscriptionId: string, group: string, meter: MeterRow, number: number): Resource {
  const purpose = group.replace(/^rg-/, "");
  const name = `${meter.prefix}-${purpose}-${String(number + 1).padStart(4, "0")}`;
  const [parent = "", child] = meter.type.split("/");
  const path = child === undefined ? `${parent}/${name}` : `${parent}/${purpose}-server/${child}/${name}`;
  const own = tags[group] ?? {};
  const pairs = Object.entries(own).map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`);
  const additional =
    meter.category === "Virtual Machines"
      ? { UsageType: "ComputeHR", ServiceType: meter.sku, VMName: name }
      : undefined;
  return {
    id: `/subscriptions/${subscriptionId}/resourceGroups/${group}/providers/${meter.namespace}/${path}`,
    name,
    group,
    tags: JSON.stringify(own),
    tagPairs: pairs.join(","),
    additionalInfo: additional === undefined ? "" : JSON.stringify(additional),
  };
}

function reservationOf(
  seed: string,
  subscription: { readonly id: string; readonly name: string },
  meter: MeterRow,
  prices: readonly Price[],
): Reservation | undefined {
  const { reservation: row } = meter;
  if (row === undefined) return undefined;
  const hash = hashOf(`${seed}/${subscription.id.toLowerCase()}/${row.name}`);
  // A day that every month has.
  const anchor = Date.UTC(2015, hash % 12, 1 + (mix(hash, 1) % 28));
  const price = priceOf(prices, meter, 0);
  const terms = new Map<number, Term>();
  const reservation: Reservation = {
    row,
    price,
    subscription,
    termOf: (day) => {
      const guess = Math.floor(monthsBetween(anchor, day) / 12 / row.years);
      const count = day < addYears(anchor, guess * row.years) ? guess - 1 : guess;
      const term = terms.get(count) ?? createTerm(reservation, `${seed}/${hash}/${count}`, anchor, count);
      terms.set(count, term);
      return term;
    },
  };
  return reservation;
}

function createTerm(reservation: Reservation, name: string, anchor: number, count: number): Term {
  const { row, price } = reservation;
  const start = addYears(anchor, count * row.years);
  const end = addYears(start, row.years);
  const hours = (24 * (end - start)) / dayMs;
  return {
    reservation,
    start,
    end,
    orderId: guidOf(`${name}/order`),
    reservationId: guidOf(`${name}/reservation`),
    name: `${row.name}_${new Date(start).toISOString().slice(0, 10)}`,
    orderName: `${row.kind}, ${row.armSku}, ${price.region.name}, ${row.years === 1 ? "1 Year" : `${row.years} Years`}`,
    totalNanos: price.reservedMicros * row.quantity * hours * 1000,
  };
}

/** What is paid for the reservation on that day, in billionths; the payments of a term add up to its total. */
export function paymentOn({ reservation, start, end, totalNanos }: Term, day: number): number {
  if (reservation.row.billing === "upfront") return day === start ? totalNanos : 0;
  if (new Date(day).getUTCDate() !== new Date(start).getUTCDate()) return 0;
  const [count, paid] = [monthsBetween(start, end), monthsBetween(start, day)];
  const cent = 10_000_000;
  const upTo = (months: number): number =>
    months === count ? totalNanos : Math.round((totalNanos * months) / count / cent) * cent;
  return upTo(paid + 1) - upTo(paid);
}

/** The days of a month that a run looks at, one part for each calendar month. */
export function monthParts(from: number, to: number): readonly { readonly from: number; readonly to: number }[] {
  const parts: { readonly from: number; readonly to: number }[] = [];
  for (let start = from; start <= to; start = startOfMonth(start, 1)) {
    parts.push({ from: start, to: Math.min(to, startOfMonth(start, 1) - dayMs) });
  }
  return parts;
}
