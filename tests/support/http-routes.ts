/** A server on loopback that a test answers itself, in the order of the requests. */
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";

export interface SeenRequest {
  readonly method: string;
  /** Path and query, as sent. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  /** The client's port: requests with the same one came over the same connection. */
  readonly port: number | undefined;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text and bytes are sent as they are, everything else as JSON. */
  readonly body?: unknown;
  /** Closes the connection instead of answering. */
  readonly reset?: true;
  /** Sends the head and half of the body, then closes the connection. */
  readonly truncate?: true;
  /** Sends the head, then a blank now and then, without end. */
  readonly trickle?: true;
  /** Never answers. */
  readonly hang?: true;
}

export interface Routes {
  /** Scheme, host and port. */
  readonly origin: string;
  readonly seen: readonly SeenRequest[];
  close(): Promise<void>;
}

type Handler = (request: SeenRequest, index: number) => Answer;

/** `answers` is a list (the last one repeats) or a function of the request. */
export async function serve(
  answers: readonly Answer[] | Handler,
  tls?: { readonly key: string; readonly cert: string },
): Promise<Routes> {
  const seen: SeenRequest[] = [];
  const handler: Handler =
    typeof answers === "function" ? answers : (_request, index) => answers[Math.min(index, answers.length - 1)] ?? {};
  const listener = (incoming: IncomingMessage, response: ServerResponse): void => {
    void readBody(incoming).then((body) => {
      const request = {
        method: incoming.method ?? "",
        url: incoming.url ?? "",
        headers: incoming.headers,
        body,
        port: incoming.socket.remotePort,
      };
      seen.push(request);
      reply(response, handler(request, seen.length - 1));
    });
  };
  const server = tls === undefined ? createHttpServer(listener) : createHttpsServer(tls, listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `${tls === undefined ? "http" : "https"}://localhost:${port}`,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

function reply(response: ServerResponse, answer: Answer): void {
  if (answer.hang === true) return;
  if (answer.reset === true) {
    response.socket?.resetAndDestroy();
    return;
  }
  if (answer.trickle === true) {
    response.writeHead(answer.status ?? 200);
    const timer = setInterval(() => response.write(" "), 20);
    response.on("close", () => clearInterval(timer));
    return;
  }
  const bytes = bytesOf(answer.body);
  const head = { "content-type": "application/json", "content-length": String(bytes.length), ...answer.headers };
  response.writeHead(answer.status ?? 200, head);
  if (answer.truncate === true) {
    response.write(bytes.subarray(0, Math.ceil(bytes.length / 2)), () => response.socket?.destroy());
    return;
  }
  response.end(bytes);
}

function bytesOf(body: unknown): Buffer {
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body));
}
