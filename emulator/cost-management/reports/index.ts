/**
 * The two reports on demand, cost details and reservation details: asked for with a POST, polled at an address, ready
 * after a while of the emulator's clock. As with runs nothing ticks: a report ends when someone looks.
 */
import { copyJson } from "../../json";
import type { EmulatorRequest, EmulatorResponse } from "../../types";
import { idOf } from "../asked";
import { scopeRefusal } from "../conditions";
import { errorDetails, errors, refuse } from "../errors";
import type { ServiceError } from "../errors";
import { agreementOf, brokenDelivery, scopeConditionsOf } from "../service";
import type { Service } from "../service";
import { generationOf } from "../versions";
import { endedAnswer, runningAnswer } from "./answer";
import type { ReportContext } from "./answer";
import { createReportQuotas } from "./quota";
import type { ReportQuotas } from "./quota";
import { parseReportRoute, reportVersions } from "./route";
import type { ReportRoute } from "./route";
import { costDetailsScopeRefusal, reservationScopeRefusal, wantedCostDetails, wantedReservationDetails } from "./rules";
import { defaultReportTimes, reportDueAt } from "./state";
import type { ReportEnd, StoredReport } from "./state";

export type { ReportBlob, ReportEnd, ReportTimes, StoredReport } from "./state";

export interface Reports {
  handle(request: EmulatorRequest): EmulatorResponse | undefined;
  /** Ends the reports whose time has passed. */
  settle(): void;
  /** Ends one that has not ended; false when there is none. */
  finish(id: string, end: ReportEnd): boolean;
  snapshot(): unknown;
  restore(state: unknown): void;
}

/** Enough for any test; the oldest are forgotten first. */
const kept = 1_000;

export function createReports(service: Service): Reports {
  const quotas = createReportQuotas(service.options.clock);
  let reports: readonly StoredReport[] = [];
  const find = (id: string): StoredReport | undefined =>
    reports.find((one) => one.id.toLowerCase() === id.toLowerCase());
  const put = (report: StoredReport): void => {
    reports = reports.some(({ id }) => id === report.id)
      ? reports.map((one) => (one.id === report.id ? report : one))
      : [...reports, report].slice(-kept);
  };
  const finish = (id: string, end: ReportEnd): boolean => {
    const report = find(id);
    if (report === undefined || report.end !== undefined) return false;
    put({ ...report, end });
    return true;
  };
  const settle = (): void => {
    const now = service.options.clock.now();
    for (const report of reports) {
      const at = reportDueAt(report, timesOf(service));
      if (report.end !== undefined || at > now) continue;
      const end = { ...naturalEnd(service, report), at };
      const { delivery } = service.options;
      if (end.status !== "Completed" || delivery === undefined) {
        finish(report.id, end);
        continue;
      }
      service.deliveries.start(`report ${report.id}`, async () => {
        const delivered = await delivery.report(report, at + timesOf(service).linksMs).catch(brokenDelivery);
        return () => finish(report.id, { ...delivered, at });
      });
    }
  };
  return {
    handle: (request) => {
      const route = parseReportRoute(request.segments);
      if (route === undefined) return undefined;
      settle();
      return handle({ service, quotas, find, put }, request, route);
    },
    settle,
    finish,
    snapshot: () => copyJson(reports),
    restore: (state) => {
      if (state !== undefined && !Array.isArray(state)) {
        throw new TypeError("Not a snapshot of the emulator's reports.");
      }
      // Snapshots are the emulator's own; what is checked is that this is one, not what is in it.
      reports = structuredClone(state ?? []) as readonly StoredReport[];
      quotas.refill();
    },
  };
}

interface Desk {
  readonly service: Service;
  readonly quotas: ReportQuotas;
  find(id: string): StoredReport | undefined;
  put(report: StoredReport): void;
}

function handle(desk: Desk, request: EmulatorRequest, route: ReportRoute): EmulatorResponse {
  const result = answer(desk, request, route);
  if (!("code" in result)) return result;
  return refuse(result, {
    generation: generationOf(versionOf(request)),
    errorShape: desk.service.options.switches.errorShape,
    requestId: request.requestId,
  });
}

