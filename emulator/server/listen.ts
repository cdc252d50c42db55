/** The two doors, HTTP and HTTPS, on loopback only, with one handler behind them. */
import { createReadStream } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream/promises";
import type { FileSlice } from "../types";
import type { Certificates } from "./certificates";
import { exchange } from "./exchange";
import type { ExchangeOptions, WireAnswer } from "./exchange";
import { RequestTooLarge, headersOf, readBody, toRequest } from "./request";

export interface ListenOptions extends ExchangeOptions {
  readonly httpPort: number;
  readonly httpsPort: number;
  readonly certificates: Certificates;
}

export interface Doors {
  readonly httpPort: number;
  readonly httpsPort: number;
  /** Ends open connections too. */
  close(): Promise<void>;
}

export async function listen(options: ListenOptions): Promise<Doors> {
  const { certificate, key } = options.certificates;
  const http = createHttpServer(listener("http", options));
  const https = createHttpsServer({ cert: certificate, key }, listener("https", options));
  const close = async (): Promise<void> => {
    await Promise.all([shut(http), shut(https)]);
  };
  const [plain, secure] = await Promise.allSettled([open(http, options.httpPort), open(https, options.httpsPort)]);
  if (plain.status === "fulfilled" && secure.status === "fulfilled") {
    return { httpPort: plain.value, httpsPort: secure.value, close };
  }
  // Both have settled: a door that is still opening could not be shut.
  await close();
  throw plain.status === "rejected" ? plain.reason : (secure as PromiseRejectedResult).reason;
}

function open(server: Server, port: number): Promise<number> {
  // Idle connections are kept for longer than any client does: who closes first is then never a race.
  server.keepAliveTimeout = 120_000;
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}

function shut(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function listener(scheme: "http" | "https", options: ExchangeOptions): RequestListener {
  return (message, response) => {
    answer(scheme, message, options)
      .then((wire) => send(wire, message, response))
      // The client went away while it was still sending: nobody is left to answer.
      .catch(() => response.destroy());
  };
}

async function answer(
  scheme: "http" | "https",
  message: IncomingMessage,
  options: ExchangeOptions,
): Promise<WireAnswer> {
  const host = message.headers.host;
  const url = message.url ?? "/";
  if (host === undefined || !isLoopbackHost(host))
    return refusal(421, "EmulatorHostNotAllowed", "The emulator answers to localhost and 127.0.0.1 only.");
  try {
    const rawBody = await readBody(message);
    const request = toRequest({
      method: message.method ?? "GET",
      url,
      headers: headersOf(message),
      rawBody,
      origin: `${scheme}://${host}`,
      requestId: options.newId(),
    });
    return await exchange(request, url, options);
  } catch (error) {
    if (error instanceof RequestTooLarge)
      return refusal(413, "RequestEntityTooLarge", "The request is larger than 4 MB.");
    throw error;
  }
}

/** A web page that a browser shows must not reach the emulator under a name of its own (DNS rebinding). */
function isLoopbackHost(host: string): boolean {
  return /^(localhost|[a-z0-9.-]+\.localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i.test(host);
}

function refusal(status: number, code: string, message: string): WireAnswer {
  return {
    type: "answer",
    status,
    headers: { "content-type": "application/json; charset=utf-8", connection: "close" },
    body: JSON.stringify({ error: { code, message } }),
  };
}

function send(wire: WireAnswer, message: IncomingMessage, response: ServerResponse): void {
  if (wire.type === "reset") {
    // A reset, not an orderly end: what a client sees when a proxy or a machine dies.
    const { socket } = message;
    if ("encrypted" in socket) socket.destroy();
    else socket.resetAndDestroy();
    return;
  }
  if (wire.file !== undefined) {
    sendFile(wire, wire.file, message, response);
    return;
  }
  const body = Buffer.from(wire.body, "utf8");
  const bodyless = wire.status === 204 || wire.status === 304;
  const { "content-length": _said, ...headers } = wire.headers;
  response.writeHead(wire.status, bodyless ? headers : { ...headers, "content-length": String(body.length) });
  if (wire.type === "truncated") {
    response.write(body.subarray(0, Math.floor(body.length / 2)), () => message.socket.destroy());
    return;
  }
  response.end(message.method === "HEAD" || bodyless ? undefined : body);
}

function sendFile(
  { type, status, headers }: Exclude<WireAnswer, { type: "reset" }>,
  { path, start, length }: FileSlice,
  message: IncomingMessage,
  response: ServerResponse,
): void {
  response.writeHead(status, { ...headers, "content-length": String(length) });
  const sent = type === "truncated" ? Math.floor(length / 2) : length;
  if (message.method === "HEAD" || sent === 0) {
    response.end();
    return;
  }
  const file = createReadStream(path, { start, end: start + sent - 1 });
  if (type === "truncated") {
    // Each piece has left before the next is read, and all have before the cut.
    const cut = (): void => {
      message.socket.destroy();
    };
    sendPieces(file, response).then(cut, cut);
    return;
  }
  // A file that goes away meanwhile is a broken connection to the client; a client that goes away leaves the file.
  pipeline(file, response).catch(() => response.destroy());
}

async function sendPieces(pieces: AsyncIterable<Buffer>, response: ServerResponse): Promise<void> {
  for await (const piece of pieces) await new Promise<unknown>((resolve) => response.write(piece, resolve));
}
