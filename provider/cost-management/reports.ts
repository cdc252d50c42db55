/** The two on-demand reports: their addresses, their rules, and what their answers say. Pure data. */
import { instant } from "./dates";
import { parseScope } from "./scopes";
import { isRecord, isUnknown } from "./unknown";
import { getAt } from "./values";

export type ReportKind = "costDetails" | "reservationDetails";

/** What a report's request is, beside its body. */
export interface ReportRequest {
  readonly scope: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
}

/** A finished report. `links` are signed addresses, each a secret. */
export interface Report {
  readonly status: "Completed" | "NoDataFound" | "Failed";
  readonly blobs: readonly { readonly link: string; readonly byteCount?: number }[];
  readonly byteCount?: number;
  /** Until when the links work. */
  readonly validTill?: string;
  readonly error?: { readonly code?: string; readonly message?: string };
}

export type Refusal = readonly [property: string, reason: string];

const day = /^\d{4}-\d{2}-\d{2}$/;

/** Rules of the cost-details report (documented): one period form at a time, one month at most, 13 months back. */
export function checkCostDetails(inputs: Readonly<Record<string, unknown>>, now: number): readonly Refusal[] {
  const refusals: Refusal[] = [...checkScope(inputs["scope"])];
  const { metric, timePeriod, billingPeriod, invoiceId } = inputs;
  if (metric !== undefined && !isUnknown(metric) && metric !== "ActualCost" && metric !== "AmortizedCost") {
    refusals.push([
      "metric",
      `metric ${JSON.stringify(metric)} is not known. Valid values: ActualCost and AmortizedCost (FOCUS is for exports only).`,
    ]);
  }
  const periods = ["timePeriod", "billingPeriod", "invoiceId"].filter((key) => inputs[key] !== undefined);
  if (periods.length > 1) {
    refusals.push([
      periods[1] ?? "",
      `Set one of timePeriod, billingPeriod and invoiceId, not ${periods.join(" and ")}. Without any, the open month is reported.`,
    ]);
  }
  if (timePeriod !== undefined && !isUnknown(timePeriod)) refusals.push(...checkTimePeriod(timePeriod, now));
  if (typeof billingPeriod === "string" && !/^\d{4}(?:0[1-9]|1[0-2])$/.test(billingPeriod)) {
    refusals.push(["billingPeriod", `billingPeriod "${billingPeriod}" has another form than YYYYMM, such as 202603.`]);
  }
  const kind = typeof inputs["scope"] === "string" ? parseScope(inputs["scope"])?.kind : undefined;
  if (invoiceId !== undefined && kind !== undefined && kind !== "billingProfile" && kind !== "customer") {
    refusals.push(["invoiceId", "invoiceId works at a billing profile or a customer only. Use one of these as scope."]);
  }
  return refusals;
}

function checkScope(scope: unknown): readonly Refusal[] {
  if (isUnknown(scope)) return [];
  const kind = typeof scope === "string" ? parseScope(scope)?.kind : undefined;
  if (kind === undefined)
    return [
      [
        "scope",
        `scope ${JSON.stringify(scope ?? null)} is no scope of a report. Set it to a subscription, or to a billing account or a part of one.`,
      ],
    ];
  // Observed: 404 at a resource group (specs#23859); documented: not at a management group.
  if (kind === "resourceGroup")
    return [["scope", "Cost details do not exist at a resource group: the service answers 404. Use the subscription."]];
  if (kind === "managementGroup")
    return [["scope", "Cost details do not exist at a management group. Use subscriptions, or the billing account."]];
  return [];
}

function checkTimePeriod(period: unknown, now: number): readonly Refusal[] {
  const [start, end] = ["start", "end"].map((key) => (isRecord(period) ? period[key] : undefined));
  if (isUnknown(start) || isUnknown(end)) return [];
  const form = checkDays("timePeriod.start", start, "timePeriod.end", end);
  if (form.length > 0) return form;
  const [from, to] = [new Date(String(start)), new Date(String(end))];
  const limit = new Date(from);
  limit.setUTCMonth(limit.getUTCMonth() + 1);
  if (to > limit)
    return [["timePeriod.end", "timePeriod is longer than a month: the service refuses it. Ask month by month."]];
  const oldest = new Date(now);
  oldest.setUTCMonth(oldest.getUTCMonth() - 13);
  if (from < oldest)
    return [
      [
        "timePeriod.start",
        "timePeriod starts more than 13 months ago: the service refuses it. Older data come by exports.",
      ],
    ];
  return [];
}

