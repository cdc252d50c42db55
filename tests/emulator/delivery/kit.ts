/** What the tests of delivery share: requests, a folder of their own, and DuckDB as a reader that knows nothing of the writer. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import type { DuckDBConnection } from "@duckdb/node-api";
import { transformSync } from "@swc/core";
import { createFolderSink, deliverRun } from "../../../emulator/delivery";
import type { DeliveredRun, RunRequest, Schema } from "../../../emulator/delivery";

export const subscriptionScope = "/subscriptions/5b1c0de0-3a5e-4c57-8f0e-5a1f00000002";
export const enrollmentScope = "/providers/Microsoft.Billing/billingAccounts/123456";
export const runId = "bbac73f1-9a05-4de6-84ab-c72b568a03b4";
export const container = "exports";

/** March 2025 of an EA enrollment, three subscriptions with 24 meters each, as an export of the newest version. */
export function requestTo(folder: string, patch: Partial<RunRequest> & { readonly scope?: string } = {}): RunRequest {
  const { scope = enrollmentScope, ...others } = patch;
  return {
    definition: { type: "ActualCost", timeframe: "MonthToDate" },
    exportName: "daily",
    exportResourceId: `${scope}/providers/Microsoft.CostManagement/exports/daily`,
    rootFolderPath: "costs/all",
    container,
    storageResourceId: `${subscriptionScope}/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/costs`,
    apiVersion: "2025-03-01",
    generation: "new",
    agreement: "EA",
    run: {
      id: runId,
      submittedTime: "2025-03-31T18:33:03.103Z",
      executionType: "OnDemand",
      from: "2025-03-01T00:00:00Z",
      to: "2025-03-31T00:00:00Z",
    },
    seed: 7,
    size: 24,
    sink: createFolderSink(folder),
    ...others,
  };
}

/** The same, with a dataset and a version of its columns. */
export const ofDataset = (type: string, dataVersion?: string): Pick<RunRequest, "definition"> => ({
  definition: { type, timeframe: "MonthToDate", dataSet: { configuration: { dataVersion } } },
});

export function temporaryFolder(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), "azure-cost-exports-delivery-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export interface Delivered extends DeliveredRun {
  /** Paths of the data files. */
  readonly files: readonly string[];
  readonly manifest: ReturnType<typeof JSON.parse>;
}

/** Delivers into a folder and reads the manifest. */
export async function deliver(
  folder: string,
  patch: Partial<RunRequest> & { readonly scope?: string } = {},
): Promise<Delivered> {
  const run = await deliverRun(requestTo(folder, patch));
  const place = (name: string): string => join(folder, patch.container ?? container, name);
  return {
    ...run,
    files: run.blobs.map(({ blobName }) => place(blobName)),
    manifest: run.manifestFile === undefined ? undefined : JSON.parse(readFileSync(place(run.manifestFile), "utf8")),
  };
}

export interface Reader {
  /** Rows as objects; decimals, dates and big integers as text. */
  query(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** The first column of the first row. */
  value(sql: string): Promise<unknown>;
  close(): void;
}

export async function openReader(): Promise<Reader> {
  const instance = await DuckDBInstance.create(":memory:", {
    threads: "2",
    // Fail at once instead of asking the network.
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  });
  const connection: DuckDBConnection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  const query: Reader["query"] = async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJson();
  return {
    query,
    value: async (sql) => Object.values((await query(sql))[0] ?? {})[0],
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

const isParquet = (file: string): boolean => file.endsWith(".parquet");
const listOf = (files: readonly string[]): string => `[${files.map((file) => `'${file}'`).join(", ")}]`;
/** As the files say, all text where they are text. */
export const rawOf = (files: readonly string[]): string =>
  isParquet(files[0] ?? "")
    ? `read_parquet(${listOf(files)})`
    : `read_csv(${listOf(files)}, all_varchar = true, header = true, delim = ',', quote = '"', escape = '"')`;

const dateForms: Readonly<Record<string, string>> = {
  "MM/dd/yyyy": "%m/%d/%Y",
  "yyyy-MM-ddTHH:mmZ": "%Y-%m-%dT%H:%MZ",
  "yyyy-MM-ddTHH:mm:ssZ": "%Y-%m-%dT%H:%M:%SZ",
};

/** A table expression with the types of the schema, whatever the format: what both formats are compared in. */
export function typedOf(files: readonly string[], { columns, forms }: Schema): string {
  const text = !isParquet(files[0] ?? "");
  const cells = columns.map(({ name, type }) => {
    const cell = `"${name}"`;
    const typed = {
      decimal: `${cell}::DECIMAL(38, 18)`,
      date: text ? `strptime(${cell}, '${dateForms[forms.dates] ?? ""}')` : `${cell}::TIMESTAMP`,
      boolean: text ? `(${cell} = 'True')` : cell,
      string: cell,
      json: cell,
    }[type];
    return `${typed} AS ${cell}`;
  });
  return `(SELECT ${cells.join(", ")} FROM ${rawOf(files)})`;
}

/** Compiles the emulator for a process of its own: the tests of the sources wait for no build. */
export function compileDelivery(folder: string): string {
  const root = join(__dirname, "../../..");
  const compile = (path: string): void => {
    for (const entry of readdirSync(join(root, path), { withFileTypes: true })) {
      const file = join(path, entry.name);
      if (entry.isDirectory()) compile(file);
      else if (entry.name.endsWith(".ts")) compileFile(file);
    }
  };
  const compileFile = (file: string): void => {
    const target = join(folder, file.replace(/\.ts$/, ".js"));
    const { code } = transformSync(readFileSync(join(root, file), "utf8"), {
      filename: file,
      jsc: { parser: { syntax: "typescript" }, target: "es2022" },
      module: { type: "commonjs", ignoreDynamic: true },
    });
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, code);
  };
  compile("emulator/delivery");
  for (const file of ["emulator/json.ts", "emulator/server/ids.ts", "provider/cost-management/scopes.ts"])
    compileFile(file);
  compileFile("provider/cost-management/datasets.ts");
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  return join(folder, "emulator/delivery");
}

/** Runs a script in a process of its own and reads what it prints as JSON. */
export function runScript(script: string): ReturnType<typeof JSON.parse> {
  return JSON.parse(execFileSync(process.execPath, ["-e", script], { encoding: "utf8" }));
}

/** Every file below a folder, by its path in it. */
export function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .sort();
}
