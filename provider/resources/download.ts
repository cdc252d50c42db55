/**
 * Downloads of blobs: streamed to disk, resumed where they were cut, verified by size and checksum, and put in place whole. A
 * signed link is a secret: it is never shown, and no token of ours goes with it.
 */
import { createHash, type Hash } from "node:crypto";
import { createReadStream, type Stats } from "node:fs";
import { mkdir, open, readFile, rename, rm, stat, writeFile, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { isLoopback } from "../arm/hosts";
import { HttpFailure } from "../arm/http";
import { redact } from "../arm/redact";
import { openDirect } from "./blob-direct";
import { blobRequest, textOf, type BlobAnswer } from "./blob-request";
import type { BlobAddress } from "./blob-storage";

export interface Download {
  /** A signed link; or what to ask with, found anew for each attempt. */
  readonly link: string | (() => Promise<BlobAddress>);
  /** The file to make; replaced in one step when the download is whole. */
  readonly target: string;
  /** What the report says of the size; a file of another size is refused. */
  readonly byteCount?: number;
  /** The announced checksum, Base64; where there is none, the storage's own is taken. */
  readonly contentMd5?: string;
  /** Whether a target that has the announced size (and checksum) already is kept. Default false. */
  readonly keepWhole?: boolean;
  /** Told of the bytes that are there, and of all bytes where the server says how many. */
  readonly progress?: (received: number, total: number | undefined) => void;
}

export interface Downloaded {
  readonly target: string;
  readonly byteCount: number;
  /** Whether the server gave a checksum that the file was held against. */
  readonly verified: "checksum" | "size";
  /** Whether it was there before, and nothing was asked for. */
  readonly kept?: true;
}

const attempts = 6;
/** Bytes after which the disk is asked to keep them. */
const syncStep = 32 * 1024 * 1024;

/** Downloads one file. What was received before a cut, in this process or an earlier one, is not asked for again. */
export async function download(wanted: Download): Promise<Downloaded> {
  const kept = wanted.keepWhole === true ? await wholeAlready(wanted) : undefined;
  if (kept !== undefined) return kept;
  for (let attempt = 1; ; attempt++) {
    try {
      return await once(wanted);
    } catch (error) {
      if (!isTransient(error) || attempt >= attempts) throw failure(wanted, error);
      await new Promise((resolve) => setTimeout(resolve, Math.min(30_000, 500 * 2 ** (attempt - 1))));
    }
  }
}

class DownloadError extends Error {
  override readonly name = "DownloadError";
  constructor(
    message: string,
    readonly transient: boolean,
  ) {
    super(message);
  }
}

function checkedLink(link: string): URL {
  const url = URL.canParse(link) ? new URL(link) : undefined;
  if (url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url))) return url;
  throw new DownloadError("The link leads to no https address, so it is not followed.", false);
}

async function wholeAlready({ target, byteCount, contentMd5 }: Download): Promise<Downloaded | undefined> {
  const size = byteCount === undefined ? undefined : await sizeOf(target);
  if (size === undefined || size !== byteCount) return undefined;
  if (contentMd5 === undefined) return { target, byteCount: size, verified: "size", kept: true };
  const same = (await hashOf(target, size)).digest("base64") === contentMd5;
  return same ? { target, byteCount: size, verified: "checksum", kept: true } : undefined;
}

function sizeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ size }) => size,
    () => undefined,
  );
}

async function once(wanted: Download): Promise<Downloaded> {
  const { link, target } = wanted;
  await mkdir(dirname(target), { recursive: true });
  const address = typeof link === "string" ? { link, headers: {} } : await link();
  const url = checkedLink(address.link);
  const part = `${target}.part`;
  const mark = `${target}.part.etag`;
  const eTag = await readFile(mark, "utf8").catch(() => undefined);
  const received = eTag === undefined ? 0 : ((await sizeOf(part)) ?? 0);
  const resume = received > 0 && eTag !== undefined;
  const range: Record<string, string> = resume ? { range: `bytes=${received}-`, "if-match": eTag } : {};
  const headers = { ...address.headers, ...range };
  const answer = (await openDirect(url, headers)) ?? (await blobRequest(url, { headers }));
  try {
    if (resume && (answer.statusCode === 412 || answer.statusCode === 416)) {
      // The blob is another one now, or there was nothing left: from the start.
      await discard(part, mark);
      throw new DownloadError("The file changed while it was downloaded.", true);
    }
    if (answer.statusCode !== 200 && answer.statusCode !== 206) throw await refused(answer);
    return await receive(answer, wanted, { part, mark, received });
  } finally {
    answer.close();
  }
}

