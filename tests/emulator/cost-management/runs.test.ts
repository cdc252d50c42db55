import {
  at,
  daily,
  definition,
  destination,
  eTagOf,
  idOf,
  newVersions,
  oldVersions,
  oneTime,
  properties,
  refusal,
  world,
} from "./world";
import type { At, World } from "./world";

const old = { apiVersion: "2023-11-01" };
const minute = 60_000;
const allMinutes = 15;

function ran(patch: object = {}, options: At = {}, switches: Parameters<typeof world>[0] = {}): World {
  const azure = world(switches);
  azure.put("daily", daily(patch), options);
  azure.run("daily", undefined, options);
  return azure;
}

const last = (azure: World, path: string, options: At = {}): unknown =>
  at(azure.history("daily", options), `value.0.properties.${path}`);

describe("POST run", () => {
  test.each([...oldVersions, ...newVersions])("%s: answers 200, empty, without a run id", (apiVersion) => {
    const azure = world();
    azure.put("daily", daily(), { apiVersion });

    expect(azure.run("daily", undefined, { apiVersion })).toEqual({ status: 200, headers: { "content-length": "0" } });
  });

  test.each(["", " ", "\r\n"])("the body %j runs the export's own definition", (sent) => {
    const azure = world();
    azure.put("once", oneTime());

    expect(azure.run("once", sent).status).toBe(200);
    expect(at(azure.history("once"), "value.0.properties")).toMatchObject({
      startDate: "2025-05-01T00:00:00Z",
      endDate: "2025-05-31T00:00:00Z",
      executionType: "OnDemand",
    });
  });

  test("of an absent export is not found, in words of its own", () => {
    expect(refusal(world().run("daily"))).toBe(
      "404 NotFound: The requested export with export name: daily could not be found.",
    );
  });

  test.each(["2023-11-01", "2025-03-01"])(
    "%s: a second one while the first is under way is a conflict",
    (apiVersion) => {
      const azure = ran({}, { apiVersion });

      expect(azure.run("daily", undefined, { apiVersion }).status).toBe(409);
      azure.advance((allMinutes - 1) * minute);
      expect(refusal(azure.run("daily", undefined, { apiVersion }))).toContain(
        "An export is already in progress. Please wait for the current export to complete before starting a new one.",
      );
      azure.advance(minute);
      expect(azure.run("daily", undefined, { apiVersion }).status).toBe(200);
    },
  );

  test("of another export is no conflict", () => {
    const azure = ran();
    azure.put("other", daily());

    expect(azure.run("other").status).toBe(200);
  });
});

describe("a run of selected dates", () => {
  const run = (body: unknown, options: At = {}): string => {
    const azure = world();
    azure.put("daily", daily(), options);
    return refusal(azure.run("daily", body, options));
  };
  const dates = (from?: string, to?: string): object => ({ timePeriod: { from, to } });

  test.each([{}, { timePeriod: null }, { timePeriod: {} }])("with nothing selected (%j) is refused", (sent) => {
    expect(run(sent)).toBe("400 BadRequest: Invalid time period provided.");
  });

  test.each([
    ["2025-05-01T00:00:00Z", "2025-05-31T00:00:00Z"],
    ["2025-05-01T00:00:00Z", "2025-05-31T23:59:59Z"],
    ["2025-06-01T00:00:00Z", "2025-06-15T00:00:00Z"],
    ["2018-06-15T10:00:00Z", "2018-06-30T00:00:00Z"],
  ])("from %s to %s is accepted", (from, to) => {
    expect(run(dates(from, to))).toBe("200 accepted");
  });

  test.each([
    [
      "one date only",
      dates("2025-05-01"),
      "Either both startDate and endDate needs to be present or both should not be present.",
    ],
    ["the other date only", dates(undefined, "2025-05-01"), "Either both startDate and endDate"],
    [
      "an end in the future",
      dates("2025-06-01", "2025-06-16"),
      "Invalid definition timePeriod; 'to' value cannot be in the future.",
    ],
    ["an end before the start", dates("2025-05-02", "2025-05-01"), "'from' value cannot be after 'to' value"],
    ["two months", dates("2025-04-30", "2025-05-01"), "start and end date must be in the same month"],
    ["the time before 84 months", dates("2018-06-15T09:59:59Z", "2018-06-30"), "export time cannot exceed 84 months"],
    ["no date", dates("yesterday", "2025-05-01"), "Invalid member :timePeriod.from"],
    ["a member that no version has", { ...dates("2025-05-01", "2025-05-02"), force: true }, "Invalid member :force"],
    ["cut JSON", '{"timePeriod":', "Unexpected end when reading JSON"],
  ])("of %s is refused", (_, sent, message) => {
    expect(run(sent)).toMatch(/^400 BadRequest: /);
    expect(run(sent)).toContain(message);
  });

  test("is of those dates, for this run only", () => {
    const azure = world();
    azure.put("daily", daily());
    azure.run("daily", dates("2025-03-01T00:00:00.000Z", "2025-03-31T23:59:59Z"));

    expect(at(azure.history("daily"), "value.0.properties")).toMatchObject({
      startDate: "2025-03-01T00:00:00Z",
      endDate: "2025-03-31T00:00:00Z",
      runSettings: {
        definition: { timeframe: "Custom", timePeriod: { from: "2025-03-01T00:00:00Z", to: "2025-03-31T23:59:59Z" } },
      },
    });
    expect(at(azure.get("daily"), "properties.definition.timeframe")).toBe("MonthToDate");
  });

  test("is no matter of old versions: the body is ignored, or refused by switch", () => {
    const sent = dates("2025-03-01", "2025-03-31");
    const ignoring = world();
    ignoring.put("daily", daily(), old);
    expect(ignoring.run("daily", sent, old).status).toBe(200);
    expect(at(ignoring.history("daily"), "value.0.properties.startDate")).toBe("2025-06-01T00:00:00Z");

    const refusing = world({ runBodyOnOldVersion: "refuse" });
    refusing.put("daily", daily(), old);
    expect(refusal(refusing.run("daily", sent, old))).toContain("Invalid member :timePeriod");
    expect(refusing.run("daily", " ", old).status).toBe(200);
  });
});

