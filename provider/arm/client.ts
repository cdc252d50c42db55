/** The client: one request in, one answer or one error out. What is repeated and how long is waited is said in retry.ts. */
import { randomUUID } from "node:crypto";
import { systemClock } from "./clock";
import { resolveCloud, type Cloud } from "./clouds";
import { createCredential, type Credential } from "./credentials";
import {
  ArmConnectionError,
  ArmResponseError,
  DeadlineError,
  OutcomeUnknownError,
  SettingsError,
  type AnswerFacts,
  type ArmError,
} from "./errors";
import { isLoopback } from "./hosts";
import { createHttp, HttpFailure, type Http, type HttpResponse } from "./http";
import { createLimiter, type Limiter } from "./quota";
import { redact } from "./redact";
import { delayBefore, judge, noHistory, outOfPatience, remember, retryAfter, type Outcome } from "./retry";
import { parseJson, parseServiceError } from "./service-error";
import type { ArmSettings } from "./settings";
import type { ArmClient, ArmRequest, ArmResponse, Clock } from "./types";

export interface ArmClientDeps {
  readonly clock?: Clock | undefined;
  readonly http?: Http | undefined;
  readonly credential?: Credential | undefined;
  readonly limiter?: Limiter | undefined;
  /** Told of every wait, in one sentence. */
  readonly log?: ((message: string) => void) | undefined;
  /** Chance, from 0 to 1. */
  readonly random?: (() => number) | undefined;
  /** Certificates (PEM) to trust instead of the built-in ones, for programs that embed the client. */
  readonly ca?: string | undefined;
}

/** Of one attempt; the time that is left until the deadline may be less. */
const attemptTimeouts: Readonly<Record<ArmRequest["method"], number>> = {
  GET: 60_000,
  DELETE: 60_000,
  PUT: 120_000,
  POST: 120_000,
};

export function createArmClient(settings: ArmSettings, deps: ArmClientDeps = {}): ArmClient {
  const clock = deps.clock ?? systemClock;
  const http = deps.http ?? (deps.ca === undefined ? processHttp() : createHttp({ ca: deps.ca }));
  const credential = deps.credential ?? createCredential(settings, clock, { http, ca: deps.ca });
  const own = new Map<string, Limiter>();
  const context: Context = {
    clock,
    http,
    credential,
    settings,
    cloud: () => resolveCloud(settings.cloud, http, clock),
    limiter: (cloud) => deps.limiter ?? limiterOf(cloud, clock, deps.clock === undefined ? processLimiters : own),
    log: (message) => deps.log?.(redact(message)),
    random: deps.random ?? Math.random,
  };
  return { send: (request) => send(request, context) };
}

interface Context {
  readonly clock: Clock;
  readonly http: Http;
  readonly credential: Credential;
  readonly settings: ArmSettings;
  readonly cloud: () => Promise<Cloud>;
  readonly limiter: (cloud: Cloud) => Limiter;
  readonly log: (message: string) => void;
  readonly random: () => number;
}

/** Connections, discoveries and quotas are shared by all clients of the process. */
let sharedHttp: Http | undefined;
const processHttp = (): Http => (sharedHttp ??= createHttp());
const processLimiters = new Map<string, Limiter>();

function limiterOf(cloud: Cloud, clock: Clock, limiters: Map<string, Limiter>): Limiter {
  const limiter =
    limiters.get(cloud.resourceManager) ?? createLimiter(clock, !isLoopback(new URL(cloud.resourceManager)));
  limiters.set(cloud.resourceManager, limiter);
  return limiter;
}

/** One attempt's end: what is judged, and what becomes the answer or the error. */
interface Attempt {
  readonly outcome: Outcome;
  readonly response?: HttpResponse;
  readonly body?: unknown;
  readonly failure?: HttpFailure;
}

