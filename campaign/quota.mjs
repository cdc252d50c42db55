// 200 exports over 40 scopes under the realistic quota, on a virtual clock: against the time that the quota alone dictates.
import { createRequire } from "node:module";
import { join } from "node:path";
import { virtualTime } from "../bench/virtual-time.mjs";
import { seeded } from "./faults/random.mjs";

const require = createRequire(import.meta.url);
const load = (path) => require(join(import.meta.dirname, "../dist", path));

const subscription = "/subscriptions/11111111-1111-1111-1111-111111111111";
const limit = 1.05;

/** What the profile allows (docs/emulator.md): a burst, then so many a second. */
const perScope = { burst: 30, perSecond: 0.5 };
const reads = { burst: 250, perSecond: 25 };
const writes = { burst: 200, perSecond: 10 };

/** How the 200 lie: evenly, where no quota binds; and most of them in one scope, where that of the scope does. */
const layouts = {
  even: (index) => index % 40,
  "one large scope": (index) => (index < 161 ? 0 : index - 160),
  "four large scopes": (index) => (index < 164 ? index % 4 : index - 160),
};

/** @param {{ quick: boolean, seed: number, report: (line: string) => void }} options */
export async function quota({ quick, seed, report }) {
  const names = Object.keys(layouts).slice(0, quick ? 2 : 3);
  let worst = 0;
  let failed = 0;
  for (const name of names) {
    const leg = await deploy(layouts[name], seed, report);
    failed += leg.failed;
    // Where the quota dictates no time, none may pass.
    const ratio = leg.dictated === 0 ? 1 + leg.took / 60_000 : leg.took / leg.dictated;
    worst = Math.max(worst, ratio);
    report(
      `${name}: ${(leg.took / 1000).toFixed(0)} s, dictated ${(leg.dictated / 1000).toFixed(0)} s, ${leg.throttled} answers 429, ${leg.calls} calls`,
    );
  }
  return { figures: { ratio: worst, failed }, ok: worst <= limit && failed === 0 };
}

async function deploy(layout, seed, report) {
  const { startEmulator } = load("emulator/index.js");
  const emulator = await startEmulator({ profile: "realistic", now: "2026-12-10T08:00:00Z", frozen: true });
  try {
    const { exportResource } = load("provider/resources/export.js");
    const context = contextOn(emulator, seed);
    const began = context.clock.now();
    const scopes = Array.from({ length: 200 }, (_, index) => layout(index));
    const results = await Promise.allSettled(
      scopes.map((scope, index) => exportResource.create(argsOf(scope, index), context)),
    );
    const failures = results.filter(({ status }) => status === "rejected");
    for (const { reason } of failures.slice(0, 3)) report(String(reason));
    return {
      took: context.clock.now() - began,
      dictated: dictated(scopes),
      failed: failures.length,
      throttled: emulator.control.requests.count({ status: 429 }),
      calls: emulator.control.requests.count({ category: "arm" }),
    };
  } finally {
    await emulator.close();
  }
}

/** Each export takes a look and a write; the last of a bucket goes when the bucket has given out so many. */
function dictated(scopes) {
  const inScope = new Map();
  for (const scope of scopes) inScope.set(scope, (inScope.get(scope) ?? 0) + 2);
  const wait = (calls, { burst, perSecond }) => (Math.max(0, calls - burst) / perSecond) * 1000;
  const ofScopes = [...inScope.values()].map((calls) => wait(calls, perScope));
  return Math.max(...ofScopes, wait(scopes.length, reads), wait(scopes.length, writes));
}

/** What a resource needs, with the limiter at work as against Azure, and chance as there. */
function contextOn(emulator, seed) {
  const { createArmClient, readArmSettings } = load("provider/arm/index.js");
  const { createHttp } = load("provider/arm/http.js");
  const { createLimiter } = load("provider/arm/quota.js");
  const { createExportReader } = load("provider/resources/export-reader.js");
  const { clock, counted } = virtualTime(emulator.control.clock);
  const arm = createArmClient(readArmSettings({ env: emulator.environment }), {
    clock,
    http: counted(createHttp()),
    limiter: createLimiter(clock, true),
    random: seeded(seed),
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

function argsOf(scope, index) {
  return {
    scope: `${subscription}/resourceGroups/team-${scope}`,
    exportName: `export-${index}`,
    definition: { type: "FocusCost", timeframe: "MonthToDate" },
    schedule: { status: "Active", recurrence: "Daily" },
    deliveryInfo: {
      destination: {
        resourceId: `${subscription}/resourceGroups/finops/providers/Microsoft.Storage/storageAccounts/finopscosts`,
        container: "costs",
        rootFolderPath: `export-${index}`,
      },
    },
    timeouts: { create: "1h" },
  };
}
