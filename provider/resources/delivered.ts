/** What a run delivered: its manifest, its files, their bytes and rows. */
import { duration, instant } from "../cost-management/dates";
import { parseManifest, type Manifest, type ManifestBlob } from "../cost-management/manifest";
import type { Run } from "../cost-management/runs";
import type { ResourceContext } from "./resource";
import { openContainer, MissingFilesError, readText, sizeOf, StorageError, type Container } from "./blob-storage";

/** What is told of a run's files: addresses without signatures, and sums. */
export interface RunFiles {
  readonly manifestUrl?: string;
  readonly blobUrls: readonly string[];
  readonly byteCount?: number;
  readonly rowCount?: number;
}

export function filesOf({ manifestUrl, blobs, byteCount, rowCount }: Delivered): RunFiles {
  return {
    ...(manifestUrl === undefined ? {} : { manifestUrl }),
    blobUrls: blobs.map(({ url }) => url),
    ...(byteCount === undefined ? {} : { byteCount }),
    ...(rowCount === undefined ? {} : { rowCount }),
  };
}

export interface DeliveredBlob extends ManifestBlob {
  /** Address of the blob, without a signature. */
  readonly url: string;
}

export interface Delivered {
  readonly run: Run;
  /** Address of the manifest; undefined where the layout has none (older generation, one file). */
  readonly manifestUrl?: string;
  readonly manifest?: Manifest;
  readonly blobs: readonly DeliveredBlob[];
  readonly byteCount?: number;
  readonly rowCount?: number;
}

/** The manifest follows the data by up to five minutes (documented by consumers). */
const manifestAppearsWithin = duration("5m") ?? 0;

/**
 * Reads what a successful run delivered. Without a manifest in the run's history there is one file, or nothing to go by:
 * the older generation tells no more.
 */
export async function readDelivered(
  run: Run,
  context: ResourceContext,
  deadline: number,
): Promise<{ readonly delivered: Delivered; readonly container: Container }> {
  const { storageAccountId: accountId, container: name } = run;
  if (accountId === undefined || name === undefined)
    throw new StorageError(`The history of run ${run.runId} names no storage account and container.`);
  const manifestName = manifestOf(run, name);
  const probe = manifestName ?? run.fileName;
  if (probe === undefined)
    throw new StorageError(
      `The history of run ${run.runId} names neither a manifest nor a file. Ask with api-version 2025-03-01, which tells them.`,
    );
  const container = await openContainer({ accountId, container: name }, probe, context, deadline);
  if (manifestName === undefined) {
    const byteCount = await sizeOf(container, probe);
    if (byteCount === undefined) throw new MissingFilesError(`${container.urlOf(probe)} is not there.`);
    return {
      delivered: { run, blobs: [{ blobName: probe, byteCount, url: container.urlOf(probe) }], byteCount },
      container,
    };
  }
  const manifest = parseManifest(await awaited(container, manifestName, run, context, deadline));
  if (manifest.runId !== undefined && manifest.runId.toLowerCase() !== run.runId.toLowerCase())
    throw new MissingFilesError(
      `${container.urlOf(manifestName)} is of run ${manifest.runId}, not of ${run.runId}: a later run has replaced its files.`,
    );
  const { byteCount, dataRowCount: rowCount } = totals(manifest);
  return {
    container,
    delivered: {
      run,
      manifestUrl: container.urlOf(manifestName),
      manifest,
      blobs: manifest.blobs.map((blob) => ({ ...blob, url: container.urlOf(blob.blobName) })),
      ...(byteCount === undefined ? {} : { byteCount }),
      ...(rowCount === undefined ? {} : { rowCount }),
    },
  };
}

/** Path of the manifest from the container's root; the history tells a path or an address (in conflict). */
function manifestOf({ manifestFile, fileName }: Run, container: string): string | undefined {
  if (manifestFile === undefined) {
    const folder = fileName === undefined ? undefined : /^(.*\/)(?:\d{6}\.csv|part_\d+_\d+\.[a-z.]+)$/i.exec(fileName);
    if (folder === null || folder === undefined) return undefined;
    return `${folder[1] ?? ""}${/\.csv$/.test(fileName ?? "") && !/part_/.test(fileName ?? "") ? "_manifest.json" : "manifest.json"}`;
  }
  if (!URL.canParse(manifestFile)) return manifestFile.replace(/^\/+/, "");
  const path = decodeURIComponent(new URL(manifestFile).pathname);
  const at = path.indexOf(`/${container}/`);
  return at === -1 ? path.replace(/^\/+/, "") : path.slice(at + container.length + 2);
}

async function awaited(
  container: Container,
  name: string,
  run: Run,
  context: ResourceContext,
  deadline: number,
): Promise<string> {
  const ended = instant(run.processingEndTime ?? "") ?? context.arm.serviceTime();
  const left = Math.max(0, ended + manifestAppearsWithin - context.arm.serviceTime());
  const until = Math.min(deadline, context.clock.now() + left);
  for (let attempt = 1; ; attempt++) {
    const text = await readText(container, name);
    if (text !== undefined) return text;
    if (context.clock.now() >= until)
      throw new MissingFilesError(`${container.urlOf(name)} is not there: the run's files were deleted, or moved.`);
    await context.clock.sleep(context.waitUnit * Math.min(6, 2 ** (attempt - 1)));
  }
}

/** The manifest's own numbers, or the sum of its files where all of them tell. */
function totals(manifest: Manifest): Pick<Manifest, "byteCount" | "dataRowCount"> {
  const sum = (key: "byteCount" | "dataRowCount"): number | undefined =>
    manifest[key] ??
    (manifest.blobs.every((blob) => blob[key] !== undefined)
      ? manifest.blobs.reduce((total, blob) => total + (blob[key] ?? 0), 0)
      : undefined);
  const [byteCount, dataRowCount] = [sum("byteCount"), sum("dataRowCount")];
  return { ...(byteCount === undefined ? {} : { byteCount }), ...(dataRowCount === undefined ? {} : { dataRowCount }) };
}
