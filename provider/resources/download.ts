/**
 * Downloads of blobs: streamed to disk, resumed where they were cut, verified by size and checksum, and put in place whole. A
 * signed link is a secret: it is never shown, and no token of ours goes with it.
 */
import { createHash, type Hash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, open, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Dispatcher } from "undici";
import { redact } from "../arm/redact";
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
  const loopback = url !== undefined && /^(?:127(?:\.\d+){3}|localhost|\[::1\])$/.test(url.hostname);
  if (url?.protocol === "https:" || (url?.protocol === "http:" && loopback)) return url;
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

async function once({ link, target, byteCount, contentMd5, progress }: Download): Promise<Downloaded> {
  await mkdir(dirname(target), { recursive: true });
  const address = typeof link === "string" ? { link, headers: {} } : await link();
  const url = checkedLink(address.link);
  const part = `${target}.part`;
  const mark = `${target}.part.etag`;
  const eTag = await readFile(mark, "utf8").catch(() => undefined);
  const received = eTag === undefined ? 0 : ((await sizeOf(part)) ?? 0);
  // Loaded on the first download: the provider process has no need of it.
  const { request } = await import("undici");
  const resume = received > 0 && eTag !== undefined;
  const range = resume ? { range: `bytes=${received}-`, "if-match": eTag } : {};
  const response = await request(url, { headers: { ...address.headers, ...range } });
  const { statusCode, headers, body } = response;
  if (resume && (statusCode === 412 || statusCode === 416)) {
    // The blob is another one now, or there was nothing left: from the start.
    await body.dump();
    await discard(part, mark);
    throw new DownloadError("The file changed while it was downloaded.", true);
  }
  if (statusCode !== 200 && statusCode !== 206) {
    const text = (await body.text()).slice(0, 300);
    throw new DownloadError(
      answerText(statusCode, text),
      statusCode === 408 || statusCode === 429 || statusCode >= 500,
    );
  }
  const offset = statusCode === 206 ? received : 0;
  const current = one(headers["etag"]);
  if (current === undefined) await rm(mark, { force: true });
  else await writeFile(mark, current);
  const total = totalOf(headers, offset);
  const checksum =
    contentMd5 ?? one(headers["x-ms-blob-content-md5"]) ?? (offset === 0 ? one(headers["content-md5"]) : undefined);
  const hash = checksum === undefined ? undefined : await hashOf(part, offset);
  const size = await store(body, part, offset, hash, (bytes) => progress?.(bytes, total));
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
  await rename(part, target);
  await rm(mark, { force: true });
  return { target, byteCount: size, verified: hash === undefined ? "size" : "checksum" };
}

/** Writes the stream behind what is there; the file is on the disk when this returns. */
async function store(
  body: Dispatcher.ResponseData["body"],
  part: string,
  offset: number,
  hash: Hash | undefined,
  tell: (bytes: number) => void,
): Promise<number> {
  let size = offset;
  const count = new Transform({
    transform: (chunk: Buffer, _encoding, next) => {
      size += chunk.length;
      hash?.update(chunk);
      tell(size);
      next(null, chunk);
    },
  });
  const file = createWriteStream(part, offset === 0 ? { flags: "w" } : { flags: "r+", start: offset });
  await pipeline(body, count, file);
  const handle = await open(part, "r+");
  try {
    await handle.truncate(size);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return size;
}

async function hashOf(part: string, length: number): Promise<Hash> {
  const hash = createHash("md5");
  if (length > 0) for await (const chunk of createReadStream(part, { end: length - 1 })) hash.update(chunk as Buffer);
  return hash;
}

function totalOf(headers: Dispatcher.ResponseData["headers"], offset: number): number | undefined {
  const range = /\/(\d+)$/.exec(one(headers["content-range"]) ?? "")?.[1];
  const length = one(headers["content-length"]);
  if (range !== undefined) return Number(range);
  return length === undefined ? undefined : offset + Number(length);
}

function one(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

async function discard(part: string, mark: string): Promise<void> {
  await Promise.all([part, mark].map((file) => rm(file, { force: true })));
}

function answerText(status: number, text: string): string {
  const code = /<Code>([^<]+)<\/Code>/.exec(text)?.[1];
  const cure =
    status === 403
      ? " The link has expired, or was changed: ask for it again (reports: make a new one)."
      : status === 404
        ? " The file is gone."
        : "";
  return `The storage answered ${status}${code === undefined ? "" : ` (${code})`}.${cure}`;
}

function isTransient(error: unknown): boolean {
  if (error instanceof DownloadError) return error.transient;
  const { code } = error as { readonly code?: unknown };
  return typeof code === "string" && /^(?:UND_ERR_|ECONN|ETIMEDOUT|EPIPE|EAI_AGAIN)/.test(code);
}

/** A new error: those of the client carry the link. */
function failure({ target }: Download, error: unknown): Error {
  const { message } = error as { readonly message?: unknown };
  const reason = typeof message === "string" ? redact(message) : "unexpected failure";
  return new DownloadError(`Cannot download to ${target}: ${reason}`, false);
}
