/** The reservation files: use by day and resource, payments, and what could be reserved as well. */
import { dayMs } from "./calendar";
import type { Price, Reservation, Stream, Term, World } from "./world";
import { reservedPercent } from "./catalogue";
import { paymentsBetween, usedOn } from "./cost-lines";
import type { Payment } from "./cost-lines";
import type { Cell } from "./row";
import type { Billing } from "./world";
import { hashOf } from "./random";

/** A covered resource on a day. */
export interface DetailLine {
  readonly day: number;
  readonly term: Term;
  readonly stream: Stream;
  readonly usedHours: number;
}

export function* detailLines(world: World, from: number, to: number): Generator<DetailLine> {
  for (let day = from; day <= to; day += dayMs) {
    for (const { streams } of world.subscriptions) {
      for (const stream of streams) {
        if (stream.reservation === undefined) continue;
        yield { day, stream, term: stream.reservation.termOf(day), usedHours: usedOn(stream, day) / 1000 };
      }
    }
  }
}

export const detailFields = {
  instanceflexibilitygroup: ({ term }) => term.reservation.row.flexibilityGroup,
  instanceflexibilityratio: () => 1,
  resourceid: ({ stream }) => stream.resource.id,
  kind: () => "Reservation",
  reservationorderid: ({ term }) => term.orderId,
  reservationid: ({ term }) => term.reservationId,
  reservedhours: ({ term }) => term.reservation.row.quantity * 24,
  skuname: ({ term }) => term.reservation.row.armSku,
  totalreservedquantity: ({ term }) => term.reservation.row.quantity,
  usagedate: ({ day }) => day,
  usedhours: ({ usedHours }) => usedHours,
} as const satisfies Readonly<Record<string, (line: DetailLine) => Cell>>;

export function* paymentLines(world: World, from: number, to: number): Generator<Payment> {
  for (const { reservations, whole } of world.subscriptions) {
    if (whole) for (const reservation of reservations) yield* paymentsBetween(reservation, from, to);
  }
}

const compactDay = (at: number): string => new Date(at).toISOString().slice(0, 10).replaceAll("-", "");
const ofReservation =
  (value: (reservation: Reservation) => Cell) =>
  ({ term }: Payment): Cell =>
    value(term.reservation);

export const paymentFields = {
  accountname: (_, { enrollmentAccountName }) => enrollmentAccountName,
  accountowneremail: (_, { owner }) => owner,
  amount: ({ nanos }) => nanos / 1e9,
  armskuname: ofReservation(({ row }) => row.armSku),
  billingfrequency: ofReservation(({ row }) => (row.billing === "upfront" ? "OneTime" : "Recurring")),
  billingmonth: ({ day }) => `${compactDay(day).slice(0, 6)}01`,
  billingprofileid: (_, { profileId }) => profileId,
  billingprofilename: (_, { profileName }) => profileName,
  costcenter: () => "1234",
  billingcurrencycode: (_, { currency }) => currency,
  currentenrollmentid: (_, { accountId }) => accountId,
  departmentname: (_, { sectionName }) => sectionName,
  description: ({ term }) => term.orderName,
  eventdate: ({ day }) => day,
  eventtype: () => "Purchase",
  invoice: () => null,
  invoiceid: () => null,
  invoicesectionid: (_, { sectionId }) => sectionId,
  invoicesectionname: (_, { sectionName }) => sectionName,
  monetarycommitment: () => 0,
  overage: ({ nanos }) => nanos / 1e9,
  purchasingsubscriptionguid: ofReservation(({ subscription }) => subscription.id),
  purchasingsubscriptionname: ofReservation(({ subscription }) => subscription.name),
  purchasingenrollment: (_, { accountId }) => accountId,
  quantity: ofReservation(({ row }) => row.quantity),
  region: ofReservation(({ price }) => price.region.id),
  reservationorderid: ({ term }) => term.orderId,
  reservationordername: ({ term }) => term.name,
  term: ofReservation(({ row }) => `P${row.years}Y`),
} as const satisfies Readonly<Record<string, (line: Payment, billing: Billing) => Cell>>;

export interface RecommendationLine {
  readonly price: Price;
  readonly scope: string;
  readonly lookBack: string;
  readonly days: number;
  readonly years: 1 | 3;
  readonly quantity: number;
  readonly firstUsage: number;
}

export interface Filter {
  readonly name?: string | undefined;
  readonly value?: string | undefined;
}

/** The situation on a day. A filter that is not given leaves everything through (the documentation asks for all three). */
export function* recommendationLines(
  world: World,
  day: number,
  filters: readonly Filter[],
): Generator<RecommendationLine> {
  const passes = (name: string, value: string): boolean =>
    filters.every(
      (filter) =>
        filter.name?.toLowerCase() !== name.toLowerCase() || filter.value?.toLowerCase() === value.toLowerCase(),
    );
  for (const scope of ["Shared", "Single"].filter((value) => passes("ReservationScope", value))) {
    for (const days of [7, 30, 60].filter((count) => passes("LookBackPeriod", `Last${count}Days`))) {
      for (const price of world.prices) {
        const { reservation } = price.meter;
        if (reservation === undefined || !passes("ResourceType", reservation.resourceType)) continue;
        for (const years of [1, 3] as const) {
          const quantity = 1 + (hashOf(`${price.meterId}/${scope}`) % 4);
          yield {
            price,
            scope,
            lookBack: `Last${days}Days`,
            days,
            years,
            quantity,
            firstUsage: day - days * dayMs,
          };
        }
      }
    }
  }
}

/** Of the look-back period, in millionths. */
const withoutReservation = ({ price, quantity, days }: RecommendationLine): number =>
  price.unitMicros * quantity * 24 * days;
const withReservation = (line: RecommendationLine): number =>
  Math.round((withoutReservation(line) * reservedPercent[line.years]) / 100);
const reservationOf = ({ price }: RecommendationLine) => price.meter.reservation;
const properties = ({ price }: RecommendationLine): string =>
  JSON.stringify([
    { name: "Cores", value: "2" },
    { name: "Series", value: price.meter.subCategory },
  ]);

export const recommendationFields = {
  skuname: (line) => reservationOf(line)?.armSku ?? null,
  location: ({ price }) => price.region.id,
  costwithnoreservedinstances: (line) => withoutReservation(line) / 1e6,
  firstusagedate: ({ firstUsage }) => firstUsage,
  instanceflexibilityratio: () => 1,
  instanceflexibilitygroup: (line) => reservationOf(line)?.flexibilityGroup ?? null,
  lookbackperiod: ({ lookBack }) => lookBack,
  meterid: ({ price }) => price.meterId,
  netsavings: (line) => (withoutReservation(line) - withReservation(line)) / 1e6,
  normalizedsize: (line) => reservationOf(line)?.armSku ?? null,
  recommendedquantity: ({ quantity }) => quantity,
  recommendedquantitynormalized: ({ quantity }) => quantity,
  resourcetype: (line) => reservationOf(line)?.resourceType ?? null,
  scope: ({ scope }) => scope,
  skuproperties: properties,
  term: ({ years }) => `P${years}Y`,
  totalcostwithreservedinstances: (line) => withReservation(line) / 1e6,
} as const satisfies Readonly<Record<string, (line: RecommendationLine) => Cell>>;
