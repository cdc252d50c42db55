/** What the system itself runs as the clock moves, how runs end, and what stands in the way of one more. */
import { subscriptionId } from "../../emulator/constants";
import { send, withEmulator } from "./client";
import {
  at,
  daily,
  definition,
  properties,
  refusal,
  schedule,
  storage,
  subscription,
  world,
} from "./cost-management/world";
import type { At, World } from "./cost-management/world";

const hour = 3_600_000;
const day = 24 * hour;

function scheduled(patch: object = {}, switches: Parameters<typeof world>[0] = {}, options: At = {}): World {
  const azure = world(switches);
  expect(refusal(azure.put("daily", daily(patch), options))).toMatch(/^20[01] accepted/);
  return azure;
}

interface Run {
  readonly executionType: string;
  readonly submittedBy: string;
  readonly submittedTime: string;
  readonly startDate: string;
  readonly endDate: string;
  readonly status: string;
  readonly fileName: string | null;
}

function history(azure: World, options: At = {}): readonly Run[] {
  const value = at(azure.history("daily", options), "value");
  return Array.isArray(value) ? value.map((run: { properties: Run }) => run.properties) : [];
}

const times = (azure: World): readonly string[] => history(azure).map(({ submittedTime }) => submittedTime);
const windows = (azure: World): readonly string[] =>
  history(azure).map(({ startDate, endDate }) => `${startDate.slice(0, 10)} ${endDate.slice(0, 10)}`);

function until(azure: World, time: string): void {
  azure.clock.time = Date.parse(time);
}

describe("an active export", () => {
  test("runs when its estimate says, by the system", () => {
    const azure = scheduled();
    const estimate = at(azure.get("daily"), "properties.nextRunTimeEstimate");
    expect(estimate).toBe("2025-06-16T23:00:00Z");
    until(azure, "2025-06-16T22:59:59Z");
    expect(history(azure)).toEqual([]);

    until(azure, "2025-06-16T23:00:00Z");
    expect(history(azure)).toMatchObject([
      { executionType: "Scheduled", submittedBy: "System", submittedTime: estimate, status: "Queued" },
    ]);
    azure.advance(15 * 60_000);
    expect(history(azure)).toMatchObject([{ status: "Completed", startDate: "2025-06-01T00:00:00Z" }]);
  });

  test.each(["2023-11-01", "2025-03-01"])("%s: runs in both generations", (apiVersion) => {
    const azure = scheduled({}, {}, { apiVersion });
    azure.advance(2 * day);

    expect(history(azure, { apiVersion })).toMatchObject([{ executionType: "Scheduled", submittedBy: "System" }]);
  });

  test.each([
    ["Daily", ["2025-06-16", "2025-06-17", "2025-06-18"], "2025-06-19T00:00:00Z"],
    ["Weekly", ["2025-06-16", "2025-06-23", "2025-06-30"], "2025-07-07T00:00:00Z"],
    ["Monthly", ["2025-06-16", "2025-07-16", "2025-08-16"], "2025-09-16T00:00:00Z"],
    ["Annually", ["2025-06-16", "2026-06-16", "2027-06-16"], "2028-06-16T00:00:00Z"],
  ])("%s: on %s", (recurrence, dates, end) => {
    const timeframe = recurrence === "Monthly" ? "TheLastMonth" : "MonthToDate";
    const lasting = { schedule: { recurrence, recurrencePeriod: { to: "2035-01-01T00:00:00Z" } } };
    const azure = scheduled(properties({ ...lasting, definition: { timeframe } }));
    until(azure, end);

    expect(times(azure)).toEqual(dates.map((date) => `${date}T23:00:00Z`));
  });

  test("on the last day of a month that is too short", () => {
    const azure = scheduled(
      properties({
        schedule: {
          recurrence: "Monthly",
          recurrencePeriod: { from: "2025-07-31T00:00:00Z", to: "2026-07-31T00:00:00Z" },
        },
        definition: { timeframe: "TheLastMonth" },
      }),
    );
    until(azure, "2025-10-01T00:00:00Z");

    expect(times(azure)).toEqual(["2025-07-31T23:00:00Z", "2025-08-31T23:00:00Z", "2025-09-30T23:00:00Z"]);
  });

  test("does so whether it is looked at on the way or not", () => {
    const often = scheduled();
    const once = scheduled();
    for (let hours = 0; hours < 30 * 24; hours += 1) {
      often.advance(hour);
      often.get("daily");
    }
    once.advance(30 * day);

    const withoutIds = (azure: World): unknown => history(azure).map((run) => ({ ...run, fileName: null }));
    expect(withoutIds(often)).toEqual(withoutIds(once));
  });

  test("does not repeat itself when the clock is set back", () => {
    const azure = scheduled();
    azure.advance(3 * day);
    const before = times(azure);
    azure.advance(-2 * day);
    expect(times(azure)).toEqual(before);
    azure.advance(2 * day);

    expect(times(azure)).toEqual(before);
  });

  test("stops silently at the end of its period", () => {
    const azure = scheduled(schedule({ recurrencePeriod: { to: "2025-06-18T12:00:00Z" } }));
    azure.advance(365 * day);

    expect(times(azure)).toEqual(["2025-06-16T23:00:00Z", "2025-06-17T23:00:00Z"]);
    expect(at(azure.get("daily"), "properties.schedule.status")).toBe("Active");
  });

  test("that is updated goes on by its new schedule", () => {
    const azure = scheduled();
    until(azure, "2025-06-18T12:00:00Z");
    azure.put("daily", daily(schedule({ recurrence: "Weekly" })));
    until(azure, "2025-07-01T00:00:00Z");

    expect(times(azure)).toEqual([
      "2025-06-16T23:00:00Z",
      "2025-06-17T23:00:00Z",
      "2025-06-23T23:00:00Z",
      "2025-06-30T23:00:00Z",
    ]);
  });

  test("keeps the settings of its time in the history", () => {
    const azure = scheduled();
    azure.advance(2 * day);
    azure.put("daily", daily(definition({ type: "AmortizedCost" })));
    azure.advance(day);

    const types = history(azure).map((run) => at({ status: 200, body: run }, "runSettings.definition.type"));
    expect(types).toEqual(["ActualCost", "AmortizedCost"]);
  });

  test("survives a snapshot between two runs", () => {
    const azure = scheduled();
    azure.advance(2 * day);
    const snapshot: unknown = JSON.parse(JSON.stringify(azure.part.snapshot()));
    azure.part.restore(undefined);
    azure.part.restore(snapshot);
    azure.advance(day);

    expect(times(azure)).toEqual(["2025-06-16T23:00:00Z", "2025-06-17T23:00:00Z"]);
  });
});