describe("the life of a run", () => {
  test("Queued, InProgress, Completed on the virtual clock", () => {
    const azure = ran();
    const seen = (): unknown[] =>
      ["status", "processingStartTime", "processingEndTime"].map((name) => last(azure, name));

    expect(seen()).toEqual(["Queued", null, null]);
    azure.advance(minute);
    expect(seen()).toEqual(["InProgress", "2025-06-15T10:01:00Z", null]);
    azure.advance(14 * minute);
    expect(seen()).toEqual(["Completed", "2025-06-15T10:01:00Z", "2025-06-15T10:15:00Z"]);
  });

  test("the end has its own time, however late someone looks", () => {
    const azure = ran();
    azure.advance(10 * 86_400_000);

    expect(last(azure, "processingEndTime")).toBe("2025-06-15T10:15:00Z");
  });

  test("its times can be set", () => {
    const azure = world({}, { runTimes: { queuedMs: 0, processingMs: 1000 } });
    azure.put("daily", daily());
    azure.run("daily");

    expect(last(azure, "status")).toBe("InProgress");
    azure.advance(1000);
    expect(last(azure, "status")).toBe("Completed");
  });

  test("survives an update of the export", () => {
    const azure = ran();
    azure.put("daily", daily(properties({ exportDescription: "later" })));
    azure.advance(allMinutes * minute);

    expect(last(azure, "status")).toBe("Completed");
    expect(last(azure, "runSettings.exportDescription")).toBeUndefined();
  });

  test("can be settled at once, whatever the clock says", () => {
    const azure = ran();

    expect(azure.part.settleRuns().map(({ exportName }) => exportName)).toEqual(["daily"]);
    expect(last(azure, "status")).toBe("Completed");
    expect(last(azure, "processingEndTime")).toBe("2025-06-15T10:00:00Z");
    expect(azure.part.settleRuns()).toEqual([]);
  });

  test("can be settled with another end", () => {
    const azure = ran();
    azure.part.settleRuns({ status: "Failed", error: { code: "Broken", message: "No reason." } });

    expect(last(azure, "status")).toBe("Failed");
    expect(last(azure, "error")).toEqual({ code: "Broken", message: "No reason." });
  });
});

describe("the seam for a delivery", () => {
  const delivering = (): World => {
    const azure = world({}, { awaitDelivery: true });
    azure.put("daily", daily(properties({ partitionData: true })));
    azure.run("daily");
    return azure;
  };

  test("a run waits for its delivery", () => {
    const azure = delivering();
    azure.advance(86_400_000);

    expect(last(azure, "status")).toBe("InProgress");
    expect(azure.run("daily").status).toBe(409);
  });

  test("a job says what to write and where", () => {
    const [job] = delivering().part.pendingRuns();

    expect(job).toMatchObject({ exportId: idOf("daily").slice(1), exportName: "daily", createdWith: "2025-03-01" });
    expect(job?.paths.part(2)).toBe(
      `costs/daily/20250601-20250630/202506151000/${String(job?.run.id)}/part_0_0002.csv`,
    );
    expect(job?.paths.manifest).toBe(`${String(job?.paths.folder)}/manifest.json`);
  });

  test("its report ends the run", () => {
    const azure = delivering();
    azure.advance(3 * minute);
    const runId = String(azure.part.pendingRuns()[0]?.run.id);

    expect(azure.part.finishRun(runId, { status: "Completed", manifestFile: "elsewhere/manifest.json" })).toBe(true);
    expect(last(azure, "status")).toBe("Completed");
    expect(last(azure, "processingEndTime")).toBe("2025-06-15T10:03:00Z");
    expect(last(azure, "manifestFile")).toBe("elsewhere/manifest.json");
    expect(azure.part.finishRun(runId, { status: "Failed" })).toBe(false);
    expect(azure.part.pendingRuns()).toEqual([]);
  });
});

