/**
 * The on-demand reports as resources. A report is a long-running operation whose state is plain data: the address to poll.
 * It can be resumed from there after an error, and, by a note on disk, after a kill.
 */
import type { ArmResponse } from "../arm";
import { OutcomeUnknownError } from "../arm/errors";
import { redact } from "../arm/redact";
import { apiVersions, type ApiVersion } from "../cost-management/api-versions";
import { duration, format, instant } from "../cost-management/dates";
import { offeredVersions, versionOf, type Problem } from "../cost-management/parse";
import {
  checkCostDetails,
  checkReservationDetails,
  costDetailsRequest,
  parseReport,
  reservationDetailsRequest,
  type Refusal,
  type Report,
  type ReportRequest,
} from "../cost-management/reports";
import { didYouMean, listOf } from "../cost-management/spelling";
import { containsUnknown, isRecord, isUnknown } from "../cost-management/unknown";
import { ResourceError, UnfinishedError } from "./errors";
import { withCure } from "./explain";
import { journalKey } from "./run-journal";
import { pick, text } from "./plain";
import type { ReportLink } from "./report-files";
import type { PlainObject, Resource, ResourceContext } from "./resource";

interface ReportKind {
  readonly label: string;
  /** What downloaded files are called. */
  readonly fileName: string;
  readonly inputs: readonly string[];
  readonly feature: "costDetails" | "reservationDetails";
  readonly check: (inputs: PlainObject, now: number) => readonly Refusal[];
  readonly request: (inputs: PlainObject) => ReportRequest;
  readonly outputs: (report: Report) => PlainObject;
}

const common = ["triggers", "download", "apiVersion", "timeouts"] as const;

export const costDetailsReportResource = reportResource({
  label: "cost-details report",
  fileName: "cost-details",
  inputs: ["scope", "metric", "timePeriod", "billingPeriod", "invoiceId", ...common],
  feature: "costDetails",
  check: checkCostDetails,
  request: costDetailsRequest,
  outputs: ({ status, blobs, byteCount, validTill }) => ({
    status,
    blobs: blobs.map(({ link, ...rest }) => ({ blobLink: link, ...rest })),
    blobCount: blobs.length,
    byteCount: byteCount ?? 0,
    ...(validTill === undefined ? {} : { validTill }),
  }),
});

export const reservationDetailsReportResource = reportResource({
  label: "reservation-details report",
  fileName: "reservation-details",
  inputs: ["billingAccountId", "billingProfileId", "startDate", "endDate", ...common],
  feature: "reservationDetails",
  check: checkReservationDetails,
  request: reservationDetailsRequest,
  outputs: ({ status, blobs, validTill }) => ({
    status,
    ...(blobs[0] === undefined ? {} : { reportUrl: blobs[0].link }),
    ...(validTill === undefined ? {} : { validUntil: validTill }),
  }),
});

function reportResource(kind: ReportKind): Resource {
  return {
    check: (_previous, inputs, now) => ({
      inputs: pick(inputs, kind.inputs),
      failures: checkReport(kind, inputs, now),
      warnings: [],
    }),
    // A report is of its moment: whatever changes, another report is made. What is made already needs no deletion.
    diff: (_id, state, inputs) => {
      const replaces = kind.inputs.filter(
        (key) =>
          key !== "timeouts" &&
          key !== "apiVersion" &&
          (containsUnknown(inputs[key]) || text(state[key]) !== text(inputs[key])),
      );
      return {
        changes: replaces.length > 0 || state["unfinished"] !== undefined,
        replaces,
        deleteBeforeReplace: false,
      };
    },
    create: async (inputs, context) => {
      const id = `${kind.request(inputs).path}/${journalKey(inputs, context.clock.now()).slice(0, 12)}`;
      return { id, state: await withFiles(kind, id, await generate(kind, id, inputs, undefined, context), context) };
    },
    update: async (id, state, inputs, context) => {
      if (!isRecord(state["unfinished"])) return { state: { ...state, ...pick(inputs, kind.inputs) } };
      const { operation, location } = state["unfinished"];
      if (operation === "download" && alive(state, context.clock.now())) {
        const { unfinished, ...made } = state;
        return { state: await withFiles(kind, id, made, context) };
      }
      // The note still leads to the report whose links have died.
      if (operation === "download") context.journal.remove(keyOf(kind, inputs));
      const resumed = typeof location === "string" ? location : undefined;
      return { state: await withFiles(kind, id, await generate(kind, id, inputs, resumed, context), context) };
    },
    read: (id, state) => {
      if (state === undefined)
        return Promise.reject(
          new ResourceError("NotFound", `${id}: a ${kind.label} cannot be looked up; make a new one.`),
        );
      return Promise.resolve({ state, inputs: pick(state, kind.inputs) });
    },
    delete: (_id, state, context) => {
      context.journal.remove(keyOf(kind, state));
      return Promise.resolve();
    },
  };
}

