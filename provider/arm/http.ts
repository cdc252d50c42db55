/**
 * One HTTP exchange, without judgement: no redirects, no retries, the body as text. Errors of axios end here, because they
 * carry the whole request and with it the token.
 */
import { existsSync, readFileSync } from "node:fs";
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { join } from "node:path";
import { isLinkLocal, isLoopback } from "./hosts";
import { redact } from "./redact";
import { isObject, parseJson } from "./service-error";

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs: number;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Rejects with `HttpFailure` only. */
export type Http = (request: HttpRequest) => Promise<HttpResponse>;

/** No answer, or half of one. */
export class HttpFailure extends Error {
  override readonly name = "HttpFailure";
  constructor(
    readonly code: string,
    /** False only where the request surely never left: a write may then be repeated. */
    readonly sent: boolean,
    /** Whether another attempt may fare better. */
    readonly transient: boolean,
    message: string,
  ) {
    super(redact(message));
  }
}

/** No answer of the services we call comes near this; an endless one must not fill the memory. */
const largestAnswer = 128 * 1024 * 1024;

/** Sockets that idle longer are closed by us: a server that closes one just as a write is sent leaves its outcome unknown. */
const idleSocketTimeout = 20_000;

/** On the first request: a preview has none. */
export const loadAxios = async () => (await import("axios")).default;

export interface HttpOptions {
  /** Certificates (PEM) to trust instead of the built-in ones. NODE_EXTRA_CA_CERTS works without it. */
  readonly ca?: string | undefined;
}

export function createHttp(options: HttpOptions = {}): Http {
  const agentOptions = { keepAlive: true, timeout: idleSocketTimeout };
  const httpAgent = new HttpAgent(agentOptions);
  const httpsAgent = new HttpsAgent(options.ca === undefined ? agentOptions : { ...agentOptions, ca: options.ca });
  let loading: ReturnType<typeof loadAxios> | undefined;
  const load = async () => {
    try {
      return await (loading ??= loadAxios());
    } catch (error) {
      loading = undefined;
      throw new HttpFailure("NotLoaded", false, false, `axios could not be loaded: ${systemFailure(error).message}`);
    }
  };

  return async (request) => {
    const url = new URL(request.url);
    refusePlainHttp(url, request);
    const axios = await load();
    const abort = new AbortController();
    // The library's own timeout watches for silence; a body that trickles would outlive it.
    const timer = setTimeout(() => abort.abort(), request.timeoutMs);
    try {
      const response = await axios.request<string>({
        url: url.href,
        method: request.method,
        // False keeps axios from calling a POST without a body a form.
        headers: { Accept: "application/json", "User-Agent": userAgent(), "Content-Type": false, ...request.headers },
        ...(request.body === undefined ? {} : { data: request.body }),
        signal: abort.signal,
        httpAgent,
        httpsAgent,
        maxRedirects: 0,
        maxContentLength: largestAnswer,
        responseType: "text",
        decompress: true,
        validateStatus: () => true,
        transformRequest: [(data: unknown) => data],
        transformResponse: [(data: unknown) => data],
        ...(isLoopback(url) || isLinkLocal(url) ? { proxy: false as const } : {}),
      });
      return { status: response.status, headers: plainHeaders(response.headers), text: response.data };
    } catch (error) {
      throw failureOf(error, request.timeoutMs, abort.signal.aborted);
    } finally {
      clearTimeout(timer);
    }
  };
}

/** Plain http is for this machine: emulators, and the identity endpoint that Azure puts on a link-local address. */
function refusePlainHttp(url: URL, request: HttpRequest): void {
  if (url.protocol === "https:") return;
  const bearer = Object.keys(request.headers).some((name) => name.toLowerCase() === "authorization");
  if (url.protocol === "http:" && (isLoopback(url) || (isLinkLocal(url) && !bearer))) return;
  throw new HttpFailure(
    "PlainHttpRefused",
    false,
    false,
    `${url.protocol}//${url.host} was refused: nothing is sent without TLS except to this machine itself. Use https.`,
  );
}

