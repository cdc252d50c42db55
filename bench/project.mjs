// Projects for the benchmarks: a JavaScript program in a folder from which the package and the Pulumi SDK resolve.
import { createRequire } from "node:module";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ensurePulumi } from "../scripts/pulumi-cli.mjs";
import { openStack } from "../scripts/stack.cjs";

const root = join(import.meta.dirname, "..");
const require = createRequire(import.meta.url);

export const subscription = "/subscriptions/11111111-1111-1111-1111-111111111111";

/** Starts an emulator of its own for a benchmark. */
export function startEmulator(options) {
  return require(join(root, "dist/emulator/index.js")).startEmulator(options);
}

/** A stack whose program is the given JavaScript; `close` removes it. */
export async function openProject(program, environment) {
  const { bin } = await ensurePulumi();
  const parent = join(root, "node_modules", ".cache");
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, "bench-"));
  writeFileSync(
    join(folder, "Pulumi.yaml"),
    "name: bench\nruntime: { name: nodejs, options: { typescript: false } }\n",
  );
  writeFileSync(join(folder, "package.json"), '{ "name": "bench", "main": "index.js" }\n');
  const write = (text) => writeFileSync(join(folder, "index.js"), text);
  write(program);
  const stack = await openStack({ bin, cwd: folder, environment });
  const must = async (running) => {
    const result = await running;
    if (result.code !== 0) throw new Error(`The CLI failed:\n${result.stdout}${result.stderr}`);
    return result;
  };
  return {
    write,
    preview: () => must(stack.preview()),
    up: () => must(stack.up()),
    refresh: () => must(stack.refresh()),
    destroy: () => must(stack.destroy()),
    exportState: stack.exportState,
    close: () => {
      stack.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A program with so many exports of one subscription. */
export function exportsProgram(count, description = "bench") {
  return `
const { Export } = require("pulumi-azure-cost-exports");
for (let index = 0; index < ${count}; index++) {
  new Export("export-" + index, ${JSON.stringify(exportArgs(description))});
}
`;
}

export function exportArgs(description = "bench") {
  return {
    scope: subscription,
    definition: {
      type: "FocusCost",
      timeframe: "MonthToDate",
      dataSet: { granularity: "Daily", configuration: { dataVersion: "1.0" } },
    },
    schedule: { status: "Active", recurrence: "Daily" },
    format: "Parquet",
    compressionMode: "snappy",
    partitionData: true,
    dataOverwriteBehavior: "OverwritePreviousReport",
    exportDescription: description,
    deliveryInfo: {
      destination: {
        resourceId: `${subscription}/resourceGroups/finops/providers/Microsoft.Storage/storageAccounts/finopscosts`,
        container: "costs",
        rootFolderPath: "focus",
      },
    },
  };
}
