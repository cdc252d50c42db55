/** Dates are chosen by the service's clock: the machine's may be wrong, and the emulator's can be moved. */
import { startEmulator } from "../../../emulator";
import { createArmClient, readArmSettings, systemClock } from "../../../provider/arm";
import { createExportReader } from "../../../provider/resources/export-reader";
import { exportResource } from "../../../provider/resources/export";
import { memoryJournal } from "../../support/fake-arm";

const scope = "/subscriptions/11111111-1111-1111-1111-111111111111";
const day = 86_400_000;

test.each([40, -40])("a start that is left out follows the service's clock, %i days from ours", async (days) => {
  const emulator = await startEmulator({ now: Date.now() + days * day });
  try {
    const arm = createArmClient(readArmSettings({ env: emulator.environment }));
    const { state } = await exportResource.create(
      {
        scope,
        exportName: "daily",
        definition: { type: "ActualCost", timeframe: "MonthToDate" },
        schedule: { status: "Active", recurrence: "Daily" },
        deliveryInfo: {
          destination: {
            container: "costs",
            resourceId: `${scope}/resourceGroups/r/providers/Microsoft.Storage/storageAccounts/a`,
          },
        },
      },
      {
        arm,
        clock: systemClock,
        reader: createExportReader(arm, systemClock),
        warn: () => undefined,
        progress: () => undefined,
        journal: memoryJournal(),
        waitUnit: 5000,
        assertEngine: () => Promise.resolve(),
      },
    );
    const { recurrencePeriod } = state["schedule"] as { recurrencePeriod: { from: string } };
    const ahead = Date.parse(recurrencePeriod.from) - emulator.control.clock.now();
    expect(ahead).toBeGreaterThan(0);
    expect(ahead).toBeLessThanOrEqual(day + 60_000);
  } finally {
    await emulator.close();
  }
});
