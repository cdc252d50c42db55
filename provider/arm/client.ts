/** The client: one request in, one answer or one error out. What is repeated, and after how long, is said in retry.ts. */
import { randomUUID } from "node:crypto";
import { systemClock } from "./clock";
import { resolveCloud, type Cloud } from "./clouds";
import { createCredential, type Credential } from "./credentials";
import { ArmError, CredentialError, DeadlineError, SettingsError } from "./errors";
import { isLoopback } from "./hosts";
import { createHttp, HttpFailure, type Http } from "./http";
import { describe, explain, failedError, unknownError, type Attempt } from "./outcome-errors";
import { createLimiter, type Limiter, type Turn } from "./quota";
import { redact } from "./redact";
import { delayBefore, judge, noHistory, outOfPatience, remember } from "./retry";
import { parseJson } from "./service-error";
import type { ArmSettings } from "./settings";
import type { ArmClient, ArmRequest, ArmResponse, BlobStorage, Clock } from "./types";

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

interface Context {
  readonly settings: ArmSettings;
  readonly clock: Clock;
  readonly http: Http;
  readonly credential: Credential;
  readonly limiterOf: (cloud: Cloud) => Limiter;
  readonly log: (message: string) => void;
  readonly random: () => number;
  /** How far the service's clock is ahead of ours, in milliseconds. */
  ahead: number;
}

/** Of one attempt, in milliseconds; less where the deadline is nearer. */
const attemptTimeouts: Readonly<Record<ArmRequest["method"], number>> = {
  GET: 60_000,
  DELETE: 60_000,
  PUT: 120_000,
  POST: 120_000,
};

export function createArmClient(settings: ArmSettings, deps: ArmClientDeps = {}): ArmClient {
  const clock = deps.clock ?? systemClock;
  const http = deps.http ?? (deps.ca === undefined ? processHttp() : createHttp({ ca: deps.ca }));
  const limiters = clock === systemClock ? processLimiters : new Map<string, Limiter>();
  const context: Context = {
    settings,
    clock,
    http,
    credential: deps.credential ?? createCredential(settings, clock, { http, ca: deps.ca }),
    limiterOf: ({ resourceManager }) => {
      if (deps.limiter !== undefined) return deps.limiter;
      const limiter = limiters.get(resourceManager) ?? createLimiter(clock, !isLoopback(new URL(resourceManager)));
      limiters.set(resourceManager, limiter);
      return limiter;
    },
    log: (message) => deps.log?.(redact(message)),
    random: deps.random ?? Math.random,
    ahead: 0,
  };
  return {
    send: (request) => send(request, context),
    serviceTime: () => clock.now() + context.ahead,
    blobStorage: () => blobStorage(context),
  };
}

/** Connections and quotas are shared by all clients of the process. */
let sharedHttp: Http | undefined;
const processHttp = (): Http => (sharedHttp ??= createHttp());
const processLimiters = new Map<string, Limiter>();

/** One audience for storage in every cloud (documented). */
const storageScope = "https://storage.azure.com/.default";

async function blobStorage(context: Context): Promise<BlobStorage> {
  const { storageSuffix, resourceManager } = await resolveCloud(context.settings.cloud, context.http, context.clock);
  return {
    suffix: storageSuffix,
    local: isLoopback(new URL(resourceManager)),
    token: (deadline) => tokenFor("a request for the files of an export", deadline, storageScope, context),
  };
}

async function send(request: ArmRequest, context: Context): Promise<ArmResponse> {
  const { settings, clock } = context;
  const cloud = await resolveCloud(settings.cloud, context.http, clock);
  const limiter = context.limiterOf(cloud);
  const target = { url: urlOf(request, cloud), scope: `${cloud.audience}/.default`, correlationId: randomUUID() };
  let history = noHistory;
  let last: Attempt | undefined;
  let renewed = false;

  for (let count = 1; ; count += 1) {
    const { operation, scope, deadline } = request;
    const turn = { operation, scope, deadline, repeated: count > 1 };
    const { attempt, token } = await tryOnce(request, target, turn, limiter, context, last);
    const { outcome } = attempt;
    last = attempt;
    // A token may have been revoked before its time: a refused one is replaced, once. Nothing was carried out with it.
    if (outcome.type === "answer" && outcome.status === 401 && !renewed) {
      renewed = true;
      context.credential.drop?.(token);
      continue;
    }
    const now = clock.now();
    const verdict = judge(request.method, outcome);
    if (verdict === "return" && "response" in attempt) {
      return { status: attempt.response.status, headers: attempt.response.headers, body: attempt.body };
    }
    if (verdict === "unknown") throw unknownError(request, attempt, now);
    if (verdict !== "repeat") throw failedError(request, attempt, now);

    history = remember(history, outcome, now);
    const delay = delayBefore(outcome, history, settings.retryFloorMs, context.random(), now);
    if (outcome.type === "answer" && outcome.status === 429) limiter.throttled(turn, outcome.headers, now + delay);
    if (now + delay > deadline) {
      throw failedError(
        request,
        attempt,
        now,
        `The next attempt would be in ${seconds(delay)}, after the operation's time limit.`,
      );
    }
    if (outOfPatience(history, settings.retryFloorMs, now)) {
      throw failedError(request, attempt, now, `It was tried ${count} times.`);
    }
    context.log(`${explain(request, attempt, now)} The next attempt is in ${seconds(delay)}.`);
    await clock.sleep(delay);
  }
}

