/**
 * The emulator's handle: for a test in the same process an object, for everyone else the same over HTTP below
 * `/_emulator/`. docs/emulator.md describes both.
 */
import { at, isObject, objectAt, textAt } from "./json";
import type { JsonObject } from "./json";
import { armError, notSupported } from "./arm";
import type { Condition, Conditions, CostManagementPart, RunEnd, RunJob } from "./cost-management";
import type { ClockState, ControllableClock, Instant } from "./server/clock";
import type { ActiveFault, FaultRule, Faults } from "./server/faults";
import type { Category, Counters, LoggedRequest, RequestFilter, RequestLog } from "./server/request-log";
import { matchRoute, parameter } from "./server/router";
import type { Route } from "./server/router";
import { checkSwitches } from "./server/switches";
import type { AllSwitches } from "./server/switches";
import type { EmulatorRequest, EmulatorResponse } from "./types";

/** The emulator's handle in a test: what was asked of it, and what it shall do. The same over HTTP: docs/emulator.md. */
export interface EmulatorControl {
  /** Back to the start: no resources, faults or log, full quotas, the first clock and switches. Issued tokens stay good. */
  reset(): void;
  /** Resources, exports, clock and switches as plain JSON. */
  snapshot(): EmulatorSnapshot;
  /** Back to a snapshot: resources, exports, clock and switches. */
  restore(snapshot: EmulatorSnapshot): void;
  /** When all that is due by the clock has ended, its files written. */
  settled(): Promise<void>;
  /** What was asked and answered, without secrets. */
  readonly requests: {
    /** The last 10,000 requests that fit, oldest first. */
    list(filter?: RequestFilter): readonly LoggedRequest[];
    /** How many of these fit. */
    count(filter?: RequestFilter): number;
    /** Counts of all requests since the last clear. */
    counters(): Counters;
    /** Zeroes the counters too. */
    clear(): void;
  };
  /** Rules that change, cut or delay answers. */
  readonly faults: {
    /** Returns the id of the rule. */
    add(rule: FaultRule): string;
    /** The rules that are there, with their hits. */
    list(): readonly ActiveFault[];
    /** False when there is no rule of that id. */
    remove(id: string): boolean;
    /** Removes all rules. */
    clear(): void;
  };
  /** The emulator's own time, which runs, jumps or stands still. */
  readonly clock: ControllableClock;
  /** Behaviour of the service that nobody has verified. */
  readonly switches: {
    /** All switches as they stand. */
    get(): AllSwitches;
    /** Sets some, at once; throws one error that names every wrong name and value. */
    patch(patch: Partial<AllSwitches>): AllSwitches;
  };
  /** Another writer: what the portal would do, past the provider's back. */
  readonly exports: {
    /** Merges a patch (RFC 7396) into the stored export, which gets a new eTag. Returns the export. */
    edit(id: string, patch: JsonObject, apiVersion?: string): unknown;
    /** Creates or replaces it, with the api-version that the portal uses unless another is given. */
    put(id: string, body: JsonObject, apiVersion?: string): unknown;
    /** As that version shows it; throws when there is none. */
    get(id: string, apiVersion?: string): unknown;
    /** In every generation; false when there was none. */
    delete(id: string): boolean;
  };
  /** Runs that have not ended, and how to end them. */
  readonly runs: {
    /** The runs that have not ended. */
    pending(): readonly RunJob[];
    /** Ends all of them now, whatever the clock says; by default as their conditions have it. */
    settle(end?: Omit<RunEnd, "at">): readonly RunJob[];
    /** Ends one; false when there is no such run that has not ended. */
    finish(runId: string, end: Omit<RunEnd, "at">): boolean;
  };
  /** What an export meets at its storage account or scope, by resource id. */
  readonly conditions: {
    /** All of them, by resource id. */
    get(): Conditions;
    /** Replaces those of the id; an empty list clears them. */
    set(resourceId: string, conditions: readonly Condition[]): void;
  };
  /** Where the emulator's files are. */
  readonly storage: {
    /** What clients of blob storage connect with, for any account; throws without a storage that speaks HTTP. A secret. */
    connectionString(account: string): string;
  };
  /** The tokens that the emulator has issued. */
  readonly tokens: {
    /** Every token issued so far counts as expired from now on. */
    expire(): void;
  };
}

