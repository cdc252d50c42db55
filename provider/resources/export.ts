/**
 * The Export resource: observe, decide, apply, verify, return. Create and update are one flow with another prior state; the
 * cloud is the authority, and stored state the memory of what was last seen.
 */
import { ArmResponseError, OutcomeUnknownError } from "../arm/errors";
import { apiVersions, newestApiVersion, type ApiVersion } from "../cost-management/api-versions";
import { explain, isStaleETag } from "../cost-management/catalogue";
import { sameValue } from "../cost-management/compare";
import { duration } from "../cost-management/dates";
import { fieldAt, fields, remoteFields } from "../cost-management/fields";
import { isUnknown } from "../cost-management/unknown";
import { validate } from "../cost-management/validate";
import { flatten, getAt, textAt, unflatten, type Values } from "../cost-management/values";
import { exportId, parseLive, requestBody, type LiveExport } from "../cost-management/wire";
import { ResourceError, UnfinishedError } from "./errors";
import { withCure } from "./explain";
import { decideCreate, decideUpdate, differences, type Conflict, type Decision } from "./export-decide";
import { addressOf, requestFor } from "./export-reader";
import {
  effectiveVersion,
  inputsOf,
  parseState,
  programOfLive,
  programValue,
  stateOf,
  unfinishedState,
  type ExportState,
} from "./export-state";
import { sameId } from "./plain";
import type { CheckResult, DiffResult, PlainObject, Resource, ResourceContext } from "./resource";

/** How often a write is decided anew because somebody else wrote in between. */
const staleETagAttempts = 6;

export const exportResource: Resource = {
  check,
  diff,
  async create(inputs, context) {
    const program = flatten(inputs);
    const id = exportId(textAt(program, "scope") ?? "", textAt(program, "exportName") ?? "");
    return { id, state: await write({ operation: "create", id, program, before: undefined }, context) };
  },
  async update(id, state, inputs, context) {
    return { state: await write({ operation: "update", id, program: flatten(inputs), before: state }, context) };
  },
  read,
  delete: remove,
};

function check(previous: PlainObject | undefined, inputs: PlainObject, now: number): CheckResult {
  const { inputs: normal, failures, warnings, values } = validate(inputs, previous, now);
  const before = textAt(flatten(previous), "location");
  const after = textAt(values, "location");
  const moved = before !== undefined && after !== undefined && before !== after;
  return {
    inputs: normal,
    failures,
    warnings: moved
      ? [
          ...warnings,
          {
            property: "location",
            reason: `location changes from "${before}" to "${after}": the API calls it fixed after creation, so the service may refuse or ignore the change.`,
            severity: "warn",
          },
        ]
      : warnings,
  };
}

function diff(_id: string, state: PlainObject, inputs: PlainObject): DiffResult {
  const before = parseState(state);
  const program = flatten(inputs);
  const changed = fields.filter((row) => {
    if (["adopt", "onConflict", "apiVersion", "agreement"].includes(row.path)) return false;
    const wanted = program.get(row.path);
    if (isUnknown(wanted)) return true;
    if (wanted !== undefined) return !sameValue(row, wanted, before.values.get(row.path));
    return !sameValue(row, programValue(before, row.path), undefined);
  });
  const replaces = changed.filter((row) => row.place === "address").map((row) => row.path);
  const version = program.get("apiVersion");
  const wantedVersion = isUnknown(version) ? undefined : effectiveVersion(program, before);
  // An export of the new generation is invisible to old versions: going back means another export.
  if (wantedVersion !== undefined && generation(wantedVersion) === "old" && generation(before.version) === "new")
    replaces.push("apiVersion");
  return {
    changes:
      changed.length > 0 || replaces.length > 0 || wantedVersion !== before.version || before.unfinished !== undefined,
    replaces,
    deleteBeforeReplace: replaces.length > 0,
  };
}

function generation(version: ApiVersion): "old" | "new" {
  return apiVersions[version].generation;
}

/** What a write works on. */
interface Task {
  readonly operation: "create" | "update";
  readonly id: string;
  readonly program: Values;
  /** The stored state; undefined for a create. */
  readonly before: PlainObject | undefined;
}

interface Progress {
  readonly version: ApiVersion;
  readonly deadline: number;
  /** The values of a write whose end is not known. */
  pending: Values | undefined;
  /** Whether such a write was ever sent: then an identical export is ours. */
  everPending: boolean;
}