async function send(request: ArmRequest, context: Context): Promise<ArmResponse> {
  const { clock, settings } = context;
  const cloud = await context.cloud();
  const url = urlOf(request, cloud);
  const limiter = context.limiter(cloud);
  const correlationId = randomUUID();
  let history = noHistory;
  let renewed = false;

  for (let count = 1; ; count += 1) {
    const turn = {
      operation: request.operation,
      scope: request.scope,
      deadline: request.deadline,
      repeated: count > 1,
    };
    const token = await tokenFor(request, cloud, context);
    const release = await limiter.acquire(turn);
    const attempt = await tryOnce(request, url, token, correlationId, context).finally(release);
    const { outcome } = attempt;
    // Before a refused token is believed to be the end, a new one is asked for: this one may have been revoked.
    if (outcome.type === "answer" && outcome.status === 401 && !renewed) {
      renewed = true;
      context.credential.drop?.(token);
      continue;
    }
    const verdict = judge(request.method, outcome);
    if (verdict === "return" && attempt.response !== undefined) return answerOf(attempt.response, attempt.body);
    if (verdict !== "repeat") throw errorOf(request, attempt, verdict === "unknown", correlationId, clock.now());

    const now = clock.now();
    history = remember(history, outcome, now);
    const delay = delayBefore(outcome, history, settings.retryFloorMs, context.random(), now);
    if (outcome.type === "answer" && outcome.status === 429) limiter.throttled(turn, outcome.headers, now + delay);
    if (now + delay > request.deadline) {
      throw errorOf(
        request,
        attempt,
        false,
        correlationId,
        now,
        ` The next attempt would be in ${seconds(delay)}, after the operation's time limit.`,
      );
    }
    if (outOfPatience(history, settings.retryFloorMs, now)) {
      throw errorOf(request, attempt, false, correlationId, now, ` Given up after ${count} attempts.`);
    }
    context.log(
      `${errorOf(request, attempt, false, correlationId, now).message} The next attempt is in ${seconds(delay)}.`,
    );
    await clock.sleep(delay);
  }
}

async function tokenFor(request: ArmRequest, cloud: Cloud, context: Context): Promise<string> {
  const left = request.deadline - context.clock.now();
  if (left <= 0) {
    throw new DeadlineError(
      0,
      `The time limit of the operation was reached before ${describe(request)} could be sent. Give the resource longer timeouts.`,
    );
  }
  return context.credential.getToken(`${cloud.audience}/.default`, left);
}

async function tryOnce(
  request: ArmRequest,
  url: string,
  token: string,
  correlationId: string,
  context: Context,
): Promise<Attempt> {
  const left = request.deadline - context.clock.now();
  try {
    const response = await context.http({
      method: request.method,
      url,
      headers: headersOf(request, token, correlationId, context.settings),
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      timeoutMs: Math.max(1, Math.min(attemptTimeouts[request.method], left)),
    });
    const body = parseJson(response.text);
    const usable = body !== undefined || response.text.trim() === "";
    return { outcome: { type: "answer", status: response.status, headers: response.headers, usable }, response, body };
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error;
    return { outcome: { type: "failure", sent: error.sent, transient: error.transient }, failure: error };
  }
}

function headersOf(
  request: ArmRequest,
  token: string,
  correlationId: string,
  settings: ArmSettings,
): Record<string, string> {
  return {
    Authorization: `Bearer ${token}`,
    ClientType: settings.clientType,
    "x-ms-client-request-id": randomUUID(),
    "x-ms-correlation-request-id": correlationId,
    ...(request.body === undefined ? {} : { "Content-Type": "application/json" }),
  };
}