/** A state of the emulator as plain JSON, for `restore`. */
export interface EmulatorSnapshot {
  /** Version of this shape. */
  readonly format: 1;
  /** The time, and whether it stood still. */
  readonly clock: ClockState;
  /** The switches. */
  readonly switches: AllSwitches;
  /** Subscriptions, resource groups, accounts, registrations, roles; the shape is the emulator's own. */
  readonly resources: unknown;
  /** Exports, runs, reports and conditions; the shape is the emulator's own. */
  readonly exports: unknown;
}

/** What the portal writes with (observed of portal-made exports). */
export const portalApiVersion = "2025-03-01";

export interface ControlOptions {
  readonly clock: ControllableClock;
  readonly log: RequestLog;
  readonly faults: Faults;
  /** The one object that all parts of the emulator read. */
  readonly switches: AllSwitches;
  readonly start: { readonly clock: Instant | undefined; readonly frozen: boolean; readonly switches: AllSwitches };
  readonly resources: { snapshot(): unknown; restore(state: unknown): void };
  readonly exports: CostManagementPart;
  /** When the storage serves what a snapshot brought back. */
  readonly storageReady: () => Promise<void>;
  /** Carries out a request past authentication, quotas and faults. */
  readonly asPortal: (method: string, id: string, apiVersion: string, body?: JsonObject) => EmulatorResponse;
  readonly refillQuotas: () => void;
  readonly expireTokens: () => void;
  readonly connectionString: (account: string) => string;
}

export function createControl(options: ControlOptions): EmulatorControl {
  const { clock, log, faults, switches, start } = options;
  const setSwitches = (patch: Partial<AllSwitches>): AllSwitches => ({
    ...Object.assign(switches, checkSwitches(patch)),
  });
  const portal = (method: string, id: string, apiVersion: string, body?: JsonObject): unknown => {
    const response = options.asPortal(method, id, apiVersion, body);
    if (response.status < 300) return response.body;
    const message = textAt(response.body, "error", "message") ?? "no message";
    throw new Error(`${method} ${id} was refused with ${response.status}: ${message}`);
  };
  const take = (): EmulatorSnapshot => ({
    format: 1,
    clock: clock.state(),
    switches: { ...switches },
    resources: options.resources.snapshot(),
    exports: options.exports.snapshot(),
  });
  const bringBack = (snapshot: EmulatorSnapshot): void => {
    setSwitches(snapshot.switches);
    options.resources.restore(snapshot.resources);
    options.exports.restore(snapshot.exports);
    clock.unfreeze();
    clock.set(snapshot.clock.now);
    if (snapshot.clock.frozen) clock.freeze(snapshot.clock.now);
  };
  return {
    reset: () => {
      options.resources.restore(undefined);
      options.exports.restore(undefined);
      faults.clear();
      log.clear();
      options.refillQuotas();
      clock.unfreeze();
      clock.set(start.clock ?? Date.now());
      if (start.frozen) clock.freeze();
      Object.assign(switches, start.switches);
    },
    snapshot: take,
    restore: (snapshot) => {
      if (at(snapshot, "format") !== 1) throw new TypeError("Not a snapshot of this emulator.");
      const before = take();
      try {
        bringBack(snapshot);
      } catch (error) {
        // Half of a snapshot is worse than none.
        bringBack(before);
        throw error;
      }
    },
    settled: async () => {
      await options.storageReady();
      await options.exports.settled();
    },
    requests: {
      list: log.list,
      count: (filter) => log.list(filter).length,
      counters: log.counters,
      clear: log.clear,
    },
    faults: { add: faults.add, list: faults.list, remove: faults.remove, clear: faults.clear },
    clock,
    switches: { get: () => ({ ...switches }), patch: setSwitches },
    exports: {
      edit: (id, patch, apiVersion) => {
        const edited = options.exports.editExport(id, patch, apiVersion === undefined ? {} : { apiVersion });
        if (edited === undefined) throw new Error(`There is no export ${id}.`);
        return portal("GET", id, portalApiVersion);
      },
      put: (id, body, apiVersion = portalApiVersion) => portal("PUT", id, apiVersion, body),
      get: (id, apiVersion = portalApiVersion) => portal("GET", id, apiVersion),
      delete: (id) => options.exports.deleteExport(id),
    },
    runs: {
      pending: () => options.exports.pendingRuns(),
      settle: (end) => options.exports.settleRuns(end),
      finish: (runId, end) => options.exports.finishRun(runId, end),
    },
    conditions: {
      get: () => options.exports.conditions(),
      set: (resourceId, conditions) => options.exports.setConditions(resourceId, conditions),
    },
    storage: { connectionString: options.connectionString },
    tokens: { expire: options.expireTokens },
  };
}

