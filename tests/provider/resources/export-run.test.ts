/** Runs against the emulator's own run engine, over its handler, on its virtual clock. */
import { startEmulator, type Emulator } from "../../../emulator";
import {
  createArmClient,
  OutcomeUnknownError,
  readArmSettings,
  type ArmClient,
  type ArmRequest,
} from "../../../provider/arm";
import { createExportReader } from "../../../provider/resources/export-reader";
import { exportRunResource } from "../../../provider/resources/export-run";
import { UnfinishedError } from "../../../provider/resources/errors";
import type { PlainObject, ResourceContext } from "../../../provider/resources/resource";
import { memoryJournal } from "../../support/fake-arm";

const scope = "/subscriptions/11111111-1111-1111-1111-111111111111";
const id = (name: string) => `${scope}/providers/Microsoft.CostManagement/exports/${name}`;
const start = "2026-12-10T08:00:00Z";

let emulator: Emulator;
beforeEach(async () => {
  emulator = await startEmulator({ now: start, frozen: true });
  for (const name of ["daily", "other"]) {
    emulator.control.exports.put(id(name), {
      properties: {
        definition: { type: "FocusCost", timeframe: "MonthToDate" },
        deliveryInfo: {
          destination: {
            container: "costs",
            resourceId: `${scope}/resourceGroups/r/providers/Microsoft.Storage/storageAccounts/a`,
          },
        },
      },
    });
  }
});
afterEach(() => emulator.close());

interface Kit extends ResourceContext {
  readonly told: string[];
  intercept: (request: ArmRequest, send: () => ReturnType<ArmClient["send"]>) => ReturnType<ArmClient["send"]>;
}

/** A program of its own: its client, its journal, and a clock that moves the emulator's. */
function program(journal = memoryJournal()): Kit {
  const clock = {
    now: () => emulator.control.clock.now(),
    sleep: (milliseconds: number) => {
      emulator.control.clock.advance(milliseconds);
      return Promise.resolve();
    },
  };
  const client = createArmClient(readArmSettings({ env: emulator.environment }), { clock });
  const told: string[] = [];
  const kit: Kit = {
    arm: { ...client, send: (request) => kit.intercept(request, () => client.send(request)) },
    clock,
    reader: createExportReader(client, clock),
    warn: () => undefined,
    progress: (message) => void told.push(message),
    journal,
    waitUnit: 5000,
    assertEngine: () => Promise.resolve(),
    told,
    intercept: (_request, send) => send(),
  };
  return kit;
}

const runsOf = (state: PlainObject) =>
  state["runs"] as { runId: string; outcome: string; status: string; period?: { from: string; to: string } }[];
const posts = () => emulator.control.requests.count({ operation: "exports.run", status: 200 });

test("runs once, waits for the end, and tells how it goes", async () => {
  const kit = program();
  const { state } = await exportRunResource.create({ exportId: id("daily") }, kit);
  expect(runsOf(state)).toMatchObject([{ outcome: "succeeded", status: "Completed" }]);
  expect(state).toMatchObject({ succeeded: 1, empty: 0, failed: 0 });
  expect(posts()).toBe(1);
  expect(kit.told.join()).toMatch(/daily: run: Queued.*InProgress.*Completed/);
  expect(JSON.stringify(state)).not.toMatch(/submittedBy|@/);
});

test("a backfill runs one month after the other, newest first, the current one until yesterday", async () => {
  const { state } = await exportRunResource.create(
    { exportId: id("daily"), months: { from: "2026-10", to: "2026-12" } },
    program(),
  );
  expect(runsOf(state).map(({ period }) => `${period?.from.slice(0, 10)} ${period?.to.slice(0, 10)}`)).toEqual([
    "2026-12-01 2026-12-09",
    "2026-11-01 2026-11-30",
    "2026-10-01 2026-10-31",
  ]);
  expect(state).toMatchObject({ succeeded: 3 });
  expect(posts()).toBe(3);
});

test("a run of somebody else is waited out, and not taken for ours", async () => {
  const [first, second] = [program(), program()];
  const begun = await exportRunResource.create({ exportId: id("daily"), wait: false }, first);
  const { state } = await exportRunResource.create({ exportId: id("daily") }, second);
  expect(runsOf(begun.state)[0]?.outcome).toBe("running");
  expect(runsOf(state)[0]?.runId).not.toBe(runsOf(begun.state)[0]?.runId);
  expect(posts()).toBe(2);
});

test("two programs that run the same export at once each get a run of their own", async () => {
  const results = await Promise.all(
    [program(), program()].map((kit) => exportRunResource.create({ exportId: id("daily") }, kit)),
  );
  const ids = results.map(({ state }) => runsOf(state)[0]?.runId);
  expect(new Set(ids).size).toBe(2);
  expect(posts()).toBe(2);
});

