/**
 * An in-memory ArmClient for tests of the resources: exports with eTags and nothing else. It is not the emulator (that one
 * is tested with real requests); it exists to put an error at an exact place of a flow.
 */
import {
  ArmResponseError,
  OutcomeUnknownError,
  type ArmClient,
  type ArmRequest,
  type ArmResponse,
  type Clock,
} from "../../provider/arm";
import { createExportReader } from "../../provider/resources/export-reader";
import type { JournalNote, RunJournal } from "../../provider/resources/run-journal";
import type { ResourceContext } from "../../provider/resources/resource";

export interface FakeArm extends ResourceContext {
  readonly clock: Clock & { time: number };
  /** Method and last segment of each request. */
  readonly requests: ArmRequest[];
  readonly warnings: string[];
  readonly exports: Map<string, { body: Record<string, unknown>; generation: "old" | "new" }>;
  /** Called before a request is answered; what it throws is thrown, what it returns is answered. */
  intercept: (request: ArmRequest, apply: () => ArmResponse) => ArmResponse | undefined;
  /** Changes an export as the portal would: merges into `properties`, with a new eTag. */
  edit(id: string, properties: Record<string, unknown>): void;
}

const newVersions = ["2025-03-01", "2023-07-01-preview"];

export function fakeArm(start = Date.parse("2026-12-01T10:00:00Z")): FakeArm {
  const exports: FakeArm["exports"] = new Map();
  const requests: ArmRequest[] = [];
  const warnings: string[] = [];
  const clock = {
    time: start,
    now: () => clock.time,
    sleep: (milliseconds: number) => {
      clock.time += milliseconds;
      return Promise.resolve();
    },
  };
  let tick = 0;
  const nextETag = () => `"\\"${(++tick).toString(16).padStart(15, "1d8")}\\""`.replace(/^"\\|\\"$/g, "");
  const key = (path: string) => path.toLowerCase().replace(/^\/+/, "");
  const visible = (path: string, version: string) => {
    const found = exports.get(key(path));
    return found !== undefined && (found.generation === "old" || newVersions.includes(version)) ? found : undefined;
  };

  const answer = (request: ArmRequest): ArmResponse => {
    const found = visible(request.path, request.apiVersion);
    if (request.operation === "list") {
      const prefix = `${key(request.path)}/`;
      const value = [...exports.keys()]
        .filter((id) => id.startsWith(prefix))
        .flatMap((id) => visible(id, request.apiVersion)?.body ?? []);
      return respond(200, { value });
    }
    if (request.method === "PUT") {
      const sent = structuredClone(request.body) as Record<string, unknown>;
      const current = found?.body["eTag"];
      if (found !== undefined && sent["eTag"] !== current)
        throw refusal(400, "There are changes made to the export. Please get the latest to avoid overwrite.");
      const name = request.path.split("/").at(-1);
      const body = { ...sent, id: key(request.path), name, type: "Microsoft.CostManagement/exports", eTag: nextETag() };
      exports.set(key(request.path), { body, generation: newVersions.includes(request.apiVersion) ? "new" : "old" });
      return respond(found === undefined ? 201 : 200, body);
    }
    if (found === undefined) return respond(404, { error: { code: "404", message: "No export found for it." } });
    if (request.method === "DELETE") exports.delete(key(request.path));
    return respond(200, request.method === "GET" ? found.body : undefined);
  };

  const arm: ArmClient = {
    serviceTime: () => clock.time,
    blobStorage: () => Promise.reject(new Error("There is no storage here.")),
    send: (request) => {
      requests.push(request);
      return new Promise((resolve) => resolve(fake.intercept(request, () => answer(request)) ?? answer(request)));
    },
  };
  const fake: FakeArm = {
    arm,
    clock,
    requests,
    warnings,
    exports,
    reader: createExportReader(arm, clock),
    warn: (message) => void warnings.push(message),
    progress: () => undefined,
    journal: memoryJournal(),
    waitUnit: 5000,
    assertEngine: () => Promise.resolve(),
    intercept: () => undefined,
    edit: (id, properties) => {
      const found = exports.get(key(id))!;
      found.body = {
        ...found.body,
        properties: { ...(found.body["properties"] as object), ...properties },
        eTag: nextETag(),
      };
    },
  };
  return fake;
}

/** A journal that forgets with the test. */
export function memoryJournal(): RunJournal {
  const notes = new Map<string, JournalNote>();
  return {
    claim: (key) => Promise.resolve(notes.get(key)),
    write: (key, note) => void notes.set(key, note),
    remove: (key) => void notes.delete(key),
  };
}

export function respond(status: number, body?: unknown): ArmResponse {
  return { status, headers: {}, body: body === undefined ? undefined : structuredClone(body) };
}

export function refusal(status: number, message: string, code = String(status)): ArmResponseError {
  return new ArmResponseError(
    { status, code, serviceMessage: message, requestId: "req-1", correlationId: "cor-1", retryAfterMs: undefined },
    `${code}: ${message} (HTTP ${status}, request id req-1, correlation id cor-1)`,
  );
}

export function lostAnswer(): OutcomeUnknownError {
  return new OutcomeUnknownError("ECONNRESET", {}, "The connection was reset before the answer came.");
}