export function plainHeaders(headers: object): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && value !== null)
      result[name.toLowerCase()] = Array.isArray(value) ? value.join(", ") : String(value);
  }
  return result;
}

interface SystemFailure {
  readonly code: string;
  readonly syscall: string;
  readonly message: string;
}

export function failureOf(error: unknown, timeoutMs: number, timedOut: boolean): HttpFailure {
  if (timedOut) {
    const seconds = Math.round(timeoutMs / 100) / 10;
    return new HttpFailure("Timeout", true, true, `there was no complete answer within ${seconds} s`);
  }
  const failure = systemFailure(error);
  const { code, syscall, message } = failure;
  const hopeless = hopelessFailures.find(({ pattern }) => pattern.test(code) || pattern.test(message));
  if (hopeless !== undefined) return new HttpFailure(code, hopeless.sent, false, hopeless.explain(message));
  // axios adds the response to an error that comes after its head.
  if (isObject(error) && error["response"] !== undefined) {
    return new HttpFailure("TruncatedAnswer", true, true, "the answer was cut off");
  }
  const connecting = syscall === "connect" || syscall === "getaddrinfo" || /before secure TLS connection/.test(message);
  return new HttpFailure(code, !connecting, true, `${failureMeanings[code] ?? message} (${code})`);
}

/** Failures that another attempt would meet again. */
const hopelessFailures: readonly {
  readonly pattern: RegExp;
  readonly sent: boolean;
  readonly explain: (message: string) => string;
}[] = [
  { pattern: /^maxContentLength/, sent: true, explain: () => "the answer is too large" },
  {
    pattern: /^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS_CERT)/,
    sent: false,
    explain: (message) =>
      `the server's certificate is not trusted (${message}). If a proxy or an emulator made it, name its authority in NODE_EXTRA_CA_CERTS before the process starts`,
  },
  {
    pattern: /^ERR_SSL_WRONG_VERSION|wrong version number|unsupported protocol|handshake failure/i,
    sent: false,
    explain: (message) => `TLS could not be established; does the host speak https? (${message})`,
  },
  {
    pattern: /^ERR_(INVALID|BAD_OPTION|NOT_SUPPORT)/,
    sent: false,
    explain: (message) => `the request could not be formed (${message})`,
  },
];

const failureMeanings: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the connection was refused",
  ENOTFOUND: "the host's name could not be resolved",
  EAI_AGAIN: "the host's name could not be resolved for now",
  ECONNRESET: "the connection was reset",
  ETIMEDOUT: "the connection timed out",
  EHOSTUNREACH: "the host cannot be reached",
  ENETUNREACH: "the network cannot be reached",
  EPIPE: "the connection was closed while the request was sent",
};

/** axios wraps the socket's error, and Node wraps one error per address of a host. */
function systemFailure(error: unknown): SystemFailure {
  const text = (value: unknown, other: string): string => (typeof value === "string" && value !== "" ? value : other);
  const visit = (value: unknown, depth: number, outer: SystemFailure): SystemFailure => {
    if (!isObject(value) || depth > 4) return outer;
    const { code, syscall, message, cause, errors } = value;
    const here = {
      code: text(code, outer.code),
      syscall: text(syscall, outer.syscall),
      message: text(message, outer.message),
    };
    return visit(Array.isArray(errors) ? errors[0] : cause, depth + 1, here);
  };
  return visit(error, 0, { code: "UnknownFailure", syscall: "", message: "the request failed" });
}

let agentText: string | undefined;

/** The package's own version, found upwards from here: the compiled files lie one folder deeper than the sources. */
function userAgent(): string {
  agentText ??= `pulumi-azure-cost-exports/${packageVersion()} (node ${process.versions.node}; ${process.platform})`;
  return agentText;
}

function packageVersion(): string {
  for (const up of ["../..", "../../.."]) {
    const file = join(__dirname, up, "package.json");
    const content = existsSync(file) ? parseJson(readFileSync(file, "utf8")) : undefined;
    if (isObject(content) && content["name"] === "pulumi-azure-cost-exports") return String(content["version"]);
  }
  return "unknown";
}
