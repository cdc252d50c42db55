/** What the handlers of ARM resources share. */
import { isObject } from "../json";
import type { JsonObject } from "../json";
import type { Agreement } from "../cost-management";
import type { AllSwitches } from "../server/switches";
import type { EmulatorRequest, EmulatorResponse, VirtualClock } from "../types";
import { malformedContent, missingBody } from "./errors";
import type { ArmStore } from "./store";

export interface ArmContext {
  readonly store: ArmStore;
  readonly switches: AllSwitches;
  readonly clock: VirtualClock;
  newId(): string;
  /** The subscriptions that exist. */
  readonly subscriptions: readonly string[];
  /** The tenant that a subscription belongs to. */
  tenantOf(subscription: string): string;
  /** The agreement behind a scope, given or guessed from its form; undefined where nothing tells. */
  agreementOf(scope: string): Agreement | undefined;
  /** Where blobs are served; the account's name is added as a path. */
  blobEndpoint(request: EmulatorRequest): string;
  /** Makes a storage account, or a container of it, ready for blobs; resolves when it is. */
  openStorage(account: string, container?: string): Promise<void>;
  /** The time, in milliseconds since the epoch, by which whoever serves the blobs checks tokens. */
  blobClock(): number;
  /** Whether the caller may write and delete role assignments on a scope; the condition `roleAssignmentsDenied` says no. */
  mayAssignRoles(scope: string): boolean;
  /** Removes the exports of a scope that is gone. */
  deleteExports(scope: string): void;
}

/** Ends a handler with an error answer; the front door turns it into the response. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  constructor(readonly response: EmulatorResponse) {
    super("The request was refused.");
  }
}

export function refuse(response: EmulatorResponse): never {
  throw new Refusal(response);
}

/** The body of a PUT or PATCH. */
export function jsonBody(request: EmulatorRequest): JsonObject {
  if (request.rawBody.trim() === "") refuse(missingBody());
  let body: unknown;
  try {
    body = JSON.parse(request.rawBody);
  } catch (error) {
    refuse(malformedContent(error instanceof Error ? error.message : String(error)));
  }
  return isObject(body) ? body : refuse(missingBody());
}
