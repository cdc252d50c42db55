/** Downloads of what an export delivered. */
import { join } from "node:path";
import { duration } from "../cost-management/dates";
import type { Run } from "../cost-management/runs";
import { exportId } from "../cost-management/wire";
import { StorageError } from "../resources/blob-storage";
import { readDelivered } from "../resources/delivered";
import { addressOf } from "../resources/export-reader";
import type { ResourceContext } from "../resources/resource";
import { download, type Downloaded } from "../resources/download";
import { monthsOf, readRunHistory } from "./runs";

export interface DownloadChoice {
  /** Id of the export. */
  readonly exportId: string;
  /** One run, by its id. Default: the newest that delivered. */
  readonly runId?: string;
  /** The newest run of a month that delivered, such as 2026-03. */
  readonly month?: string;
  /** Folder for the files; each goes to its path in the container below it, or to its own name with `flat`. */
  readonly folder: string;
  readonly flat?: boolean;
  readonly progress?: (file: string, received: number, total: number | undefined) => void;
}

export interface DownloadedExport {
  readonly run: Run;
  readonly files: readonly Downloaded[];
  readonly byteCount: number;
  readonly rowCount?: number;
}

/** Downloads the files of one run, two at a time; what is there whole already is not asked for again. */
export async function downloadExport(choice: DownloadChoice, context: ResourceContext): Promise<DownloadedExport> {
  const { scope, exportName } = addressOf(choice.exportId);
  const id = exportId(scope, exportName);
  const run = chosen(choice, id, await readRunHistory({ exportId: id }, undefined, context));
  const deadline = context.clock.now() + (duration("24h") ?? 0);
  const { delivered, container } = await readDelivered(run, context, deadline);
  const files: Downloaded[] = [];
  // All names are judged before anything is written.
  const queue = delivered.blobs.map((blob) => ({
    ...blob,
    target: join(choice.folder, ...targetOf(blob.blobName, choice.flat === true)),
  }));
  const worker = async (): Promise<void> => {
    for (let blob = queue.shift(); blob !== undefined; blob = queue.shift()) {
      const { blobName, byteCount, contentMd5, target } = blob;
      files.push(
        await download({
          link: () => container.address(blobName),
          target,
          ...(byteCount === undefined ? {} : { byteCount }),
          ...(contentMd5 === undefined ? {} : { contentMd5 }),
          // Parts of every run have the same names: only their paths tell them apart.
          keepWhole: choice.flat !== true,
          progress: (received, total) => choice.progress?.(target, received, total),
        }),
      );
    }
  };
  await Promise.all([worker(), worker()]);
  return {
    run,
    files: files.sort((one, other) => one.target.localeCompare(other.target)),
    byteCount: files.reduce((sum, { byteCount }) => sum + byteCount, 0),
    ...(delivered.rowCount === undefined ? {} : { rowCount: delivered.rowCount }),
  };
}

function chosen({ runId, month }: DownloadChoice, id: string, runs: readonly Run[]): Run {
  const succeeded = runs.filter(({ outcome }) => outcome === "succeeded");
  const run =
    runId !== undefined
      ? runs.find((one) => one.runId.toLowerCase() === runId.toLowerCase())
      : month !== undefined
        ? monthsOf(succeeded).find((one) => one.month === month)?.run
        : succeeded[0];
  if (run?.outcome === "succeeded") return run;
  const known = monthsOf(succeeded).map((one) => one.month);
  const has =
    known.length === 0
      ? "It has delivered nothing that its history still tells."
      : `It has delivered: ${known.join(", ")}.`;
  if (run !== undefined)
    throw new Error(`Run ${run.runId} of ${id} is ${run.status}: there is nothing to download. ${has}`);
  const what =
    runId === undefined ? (month === undefined ? "run with data" : `run with data of ${month}`) : `run ${runId}`;
  throw new Error(`The history of ${id} has no ${what}. ${has}`);
}

/** Below the folder, whatever the blob is called. */
function targetOf(blobName: string, flat: boolean): readonly string[] {
  const segments = blobName.split("/").filter((segment) => segment !== "");
  if (segments.some((segment) => segment === "." || segment === ".." || /[\\:\0]/.test(segment)))
    throw new StorageError(`The blob "${blobName}" has a name that cannot be a path below a folder.`);
  return flat ? segments.slice(-1) : segments;
}
