/**
 * Microsoft.CostManagement/exports as the live service behaves: both generations with their invisibility, eTags in the
 * body, the service's normalisation and its refusals word by word. It has its own rule code: an emulator that shared the
 * provider's validation would prove nothing about it.
 */
import { parseScope } from "../../provider/cost-management/scopes";
import { copyJson, isObject } from "../json";
import type { EmulatorPart, EmulatorRequest, EmulatorResponse } from "../types";
import { idOf } from "./asked";
import type { Result } from "./asked";
import { conditionKey, conditionNames, scopeRefusal } from "./conditions";
import type { Condition, Conditions, ScopeVerb } from "./conditions";
import { errors, refuse } from "./errors";
import { operationsAnswer } from "./operations";
import { deleteExport, getExport, listExports, putExport, runHistory } from "./requests";
import { runExport } from "./run-request";
import { methods, parseRoute } from "./route";
import type { Route } from "./route";
import { jobOf } from "./runs";
import type { Agreement } from "./data-versions";
import type { RunJob } from "./runs";
import { createReports } from "./reports";
import type { Reports } from "./reports";
import { agreementOf, createService, endRun, scopeConditionsOf, settleDueRuns, settleRun } from "./service";
import type { CostManagementOptions, Service } from "./service";
import type { RunEnd, StoredExport, StoredRun } from "./state";
import { createExportStore } from "./store";
import { spokenVersion } from "./versions";
import type { SpokenVersion } from "./versions";
import { editExport, parseExportId } from "./writer";
import type { Writer } from "./writer";

export { contractExceptions, knownException } from "./contract-exceptions";
export type { ContractException, ContractFinding } from "./contract-exceptions";
export { conditionNames } from "./conditions";
export type { Condition, Conditions } from "./conditions";
export type { Agreement } from "./data-versions";
export { guessedAgreement } from "./put-context";
export { errorNames, errors } from "./errors";
export type { ErrorName, ServiceError } from "./errors";
export type { RunJob, RunPaths, RunTimes } from "./runs";
export { reportBlobPath } from "./reports/answer";
export { defaultReportTimes } from "./reports/state";
export type { ReportBlob, ReportEnd, ReportTimes, StoredReport } from "./reports";
export type { CostManagementOptions, Delivery, StorageRoles } from "./service";
export type { RunEnd, StoredExport, StoredRun } from "./state";

export interface CostManagementPart extends EmulatorPart {
  /**
   * A JSON merge patch by another writer, unjudged; a new eTag. Undefined when the writer's version sees no such export.
   * A writer that names a version of the new generation moves an export of the old one, as its PUT would.
   */
  editExport(id: string, patch: unknown, by?: Writer): StoredExport | undefined;
  /** Deleted by another writer, in every generation; false when there was none. */
  deleteExport(id: string): boolean;
  /** The exports of a scope and of the scopes beneath it: what disappears with a resource group. */
  exportsUnder(scopePath: string): readonly StoredExport[];
  /** Ends every run that has not ended, now, whatever the clock says; by default as its conditions have it. */
  settleRuns(end?: Omit<RunEnd, "at">): readonly RunJob[];
  /** The runs that have not ended, for a delivery to write (with `awaitDelivery` they wait for it). */
  pendingRuns(): readonly RunJob[];
  /** Reports how a delivery ended; false when there is no such run that has not ended. */
  finishRun(runId: string, end: Omit<RunEnd, "at">): boolean;
  /** Ends what is due by the clock, or hands it to the delivery. */
  settle(): void;
  /** The same, and waits until the files of runs and reports are written. */
  settled(): Promise<void>;
  /** Drops what waits for its delivery; resolves when the one under way has ended. */
  abandon(): Promise<void>;
  /** The agreement behind a scope, by its path; undefined where nothing tells. */
  agreementOf(scope: string): Agreement | undefined;
  /** Replaces the conditions of a storage account or a scope; an empty list clears them. */
  setConditions(resourceId: string, conditions: readonly Condition[]): void;
  conditions(): Conditions;
}