test.each([
  ["started", true],
  ["did not start", false],
])("a lost answer is settled by the history: the run %s", async (_name, applied) => {
  const kit = program();
  let lost = false;
  kit.intercept = async (request, send) => {
    if (request.method !== "POST" || lost) return send();
    lost = true;
    if (applied) await send();
    throw new OutcomeUnknownError("ECONNRESET", {}, "reset");
  };
  const { state } = await exportRunResource.create({ exportId: id("daily") }, kit);
  expect(runsOf(state)).toMatchObject([{ outcome: "succeeded" }]);
  expect(posts()).toBe(1);
});

test.each([
  ["right before the run was asked for", "POST", false],
  ["right after the run was asked for", "POST", true],
  ["while it was waited for", "GET", true],
])("a process that was killed %s is resumed, and starts nothing twice", async (_name, method, applied) => {
  const journal = memoryJournal();
  const killed = program(journal);
  let posted = false;
  const kill = new Promise<never>(() => undefined);
  killed.intercept = async (request, send) => {
    if (request.method === "POST") {
      posted = true;
      if (method === "POST") {
        if (applied) await send();
        return kill;
      }
    }
    return posted && request.method === method ? kill : send();
  };
  void exportRunResource.create({ exportId: id("daily") }, killed);
  await new Promise((resolve) => setTimeout(resolve, 200));
  const { state } = await exportRunResource.create({ exportId: id("daily") }, program(journal));
  expect(runsOf(state)).toMatchObject([{ outcome: "succeeded" }]);
  expect(posts()).toBe(1);
});

/** The history that a service which keeps only ten runs would give. */
async function lastTen(request: ArmRequest, send: () => ReturnType<ArmClient["send"]>): ReturnType<ArmClient["send"]> {
  const response = await send();
  if (request.operation !== "poll") return response;
  const { value } = response.body as { value: { properties: { submittedTime: string } }[] };
  const newestFirst = value.toSorted((a, b) => b.properties.submittedTime.localeCompare(a.properties.submittedTime));
  return { ...response, body: { value: newestFirst.slice(0, 10) } };
}

test("a backfill that is killed after more months than the history keeps starts none of them twice", async () => {
  const journal = memoryJournal();
  const killed = program(journal);
  const inputs = { exportId: id("daily"), months: { from: "2025-10", to: "2026-11" } };
  await new Promise<void>((reached) => {
    killed.intercept = (request, send) => {
      if (request.method !== "POST" || posts() < 12) return lastTen(request, send);
      reached();
      return new Promise<never>(() => undefined);
    };
    void exportRunResource.create(inputs, killed);
  });
  const again = program(journal);
  again.intercept = lastTen;
  const { state } = await exportRunResource.create(inputs, again);
  expect(state).toMatchObject({ succeeded: 14, failed: 0 });
  expect(new Set(runsOf(state).map(({ runId }) => runId)).size).toBe(14);
  expect(posts()).toBe(14);
});

test("a run that others pushed out of the history before it was looked at is started anew", async () => {
  const { state } = await exportRunResource.create({ exportId: id("daily"), wait: false }, program());
  const months = { from: "2025-12", to: "2026-11" };
  await exportRunResource.create({ exportId: id("daily"), months }, program());
  const unfinished = { ...state, unfinished: { operation: "run" } };
  const later = program();
  later.intercept = lastTen;
  const next = await exportRunResource.update("", unfinished, { exportId: id("daily") }, later);
  expect(runsOf(next.state)).toMatchObject([{ outcome: "succeeded" }]);
  expect(runsOf(next.state)[0]?.runId).not.toBe(runsOf(state)[0]?.runId);
});

test("a failed month is an error that names it; the next up runs only that one", async () => {
  const kit = program();
  let failed = false;
  kit.intercept = async (request, send) => {
    const response = await send();
    if (request.operation !== "poll" || failed) return response;
    const body = structuredClone(response.body) as {
      value: { properties: { status: string; startDate: string; error?: object } }[];
    };
    for (const { properties } of body.value) {
      if (!properties.startDate.startsWith("2026-10") || properties.status !== "Completed") continue;
      properties.status = "Failed";
      properties.error = { code: "X", message: "no luck" };
    }
    return { ...response, body };
  };
  const inputs = { exportId: id("daily"), months: { from: "2026-09", to: "2026-11" } };
  const error = (await exportRunResource.create(inputs, kit).catch((caught: unknown) => caught)) as UnfinishedError;
  expect(error).toBeInstanceOf(UnfinishedError);
  expect(error.reasons[0]).toMatch(/2026-10-01 to 2026-10-31 .* ended as Failed: no luck/);
  expect(exportRunResource.diff("x", error.state, inputs).changes).toBe(true);
  failed = true;
  const { state } = await exportRunResource.update("x", error.state, inputs, kit);
  expect(state).toMatchObject({ succeeded: 3, failed: 0 });
  expect(posts()).toBe(4);
});

