/** Where a run's files lie, by the generation that created the export, and the manifests beside them. */
import type { Generation } from "../../provider/cost-management/api-versions";
import { dayMs, lastDayOfMonth, startOfMonth } from "./calendar";

export interface LayoutQuestion {
  readonly generation: Generation;
  readonly exportName: string;
  readonly rootFolderPath?: string | null | undefined;
  readonly partitionData: boolean;
  readonly overwrites: boolean;
  readonly timeframe: string;
  readonly runId: string;
  readonly submitted: number;
  /** Midnights of the first and last day that were asked for. */
  readonly from: number;
  readonly to: number;
  readonly extension: string;
}

export interface Layout {
  /** The folder of all runs of the same dates; ends with a slash. */
  readonly range: string;
  /** Where this run's files lie; ends with a slash. */
  readonly folder: string;
  /** The n-th part, counted from one. */
  readonly part: (n: number) => string;
  /** Undefined where the layout has none: old, not partitioned. */
  readonly manifest: string | undefined;
  /** The folder of another run of the same range, where runs replace each other. */
  readonly folderOfRun: (runId: string) => string;
}

/** Paths from the container's root. Export name first, then the range (observed; one vendor page has them the other way). */
export function layoutOf(question: LayoutQuestion): Layout {
  const { generation, exportName, partitionData, overwrites, runId, submitted, extension } = question;
  const root = (question.rootFolderPath ?? "").replace(/^\/+|\/+$/g, "");
  const range = `${root === "" ? "" : `${root}/`}${exportName}/${rangeName(question)}/`;
  const folderOfRun = (id: string): string => `${range}${id}/`;
  if (generation === "old" && !partitionData) {
    return {
      range,
      folder: range,
      part: () => `${range}${exportName}_${runId}.csv`,
      manifest: undefined,
      folderOfRun,
    };
  }
  const folder =
    generation === "new" && overwrites ? folderOfRun(runId) : `${range}${compactMinute(submitted)}/${runId}/`;
  return generation === "old"
    ? {
        range,
        folder,
        part: (n) => `${folder}${String(n).padStart(6, "0")}.csv`,
        manifest: `${folder}_manifest.json`,
        folderOfRun,
      }
    : {
        range,
        folder,
        // The first number is taken for a stream, of which there is one here (assumed).
        part: (n) => `${folder}part_0_${String(n).padStart(4, "0")}.${extension}`,
        manifest: `${folder}manifest.json`,
        folderOfRun,
      };
}

/** The whole calendar month (observed: also for MonthToDate), the week of weekly data, or the dates that were asked for. */
function rangeName({ timeframe, from, to }: LayoutQuestion): string {
  switch (timeframe.toLowerCase()) {
    case "custom":
    case "thelast7days":
      return `${compactDay(from)}-${compactDay(to)}`;
    case "weektodate":
      return `${compactDay(from)}-${compactDay(from + 6 * dayMs)}`;
    default:
      return `${compactDay(startOfMonth(from))}-${compactDay(lastDayOfMonth(from))}`;
  }
}

const compactDay = (at: number): string => new Date(at).toISOString().slice(0, 10).replaceAll("-", "");
const compactMinute = (at: number): string => new Date(at).toISOString().slice(0, 16).replace(/[-:T]/g, "");

export interface WrittenBlob {
  /** Path from the container's root. */
  readonly blobName: string;
  readonly byteCount: number;
  readonly dataRowCount: number;
  /** Base64. */
  readonly contentMd5: string;
}

export interface ManifestQuestion {
  readonly blobs: readonly WrittenBlob[];
  readonly exportName: string;
  /** Leading slash. */
  readonly exportResourceId: string;
  readonly dataset: string;
  readonly dataVersion: string;
  readonly apiVersion: string;
  readonly timeframe: string;
  readonly granularity: string | null;
  readonly partitionData: boolean;
  readonly dataOverwriteBehavior: string;
  readonly format: string;
  readonly compressionMode: string;
  /** Id of the storage account. */
  readonly storageResourceId: string | null;
  readonly rootFolderPath: string | null;
  readonly executionType: string;
  readonly submitted: number;
  readonly runId: string;
  readonly from: number;
  readonly to: number;
}

const sum = (blobs: readonly WrittenBlob[], member: "byteCount" | "dataRowCount"): number =>
  blobs.reduce((total, blob) => total + blob[member], 0);

/** `_manifest.json` of the old generation (documented). */
export function legacyManifest({ blobs }: Pick<ManifestQuestion, "blobs">): object {
  return {
    manifestVersion: "2021-01-01",
    dataFormat: "csv",
    blobCount: blobs.length,
    byteCount: sum(blobs, "byteCount"),
    dataRowCount: sum(blobs, "dataRowCount"),
    blobs: blobs.map(({ blobName, byteCount, dataRowCount, contentMd5 }) => ({
      blobName,
      byteCount,
      dataRowCount,
      headerRowCount: 1,
      contentMD5: contentMd5,
    })),
  };
}

/** `manifest.json` (documented, with the vendor's own example for the version). */
export function manifest(question: ManifestQuestion): object {
  const { blobs, timeframe } = question;
  return {
    manifestVersion: "2024-04-01",
    byteCount: sum(blobs, "byteCount"),
    blobCount: blobs.length,
    dataRowCount: sum(blobs, "dataRowCount"),
    exportConfig: {
      exportName: question.exportName,
      resourceId: question.exportResourceId,
      dataVersion: question.dataVersion,
      apiVersion: question.apiVersion,
      type: question.dataset,
      timeFrame: timeframe.toLowerCase() === "custom" ? "OneTime" : timeframe,
      granularity: question.granularity,
    },
    deliveryConfig: {
      partitionData: question.partitionData,
      dataOverwriteBehavior: question.dataOverwriteBehavior,
      fileFormat: question.format,
      compressionMode: question.compressionMode,
      containerUri: question.storageResourceId,
      rootFolderPath: question.rootFolderPath,
    },
    runInfo: {
      executionType: question.executionType,
      submittedTime: sevenDigits(question.submitted),
      runId: question.runId,
      startDate: midnight(question.from),
      endDate: midnight(question.to),
    },
    blobs: blobs.map(({ blobName, byteCount, dataRowCount }) => ({ blobName, byteCount, dataRowCount })),
  };
}

/** `2025-02-03T18:33:03.1030000Z` */
const sevenDigits = (at: number): string => new Date(at).toISOString().replace("Z", "0000Z");
/** Without a zone. */
const midnight = (at: number): string => new Date(at).toISOString().slice(0, 19);
