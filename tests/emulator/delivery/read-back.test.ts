/** DuckDB, which shares no code with the writer, reads every dataset in every format and layout. */
import { readFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { knownVersions, schemaOf } from "../../../emulator/delivery";
import type { Agreement, RunRequest, Schema } from "../../../emulator/delivery";
import { datasets } from "../../../provider/cost-management/datasets";
import type { Dataset } from "../../../provider/cost-management/datasets";
import { deliver, ofDataset, openReader, rawOf, runId, temporaryFolder, typedOf } from "./kit";
import type { Delivered, Reader } from "./kit";

jest.setTimeout(60_000);

let reader: Reader;
let folder: ReturnType<typeof temporaryFolder>;
let count = 0;
beforeAll(async () => {
  reader = await openReader();
  folder = temporaryFolder();
});
afterAll(() => {
  reader.close();
  folder.remove();
});

/** Each delivery in a container of its own; a week, or where a month has few rows the whole of it. */
function delivered(patch: Parameters<typeof deliver>[1] = {}): Promise<Delivered> {
  const to = patch.definition?.type === "ReservationTransactions" ? "2025-03-31" : "2025-03-07";
  const run = { id: runId, submittedTime: "2025-03-31T10:00:00Z", executionType: "OnDemand", from: "2025-03-01", to };
  return deliver(folder.path, { container: `exports-${++count}`, run, ...patch });
}

const formats = {
  csv: { format: "Csv", compressionMode: "None" },
  gzip: { format: "Csv", compressionMode: "gzip" },
  parquet: { format: "Parquet", compressionMode: "none" },
  snappy: { format: "Parquet", compressionMode: "snappy" },
} as const;

/** As many rows, and none that the other has not. */
async function expectSameRows(left: Delivered, right: Delivered, schema: Schema): Promise<void> {
  const [one, other] = [typedOf(left.files, schema), typedOf(right.files, schema)];
  expect(await reader.query(`(FROM ${one} EXCEPT ALL FROM ${other}) LIMIT 3`)).toEqual([]);
  const [counts] = await reader.query(
    `SELECT (SELECT count(*)::INT FROM ${rawOf(left.files)}) AS one, (SELECT count(*)::INT FROM ${rawOf(right.files)}) AS other`,
  );
  expect(counts).toEqual({ one: left.rowCount, other: left.rowCount });
}

const headerOf = async (files: readonly string[]): Promise<readonly unknown[]> =>
  (await reader.query(`DESCRIBE SELECT * FROM ${rawOf(files)}`)).map(({ column_name: name }) => name);

const agreements: readonly Agreement[] = ["EA", "MCA", "MPA", "CSP", "PAYG"];
/** Pay-as-you-go has no reservations; the other two cost files have the columns of ActualCost. */
const everySchema = datasets
  .filter(({ type }) => type !== "Usage" && type !== "AmortizedCost")
  .flatMap(({ type, family }) =>
    agreements
      .filter((agreement) => agreement !== "PAYG" || family === "cost")
      .flatMap((agreement) => knownVersions(type, agreement).map((version) => [type, agreement, version] as const)),
  );

test.each(everySchema)(
  "%s of %s in version %s: text and Parquet hold the same, under the same names",
  async (dataset, agreement, version) => {
    const patch = { ...ofDataset(dataset, version), agreement, size: 12 };
    const schema = schemaOf({ dataset, agreement, dataVersion: version, generation: "new" });
    const text = await delivered({ ...patch, ...formats.csv });
    const columnar = await delivered({ ...patch, ...formats.snappy });

    const names = schema.columns.map(({ name }) => name);
    expect(await headerOf(text.files)).toEqual(names);
    expect(await headerOf(columnar.files)).toEqual(names);
    expect(text.rowCount).toBeGreaterThan(0);
    await expectSameRows(text, columnar, schema);
  },
);

const layouts: Readonly<Record<string, Partial<RunRequest>>> = {
  "one file": { partitionData: false },
  "several parts": { partitionData: true },
  "several parts, replacing": { partitionData: true, dataOverwriteBehavior: "OverwritePreviousReport" },
};

describe.each(datasets.map(({ type }) => type))("%s", (dataset) => {
  // Small enough that every dataset has several parts.
  const partLimits = { maxRows: dataset === "ReservationTransactions" ? 2 : 50 };
  const schema = schemaOf({ dataset, agreement: "EA", generation: "new" });
  let reference: Delivered;
  beforeAll(async () => {
    reference = await delivered({ ...ofDataset(dataset), size: 12 });
  });

  const cases = Object.keys(layouts).flatMap((layout) =>
    Object.keys(formats).map((format) => [format, layout] as const),
  );
  test.each(cases)("as %s in %s: rows, sums and codec are what the manifest says", async (format, layout) => {
    const run = await delivered({
      ...ofDataset(dataset),
      ...formats[format as keyof typeof formats],
      ...layouts[layout],
      size: 12,
      partLimits,
    });
    expect(run.files.length > 1).toBe(layout !== "one file");
    await expectManifest(run);
    await expectSameRows(run, reference, schema);
    await expectCodec(run, format);
  });
});

describe.each(["Usage", "ActualCost", "AmortizedCost"] as const)("%s of the old generation", (dataset) => {
  const schema = schemaOf({ dataset, agreement: "EA", generation: "old" });

  test("is one file without a manifest, or parts with one", async () => {
    const patch = { ...ofDataset(dataset), generation: "old", size: 12 } as const;
    const whole = await delivered(patch);
    expect([whole.manifestFile, whole.files.length]).toEqual([undefined, 1]);
    const parts = await delivered({ ...patch, partitionData: true, partLimits: { maxRows: 100 } });
    expect(parts.files.length).toBe(Math.ceil(parts.rowCount / 100));
    await expectManifest(parts);
    await expectSameRows(whole, parts, schema);
  });
});

/** Against the bytes on disk and the rows that DuckDB counts, part by part. */
async function expectManifest({ manifest, blobs, files, rowCount, byteCount }: Delivered): Promise<void> {
  const counts = await reader.query(
    `SELECT filename, count(*)::INT AS rows FROM ${rawOf(files).replace(/\)$/, ", filename = true)")} GROUP BY 1`,
  );
  const rowsOf = new Map(counts.map(({ filename, rows }) => [filename, rows]));
  expect(manifest).toMatchObject({ blobCount: files.length, byteCount, dataRowCount: rowCount });
  expect(manifest.blobs).toHaveLength(files.length);
  for (const [index, file] of files.entries()) {
    const bytes = readFileSync(file);
    expect(manifest.blobs[index]).toMatchObject({ byteCount: bytes.length, dataRowCount: rowsOf.get(file) });
    expect(blobs[index]?.contentMd5).toBe(createHash("md5").update(bytes).digest("base64"));
  }
}

async function expectCodec({ files }: Delivered, format: string): Promise<void> {
  if (format === "parquet" || format === "snappy") {
    const list = files.map((file) => `'${file}'`).join(", ");
    expect(await reader.query(`SELECT DISTINCT compression FROM parquet_metadata([${list}])`)).toEqual([
      { compression: format === "snappy" ? "SNAPPY" : "UNCOMPRESSED" },
    ]);
    return;
  }
  for (const file of files) {
    const bytes = readFileSync(file);
    const text = format === "gzip" ? gunzipSync(bytes) : bytes;
    // A byte order mark in every part; DuckDB finds a header in every part.
    expect([...text.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  }
}

test("gzip holds the very bytes of the text file", async () => {
  const [plain] = (await delivered({ ...formats.csv, size: 12 })).files;
  const [packed] = (await delivered({ ...formats.gzip, size: 12 })).files;
  expect(gunzipSync(readFileSync(packed ?? "")).equals(readFileSync(plain ?? ""))).toBe(true);
});

test("Parquet has the types of Azure's files: DECIMAL(38), times in UTC, booleans, text", async () => {
  const { files } = await delivered({ ...ofDataset("FocusCost", "1.0"), ...formats.snappy });
  const types = Object.fromEntries(
    (await reader.query(`DESCRIBE SELECT * FROM ${rawOf(files)}`)).map((row) => [
      row["column_name"],
      row["column_type"],
    ]),
  );
  expect(types).toMatchObject({
    BilledCost: "DECIMAL(38,18)",
    ChargePeriodStart: "TIMESTAMP WITH TIME ZONE",
    x_SkuIsCreditEligible: "BOOLEAN",
    Tags: "VARCHAR",
  });
});

test("a file has row groups of the size that was asked for, and no larger than a hundred thousand", async () => {
  const { files, rowCount } = await delivered({ ...formats.snappy, rowGroupRows: 500 });
  const groups = await reader.query(
    `SELECT DISTINCT row_group_id, row_group_num_rows FROM parquet_metadata('${files[0] ?? ""}') ORDER BY 1`,
  );
  expect(groups).toHaveLength(Math.ceil(rowCount / 500));
  await expect(delivered({ ...formats.snappy, rowGroupRows: 100_001 })).rejects.toThrow("1 to 100,000");
});

test("tags with commas, quotes and letters beyond ASCII survive, with and without braces", async () => {
  for (const [agreement, braces] of [
    ["EA", false],
    ["MCA", true],
  ] satisfies [Agreement, boolean][]) {
    const { files } = await delivered({ agreement, size: 24 });
    const tags = braces ? "tags" : "'{' || Tags || '}'";
    const found = await reader.query(
      `SELECT DISTINCT json_extract_string(${tags}, '$.owner') AS owner, json_extract_string(${tags}, '$.note') AS note FROM ${rawOf(files)} WHERE Tags IS NOT NULL`,
    );
    expect(found).toEqual(
      expect.arrayContaining([
        { owner: "Zoë", note: null },
        { owner: null, note: 'billed to "Data, central"' },
      ]),
    );
  }
});

test("dates are written as each version writes them", async () => {
  const first = async (dataset: Dataset, column: string, version?: string, agreement: Agreement = "EA") => {
    const { files } = await delivered({ ...ofDataset(dataset, version), agreement, size: 2 });
    return reader.value(`SELECT min("${column}") FROM ${rawOf(files)}`);
  };
  expect(await first("ActualCost", "Date")).toBe("03/01/2025");
  expect(await first("ActualCost", "date", undefined, "MCA")).toBe("03/01/2025");
  expect(await first("FocusCost", "ChargePeriodStart", "1.0")).toBe("2025-03-01T00:00Z");
  expect(await first("FocusCost", "ChargePeriodStart", "1.0r2")).toBe("2025-03-01T00:00:00Z");
});
