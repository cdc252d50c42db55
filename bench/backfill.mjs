// 12 exports, 24 months each, on the virtual clock under the realistic quota, against the time that the quota alone dictates.
import { load, virtualContext } from "./kit.mjs";
import { startEmulator } from "./project.mjs";

const exports_ = 12;
const months = { from: "2024-12", to: "2026-11" };
const runs = exports_ * 24;
/** Short runs, so that it is the quota that binds and not the rule of one run at a time. */
const runTimes = { queuedMs: 1000, processingMs: 4000 };

export async function backfill() {
  const emulator = await startEmulator({ now: "2026-12-10T08:00:00Z", frozen: true, profile: "realistic", runTimes });
  try {
    const { exportRunResource } = load("resources/export-run.js");
    const context = virtualContext(emulator);
    const { clock } = context;
    const ids = Array.from({ length: exports_ }, (_, index) => exportOf(emulator, index));
    const began = clock.now();
    const results = await Promise.allSettled(
      ids.map((exportId) => exportRunResource.create({ exportId, months }, context)),
    );
    const failed = results.filter(({ status }) => status === "rejected");
    for (const { reason } of failed.slice(0, 3)) console.error(String(reason));
    // Ten at once, then ten a minute; the last one takes its own time.
    const dictated = ((runs - 10) / 10) * 60_000 + runTimes.queuedMs + runTimes.processingMs;
    return {
      figures: { ratio: (clock.now() - began) / dictated, failed: failed.length },
      limits: { ratio: 1.05, failed: 0 },
    };
  } finally {
    await emulator.close();
  }
}

function exportOf(emulator, index) {
  const subscription = `/subscriptions/11111111-1111-1111-1111-${String(index).padStart(12, "0")}`;
  const id = `${subscription}/providers/Microsoft.CostManagement/exports/daily`;
  emulator.control.exports.put(id, {
    properties: {
      definition: { type: "FocusCost", timeframe: "MonthToDate" },
      deliveryInfo: {
        destination: {
          container: "costs",
          resourceId: `${subscription}/resourceGroups/r/providers/Microsoft.Storage/storageAccounts/a`,
        },
      },
    },
  });
  return id;
}