function checkReport(kind: ReportKind, inputs: PlainObject, now: number): readonly Problem[] {
  const strangers = Object.keys(inputs).filter((key) => !kind.inputs.includes(key));
  const { apiVersion } = inputs;
  const refusals: Refusal[] = [
    ...strangers.map((key): Refusal => {
      const near = didYouMean(key, kind.inputs);
      return [
        key,
        `${key} is not a property of a ${kind.label}. ${near === undefined ? `It has ${listOf(kind.inputs)}.` : `Did you mean ${near}?`}`,
      ];
    }),
    ...kind.check(inputs, now),
  ];
  const { download } = inputs;
  if (download !== undefined && !isUnknown(download) && (typeof download !== "string" || download === ""))
    refusals.push([
      "download",
      "download must be the path of a folder, such as ./reports. Leave it out to get links only.",
    ]);
  const having = offeredVersions.filter((version) => apiVersions[version][kind.feature]);
  if (typeof apiVersion === "string" && !(having as readonly string[]).includes(apiVersion)) {
    refusals.push([
      "apiVersion",
      `The ${kind.label} does not exist in api-version "${apiVersion}". It exists in ${listOf(having)}.`,
    ]);
  }
  return refusals.map(([property, reason]) => ({ property, reason, severity: "refuse" }));
}

function keyOf(kind: ReportKind, inputs: PlainObject): string {
  return journalKey(kind.feature, pick(inputs, kind.inputs));
}

/** The links of a made report, from its state. */
export function linksOf(state: PlainObject): readonly ReportLink[] {
  if (typeof state["reportUrl"] === "string") return [{ link: state["reportUrl"] }];
  const blobs = Array.isArray(state["blobs"]) ? (state["blobs"] as readonly unknown[]) : [];
  return blobs.filter(isRecord).map((blob) => ({
    link: String(blob["blobLink"]),
    ...(typeof blob["byteCount"] === "number" ? { byteCount: blob["byteCount"] } : {}),
  }));
}

/** Whether the links of a report still work, as far as it tells. */
function alive(state: PlainObject, now: number): boolean {
  const end = state["validTill"] ?? state["validUntil"];
  return typeof end !== "string" || (instant(end) ?? Infinity) > now;
}

/** Downloads where the program asks for it. A report whose files did not arrive is recorded, and its download is tried again. */
async function withFiles(
  kind: ReportKind,
  id: string,
  state: PlainObject,
  context: ResourceContext,
): Promise<PlainObject> {
  const { download: folder } = state;
  if (typeof folder !== "string") return state;
  const { downloadLinks } = await import("./report-files.js");
  try {
    const files = await downloadLinks(linksOf(state), folder, kind.fileName);
    context.progress(
      `${kind.label}: ${files.map(({ target, byteCount }) => `${target} (${byteCount} bytes)`).join(", ") || "no files"}`,
    );
    return { ...state, files: files.map(({ target, byteCount }) => ({ path: target, byteCount })) };
  } catch (error) {
    const reason = error instanceof Error ? redact(error.message) : String(error);
    throw new UnfinishedError(
      id,
      { ...state, unfinished: { operation: "download" } },
      [
        reason,
        'The report is made. Run "pulumi up" again: it downloads what is missing, or makes a new report where the links have died.',
      ],
      { cause: error },
    );
  }
}