function answer(desk: Desk, request: EmulatorRequest, route: ReportRoute): EmulatorResponse | ServiceError {
  const { service, quotas } = desk;
  const version = versionOf(request);
  const { scope, action } = route;
  const supported = reportVersions(route);
  if (version === "") return errors.missingApiVersion();
  if (!/^\d{4}-\d{2}-\d{2}(-\w+)?$/.test(version)) return errors.invalidApiVersion(version, supported);
  if (!supported.includes(version)) return errors.unsupportedApiVersion(version, route.type, supported);
  if (scope === undefined) return errors.missingSubscription();
  const method = action === "start" ? "POST" : "GET";
  if (request.method.toUpperCase() !== method) return errors.methodNotAllowed(request.method, [method]);
  const verb = action === "start" ? "run" : "read";
  const denied = scopeRefusal(scopeConditionsOf(service, scope.path), verb, idOf(scope));
  if (denied !== undefined) return denied;
  const caller = service.options.callerOf?.(request) ?? "";
  const { startdate = "", enddate = "" } = request.query;
  const wait =
    service.options.switches.quotas === "realistic"
      ? quotas.take(route, { url: `${request.segments.join("/")} ${startdate} ${enddate}`, caller })
      : undefined;
  if (wait !== undefined) return errors.reportThrottled(wait);
  if (action === "start") return start(desk, request, route, version);
  const report = desk.find(route.operationId);
  const known = report?.kind === route.kind && report.scope.toLowerCase() === scope.path.toLowerCase();
  return report !== undefined && known ? shown(desk, request, report) : errors.reportNotFound(route.operationId);
}

function start(
  desk: Desk,
  request: EmulatorRequest,
  { kind, scope }: ReportRoute,
  version: string,
): EmulatorResponse | ServiceError {
  const { service } = desk;
  if (scope === undefined) return errors.missingSubscription();
  const { clock, newId, switches } = service.options;
  const now = clock.now();
  const agreement = agreementOf(service, scope);
  const isCostDetails = kind === "costDetails";
  const refusal = (isCostDetails ? costDetailsScopeRefusal : reservationScopeRefusal)(scope, agreement);
  if (refusal !== undefined) return refusal;
  const wanted = isCostDetails
    ? wantedCostDetails({ rawBody: request.rawBody, scope, agreement, now })
    : wantedReservationDetails(request.query);
  if ("code" in wanted) return wanted;
  const report: StoredReport = { id: newId(), kind, scope: scope.path, version, submitted: now, ...wanted };
  if (isCostDetails && switches.reportStart === 204) return { status: 204 };
  // A delivery takes its time, so that what it writes cannot be there at once.
  const atOnce = switches.reportStart === 200 && service.options.delivery === undefined;
  const stored = atOnce ? { ...report, end: { ...naturalEnd(service, report), at: now } } : report;
  desk.put(stored);
  return shown(desk, request, stored);
}

function shown({ service }: Desk, request: EmulatorRequest, report: StoredReport): EmulatorResponse {
  const { clock, blobEndpoint } = service.options;
  const context: ReportContext = {
    request,
    now: clock.now(),
    times: timesOf(service),
    blobEndpoint: blobEndpoint?.(request) ?? `${request.origin}/_blob`,
  };
  return report.end === undefined ? runningAnswer(report, context) : endedAnswer(report, report.end, context);
}

function naturalEnd(service: Service, { id, scope, version, from, to }: StoredReport): Omit<ReportEnd, "at"> {
  const conditions = scopeConditionsOf(service, scope);
  if (conditions.includes("reportFails")) {
    const context = {
      generation: generationOf(version),
      errorShape: service.options.switches.errorShape,
      requestId: id,
    };
    return { status: "Failed", error: errorDetails(errors.reportFailed(), context) };
  }
  const charges = service.options.hasCharges?.(scope, from, to) ?? true;
  const future = from > service.options.clock.now();
  return { status: conditions.includes("noCharges") || future || !charges ? "NoDataFound" : "Completed" };
}

const timesOf = ({ options }: Service): typeof defaultReportTimes => options.reportTimes ?? defaultReportTimes;

/** ARM matches versions without case (assumed). */
const versionOf = ({ query }: EmulatorRequest): string => (query["api-version"] ?? "").trim().toLowerCase();
