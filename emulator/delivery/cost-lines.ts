/**
 * The charges of a world, day by day: what all cost files are made of, so that they agree. Amounts are whole numbers (money in
 * billionths, quantities in thousandths), so that they add up exactly.
 */
import { dayMs, startOfMonth } from "./calendar";
import { marketplace } from "./catalogue";
import { between, mix } from "./random";
import { monthParts, paymentOn } from "./world";
import type { Price, Reservation, Resource, Stream, Subscription, Term, World } from "./world";

export interface CostLine {
  readonly kind: "usage" | "unused" | "reservationPurchase" | "marketplacePurchase";
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  readonly subscription: { readonly id: string; readonly name: string } | undefined;
  readonly resource: Resource | undefined;
  readonly price: Price | undefined;
  /** The reservation that covers, was bought, or lies idle. */
  readonly term: Term | undefined;
  readonly milliUnits: number;
  /** By the list, by the contract, on the invoice, and with reservations spread over their terms. */
  readonly listNanos: number;
  readonly contractedNanos: number;
  readonly billedNanos: number;
  readonly amortizedNanos: number;
}

export const isPurchase = ({ kind }: CostLine): boolean =>
  kind === "reservationPurchase" || kind === "marketplacePurchase";

export interface LinesQuestion {
  /** Midnights of the first and last day. */
  readonly from: number;
  readonly to: number;
  readonly granularity: "Daily" | "Monthly";
}

export function* costLines(world: World, { from, to, granularity }: LinesQuestion): Generator<CostLine> {
  for (const part of granularity === "Monthly" ? monthParts(from, to) : dayParts(from, to)) {
    const charged =
      granularity === "Monthly"
        ? { ...part, start: startOfMonth(part.from), end: startOfMonth(part.from, 1) }
        : { ...part, start: part.from, end: part.from + dayMs };
    for (const subscription of world.subscriptions) yield* linesOf(subscription, charged, world.wholeAccount);
  }
}

interface Period {
  /** The days that count. */
  readonly from: number;
  readonly to: number;
  /** What the lines say. */
  readonly start: number;
  readonly end: number;
}

function* dayParts(from: number, to: number): Generator<{ readonly from: number; readonly to: number }> {
  for (let day = from; day <= to; day += dayMs) yield { from: day, to: day };
}

function* linesOf(subscription: Subscription, period: Period, wholeAccount: boolean): Generator<CostLine> {
  for (const stream of subscription.streams) yield* usage(stream, subscription, period);
  if (!subscription.whole) return;
  for (const reservation of subscription.reservations) yield* purchases(reservation, period);
  yield* marketplacePurchases(subscription, period);
  if (!wholeAccount) return;
  for (const reservation of subscription.reservations) yield* unused(reservation, subscription, period);
}

function* usage(stream: Stream, subscription: Subscription, period: Period): Generator<CostLine> {
  for (const { term, milliUnits } of byTerm(stream.reservation, period, (day) => usedOn(stream, day))) {
    const { price, resource } = stream;
    const contractedNanos = milliUnits * price.unitMicros;
    yield {
      kind: "usage",
      start: period.start,
      end: period.end,
      subscription,
      resource,
      price,
      term,
      milliUnits,
      listNanos: milliUnits * price.listMicros,
      contractedNanos,
      billedNanos: term === undefined ? contractedNanos : 0,
      amortizedNanos: term === undefined ? contractedNanos : milliUnits * price.reservedMicros,
    };
  }
}

/** Thousandths of a unit that a resource takes of its meter on a day. */
export function usedOn({ seed, price }: Stream, day: number): number {
  return between(...price.meter.perDay, mix(seed, day / dayMs));
}

function* unused(reservation: Reservation, { streams }: Subscription, period: Period): Generator<CostLine> {
  const covered = streams.filter((stream) => stream.reservation === reservation);
  const { price, row } = reservation;
  const left = (day: number): number =>
    covered.reduce((rest, stream) => rest - usedOn(stream, day), row.quantity * 24_000);
  for (const { term, milliUnits } of byTerm(reservation, period, left)) {
    if (milliUnits === 0) continue;
    yield {
      kind: "unused",
      start: period.start,
      end: period.end,
      subscription: undefined,
      resource: undefined,
      price,
      term,
      milliUnits,
      listNanos: 0,
      contractedNanos: 0,
      billedNanos: 0,
      amortizedNanos: milliUnits * price.reservedMicros,
    };
  }
}

/** Sums of the days of a period, one for each term that they fall into. */
function* byTerm(
  reservation: Reservation | undefined,
  { from, to }: Period,
  unitsOn: (day: number) => number,
): Generator<{ readonly term: Term | undefined; readonly milliUnits: number }> {
  let term = reservation?.termOf(from);
  let milliUnits = 0;
  for (let day = from; day <= to; day += dayMs) {
    if (term !== undefined && day >= term.end) {
      yield { term, milliUnits };
      term = reservation?.termOf(day);
      milliUnits = 0;
    }
    milliUnits += unitsOn(day);
  }
  yield { term, milliUnits };
}

function* purchases(reservation: Reservation, { from, to, start, end }: Period): Generator<CostLine> {
  for (const { term, nanos } of paymentsBetween(reservation, from, to)) {
    yield {
      kind: "reservationPurchase",
      start,
      end,
      subscription: reservation.subscription,
      resource: undefined,
      price: reservation.price,
      term,
      milliUnits: reservation.row.quantity * 1000,
      listNanos: nanos,
      contractedNanos: nanos,
      billedNanos: nanos,
      amortizedNanos: 0,
    };
  }
}

export interface Payment {
  readonly day: number;
  readonly term: Term;
  readonly nanos: number;
}

export function* paymentsBetween(reservation: Reservation, from: number, to: number): Generator<Payment> {
  for (let day = from; day <= to; day += dayMs) {
    const term = reservation.termOf(day);
    const nanos = paymentOn(term, day);
    if (nanos > 0) yield { day, term, nanos };
  }
}

function* marketplacePurchases(subscription: Subscription, { from, to, start, end }: Period): Generator<CostLine> {
  for (let day = from; day <= to; day += dayMs) {
    if (day !== startOfMonth(day)) continue;
    const nanos = marketplace.microsPerMonth * 1000;
    yield {
      kind: "marketplacePurchase",
      start,
      end,
      subscription,
      resource: undefined,
      price: undefined,
      term: undefined,
      milliUnits: 1000,
      listNanos: nanos,
      contractedNanos: nanos,
      billedNanos: nanos,
      amortizedNanos: nanos,
    };
  }
}
