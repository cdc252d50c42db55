/**
 * Blobs as files, `{folder}/{account}/{container}/{blob}`. The emulator itself serves those that it signed a link for: until
 * the link's end on its own clock, as the blob service would, with ranges.
 */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { mkdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { allows } from "../server/service-sas";
import type { EmulatorRequest, EmulatorResponse, VirtualClock } from "../types";
import type { Place } from "./place";
import { createFolderSink } from "./sink";
import type { Sink } from "./sink";

export function folderPlace(folder: string, clock: VirtualClock): Place {
  const root = resolve(folder);
  mkdirSync(root, { recursive: true });
  // Links are good for as long as this emulator runs, at most.
  const key = randomBytes(32);
  const signature = (path: string, end: string): Buffer => createHmac("sha256", key).update(`${end} ${path}`).digest();
  const sinks = new Map<string, Sink>();
  const sinkFor = (account: string): Sink => {
    if (!/^[a-z0-9-]+$/.test(account))
      throw new TypeError(`Not the name of a storage account: ${JSON.stringify(account)}.`);
    const sink = sinks.get(account) ?? createFolderSink(join(root, account));
    sinks.set(account, sink);
    return sink;
  };
  return {
    open: async (account, container) => {
      if (container !== undefined) await sinkFor(account).ensureContainer(container);
    },
    // A folder knows no tokens: who may write is the file system's business.
    sinkFor: (account) => Promise.resolve(sinkFor(account)),
    linkTo: ({ account, container, name }, { emulated }) => {
      const path = `${account}/${container}/${name}`;
      const se = new Date(emulated).toISOString();
      const query = new URLSearchParams({ sr: "b", sp: "r", se, sig: signature(path, se).toString("base64") });
      return Promise.resolve(`/_blob/${path}?${query.toString()}`);
    },
    serve: (request) => {
      const { method, segments, query } = request;
      if (method !== "GET" && method !== "HEAD")
        return blobError(405, "UnsupportedHttpVerb", "The resource doesn't support the specified Http Verb.");
      const path = segments.slice(1).join("/");
      const [account = "", container = ""] = segments.slice(1);
      // A token is good for whatever lies in the container, and for nothing beside it.
      const climbs = segments.some((segment) => /^\.{1,2}$|[\\/\0]/.test(segment));
      if (!climbs && allows(query, account, container, "r", clock.now())) return fileAnswer(join(root, path), request);
      const { se = "", sig = "" } = query;
      const given = Buffer.from(sig, "base64");
      const expected = signature(path, se);
      const signed = given.length === expected.length && timingSafeEqual(given, expected);
      if (!signed || Date.parse(se) <= clock.now()) {
        return blobError(
          403,
          "AuthenticationFailed",
          "Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.",
        );
      }
      return fileAnswer(join(root, path), request);
    },
    close: () => Promise.resolve(),
  };
}

function fileAnswer(path: string, { headers }: EmulatorRequest): EmulatorResponse {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isFile() !== true) return blobError(404, "BlobNotFound", "The specified blob does not exist.");
  const { size, mtimeMs } = found;
  const etag = `"0x${Math.round(mtimeMs * 1000)
    .toString(16)
    .toUpperCase()}"`;
  const wanted = headers["if-match"];
  if (wanted !== undefined && wanted !== "*" && wanted !== etag) {
    return blobError(412, "ConditionNotMet", "The condition specified using HTTP conditional header(s) is not met.");
  }
  const common = {
    etag,
    "accept-ranges": "bytes",
    "content-type": "text/csv",
    "last-modified": new Date(mtimeMs).toUTCString(),
  };
  const range = /^bytes=(\d+)-(\d*)$/.exec(headers["x-ms-range"] ?? headers["range"] ?? "");
  if (range === null) return { status: 200, headers: common, content: { file: { path, start: 0, length: size } } };
  const start = Number(range[1]);
  const end = Math.min(size - 1, range[2] === "" ? size - 1 : Number(range[2]));
  if (start > end)
    return blobError(416, "InvalidRange", "The range specified is invalid for the current size of the resource.");
  return {
    status: 206,
    headers: { ...common, "content-range": `bytes ${start}-${end}/${size}` },
    content: { file: { path, start, length: end - start + 1 } },
  };
}

/** As the blob service words them (documented). */
function blobError(status: number, code: string, message: string): EmulatorResponse {
  const text = `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return { status, headers: { "content-type": "application/xml", "x-ms-error-code": code }, content: { text } };
}
