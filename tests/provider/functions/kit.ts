/** What the functions of a program need, over an emulator of the test's own. */
import type { Emulator } from "../../../emulator";
import { createArmClient, readArmSettings } from "../../../provider/arm";
import { createExportReader } from "../../../provider/resources/export-reader";
import type { ResourceContext } from "../../../provider/resources/resource";
import { memoryJournal } from "../../support/fake-arm";

/** A caller whose waits move the emulator's clock. */
export function callerOf(emulator: Emulator): ResourceContext {
  const clock = {
    now: () => emulator.control.clock.now(),
    sleep: (milliseconds: number) => {
      emulator.control.clock.advance(milliseconds);
      return Promise.resolve();
    },
  };
  const arm = createArmClient(readArmSettings({ env: emulator.environment }), { clock });
  return {
    arm,
    clock,
    reader: createExportReader(arm, clock),
    warn: () => undefined,
    progress: () => undefined,
    journal: memoryJournal(),
    waitUnit: 1000,
    assertEngine: () => Promise.resolve(),
  };
}
