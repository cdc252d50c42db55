/** The manifest beside delivered files, of both generations. Read what is there: its form may change with the api-version. */
import { isRecord } from "./unknown";
import { getAt } from "./values";

/** One delivered file, as the manifest names it. */
export interface ManifestBlob {
  /** Path from the container's root. */
  readonly blobName: string;
  /** Size in bytes. */
  readonly byteCount?: number;
  /** Rows without the header. */
  readonly dataRowCount?: number;
  /** MD5 of the content, base64; the older generation tells it. */
  readonly contentMd5?: string;
}

/** What a manifest says. Every field but `blobs` and `empty` may be missing: the two generations tell different things. */
export interface Manifest {
  /** Version of the manifest's own form. */
  readonly manifestVersion?: string;
  /** Size of all files, in bytes. */
  readonly byteCount?: number;
  /** How many files the service counts. */
  readonly blobCount?: number;
  /** Rows of all files, without headers. */
  readonly dataRowCount?: number;
  /** The files, in order. */
  readonly blobs: readonly ManifestBlob[];
  /** Id of the export, with a leading slash (newer generation). */
  readonly exportId?: string;
  /** The name of the export (newer generation). */
  readonly exportName?: string;
  /** The dataset, such as `FocusCost` (newer generation). */
  readonly dataset?: string;
  /** Version of the columns, such as `1.0` (newer generation). */
  readonly dataVersion?: string;
  /** Format of the files, such as `Csv` (newer generation). */
  readonly format?: string;
  /** Compression of the files (newer generation). */
  readonly compressionMode?: string;
  /** The run's GUID (newer generation). */
  readonly runId?: string;
  /** When the run was asked for, or was due. ISO 8601 (newer generation). */
  readonly submittedTime?: string;
  /** First and last day of the data. */
  readonly startDate?: string;
  /** Last day of the data. ISO 8601 (newer generation). */
  readonly endDate?: string;
  /** Whether there is nothing to read: no blob, or no row (ftk#1535, ftk#998). */
  readonly empty: boolean;
}

/** Parses a manifest's text; throws a sentence for text that is none. */
export function parseManifest(text: string): Manifest {
  let body: unknown;
  try {
    // Files of the service may begin with a byte order mark.
    body = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    throw new Error("The manifest is no JSON: it may be one of the data files, or still being written.");
  }
  if (!isRecord(body) || !Array.isArray(body["blobs"]))
    throw new Error("This JSON is no manifest of an export: it has no list of blobs.");
  const blobs = (body["blobs"] as readonly unknown[]).flatMap((blob) => blobOf(blob) ?? []);
  const [blobCount, dataRowCount] = [numberAt(body, "blobCount"), numberAt(body, "dataRowCount")];
  const texts = Object.fromEntries(
    Object.entries(places).flatMap(([key, path]) => {
      const value = getAt(body, path);
      return typeof value === "string" && value !== "" ? [[key, value]] : [];
    }),
  );
  return {
    ...texts,
    ...optional("byteCount", numberAt(body, "byteCount")),
    ...optional("blobCount", blobCount),
    ...optional("dataRowCount", dataRowCount),
    blobs,
    empty: blobs.length === 0 || dataRowCount === 0,
  };
}

const places: Readonly<Record<string, string>> = {
  manifestVersion: "manifestVersion",
  exportId: "exportConfig.resourceId",
  exportName: "exportConfig.exportName",
  dataset: "exportConfig.type",
  dataVersion: "exportConfig.dataVersion",
  compressionMode: "deliveryConfig.compressionMode",
  runId: "runInfo.runId",
  submittedTime: "runInfo.submittedTime",
  startDate: "runInfo.startDate",
  endDate: "runInfo.endDate",
  format: "deliveryConfig.fileFormat",
};

function blobOf(blob: unknown): ManifestBlob | undefined {
  const blobName = getAt(blob, "blobName");
  if (typeof blobName !== "string" || blobName === "") return undefined;
  const contentMd5 = getAt(blob, "contentMD5");
  return {
    blobName,
    ...optional("byteCount", numberAt(blob, "byteCount")),
    ...optional("dataRowCount", numberAt(blob, "dataRowCount")),
    ...optional("contentMd5", typeof contentMd5 === "string" ? contentMd5 : undefined),
  };
}

function numberAt(value: unknown, path: string): number | undefined {
  const found = getAt(value, path);
  return typeof found === "number" && Number.isFinite(found) ? found : undefined;
}

function optional<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, V>);
}