interface Target {
  readonly url: string;
  /** What the token is asked for. */
  readonly scope: string;
  readonly correlationId: string;
}

/**
 * Turn, token, exchange: a token that was got before a long wait for the turn could be over. When the time is up before the
 * exchange, an earlier attempt tells more than the deadline does.
 */
async function tryOnce(
  request: ArmRequest,
  target: Target,
  turn: Turn,
  limiter: Limiter,
  context: Context,
  last: Attempt | undefined,
): Promise<{ readonly attempt: Attempt; readonly token: string }> {
  try {
    const release = await limiter.acquire(turn);
    try {
      const token = await tokenFor(describe(request), request.deadline, target.scope, context);
      return { attempt: await exchange(request, target, token, context), token };
    } finally {
      release();
    }
  } catch (error) {
    if (last === undefined || !(error instanceof DeadlineError)) throw error;
    throw failedError(request, last, context.clock.now(), error.message);
  }
}

async function tokenFor(what: string, deadline: number, scope: string, context: Context): Promise<string> {
  const left = deadline - context.clock.now();
  if (left <= 0) {
    throw new DeadlineError(
      0,
      `The operation's time limit was reached before ${what} could be sent. Give it a longer one (timeouts).`,
    );
  }
  try {
    return await context.credential.getToken(scope, left);
  } catch (error) {
    if (error instanceof ArmError) throw error;
    throw new CredentialError(
      `No token for Azure could be had: ${error instanceof Error ? error.message : "the credential failed"}`,
    );
  }
}

async function exchange(request: ArmRequest, target: Target, token: string, context: Context): Promise<Attempt> {
  const { correlationId } = target;
  const left = request.deadline - context.clock.now();
  try {
    const response = await context.http({
      method: request.method,
      url: target.url,
      headers: {
        Authorization: `Bearer ${token}`,
        ClientType: context.settings.clientType,
        "x-ms-client-request-id": randomUUID(),
        "x-ms-correlation-request-id": correlationId,
        ...(request.body === undefined ? {} : { "Content-Type": "application/json" }),
      },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      timeoutMs: Math.max(1, Math.min(attemptTimeouts[request.method], left)),
    });
    const { status, headers, text } = response;
    context.ahead = clockDifference(headers["date"], context.clock.now());
    const body = parseJson(text);
    // Nothing that is read is nothing: an empty 200 comes from something on the way.
    const needsBody = request.method === "GET" && status === 200;
    const usable = body !== undefined || (!needsBody && text.trim() === "");
    return { outcome: { type: "answer", status, headers, usable }, response, body, correlationId };
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error;
    return {
      outcome: { type: "failure", sent: error.sent, transient: error.transient },
      failure: error,
      correlationId,
    };
  }
}

/** Always below the cloud's ARM endpoint, whatever the path holds. */
function urlOf(request: ArmRequest, cloud: Cloud): string {
  if (request.location !== undefined) return locationOf(request.location, cloud);
  const { path } = request;
  // A URL parser climbs up on dot segments, in their encoded form too.
  const climbs = path.split("/").some((segment) => /^(\.|%2e){1,2}$/i.test(segment));
  if (!/^\/[^/]/.test(path) || climbs || /[?#\\\s]/.test(path)) {
    throw new SettingsError(
      `"${path}" is no path of an ARM resource: it starts with one slash and holds no dot segments, blanks, backslashes, ? or #.`,
    );
  }
  const query = Object.entries({ "api-version": request.apiVersion, ...request.query });
  // `$expand` goes out with its dollar, as ARM's own documentation writes it.
  const parameters = query.map(
    ([name, value]) => `${encodeURIComponent(name).replace("%24", "$")}=${encodeURIComponent(value)}`,
  );
  return new URL(`${cloud.resourceManager}${path}?${parameters.join("&")}`).href;
}

/** The service's own addresses lead elsewhere at times (specs#25356); a token must not. */
function locationOf(location: string, cloud: Cloud): string {
  const endpoint = new URL(cloud.resourceManager);
  const url = URL.canParse(location, endpoint.href) ? new URL(location, endpoint) : undefined;
  if (url?.origin === endpoint.origin && url.username === "" && url.password === "") return url.href;
  throw new SettingsError(
    `The service named an address on ${url === undefined ? "no host" : url.host} to go on at; only ${endpoint.host} is asked.`,
  );
}

/** A difference of seconds is the way of the answer and the whole seconds of the header, not a wrong clock. */
function clockDifference(date: string | undefined, now: number): number {
  const difference = Date.parse(date ?? "") - now;
  return Math.abs(difference) > 5000 ? difference : 0;
}

function seconds(milliseconds: number): string {
  return `${Math.ceil(milliseconds / 100) / 10} s`;
}