/** Asks for the report, or goes on with one that was asked for, and polls until it is made. */
async function generate(
  kind: ReportKind,
  id: string,
  inputs: PlainObject,
  location: string | undefined,
  context: ResourceContext,
): Promise<PlainObject> {
  const timeouts = isRecord(inputs["timeouts"]) ? inputs["timeouts"] : {};
  const limit = timeouts["create"];
  const job: Job = {
    kind,
    key: keyOf(kind, inputs),
    request: kind.request(inputs),
    version: versionOf(inputs),
    deadline: context.clock.now() + (duration(typeof limit === "string" ? limit : "2h") ?? 0),
  };
  let address = location ?? (await context.journal.claim(job.key))?.handle;
  try {
    const first: ArmResponse | undefined = address === undefined ? await ask(job, context) : undefined;
    if (first !== undefined && first.status !== 202) return finished(kind, inputs, first, context);
    address = address ?? first?.headers["location"];
    if (address === undefined)
      throw new ResourceError(
        "Refused",
        `The service accepted the ${kind.label}, but did not say where to ask for it.`,
      );
    context.journal.write(job.key, { startedAt: context.clock.now(), seen: [], handle: address });
    return finished(kind, inputs, await poll(job, address, first, context), context);
  } catch (error) {
    const told = withCure(`Cannot make the ${kind.label} of ${job.request.scope}`, error);
    if (address === undefined || (told instanceof ResourceError && told.code !== "StillRunning")) {
      context.journal.remove(job.key);
      throw told;
    }
    const reason = told instanceof Error ? told.message : String(told);
    const state = { ...pick(inputs, kind.inputs), unfinished: { operation: "report", location: address } };
    throw new UnfinishedError(
      id,
      state,
      [reason, 'Run "pulumi up" again: it goes on with the report that was asked for.'],
      { cause: error },
    );
  }
}

interface Job {
  readonly kind: ReportKind;
  readonly key: string;
  readonly request: ReportRequest;
  readonly version: ApiVersion;
  readonly deadline: number;
}

/** A report that was asked for twice costs quota and nothing else, so a lost answer is asked again. */
async function ask(job: Job, context: ResourceContext): Promise<ArmResponse> {
  const { scope, path, query, body } = job.request;
  for (let attempt = 1; ; attempt++) {
    try {
      const request = {
        method: "POST",
        path,
        query,
        apiVersion: job.version,
        operation: "report",
        scope,
        deadline: job.deadline,
      } as const;
      const response = await context.arm.send(body === undefined ? request : { ...request, body });
      if (response.status === 404)
        throw new ResourceError(
          "NotFound",
          `There is no ${job.kind.label} at ${scope}: the scope does not exist, or has none.`,
        );
      return response;
    } catch (error) {
      if (!(error instanceof OutcomeUnknownError) || attempt >= 3) throw error;
      await context.clock.sleep(Math.max(error.retryAfterMs ?? 0, 1000 * attempt));
    }
  }
}

/** Asks as often as the service says, and no more: it estimates how long the report needs. */
async function poll(
  job: Job,
  address: string,
  first: ArmResponse | undefined,
  context: ResourceContext,
): Promise<ArmResponse> {
  let location = address;
  let wait = retryAfter(first, context);
  for (let count = 0; ; count++) {
    if (count > 0 || first !== undefined) {
      if (context.clock.now() + wait >= job.deadline) {
        throw new ResourceError(
          "StillRunning",
          `The ${job.kind.label} of ${job.request.scope} is not made yet after the time that timeouts.create allows.`,
        );
      }
      await context.clock.sleep(wait);
    }
    const { scope } = job.request;
    const response = await context.arm.send({
      method: "GET",
      path: scope,
      location,
      apiVersion: job.version,
      operation: "poll",
      scope,
      deadline: job.deadline,
    });
    if (response.status === 404)
      throw new ResourceError(
        "NotFound",
        `The ${job.kind.label} of ${scope} that was asked for is no longer known to the service. Run again for a new one.`,
      );
    if (response.status !== 202 && (response.status === 204 || parseReport(response.body) !== undefined))
      return response;
    context.progress(`${job.kind.label} of ${scope}: in progress`);
    // Not every 202 repeats the address; the last one holds.
    location = response.headers["location"] ?? location;
    wait = retryAfter(response, context);
  }
}

/** What the service asks to wait; half a minute against Azure where it does not say. */
function retryAfter(response: ArmResponse | undefined, { waitUnit }: ResourceContext): number {
  const seconds = Number(response?.headers["retry-after"]);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 6 * waitUnit;
}

function finished(kind: ReportKind, inputs: PlainObject, response: ArmResponse, context: ResourceContext): PlainObject {
  // 204 says that the report was made and holds nothing.
  const report = response.status === 204 ? ({ status: "NoDataFound", blobs: [] } as const) : parseReport(response.body);
  if (report === undefined)
    throw new ResourceError("Refused", `The service answered the ${kind.label} with something that is no report.`);
  if (report.status === "Failed") {
    const { code, message } = report.error ?? {};
    throw new ResourceError(
      "Refused",
      `The ${kind.label} failed: ${[code, message].filter(Boolean).join(": ") || "the service did not say why"}.`,
    );
  }
  return { ...pick(inputs, kind.inputs), ...kind.outputs(report), createdTime: format(context.clock.now()) };
}
