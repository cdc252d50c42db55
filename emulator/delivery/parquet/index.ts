/**
 * Parquet files, written row group by row group with flat memory. Written here because what the registry has either needs
 * native code or takes minutes for a million rows of fifty columns; DuckDB reads the files back in the tests.
 * Format: github.com/apache/parquet-format.
 */
import type { Column } from "../columns";
import type { Row } from "../row";
import { createColumnBuffer, decimal, physicalTypes } from "./column";
import type { Codec } from "./column";
import { bool, encodeThrift, i16, i32, i64, list, struct, text } from "./thrift";
import type { ThriftStruct } from "./thrift";

export type { Codec } from "./column";

export interface ParquetWriter {
  /** Bytes of a row group when one is full, else nothing. */
  readonly add: (row: Row) => readonly Buffer[];
  /** The last row group and the end of the file. */
  readonly finish: () => readonly Buffer[];
}

const magic = Buffer.from("PAR1");

export function createParquetWriter(columns: readonly Column[], codec: Codec, rowGroupRows: number): ParquetWriter {
  const buffers = columns.map(({ name, type }) => createColumnBuffer(name, type, codec, rowGroupRows));
  const groups: ThriftStruct[] = [];
  let offset = 0;
  let total = 0;
  let held = 0;

  const begin = (): readonly Buffer[] => {
    if (offset > 0) return [];
    offset = magic.length;
    return [magic];
  };
  const flush = (): readonly Buffer[] => {
    const bytes = [...begin()];
    if (held === 0) return bytes;
    const start = offset;
    let plain = 0;
    const chunks = buffers.map((buffer) => {
      const { pages, chunk, plainSize } = buffer.flush(offset);
      plain += plainSize;
      bytes.push(...pages);
      offset += sizeOf(pages);
      return chunk;
    });
    groups.push(
      struct({
        1: list("struct", chunks),
        2: i64(plain),
        3: i64(held),
        5: i64(start),
        6: i64(offset - start),
        7: i16(groups.length),
      }),
    );
    total += held;
    held = 0;
    return bytes;
  };

  return {
    add: (row) => {
      for (let index = 0; index < buffers.length; index++) buffers[index]?.add(row[index] ?? null);
      held++;
      return held === rowGroupRows ? flush() : [];
    },
    finish: () => {
      const bytes = flush();
      const footer = encodeThrift(
        struct({
          1: i32(1),
          2: list("struct", schemaOf(columns)),
          3: i64(total),
          4: list("struct", groups),
          6: text("azure-cost-exports emulator"),
        }),
      );
      const size = Buffer.alloc(4);
      size.writeUInt32LE(footer.length);
      return [...bytes, footer, size, magic];
    },
  };
}

const sizeOf = (buffers: readonly Buffer[]): number => buffers.reduce((sum, { length }) => sum + length, 0);

function schemaOf(columns: readonly Column[]): readonly ThriftStruct[] {
  return [struct({ 4: text("schema"), 5: i32(columns.length) }), ...columns.map(elementOf)];
}

/** Every column may be empty. Types are told twice, for readers of either age. */
function elementOf({ name, type }: Column): ThriftStruct {
  const common = { 1: i32(physicalTypes[type]), 3: i32(1), 4: text(name) };
  switch (type) {
    case "boolean":
      return struct(common);
    case "date":
      return struct({
        ...common,
        6: i32(9),
        10: struct({ 8: struct({ 1: bool(true), 2: struct({ 1: struct({}) }) }) }),
      });
    case "decimal":
      return struct({
        ...common,
        2: i32(decimal.bytes),
        6: i32(5),
        7: i32(decimal.scale),
        8: i32(decimal.precision),
        10: struct({ 5: struct({ 1: i32(decimal.scale), 2: i32(decimal.precision) }) }),
      });
    default:
      return struct({ ...common, 6: i32(0), 10: struct({ 1: struct({}) }) });
  }
}
