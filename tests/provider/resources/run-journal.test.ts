import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { engineLives } from "../../../provider/dynamic/engine";
import { createRunJournal, journalKey } from "../../../provider/resources/run-journal";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "azure-cost-exports-journal-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const note = { startedAt: 1, seen: ["a"], handle: "b" };
const key = journalKey("export", null, ["1"]);
const alive = { engineLives: () => Promise.resolve(true) };

/** Makes every note look as if a process that has ended had written it. */
function orphan(): void {
  const { pid } = spawnSync(process.execPath, ["-e", ""]);
  for (const name of readdirSync(folder))
    renameSync(join(folder, name), join(folder, name.replace(/\.\d+-/, `.${pid}-`)));
}

test("the note of a process that has ended is taken over, once", async () => {
  createRunJournal(alive, folder).write(key, note);
  orphan();
  const [first, second] = [createRunJournal(alive, folder), createRunJournal(alive, folder)];
  expect(await first.claim(key)).toEqual(note);
  expect(await second.claim(key)).toBeUndefined();
});

test("a note tells how a run ended; what is no run is left out", async () => {
  const ended = { runId: "b", status: "Completed", outcome: "succeeded" } as const;
  const journal = createRunJournal(alive, folder);
  journal.write(key, { ...note, ended });
  journal.write(journalKey("other"), { ...note, ended: { runId: "b" } as never });
  orphan();
  const next = createRunJournal(alive, folder);
  expect(await next.claim(key)).toEqual({ ...note, ended });
  expect(await next.claim(journalKey("other"))).toEqual(note);
});

test("the note of a process that lives is left alone", async () => {
  createRunJournal(alive, folder).write(key, note);
  expect(await createRunJournal(alive, folder).claim(key)).toBeUndefined();
});

test("the note of a process that outlived its engine is taken over", async () => {
  createRunJournal({ engine: "127.0.0.1:1", engineLives }, folder).write(key, note);
  expect(await createRunJournal({ engineLives }, folder).claim(key)).toEqual(note);
});

test("an engine that listens lives", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  expect(await engineLives(`127.0.0.1:${port}`)).toBe(true);
  await new Promise((resolve) => server.close(resolve));
  expect(await engineLives(`127.0.0.1:${port}`)).toBe(false);
  expect(await engineLives(undefined)).toBe(true);
});

test("a removed note is gone, another run's stays", async () => {
  const journal = createRunJournal(alive, folder);
  journal.write(key, note);
  journal.write(journalKey("other"), note);
  journal.remove(key);
  orphan();
  expect(await createRunJournal(alive, folder).claim(key)).toBeUndefined();
  expect(await createRunJournal(alive, folder).claim(journalKey("other"))).toEqual(note);
});

test("a folder that cannot be written costs the memory, and no error", async () => {
  const journal = createRunJournal(alive, join(folder, "a\0b"));
  journal.write(key, note);
  expect(await journal.claim(key)).toBeUndefined();
});
