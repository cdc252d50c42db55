// Files of a million rows: how fast they are generated and written to a folder, and what memory that takes at its highest.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const require = createRequire(import.meta.url);
const formats = {
  csv: { format: "Csv" },
  gzip: { format: "Csv", compressionMode: "gzip" },
  parquet: { format: "Parquet", compressionMode: "snappy" },
};
const rows = 1_000_000;
const days = 31;

/** One process for each format: the highest memory of a process is told for its whole life. */
export async function write() {
  const figures = {};
  for (const name of Object.keys(formats)) {
    const { stdout } = await promisify(execFile)(process.execPath, [import.meta.filename, name]);
    figures[name] = JSON.parse(stdout);
  }
  return figures;
}

async function writeOne(name) {
  const { createFolderSink, deliverRun } = require(join(import.meta.dirname, "../dist/emulator/delivery/index.js"));
  const folder = mkdtempSync(join(tmpdir(), "azure-cost-exports-bench-"));
  try {
    const began = performance.now();
    const { rowCount } = await deliverRun({
      ...formats[name],
      // 55 columns.
      definition: {
        type: "ActualCost",
        timeframe: "MonthToDate",
        dataSet: { configuration: { dataVersion: "2021-10-01" } },
      },
      exportName: "bench",
      exportResourceId:
        "/subscriptions/11111111-1111-4111-8111-111111111111/providers/Microsoft.CostManagement/exports/bench",
      container: "exports",
      apiVersion: "2025-03-01",
      generation: "new",
      agreement: "EA",
      run: {
        id: "11111111-1111-4111-8111-111111111111",
        submittedTime: "2025-04-01T00:00:00Z",
        executionType: "OnDemand",
        from: "2025-03-01",
        to: "2025-03-31",
      },
      seed: 1,
      size: Math.ceil(rows / days),
      sink: createFolderSink(folder),
    });
    const seconds = (performance.now() - began) / 1000;
    console.log(
      JSON.stringify({
        rowsPerSecond: Math.round(rowCount / seconds),
        peakMB: Math.round(process.resourceUsage().maxRSS / 1024),
      }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === import.meta.filename) await writeOne(process.argv[2]);
