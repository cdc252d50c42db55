/** What the resources of one provider process share: the client, its token, its quota, and the reads that are joined. */
import { createArmClient, readArmSettings, systemClock } from "../arm";
import { createExportReader } from "../resources/export-reader";
import { createRunJournal, journalFolder } from "../resources/run-journal";
import { engineAddress, engineLives } from "./engine";
import type { ResourceContext } from "../resources/resource";

let readConfig: ((key: string) => string | undefined) | undefined;
let shared: ResourceContext | undefined;

/** Takes the stack's configuration. Nothing is read or called before the first operation. */
export function configureContext(read: (key: string) => string | undefined): void {
  readConfig = read;
  shared = undefined;
}

export function sharedContext(): ResourceContext {
  shared ??= createContext(readConfig);
  return shared;
}

/** A context of its own, for functions that run in the program. */
export function createContext(config?: (key: string) => string | undefined): ResourceContext {
  const clock = systemClock;
  const settings = readArmSettings({ env: process.env, ...(config === undefined ? {} : { config }) });
  const arm = createArmClient(settings, {
    clock,
    // A wait without a word looks like a hang.
    log: (message) => {
      console.log(message);
    },
  });
  return {
    arm,
    clock,
    reader: createExportReader(arm, clock),
    warn: (message) => {
      console.log(`warning: ${message}`);
    },
    progress: (message) => {
      console.log(message);
    },
    waitUnit: settings.retryFloorMs,
    journal: createRunJournal({ engine: engineAddress, engineLives }, journalFolder(settings.cloud)),
    assertEngine: async () => {
      if (!(await engineLives(engineAddress))) throw new Error("The engine has ended; nothing more is started.");
    },
  };
}
