/** Where files go: one sink for each storage account. */
import { createWriteStream } from "node:fs";
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { textAt } from "../json";

export interface Sink {
  /** Creates the container where it is missing. */
  ensureContainer(container: string): Promise<void>;
  /** Replaces the blob when the stream has ended; a stream that breaks leaves what was there. */
  put(container: string, blobName: string, stream: Readable, options: PutOptions): Promise<void>;
  /** Removes every blob whose name begins so. */
  delete(container: string, prefix: string): Promise<void>;
  list(container: string, prefix: string): Promise<readonly StoredBlob[]>;
}

export interface PutOptions {
  readonly contentType: string;
}

export interface StoredBlob {
  /** Path from the container's root, with slashes. */
  readonly name: string;
  readonly byteCount: number;
}

/**
 * Blobs as files: `{folder}/{container}/{blob}`. A file appears whole, under its name, when its stream has ended. For a sink
 * per storage account give each a folder of its own.
 */
export function createFolderSink(folder: string): Sink {
  const root = resolve(folder);
  let count = 0;
  return {
    ensureContainer: async (container) => {
      await mkdir(placeIn(root, container), { recursive: true });
    },
    put: async (container, blobName, stream) => {
      const target = placeIn(placeIn(root, container), blobName);
      // Beside the target, so that the rename stays on one disk; hidden from list.
      const draft = join(dirname(target), `${draftPrefix}${process.pid}-${++count}`);
      await mkdir(dirname(target), { recursive: true });
      try {
        await pipeline(stream, createWriteStream(draft));
        await rename(draft, target);
      } catch (error) {
        await rm(draft, { force: true });
        throw error;
      }
    },
    delete: async (container, prefix) => {
      const home = placeIn(root, container);
      for (const { name } of await filesIn(home, prefix)) await rm(placeIn(home, name), { force: true });
      await removeEmptyFolders(home, prefix);
    },
    list: (container, prefix) => filesIn(placeIn(root, container), prefix),
  };
}

const draftPrefix = ".draft-";

/** A path below the root; names that lead out of it are refused. */
function placeIn(root: string, name: string): string {
  const place = resolve(root, name);
  if (!place.startsWith(root + sep)) throw new TypeError(`The name leads out of the folder: ${JSON.stringify(name)}.`);
  return place;
}

async function filesIn(home: string, prefix: string): Promise<readonly StoredBlob[]> {
  // Only the folder that the prefix names is walked.
  const start = prefix.slice(0, prefix.lastIndexOf("/") + 1);
  if (start !== "") placeIn(home, start);
  const found: StoredBlob[] = [];
  const walk = async (path: string): Promise<void> => {
    for (const entry of await entriesOf(join(home, path))) {
      const name = `${path}${entry.name}`;
      if (entry.isDirectory()) {
        const below = `${name}/`;
        if (below.startsWith(prefix) || prefix.startsWith(below)) await walk(below);
      } else if (name.startsWith(prefix) && !entry.name.startsWith(draftPrefix)) {
        found.push({ name, byteCount: (await stat(join(home, name))).size });
      }
    }
  };
  await walk(start);
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function entriesOf(path: string): Promise<readonly { readonly name: string; isDirectory(): boolean }[]> {
  try {
    return await readdir(path, { withFileTypes: true });
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(textAt(error, "code") ?? "")) return [];
    throw error;
  }
}

/** Storage knows no empty folders. */
async function removeEmptyFolders(home: string, prefix: string): Promise<void> {
  const clear = async (path: string): Promise<boolean> => {
    const entries = await entriesOf(join(home, path));
    let left = 0;
    for (const entry of entries) {
      const below = `${path}${entry.name}/`;
      const concerned = below.startsWith(prefix) || prefix.startsWith(below);
      if (!(entry.isDirectory() && concerned && (await clear(below)))) left++;
    }
    if (left > 0 || path === "") return false;
    await rm(join(home, path), { recursive: true, force: true });
    return true;
  };
  await clear("");
}
