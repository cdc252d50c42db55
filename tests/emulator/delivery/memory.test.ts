/** Three hundred thousand rows in a process of its own: memory must not grow with them. */
import { compileDelivery, runScript, temporaryFolder } from "./kit";

jest.setTimeout(60_000);

let folder: ReturnType<typeof temporaryFolder>;
let delivery: string;
beforeAll(() => {
  folder = temporaryFolder();
  delivery = compileDelivery(folder.path);
});
afterAll(() => folder.remove());

/** Rows come from few meters over many days, so that only their number grows. */
function peakOf(format: object, days: number): { readonly rows: number; readonly megabytes: number } {
  const script = `
    const { deliverRun } = require(${JSON.stringify(delivery)});
    const sink = {
      ensureContainer: async () => {},
      put: async (container, name, stream) => { for await (const chunk of stream); },
      delete: async () => {},
      list: async () => [],
    };
    const day = 86400000, from = Date.UTC(2020, 0, 1);
    deliverRun({
      ...${JSON.stringify(format)},
      definition: { type: "ActualCost", timeframe: "Custom" },
      exportName: "daily",
      exportResourceId: "/subscriptions/5b1c0de0-3a5e-4c57-8f0e-5a1f00000002/providers/Microsoft.CostManagement/exports/daily",
      container: "exports", apiVersion: "2025-03-01", generation: "new", agreement: "EA", seed: 1, size: 1000, sink,
      run: { id: "bbac73f1-9a05-4de6-84ab-c72b568a03b4", submittedTime: "2025-01-01", executionType: "OnDemand", from, to: from + (${days} - 1) * day },
    }).then(({ rowCount }) => console.log(JSON.stringify({ rows: rowCount, megabytes: process.resourceUsage().maxRSS / 1024 })));`;
  return runScript(script);
}

test.each([
  ["text", {}],
  ["gzip", { compressionMode: "gzip" }],
  ["Parquet with snappy", { format: "Parquet", compressionMode: "snappy" }],
])("%s takes no more for 300,000 rows than for 60,000, but for a margin", (_, format) => {
  const few = peakOf(format, 60);
  const many = peakOf(format, 300);
  expect([few.rows >= 60_000, many.rows >= 300_000]).toEqual([true, true]);
  expect(many.megabytes).toBeLessThan(few.megabytes + 120);
  expect(many.megabytes).toBeLessThan(450);
});
