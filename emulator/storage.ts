/**
 * What writes the files of runs and reports, as the emulator sees it. The emulator says what is due and under which
 * conditions; a storage says how it went. Without one, runs and reports end by the clock and no byte is written.
 */
import type { ReportBlob, ReportEnd, RunEnd, RunJob, StoredReport } from "./cost-management";
import type { VirtualClock } from "./types";

export interface EmulatorStorage {
  /** Where blobs are served, without the account's name: what `primaryEndpoints.blob` of storage accounts begins with. */
  readonly blobEndpoint?: string;
  /**
   * Writes the files of a run to its destination, creating the container where it is missing. A rejection counts as a
   * failure of the emulator; what a user could meet in life is an end with the status Failed.
   */
  deliverRun(job: RunJob): Promise<Omit<RunEnd, "at">>;
  /** Uploads a report; the links are good until `linksUntil`, real time. */
  deliverReport(job: ReportJob): Promise<Omit<ReportEnd, "at">>;
  /** Called once, when nothing is being delivered any more. */
  close(): Promise<void>;
}

export interface ReportJob {
  readonly report: StoredReport;
  /**
   * The links end with the report's validity on the emulator's clock, but whoever checks a signature reads a clock of its
   * own: this is as far from the real time as the end of validity is from the emulator's.
   */
  readonly linksUntil: Date;
}

export interface StorageSurroundings {
  readonly clock: VirtualClock;
}

/** Started by the emulator, which also ends it. */
export type StorageFactory = (surroundings: StorageSurroundings) => Promise<EmulatorStorage>;

export type { ReportBlob, ReportEnd, RunEnd, RunJob, StoredReport };
