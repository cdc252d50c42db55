/**
 * A note on disk of each run that is about to be started, and of its id once that is known. The service gives no run id and
 * the engine records nothing of a process that is killed: without the note, the next deployment could not tell our run from
 * another program's, and would start it again.
 */
import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Run } from "../cost-management/runs";
import { isRecord } from "../cost-management/unknown";

export interface JournalNote {
  /** When the work was about to be asked for, in milliseconds since the epoch. */
  readonly startedAt: number;
  /** Ids of the runs that were there before. */
  readonly seen: readonly string[];
  /** What the service gave to find the work by: the id of a run, or the address of an operation. */
  readonly handle?: string;
  /** The run, once it ended well: a long backfill outlives the ten runs of the history. */
  readonly ended?: Run;
}

/** Notes are found by what identifies a run for its program: export, period, triggers. */
export interface RunJournal {
  /** Takes over the note of a process that no longer lives, or whose engine does not. */
  claim(key: string): Promise<JournalNote | undefined>;
  write(key: string, note: JournalNote): void;
  /** Forgets a run that its program gave up. */
  remove(key: string): void;
}

/** Who writes notes: a process may outlive the engine that records its work. */
export interface JournalOwner {
  readonly engine?: string | undefined;
  readonly engineLives: (engine: string | undefined) => Promise<boolean>;
}

/** A note older than this is of a deployment that nobody will resume. */
const keptFor = 24 * 60 * 60_000;

export function journalKey(...parts: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);
}

/** The journal in the user's state folder. Where that cannot be written, it remembers nothing, which costs a second run at worst. */
export function createRunJournal(
  owner: JournalOwner = { engineLives: () => Promise.resolve(true) },
  folder = defaultFolder(),
): RunJournal {
  const own = `${process.pid}-${randomUUID().slice(0, 8)}`;
  const notes = (key: string): string[] =>
    quietly(() => readdirSync(folder).filter((name) => name.startsWith(`${key}.`))) ?? [];
  const file = (key: string): string => join(folder, `${key}.${own}.json`);
  return {
    claim: async (key) => {
      for (const name of notes(key)) {
        const path = join(folder, name);
        const expired = quietly(() => Date.now() - statSync(path).mtimeMs > keptFor) ?? true;
        if (expired) quietly(() => rmSync(path, { force: true }));
        if (expired || (isAlive(ownerOf(name)) && (await owner.engineLives(engineOf(path))))) continue;
        // A rename is atomic: of two that claim at once, one gets it.
        if (quietly(() => (renameSync(path, file(key)), true)) === undefined) continue;
        return quietly(() => parseNote(JSON.parse(readFileSync(file(key), "utf8"))));
      }
      return undefined;
    },
    write: (key, note) => {
      quietly(() => {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        writeFileSync(`${file(key)}.part`, JSON.stringify({ ...note, engine: owner.engine }), { mode: 0o600 });
        renameSync(`${file(key)}.part`, file(key));
      });
    },
    remove: (key) => {
      for (const name of notes(key)) {
        if (name === `${key}.${own}.json` || !isAlive(ownerOf(name)))
          quietly(() => rmSync(join(folder, name), { force: true }));
      }
    },
  };
}

/** The user's state folder; a cloud, or an emulator, has one of its own: its addresses mean nothing to another. */
export function journalFolder(cloud: unknown): string {
  return join(defaultFolder(), journalKey(cloud).slice(0, 12));
}

function defaultFolder(): string {
  const { XDG_STATE_HOME, LOCALAPPDATA } = process.env;
  const base =
    XDG_STATE_HOME ?? (process.platform === "win32" ? LOCALAPPDATA : undefined) ?? join(homedir(), ".local", "state");
  return join(base, "pulumi-azure-cost-exports", "runs");
}

function ownerOf(name: string): number {
  return Number(/^[0-9a-f]+\.(\d+)-/.exec(name)?.[1] ?? 0);
}

function isAlive(pid: number): boolean {
  if (pid === 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Not ours to signal, so it lives.
    return isRecord(error) && error["code"] === "EPERM";
  }
}

function engineOf(path: string): string | undefined {
  const note: unknown = quietly(() => JSON.parse(readFileSync(path, "utf8")) as unknown);
  return isRecord(note) && typeof note["engine"] === "string" ? note["engine"] : undefined;
}

function parseNote(raw: unknown): JournalNote | undefined {
  if (!isRecord(raw)) return undefined;
  const { startedAt, seen, handle, ended } = raw;
  if (typeof startedAt !== "number" || !Array.isArray(seen)) return undefined;
  return {
    startedAt,
    seen: seen.filter((id) => typeof id === "string"),
    ...(typeof handle === "string" ? { handle } : {}),
    ...(isRun(ended) ? { ended } : {}),
  };
}

function isRun(value: unknown): value is Run {
  return isRecord(value) && ["runId", "status", "outcome"].every((key) => typeof value[key] === "string");
}

function quietly<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
