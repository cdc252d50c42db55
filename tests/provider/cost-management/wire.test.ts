/** What is sent and what is read, beyond the published examples (published-examples.test.ts). */
import * as fc from "fast-check";
import { apiVersions, type ApiVersion } from "../../../provider/cost-management/api-versions";
import { sameValue } from "../../../provider/cost-management/compare";
import { fields, remoteFields } from "../../../provider/cost-management/fields";
import { containsUnknown } from "../../../provider/cost-management/unknown";
import { flatten, getAt, type Values } from "../../../provider/cost-management/values";
import { parseLive, requestBody, type LiveExport } from "../../../provider/cost-management/wire";
import { anyJson, check, given, givenOld, sasToken, storageAccount, wellFormed, type Paths } from "./kit";

const newest = apiVersions["2025-03-01"];
const columns = "definition.dataSet.configuration.columns";

function live(properties: Paths, top: Paths = {}): LiveExport {
  const parsed = parseLive({
    id: "subscriptions/1/providers/Microsoft.CostManagement/exports/daily",
    name: "daily",
    type: "Microsoft.CostManagement/exports",
    eTag: '"1d8385591da0efd"',
    ...top,
    properties,
  });
  if (parsed === undefined) throw new Error("The answer is an export.");
  return parsed;
}

describe("a request", () => {
  test("has the fields where the REST API has them, and none of the package's own", () => {
    const program = given({
      "identity.type": "SystemAssigned",
      location: "global",
      adopt: "always",
      onConflict: "overwrite",
      "timeouts.create": "1h",
      apiVersion: "2025-03-01",
    });
    expect(requestBody(flatten(program), newest)).toEqual({
      identity: { type: "SystemAssigned" },
      location: "global",
      properties: {
        definition: {
          type: "FocusCost",
          timeframe: "MonthToDate",
          dataSet: { configuration: { dataVersion: "1.0r2" } },
        },
        deliveryInfo: {
          destination: { resourceId: storageAccount, container: "costs", rootFolderPath: "focus/daily" },
        },
        schedule: { status: "Active", recurrence: "Daily" },
      },
    });
  });

  test("of a version has none of the fields that the version lacks", () => {
    const everything = flatten(
      given({
        partitionData: true,
        "identity.type": "SystemAssigned",
        location: "global",
        compressionMode: "gzip",
        exportDescription: "text",
        "deliveryInfo.destination.type": "AzureBlob",
        "deliveryInfo.destination.sasToken": sasToken,
        "deliveryInfo.destination.storageAccount": "costs",
      }),
    );
    expect(requestBody(everything, apiVersions["2020-06-01"])).toEqual({
      properties: {
        definition: { type: "FocusCost", timeframe: "MonthToDate" },
        deliveryInfo: {
          destination: { resourceId: storageAccount, container: "costs", rootFolderPath: "focus/daily" },
        },
        schedule: { status: "Active", recurrence: "Daily" },
      },
    });
  });

  test.each([
    ["a day", "2026-12-02", "2026-12-02T00:00:00Z"],
    ["a blank for the T", "2026-12-02 06:00", "2026-12-02T06:00:00Z"],
    ["an offset", "2026-12-02T01:00:00+01:00", "2026-12-02T00:00:00Z"],
  ])("has dates as date-times, where the program has %s", (_name, written, sent) => {
    const body = requestBody(flatten(given({ "schedule.recurrencePeriod.from": written })), newest);
    expect(getAt(body, "properties.schedule.recurrencePeriod.from")).toBe(sent);
  });

  test("is another object than the values it was made of", () => {
    const values = flatten(given({ [columns]: ["Date"] }));
    const body = requestBody(values, newest);
    (getAt(body, `properties.${columns}`) as string[]).push("more");
    expect(values.get(columns)).toEqual(["Date"]);
  });

  test("has no empty objects", () => {
    expect(requestBody(new Map(), newest)).toEqual({});
    expect(
      requestBody(new Map(), newest, live({ schedule: { recurrencePeriod: {} }, definition: { dataSet: null } })),
    ).toEqual({
      eTag: '"1d8385591da0efd"',
    });
  });
});

