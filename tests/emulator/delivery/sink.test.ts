/** A folder as a storage account: whole files or none, and nothing outside the folder. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { createFolderSink } from "../../../emulator/delivery";
import type { Sink } from "../../../emulator/delivery";
import { filesBelow, temporaryFolder } from "./kit";

const withSink = async (test: (sink: Sink, path: string) => Promise<void>): Promise<void> => {
  const { path, remove } = temporaryFolder();
  try {
    const sink = createFolderSink(join(path, "account"));
    await sink.ensureContainer("box");
    await test(sink, path);
  } finally {
    remove();
  }
};
const text = { contentType: "text/plain" };
const put = (sink: Sink, name: string, ...chunks: readonly string[]): Promise<void> =>
  sink.put(
    "box",
    name,
    Readable.from(
      chunks.map((chunk) => Buffer.from(chunk)),
      { objectMode: false },
    ),
    text,
  );

test("a blob is a file below its container", () =>
  withSink(async (sink, path) => {
    await put(sink, "a/b/c.txt", "one ", "two");
    expect(readFileSync(join(path, "account/box/a/b/c.txt"), "utf8")).toBe("one two");
  }));

test("a stream that breaks leaves what was there, and no rest", () =>
  withSink(async (sink, path) => {
    await put(sink, "a.txt", "before");
    const broken = Readable.from(
      (function* (): Generator<Buffer> {
        yield Buffer.from("half");
        throw new Error("the source broke");
      })(),
      { objectMode: false },
    );
    await expect(sink.put("box", "a.txt", broken, text)).rejects.toThrow("the source broke");
    expect(readFileSync(join(path, "account/box/a.txt"), "utf8")).toBe("before");
    expect(filesBelow(path)).toEqual(["account/box/a.txt"]);
  }));

test("a blob is listed when it is whole, by any prefix, in order", () =>
  withSink(async (sink) => {
    for (const name of ["b/2.txt", "b/1.txt", "b/10/x.txt", "c.txt", "bb.txt"]) await put(sink, name, name);
    const names = async (prefix: string): Promise<readonly string[]> =>
      (await sink.list("box", prefix)).map(({ name }) => name);
    expect(await names("")).toEqual(["b/1.txt", "b/10/x.txt", "b/2.txt", "bb.txt", "c.txt"]);
    expect(await names("b/1")).toEqual(["b/1.txt", "b/10/x.txt"]);
    expect(await names("b")).toEqual(["b/1.txt", "b/10/x.txt", "b/2.txt", "bb.txt"]);
    expect(await names("none/")).toEqual([]);
    expect(await sink.list("box", "c")).toEqual([{ name: "c.txt", byteCount: 5 }]);
    expect(await sink.list("no-box", "")).toEqual([]);
  }));

test("a prefix is deleted with the folders that it leaves empty, and nothing else", () =>
  withSink(async (sink, path) => {
    for (const name of ["run/1/a.txt", "run/1/deep/b.txt", "run/10/c.txt", "run/2/d.txt"]) await put(sink, name, name);
    mkdirSync(join(path, "account/box/mine"));
    await sink.delete("box", "run/1/");
    expect(filesBelow(path)).toEqual(["account/box/run/10/c.txt", "account/box/run/2/d.txt"]);
    await sink.delete("box", "run/");
    expect((await sink.list("box", "")).length).toBe(0);
    expect(() => writeFileSync(join(path, "account/box/mine/still-there"), "")).not.toThrow();
  }));

test.each(["../outside.txt", "a/../../../outside.txt", "/etc/outside.txt", ""])(
  "the name %j does not lead out of the container",
  (name) =>
    withSink(async (sink, path) => {
      await expect(put(sink, name, "text")).rejects.toThrow("leads out of the folder");
      expect(filesBelow(path)).toEqual([]);
    }),
);

test("neither does a container or a prefix", () =>
  withSink(async (sink) => {
    for (const escape of [
      sink.ensureContainer(".."),
      sink.put("..", "x", Readable.from([]), text),
      sink.list("box", "../"),
      sink.delete("..", ""),
    ])
      await expect(escape).rejects.toThrow("leads out of the folder");
  }));
