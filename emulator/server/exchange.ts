/**
 * One request from its last byte to the answer: recognise it, let a fault have its way, answer, write it down. What an answer
 * says and stores is settled synchronously, so that two requests never see each other half done.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { ActiveFault, FaultEffect, Faults } from "./faults";
import { readableBody, redactHeaders, redactText, redactValue } from "./redact";
import type { Category, RequestLog } from "./request-log";
import type { TrafficRecorder } from "./traffic";
import type { EmulatorRequest, EmulatorResponse, FileSlice, VirtualClock } from "../types";

export interface Recognised {
  readonly category: Category;
  readonly operation: string;
  readonly costManagement: boolean;
  run(): EmulatorResponse;
}

export interface ExchangeOptions {
  readonly recognise: (request: EmulatorRequest) => Recognised;
  readonly faults: Faults;
  readonly log: RequestLog;
  readonly clock: VirtualClock;
  readonly record: TrafficRecorder;
  readonly newId: () => string;
}

/** What goes back on the wire. */
export type WireAnswer =
  | {
      readonly type: "answer";
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
      /** Sent in place of the body. */
      readonly file?: FileSlice;
    }
  /** The promised length is that of `body` or `file`; only half of it is sent, then the connection is cut. */
  | {
      readonly type: "truncated";
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
      readonly file?: FileSlice;
    }
  | { readonly type: "reset" };

type Answer = Exclude<WireAnswer, { type: "reset" }>;

export async function exchange(request: EmulatorRequest, url: string, options: ExchangeOptions): Promise<WireAnswer> {
  const started = performance.now();
  const recognised = options.recognise(request);
  const fault = options.faults.take({
    method: request.method,
    path: request.rawPath,
    pathAndQuery: url,
    operation: recognised.operation,
    category: recognised.category,
    apiVersion: request.query["api-version"],
  });
  if (fault?.effect.delayMs !== undefined) await sleep(fault.effect.delayMs);
  const own = fault === undefined || applies(fault.effect) ? await answerOf(request, recognised, options) : undefined;
  const wire = fault === undefined ? own : damaged(fault.effect, own, request, options);
  const sent: WireAnswer = wire ?? { type: "reset" };
  const logged = writeDown(request, recognised, sent, fault);
  options.log.add({
    ...logged,
    time: new Date(options.clock.now()).toISOString(),
    durationMs: Math.round(performance.now() - started),
  });
  if (recognised.costManagement && sent === own) recordExchange(request, url, sent, options.record);
  return sent;
}

/** Whether the operation is carried out although a fault hit the request. */
function applies(effect: FaultEffect): boolean {
  if ("reset" in effect) return effect.reset === "after";
  if ("damage" in effect) return effect.apply ?? true;
  return "status" in effect ? (effect.apply ?? false) : true;
}

async function answerOf(request: EmulatorRequest, recognised: Recognised, options: ExchangeOptions): Promise<Answer> {
  const { status, headers = {}, body, content } = await responseOf(request, recognised);
  const text = body === undefined ? "" : JSON.stringify(body);
  const arm = recognised.category === "arm" ? armHeaders(request, options) : {};
  const service: Record<string, string> = recognised.costManagement
    ? { "session-id": options.newId(), "x-powered-by": "ASP.NET" }
    : {};
  const all: Record<string, string> = { ...arm, ...service, ...(text === "" ? {} : json), ...lowerCase(headers) };
  if (content === undefined) return { type: "answer", status, headers: all, body: text };
  return "text" in content
    ? { type: "answer", status, headers: all, body: content.text }
    : { type: "answer", status, headers: all, body: "", file: content.file };
}

/** A bug of the emulator must look like one: never like a fault of the service that a client would retry. */
async function responseOf(request: EmulatorRequest, recognised: Recognised): Promise<EmulatorResponse> {
  try {
    const response = recognised.run();
    await response.after;
    return response;
  } catch (error) {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const message = `The emulator failed at ${request.method} ${request.rawPath}: ${detail}`;
    return { status: 501, body: { error: { code: "EmulatorFailure", message } } };
  }
}

