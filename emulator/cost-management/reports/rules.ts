/** What the two reports take and refuse. */
import type { Scope } from "../../../provider/cost-management/scopes";
import { isObject } from "../../json";
import type { JsonObject } from "../../json";
import { parseJson } from "../asked";
import { sameText } from "../choices";
import { addDays, addMonths, lastDayOfMonth, parseInstant, startOfDay, startOfMonth } from "../dates";
import type { Agreement } from "../data-versions";
import { errors } from "../errors";
import type { ServiceError } from "../errors";
import type { StoredReport } from "./state";

export type Wanted = Pick<StoredReport, "from" | "to" | "requestBody">;

/** Scopes first: what has no report there has none whatever the request says. */
export function costDetailsScopeRefusal({ kind }: Scope, agreement: Agreement | undefined): ServiceError | undefined {
  if (kind === "resourceGroup") return errors.costDetailsNotAtResourceGroup();
  if (kind === "managementGroup") return errors.reportNotAtScope("management groups");
  return agreement === "PAYG" ? errors.reportNotForAgreement(agreement) : undefined;
}

export function reservationScopeRefusal({ kind }: Scope, agreement: Agreement | undefined): ServiceError | undefined {
  if (kind === "billingProfile") return undefined;
  if (kind !== "billingAccount") return errors.reportNotAtScope("this scope");
  return agreement === undefined || agreement === "EA" ? undefined : errors.reportNotForAgreement(agreement);
}

interface Question {
  readonly rawBody: string;
  readonly scope: Scope;
  readonly agreement: Agreement | undefined;
  readonly now: number;
}

/** In the order in which the contract lists the refusals. */
export function wantedCostDetails({ rawBody, scope, agreement, now }: Question): Wanted | ServiceError {
  const body = parseJson(rawBody);
  if (!isObject(body)) return errors.unreadableBody();
  const request = readRequest(body);
  if ("status" in request) return request;
  const { metric, timePeriod, billingPeriod, invoiceId } = request;
  if (metric !== undefined && !metrics.some((one) => sameText(metric, one)))
    return errors.invalidReportMetric(metric, metrics);
  if ([timePeriod, billingPeriod, invoiceId].filter((period) => period !== undefined).length > 1)
    return errors.severalReportPeriods();
  const window =
    timePeriod !== undefined
      ? timePeriodWindow(timePeriod, now)
      : billingPeriod !== undefined
        ? billingPeriodWindow(billingPeriod, agreement)
        : invoiceId !== undefined
          ? invoiceWindow(scope, agreement, now)
          : { from: startOfMonth(now), to: startOfDay(now) };
  return "status" in window ? window : { ...window, requestBody: body };
}

const metrics = ["ActualCost", "AmortizedCost"] as const;

interface CostDetailsRequest {
  readonly metric?: string;
  readonly timePeriod?: JsonObject;
  readonly billingPeriod?: string;
  readonly invoiceId?: string;
}

/** Names match without case and null counts as absent, as for exports. */
function readRequest(body: JsonObject): CostDetailsRequest | ServiceError {
  const read: Record<string, unknown> = {};
  for (const [given, value] of Object.entries(body)) {
    const name = ["metric", "timePeriod", "billingPeriod", "invoiceId"].find((one) => sameText(given, one));
    if (value === null && name !== undefined) continue;
    const fits = name === "timePeriod" ? isObject(value) : typeof value === "string";
    if (name === undefined || !fits) return errors.invalidMember(given);
    read[name] = value;
  }
  return read;
}

type Window = Pick<StoredReport, "from" | "to">;

function timePeriodWindow(period: JsonObject, now: number): Window | ServiceError {
  const dates: { start?: number; end?: number } = {};
  for (const [given, value] of Object.entries(period)) {
    const name = (["start", "end"] as const).find((one) => sameText(given, one));
    if (name === undefined) return errors.invalidMember(`timePeriod.${given}`);
    const at = dayOf(value);
    if (at === undefined) return errors.invalidReportDate(`timePeriod ${name}`, value);
    dates[name] = at;
  }
  const { start, end } = dates;
  if (start === undefined || end === undefined)
    return errors.missingMember(`timePeriod ${start === undefined ? "start" : "end"}`);
  if (end < start) return errors.reportPeriodReversed();
  const oldest = addMonths(startOfDay(now), -13);
  if (start < oldest) return errors.reportTooOld(new Date(oldest).toISOString().slice(0, 10));
  // To the same day of the next month counts as a month (assumed): the contract says "1 month or less".
  return end > addMonths(start, 1) ? errors.reportTooLong() : { from: start, to: end };
}

function billingPeriodWindow(period: string, agreement: Agreement | undefined): Window | ServiceError {
  const [, year, month] = /^(\d{4})(0[1-9]|1[0-2])$/.exec(period) ?? [];
  if (year === undefined || month === undefined) return errors.invalidBillingPeriod(period);
  if (agreement !== undefined && agreement !== "EA") return errors.reportPeriodNotForAgreement("billingPeriod", "EA");
  const from = Date.UTC(Number(year), Number(month) - 1, 1);
  return { from, to: lastDayOfMonth(from) };
}

/** An invoice is taken to be that of the last month (assumed): the emulator has no invoices. */
function invoiceWindow({ kind }: Scope, agreement: Agreement | undefined, now: number): Window | ServiceError {
  if (kind !== "billingProfile" && kind !== "customer") return errors.invoiceNotAtScope();
  if (agreement === "EA" || agreement === "PAYG") return errors.reportPeriodNotForAgreement("invoiceId", "MCA");
  return { from: startOfMonth(now, -1), to: addDays(startOfMonth(now), -1) };
}

/** Query names come in lower case. The longest range is not on record, so any is taken. */
export function wantedReservationDetails(query: Readonly<Record<string, string>>): Wanted | ServiceError {
  const { startdate, enddate } = query;
  if (startdate === undefined || enddate === undefined)
    return errors.missingReportDate(startdate === undefined ? "startDate" : "endDate");
  const from = dayOf(startdate);
  const to = dayOf(enddate);
  if (from === undefined) return errors.invalidReportDate("startDate", startdate);
  if (to === undefined) return errors.invalidReportDate("endDate", enddate);
  return to < from ? errors.reportPeriodReversed() : { from, to, requestBody: {} };
}

function dayOf(value: unknown): number | undefined {
  return typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value) ? parseInstant(value)?.at : undefined;
}
