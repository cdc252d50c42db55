/** The reads of runs that programs call, against the emulator's own runs. */
import { startEmulator, type Emulator } from "../../../emulator";
import { historyOf, readLatestRun, readRunHistory } from "../../../provider/functions/runs";
import { callerOf } from "./kit";

const scope = "/subscriptions/11111111-1111-1111-1111-111111111111";
const exportId = `${scope}/providers/Microsoft.CostManagement/exports/daily`;
const destination = {
  container: "costs",
  rootFolderPath: "actual",
  resourceId: `${scope}/resourceGroups/r/providers/Microsoft.Storage/storageAccounts/a`,
};

let emulator: Emulator;
beforeEach(async () => {
  emulator = await startEmulator({ now: "2026-12-10T08:00:00Z", frozen: true });
  // The older generation, whose files have a new name with each run (problem 76).
  emulator.control.exports.put(
    exportId,
    { properties: { definition: { type: "ActualCost", timeframe: "MonthToDate" }, deliveryInfo: { destination } } },
    "2023-11-01",
  );
});
afterEach(() => emulator.close());

/** Runs the export and ends the run; an hour passes. */
async function run(status: "Completed" | "DataNotAvailable" | "Failed" = "Completed"): Promise<void> {
  const { arm, clock } = callerOf(emulator);
  await arm.send({
    method: "POST",
    path: `${exportId}/run`,
    apiVersion: "2025-03-01",
    operation: "run",
    scope,
    deadline: clock.now() + 60_000,
  });
  emulator.control.runs.settle({ status });
  emulator.control.clock.advance(60 * 60_000);
}

test("tells all runs, newest first, where a list tells one", async () => {
  for (let index = 0; index < 3; index++) await run();
  const runs = await readRunHistory({ exportId }, undefined, callerOf(emulator));
  expect(runs.map(({ submittedTime }) => submittedTime?.slice(11, 16))).toEqual(["10:00", "09:00", "08:00"]);
  expect(new Set(runs.map(({ runId }) => runId)).size).toBe(3);
  const listed = await emulatorList();
  expect(listed).toHaveLength(1);
});

test("the latest run is the newest that delivered, with its file", async () => {
  await run();
  await run();
  await run("DataNotAvailable");
  await run("Failed");
  const [, , second] = await readRunHistory({ exportId }, undefined, callerOf(emulator));
  const latest = await readLatestRun({ exportId }, undefined, callerOf(emulator));
  expect(latest).toEqual(second);
  expect(latest).toMatchObject({ status: "Completed", container: "costs" });
  expect(latest?.fileName).toContain(`daily_${latest?.runId ?? ""}`);
});

test("there is no latest run before the first", async () => {
  expect(await readLatestRun({ exportId }, undefined, callerOf(emulator))).toBeUndefined();
});

test("each month stands as its newest run, and a month without one between others is missing", () => {
  const ran = (startDate: string, outcome: "succeeded" | "empty" | "failed") =>
    ({ runId: startDate, status: "any", outcome, startDate, submittedTime: "2026-12-01T00:00:00Z" }) as const;
  const runs = [
    ran("2026-11-01", "succeeded"),
    ran("2026-08-01", "failed"),
    ran("2026-07-01", "empty"),
    ran("2026-11-01", "failed"),
    ran("2025-12-01", "succeeded"),
  ];
  expect(historyOf(runs).map(({ month, outcome }) => `${month} ${outcome}`)).toEqual([
    "2026-11 succeeded",
    "2026-10 missing",
    "2026-09 missing",
    "2026-08 failed",
    "2026-07 empty",
    ...["2026-06", "2026-05", "2026-04", "2026-03", "2026-02", "2026-01"].map((month) => `${month} missing`),
    "2025-12 succeeded",
  ]);
  expect(historyOf([])).toEqual([]);
});

/** The runs that a LIST with $expand shows beside the export, as other tools ask for them. */
async function emulatorList(): Promise<readonly unknown[]> {
  const { arm, clock } = callerOf(emulator);
  const { body } = await arm.send({
    method: "GET",
    path: `${scope}/providers/Microsoft.CostManagement/exports`,
    query: { $expand: "runHistory" },
    apiVersion: "2025-03-01",
    operation: "list",
    scope,
    deadline: clock.now() + 60_000,
  });
  const [first] = (body as { value: { properties: { runHistory: { value: unknown[] } } }[] }).value;
  return first?.properties.runHistory.value ?? [];
}
