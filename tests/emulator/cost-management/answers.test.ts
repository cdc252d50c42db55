import { obfuscatedSasToken } from "../../../emulator/cost-management/put";
import {
  at,
  daily,
  definition,
  destination,
  enrollment,
  eTagOf,
  newVersions,
  oldVersions,
  oneTime,
  properties,
  refusal,
  schedule,
  subscription,
  world,
} from "./world";

const id = `${subscription.slice(1)}/providers/Microsoft.CostManagement/exports/daily`;

describe("PUT", () => {
  test("a create is 201 with a Location outside ARM, and no async mark", () => {
    const created = world().put("daily", daily(), { apiVersion: "2023-11-01" });

    expect(created.status).toBe(201);
    expect(created.headers).toEqual({
      location: `https://costmanagement.trafficmanager.net/${id}?api-version=2023-11-01`,
      "session-id": expect.any(String),
      "x-powered-by": "ASP.NET",
    });
  });

  test("an update is 200 without a Location", () => {
    const azure = world();
    azure.put("daily", daily());

    const updated = azure.put("daily", daily());

    expect(updated.status).toBe(200);
    expect(updated.headers).not.toHaveProperty("location");
  });

  test("the answer carries the service's own id, name and type, whatever the body said", () => {
    const sent = { ...daily(), id: "https://example.com/x", name: "other", type: "Microsoft.CostManagement/reports" };

    const created = world().put("daily", sent);

    expect(created.body).toMatchObject({ id, name: "daily", type: "Microsoft.CostManagement/exports" });
  });

  test.each([...oldVersions, ...newVersions])("a whole GET answer can be put back on %s", (apiVersion) => {
    const azure = world();
    azure.put("daily", daily(), { apiVersion });
    azure.run("daily", undefined, { apiVersion });
    const read = azure.get("daily", { apiVersion, query: { $expand: "runHistory" } });

    expect(refusal(azure.put("daily", read.body, { apiVersion }))).toBe("200 accepted");
  });

  test("a one-time export can be put back, with the recurrence None that it was answered with", () => {
    const azure = world();
    azure.put("once", oneTime());

    expect(refusal(azure.put("once", azure.get("once").body))).toBe("200 accepted");
  });

  test("an update replaces the whole export", () => {
    const azure = world();
    azure.put("daily", {
      ...daily(properties({ exportDescription: "first" })),
      identity: { type: "SystemAssigned" },
      location: "global",
    });

    azure.put("daily", daily());

    expect(at(azure.get("daily"), "properties.exportDescription")).toBeUndefined();
    expect(at(azure.get("daily"), "identity")).toBeUndefined();
  });
});

describe("DELETE", () => {
  test("is 200 and empty", () => {
    const azure = world();
    azure.put("daily", daily());

    const removed = azure.remove("daily");

    expect(removed).toEqual({ status: 200, headers: { "content-length": "0" } });
    expect(azure.get("daily").status).toBe(404);
  });

  test("of nothing is 404 by default", () => {
    expect(refusal(world().remove("daily"))).toMatch(/^404 404: No export found for daily, /);
  });

  test.each([200, 204] as const)("of nothing is an empty %d by switch", (deleteMissingStatus) => {
    const removed = world({ deleteMissingStatus }).remove("daily");

    expect(removed.status).toBe(deleteMissingStatus);
    expect(removed.body).toBeUndefined();
  });

  test("an export made anew is a new one", () => {
    const azure = world();
    azure.put("daily", daily());
    azure.run("daily");
    azure.remove("daily");

    expect(azure.put("daily", daily()).status).toBe(201);
    expect(at(azure.history("daily"), "value")).toEqual([]);
  });
});