/** Rules of the reservation-details report: both days, and where it exists. */
export function checkReservationDetails(inputs: Readonly<Record<string, unknown>>): readonly Refusal[] {
  const { billingAccountId, billingProfileId, startDate, endDate } = inputs;
  const refusals: Refusal[] = [];
  for (const [key, value] of Object.entries({ billingAccountId, billingProfileId })) {
    if (isUnknown(value) || (value === undefined && key === "billingProfileId")) continue;
    if (typeof value !== "string" || !/^[^/?#%\\\s]+$/.test(value))
      refusals.push([key, `${key} ${JSON.stringify(value ?? null)} is no id. Write the id alone, without the path.`]);
  }
  if (!isUnknown(startDate) && !isUnknown(endDate))
    refusals.push(...checkDays("startDate", startDate, "endDate", endDate));
  return refusals;
}

function checkDays(startName: string, start: unknown, endName: string, end: unknown): readonly Refusal[] {
  const odd = ([name, value]: readonly [string, unknown]): readonly Refusal[] =>
    typeof value === "string" && day.test(value) && instant(value) !== undefined
      ? []
      : [[name, `${name} is ${JSON.stringify(value ?? null)}; write the day as 2026-03-31.`]];
  const refusals = [...odd([startName, start]), ...odd([endName, end])];
  if (refusals.length > 0) return refusals;
  return String(end) < String(start) ? [[endName, `${endName} is before ${startName}. Exchange the two.`]] : [];
}

export function costDetailsRequest(inputs: Readonly<Record<string, unknown>>): ReportRequest {
  const scope = parseScope(String(inputs["scope"]))?.path ?? "";
  const body = Object.fromEntries(
    ["metric", "timePeriod", "billingPeriod", "invoiceId"].flatMap((key) =>
      inputs[key] === undefined ? [] : [[key, inputs[key]]],
    ),
  );
  return { scope, path: `${scope}/providers/Microsoft.CostManagement/generateCostDetailsReport`, query: {}, body };
}

export function reservationDetailsRequest(inputs: Readonly<Record<string, unknown>>): ReportRequest {
  const account = `/providers/Microsoft.Billing/billingAccounts/${String(inputs["billingAccountId"])}`;
  const profile = inputs["billingProfileId"];
  const scope = typeof profile === "string" ? `${account}/billingProfiles/${profile}` : account;
  return {
    scope,
    path: `${scope}/providers/Microsoft.CostManagement/generateReservationDetailsReport`,
    query: { startDate: String(inputs["startDate"]), endDate: String(inputs["endDate"]) },
  };
}

/** Reads the answer that ends an operation; undefined while its status says that it goes on. */
export function parseReport(body: unknown): Report | undefined {
  const status = getAt(body, "status");
  const ended = ["Completed", "NoDataFound", "Failed"].find(
    (word) => word.toLowerCase() === String(status).toLowerCase(),
  );
  if (ended === undefined) return undefined;
  const [code, message] = [getAt(body, "error.code"), getAt(body, "error.message")].map((part) =>
    typeof part === "string" ? part : undefined,
  );
  const byteCount = getAt(body, "manifest.byteCount");
  const validTill = getAt(body, "validTill") ?? getAt(body, "properties.validUntil");
  return {
    status: ended as Report["status"],
    blobs: blobsOf(body),
    ...(typeof byteCount === "number" ? { byteCount } : {}),
    ...(typeof validTill === "string" ? { validTill } : {}),
    ...(ended === "Failed" ? { error: { ...(code && { code }), ...(message && { message }) } } : {}),
  };
}

function blobsOf(body: unknown): Report["blobs"] {
  const reportUrl = getAt(body, "properties.reportUrl");
  if (typeof reportUrl === "string") return [{ link: reportUrl }];
  const blobs = getAt(body, "manifest.blobs");
  return (Array.isArray(blobs) ? (blobs as readonly unknown[]) : []).flatMap((blob) => {
    const [link, byteCount] = [getAt(blob, "blobLink"), getAt(blob, "byteCount")];
    return typeof link === "string" ? [{ link, ...(typeof byteCount === "number" ? { byteCount } : {}) }] : [];
  });
}
