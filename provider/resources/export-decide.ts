/** What an update writes: the live export, what we last saw of it, and what the program wants, decided field by field. */
import { sameValue } from "../cost-management/compare";
import { instant, nextMidnight, yearsAfter } from "../cost-management/dates";
import { fieldAt, remoteFields, type FieldRow } from "../cost-management/fields";
import { textAt, type Leaf, type Values } from "../cost-management/values";
import type { LiveExport } from "../cost-management/wire";
import { programValue, type ExportState } from "./export-state";

/** A field that another writer changed since we last saw it, to something other than the program wants. */
export interface Conflict {
  readonly path: string;
  readonly lastSeen: string;
  readonly live: string;
  readonly wanted: string;
}

export interface Decision {
  /** All settable values of the export after the write. */
  readonly target: Values;
  readonly conflicts: readonly Conflict[];
  /** Whether anything differs from the live export, so that a PUT is due. */
  readonly differs: boolean;
}

/** A schedule that names no end is good for so long. */
const scheduleYears = 5;

/**
 * The update table of docs/architecture.md:
 * - another writer changed nothing: ours is written;
 * - it changed a field that we don't set: kept;
 * - it changed a field that we set to what we want: nothing lost;
 * - it changed a field that we set to something else: a conflict.
 */
export function decideUpdate(live: LiveExport, seen: ExportState, program: Values, now: number): Decision {
  const target = new Map<string, Leaf>();
  const conflicts: Conflict[] = [];
  for (const row of remoteFields) {
    const actual = live.values.get(row.path);
    const wanted = program.get(row.path);
    const untouched = isUntouched(row, actual, seen);
    if (wanted === undefined) {
      const removed = programValue(seen, row.path) !== undefined && untouched;
      if (actual !== undefined && !removed) target.set(row.path, actual);
      continue;
    }
    target.set(row.path, wanted);
    if (!untouched && !sameValue(row, actual, wanted)) {
      conflicts.push({
        path: row.path,
        lastSeen: show(row, seen.values.get(row.path)),
        live: show(row, actual),
        wanted: show(row, wanted),
      });
    }
  }
  completeSchedule(target, program, now);
  return { target, conflicts, differs: differsFrom(live, target) || secretsChanged(seen, program) };
}

/** What a create, or an adoption that may change the export, writes. */
export function decideCreate(live: LiveExport | undefined, program: Values, now: number): Decision {
  const target = new Map<string, Leaf>(live?.values ?? []);
  for (const row of remoteFields) {
    const wanted = program.get(row.path);
    if (wanted !== undefined) target.set(row.path, wanted);
  }
  completeSchedule(target, program, now);
  return { target, conflicts: [], differs: live === undefined || differsFrom(live, target) };
}

/** Fields that the program sets and whose live value differs: what stands between an export and its adoption. */
export function differences(live: LiveExport, program: Values): readonly Conflict[] {
  return remoteFields.flatMap((row) => {
    const wanted = program.get(row.path);
    const actual = live.values.get(row.path);
    return wanted === undefined || sameValue(row, wanted, actual)
      ? []
      : [{ path: row.path, lastSeen: "nothing", live: show(row, actual), wanted: show(row, wanted) }];
  });
}

/** Whether nobody but us changed the field: live is what we last saw, or what an unfinished operation of ours wanted. */
function isUntouched(row: FieldRow, actual: Leaf | undefined, seen: ExportState): boolean {
  if (sameValue(row, actual, seen.values.get(row.path))) return true;
  return seen.unfinished !== undefined && sameValue(row, actual, seen.unfinished.wanted.get(row.path));
}

function differsFrom(live: LiveExport, target: Values): boolean {
  return remoteFields.some((row) => !sameValue(row, live.values.get(row.path), target.get(row.path)));
}

/** A live SAS token is obfuscated and equals any, so whether ours is new can be told by the last one alone. */
function secretsChanged(seen: ExportState, program: Values): boolean {
  return remoteFields.some((row) => {
    const wanted = program.get(row.path);
    return row.kind === "secret" && wanted !== undefined && wanted !== seen.values.get(row.path);
  });
}

/**
 * A recurring schedule needs dates: those that the program leaves out are chosen here, and remembered in state, so that
 * programs need no clock (users' problems 11 to 13). Dates without what gives them a meaning are not carried along.
 */
function completeSchedule(target: Map<string, Leaf>, program: Values, now: number): void {
  const [from, to] = ["schedule.recurrencePeriod.from", "schedule.recurrencePeriod.to"] as const;
  const recurrence = fieldAt("schedule.recurrence");
  const recurs = !sameValue(recurrence, target.get(recurrence.path), undefined);
  if (!recurs) for (const path of [from, to]) if (!program.has(path)) target.delete(path);
  const active = !sameValue(fieldAt("schedule.status"), target.get("schedule.status"), "Inactive");
  // One date alone is refused, also where nothing recurs.
  if (target.has(from) || target.has(to) || (recurs && active)) {
    if (!target.has(from)) target.set(from, nextMidnight(now));
    const start = instant(textAt(target, from) ?? "") ?? now;
    const end = textAt(target, to);
    // The service reads a missing end as one before the start (bicep#6519), so it is always sent.
    if (end === undefined || (!program.has(to) && (instant(end) ?? 0) <= start))
      target.set(to, yearsAfter(start, scheduleYears));
  }
  if (target.get("definition.timeframe") !== "Custom") {
    for (const path of ["definition.timePeriod.from", "definition.timePeriod.to"])
      if (!program.has(path)) target.delete(path);
  }
}

/** A value for a message; secrets are not shown. */
function show(row: FieldRow, value: Leaf | undefined): string {
  if (value === undefined) return row.default === undefined ? "not set" : `not set (${String(row.default)})`;
  return row.kind === "secret" ? "[secret]" : JSON.stringify(value);
}
