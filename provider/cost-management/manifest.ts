/** The manifest beside delivered files, of both generations. Read what is there: its form may change with the api-version. */
import { isRecord } from "./unknown";
import { getAt } from "./values";

export interface ManifestBlob {
  /** Path from the container's root. */
  readonly blobName: string;
  readonly byteCount?: number;
  readonly dataRowCount?: number;
  readonly contentMd5?: string;
}

export interface Manifest {
  readonly manifestVersion?: string;
  readonly byteCount?: number;
  readonly blobCount?: number;
  readonly dataRowCount?: number;
  /** The files, in order. */
  readonly blobs: readonly ManifestBlob[];
  /** Id of the export, with a leading slash (newer generation). */
  readonly exportId?: string;
  readonly exportName?: string;
  readonly dataset?: string;
  readonly dataVersion?: string;
  readonly format?: string;
  readonly compressionMode?: string;
  readonly runId?: string;
  readonly submittedTime?: string;
  /** First and last day of the data. */
  readonly startDate?: string;
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