describe("the history", () => {
  test("of no export is not found, of no run is empty", () => {
    const azure = world();
    expect(azure.history("daily").status).toBe(404);
    azure.put("daily", daily());
    expect(azure.history("daily")).toEqual({ status: 200, body: { value: [] } });
  });

  test.each(["2023-11-01", "2025-03-01"])("%s: is oldest first", (apiVersion) => {
    const azure = ran({}, { apiVersion });
    azure.advance(86_400_000);
    azure.run("daily", undefined, { apiVersion });

    const history = azure.history("daily", { apiVersion });

    expect(at(history, "value.0.properties.submittedTime")).toBe("2025-06-15T10:00:00Z");
    expect(at(history, "value.1.properties.submittedTime")).toBe("2025-06-16T10:00:00Z");
  });

  test("old versions name a run in its id only", () => {
    const item = at(ran({}, old).history("daily", old), "value.0");

    expect(item).toMatchObject({ name: null, type: null, eTag: null });
    expect(String(Reflect.get(Object(item), "id"))).toMatch(
      new RegExp(`^${idOf("daily").slice(1)}/Run/[0-9a-f-]{36}$`),
    );
    expect(Reflect.get(Object(item), "properties")).not.toHaveProperty("startDate");
    expect(Reflect.get(Object(item), "properties")).not.toHaveProperty("manifestFile");
  });

  test("new versions give the run's guid as name", () => {
    const history = ran().history("daily");

    expect(String(at(history, "value.0.id"))).toBe(
      `${idOf("daily").slice(1)}/Run/${String(at(history, "value.0.name"))}`,
    );
    expect(at(history, "value.0.type")).toBeNull();
  });

  test("a run tells who asked", () => {
    const azure = world({}, { callerOf: ({ headers }) => headers["x-user"] });
    azure.put("daily", daily());
    azure.run("daily", undefined, { headers: { "x-user": "jane@example.com" } });

    expect(last(azure, "submittedBy")).toBe("jane@example.com");
    expect(last(ran(), "submittedBy")).toBe("someone@example.com");
  });

  test("a run tells the settings in effect, without the schedule, in the words of the version", () => {
    const azure = ran(destination({ rootFolderPath: undefined }), old);
    const settings = last(azure, "runSettings", old);

    expect(settings).toEqual({
      format: "Csv",
      deliveryInfo: { destination: { resourceId: expect.any(String), container: "exports", rootFolderPath: null } },
      definition: { type: "ActualCost", timeframe: "MonthToDate", dataSet: { granularity: "Daily" } },
    });
  });

  test("$expand shows the last ten runs of one export, the last one in a list, and none without it", () => {
    const azure = ran({}, {}, { scheduledRuns: false });
    for (let run = 0; run < 11; run += 1) {
      azure.advance(86_400_000);
      azure.run("daily");
    }
    const query = { $expand: "runHistory" };

    const one = azure.get("daily", { query });
    expect(at(one, "properties.runHistory.value.length")).toBe(10);
    expect(at(one, "properties.runHistory.value.0.properties.submittedTime")).toBe("2025-06-17T10:00:00Z");
    const list = azure.list({ query });
    expect(at(list, "value.0.properties.runHistory.value.length")).toBe(1);
    expect(at(list, "value.0.properties.runHistory.value.0.properties.submittedTime")).toBe("2025-06-26T10:00:00Z");
    expect(at(azure.get("daily"), "properties.runHistory")).toBeUndefined();
    expect(at(azure.history("daily"), "value.length")).toBe(12);
  });
});

