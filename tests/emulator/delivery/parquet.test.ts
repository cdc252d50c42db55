/** Parquet and snappy at their edges, read by DuckDB. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import type { Column } from "../../../emulator/delivery";
import { decimalText } from "../../../emulator/delivery/csv";
import { createParquetWriter } from "../../../emulator/delivery/parquet";
import type { Codec } from "../../../emulator/delivery/parquet";
import type { Cell, Row } from "../../../emulator/delivery/row";
import { openReader, temporaryFolder } from "./kit";
import type { Reader } from "./kit";

let reader: Reader;
let folder: ReturnType<typeof temporaryFolder>;
beforeAll(async () => {
  reader = await openReader();
  folder = temporaryFolder();
});
afterAll(() => {
  reader.close();
  folder.remove();
});

const column = (name: string, type: Column["type"]): Column => ({ name, type, field: name });
const columns = [
  column("text", "string"),
  column("amount", "decimal"),
  column("time", "date"),
  column("flag", "boolean"),
];

let written = 0;
/** Each file has a name of its own: DuckDB keeps parts of files that it read, and knows them by name and time. */
function write(rows: readonly Row[], codec: Codec, rowGroupRows: number, of: readonly Column[] = columns): string {
  const writer = createParquetWriter(of, codec, rowGroupRows);
  const file = join(folder.path, `rows-${++written}.parquet`);
  writeFileSync(file, Buffer.concat([...rows.flatMap((row) => writer.add(row)), ...writer.finish()]));
  return file;
}

/** In the form in which DuckDB answers. */
const readBack = async (file: string): Promise<readonly Row[]> =>
  (await reader.query(`SELECT text, amount::VARCHAR AS amount, epoch_ms(time) AS time, flag FROM '${file}'`)).map(
    ({ text, amount, time, flag }) => [text, amount, time, flag] as Row,
  );
const asRead = ([text, amount, time, flag]: Row): Row => [
  text ?? null,
  typeof amount === "number" ? withScale(amount) : null,
  time === null ? null : String(time),
  flag ?? null,
];
function withScale(amount: number): string {
  const [whole = "", fraction = ""] = decimalText(amount).split(".");
  return `${whole}.${fraction.padEnd(18, "0")}`;
}

/** Nine decimals at most, as all amounts here; positive and negative. */
const amounts = fc.integer({ min: -900_000_000_000_000, max: 900_000_000_000_000 }).map((nanos) => nanos / 1e9);
const texts = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.constantFrom("same", "again", "ß€🎉"),
  fc.string({ maxLength: 400 }),
);
const cells = fc.tuple(
  fc.option(texts.map((text) => text.replaceAll("\0", ""))),
  fc.option(amounts.map((amount) => (Object.is(amount, -0) ? 0 : amount))),
  fc.option(fc.integer({ min: -2_000_000_000_000, max: 4_000_000_000_000 })),
  fc.option(fc.boolean()),
);

test("whatever is written is read, with either codec and any size of row groups", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(cells, { maxLength: 120 }),
      fc.constantFrom<Codec>("uncompressed", "snappy"),
      fc.constantFrom(1, 7, 64, 1000),
      async (rows, codec, rowGroupRows) => {
        expect(await readBack(write(rows, codec, rowGroupRows))).toEqual(rows.map(asRead));
      },
    ),
    { numRuns: 60 },
  );
});

test.each<[string, (index: number) => Cell]>([
  ["nothing but nulls", () => null],
  ["one value", () => "x"],
  ["one value and nulls", (index) => (index % 3 === 0 ? null : "x")],
  ["two values", (index) => String(index % 2)],
  ["many values, few rows each", (index) => String(index >> 1)],
  ["a value of its own for each row", (index) => `row ${index}`],
  ["texts beyond a block of snappy", (index) => `${index % 5}`.repeat(40_000)],
  ["texts that do not compress", (index) => randomText(index)],
])("a column of %s", async (_, value) => {
  const rows = Array.from({ length: 1001 }, (_unused, index) => [value(index)]);
  for (const codec of ["uncompressed", "snappy"] as const) {
    const file = write(rows, codec, 400, [column("text", "string")]);
    expect((await reader.query(`FROM '${file}'`)).map(({ text }) => text)).toEqual(rows.map(([cell]) => cell));
  }
});

/** Without a pattern that snappy could find. */
function randomText(seed: number): string {
  let state = seed + 1;
  return Array.from({ length: 300 }, () => {
    state = Math.imul(state, 1_103_515_245) + 12_345;
    return String.fromCharCode(33 + ((state >>> 16) % 90));
  }).join("");
}

test("a file without a row is a file", async () => {
  const file = write([], "snappy", 10);
  expect(await readBack(file)).toEqual([]);
  expect(await reader.query(`DESCRIBE FROM '${file}'`)).toHaveLength(4);
});

test("text never has an exponent", () => {
  expect([0, 1e-9, 12e-8, 0.5, 123_456.000000001, -1e-7].map(decimalText)).toEqual([
    "0",
    "0.000000001",
    "0.00000012",
    "0.5",
    "123456.000000001",
    "-0.0000001",
  ]);
});
