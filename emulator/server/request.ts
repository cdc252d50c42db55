/** From Node's request to the emulator's: the body read to its end, path and query taken apart, names in lower case. */
import type { IncomingMessage } from "node:http";
import type { EmulatorRequest } from "../types";

/** Documented limit of a request to ARM. */
const maximumBody = 4 * 1024 * 1024;

export class RequestTooLarge extends Error {
  override readonly name = "RequestTooLarge";
}

export async function readBody(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maximumBody) throw new RequestTooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

export interface RequestParts {
  readonly method: string;
  /** Path and query, as on the request line. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly rawBody: string;
  readonly origin: string;
  readonly requestId: string;
}

export function toRequest({ method, url, headers, rawBody, origin, requestId }: RequestParts): EmulatorRequest {
  const questionMark = url.indexOf("?");
  const rawPath = questionMark < 0 ? url : url.slice(0, questionMark);
  const query: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(questionMark < 0 ? "" : url.slice(questionMark + 1))) {
    query[name.toLowerCase()] ??= value;
  }
  const segments = rawPath.split("/").filter((segment) => segment !== "");
  return { method, rawPath, segments: segments.map(decodeSegment), query, headers, rawBody, origin, requestId };
}

export interface PortalRequest {
  readonly method: string;
  /** Of the resource; leading slash or not. */
  readonly id: string;
  readonly apiVersion: string;
  readonly body?: unknown;
  readonly origin: string;
  readonly requestId: string;
}

/** A request that never was on the wire: another writer's. */
export function portalRequest({ id, apiVersion, body, ...rest }: PortalRequest): EmulatorRequest {
  const url = `/${id.replace(/^\/+/, "")}?api-version=${encodeURIComponent(apiVersion)}`;
  return toRequest({ ...rest, url, headers: {}, rawBody: body === undefined ? "" : JSON.stringify(body) });
}

/** Repeated headers are joined, as HTTP says; Node has done it for all but `set-cookie`. */
export function headersOf(message: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(message.headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(", ") : value]],
    ),
  );
}

/** A broken escape is kept as it stands: it then names nothing, which is the answer that the client should get. */
function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