describe("the files of a run", () => {
  const done = (patch: object, options: At = {}, switches: Parameters<typeof world>[0] = {}): World => {
    const azure = ran(patch, options, switches);
    azure.part.settleRuns();
    return azure;
  };
  const guid = (azure: World): string => String(at(azure.history("daily"), "value.0.name"));

  test("are not named before the end", () => {
    expect(last(ran(), "fileName")).toBeNull();
    expect(last(ran(), "manifestFile")).toBeNull();
  });

  test("old: one file, in a folder of the whole month, with the guid in its name", () => {
    const azure = done({}, old);

    expect(last(azure, "fileName", old)).toBe(`costs/daily/20250601-20250630/daily_${guid(azure)}.csv`);
    expect(last(azure, "manifestFile")).toBeNull();
  });

  test("old: a leading slash of the root is none of the path, and no root is no folder", () => {
    expect(last(done(destination({ rootFolderPath: "/root" }), old), "fileName", old)).toMatch(/^root\/daily\//);
    expect(last(done(destination({ rootFolderPath: undefined }), old), "fileName", old)).toMatch(/^daily\//);
  });

  test("old, partitioned: no file name, or a path by switch", () => {
    const partitioned = properties({ partitionData: true });

    expect(last(done(partitioned, old), "fileName", old)).toBeNull();
    const azure = done(partitioned, old, { partitionedFileName: "path" });
    expect(last(azure, "fileName", old)).toBe(`costs/daily/20250601-20250630/202506151000/${guid(azure)}/000001.csv`);
    expect(last(azure, "manifestFile")).toBe(
      `costs/daily/20250601-20250630/202506151000/${guid(azure)}/_manifest.json`,
    );
  });

  test("new: a folder per run, with a manifest", () => {
    const azure = done(properties({ partitionData: true }));

    expect(last(azure, "fileName")).toBeNull();
    expect(last(azure, "manifestFile")).toBe(`costs/daily/20250601-20250630/202506151000/${guid(azure)}/manifest.json`);
  });

  test("new, not partitioned: the one part", () => {
    expect(last(done({}), "fileName")).toMatch(/\/part_0_0001\.csv$/);
  });

  test("new, overwriting: no folder of the time", () => {
    const azure = done(properties({ dataOverwriteBehavior: "OverwritePreviousReport" }));

    expect(last(azure, "manifestFile")).toBe(`costs/daily/20250601-20250630/${guid(azure)}/manifest.json`);
  });

  test("a manifest may be told as a URI, by switch", () => {
    expect(last(done({}, {}, { manifestFileForm: "uri" }), "manifestFile")).toMatch(
      /^https:\/\/costs\.blob\.core\.windows\.net\/exports\/costs\/daily\/.*\/manifest\.json$/,
    );
  });

  test.each([
    [{ format: "Csv", compressionMode: "gzip" }, ".csv.gz"],
    [{ format: "Parquet", compressionMode: "snappy" }, ".snappy.parquet"],
    [{ format: "Parquet", compressionMode: "None" }, ".parquet"],
    [{ format: undefined }, ".csv"],
  ])("%j ends in %s", (patch, ending) => {
    expect(String(last(done(properties(patch)), "fileName")).endsWith(`part_0_0001${ending}`)).toBe(true);
  });

  test.each([
    ["MonthToDate", "2025-06-01", "2025-06-15", "20250601-20250630"],
    ["BillingMonthToDate", "2025-06-01", "2025-06-15", "20250601-20250630"],
    ["TheLastMonth", "2025-05-01", "2025-05-31", "20250501-20250531"],
    ["TheLastBillingMonth", "2025-05-01", "2025-05-31", "20250501-20250531"],
    ["TheCurrentMonth", "2025-06-01", "2025-06-30", "20250601-20250630"],
    ["WeekToDate", "2025-06-15", "2025-06-15", "20250615-20250621"],
    ["TheLast7Days", "2025-06-08", "2025-06-14", "20250608-20250614"],
  ])("%s is of %s to %s, in the folder %s", (timeframe, from, to, folder) => {
    const azure = done({ properties: { definition: { timeframe }, schedule: { recurrence: "Weekly" } } });

    expect(last(azure, "startDate")).toBe(`${from}T00:00:00Z`);
    expect(last(azure, "endDate")).toBe(`${to}T00:00:00Z`);
    expect(String(last(azure, "fileName"))).toContain(`/daily/${folder}/`);
  });

  test("dates that were asked for name the folder", () => {
    const azure = world();
    azure.put("daily", daily());
    azure.run("daily", { timePeriod: { from: "2025-05-03", to: "2025-05-09" } });
    azure.part.settleRuns();

    expect(String(last(azure, "fileName"))).toContain("/daily/20250503-20250509/");
  });

  test("follow the version that created the export, also after it moved", () => {
    const azure = world();
    const created = azure.put("daily", daily(), old);
    azure.put("daily", { ...daily(definition({})), ...eTagOf(created) });
    azure.run("daily");
    azure.part.settleRuns();

    expect(String(last(azure, "fileName"))).toMatch(/daily_[0-9a-f-]{36}\.csv$/);
  });
});