/** Observe, decide, apply, verify; again where somebody else wrote in between, or an answer never came. */
async function write(task: Task, context: ResourceContext): Promise<PlainObject> {
  const seen = task.before === undefined ? undefined : parseState(task.before);
  const progress: Progress = {
    version: effectiveVersion(task.program, seen),
    deadline: context.clock.now() + timeoutOf(task.program, task.operation),
    pending: undefined,
    everPending: seen?.unfinished !== undefined,
  };
  try {
    for (let attempt = 1; ; attempt++) {
      const live = await observe(task.id, progress.version, progress.deadline, context);
      progress.pending = undefined;
      const decision = decide(task, seen, live, progress, context);
      if (!decision.differs && live !== undefined && !moves(seen, progress.version)) {
        return stateOf(live, task.program, progress.version);
      }
      const written = await apply(task, decision, live, progress, context, attempt);
      if (written !== undefined) {
        reportSilentChanges(task, decision, written, context);
        return stateOf(written, task.program, progress.version);
      }
    }
  } catch (error) {
    throw explained(task, progress, error);
  }
}

/** Whether the write takes the export to another api-version, which it must be written with to get there. */
function moves(seen: ExportState | undefined, version: ApiVersion): boolean {
  return seen !== undefined && generation(seen.version) !== generation(version);
}

/**
 * The live export in the version's sight. Where an old version sees none, the newest is asked: an export of the new
 * generation is hidden from the old one, and writing over it would make a twin.
 */
async function observe(
  id: string,
  version: ApiVersion,
  deadline: number,
  context: ResourceContext,
): Promise<LiveExport | undefined> {
  const live = await context.reader.get(id, version, deadline);
  if (live !== undefined || generation(version) === "new") return live;
  if ((await context.reader.get(id, newestApiVersion, deadline)) === undefined) return undefined;
  throw new ResourceError(
    "OtherGeneration",
    `The export ${id} exists, but was written with a newer api-version (the portal does so), and is hidden from ${version}. Writing it with ${version} could make a second export of the same name. Set apiVersion to ${newestApiVersion}.`,
  );
}

function decide(
  task: Task,
  seen: ExportState | undefined,
  live: LiveExport | undefined,
  progress: Progress,
  context: ResourceContext,
): Decision {
  // Chosen start dates must not lie in the service's past.
  const now = context.arm.serviceTime();
  if (seen === undefined) {
    if (live !== undefined) assertAdoptable(task, live, progress.everPending);
    return decideCreate(live, task.program, now);
  }
  assertSameIdentity(task, live);
  if (live === undefined) {
    if (seen.unfinished?.operation !== "create")
      context.warn(`The export ${task.id} was deleted by somebody else. It is created again.`);
    return decideCreate(undefined, task.program, now);
  }
  const decision = decideUpdate(live, seen, task.program, now);
  if (decision.conflicts.length === 0) return decision;
  const told = `Somebody else changed the export ${task.id} since it was last seen here:\n${list(decision.conflicts)}`;
  if (task.program.get("onConflict") !== "overwrite") {
    throw new ResourceError(
      "Conflict",
      `${told}\nNothing was written. To see the change as drift run "pulumi refresh", then decide: put the live value into the program, or run "pulumi up" to write the program's. To always write the program's, set onConflict to "overwrite".`,
    );
  }
  context.warn(`${told}\nThe program's values are written over it (onConflict is "overwrite").`);
  return decision;
}

/**
 * An export that is made again has another identity, and what hangs on the old one, an `ExportPrincipal` and roles above all,
 * sees that in a refresh alone.
 */
function assertSameIdentity(task: Task, live: LiveExport | undefined): void {
  const known = getAt(task.before, "identity.principalId");
  if (typeof known !== "string" || (live !== undefined && sameId(live.principalId ?? known, known))) return;
  const told =
    live === undefined
      ? `Somebody else deleted the export ${task.id}, and its identity ${known} went with it.`
      : `The export ${task.id} was deleted and made again by somebody else: its identity was ${known}, and is ${live.principalId}.`;
  throw new ResourceError(
    "OtherIdentity",
    `${told} Roles of that identity would be left behind, so nothing was written. Run "pulumi up --refresh": it makes the export and the roles of its new identity anew.`,
  );
}