export const controlPrefix = "_emulator";

/** Answers a request below the prefix. No bearer is needed; pages in a browser are kept out. */
export function answerControl(control: EmulatorControl, request: EmulatorRequest): EmulatorResponse {
  if (request.headers["origin"] !== undefined)
    return armError(403, "EmulatorOriginNotAllowed", "The control API is not for web pages.");
  const routes = controlRoutes(control);
  const match = matchRoute(routes, request.method, request.segments.slice(1));
  if (match?.handler === undefined) return notSupported(request);
  try {
    return match.handler(request, match.parameters);
  } catch (error) {
    return armError(400, "EmulatorControl", error instanceof Error ? error.message : String(error));
  }
}

/** What the log calls a control request. */
export function controlOperation(segments: readonly string[]): string {
  return ["control", ...segments.slice(1, 3)].join(".");
}

function controlRoutes(control: EmulatorControl): readonly Route[] {
  const ok = (body: unknown): EmulatorResponse => ({ status: 200, body });
  const done: EmulatorResponse = { status: 204 };
  const { requests, faults, clock, switches, exports, runs, conditions } = control;
  const route = (pattern: string, methods: Route["methods"]): Route => ({ pattern, name: "control", methods });
  return [
    route("/reset", {
      POST: () => {
        control.reset();
        return done;
      },
    }),
    route("/snapshot", {
      GET: () => ok(control.snapshot()),
      PUT: (request) => {
        // The parts check what they are given; here only the frame is known.
        control.restore(bodyOf(request) as unknown as EmulatorSnapshot);
        return done;
      },
    }),
    route("/requests", {
      GET: ({ query }) => ok({ value: requests.list(filterOf(query)) }),
      DELETE: () => {
        requests.clear();
        return done;
      },
    }),
    route("/counters", { GET: () => ok(requests.counters()) }),
    route("/faults", {
      GET: () => ok({ value: faults.list() }),
      // The rule is checked where it is added.
      POST: (request) => ({ status: 201, body: { id: faults.add(bodyOf(request) as unknown as FaultRule) } }),
      DELETE: () => {
        faults.clear();
        return done;
      },
    }),
    route("/faults/{id}", {
      DELETE: (_, parameters) =>
        faults.remove(parameter(parameters, "id")) ? done : armError(404, "EmulatorControl", "There is no such fault."),
    }),
    route("/clock", {
      GET: () => ok(clock.state()),
      POST: (request) => {
        moveClock(control, bodyOf(request));
        return ok(clock.state());
      },
    }),
    route("/switches", {
      GET: () => ok(switches.get()),
      PATCH: (request) => ok(switches.patch(checkSwitches(bodyOf(request)))),
    }),
    route("/exports/edit", {
      POST: (request) => {
        const { id, content, apiVersion } = exportOf(bodyOf(request), "patch");
        return ok(exports.edit(id, content, apiVersion));
      },
    }),
    route("/exports/put", {
      POST: (request) => {
        const { id, content, apiVersion } = exportOf(bodyOf(request), "body");
        return ok(exports.put(id, content, apiVersion));
      },
    }),
    route("/exports/get", {
      POST: (request) => {
        const { id, apiVersion } = exportOf(bodyOf(request));
        return ok(exports.get(id, apiVersion));
      },
    }),
    route("/exports/delete", {
      POST: (request) => {
        const { id } = exportOf(bodyOf(request));
        return exports.delete(id) ? done : armError(404, "EmulatorControl", `There is no export ${id}.`);
      },
    }),
    route("/runs", { GET: () => ok({ value: runs.pending() }) }),
    route("/runs/settle", {
      POST: (request) => {
        const body = bodyOf(request);
        return ok({ value: runs.settle(Object.keys(body).length === 0 ? undefined : runEndOf(body)) });
      },
    }),
    route("/runs/finish", {
      POST: (request) => {
        const { id, ...end } = bodyOf(request);
        const found = typeof id === "string" && runs.finish(id, runEndOf(end));
        return found ? done : armError(404, "EmulatorControl", "There is no such run that has not ended.");
      },
    }),
    route("/conditions", {
      GET: () => ok(conditions.get()),
      PUT: (request) => {
        const { id, conditions: names } = bodyOf(request);
        if (typeof id !== "string" || !Array.isArray(names))
          throw new TypeError("The body is { id, conditions: [names] }.");
        // Names are checked where they are set.
        conditions.set(id, names as readonly Condition[]);
        return ok(conditions.get());
      },
    }),
    route("/settled", { POST: () => ({ ...done, after: control.settled() }) }),
    route("/storage/{account}", {
      GET: (_, parameters) =>
        ok({ connectionString: control.storage.connectionString(parameter(parameters, "account")) }),
    }),
    route("/tokens/expire", {
      POST: () => {
        control.tokens.expire();
        return done;
      },
    }),
  ];
}