async function receive(
  { statusCode, headers, pour }: BlobAnswer,
  { target, byteCount, contentMd5, progress }: Download,
  { part, mark, received }: { readonly part: string; readonly mark: string; readonly received: number },
): Promise<Downloaded> {
  const offset = statusCode === 206 ? received : 0;
  const current = headers["etag"];
  if (current === undefined) await rm(mark, { force: true });
  else await writeFile(mark, current);
  const total = totalOf(headers, offset);
  const checksum =
    contentMd5 ?? headers["x-ms-blob-content-md5"] ?? (offset === 0 ? headers["content-md5"] : undefined);
  const hash = checksum === undefined ? undefined : await hashOf(part, offset);
  const { size, file } = await store(pour, part, offset, hash, (bytes) => progress?.(bytes, total));
  const expected = byteCount ?? total;
  if (total !== undefined && size < total)
    throw new DownloadError(`The connection ended after ${size} of ${total} bytes.`, true);
  if (expected !== undefined && size !== expected) {
    await discard(part, mark);
    throw new DownloadError(`The file has ${size} bytes, where ${expected} were announced.`, false);
  }
  if (hash !== undefined && hash.digest("base64") !== checksum) {
    await discard(part, mark);
    throw new DownloadError("The file's checksum is not the announced one.", true);
  }
  if ((await fileAt(part)) === file) await rename(part, target);
  else if ((await fileAt(target)) !== file)
    throw new DownloadError("Another download of the same file began beside this one, and goes on.", false);
  await rm(mark, { force: true });
  return { target, byteCount: size, verified: hash === undefined ? "size" : "checksum" };
}

/**
 * Writes behind what is there; the file is on the disk when this returns. Two downloads of one file at once spoil nothing: what
 * goes on with the same file writes the same bytes at the same places, and what begins anew does so in a file of its own.
 */
async function store(
  pour: BlobAnswer["pour"],
  part: string,
  offset: number,
  hash: Hash | undefined,
  tell: (bytes: number) => void,
): Promise<{ readonly size: number; readonly file: string }> {
  if (offset === 0) await rm(part, { force: true });
  const file = await open(part, offset === 0 ? "w" : "r+");
  let size = offset;
  let unsynced = 0;
  let syncing: Promise<void> | undefined;
  try {
    await pour(async (bytes) => {
      hash?.update(bytes);
      await writeAt(file, bytes, size);
      size += bytes.length;
      unsynced += bytes.length;
      tell(size);
      if (unsynced < syncStep || syncing !== undefined) return;
      // Meanwhile, so that the end need not wait for all of it. An error shows again when the end is synced.
      unsynced = 0;
      syncing = file
        .datasync()
        .catch(() => undefined)
        .finally(() => (syncing = undefined));
    });
    await syncing;
    await file.sync();
    return { size, file: identityOf(await file.stat()) };
  } finally {
    await syncing;
    await file.close();
  }
}

async function writeAt(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;)
    done += (await file.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
}

function identityOf({ dev, ino }: Stats): string {
  return `${dev}/${ino}`;
}

function fileAt(path: string): Promise<string | undefined> {
  return stat(path).then(identityOf, () => undefined);
}

async function hashOf(part: string, length: number): Promise<Hash> {
  const hash = createHash("md5");
  if (length > 0) for await (const chunk of createReadStream(part, { end: length - 1 })) hash.update(chunk as Buffer);
  return hash;
}

function totalOf(headers: BlobAnswer["headers"], offset: number): number | undefined {
  const range = /\/(\d+)$/.exec(headers["content-range"] ?? "")?.[1];
  const length = headers["content-length"];
  if (range !== undefined) return Number(range);
  return length === undefined ? undefined : offset + Number(length);
}

async function discard(part: string, mark: string): Promise<void> {
  await Promise.all([part, mark].map((file) => rm(file, { force: true })));
}

async function refused(answer: BlobAnswer): Promise<DownloadError> {
  const { statusCode, headers } = answer;
  const text = Number(headers["content-length"] ?? 0) > 64 * 1024 ? "" : await textOf(answer);
  const code = /<Code>([^<]+)<\/Code>/.exec(text)?.[1];
  const cure =
    statusCode === 403
      ? " The link has expired, or was changed: ask for it again (reports: make a new one)."
      : statusCode === 404
        ? " The file is gone."
        : "";
  return new DownloadError(
    `The storage answered ${statusCode}${code === undefined ? "" : ` (${code})`}.${cure}`,
    statusCode === 408 || statusCode === 429 || statusCode >= 500,
  );
}

function isTransient(error: unknown): boolean {
  if (error instanceof DownloadError) return error.transient;
  if (error instanceof HttpFailure) return error.transient;
  // Of the connection, while the body came.
  const { code } = error as { readonly code?: unknown };
  return typeof code === "string" && /^(?:ECONN|ETIMEDOUT|EPIPE|ERR_STREAM_PREMATURE_CLOSE)/.test(code);
}

/** A new error: those of the client carry the link. */
function failure({ target }: Download, error: unknown): Error {
  const { message } = error as { readonly message?: unknown };
  const reason = typeof message === "string" ? redact(message) : "unexpected failure";
  return new DownloadError(`Cannot download to ${target}: ${reason}`, false);
}