/** Whether a create may take over an export that exists already. */
function assertAdoptable(task: Task, live: LiveExport, ours: boolean): void {
  const adopt = task.program.get("adopt") ?? "if-identical";
  const different = differences(live, task.program);
  if (adopt === "always" || (different.length === 0 && (ours || adopt === "if-identical"))) return;
  if (adopt === "never") {
    throw new ResourceError(
      "Exists",
      `The export ${task.id} exists already, and adopt is "never". Choose another exportName, or set adopt to "if-identical" or "always" to take it over. ${renamed}`,
    );
  }
  throw new ResourceError(
    "Exists",
    `The export ${task.id} exists already, and differs from the program:\n${list(different)}\nNothing was written. To take it over and change it, set adopt to "always"; to take it over as it is, put its values into the program; or choose another exportName. ${renamed}`,
  );
}

/** A renamed component has made other parts by now, and an alias reaches only parts that are not there yet under the new name. */
const renamed =
  'If it is of a resource or component of this stack that was renamed, deploy that once more by its old name, then rename it with the option aliases: [{ name: "old" }].';

function list(conflicts: readonly Conflict[]): string {
  return conflicts
    .map(
      ({ path, lastSeen, live, wanted }) =>
        `  ${path}: ${lastSeen === "nothing" ? "" : `last seen ${lastSeen}, `}live ${live}, wanted ${wanted}`,
    )
    .join("\n");
}

/** Sends the PUT. Undefined: decide again, because the eTag was stale or the answer never came. */
async function apply(
  task: Task,
  decision: Decision,
  live: LiveExport | undefined,
  progress: Progress,
  context: ResourceContext,
  attempt: number,
): Promise<LiveExport | undefined> {
  const { scope } = addressOf(task.id);
  const body = requestBody(decision.target, apiVersions[progress.version], live);
  context.reader.forget(scope);
  await context.assertEngine();
  try {
    const response = await context.arm.send({
      ...requestFor(task.id, "PUT", progress.version, progress.deadline),
      body,
    });
    if (response.status === 404) throw notFound(response.body, task);
    reportRace(task, live, response.status, progress, context);
    const written = parseLive(response.body);
    // A success that shows no export is settled by reading, like an answer that never came.
    if (written === undefined) markPending(progress, decision);
    return written;
  } catch (error) {
    if (error instanceof OutcomeUnknownError) {
      markPending(progress, decision);
      await pause(attempt, error.retryAfterMs, progress.deadline, context, error);
      return undefined;
    }
    if (error instanceof ArmResponseError && isStaleETag(error.status, error.message) && attempt < staleETagAttempts) {
      await pause(attempt, undefined, progress.deadline, context, error);
      return undefined;
    }
    throw error;
  }
}

/**
 * The service has no PUT that only creates, and takes an eTag for an export that is gone: what somebody else did between
 * our look and our write is overwritten, and only the status tells.
 */
function reportRace(
  task: Task,
  live: LiveExport | undefined,
  status: number,
  progress: Progress,
  context: ResourceContext,
): void {
  if (live === undefined && status === 200 && !progress.everPending)
    context.warn(
      `Somebody else made the export ${task.id} at the same moment; it was overwritten with the program's values. Look whether two programs or people manage it.`,
    );
  if (live !== undefined && status === 201)
    context.warn(
      `Somebody else deleted the export ${task.id} at the same moment; it was made again. Look whether two programs or people manage it.`,
    );
}

/** A write to a scope that does not exist (the transport hands 404 back: for reads and deletes it is an answer). */
function notFound(body: unknown, task: Task): ResourceError {
  const [code = "", message = ""] = [getAt(body, "error.code"), getAt(body, "error.message")].map((part) =>
    typeof part === "string" ? part : "",
  );
  const known = explain(404, code, message);
  // A write does not need the export to be there, so the cure of a read would mislead.
  const cure =
    known === undefined || known.name === "export not found"
      ? "Look whether the scope exists and whether you may see it, then run the deployment again."
      : known.cure;
  const name = code === "" || code === "404" ? "" : ` ${code}`;
  return new ResourceError(
    "NotFound",
    `Cannot ${task.operation} the export ${task.id}: HTTP 404${name}: ${message || "the service found nothing at this address."}\n${cure}`,
  );
}

function markPending(progress: Progress, decision: Decision): void {
  progress.pending = decision.target;
  progress.everPending = true;
}

/** Waits before the next look, longer each time; gives the error back where the time is over. */
async function pause(
  attempt: number,
  asked: number | undefined,
  deadline: number,
  context: ResourceContext,
  error: Error,
): Promise<void> {
  const wait = Math.max(asked ?? 0, Math.min(30_000, 250 * 2 ** (attempt - 1)) * (0.75 + Math.random() / 2));
  if (context.clock.now() + wait >= deadline) throw error;
  await context.clock.sleep(wait);
}

