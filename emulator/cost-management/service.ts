/** What the operations on exports share: the options, the stored state, the conditions around it. */
import type { Scope } from "../../provider/cost-management/scopes";
import type { EmulatorRequest, Switches, VirtualClock } from "../types";
import { conditionKey, storageRefusal } from "./conditions";
import type { Condition, Conditions } from "./conditions";
import type { Agreement } from "./data-versions";
import { errorDetails, errors } from "./errors";
import { parseStorageAccountId } from "./delivery-rules";
import type { StorageAccountId } from "./delivery-rules";
import type { ExportSettings } from "./members";
import { createDeliveries } from "./deliveries";
import type { Deliveries } from "./deliveries";
import { guessedAgreement } from "./put-context";
import type { ReportEnd, ReportTimes, StoredReport } from "./reports/state";
import { defaultRunTimes, jobOf, newRun, runDueAt, settingsOf, withNewRuns, withRun } from "./runs";
import type { RunJob, RunTimes } from "./runs";
import { dueRuns, earliestDue } from "./schedule";
import type { Scheduled } from "./schedule";
import type { RunEnd, StoredExport, StoredIdentity, StoredRun } from "./state";
import type { ExportStore } from "./store";
import { generationOf } from "./versions";

export interface CostManagementOptions {
  readonly clock: VirtualClock;
  /** Read at each request, so that a patch works at once. */
  readonly switches: Switches & {
    /** Whether the quotas of reports are enforced; those of exports are ARM's business. Default `none`. */
    readonly quotas?: "none" | "realistic";
  };
  /** A new GUID. */
  readonly newId: () => string;
  /** The tenant of the exports' identities. Default: zeros. */
  readonly tenantId?: string;
  /** The agreement behind a scope (its canonical path); undefined: guessed from its form. */
  readonly agreementOf?: (scope: string) => Agreement | undefined;
  /** Whether a resource provider is registered in a subscription. Default: it is. */
  readonly isRegistered?: (subscriptionId: string, namespace: string) => boolean;
  /** Conditions of a storage account that follow from its own settings, beside those that were set by name. */
  readonly conditionsOf?: (storageAccountId: string) => readonly Condition[];
  /** Who asks, for `submittedBy` of a run: an e-mail address on the live service. */
  readonly callerOf?: (request: EmulatorRequest) => string | undefined;
  readonly runTimes?: RunTimes;
  /** Runs wait for `finishRun` instead of ending by themselves. Default false. */
  readonly awaitDelivery?: boolean;
  /** Writes the files of runs and reports that end well; without it nothing is written. */
  readonly delivery?: Delivery;
  /** What the identities of exports may do on the storage. Default: everything. */
  readonly storageRoles?: StorageRoles;
  /** A run has written to a container, which the service creates where it is missing. */
  readonly onDelivered?: (containerId: string) => void;
  /** Whether a scope has charges between two days. Default: it has. */
  readonly hasCharges?: (scope: string, from: number, to: number) => boolean;
  readonly reportTimes?: ReportTimes;
  /** Where the links of reports point when nothing is delivered. Default: a path of the emulator that serves nothing. */
  readonly blobEndpoint?: (request: EmulatorRequest) => string;
}

export interface StorageRoles {
  /** Whether the identity may write blobs there. */
  holds(principalId: string, containerId: string): boolean;
  /** The service's own assignment, when an export with an identity is written. */
  assign(principalId: string, containerId: string): void;
  /** All of the identity's. */
  remove(principalId: string): void;
}

export interface Delivery {
  run(job: RunJob): Promise<Omit<RunEnd, "at">>;
  /** `validUntil` on the emulator's clock. */
  report(report: StoredReport, validUntil: number): Promise<Omit<ReportEnd, "at">>;
}

export interface Service {
  readonly options: CostManagementOptions;
  readonly store: ExportStore;
  readonly runTimes: RunTimes;
  readonly deliveries: Deliveries;
  conditions: Conditions;
}

export function createService(options: CostManagementOptions, store: ExportStore): Service {
  return {
    options,
    store,
    runTimes: options.runTimes ?? defaultRunTimes,
    deliveries: createDeliveries(),
    conditions: {},
  };
}

export function agreementOf({ options }: Service, scope: Scope): Agreement | undefined {
  return options.agreementOf?.(scope.path) ?? guessedAgreement(scope);
}

export function scopeConditionsOf({ conditions }: Service, scope: string): readonly Condition[] {
  return conditions[conditionKey(scope)] ?? [];
}

/** By name, by the account's own settings, and by the registration of its subscription. */
export function storageConditionsOf({ conditions, options }: Service, account: StorageAccountId): readonly Condition[] {
  const registered = options.isRegistered?.(account.subscriptionId, "Microsoft.CostManagementExports") ?? true;
  return [
    ...(conditions[account.id] ?? []),
    ...(options.conditionsOf?.(account.id) ?? []),
    ...(registered ? [] : (["providerNotRegistered"] as const)),
  ];
}

/** Brings the stored exports up to the clock: starts what their schedules say, ends the runs whose time has passed. */
export function settleDueRuns(service: Service): void {
  startDueRuns(service);
  if (service.options.awaitDelivery === true) return;
  const now = service.options.clock.now();
  for (const stored of service.store.all()) {
    for (const run of stored.runs) {
      const due = runDueAt(run, service.runTimes);
      if (run.end === undefined && due <= now) settleRun(service, stored, run, due);
    }
  }
}

