/** What the resources of one provider process share: the client, its token, its quota, and the reads that are joined. */
import { createArmClient, readArmSettings, systemClock } from "../arm";
import { createExportReader } from "../resources/export-reader";
import { createRunJournal, journalFolder } from "../resources/run-journal";
import { stackConfig, type ConfigReader } from "./config";
import { engineAddress, engineLives } from "./engine";
import type { ResourceContext } from "../resources/resource";

let shared: { readonly config: ConfigReader | undefined; readonly context: ResourceContext } | undefined;

/** One for all resources of the process, until the stack's configuration is another. */
export function sharedContext(): ResourceContext {
  const config = stackConfig();
  if (shared === undefined || shared.config !== config) shared = { config, context: createContext(config) };
  return shared.context;
}

/**
 * A context of its own, for functions that run in the program. What it has to say in between goes to `tell`: a command whose
 * standard output is for its result names another place.
 */
export function createContext(
  config?: (key: string) => string | undefined,
  tell: (message: string) => void = (message) => console.log(message),
): ResourceContext {
  const clock = systemClock;
  const settings = readArmSettings({ env: process.env, ...(config === undefined ? {} : { config }) });
  // A wait without a word looks like a hang.
  const arm = createArmClient(settings, { clock, log: tell });
  const assertEngine = async (): Promise<void> => {
    if (!(await engineLives(engineAddress))) throw new Error("The engine has ended; nothing more is started.");
  };
  return {
    arm,
    clock: {
      ...clock,
      // Hours may pass in the waits for a run: nobody records what comes of them once the engine was killed.
      sleep: async (milliseconds) => {
        await clock.sleep(milliseconds);
        await assertEngine();
      },
    },
    reader: createExportReader(arm, clock),
    warn: (message) => tell(`warning: ${message}`),
    progress: tell,
    waitUnit: settings.retryFloorMs,
    journal: createRunJournal({ engine: engineAddress, engineLives }, journalFolder(settings.cloud)),
    assertEngine,
  };
}
