/** The on-demand reports for the command line: made, and downloaded where a folder is named. */
import { join } from "node:path";
import type { Resource, PlainObject, ResourceContext } from "../resources/resource";
import { costDetailsReportResource, reservationDetailsReportResource } from "../resources/report";
import { isRecord } from "../cost-management/unknown";
import { download, type Downloaded } from "./download";

export type ReportName = "cost-details" | "reservation-details";

const resources: Readonly<Record<ReportName, Resource>> = {
  "cost-details": costDetailsReportResource,
  "reservation-details": reservationDetailsReportResource,
};

export interface MadeReport {
  readonly status: string;
  /** Until when the links work. */
  readonly validTill?: string;
  readonly links: readonly { readonly link: string; readonly byteCount?: number }[];
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

function linksOf(state: PlainObject): MadeReport["links"] {
  if (typeof state["reportUrl"] === "string") return [{ link: state["reportUrl"] }];
  const blobs = Array.isArray(state["blobs"]) ? (state["blobs"] as readonly unknown[]) : [];
  return blobs.filter(isRecord).map((blob) => ({
    link: String(blob["blobLink"]),
    ...(typeof blob["byteCount"] === "number" ? { byteCount: blob["byteCount"] } : {}),
  }));
}

/** Downloads a report's files into a folder: `name.csv`, or `name-1.csv`, `name-2.csv` … where there are several. */
export async function downloadReport(
  report: MadeReport,
  folder: string,
  name: string,
  progress?: (file: string, received: number, total: number | undefined) => void,
): Promise<readonly Downloaded[]> {
  const files: Downloaded[] = [];
  for (const [index, { link, byteCount }] of report.links.entries()) {
    const target = join(folder, `${name}${report.links.length > 1 ? `-${index + 1}` : ""}.csv`);
    const size = byteCount === undefined ? {} : { byteCount };
    files.push(
      await download({ link, target, ...size, progress: (received, total) => progress?.(target, received, total) }),
    );
  }
  return files;
}
