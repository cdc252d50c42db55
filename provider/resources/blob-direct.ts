/**
 * The plain case of a download: an answer of a known length, from a host that is reached without a proxy. What comes is received
 * into a few buffers that are used again and again. Node's HTTP clients make a new buffer of each 64 KB instead, and in a process
 * with a large heap the garbage collection takes longer than the download itself (bench `download`). Whatever is not the plain
 * case is left to the HTTP client, which asks again.
 */
import { connect as connectPlain, isIP, type OnReadOpts, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { isLoopback } from "../arm/hosts";
import type { BlobAnswer } from "./blob-request";

const bufferSize = 1024 * 1024;
const bufferCount = 4;
/** What Node reads at most in one go. */
const readSize = 64 * 1024;
/** A server that says nothing for so long has gone. */
const silence = 60_000;

/** Undefined: this is not the plain case. */
export function openDirect(url: URL, headers: Readonly<Record<string, string>>): Promise<BlobAnswer | undefined> {
  const request = requestText(url, headers);
  if (request === undefined || (hasProxy() && !isLoopback(url))) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const free = Array.from({ length: bufferCount }, () => Buffer.allocUnsafeSlow(bufferSize));
    const nextBuffer = () => free.pop() ?? Buffer.allocUnsafeSlow(bufferSize);
    let current = nextBuffer();
    let filled = 0;
    /** Bytes of the body that have not come yet; undefined until its head has. */
    let left: number | undefined;
    let isPaused = false;
    let start: () => void = () => undefined;
    let write: (bytes: Buffer) => Promise<void> = () => Promise.resolve();
    /** The end of all writes so far; nothing is written before somebody pours. */
    let writing = new Promise<void>((begin) => (start = begin));
    let end: (error?: unknown) => void = () => {
      socket.destroy();
      resolve(undefined);
    };

    const handOver = (): void => {
      const buffer = current;
      const bytes = buffer.subarray(0, filled);
      current = nextBuffer();
      filled = 0;
      writing = writing
        .then(() => write(bytes))
        .then(() => {
          free.push(buffer);
          if (!isPaused) return;
          isPaused = false;
          socket.resume();
        });
      writing.catch((error: unknown) => end(error));
    };
    const takeHead = (): boolean => {
      const length = current.subarray(0, filled).indexOf("\r\n\r\n") + 4;
      if (length === 3 && filled < readSize) return true;
      const head = length === 3 ? undefined : parseHead(current.toString("latin1", 0, length));
      if (head === undefined) {
        end();
        return false;
      }
      current.copyWithin(0, length, filled);
      left = head.length - (filled - length);
      filled = Math.min(filled - length, head.length);
      isPaused = true;
      resolve({ statusCode: head.statusCode, headers: head.headers, pour, close: () => socket.destroy() });
      return false;
    };
    const take = (bytes: number): boolean => {
      filled += bytes;
      if (left === undefined) return takeHead();
      left -= bytes;
      if (left < 0) filled += left;
      if (left <= 0) end();
      else if (bufferSize - filled < readSize) {
        handOver();
        isPaused = free.length === 0;
      }
      return !isPaused;
    };
    const pour: BlobAnswer["pour"] = (writer) =>
      new Promise<void>((done, fail) => {
        write = writer;
        start();
        end = (error) => {
          end = () => undefined;
          socket.destroy();
          if (error !== undefined) return void writing.finally(() => fail(error as Error)).catch(() => undefined);
          if (filled > 0) handOver();
          writing.then(done, fail);
        };
        if (left === undefined || left <= 0 || socket.destroyed) end();
        else {
          isPaused = false;
          socket.resume();
        }
      });

    const socket = connectTo(url, { buffer: () => current.subarray(filled), callback: take });
    socket.setTimeout(silence, () => {
      if (!isPaused) socket.destroy(Object.assign(new Error("The storage fell silent."), { code: "ETIMEDOUT" }));
    });
    socket.on("error", (error) => end(error));
    socket.on("close", () => end());
    socket.write(request);
  });
}

function connectTo(url: URL, onread: OnReadOpts): Socket {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (url.protocol === "http:") return connectPlain({ host, port: Number(url.port || 80), onread });
  // Not written in place: `onread` is documented, and missing from the types.
  const options = { host, port: Number(url.port || 443), ALPNProtocols: ["http/1.1"], onread };
  return connectTls(isIP(host) === 0 ? { ...options, servername: host } : options);
}

function hasProxy(): boolean {
  return ["https_proxy", "http_proxy", "all_proxy"].some((name) =>
    [name, name.toUpperCase()].some((key) => (process.env[key] ?? "") !== ""),
  );
}

/** Undefined where a value could end its line. */
function requestText(url: URL, headers: Readonly<Record<string, string>>): string | undefined {
  const all = { host: url.host, accept: "*/*", "accept-encoding": "identity", connection: "close", ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  if (lines.some((line) => /[^\x20-\x7e]/.test(line))) return undefined;
  return [`GET ${url.pathname}${url.search} HTTP/1.1`, ...lines, "", ""].join("\r\n");
}

/** Undefined where the length is not known, or something is out of the ordinary. */
function parseHead(
  text: string,
): { readonly statusCode: number; readonly headers: Record<string, string>; readonly length: number } | undefined {
  const [status = "", ...lines] = text.trimEnd().split("\r\n");
  const statusCode = Number(/^HTTP\/1\.[01] ([2-5]\d\d)(?: |$)/.exec(status)?.[1]);
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const [, name = "", value = ""] = /^([^:\s]+):\s*(.*?)\s*$/.exec(line) ?? [];
    if (name === "" || headers[name.toLowerCase()] !== undefined) return undefined;
    headers[name.toLowerCase()] = value;
  }
  const length = headers["content-length"] ?? "";
  if (Number.isNaN(statusCode) || !/^\d{1,15}$/.test(length) || headers["transfer-encoding"] !== undefined)
    return undefined;
  return { statusCode, headers, length: Number(length) };
}
