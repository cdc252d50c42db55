/**
 * From rows to bytes, part by part: CSV, CSV with gzip, Parquet, Parquet with snappy. Everything streams; a part is at most
 * one row group, or one chunk of text, in memory.
 */
import { createHash } from "node:crypto";
import { pipeline, Readable } from "node:stream";
import { createGzip } from "node:zlib";
import type { Schema } from "./columns";
import { csvHeader, csvLines } from "./csv";
import { createParquetWriter } from "./parquet";
import type { Codec } from "./parquet";
import type { Row } from "./row";

export type FormatName = "csv" | "csvGzip" | "parquet" | "parquetSnappy";

export interface FormatRow {
  /** Behind the part's name. */
  readonly extension: string;
  readonly contentType: string;
}

export const formats: Readonly<Record<FormatName, FormatRow>> = {
  csv: { extension: "csv", contentType: "text/csv" },
  csvGzip: { extension: "csv.gz", contentType: "application/gzip" },
  parquet: { extension: "parquet", contentType: "application/vnd.apache.parquet" },
  parquetSnappy: { extension: "snappy.parquet", contentType: "application/vnd.apache.parquet" },
};

/** As `format` and `compressionMode` of an export say, in any case; CSV and no compression are the defaults (documented). */
export function formatNamed(format = "Csv", compressionMode = "None"): FormatName {
  const name = `${format} ${compressionMode}`.toLowerCase();
  const found = names[name];
  if (found === undefined) throw new TypeError(`The emulator writes no ${format} with compression ${compressionMode}.`);
  return found;
}

const names: Readonly<Record<string, FormatName>> = {
  "csv none": "csv",
  "csv gzip": "csvGzip",
  "parquet none": "parquet",
  "parquet snappy": "parquetSnappy",
};

/** Rows that wait for a part. */
export interface RowCursor {
  readonly hasNext: () => boolean;
  readonly next: () => Row;
}

export function cursorOf(rows: Iterable<Row>): RowCursor {
  const iterator = rows[Symbol.iterator]();
  let ahead = iterator.next();
  return {
    hasNext: () => ahead.done !== true,
    next: () => {
      if (ahead.done === true) throw new RangeError("There are no more rows.");
      const { value } = ahead;
      ahead = iterator.next();
      return value;
    },
  };
}

/** Where a part ends: when it has that many rows, or has reached that many bytes before gzip. */
export interface PartLimits {
  readonly maxRows: number;
  readonly maxBytes: number;
}

export interface Part {
  readonly stream: Readable;
  /** What went through the stream; complete when it has ended. */
  readonly measure: PartMeasure;
}

export interface PartMeasure {
  rowCount: number;
  byteCount: number;
  /** Base64; set at the end. */
  contentMd5: string;
}

export interface PartOptions {
  readonly schema: Schema;
  readonly format: FormatName;
  readonly limits: PartLimits;
  readonly rowGroupRows: number;
}

/** Takes rows from the cursor until the limits or the end. */
export function createPart(cursor: RowCursor, { schema, format, limits, rowGroupRows }: PartOptions): Part {
  const measure: PartMeasure = { rowCount: 0, byteCount: 0, contentMd5: "" };
  const taken = limited(cursor, limits, measure);
  const source =
    format === "csv" || format === "csvGzip"
      ? csvChunks(taken, schema)
      : parquetChunks(taken, schema, format === "parquet" ? "uncompressed" : "snappy", rowGroupRows);
  const bytes = format === "csvGzip" ? gzipped(source) : source;
  return { measure, stream: Readable.from(measured(bytes, measure), { objectMode: false }) };
}

interface Taken {
  /** Undefined at the part's end. */
  readonly next: () => Row | undefined;
  readonly wrote: (bytes: number) => void;
}

function limited(cursor: RowCursor, { maxRows, maxBytes }: PartLimits, measure: PartMeasure): Taken {
  let written = 0;
  return {
    next: () => {
      if (measure.rowCount >= maxRows || written >= maxBytes || !cursor.hasNext()) return undefined;
      measure.rowCount++;
      return cursor.next();
    },
    wrote: (bytes) => {
      written += bytes;
    },
  };
}

const chunkLength = 64 * 1024;

function* csvChunks(taken: Taken, { columns, forms }: Schema): Generator<Buffer> {
  const lineOf = csvLines(columns, forms);
  let text = csvHeader(columns);
  for (let row = taken.next(); row !== undefined; row = taken.next()) {
    const line = lineOf(row);
    // The length in bytes where all is ASCII, which is near enough to end a part.
    taken.wrote(line.length);
    text += line;
    if (text.length >= chunkLength) {
      yield Buffer.from(text, "utf8");
      text = "";
    }
  }
  if (text !== "") yield Buffer.from(text, "utf8");
}

function* parquetChunks(taken: Taken, { columns }: Schema, codec: Codec, rowGroupRows: number): Generator<Buffer> {
  const writer = createParquetWriter(columns, codec, rowGroupRows);
  for (let row = taken.next(); row !== undefined; row = taken.next()) {
    const bytes = writer.add(row);
    for (const buffer of bytes) taken.wrote(buffer.length);
    yield* bytes;
  }
  yield* writer.finish();
}

/** Level 1: on cost data a twentieth larger than the default, in half the time. */
async function* gzipped(source: Iterable<Buffer>): AsyncGenerator<Buffer> {
  const gzip = createGzip({ level: 1 });
  // A failure reaches the reader below as well, which is where it is handled.
  pipeline(Readable.from(source, { objectMode: false }), gzip, () => undefined);
  for await (const chunk of gzip) yield chunk as Buffer;
}

async function* measured(
  source: Iterable<Buffer> | AsyncIterable<Buffer>,
  measure: PartMeasure,
): AsyncGenerator<Buffer> {
  const hash = createHash("md5");
  for await (const chunk of source) {
    hash.update(chunk);
    measure.byteCount += chunk.length;
    yield chunk;
  }
  measure.contentMd5 = hash.digest("base64");
}