describe("what the service fills in", () => {
  test.each(oldVersions)("%s: no schedule comes back as an inactive one", (apiVersion) => {
    const created = world().put("daily", daily({ properties: { schedule: undefined } }), { apiVersion });

    expect(at(created, "properties.schedule")).toEqual({ status: "Inactive" });
  });

  test.each(newVersions)("%s: no schedule comes back as an inactive one with the recurrence None", (apiVersion) => {
    const azure = world();
    azure.put("once", oneTime(), { apiVersion });

    expect(at(azure.get("once", { apiVersion }), "properties.schedule")).toEqual({
      status: "Inactive",
      recurrence: "None",
    });
  });

  test("an inactive schedule keeps the recurrence that it was sent with", () => {
    const created = world().put("daily", daily(schedule({ status: "Inactive" })));

    expect(at(created, "properties.schedule")).toMatchObject({ status: "Inactive", recurrence: "Daily" });
  });

  test.each(["2020-06-01", "2025-03-01"])("%s: no folder comes back as null", (apiVersion) => {
    const created = world().put("daily", daily(destination({ rootFolderPath: undefined })), { apiVersion });

    expect(at(created, "properties.deliveryInfo.destination.rootFolderPath")).toBeNull();
  });

  test("an old version takes Usage for a missing type", () => {
    const created = world().put("daily", daily(definition({ type: undefined })), { apiVersion: "2023-11-01" });

    expect(at(created, "properties.definition.type")).toBe("Usage");
  });

  test.each([
    ["ActualCost", undefined, "2024-08-01"],
    ["ActualCost", "MCA", "2023-12-01-preview"],
    ["FocusCost", undefined, "1.2-preview"],
  ] as const)("a missing dataVersion of %s under %s becomes the latest", (type, agreement, latest) => {
    const azure = world({}, { agreementOf: () => agreement });

    const created = azure.put("daily", daily(definition({ type })));

    expect(at(created, "properties.definition.dataSet.configuration")).toEqual({ dataVersion: latest });
  });

  test("a dataVersion that was sent stays", () => {
    const created = world().put(
      "daily",
      daily(definition({ dataSet: { configuration: { dataVersion: "2021-10-01" } } })),
    );

    expect(at(created, "properties.definition.dataSet.configuration.dataVersion")).toBe("2021-10-01");
  });

  test("an old version has no dataVersion to fill in", () => {
    const created = world().put("daily", daily(), { apiVersion: "2024-08-01" });

    expect(at(created, "properties.definition.dataSet")).toEqual({ granularity: "Daily" });
  });

  test.each(["ReservationDetails", "ReservationTransactions", "ReservationRecommendations"])(
    "%s comes back with empty columns and filters and a null granularity",
    (type) => {
      const sent = daily(definition({ type, dataSet: undefined }));

      const created = world().put("reservations", sent, { scope: enrollment });

      expect(at(created, "properties.definition.dataSet")).toEqual({
        granularity: null,
        configuration: { columns: [], filters: [], dataVersion: expect.any(String) },
      });
    },
  );

  test("other datasets keep columns, filters and granularity absent", () => {
    const created = world().put("daily", daily(definition({ dataSet: undefined })));

    expect(at(created, "properties.definition.dataSet")).toEqual({ configuration: { dataVersion: "2024-08-01" } });
  });

  test("defaults are not spelled out, unless the switch says so", () => {
    const sent = daily({ properties: { format: undefined } });

    expect(at(world().put("daily", sent), "properties")).not.toHaveProperty("format");
    expect(at(world({ defaultsShown: true }).put("daily", sent), "properties")).toMatchObject({
      format: "Csv",
      compressionMode: "None",
      dataOverwriteBehavior: "CreateNewReport",
      partitionData: false,
    });
    const onOld = world({ defaultsShown: true }).put("daily", sent, { apiVersion: "2023-11-01" });
    expect(at(onOld, "properties")).not.toHaveProperty("format");
  });
});

