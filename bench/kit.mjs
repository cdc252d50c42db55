// A program in this process, on the emulator's clock, for benchmarks of long operations.
import { createRequire } from "node:module";
import { join } from "node:path";
import { virtualTime } from "./virtual-time.mjs";

const require = createRequire(import.meta.url);

/** Loads a module of the built provider. */
export function load(path) {
  return require(join(import.meta.dirname, "..", "dist/provider", path));
}

/** What a resource needs, with the limiter at work as against Azure. The emulator's clock must be frozen. */
export function virtualContext(emulator) {
  const { createArmClient, readArmSettings } = load("arm/index.js");
  const { createHttp } = load("arm/http.js");
  const { createLimiter } = load("arm/quota.js");
  const { createExportReader } = load("resources/export-reader.js");
  const { clock, counted } = virtualTime(emulator.control.clock);
  const arm = createArmClient(readArmSettings({ env: emulator.environment }), {
    clock,
    http: counted(createHttp()),
    limiter: createLimiter(clock, true),
    random: () => 0,
  });
  return {
    arm,
    clock,
    reader: createExportReader(arm, clock),
    warn: () => undefined,
    progress: () => undefined,
    waitUnit: 5000,
    journal: { claim: () => Promise.resolve(undefined), write: () => undefined, remove: () => undefined },
    assertEngine: () => Promise.resolve(),
  };
}
