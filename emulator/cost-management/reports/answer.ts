/** What the service answers for a report: 202 with an address until it is done, then its result. */
import { createHmac } from "node:crypto";
import type { JsonObject } from "../../json";
import type { EmulatorRequest, EmulatorResponse } from "../../types";
import { compactDay, instantText } from "../dates";
import { reservationResultsVersion, resultTypes } from "./route";
import { reportDueAt } from "./state";
import type { ReportBlob, ReportEnd, ReportTimes, StoredReport } from "./state";

export interface ReportContext {
  readonly request: EmulatorRequest;
  readonly now: number;
  readonly times: ReportTimes;
  /** Where blobs are served. */
  readonly blobEndpoint: string;
}

/** The address is one of the host that was asked (documented); a poll repeats it (documented: the published example). */
export function runningAnswer(report: StoredReport, { request, now, times }: ReportContext): EmulatorResponse {
  const { kind, version, scope } = report;
  const results = `${scope}/providers/Microsoft.CostManagement/${resultTypes[kind]}/${report.id}`;
  const apiVersion = kind === "costDetails" ? version : reservationResultsVersion;
  const seconds = Math.max(1, Math.ceil((reportDueAt(report, times) - now) / 1_000));
  return {
    status: 202,
    headers: { location: `${request.origin}${results}?api-version=${apiVersion}`, "retry-after": String(seconds) },
  };
}

export function endedAnswer(report: StoredReport, end: ReportEnd, context: ReportContext): EmulatorResponse {
  return {
    status: 200,
    body:
      report.kind === "costDetails" ? costDetailsResult(report, end, context) : reservationResult(report, end, context),
  };
}

/** `type` is a member of the contract that no example has, so none is answered. */
function costDetailsResult(report: StoredReport, end: ReportEnd, context: ReportContext): JsonObject {
  const { id, scope, version, requestBody } = report;
  const blobs = blobsOf(report, end, context);
  return {
    id: `${scope.slice(1)}/providers/Microsoft.CostManagement/${resultTypes.costDetails}/${id}`,
    name: id,
    status: end.status,
    ...(end.status === "Completed"
      ? {
          manifest: {
            manifestVersion: version,
            dataFormat: "Csv",
            blobCount: blobs.length,
            byteCount: blobs.reduce((sum, { byteCount }) => sum + byteCount, 0),
            compressData: false,
            requestContext: { requestScope: scope.slice(1), requestBody },
            blobs: blobs.map(({ link, byteCount }) => ({ blobLink: link, byteCount })),
          },
          validTill: instantText(end.at + context.times.linksMs),
        }
      : {}),
    ...(end.error === undefined ? {} : { error: end.error }),
  };
}

/**
 * The contract has neither an error nor a status for a period without reservations: Failed says nothing more, and a period
 * without data is a report with its header alone (assumed).
 */
function reservationResult(report: StoredReport, end: ReportEnd, context: ReportContext): JsonObject {
  if (end.status === "Failed") return { status: end.status };
  const [blob] = blobsOf(report, end, context);
  return {
    status: "Completed",
    properties: {
      ...(blob === undefined ? {} : { reportUrl: blob.link }),
      validUntil: instantText(end.at + context.times.linksMs),
    },
  };
}

/** The size of the published example; the place serves nothing unless a delivery uploaded there. */
function blobsOf(
  report: StoredReport,
  end: ReportEnd,
  { request, times, blobEndpoint }: ReportContext,
): readonly ReportBlob[] {
  if (end.blobs !== undefined) {
    return end.blobs.map((blob) => (blob.link.startsWith("/") ? { ...blob, link: request.origin + blob.link } : blob));
  }
  const until = instantText(end.at + times.linksMs);
  const signature = createHmac("sha256", "emulator").update(`${report.id} ${until}`).digest("base64");
  const query = new URLSearchParams({ sv: "2020-05-31", sr: "b", sp: "r", se: until, sig: signature });
  return [{ link: `${blobEndpoint}/${reportBlobPath(report)}?${query.toString()}`, byteCount: 32_741 }];
}

/** Account, container and blob, after the published links; the account is not one of Azure's. */
export function reportBlobPath({ kind, submitted, id }: StoredReport): string {
  return kind === "costDetails"
    ? `emulatorreports/armreports/${compactDay(submitted)}/${id}`
    : `emulatorreports/details/${compactDay(submitted)}/${id}`;
}
