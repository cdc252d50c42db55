/** Thrift's compact protocol, as far as the metadata of Parquet files needs it: structures are lists of numbered fields. */

export type ThriftValue =
  | { readonly type: "i16" | "i32" | "i64"; readonly value: number }
  | { readonly type: "bool"; readonly value: boolean }
  | { readonly type: "text"; readonly value: string }
  | { readonly type: "list"; readonly of: "i32" | "text" | "struct"; readonly values: readonly ThriftValue[] }
  | ThriftStruct;

export interface ThriftStruct {
  readonly type: "struct";
  readonly fields: readonly (readonly [id: number, value: ThriftValue])[];
}

export const i16 = (value: number): ThriftValue => ({ type: "i16", value });
export const i32 = (value: number): ThriftValue => ({ type: "i32", value });
export const i64 = (value: number): ThriftValue => ({ type: "i64", value });
export const bool = (value: boolean): ThriftValue => ({ type: "bool", value });
export const text = (value: string): ThriftValue => ({ type: "text", value });
export const list = (of: "i32" | "text" | "struct", values: readonly ThriftValue[]): ThriftValue => ({
  type: "list",
  of,
  values,
});
/** Fields by ascending number; those without a value are left out. */
export const struct = (fields: Readonly<Record<number, ThriftValue | undefined>>): ThriftStruct => ({
  type: "struct",
  fields: Object.entries(fields).flatMap(([id, value]) => (value === undefined ? [] : [[Number(id), value] as const])),
});

export function encodeThrift(value: ThriftStruct): Buffer {
  const bytes: number[] = [];
  writeStruct(value, bytes);
  return Buffer.from(bytes);
}

const codes = { i16: 4, i32: 5, i64: 6, text: 8, list: 9, struct: 12 } as const;

function codeOf(value: ThriftValue): number {
  // A boolean is told by its type alone.
  if (value.type === "bool") return value.value ? 1 : 2;
  return codes[value.type];
}

function writeStruct({ fields }: ThriftStruct, bytes: number[]): void {
  let last = 0;
  for (const [id, value] of fields) {
    // The number of the field before is at most fifteen lower in all structures of Parquet.
    bytes.push(((id - last) << 4) | codeOf(value));
    last = id;
    writeValue(value, bytes);
  }
  bytes.push(0);
}

function writeValue(value: ThriftValue, bytes: number[]): void {
  switch (value.type) {
    case "bool":
      return;
    case "i16":
    case "i32":
    case "i64":
      // Zigzag: no value here is negative.
      writeVarint(value.value * 2, bytes);
      return;
    case "text": {
      const encoded = Buffer.from(value.value, "utf8");
      writeVarint(encoded.length, bytes);
      bytes.push(...encoded);
      return;
    }
    case "list":
      if (value.values.length < 15) {
        bytes.push((value.values.length << 4) | codes[value.of]);
      } else {
        bytes.push(0xf0 | codes[value.of]);
        writeVarint(value.values.length, bytes);
      }
      for (const item of value.values) writeValue(item, bytes);
      return;
    case "struct":
      writeStruct(value, bytes);
  }
}

/** By division: numbers of 64 bits do not fit the bit operators. */
function writeVarint(value: number, bytes: number[]): void {
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
}
