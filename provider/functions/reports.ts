/** The on-demand reports for the command line: made, and downloaded where a folder is named. */
import type { Resource, PlainObject, ResourceContext } from "../resources/resource";
import { costDetailsReportResource, linksOf, reservationDetailsReportResource } from "../resources/report";
import type { Downloaded } from "../resources/download";
import { downloadLinks, type ReportLink } from "../resources/report-files";

export type ReportName = "cost-details" | "reservation-details";

const resources: Readonly<Record<ReportName, Resource>> = {
  "cost-details": costDetailsReportResource,
  "reservation-details": reservationDetailsReportResource,
};

export interface MadeReport {
  readonly status: string;
  /** Until when the links work. */
  readonly validTill?: string;
  readonly links: readonly ReportLink[];
}

/** Makes a report. Inputs are those of the resource, checked as a preview checks them. */
export async function makeReport(name: ReportName, inputs: PlainObject, context: ResourceContext): Promise<MadeReport> {
  const resource = resources[name];
  const { failures } = resource.check(undefined, inputs, context.clock.now());
  if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("\n"));
  const { state } = await resource.create(inputs, context);
  // What was made is handed over; the same call later makes a new one.
  await resource.delete("", state, context);
  const validTill = state["validTill"] ?? state["validUntil"];
  return {
    status: String(state["status"]),
    ...(typeof validTill === "string" ? { validTill } : {}),
    links: linksOf(state),
  };
}

/** Downloads a report's files into a folder. */
export function downloadReport(
  report: MadeReport,
  folder: string,
  name: string,
  progress?: (file: string, received: number, total: number | undefined) => void,
): Promise<readonly Downloaded[]> {
  return downloadLinks(report.links, folder, name, progress);
}
