/**
 * The files behind the two reports on demand: cost details, and the use of reservations. Of the same world as the exports,
 * so that their sums agree.
 */
import { momentOf, startOfDay } from "./calendar";
import type { Moment } from "./calendar";
import { schemaOf } from "./columns";
import type { Agreement } from "./columns";
import { cursorOf } from "./formats";
import type { PartLimits } from "./formats";
import type { WrittenBlob } from "./layout";
import { rowsFor, seenAs, unlimited, writeParts } from "./parts";
import type { DataOptions } from "./parts";
import type { Sink } from "./sink";

export interface ReportRequest extends DataOptions {
  readonly kind: "costDetails" | "reservationDetails";
  /** Of cost details. Default ActualCost (documented). */
  readonly metric?: string | undefined;
  /** With or without a leading slash. */
  readonly scope: string;
  readonly agreement: Agreement;
  readonly submittedTime: Moment;
  /** First and last day of the data. */
  readonly from: Moment;
  readonly to: Moment;
  readonly container: string;
  /** Of the n-th blob, counted from one. */
  readonly blobName: (n: number) => string;
  readonly sink: Sink;
  /**
   * Where blobs of cost details end. Default: 128 MiB, as consumers report of partitions (assumed of reports, of which it is
   * only documented that they may have several blobs).
   */
  readonly partLimits?: Partial<PartLimits> | undefined;
}

export interface DeliveredReport {
  /** Cost details of days without charges write nothing; a reservation report then has its header alone (assumed). */
  readonly status: "Completed" | "NoDataFound";
  readonly blobs: readonly WrittenBlob[];
}

const defaultLimits: PartLimits = { maxRows: Infinity, maxBytes: 128 * 1024 * 1024 };

/** CSV, uncompressed (documented), in the latest version of the columns (observed of cost details for MCA, else assumed). */
export async function deliverReport(request: ReportRequest): Promise<DeliveredReport> {
  const { kind, metric, scope, agreement, sink, container, blobName, partLimits } = request;
  const schema = schemaOf({
    dataset: kind === "reservationDetails" ? "ReservationDetails" : costDataset(metric),
    agreement: seenAs(agreement, scope),
    generation: "new",
  });
  const rows = cursorOf(
    rowsFor({
      ...request,
      schema,
      generation: "new",
      granularity: "Daily",
      filters: [],
      submitted: momentOf(request.submittedTime),
      from: startOfDay(momentOf(request.from)),
      to: startOfDay(momentOf(request.to)),
    }),
  );
  if (kind === "costDetails" && !rows.hasNext()) return { status: "NoDataFound", blobs: [] };
  await sink.ensureContainer(container);
  // The answer to a reservation report has room for one link.
  const limits = kind === "costDetails" ? { ...defaultLimits, ...partLimits } : unlimited;
  const parts = { schema, format: "csv", limits, rowGroupRows: 1, sink, container, nameOf: blobName } as const;
  return { status: "Completed", blobs: await writeParts(rows, parts) };
}

const costDataset = (metric: string | undefined): "ActualCost" | "AmortizedCost" =>
  metric?.toLowerCase() === "amortizedcost" ? "AmortizedCost" : "ActualCost";