describe("a request over a live export", () => {
  const values = (changes: Paths = {}): Values => flatten(given(changes));

  test("carries the live eTag in its body, quotes and all", () => {
    expect(requestBody(values(), newest, live({}))).toHaveProperty("eTag", '"1d8385591da0efd"');
  });

  test("keeps what the service knows and the package does not", () => {
    const body = requestBody(
      values(),
      newest,
      live({ futureField: { a: [1] }, definition: { futureToo: true } }, { tags: { a: "b" } }),
    );
    expect(body).toMatchObject({
      tags: { a: "b" },
      properties: { futureField: { a: [1] }, definition: { futureToo: true } },
    });
  });

  test("leaves out what the service sets, and every null", () => {
    const body = requestBody(
      values({ "identity.type": "SystemAssigned" }),
      newest,
      live(
        {
          nextRunTimeEstimate: "2026-12-02T23:00:00Z",
          runHistory: { value: [] },
          systemSuspensionContext: { suspensionCode: "x" },
          definition: { dataSet: { granularity: null } },
          partitionData: null,
        },
        { identity: { type: "SystemAssigned", principalId: "1", tenantId: "2" }, systemData: null },
      ),
    );
    expect(Object.keys(body).sort()).toEqual(["eTag", "identity", "properties"]);
    expect(body["identity"]).toEqual({ type: "SystemAssigned" });
    expect(body["properties"]).toEqual(requestBody(values(), newest)["properties"]);
  });

  test.each([
    ["an enumeration", "format", "csv", "CSV"],
    ["a date", "schedule.recurrencePeriod.from", "2026-12-02", "2026-12-02T00:00:00Z"],
    ["an id", "deliveryInfo.destination.resourceId", storageAccount, storageAccount.toLowerCase()],
    ["a default", "compressionMode", "none", "None"],
  ])("keeps the service's spelling of %s that means the same", (_name, path, wanted, actual) => {
    const body = requestBody(values({ [path]: wanted }), newest, liveAt(path, actual));
    expect(getAt(body, `properties.${path}`)).toBe(actual);
  });

  test("sends a wanted default that the live export does not show", () => {
    expect(getAt(requestBody(values({ partitionData: false }), newest, live({})), "properties.partitionData")).toBe(
      false,
    );
  });

  test("takes out a field that is wanted no more, which gives it the service's default again", () => {
    const body = requestBody(values(), newest, live({ exportDescription: "old", format: "Parquet" }));
    expect(getAt(body, "properties.exportDescription")).toBeUndefined();
    expect(getAt(body, "properties.format")).toBeUndefined();
  });

  test("sends None for an identity that is wanted no more: whether leaving it out removes it, is not known", () => {
    const body = requestBody(
      values(),
      newest,
      live({}, { identity: { type: "SystemAssigned", principalId: "1" }, location: "global" }),
    );
    expect(body["identity"]).toEqual({ type: "None" });
    expect(body).not.toHaveProperty("location");
  });

  test("sends a token although the live one, obfuscated, equals any", () => {
    const path = "deliveryInfo.destination.sasToken";
    const body = requestBody(values({ [path]: sasToken }), newest, liveAt(path, "?sig=***"));
    expect(getAt(body, `properties.${path}`)).toBe(sasToken);
  });

  test.each([["None"], ["none"]])(
    "does not send the recurrence %s, which the service answers and refuses",
    (recurrence) => {
      const shown = live({ schedule: { status: "Inactive", recurrence } });
      const body = requestBody(shown.values, newest, shown);
      expect(body["properties"]).toEqual({ schedule: { status: "Inactive" } });
    },
  );

  test.each<readonly [ApiVersion, string, string | undefined]>([
    ["2023-11-01", "/focus", "/focus"],
    ["2025-03-01", "/focus", "focus"],
    ["2025-03-01", "//focus/daily/", "focus/daily/"],
    ["2025-03-01", "/", undefined],
  ])("sends to %s a live folder %j, which old versions take, as %j", (version, actual, sent) => {
    const path = "deliveryInfo.destination.rootFolderPath";
    const shown = liveAt(path, actual);
    const body = requestBody(shown.values, apiVersions[version], shown);
    expect(getAt(body, `properties.${path}`)).toBe(sent);
  });

  test("is the live export again, but for what the service sets, where nothing else is wanted", () => {
    fc.assert(
      fc.property(wellFormed, (program) => {
        const version = apiVersions[check(program).version];
        const sent = requestBody(flatten(program), version);
        const answer = parseLive({ ...sent, id: "x", name: "daily", type: "y", eTag: '"1"' });
        expect(answer && requestBody(answer.values, version, answer)).toEqual({ ...sent, eTag: '"1"' });
      }),
      { numRuns: 500 },
    );
  });

  test("does not change the answer it was read from", () => {
    const shown = live({ schedule: { status: "Inactive", recurrence: "None" }, runHistory: {}, partitionData: null });
    const before = JSON.stringify(shown.body);
    requestBody(flatten(given()), newest, shown);
    expect(JSON.stringify(shown.body)).toBe(before);
  });

  function liveAt(path: string, value: unknown): LiveExport {
    const [first = "", ...rest] = path.split(".");
    return live({ [first]: rest.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) });
  }
});