function armHeaders(request: EmulatorRequest, { newId, clock }: ExchangeOptions): Record<string, string> {
  const correlation = request.headers["x-ms-correlation-request-id"] ?? newId();
  const client = request.headers["x-ms-client-request-id"];
  return {
    date: new Date(clock.now()).toUTCString(),
    "cache-control": "no-cache",
    pragma: "no-cache",
    "x-content-type-options": "nosniff",
    "x-ms-request-id": request.requestId,
    "x-ms-correlation-request-id": correlation,
    "x-ms-routing-request-id": `EMULATOR:${request.requestId}`,
    // ARM returns the client's id only when it is asked to (documented).
    ...(client !== undefined && request.headers["x-ms-return-client-request-id"]?.toLowerCase() === "true"
      ? { "x-ms-client-request-id": client }
      : {}),
  };
}

function damaged(
  effect: FaultEffect,
  own: Answer | undefined,
  request: EmulatorRequest,
  options: ExchangeOptions,
): WireAnswer | undefined {
  if ("reset" in effect) return { type: "reset" };
  if ("damage" in effect) {
    const headers = own?.headers ?? armHeaders(request, options);
    const status = effect.status ?? own?.status ?? 200;
    const body = own === undefined || own.body === "" ? '{"value":[{"id":"' : own.body;
    switch (effect.damage) {
      case "truncate":
        if (own?.file !== undefined) return { ...own, type: "truncated", status };
        return { type: "truncated", status, headers: { ...json, ...headers }, body };
      case "invalid-json":
        return {
          type: "answer",
          status,
          headers: { ...json, ...headers },
          body: `${body.slice(0, Math.ceil(body.length / 2))}<<`,
        };
      case "html":
        return {
          type: "answer",
          status: effect.status ?? 502,
          headers: { "content-type": "text/html" },
          body: errorPage,
        };
    }
  }
  if ("status" in effect) {
    const { status, body, headers = {} } = effect;
    const text = body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body);
    const type = text === "" || typeof body === "string" ? {} : json;
    return {
      type: "answer",
      status,
      headers: { ...type, ...armHeaders(request, options), ...lowerCase(headers) },
      body: text,
    };
  }
  return own;
}

const json = { "content-type": "application/json; charset=utf-8" };
const errorPage = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>";

const lowerCase = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

function writeDown(
  request: EmulatorRequest,
  { category, operation }: Recognised,
  sent: WireAnswer,
  fault: ActiveFault | undefined,
): Omit<Parameters<RequestLog["add"]>[0], "time" | "durationMs"> {
  const apiVersion = request.query["api-version"];
  const requestBody = readableBody(request.rawBody, request.headers["content-type"]);
  return {
    method: request.method,
    path: request.rawPath,
    query: Object.fromEntries(
      Object.entries(request.query).map(([name, value]) => [name, name === "sig" ? "[redacted]" : redactText(value)]),
    ),
    ...(apiVersion === undefined ? {} : { apiVersion }),
    category,
    operation,
    requestHeaders: redactHeaders(request.headers),
    ...(requestBody === undefined ? {} : { requestBody }),
    ...answerWrittenDown(sent, category),
    ...(fault === undefined ? {} : { fault: fault.id }),
  };
}

function answerWrittenDown(
  sent: WireAnswer,
  category: Category,
): { readonly status?: number; readonly responseHeaders: Record<string, string>; readonly responseBody?: unknown } {
  if (sent.type === "reset") return { responseHeaders: {} };
  // A log in the log grows without end.
  const body = category === "control" ? undefined : readableBody(sent.body, sent.headers["content-type"]);
  const shown = category === "token" ? hideToken(body) : body;
  return {
    status: sent.status,
    responseHeaders: redactHeaders(sent.headers),
    ...(shown === undefined ? {} : { responseBody: shown }),
  };
}

/** The identity token of a CI job has the unsuspicious name `value`. */
function hideToken(body: unknown): unknown {
  return typeof body === "object" && body !== null && "value" in body ? { ...body, value: "[redacted]" } : body;
}

function recordExchange(request: EmulatorRequest, url: string, sent: Answer, record: TrafficRecorder): void {
  const requestBody = readableBody(request.rawBody, request.headers["content-type"]);
  const responseBody = readableBody(sent.body, sent.headers["content-type"]);
  record({
    method: request.method,
    url: redactText(request.origin + url),
    requestHeaders: redactHeaders(request.headers),
    ...(requestBody === undefined ? {} : { requestBody: redactValue(requestBody) }),
    status: sent.status,
    responseHeaders: redactHeaders(sent.headers),
    ...(responseBody === undefined ? {} : { responseBody }),
  });
}
