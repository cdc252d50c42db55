/** Each test's own emulated Microsoft.CostManagement, with a clock that stands still until it is moved. */
import { createCostManagement } from "../../../emulator/cost-management";
import type { CostManagementOptions, CostManagementPart } from "../../../emulator/cost-management";
import { createTrafficRecorder, trafficVariable } from "../../../emulator/server/traffic";
import { defaultSwitches } from "../../../emulator/types";
import type { EmulatorResponse, Switches } from "../../../emulator/types";
import { emulatorRequest } from "../../support/emulator-request";
import type { RequestOptions } from "../../support/emulator-request";

export const subscription = "/subscriptions/5b1c0de0-3a5e-4c57-8f0e-5a1f00000002";
export const enrollment = "/providers/Microsoft.Billing/billingAccounts/123456";
export const managementGroup = "/providers/Microsoft.Management/managementGroups/root";
export const storage = `${subscription}/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/costs`;
export const start = "2025-06-15T10:00:00Z";

export const oldVersions = [
  "2020-06-01",
  "2021-10-01",
  "2022-10-01",
  "2023-03-01",
  "2023-08-01",
  "2023-09-01",
  "2023-11-01",
  "2024-08-01",
];
export const newVersions = ["2023-07-01-preview", "2025-03-01"];
export const allVersions = [...oldVersions, ...newVersions];

export interface World {
  readonly part: CostManagementPart;
  readonly switches: Switches;
  readonly clock: { time: number };
  advance(milliseconds: number): void;
  send(method: string, path: string, options?: RequestOptions): EmulatorResponse;
  put(name: string, body: unknown, options?: At): EmulatorResponse;
  get(name: string, options?: At): EmulatorResponse;
  list(options?: At): EmulatorResponse;
  remove(name: string, options?: At): EmulatorResponse;
  run(name: string, body?: unknown, options?: At): EmulatorResponse;
  history(name: string, options?: At): EmulatorResponse;
}

export interface At extends RequestOptions {
  readonly scope?: string;
}

/** These answers are held against the OpenAPI contract like those that come over the wire. */
const record = createTrafficRecorder(process.env[trafficVariable]);

export function world(switches: Partial<Switches> = {}, options: Partial<CostManagementOptions> = {}): World {
  const clock = { time: Date.parse(start) };
  const own = { ...defaultSwitches, ...switches };
  let ids = 0;
  const part = createCostManagement({
    clock: { now: () => clock.time },
    switches: own,
    newId: () => `00000000-0000-4000-8000-${String(++ids).padStart(12, "0")}`,
    ...options,
  });
  // What another writer stores is not judged, so it may leave the contract.
  let judged = true;
  const editExport = part.editExport.bind(part);
  part.editExport = (...args) => {
    judged = false;
    return editExport(...args);
  };
  const send: World["send"] = (method, path, requestOptions) => {
    const request = emulatorRequest(method, path, requestOptions);
    const response = part.handle(request);
    if (response === undefined) throw new Error(`No answer to ${method} ${path}.`);
    if (judged)
      record({
        method,
        url: `${request.origin}/${request.segments.map(encodeURIComponent).join("/")}?${new URLSearchParams(request.query).toString()}`,
        requestHeaders: {},
        status: response.status,
        responseHeaders: { "content-type": "application/json; charset=utf-8", ...response.headers },
        responseBody: response.body,
      });
    return response;
  };
  const path = (scope = subscription, rest = ""): string =>
    `${scope}/providers/Microsoft.CostManagement/exports${rest}`;
  return {
    part,
    switches: own,
    clock,
    advance: (milliseconds) => {
      clock.time += milliseconds;
    },
    send,
    put: (name, body, at = {}) => send("PUT", path(at.scope, `/${name}`), { ...at, body }),
    get: (name, at = {}) => send("GET", path(at.scope, `/${name}`), at),
    list: (at = {}) => send("GET", path(at.scope), at),
    remove: (name, at = {}) => send("DELETE", path(at.scope, `/${name}`), at),
    run: (name, body, at = {}) => send("POST", path(at.scope, `/${name}/run`), { ...at, body }),
    history: (name, at = {}) => send("GET", path(at.scope, `/${name}/runHistory`), at),
  };
}

/** A daily export that every version accepts; the patch is merged member by member, undefined removes one. */
export function daily(patch: object = {}): Record<string, unknown> {
  return merge(
    {
      properties: {
        schedule: {
          status: "Active",
          recurrence: "Daily",
          recurrencePeriod: { from: "2025-06-16T00:00:00Z", to: "2026-06-16T00:00:00Z" },
        },
        format: "Csv",
        deliveryInfo: { destination: { resourceId: storage, container: "exports", rootFolderPath: "costs" } },
        definition: { type: "ActualCost", timeframe: "MonthToDate", dataSet: { granularity: "Daily" } },
      },
    },
    patch,
  );
}

/** An inactive export of one past period. */
export function oneTime(patch: object = {}): Record<string, unknown> {
  return daily(
    merge(
      {
        properties: {
          schedule: undefined,
          definition: {
            timeframe: "Custom",
            timePeriod: { from: "2025-05-01T00:00:00Z", to: "2025-05-31T00:00:00Z" },
          },
        },
      },
      patch,
    ),
  );
}

export const properties = (patch: object): object => ({ properties: patch });
export const definition = (patch: object): object => properties({ definition: patch });
export const schedule = (patch: object): object => properties({ schedule: patch });
export const destination = (patch: object): object => properties({ deliveryInfo: { destination: patch } });

function merge(target: Record<string, unknown>, patch: object): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...target };
  for (const [name, value] of Object.entries(patch) as [string, unknown][]) {
    merged[name] = isObject(merged[name]) && isObject(value) ? merge(merged[name], value) : value;
  }
  return merged;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value in an answer's body, by a path such as `properties.schedule.status` or `value.0.id`. */
export function at(response: EmulatorResponse, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>(
      (value, name) => (isObject(value) || Array.isArray(value) ? Reflect.get(value, name) : undefined),
      response.body,
    );
}

export function names(list: EmulatorResponse): unknown {
  const value = at(list, "value");
  return Array.isArray(value) ? value.map((one: unknown) => (isObject(one) ? one["name"] : one)) : value;
}

export const idOf = (name: string, scope = subscription): string =>
  `${scope}/providers/Microsoft.CostManagement/exports/${name}`;

/** The eTag as the next PUT sends it. */
export const eTagOf = (response: EmulatorResponse): { readonly eTag: unknown } => ({ eTag: at(response, "eTag") });

/** Status and message in one text, so that one comparison shows what went wrong. */
export function refusal(response: EmulatorResponse): string {
  return at(response, "error") === undefined
    ? `${response.status} accepted`
    : `${response.status} ${String(at(response, "error.code"))}: ${String(at(response, "error.message"))}`;
}
