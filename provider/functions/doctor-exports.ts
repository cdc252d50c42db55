/** Checks of exports: generations and twins, folders, schedules, suspension, and how their last runs ended. */
import { redact } from "../arm";
import { newestApiVersion } from "../cost-management/api-versions";
import { explain } from "../cost-management/catalogue";
import { sameAt, sameId } from "../cost-management/compare";
import { instant, yearsAfter } from "../cost-management/dates";
import { parseRuns } from "../cost-management/runs";
import { listOf } from "../cost-management/spelling";
import { getAt, textAt } from "../cost-management/values";
import { exportsIn, isChosen, unseen, type Doctor, type ExportFacts, type ScopeFacts } from "./doctor-facts";
import { say, type Finding } from "./doctor-findings";
import type { Answer } from "./doctor-read";
import { oldGenerationVersion } from "./import";

const day = 86_400_000;
/** A schedule that ends sooner is worth a warning, in days. */
const soon = 60;

export async function checkExports(facts: ScopeFacts, doctor: Doctor): Promise<readonly Finding[]> {
  const chosen = facts.exports.filter(isChosen(doctor));
  return [
    ...checkRecorded(facts, doctor),
    ...(await checkGenerations(facts, doctor)),
    ...checkSchedules(facts, chosen, doctor),
    ...checkSuspension(facts, chosen),
    ...(await checkLastRuns(facts, chosen, doctor)),
  ];
}

/** Only where a stack names the exports: those that Azure has not. */
function checkRecorded({ scope, newest, exports }: ScopeFacts, { chosen }: Doctor): readonly Finding[] {
  if (chosen === undefined || newest.type !== "found") return [];
  const prefix = `${scope.path}/providers/Microsoft.CostManagement/exports/`.toLowerCase();
  const here = chosen.filter((id) => id.toLowerCase().startsWith(prefix));
  const gone = here.filter((id) => !exports.some((one) => sameId(one.id, id)));
  if (gone.length > 0) return gone.map((id) => say("recorded", "error", id));
  return here.length === 0 ? [] : [say("recorded", "ok", scope.path)];
}

async function checkGenerations(facts: ScopeFacts, doctor: Doctor): Promise<readonly Finding[]> {
  const { scope, newest, older } = facts;
  if (newest.type !== "found") return [];
  if (older.type !== "found") return [unseen("generations", scope.path, older, doctor)];
  const named = (generation: ExportFacts["generation"]): readonly string[] => [
    ...new Set(facts.exports.filter((one) => one.generation === generation).map(({ name }) => name)),
  ];
  const [hidden, seen] = [named("new"), named("old")];
  const generations =
    hidden.length > 0 && seen.length > 0
      ? say("generations", "warning", scope.path, { hidden: listOf(hidden), seen: listOf(seen) })
      : say("generations", "ok", scope.path, { state: stateOf(hidden, seen) });
  const twins = await twinsOf(facts, doctor);
  return [
    generations,
    ...(twins.length === 0 ? [say("twins", "ok", scope.path)] : twins.map((id) => say("twins", "warning", id))),
  ];
}

/**
 * The newest list shows both generations, the older one its own only: a name twice in the newest is two exports, and so are
 * two eTags. Those may also mean that somebody wrote between the two lists, so both exports are read once more.
 */
async function twinsOf({ scope, older, exports: found }: ScopeFacts, { reads }: Doctor): Promise<readonly string[]> {
  const eTags = new Map(exportsIn(older).map(({ name, eTag }) => [name?.toLowerCase(), eTag]));
  const suspects = found.filter(({ id, name, live }, index) => {
    const before = eTags.get(name.toLowerCase());
    const repeated = found.findIndex((other) => sameId(other.id, id)) !== index;
    return repeated || (before !== undefined && live.eTag !== undefined && before !== live.eTag);
  });
  const ids = [...new Set(suspects.map(({ id }) => id))];
  const twins = await Promise.all(
    ids.map(async (id) => {
      const read = (version: string) => reads.get(id, version, scope.path);
      const [now, before] = await Promise.all([read(newestApiVersion), read(oldGenerationVersion)]);
      const eTagOf = (answer: Answer): unknown => (answer.type === "found" ? getAt(answer.body, "eTag") : undefined);
      const [one, other] = [eTagOf(now), eTagOf(before)];
      return one !== undefined && other !== undefined && one !== other;
    }),
  );
  return ids.filter((_, index) => twins[index] === true);
}

function stateOf(hidden: readonly string[], seen: readonly string[]): string {
  if (hidden.length + seen.length === 0) return "there are none";
  return seen.length > 0
    ? `the older one, which every tool sees (${listOf(seen)})`
    : `the newer one, hidden from tools that speak older api-versions (${listOf(hidden)})`;
}