describe("what the service changes", () => {
  test.each([
    ["2025-06-16T00:00:00.000Z", "2025-06-16T00:00:00Z"],
    ["2025-06-16T02:00:00+02:00", "2025-06-16T00:00:00Z"],
    ["2025-06-15T19:00:00-0500", "2025-06-16T00:00:00Z"],
    ["2025-06-16T00:00:00.1234567Z", "2025-06-16T00:00:00.1234567Z"],
    ["2025-06-16T00:00:00.120Z", "2025-06-16T00:00:00.12Z"],
    ["2025-06-16", "2025-06-16T00:00:00Z"],
    ["2025-06-16T00:00:00", "2025-06-16T00:00:00Z"],
    ["2025-06-16t00:00z", "2025-06-16T00:00:00Z"],
  ])("the date %s comes back as %s", (from, answered) => {
    const created = world().put("daily", daily(schedule({ recurrencePeriod: { from } })));

    expect(at(created, "properties.schedule.recurrencePeriod.from")).toBe(answered);
  });

  test("the destination's type is not answered", () => {
    const azure = world();
    azure.put("daily", daily(destination({ type: "AzureBlob" })));

    expect(at(azure.get("daily"), "properties.deliveryInfo.destination")).not.toHaveProperty("type");
  });

  test.each(["true", "True"])("partitionData as the text %j is taken", (partitionData) => {
    expect(at(world().put("daily", daily(properties({ partitionData }))), "properties.partitionData")).toBe(true);
  });

  test.each([
    ["properties.format", properties({ format: "CSV" }), "CSV", "Csv"],
    ["properties.compressionMode", properties({ compressionMode: "GZip" }), "GZip", "gzip"],
    ["properties.definition.type", definition({ type: "focuscost" }), "focuscost", "FocusCost"],
    ["properties.definition.timeframe", definition({ timeframe: "monthToDate" }), "monthToDate", "MonthToDate"],
    ["properties.schedule.status", schedule({ status: "ACTIVE" }), "ACTIVE", "Active"],
    ["properties.schedule.recurrence", schedule({ recurrence: "daily" }), "daily", "Daily"],
    ["properties.definition.dataSet.granularity", definition({ dataSet: { granularity: "daily" } }), "daily", "Daily"],
  ])("%s in another case is echoed, or canonical by switch", (path, patch, asSent, canonical) => {
    expect(at(world().put("daily", daily(patch)), path)).toBe(asSent);
    expect(at(world({ enumCase: "canonical" }).put("daily", daily(patch)), path)).toBe(canonical);
  });

  test("a filter's name in camel case is echoed, or canonical by switch", () => {
    const patch = definition({
      type: "ReservationRecommendations",
      dataSet: { granularity: undefined, configuration: { filters: [{ name: "reservationScope", value: "Shared" }] } },
    });
    const path = "properties.definition.dataSet.configuration.filters.0.name";

    expect(at(world().put("recs", daily(patch), { scope: enrollment }), path)).toBe("reservationScope");
    expect(at(world({ enumCase: "canonical" }).put("recs", daily(patch), { scope: enrollment }), path)).toBe(
      "ReservationScope",
    );
  });
});

describe("identity", () => {
  const withIdentity = { ...daily(), identity: { type: "SystemAssigned" }, location: "global" };

  test("an export gets an identity of its own, in the tenant", () => {
    const azure = world({}, { tenantId: "7e2d1a10-0c5e-4f6a-9b0e-5a1f00000001" });
    const one = azure.put("one", withIdentity);
    const two = azure.put("two", withIdentity);

    expect(at(one, "identity")).toEqual({
      type: "SystemAssigned",
      principalId: expect.any(String),
      tenantId: "7e2d1a10-0c5e-4f6a-9b0e-5a1f00000001",
    });
    expect(at(one, "identity.principalId")).not.toBe(at(two, "identity.principalId"));
  });

  test("it stays the same through updates", () => {
    const azure = world();
    const created = azure.put("daily", withIdentity);
    const updated = azure.put("daily", {
      ...withIdentity,
      identity: { type: "systemAssigned", principalId: "forged" },
    });

    expect(at(updated, "identity.principalId")).toBe(at(created, "identity.principalId"));
  });

  test("it can be taken away, by None or by saying nothing", () => {
    const azure = world();
    azure.put("daily", withIdentity);

    expect(at(azure.put("daily", { ...daily(), identity: { type: "None" } }), "identity")).toEqual({ type: "None" });
    expect(azure.put("daily", daily()).body).not.toHaveProperty("identity");
  });
});

describe("a SAS token", () => {
  const bySas = daily(
    destination({
      resourceId: undefined,
      storageAccount: "partner",
      sasToken: "?sv=2024&sig=abcdefghijklmnopqrstuvwxyz",
    }),
  );
  const path = "properties.deliveryInfo.destination.sasToken";

  test.each(["2021-10-01", "2025-03-01"])("is never answered in clear by %s", (apiVersion) => {
    const azure = world();
    const created = azure.put("daily", bySas, { apiVersion });
    azure.run("daily", undefined, { apiVersion });

    expect(at(created, path)).toBe(obfuscatedSasToken);
    const answers = [
      azure.get("daily", { apiVersion }),
      azure.list({ apiVersion }),
      azure.history("daily", { apiVersion }),
    ];
    expect(JSON.stringify(answers)).not.toContain("sig=");
  });

  test("sent back obfuscated stays what it was", () => {
    const azure = world();
    const created = azure.put("daily", bySas);
    azure.put("daily", created.body);
    azure.run("daily");

    expect(azure.part.pendingRuns()[0]?.sasToken).toContain("sig=abc");
  });

  test("sent anew replaces the old one", () => {
    const azure = world();
    azure.put("daily", bySas);
    azure.put("daily", daily(destination({ resourceId: undefined, storageAccount: "partner", sasToken: "?sig=new" })));
    azure.run("daily");

    expect(azure.part.pendingRuns()[0]?.sasToken).toBe("?sig=new");
  });
});

