/** What the operations on exports share: the options, the stored state, the conditions around it. */
import type { Scope } from "../../provider/cost-management/scopes";
import type { EmulatorRequest, Switches, VirtualClock } from "../types";
import { conditionKey, storageRefusal } from "./conditions";
import type { Condition, Conditions } from "./conditions";
import type { Agreement } from "./data-versions";
import { errorDetails } from "./errors";
import type { StorageAccountId } from "./delivery-rules";
import { guessedAgreement } from "./put-context";
import { defaultRunTimes, runDueAt, withRun } from "./runs";
import type { RunTimes } from "./runs";
import type { RunEnd, StoredExport, StoredRun } from "./state";
import type { ExportStore } from "./store";
import { generationOf } from "./versions";

export interface CostManagementOptions {
  readonly clock: VirtualClock;
  /** Read at each request, so that a patch works at once. */
  readonly switches: Switches;
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
}

export interface Service {
  readonly options: CostManagementOptions;
  readonly store: ExportStore;
  readonly runTimes: RunTimes;
  conditions: Conditions;
}

export function createService(options: CostManagementOptions, store: ExportStore): Service {
  return { options, store, runTimes: options.runTimes ?? defaultRunTimes, conditions: {} };
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

/** Ends the runs whose time has passed; what they met on their way decides how. */
export function settleDueRuns(service: Service): void {
  if (service.options.awaitDelivery === true) return;
  const now = service.options.clock.now();
  for (const stored of service.store.all()) {
    for (const run of stored.runs) {
      const due = runDueAt(run, service.runTimes);
      if (run.end === undefined && due <= now)
        endRun(service, stored, run, { ...naturalEnd(service, stored, run), at: due });
    }
  }
}

/** Replaces the run in the stored export as it is by now, so that several ends of one export add up. */
export function endRun(
  { store }: Service,
  { scope, name, generation }: StoredExport,
  run: StoredRun,
  end: RunEnd,
): void {
  const current = store.all().find((one) => one.scope === scope && one.name === name && one.generation === generation);
  if (current !== undefined) store.put(withRun(current, { ...run, end }));
}

export function naturalEnd(service: Service, stored: StoredExport, run: StoredRun): Omit<RunEnd, "at"> {
  const { switches } = service.options;
  const refusal = storageRefusal((account) => storageConditionsOf(service, account), "delivery", {
    resourceId: run.settings.deliveryInfo?.destination?.resourceId,
    identity: stored.identity?.type,
  });
  if (refusal !== undefined) {
    const context = {
      generation: generationOf(stored.writtenWith),
      errorShape: switches.errorShape,
      requestId: run.id,
    };
    return { status: "Failed", error: errorDetails(refusal, context) };
  }
  return scopeConditionsOf(service, stored.scope).includes("noCharges")
    ? { status: "DataNotAvailable" }
    : { status: "Completed" };
}