/** Over all scopes: a folder is shared by scopes as well as within one. */
export function checkCollisions(exports: readonly ExportFacts[], subject: string): readonly Finding[] {
  const folders = new Map<string, ExportFacts[]>();
  for (const one of exports) {
    const folder = folderOf(one);
    if (folder !== undefined) folders.set(folder, [...(folders.get(folder) ?? []), one]);
  }
  const shared = [...folders].filter(([, users]) => new Set(users.map(({ id }) => id)).size > 1);
  if (shared.length === 0) return exports.length === 0 ? [] : [say("collision", "ok", subject)];
  return shared.map(([folder, users]) =>
    say("collision", "warning", users[0]?.accountId ?? subject, { folder, exports: listOf(users.map(({ id }) => id)) }),
  );
}

/** Blob paths have a case, accounts and containers none. Names of accounts are unique in the world. */
function folderOf({ live, name, accountId, container }: ExportFacts): string | undefined {
  const account = accountId?.split("/").at(-1) ?? textAt(live.values, "deliveryInfo.destination.storageAccount");
  if (account === undefined || container === undefined) return undefined;
  const path = `${textAt(live.values, "deliveryInfo.destination.rootFolderPath") ?? ""}/${name}`;
  return [account.toLowerCase(), container.toLowerCase(), ...path.split("/").filter(Boolean)].join("/");
}

function checkSchedules(
  { scope }: ScopeFacts,
  exports: readonly ExportFacts[],
  { context }: Doctor,
): readonly Finding[] {
  const now = context.clock.now();
  const ending = exports.flatMap(({ id, live }) => {
    const end = textAt(live.values, "schedule.recurrencePeriod.to");
    const moment = end === undefined ? undefined : instant(end);
    const active = sameAt("schedule.status", live.values.get("schedule.status"), "Active");
    const recurs = !sameAt("schedule.recurrence", live.values.get("schedule.recurrence"), undefined);
    if (!active || !recurs || end === undefined || moment === undefined || moment - now >= soon * day) return [];
    const facts = { end: end.slice(0, 10), later: yearsAfter(now, 5), left: String(Math.ceil((moment - now) / day)) };
    return [say("schedule", moment <= now ? "error" : "warning", id, facts)];
  });
  if (ending.length > 0 || exports.length === 0) return ending;
  return [say("schedule", "ok", scope.path, { days: String(soon) })];
}

function checkSuspension({ scope }: ScopeFacts, exports: readonly ExportFacts[]): readonly Finding[] {
  const suspended = exports
    .filter(({ live }) => sameAt("schedule.status", live.values.get("schedule.status"), "SystemSuspended"))
    .map(({ id, live }) => {
      const reason = live.systemSuspensionContext?.["suspensionReason"];
      return say("suspended", "error", id, { because: typeof reason === "string" ? `: ${reason}` : "" });
    });
  return suspended.length > 0 || exports.length === 0 ? suspended : [say("suspended", "ok", scope.path)];
}

async function checkLastRuns(
  { scope }: ScopeFacts,
  exports: readonly ExportFacts[],
  doctor: Doctor,
): Promise<readonly Finding[]> {
  const ids = [...new Set(exports.map(({ id }) => id))];
  const ends = await Promise.all(ids.map((id) => lastRun(id, scope.path, doctor)));
  const problems = ends.filter((end) => typeof end !== "string");
  if (problems.length > 0 || ids.length === 0) return problems;
  const count = (word: string): string[] => {
    const many = ends.filter((end) => end === word).length;
    return many === 0 ? [] : [`${many} ${word}`];
  };
  const state = [...count("delivered"), ...count("without charges"), ...count("running"), ...count("without a run")];
  return [say("lastRun", "ok", scope.path, { state: state.join(", ") })];
}

/** A finding, or how the run stands in a word. A run under way hides nothing: the one before it tells. */
async function lastRun(id: string, scope: string, doctor: Doctor): Promise<Finding | string> {
  const answer = await doctor.reads.get(`${id}/runHistory`, newestApiVersion, scope);
  if (answer.type !== "found") return unseen("lastRun", id, answer, doctor);
  const runs = parseRuns(answer.body);
  const ended = runs.find(({ outcome }) => outcome !== "running");
  if (ended === undefined) return runs.length === 0 ? "without a run" : "running";
  if (ended.outcome !== "failed") return ended.outcome === "empty" ? "without charges" : "delivered";
  const { code = "", message = "" } = ended.error ?? {};
  const reason = redact(message || code || "no reason is told.");
  const advice = explain(0, code, message)?.cure ?? "Nothing is on record about this failure.";
  const submitted = ended.submittedTime?.slice(0, 10) ?? "an unknown day";
  return say("lastRun", "error", id, { submitted, status: ended.status, reason, advice });
}
