/** What the tests of the transport share: a clock that does not wait, and a client in front of a server that the test answers. */
import { createArmClient, readArmSettings, type ArmClient, type ArmRequest, type Clock } from "../../../provider/arm";
import type { ArmClientDeps } from "../../../provider/arm/client";
import { serve, type Answer, type Routes, type SeenRequest } from "../../support/http-routes";

export interface LeapingClock extends Clock {
  time: number;
  /** All waits so far, in milliseconds. */
  readonly sleeps: number[];
}

export function leapingClock(start = Date.parse("2026-12-01T10:00:00Z")): LeapingClock {
  const clock: LeapingClock = {
    time: start,
    sleeps: [],
    now: () => clock.time,
    sleep: (milliseconds) => {
      clock.sleeps.push(milliseconds);
      clock.time += milliseconds;
      return Promise.resolve();
    },
  };
  return clock;
}

export interface Bench {
  readonly client: ArmClient;
  readonly clock: LeapingClock;
  readonly routes: Routes;
  /** Requests to ARM, without those for the metadata document. */
  readonly seen: () => SeenRequest[];
  readonly log: string[];
  /** Tokens handed out, and tokens dropped. */
  readonly tokens: { given: number; dropped: string[] };
}

export const scope = "/subscriptions/00000000-0000-0000-0000-000000000001";
export const exportPath = `${scope}/providers/Microsoft.CostManagement/exports/daily`;

const metadataPath = "/metadata/endpoints";

export function metadata(origin: string): unknown {
  return {
    name: "AzureCloud",
    resourceManager: `${origin}/`,
    authentication: { loginEndpoint: "https://login.example.com", audiences: ["https://management.core.windows.net/"] },
  };
}

/** Runs a test against a server on loopback that answers ARM requests in the order given. */
export async function withArm(
  answers: readonly Answer[] | ((request: SeenRequest, index: number) => Answer),
  test: (bench: Bench) => Promise<void>,
  deps: ArmClientDeps = {},
): Promise<void> {
  let count = 0;
  const routes = await serve((request) => {
    if (request.url.startsWith(metadataPath)) return { body: metadata(routes.origin) };
    const index = count++;
    return typeof answers === "function"
      ? answers(request, index)
      : (answers[Math.min(index, answers.length - 1)] ?? {});
  });
  const clock = leapingClock();
  const log: string[] = [];
  const tokens = { given: 0, dropped: [] as string[] };
  const client = createArmClient(readArmSettings({ env: { ARM_METADATA_HOSTNAME: routes.origin } }), {
    clock,
    random: () => 0,
    log: (message) => log.push(message),
    credential: {
      getToken: () => Promise.resolve(`token-number-${++tokens.given}`),
      drop: (token) => tokens.dropped.push(token),
    },
    ...deps,
  });
  const seen = () => routes.seen.filter((request) => !request.url.startsWith(metadataPath));
  try {
    await test({ client, clock, routes, seen, log, tokens });
  } finally {
    await routes.close();
  }
}

/** A request on the export of the tests, with an hour of time. */
export function request(clock: Clock, overrides: Partial<ArmRequest> = {}): ArmRequest {
  const method = overrides.method ?? "GET";
  return {
    method,
    path: exportPath,
    apiVersion: "2025-03-01",
    operation: method === "GET" ? "read" : method === "DELETE" ? "delete" : "write",
    scope,
    deadline: clock.now() + 3_600_000,
    ...overrides,
  };
}

export async function rejection(promise: Promise<unknown>): Promise<Error> {
  const outcome: unknown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome instanceof Error) return outcome;
  throw new Error("it was expected to reject with an error");
}

export const refused = (
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
): Answer => ({
  status,
  headers,
  body: { error: { code, message } },
});
