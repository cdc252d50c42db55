/** The stored exports: found by scope, name and generation, in any case. */
import type { Generation } from "../../provider/cost-management/api-versions";
import { isObject } from "../json";
import type { StoredExport } from "./state";

export interface ExportStore {
  /** What a reader of the generation sees: old readers see old exports only; new readers see both, the new twin first. */
  find(scope: string, name: string, reader: Generation): StoredExport | undefined;
  /** Of one scope, not of scopes beneath it (documented); in order of creation. */
  list(scope: string, reader: Generation): readonly StoredExport[];
  all(): readonly StoredExport[];
  /** What an export that was read before has become. */
  current(stored: StoredExport): StoredExport | undefined;
  /** Takes the place of `before` where one is given. */
  put(stored: StoredExport, before?: StoredExport): void;
  remove(stored: StoredExport): void;
  /** A new eTag: quoted, 15 hex digits that count 100 ns since 1601 (observed form); always above the last. */
  nextETag(now: number): string;
  snapshot(): unknown;
  restore(state: unknown): void;
}

interface State {
  readonly exports: readonly StoredExport[];
  readonly lastTick: string;
}

export function createExportStore(): ExportStore {
  let exports = new Map<string, StoredExport>();
  let lastTick = 0n;
  const at = (scope: string, name: string, generation: Generation): StoredExport | undefined =>
    exports.get(keyOf({ scope, name, generation }));
  return {
    find: (scope, name, reader) => (reader === "new" ? at(scope, name, "new") : undefined) ?? at(scope, name, "old"),
    list: (scope, reader) =>
      [...exports.values()].filter(
        (one) => one.scope.toLowerCase() === scope.toLowerCase() && (reader === "new" || one.generation === "old"),
      ),
    all: () => [...exports.values()],
    current: (stored) => exports.get(keyOf(stored)),
    put: (stored, before) => {
      if (before !== undefined && keyOf(before) !== keyOf(stored)) exports.delete(keyOf(before));
      exports.set(keyOf(stored), stored);
    },
    remove: (stored) => {
      exports.delete(keyOf(stored));
    },
    nextETag: (now) => {
      const tick = BigInt(Math.trunc(now)) * 10_000n + ticksUntil1970;
      lastTick = tick > lastTick ? tick : lastTick + 1n;
      return `"${lastTick.toString(16)}"`;
    },
    snapshot: (): State => structuredClone({ exports: [...exports.values()], lastTick: lastTick.toString() }),
    restore: (state) => {
      const { exports: restored, lastTick: tick } = state === undefined ? emptyState : parseState(state);
      exports = new Map(structuredClone(restored).map((one) => [keyOf(one), one]));
      lastTick = BigInt(tick);
    },
  };
}

const ticksUntil1970 = 116_444_736_000_000_000n;
const emptyState: State = { exports: [], lastTick: "0" };

function keyOf({ scope, name, generation }: Pick<StoredExport, "scope" | "name" | "generation">): string {
  return `${generation} ${scope}/${name}`.toLowerCase();
}

/** Snapshots are the emulator's own; what is checked is that this is one, not what is in it. */
function parseState(state: unknown): State {
  if (!isObject(state) || !Array.isArray(state["exports"]) || typeof state["lastTick"] !== "string") {
    throw new TypeError("Not a snapshot of the emulator's exports.");
  }
  return { exports: state["exports"] as readonly StoredExport[], lastTick: state["lastTick"] };
}
