import * as pulumi from "@pulumi/pulumi";
import { CostDetailsReport, ReservationDetailsReport } from "pulumi-azure-cost-exports";

const config = new pulumi.Config("reports");
const billingAccountId = config.require("billingAccountId");
const billingProfileId = config.get("billingProfileId");
const account = `/providers/Microsoft.Billing/billingAccounts/${billingAccountId}`;

// The days of a month, `2026-03`. Another month makes new reports.
const month = config.require("month");
const first = `${month}-01`;
const last = lastDayOf(month);

const costs = new CostDetailsReport("costs", {
  scope: billingProfileId === undefined ? account : `${account}/billingProfiles/${billingProfileId}`,
  metric: "AmortizedCost",
  timePeriod: { start: first, end: last },
});

const reservations = new ReservationDetailsReport("reservations", {
  billingAccountId,
  ...(billingProfileId === undefined ? {} : { billingProfileId }),
  startDate: first,
  endDate: last,
});

// Links are secrets, and die within hours: `pulumi stack output costFiles --show-secrets` shows them.
export const costStatus = costs.status;
export const costFiles = costs.blobs;
export const linksUntil = costs.validTill;
export const reservationStatus = reservations.status;
export const reservationFile = reservations.reportUrl;

function lastDayOf(yearAndMonth: string): string {
  const day = new Date(`${yearAndMonth}-01T00:00:00Z`);
  day.setUTCMonth(day.getUTCMonth() + 1, 0);
  return day.toISOString().slice(0, 10);
}