describe("an answer", () => {
  test.each([
    ["nothing", undefined],
    ["null", null],
    ["text", "text"],
    ["a list of exports", { value: [{ properties: {} }] }],
    ["an error", { error: { code: "404", message: "No export found" } }],
    ["an export without properties", { id: "x", name: "daily" }],
    ["properties that are none", { properties: [] }],
  ])("that is %s is no export", (_name, body) => {
    expect(parseLive(body)).toBeUndefined();
  });

  test("is read with values that nobody has heard of", () => {
    const shown = live({
      format: "Delta",
      definition: { type: "CarbonEmissions", timeframe: "Whenever" },
      schedule: { status: "Paused" },
    });
    expect(Object.fromEntries(shown.values)).toEqual({
      format: "Delta",
      "definition.type": "CarbonEmissions",
      "definition.timeframe": "Whenever",
      "schedule.status": "Paused",
    });
  });

  test("is read with its members in any case", () => {
    const shown = live(
      { Definition: { Type: "Usage", DATASET: { Granularity: "Daily" } } },
      { Identity: { Type: "None" } },
    );
    expect(Object.fromEntries(shown.values)).toEqual({
      "definition.type": "Usage",
      "definition.dataSet.granularity": "Daily",
      "identity.type": "None",
    });
  });

  test("has null, empty text and empty lists for what is not set", () => {
    const configuration = { columns: [], filters: [], dataVersion: "" };
    const shown = live({ definition: { dataSet: { granularity: null, configuration } }, deliveryInfo: null });
    expect([...shown.values]).toEqual([]);
  });

  test("gives what the service sets under its own names", () => {
    const context = { suspensionCode: "StorageNotFound", suspensionTime: "2026-01-01T00:00:00Z" };
    expect(
      live(
        { nextRunTimeEstimate: "2026-12-02T23:00:00Z", systemSuspensionContext: context },
        { identity: { type: "SystemAssigned", principalId: "p", tenantId: "t" } },
      ),
    ).toMatchObject({
      name: "daily",
      eTag: '"1d8385591da0efd"',
      principalId: "p",
      tenantId: "t",
      nextRunTimeEstimate: "2026-12-02T23:00:00Z",
      systemSuspensionContext: context,
    });
  });

  test("of any JSON is read or not, and never an error; and what was read can be written", () => {
    fc.assert(
      fc.property(anyJson, anyJson, (properties, identity) => {
        fc.pre(!containsUnknown([properties, identity]));
        const shown = parseLive({ properties, identity });
        if (shown === undefined) return;
        const again = requestBody(shown.values, newest, shown);
        expect(requestBody(shown.values, newest, shown)).toEqual(again);
      }),
      { numRuns: 2000 },
    );
  });
});

test("what a program says comes back from the service as the program said it", () => {
  fc.assert(
    fc.property(wellFormed, (program) => {
      const { values, version } = check(program);
      const answer = parseLive(requestBody(values, apiVersions[version]));
      for (const row of remoteFields)
        expect(sameValue(row, answer?.values.get(row.path), values.get(row.path))).toBe(true);
      expect([...(answer?.values.keys() ?? [])]).toEqual(
        fields
          .filter(({ path, place }) => values.has(path) && place !== "address" && place !== "local")
          .map(({ path }) => path),
      );
    }),
    { numRuns: 1000 },
  );
});

test.each([["2020-06-01"], ["2021-10-01"], ["2023-11-01"], ["2024-08-01"]])(
  "a program of the old generation is the same on the wire of %s",
  (apiVersion) => {
    const body = requestBody(check(givenOld({ apiVersion })).values, apiVersions["2023-11-01"]);
    expect(requestBody(check(givenOld()).values, apiVersions["2023-11-01"])).toEqual(body);
  },
);
