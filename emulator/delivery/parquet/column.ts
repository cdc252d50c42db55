/** One column of a row group while it fills: distinct values with numbers, and the numbers row by row. */
import type { ColumnType } from "../columns";
import type { Cell } from "../row";
import { snappyCompress } from "./snappy";
import { encodeThrift, i32, i64, list, struct, text } from "./thrift";
import type { ThriftStruct } from "./thrift";

/** Azure writes decimals as DECIMAL(38) (observed: FOCUS_Spec#679); the scale is assumed. */
export const decimal = { precision: 38, scale: 18, bytes: 16 } as const;

export type Codec = "uncompressed" | "snappy";

/** Numbers of the Parquet format (github.com/apache/parquet-format, parquet.thrift). */
export const physicalTypes = { boolean: 0, date: 2, string: 6, json: 6, decimal: 7 } as const satisfies Record<
  ColumnType,
  number
>;
const codecs = { uncompressed: 0, snappy: 1 } as const;
const plain = 0;
const runLength = 3;
const dictionary = 8;

export interface ColumnBuffer {
  readonly add: (cell: Cell) => void;
  /** Pages and their description; the buffer is empty again. */
  readonly flush: (offset: number) => FlushedChunk;
}

export interface FlushedChunk {
  readonly pages: readonly Buffer[];
  readonly chunk: ThriftStruct;
  /** Before compression. */
  readonly plainSize: number;
}

const absent = 0xffff_ffff;

export function createColumnBuffer(name: string, type: ColumnType, codec: Codec, capacity: number): ColumnBuffer {
  const rows = new Uint32Array(capacity);
  let count = 0;
  let present = 0;
  let values: Cell[] = [];
  let numbers = new Map<Cell, number>();
  return {
    add: (cell) => {
      if (cell === null) {
        rows[count++] = absent;
        return;
      }
      let number = numbers.get(cell);
      if (number === undefined) {
        number = values.length;
        values.push(cell);
        numbers.set(cell, number);
      }
      rows[count++] = number;
      present++;
    },
    flush: (offset) => {
      const filled = rows.subarray(0, count);
      const levels = definitionLevels(filled, present);
      const written = type !== "boolean" && values.length * 2 <= present ? byNumber() : one();
      const result = chunkOf({ name, type, codec, offset, rows: count, nulls: count - present, ...written });
      count = 0;
      present = 0;
      values = [];
      numbers = new Map();
      return result;

      /** Values that repeat: each once, and their numbers. */
      function byNumber(): Pick<Chunk, "dictionary" | "data" | "encoding"> {
        return {
          dictionary: { bytes: encodeValues(values, type), values: values.length },
          data: Buffer.concat([levels, packNumbers(filled, present, values.length)]),
          encoding: dictionary,
        };
      }

      function one(): Pick<Chunk, "dictionary" | "data" | "encoding"> {
        const all: Cell[] = [];
        for (const number of filled) {
          if (number !== absent) all.push(values[number] ?? null);
        }
        return {
          dictionary: undefined,
          data: Buffer.concat([levels, encodeValues(all, type)]),
          encoding: plain,
        };
      }
    },
  };
}

interface Chunk {
  readonly name: string;
  readonly type: ColumnType;
  readonly codec: Codec;
  /** Where in the file the chunk begins. */
  readonly offset: number;
  readonly rows: number;
  readonly nulls: number;
  readonly dictionary: { readonly bytes: Buffer; readonly values: number } | undefined;
  readonly data: Buffer;
  readonly encoding: number;
}

function chunkOf(chunk: Chunk): FlushedChunk {
  const { name, type, codec, offset, rows, nulls, encoding } = chunk;
  const first =
    chunk.dictionary === undefined
      ? undefined
      : page(2, chunk.dictionary.bytes, codec, {
          7: struct({ 1: i32(chunk.dictionary.values), 2: i32(plain) }),
        });
  const second = page(0, chunk.data, codec, {
    5: struct({ 1: i32(rows), 2: i32(encoding), 3: i32(runLength), 4: i32(runLength) }),
  });
  const before = first?.buffer.length ?? 0;
  const size = before + second.buffer.length;
  const plainSize = (first?.plainSize ?? 0) + second.plainSize;
  return {
    pages: first === undefined ? [second.buffer] : [first.buffer, second.buffer],
    plainSize,
    chunk: struct({
      2: i64(offset),
      3: struct({
        1: i32(physicalTypes[type]),
        2: list("i32", [...new Set([plain, runLength, encoding])].map(i32)),
        3: list("text", [text(name)]),
        4: i32(codecs[codec]),
        5: i64(rows),
        6: i64(plainSize),
        7: i64(size),
        9: i64(offset + before),
        11: first === undefined ? undefined : i64(offset),
        12: struct({ 3: i64(nulls) }),
      }),
    }),
  };
}