test("months without charges are told apart from failures", async () => {
  const kit = program();
  kit.intercept = async (request, send) => {
    const response = await send();
    if (request.operation !== "poll") return response;
    const text = JSON.stringify(response.body).replace(/"status":"Completed"/g, '"status":"DataNotAvailable"');
    return { ...response, body: JSON.parse(text) as unknown };
  };
  const { state } = await exportRunResource.create(
    { exportId: id("daily"), months: { from: "2026-10", to: "2026-11" } },
    kit,
  );
  expect(state).toMatchObject({ succeeded: 0, empty: 2, failed: 0 });
});

test("the end of the time records what was reached, and the next up goes on from there", async () => {
  const inputs = { exportId: id("daily"), months: { from: "2026-10", to: "2026-11" }, timeouts: { create: "20m" } };
  const error = (await exportRunResource
    .create(inputs, program())
    .catch((caught: unknown) => caught)) as UnfinishedError;
  expect(error.reasons[0]).toMatch(/still (?:is )?(?:Queued|InProgress)|still goes on/);
  const { state } = await exportRunResource.update("x", error.state, inputs, program());
  expect(state).toMatchObject({ succeeded: 2 });
  expect(posts()).toBe(2);
});

test("a change of triggers runs again, nothing else does", async () => {
  const kit = program();
  const inputs = { exportId: id("daily"), triggers: ["1"] };
  const { state } = await exportRunResource.create(inputs, kit);
  expect(exportRunResource.diff("x", state, inputs)).toMatchObject({ changes: false });
  const again = { ...inputs, triggers: ["2"] };
  expect(exportRunResource.diff("x", state, again)).toMatchObject({ changes: true, replaces: [] });
  const { state: after } = await exportRunResource.update("x", state, again, kit);
  expect(runsOf(after)[0]?.runId).not.toBe(runsOf(state)[0]?.runId);
  expect(posts()).toBe(2);
});

test("more months run only the new ones", async () => {
  const kit = program();
  const { state } = await exportRunResource.create(
    { exportId: id("daily"), months: { from: "2026-11", to: "2026-11" } },
    kit,
  );
  await exportRunResource.update(
    "x",
    state,
    { exportId: id("daily"), months: { from: "2026-10", to: "2026-11" } },
    kit,
  );
  expect(posts()).toBe(2);
});

test("a refresh brings a run that was not waited for up to date", async () => {
  const kit = program();
  const { state } = await exportRunResource.create({ exportId: id("daily"), wait: false }, kit);
  emulator.control.clock.advance(60 * 60_000);
  const found = await exportRunResource.read("x", state, kit);
  expect(found?.state).toMatchObject({ succeeded: 1 });
});

test("an export that does not exist is said, with the cure", async () => {
  await expect(exportRunResource.create({ exportId: id("absent") }, program())).rejects.toThrow(
    /There is no export .*absent.*myExport\.id/s,
  );
});

test.each<[string, PlainObject, RegExp]>([
  ["no export", {}, /exportId is missing/],
  ["a bad id", { exportId: "daily" }, /no id of an export/],
  ["two addresses", { exportId: id("daily"), scope }, /not both/],
  [
    "a period over two months",
    { exportId: id("daily"), timePeriod: { from: "2026-10-01", to: "2026-11-02" } },
    /months: \{ from: "2026-10", to: "2026-11" \}/,
  ],
  [
    "a period in the future",
    { exportId: id("daily"), timePeriod: { from: "2026-12-01", to: "2026-12-24" } },
    /in the future/,
  ],
  ["months too old", { exportId: id("daily"), months: { from: "2019-01", to: "2026-11" } }, /more than 84 months/],
  ["months in no form", { exportId: id("daily"), months: { from: "2026-1", to: "Nov" } }, /write the month as 2026-03/],
  [
    "a backfill without waiting",
    { exportId: id("daily"), months: { from: "2026-10", to: "2026-11" }, wait: false },
    /waits for each run/,
  ],
  ["a misspelt property", { exportId: id("daily"), month: {} }, /Did you mean months\?/],
])("check refuses %s", (_name, inputs, message) => {
  const { failures } = exportRunResource.check(undefined, inputs, Date.parse(start));
  expect(failures.map(({ reason }) => reason).join("\n")).toMatch(message);
});