/** Never another host than the cloud's ARM, whatever the path holds. */
function urlOf(request: ArmRequest, cloud: Cloud): string {
  const { path } = request;
  // A URL parser climbs up on dot segments, in their encoded form too.
  const climbs = path.split("/").some((segment) => /^(\.|%2e){1,2}$/i.test(segment));
  if (!path.startsWith("/") || path.startsWith("//") || climbs || /[?#\\\s]/.test(path)) {
    throw new SettingsError(
      `"${path}" is no path of an ARM resource: it starts with one slash and has no dot segments, blanks, backslashes, ? or #.`,
    );
  }
  const query = Object.entries({ "api-version": request.apiVersion, ...request.query });
  const parameters = query.map(
    ([name, value]) => `${encodeURIComponent(name).replace("%24", "$")}=${encodeURIComponent(value)}`,
  );
  const url = new URL(`${cloud.resourceManager}${path}?${parameters.join("&")}`);
  if (url.origin !== new URL(cloud.resourceManager).origin) {
    throw new SettingsError(`"${path}" leads away from ${cloud.resourceManager}.`);
  }
  return url.href;
}

function answerOf(response: HttpResponse, body: unknown): ArmResponse {
  return { status: response.status, headers: response.headers, body };
}

function errorOf(
  request: ArmRequest,
  attempt: Attempt,
  unknown: boolean,
  correlationId: string,
  now: number,
  ending = "",
): ArmError {
  const { response, failure } = attempt;
  if (response === undefined) {
    const reason = failure?.message ?? "it failed";
    const code = failure?.code ?? "UnknownFailure";
    if (unknown) return unknownOutcome(request, code, reason, { correlationId });
    return new ArmConnectionError(
      code,
      `${describe(request)} got no answer: ${reason}. (correlation id ${correlationId})${ending}`,
    );
  }
  const facts = factsOf(response, correlationId, now);
  const ids = idsOf(facts);
  if (unknown)
    return unknownOutcome(
      request,
      facts.code,
      `HTTP ${facts.status} ${facts.code}: ${facts.serviceMessage}`,
      facts,
      ids,
    );
  if (response.status >= 200 && response.status < 300) {
    return new ArmConnectionError(
      "UnusableAnswer",
      `${describe(request)} got an answer that cannot be used: ${facts.serviceMessage}. ${ids}${ending}`,
    );
  }
  return new ArmResponseError(
    facts,
    `${describe(request)} was answered with HTTP ${facts.status} ${facts.code}: ${facts.serviceMessage}${stop(facts.serviceMessage)} ${ids}${ending}`,
  );
}

function unknownOutcome(
  request: ArmRequest,
  code: string,
  reason: string,
  facts: Partial<AnswerFacts>,
  ids = `(correlation id ${facts.correlationId ?? "none"})`,
): OutcomeUnknownError {
  return new OutcomeUnknownError(
    code,
    facts,
    `${describe(request)} was sent, but whether it was applied is not known: ${reason}${stop(reason)} ${ids}`,
  );
}

function factsOf(response: HttpResponse, correlationId: string, now: number): AnswerFacts {
  const { status, headers } = response;
  const requestId = headers["x-ms-request-id"];
  const common = {
    status,
    requestId,
    correlationId: headers["x-ms-correlation-request-id"] ?? correlationId,
    retryAfterMs: retryAfter(headers, now),
  };
  if (status >= 300 && status < 400) {
    const target = headers["location"];
    const host = target !== undefined && URL.canParse(target) ? new URL(target).host : "another address";
    return {
      ...common,
      code: "RedirectRefused",
      serviceMessage: `it points to ${host}, which is not followed: a token is sent to ARM only`,
    };
  }
  const parsed = parseServiceError(response.text, headers["content-type"]);
  return { ...common, code: parsed.code ?? String(status), serviceMessage: parsed.message };
}

function idsOf(facts: AnswerFacts): string {
  return `(request id ${facts.requestId ?? "none"}, correlation id ${facts.correlationId ?? "none"})`;
}

function describe(request: ArmRequest): string {
  return `${request.method} ${request.path}`;
}

function stop(sentence: string): string {
  return /[.!?…"]$/.test(sentence) ? "" : ".";
}

function seconds(milliseconds: number): string {
  return `${Math.ceil(milliseconds / 100) / 10} s`;
}