function page(
  kind: number,
  bytes: Buffer,
  codec: Codec,
  header: Readonly<Record<number, ThriftStruct>>,
): { readonly buffer: Buffer; readonly plainSize: number } {
  const body = codec === "snappy" ? snappyCompress(bytes) : bytes;
  const head = encodeThrift(struct({ 1: i32(kind), 2: i32(bytes.length), 3: i32(body.length), ...header }));
  return { buffer: Buffer.concat([head, body]), plainSize: head.length + bytes.length };
}

/** Which rows have a value: one bit each, or one run where all or none have. */
function definitionLevels(rows: Uint32Array, present: number): Buffer {
  const levels =
    present === 0 || present === rows.length
      ? Buffer.from([...varint(rows.length * 2), present === 0 ? 0 : 1])
      : packBits(rows.length, 1, (index) => (rows[index] === absent ? 0 : 1));
  const size = Buffer.alloc(4);
  size.writeUInt32LE(levels.length);
  return Buffer.concat([size, levels]);
}

function packNumbers(rows: Uint32Array, present: number, distinct: number): Buffer {
  const width = Math.max(1, 32 - Math.clz32(distinct - 1));
  if (distinct === 1) return Buffer.from([width, ...varint(present * 2), 0]);
  const numbers = present === rows.length ? rows : rows.filter((number) => number !== absent);
  return Buffer.concat([Buffer.from([width]), packBits(present, width, (index) => numbers[index] ?? 0)]);
}

/** The bit-packed run of Parquet's hybrid encoding: groups of eight values, the lowest bits first. */
function packBits(count: number, width: number, valueAt: (index: number) => number): Buffer {
  const groups = Math.ceil(count / 8);
  const head = varint(groups * 2 + 1);
  const bytes = Buffer.alloc(head.length + groups * width);
  bytes.set(head);
  let at = head.length;
  let bits = 0;
  let held = 0;
  for (let index = 0; index < count; index++) {
    bits |= valueAt(index) << held;
    held += width;
    while (held >= 8) {
      bytes[at++] = bits & 0xff;
      bits >>>= 8;
      held -= 8;
    }
  }
  if (held > 0) bytes[at] = bits & 0xff;
  return bytes;
}

function varint(value: number): readonly number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  bytes.push(rest);
  return bytes;
}

function encodeValues(values: readonly Cell[], type: ColumnType): Buffer {
  switch (type) {
    case "decimal":
      return encodeDecimals(values);
    case "date":
      return encodeTimes(values);
    case "boolean": {
      const bytes = Buffer.alloc(Math.ceil(values.length / 8));
      values.forEach((value, index) => {
        if (value === true) bytes[index >>> 3] = (bytes[index >>> 3] ?? 0) | (1 << (index & 7));
      });
      return bytes;
    }
    default:
      return encodeTexts(values);
  }
}

function encodeTexts(values: readonly Cell[]): Buffer {
  const size = values.reduce<number>((sum, value) => sum + 4 + Buffer.byteLength(String(value)), 0);
  const bytes = Buffer.allocUnsafe(size);
  let at = 0;
  for (const value of values) {
    const length = bytes.write(String(value), at + 4);
    bytes.writeUInt32LE(length, at);
    at += 4 + length;
  }
  return bytes;
}

/** Milliseconds, 64 bits. */
function encodeTimes(values: readonly Cell[]): Buffer {
  const bytes = Buffer.alloc(values.length * 8);
  values.forEach((value, index) => bytes.writeBigInt64LE(BigInt(Number(value)), index * 8));
  return bytes;
}

/** Cells have at most nine decimals, the column eighteen; big-endian two's complement. */
function encodeDecimals(values: readonly Cell[]): Buffer {
  const bytes = Buffer.alloc(values.length * decimal.bytes);
  values.forEach((value, index) => {
    const unscaled = BigInt(Math.round(Number(value) * 1e9)) * 1_000_000_000n;
    bytes.writeBigInt64BE(unscaled >> 64n, index * decimal.bytes);
    bytes.writeBigUInt64BE(BigInt.asUintN(64, unscaled), index * decimal.bytes + 8);
  });
  return bytes;
}
