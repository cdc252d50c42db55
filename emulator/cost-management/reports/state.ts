/** What is stored of a report that was asked for: plain JSON, so that a snapshot is a copy. */
import type { JsonObject } from "../../json";

export type ReportKind = "costDetails" | "reservationDetails";

/** A report that was asked for. */
export interface StoredReport {
  /** The operation's id: the only name that a report has. */
  readonly id: string;
  /** Which of the two reports it is. */
  readonly kind: ReportKind;
  /** Leading slash, fixed segments in the API's own case. */
  readonly scope: string;
  /** The api-version that asked. */
  readonly version: string;
  /** Milliseconds since the epoch, as all times here. */
  readonly submitted: number;
  /** The data window: midnights of its first and last day. */
  readonly from: number;
  /** Midnight of the last day. */
  readonly to: number;
  /** As sent: the result echoes it. */
  readonly requestBody: JsonObject;
  /** How and when it ended; undefined while it has not. */
  readonly end?: ReportEnd;
}

/** A file of a report. */
export interface ReportBlob {
  /** A signed address, good until the report's links die. From a slash on: one of the emulator, at the door that is used. */
  readonly link: string;
  /** Size in bytes. */
  readonly byteCount: number;
}

/** How a report ended. */
export interface ReportEnd {
  /** Milliseconds since the epoch, on the emulator's clock. */
  readonly at: number;
  /** `NoDataFound`: the period has no charges. */
  readonly status: "Completed" | "NoDataFound" | "Failed";
  /** Why it failed. */
  readonly error?: { readonly code: string; readonly message: string };
  /** Where a delivery uploaded them; otherwise one link to a place that serves nothing. */
  readonly blobs?: readonly ReportBlob[];
}

/** How long reports take and their links live, on the emulator's clock. */
export interface ReportTimes {
  /** From the call to the end. */
  readonly processingMs: number;
  /** How long the links are good for, from the end. */
  readonly linksMs: number;
}

/** A minute, as the published `Retry-After`; half a day, between the published examples (both assumed). */
export const defaultReportTimes: ReportTimes = { processingMs: 60_000, linksMs: 12 * 3_600_000 };

export const reportDueAt = ({ submitted }: StoredReport, { processingMs }: ReportTimes): number =>
  submitted + processingMs;