function bodyOf({ rawBody }: EmulatorRequest): JsonObject {
  const body: unknown = rawBody.trim() === "" ? {} : JSON.parse(rawBody);
  if (!isObject(body)) throw new TypeError("The body is a JSON object.");
  return body;
}

const runStatuses = ["Completed", "DataReady", "Failed", "Timeout", "NewDataNotAvailable", "DataNotAvailable"] as const;

function runEndOf(body: JsonObject): Omit<RunEnd, "at"> {
  const status = runStatuses.find((one) => one === body["status"]);
  if (status === undefined) throw new TypeError(`A run ends with a status: ${runStatuses.join(", ")}.`);
  const code = textAt(body, "error", "code");
  const message = textAt(body, "error", "message");
  const { fileName, manifestFile } = body;
  return {
    status,
    ...(code === undefined || message === undefined ? {} : { error: { code, message } }),
    ...(typeof fileName === "string" || fileName === null ? { fileName } : {}),
    ...(typeof manifestFile === "string" || manifestFile === null ? { manifestFile } : {}),
  };
}

function filterOf({ category, operation, method, path, status }: Readonly<Record<string, string>>): RequestFilter {
  return {
    ...(category === undefined ? {} : { category: categoryOf(category) }),
    ...(operation === undefined ? {} : { operation }),
    ...(method === undefined ? {} : { method }),
    ...(path === undefined ? {} : { path }),
    ...(status === undefined ? {} : { status: Number(status) }),
  };
}

function categoryOf(text: string): Category {
  const found = (["arm", "token", "metadata", "control", "blob"] as const).find((one) => one === text);
  if (found === undefined)
    throw new TypeError(`There is no category ${text}; there are arm, token, metadata, control, blob.`);
  return found;
}

/** `{ advance }`, `{ set }`, `{ freeze: true | time }`, `{ freeze: false }`, in this order where several are given. */
function moveClock({ clock }: EmulatorControl, body: JsonObject): void {
  const { advance, set, freeze, ...others } = body;
  const unknown = Object.keys(others);
  if (unknown.length > 0)
    throw new TypeError(`The clock does not know ${unknown.join(", ")}; it knows advance, set and freeze.`);
  if (typeof advance === "string" || typeof advance === "number") clock.advance(advance);
  if (typeof set === "string" || typeof set === "number") clock.set(set);
  if (freeze === false) clock.unfreeze();
  else if (freeze === true) clock.freeze();
  else if (typeof freeze === "string" || typeof freeze === "number") clock.freeze(freeze);
}

function exportOf(
  body: JsonObject,
  member?: "patch" | "body",
): { readonly id: string; readonly content: JsonObject; readonly apiVersion?: string } {
  const id = textAt(body, "id");
  const apiVersion = textAt(body, "apiVersion");
  const content = member === undefined ? {} : objectAt(body, member);
  if (id === undefined) throw new TypeError("The id of the export is missing.");
  if (content === undefined) throw new TypeError(`The ${String(member)} of the export is missing.`);
  return { id, content, ...(apiVersion === undefined ? {} : { apiVersion }) };
}
