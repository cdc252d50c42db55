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
  /** Called when the report is in the hands of whoever asked: the same call then makes a new one, until then it finds this. */
  readonly forget: () => Promise<unknown>;
}

/** What a preview would refuse of the inputs, which are those of the resource. */
export function refusalsOf(name: ReportName, inputs: PlainObject, now: number): readonly string[] {
  return resources[name].check(undefined, inputs, now).failures.map(({ reason }) => reason);
}

/** Makes a report of inputs that nothing refuses. */
export async function makeReport(name: ReportName, inputs: PlainObject, context: ResourceContext): Promise<MadeReport> {
  const resource = resources[name];
  const { state } = await resource.create(inputs, context);
  const validTill = state["validTill"] ?? state["validUntil"];
  return {
    status: String(state["status"]),
    ...(typeof validTill === "string" ? { validTill } : {}),
    links: linksOf(state),
    forget: () => resource.delete("", state, context),
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