describe("in the first five days of a month", () => {
  test("an export of the running month runs twice a day, and the second run closes the month before", () => {
    const azure = scheduled();
    until(azure, "2025-06-30T23:30:00Z");
    const before = history(azure).length;
    until(azure, "2025-07-08T00:00:00Z");

    expect(times(azure).slice(before)).toEqual(
      [1, 2, 3, 4, 5]
        .flatMap((date) => [`2025-07-0${date}T11:00:00Z`, `2025-07-0${date}T23:00:00Z`])
        .concat("2025-07-06T23:00:00Z", "2025-07-07T23:00:00Z"),
    );
    expect(windows(azure).slice(before, before + 4)).toEqual([
      "2025-06-01 2025-06-30",
      "2025-07-01 2025-07-01",
      "2025-06-01 2025-06-30",
      "2025-07-01 2025-07-02",
    ]);
    expect(history(azure)[before]?.fileName).toMatch(/\/daily\/20250601-20250630\//);
    expect(at(azure.history("daily"), `value.${before}.properties.runSettings.definition.timeframe`)).toBe(
      "MonthToDate",
    );
  });

  test("one that was created in these days does not get it for the month before (docs#113232)", () => {
    const azure = world();
    until(azure, "2025-07-02T00:00:00Z");
    const period = { from: "2025-07-02T00:00:00Z", to: "2026-01-01T00:00:00Z" };
    azure.put("daily", daily(schedule({ recurrencePeriod: period })));
    until(azure, "2025-07-06T00:00:00Z");
    expect(windows(azure).filter((window) => window.startsWith("2025-06"))).toEqual([]);

    until(azure, "2025-08-06T00:00:00Z");
    expect(windows(azure).filter((window) => window === "2025-07-01 2025-07-31").length).toBeGreaterThanOrEqual(5);
  });

  test.each([
    ["of the last seven days", definition({ timeframe: "TheLast7Days" })],
    ["by the week", schedule({ recurrence: "Weekly" })],
  ])("one %s runs as ever", (_, patch) => {
    const azure = scheduled(patch);
    until(azure, "2025-07-08T00:00:00Z");

    expect(times(azure).filter((time) => time.includes("T11:"))).toEqual([]);
  });
});

describe("nothing is run", () => {
  test("of an inactive export", () => {
    const azure = scheduled(schedule({ status: "Inactive" }));
    azure.advance(30 * day);

    expect(history(azure)).toEqual([]);
  });

  test("of an export that the service has suspended", () => {
    const azure = scheduled();
    azure.part.editExport(`${subscription}/providers/Microsoft.CostManagement/exports/daily`, {
      properties: { schedule: { status: "SystemSuspended" } },
    });
    azure.advance(30 * day);

    expect(history(azure)).toEqual([]);
  });

  test("of an export that is deleted", () => {
    const azure = scheduled();
    azure.remove("daily");
    azure.advance(30 * day);
    azure.put("daily", daily({ properties: { schedule: { status: "Inactive" } } }));

    expect(history(azure)).toEqual([]);
  });

  test("with the switch off, also not afterwards", () => {
    const azure = scheduled({}, { scheduledRuns: false });
    azure.advance(5 * day);
    expect(history(azure)).toEqual([]);
    azure.switches.scheduledRuns = true;
    azure.advance(day);

    expect(history(azure)).toHaveLength(1);
  });
});

describe("a run ends", () => {
  const ended = (azure: World): Run | undefined => {
    azure.advance(2 * day);
    return history(azure)[0];
  };

  test("DataReady instead of Completed, by switch, and names its file", () => {
    const run = ended(scheduled({}, { runSuccess: "DataReady" }));

    expect(run?.status).toBe("DataReady");
    expect(run?.fileName).toMatch(/\.csv$/);
  });

  test.each([
    ["noCharges", "DataNotAvailable"],
    ["noNewCharges", "NewDataNotAvailable"],
    ["runsFail", "Failed"],
    ["runsTimeOut", "Timeout"],
  ] as const)("under %s of its scope as %s, without a file", (condition, status) => {
    const azure = scheduled();
    azure.part.setConditions(subscription, [condition]);

    expect(ended(azure)).toMatchObject({ status, fileName: null });
  });

  test("DataNotAvailable for a month without charges", () => {
    const azure = world(
      {},
      { hasCharges: (scope, from) => scope === subscription && from >= Date.parse("2025-06-01") },
    );
    azure.put("daily", daily(properties({ schedule: { status: "Inactive" } })));
    const run = (from: string, to: string): unknown => {
      azure.run("daily", { timePeriod: { from, to } });
      azure.advance(hour);
      return history(azure).at(-1)?.status;
    };

    expect(run("2025-05-01", "2025-05-31")).toBe("DataNotAvailable");
    expect(run("2025-06-01", "2025-06-10")).toBe("Completed");
  });

  test("Failed with the reason when the storage account stops it", () => {
    const azure = scheduled();
    azure.part.setConditions(storage, ["firewall"]);

    expect(ended(azure)).toMatchObject({
      status: "Failed",
      error: { message: expect.stringContaining("not authorized to access the specified storage account 'costs'") },
    });
  });
});

describe("one more run", () => {
  test("is a conflict while the system's own is under way", () => {
    const azure = scheduled();
    until(azure, "2025-06-16T23:05:00Z");
    expect(azure.run("daily").status).toBe(409);
    azure.advance(10 * 60_000);

    expect(azure.run("daily").status).toBe(200);
  });

  test("does not keep the system from its own", () => {
    const azure = scheduled();
    until(azure, "2025-06-16T22:59:00Z");
    azure.run("daily");
    azure.advance(2 * 60_000);

    expect(history(azure).map(({ executionType }) => executionType)).toEqual(["OnDemand", "Scheduled"]);
  });

  test("after ten a minute is throttled, under realistic quotas", () =>
    withEmulator({ profile: "realistic", frozen: true, now: "2025-06-15T10:00:00Z" }, async (emulator) => {
      const scope = `/subscriptions/${subscriptionId}`;
      const id = (name: string): string => `${scope}/providers/Microsoft.CostManagement/exports/${name}`;
      const names = Array.from({ length: 11 }, (_, index) => `export${index}`);
      for (const name of names) emulator.control.exports.put(id(name), daily());
      const run = async (name: string) => send(emulator, "POST", `${id(name)}/run?api-version=2025-03-01`);

      const statuses: number[] = [];
      for (const name of names) statuses.push((await run(name)).status);
      expect(statuses).toEqual([...Array.from({ length: 10 }, () => 200), 429]);
      emulator.control.clock.advance(6_000);
      expect((await run("export10")).status).toBe(200);
    }));
});

describe("the history", () => {
  test("keeps a hundred runs, shows ten with an export, one in a list, and all in its own answer", () => {
    const azure = scheduled();
    azure.advance(200 * day);
    const query = { $expand: "runHistory" };

    expect(history(azure)).toHaveLength(100);
    expect(at(azure.get("daily", { query }), "properties.runHistory.value.length")).toBe(10);
    expect(at(azure.list({ query }), "value.0.properties.runHistory.value.length")).toBe(1);
    expect(at(azure.list({ query }), "value.0.properties.runHistory.value.0.properties.submittedTime")).toBe(
      times(azure).at(-1),
    );
  });

  test("forgets no run that a delivery still has to write", () => {
    const azure = world({}, { awaitDelivery: true });
    azure.put("daily", daily());
    azure.advance(200 * day);

    expect(azure.part.pendingRuns().length).toBeGreaterThan(200);
  });
});
