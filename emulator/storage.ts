/**
 * What writes the files of runs and reports, as the emulator sees it. The emulator says what is due and under which
 * conditions; a storage says how it went. Without one, runs and reports end by the clock and no byte is written.
 */
import { notSupported } from "./arm";
import { reportBlobPath } from "./cost-management";
import type { Agreement, Delivery, ReportBlob, ReportEnd, RunEnd, RunJob, StoredReport } from "./cost-management";
import type { Recognised } from "./server/exchange";
import type { EmulatorRequest, EmulatorResponse, VirtualClock } from "./types";

/** What writes files for the emulator. */
export interface EmulatorStorage {
  /** Where blobs are served, without the account's name: what `primaryEndpoints.blob` of storage accounts begins with. */
  readonly blobEndpoint?: string;
  /** Makes an account, or a container of it, ready, as ARM creates it. Default: nothing is done before a delivery. */
  open?(account: string, container?: string): Promise<void>;
  /** What clients of the account connect with, where it is served over HTTP. */
  connectionString?(account: string): string;
  /** Answers what is asked below `/_blob` of the emulator, for a storage without a server of its own. */
  serve?(request: EmulatorRequest): EmulatorResponse;
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

/** A report whose files are due. */
export interface ReportJob {
  /** The report, as it was asked for. */
  readonly report: StoredReport;
  /** Account, container and blob, after the service's own links, parted by slashes. */
  readonly path: string;
  /** The end of the links' validity, on the emulator's clock. */
  readonly validUntil: number;
  /**
   * The links end with the report's validity on the emulator's clock, but whoever checks a signature reads a clock of its
   * own: this is as far from the real time as the end of validity is from the emulator's.
   */
  readonly linksUntil: Date;
}

/** What a storage gets from the emulator that starts it. */
export interface StorageSurroundings {
  /** The emulator's own time. */
  readonly clock: VirtualClock;
  /** Makes repeatable what the storage invents; undefined where the emulator itself was given none. */
  readonly seed: string | number | undefined;
  /** Ids of the subscriptions that exist. */
  readonly subscriptions: readonly string[];
  /** The agreement behind a scope, by its path; undefined where nothing tells. */
  agreementOf(scope: string): Agreement | undefined;
}

/** Started by the emulator, which also ends it. */
export type StorageFactory = (surroundings: StorageSurroundings) => Promise<EmulatorStorage>;

/** Azurite in this process (with `azurite` and `@azure/storage-blob` installed), files in a folder, or one's own. */
export type StorageChoice = "azurite" | { readonly folder: string } | StorageFactory;

/** What the files say; docs/emulator-data.md tells how. */
export interface EmulatorData {
  /** The same seed, the same files. Default: the emulator's own seed, else 1. */
  readonly seed?: string | number;
  /** Rows a day that each subscription has in the cost datasets: one for each meter that it uses. Default 40. */
  readonly rows?: number;
  /** Before that day there are no charges: milliseconds since the epoch, or ISO 8601. Default: a month of 2018. */
  readonly emptyBefore?: number | string;
  /** What a billing scope or management group sees. Default: the emulator's, and as many from the seed as make three. */
  readonly subscriptions?: readonly string[];
  /** Where parts end. Default: 1,000 rows or 16 MiB with `partitionData`; 128 MiB in a cost-details report. */
  readonly partLimits?: { readonly maxRows?: number; readonly maxBytes?: number };
}

/** The delivery is loaded when it is asked for. */
export async function startStorage(
  choice: StorageChoice,
  data: EmulatorData,
  surroundings: StorageSurroundings,
): Promise<EmulatorStorage> {
  if (typeof choice === "function") return choice(surroundings);
  const { createStorage } = await import("./delivery/emulator-storage.js");
  return createStorage(choice, data, surroundings);
}

/** The storage as the service sees it. */
export function deliveryTo(storage: EmulatorStorage, clock: VirtualClock): Delivery {
  return {
    run: (job) => storage.deliverRun(job),
    report: (report, validUntil) =>
      storage.deliverReport({
        report,
        path: reportBlobPath(report),
        validUntil,
        linksUntil: new Date(Date.now() + Math.max(0, validUntil - clock.now())),
      }),
  };
}

/** The first segment of what a storage serves through the emulator. */
export const blobPrefix = "_blob";

export function blobRequest(storage: EmulatorStorage, request: EmulatorRequest): Recognised {
  return {
    category: "blob",
    operation: `blobs.${request.method.toLowerCase()}`,
    costManagement: false,
    run: () => storage.serve?.(request) ?? notSupported(request),
  };
}

export type { ReportBlob, ReportEnd, RunEnd, RunJob, StoredReport };