/**
 * The system's own runs. They start whatever else is under way: that one run at a time is allowed was only ever seen as an
 * answer to a call. A clock that was set back repeats none of them.
 */
function startDueRuns({ options, store }: Service): void {
  const { clock, switches, newId } = options;
  const now = clock.now();
  for (const stored of store.all()) {
    if (earliest(stored) > now) continue;
    const settings = settingsOf(stored);
    const due = switches.scheduledRuns ? dueRuns(scheduled(stored), stored.scheduledUntil, now) : [];
    const runs = due.map(({ at, window }) =>
      newRun({
        id: newId(),
        executionType: "Scheduled",
        submittedBy: "System",
        now: at,
        settings,
        ...(window === undefined ? {} : { window }),
      }),
    );
    store.put(withNewRuns({ ...stored, scheduledUntil: now }, runs));
  }
}

const scheduled = ({ properties, createdAt }: StoredExport): Scheduled => ({
  schedule: properties.schedule,
  timeframe: properties.definition?.timeframe ?? "",
  createdAt,
});

/** Asked of every export at every request, so remembered: what is stored is never changed, only replaced. */
const remembered = new WeakMap<StoredExport, number>();

function earliest(stored: StoredExport): number {
  const known = remembered.get(stored) ?? earliestDue(scheduled(stored), stored.scheduledUntil);
  remembered.set(stored, known);
  return known;
}

/** Ends the run as what it met on its way decides, or lets its files be written first. */
export function settleRun(service: Service, stored: StoredExport, run: StoredRun, at: number): void {
  const { delivery } = service.options;
  const end = naturalEnd(service, stored, run);
  if (delivery === undefined || end.status !== service.options.switches.runSuccess) {
    endRun(service, stored, run, { ...end, at });
    return;
  }
  service.deliveries.start(`run ${run.id}`, async () => {
    const delivered = await delivery.run(jobOf(stored, run)).catch(brokenDelivery);
    const status = delivered.status === "Completed" ? end.status : delivered.status;
    return () => endRun(service, stored, run, { ...delivered, status, at });
  });
}

/** A bug of the emulator must look like one, also in the history of runs. */
export function brokenDelivery(error: unknown): Omit<RunEnd & ReportEnd, "at"> {
  const message = `The emulator failed to deliver: ${error instanceof Error ? error.message : String(error)}`;
  return { status: "Failed", error: { code: "EmulatorFailure", message } };
}

/** Replaces the run in the stored export as it is by now, so that several ends of one export add up. */
export function endRun(
  { store, options }: Service,
  { scope, name, generation }: StoredExport,
  run: StoredRun,
  end: RunEnd,
): void {
  const current = store.all().find((one) => one.scope === scope && one.name === name && one.generation === generation);
  if (current === undefined) return;
  store.put(withRun(current, { ...run, end }));
  const containerId = containerIdOf(run.settings);
  if (containerId !== undefined && (end.status === "Completed" || end.status === "DataReady"))
    options.onDelivered?.(containerId);
}

export function naturalEnd(service: Service, stored: StoredExport, run: StoredRun): Omit<RunEnd, "at"> {
  const { switches } = service.options;
  const refusal = storageRefusal((account) => storageConditionsOf(service, account), "delivery", {
    resourceId: run.settings.deliveryInfo?.destination?.resourceId,
    identity: stored.identity?.type,
  });
  const context = {
    generation: generationOf(stored.writtenWith),
    errorShape: switches.errorShape,
    requestId: run.id,
  };
  if (refusal !== undefined) return { status: "Failed", error: errorDetails(refusal, context) };
  if (!identityMayWrite(service, stored.identity, run.settings))
    return { status: "Failed", error: errorDetails(errors.storageRoleMissing(), context) };
  const found = scopeConditionsOf(service, stored.scope);
  if (found.includes("runsFail")) return { status: "Failed", error: errorDetails(errors.runFailed(), context) };
  if (found.includes("runsTimeOut")) return { status: "Timeout" };
  const charges = service.options.hasCharges?.(stored.scope, run.from, run.to) ?? true;
  if (found.includes("noCharges") || !charges) return { status: "DataNotAvailable" };
  return { status: found.includes("noNewCharges") ? "NewDataNotAvailable" : switches.runSuccess };
}

/** Without an identity the service writes with the account's keys or a SAS token, which no role stops. */
function identityMayWrite(
  { options }: Service,
  identity: StoredIdentity | undefined,
  settings: ExportSettings,
): boolean {
  const { principalId } = identity ?? {};
  const containerId = containerIdOf(settings);
  if (principalId === undefined || containerId === undefined) return true;
  return options.storageRoles?.holds(principalId, containerId) ?? true;
}

/** As Azure Resource Manager names it; undefined for a destination by SAS token. */
export function containerIdOf({ deliveryInfo }: Pick<ExportSettings, "deliveryInfo">): string | undefined {
  const { resourceId = "", container = "" } = deliveryInfo?.destination ?? {};
  if (parseStorageAccountId(resourceId) === undefined) return undefined;
  return `/${resourceId.replace(/^\/+|\/+$/g, "")}/blobServices/default/containers/${container}`;
}