/** The service sometimes answers with other values than it was sent. That is said, and the live value goes to state. */
function reportSilentChanges(task: Task, decision: Decision, written: LiveExport, context: ResourceContext): void {
  const changed = remoteFields.filter((row) => {
    const sent = decision.target.get(row.path);
    return sent !== undefined && task.program.has(row.path) && !sameValue(row, sent, written.values.get(row.path));
  });
  if (changed.length === 0) return;
  const told = changed.map(
    (row) =>
      `${row.path} (sent ${text(decision.target.get(row.path))}, answered ${text(written.values.get(row.path))})`,
  );
  context.warn(`The service changed values of the export ${task.id} without saying so: ${told.join(", ")}.`);
}

function text(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}

async function read(id: string, stored: PlainObject | undefined, context: ResourceContext) {
  const before = stored === undefined ? undefined : parseState(stored);
  const version = before?.version ?? newestApiVersion;
  const deadline = context.clock.now() + timeoutOf(before?.values ?? new Map(), "read");
  const reading = before === undefined ? context.reader.get : context.reader.read;
  let live: LiveExport | undefined;
  try {
    live = await reading(id, version, deadline);
    // An old version's "not found" is believed when the newest does not find it either.
    if (live === undefined && generation(version) === "old") live = await reading(id, newestApiVersion, deadline);
  } catch (error) {
    throw withCure(`Cannot read the export ${id}`, error);
  }
  if (live === undefined) return undefined;
  const program = before === undefined ? programOfLive(id, live) : setByProgram(before);
  const state = stateOf(live, program, version, before?.values);
  const eTag = live.eTag === undefined && before?.eTag !== undefined ? { eTag: before.eTag } : {};
  const unfinished = stored?.["unfinished"] === undefined ? {} : { unfinished: stored["unfinished"] };
  const inputs = before === undefined ? programAsInputs(state) : inputsOf(id, live, state, before);
  return { state: { ...state, ...eTag, ...unfinished }, inputs };
}

function setByProgram(before: ExportState): Values {
  return new Map([...before.values].filter(([path]) => !before.unset.has(path)));
}

function programAsInputs(state: PlainObject): PlainObject {
  const parsed = parseState(state);
  return unflatten(new Map([...parsed.values].filter(([path]) => !parsed.unset.has(path))));
}

/** Deletes the export and waits until it is gone. */
async function remove(id: string, stored: PlainObject, context: ResourceContext): Promise<void> {
  const state = parseState(stored);
  const deadline = context.clock.now() + timeoutOf(state.values, "delete");
  const { scope } = addressOf(id);
  try {
    let version = state.version;
    context.reader.forget(scope);
    await context.assertEngine();
    const response = await context.arm.send(requestFor(id, "DELETE", version, deadline));
    if (response.status === 404) {
      // The portal may have moved the export out of an old version's sight; and one "not found" that the next look does not
      // confirm would leave an orphan.
      version = newestApiVersion;
      if ((await context.reader.get(id, version, deadline)) === undefined) return;
      await context.arm.send(requestFor(id, "DELETE", version, deadline));
    }
    for (let attempt = 1; (await context.reader.get(id, version, deadline)) !== undefined; attempt++) {
      const stillThere = new ResourceError(
        "StillThere",
        `The service accepted the deletion of ${id}, but still shows the export. Run the deployment again, or raise timeouts.delete.`,
      );
      await pause(attempt + 1, undefined, deadline, context, stillThere);
    }
  } catch (error) {
    throw withCure(`Cannot delete the export ${id}`, error);
  }
}

function timeoutOf(values: Values, operation: "create" | "read" | "update" | "delete"): number {
  const row = fieldAt(`timeouts.${operation}`);
  return duration(textAt(values, row.path) ?? String(row.default)) ?? 0;
}

/** The error for the engine: unfinished where a write's end is not known, else the service's words with their cure. */
function explained(task: Task, progress: Progress, error: unknown): unknown {
  const told = withCure(`Cannot ${task.operation} the export ${task.id}`, error);
  if (progress.pending === undefined) return told;
  const message = told instanceof Error ? told.message : String(told);
  return new UnfinishedError(
    task.id,
    unfinishedState(task.operation, task.before, task.program, progress.pending, progress.version),
    [
      `The ${task.operation} of the export ${task.id} was sent, and whether the service applied it is not known.`,
      message,
      'Run "pulumi up" again: it looks at the export first, and finishes what is missing.',
    ],
    { cause: error },
  );
}