export function createCostManagement(options: CostManagementOptions): CostManagementPart {
  const store = createExportStore();
  const service = createService(options, store);
  const reports = createReports(service);
  const settle = (): void => {
    settleDueRuns(service);
    reports.settle();
  };
  return {
    handle: (request) => handle(service, request) ?? reports.handle(request),
    editExport: (id, patch, by) => {
      settleDueRuns(service);
      return editExport(service, id, patch, by);
    },
    deleteExport: (id) => removeEverywhere(service, id),
    exportsUnder: (scopePath) => {
      const root = conditionKey(scopePath);
      return store.all().filter(({ scope }) => `${scope}/`.toLowerCase().startsWith(root === "/" ? root : `${root}/`));
    },
    settleRuns: (end) => {
      settleDueRuns(service);
      const at = options.clock.now();
      return unended(service).map(({ stored, run }) => {
        if (end === undefined) settleRun(service, stored, run, at);
        else endRun(service, stored, run, { ...end, at });
        return jobOf(stored, run);
      });
    },
    pendingRuns: () => {
      settleDueRuns(service);
      return unended(service).map(({ stored, run }) => jobOf(stored, run));
    },
    finishRun: (runId, end) => {
      const found = unended(service).find(({ run }) => run.id === runId);
      if (found !== undefined) endRun(service, found.stored, found.run, { ...end, at: options.clock.now() });
      return found !== undefined;
    },
    agreementOf: (path) => {
      const scope = parseScope(path);
      return scope === undefined ? options.agreementOf?.(path) : agreementOf(service, scope);
    },
    setConditions: (resourceId, names) => {
      service.conditions = withConditions(service.conditions, resourceId, names);
    },
    conditions: () => service.conditions,
    settle,
    settled: async () => {
      do {
        settle();
        await service.deliveries.idle();
      } while (service.deliveries.underWay());
    },
    abandon: () => {
      service.deliveries.forget();
      return service.deliveries.idle();
    },
    snapshot: () => ({
      store: store.snapshot(),
      conditions: copyJson(service.conditions),
      reports: reports.snapshot(),
    }),
    restore: (state) => restore(service, reports, state),
  };
}

function handle(service: Service, request: EmulatorRequest): EmulatorResponse | undefined {
  const route = parseRoute(request.segments);
  if (route === undefined) return undefined;
  settleDueRuns(service);
  const type = route.kind === "operations" ? "operations" : "exports";
  const spoken = spokenVersion(request.query, type);
  const result = "status" in spoken ? { refused: spoken } : answer(service, request, route, spoken);
  if (!("refused" in result)) return result;
  return refuse(result.refused, {
    generation: "status" in spoken ? "new" : spoken.generation,
    errorShape: service.options.switches.errorShape,
    requestId: request.requestId,
  });
}

function answer(service: Service, request: EmulatorRequest, route: Route, spoken: SpokenVersion): Result {
  if (route.kind === "malformedScope") return { refused: errors.missingSubscription() };
  if (route.kind === "unknownType") return { refused: errors.unknownResourceType(route.type, spoken.version) };
  const method = request.method.toUpperCase();
  const allowed = methods[route.kind];
  if (!allowed.includes(method)) return { refused: errors.methodNotAllowed(method, allowed) };
  if (route.kind === "operations") return operationsAnswer();
  const denied = scopeRefusal(scopeConditionsOf(service, route.scope.path), verbs[method] ?? "run", idOf(route.scope));
  if (denied !== undefined) return { refused: denied };
  const asked = { service, request, spoken, scope: route.scope };
  switch (route.kind) {
    case "exports":
      return listExports(asked);
    case "run":
      return runExport({ ...asked, name: route.name });
    case "runHistory":
      return runHistory({ ...asked, name: route.name });
    default:
      return byName(method)({ ...asked, name: route.name });
  }
}

const verbs: Readonly<Record<string, ScopeVerb>> = { GET: "read", PUT: "put", DELETE: "delete", POST: "run" };

function byName(method: string): typeof getExport {
  if (method === "PUT") return putExport;
  return method === "DELETE" ? deleteExport : getExport;
}

function removeEverywhere({ store }: Service, id: string): boolean {
  const { scope, name } = parseExportId(id);
  const found = (["new", "old"] as const).flatMap((reader) => store.find(scope.path, name, reader) ?? []);
  for (const stored of found) store.remove(stored);
  return found.length > 0;
}

function unended({ store }: Service): readonly { readonly stored: StoredExport; readonly run: StoredRun }[] {
  return store
    .all()
    .flatMap((stored) => stored.runs.filter(({ end }) => end === undefined).map((run) => ({ stored, run })));
}

function withConditions(before: Conditions, resourceId: string, names: readonly Condition[]): Conditions {
  const unknown = names.filter((name) => !conditionNames.includes(name));
  if (unknown.length > 0) {
    throw new TypeError(`There is no condition ${unknown.join(", ")}; there are ${conditionNames.join(", ")}.`);
  }
  const { [conditionKey(resourceId)]: _replaced, ...others } = before;
  return names.length === 0 ? others : { ...others, [conditionKey(resourceId)]: [...names] };
}

function restore(service: Service, reports: Reports, state: unknown): void {
  if (state !== undefined && !(isObject(state) && isObject(state["conditions"]))) {
    throw new TypeError("Not a snapshot of the emulator's Microsoft.CostManagement.");
  }
  service.deliveries.forget();
  service.store.restore(state?.["store"]);
  reports.restore(state?.["reports"]);
  service.conditions = {};
  for (const [id, names] of Object.entries(state === undefined ? {} : (state["conditions"] as Conditions))) {
    service.conditions = withConditions(service.conditions, id, names);
  }
}