describe("nextRunTimeEstimate", () => {
  const path = "properties.nextRunTimeEstimate";

  test.each(["2020-06-01", "2023-11-01", "2025-03-01"])(
    "GET and LIST on %s show it for an active export",
    (apiVersion) => {
      const azure = world();
      azure.put("daily", daily(), { apiVersion });

      expect(at(azure.get("daily", { apiVersion }), path)).toBe("2025-06-16T23:00:00Z");
      expect(at(azure.list({ apiVersion }), `value.0.${path}`)).toBe("2025-06-16T23:00:00Z");
    },
  );

  test("an inactive export has none", () => {
    const azure = world();
    azure.put("daily", daily(schedule({ status: "Inactive" })));

    expect(at(azure.get("daily"), path)).toBeUndefined();
  });

  test("PUT answers of old versions lack it, those of new ones have it by switch", () => {
    expect(at(world().put("daily", daily(), { apiVersion: "2023-11-01" }), path)).toBeUndefined();
    expect(at(world().put("daily", daily()), path)).toBe("2025-06-16T23:00:00Z");
    expect(at(world({ newPutShowsNextRun: false }).put("daily", daily()), path)).toBeUndefined();
  });

  test.each([
    ["Daily", "2025-06-16T00:00:00Z", "2025-07-03T12:00:00Z", "2025-07-03T23:00:00Z"],
    ["Daily", "2025-06-16T00:00:00Z", "2025-07-03T23:00:00Z", "2025-07-04T23:00:00Z"],
    ["Daily", "2025-06-16T23:30:00Z", "2025-06-15T10:00:00Z", "2025-06-17T23:00:00Z"],
    ["Weekly", "2025-06-16T00:00:00Z", "2025-07-01T00:00:00Z", "2025-07-07T23:00:00Z"],
    ["Monthly", "2025-07-31T00:00:00Z", "2026-02-10T00:00:00Z", "2026-02-28T23:00:00Z"],
    ["Monthly", "2025-07-31T00:00:00Z", "2026-03-01T00:00:00Z", "2026-03-31T23:00:00Z"],
    ["Annually", "2025-08-01T00:00:00Z", "2025-09-01T00:00:00Z", "2026-08-01T23:00:00Z"],
  ])("%s from %s is, on %s, next due on %s", (recurrence, from, now, next) => {
    const azure = world();
    azure.put(
      "daily",
      daily({
        properties: {
          schedule: { recurrence, recurrencePeriod: { from, to: "2030-01-01" } },
          definition: { timeframe: "WeekToDate" },
        },
      }),
    );
    azure.clock.time = Date.parse(now);

    expect(at(azure.get("daily"), path)).toBe(next);
  });

  test("past the end of the recurrence there is none", () => {
    const azure = world();
    azure.put("daily", daily());
    azure.clock.time = Date.parse("2026-06-16T12:00:00Z");

    expect(at(azure.get("daily"), path)).toBeUndefined();
    expect(at(azure.get("daily"), "properties.schedule.status")).toBe("Active");
  });

  test("a recurrence without an end never stops, on new versions", () => {
    const azure = world();
    azure.put("daily", daily(schedule({ recurrencePeriod: { to: undefined } })));
    azure.clock.time = Date.parse("2045-03-01T00:00:00Z");

    expect(at(azure.get("daily"), path)).toBe("2045-03-01T23:00:00Z");
  });
});

test("an unknown $expand is refused", () => {
  const azure = world();
  azure.put("daily", daily());

  expect(refusal(azure.get("daily", { query: { $expand: "everything" } }))).toBe(
    "400 BadRequest: Invalid $expand value 'everything'; valid values: 'runHistory'.",
  );
});

test("an update with the eTag that was read is the usual way on every version", () => {
  const azure = world();
  azure.put("daily", daily(), { apiVersion: "2021-10-01" });
  const read = azure.get("daily", { apiVersion: "2021-10-01" });

  const updated = azure.put(
    "daily",
    { ...daily(properties({ partitionData: true })), ...eTagOf(read) },
    { apiVersion: "2021-10-01" },
  );

  expect(at(updated, "properties.partitionData")).toBe(true);
});
