/** What the part stores: plain JSON, so that a snapshot is a copy. */
import type { Generation } from "../../provider/cost-management/api-versions";
import type { ScopeKind } from "../../provider/cost-management/scopes";
import type { ExportProperties, ExportSettings } from "./members";

export interface StoredExport {
  /** Leading slash, fixed segments in the API's own case, ids as at creation. */
  readonly scope: string;
  readonly scopeKind: ScopeKind;
  /** As at creation. */
  readonly name: string;
  readonly generation: Generation;
  /** The folder layout follows the version that created the export (documented). */
  readonly createdWith: string;
  readonly writtenWith: string;
  /** With quotes of its own inside (observed). */
  readonly eTag: string;
  readonly identity?: StoredIdentity;
  readonly location?: string;
  /** As written, in canonical names; a SAS token in it is already obfuscated. */
  readonly properties: ExportProperties;
  /** The token in clear: the emulator delivers with it. Never answered. */
  readonly sasToken?: string;
  /** Milliseconds since the epoch, as all times here. */
  readonly createdAt: number;
  /** Up to here the schedule has been carried out; a PUT begins anew. */
  readonly scheduledUntil: number;
  /** Oldest first. */
  readonly runs: readonly StoredRun[];
}

export interface StoredIdentity {
  readonly type: string;
  readonly principalId?: string;
  readonly tenantId?: string;
}

export interface StoredRun {
  readonly id: string;
  readonly executionType: "OnDemand" | "Scheduled";
  readonly submittedBy: string;
  readonly submitted: number;
  /** The data window: midnights of its first and last day. */
  readonly from: number;
  readonly to: number;
  /** One-time: the window was asked for, by Custom or by the body of `run`. */
  readonly oneTime: boolean;
  /** What was in effect. */
  readonly settings: ExportSettings;
  /** How and when it ended; undefined while it has not. */
  readonly end?: RunEnd;
}

/** How a run ended. */
export interface RunEnd {
  /** Milliseconds since the epoch, on the emulator's clock. */
  readonly at: number;
  /** The service's word. Completed and DataReady delivered; the two NotAvailable had nothing to deliver. */
  readonly status: "Completed" | "DataReady" | "Failed" | "Timeout" | "NewDataNotAvailable" | "DataNotAvailable";
  /** Why it failed. */
  readonly error?: { readonly code: string; readonly message: string };
  /** Paths in the container, where the delivery wrote to other places than the rule says. */
  readonly fileName?: string | null;
  /** Path of the manifest in the container; null where there is none. */
  readonly manifestFile?: string | null;
}

/** Without a leading slash (observed: specs#23704). */
export function exportId({ scope, name }: Pick<StoredExport, "scope" | "name">): string {
  return `${scope.slice(1)}/providers/Microsoft.CostManagement/exports/${name}`;
}
