import {
  allVersions,
  at,
  daily,
  definition,
  destination,
  newVersions,
  oldVersions,
  properties,
  refusal,
  schedule,
  world,
} from "./world";

const invalid = (path: string): string => `Invalid request payload, Invalid member :${path}`;

describe("members of the new model", () => {
  const cases: readonly (readonly [string, object])[] = [
    ["properties.compressionMode", properties({ compressionMode: "gzip" })],
    ["properties.dataOverwriteBehavior", properties({ dataOverwriteBehavior: "CreateNewReport" })],
    ["properties.exportDescription", properties({ exportDescription: "x" })],
    ["properties.deliveryInfo.destination.type", destination({ type: "AzureBlob" })],
    [
      "properties.definition.dataSet.configuration.dataVersion",
      definition({ dataSet: { configuration: { dataVersion: "2021-10-01" } } }),
    ],
    [
      "properties.definition.dataSet.configuration.filters",
      definition({ dataSet: { configuration: { filters: [] } } }),
    ],
  ];

  test.each(oldVersions.flatMap((version) => cases.map(([path, patch]) => [version, path, patch] as const)))(
    "%s lacks %s",
    (apiVersion, path, patch) => {
      expect(refusal(world().put("daily", daily(patch), { apiVersion }))).toContain(invalid(path));
    },
  );

  test.each(newVersions.flatMap((version) => cases.map(([path, patch]) => [version, path, patch] as const)))(
    "%s has %s",
    (apiVersion, _, patch) => {
      expect(refusal(world().put("daily", daily(patch), { apiVersion }))).toBe("201 accepted");
    },
  );
});

const withIdentity = { ...daily(), identity: { type: "SystemAssigned" }, location: "global" };

test.each(["2020-06-01", "2021-10-01", "2022-10-01", "2023-03-01"])("%s lacks identity and location", (apiVersion) => {
  expect(refusal(world().put("daily", withIdentity, { apiVersion }))).toContain(invalid("identity"));
  expect(refusal(world().put("daily", { ...daily(), location: "global" }, { apiVersion }))).toContain(
    invalid("location"),
  );
});

test.each(["2023-08-01", "2023-09-01", "2023-11-01", "2024-08-01", ...newVersions])(
  "%s has identity and location",
  (apiVersion) => {
    expect(refusal(world().put("daily", withIdentity, { apiVersion }))).toBe("201 accepted");
  },
);

describe("2020-06-01", () => {
  test.each([
    ["properties.partitionData", properties({ partitionData: true })],
    ["properties.deliveryInfo.destination.sasToken", destination({ sasToken: "?sig=1" })],
    ["properties.deliveryInfo.destination.storageAccount", destination({ storageAccount: "partner" })],
  ])("lacks %s", (path, patch) => {
    expect(refusal(world().put("daily", daily(patch), { apiVersion: "2020-06-01" }))).toContain(invalid(path));
  });
});

test.each(allVersions.filter((version) => version !== "2020-06-01"))(
  "%s has partitionData and SAS tokens",
  (apiVersion) => {
    const sent = daily(
      properties({ partitionData: false, deliveryInfo: { destination: { sasToken: "?sig=1", storageAccount: "p" } } }),
    );

    expect(refusal(world().put("daily", sent, { apiVersion }))).toBe("201 accepted");
  },
);

describe("members that no version has", () => {
  test.each([
    ["tags", { ...daily(), tags: {} }],
    ["systemData", { ...daily(), systemData: {} }],
    [
      "identity.userAssignedIdentities",
      { ...withIdentity, identity: { type: "SystemAssigned", userAssignedIdentities: {} } },
    ],
    ["properties.nonsense", daily(properties({ nonsense: 1 }))],
    ["properties.schedule.nonsense", daily(schedule({ nonsense: null }))],
    [
      "properties.definition.dataSet.configuration.filters[1].nonsense",
      daily(definition({ dataSet: { configuration: { filters: [{ name: "ReservationScope" }, { nonsense: 1 }] } } })),
    ],
  ])("%s is refused", (path, sent) => {
    expect(refusal(world().put("daily", sent))).toBe(`400 BadRequest: ${invalid(path)}`);
  });
});

describe("values of wrong types", () => {
  test.each([
    ["properties", { properties: [] }],
    ["properties.schedule", daily(properties({ schedule: "Daily" }))],
    ["properties.format", daily(properties({ format: 1 }))],
    ["properties.partitionData", daily(properties({ partitionData: "yes" }))],
    ["properties.partitionData", daily(properties({ partitionData: 1 }))],
    [
      "properties.definition.dataSet.configuration.columns",
      daily(definition({ dataSet: { configuration: { columns: "Date" } } })),
    ],
    [
      "properties.definition.dataSet.configuration.columns[1]",
      daily(definition({ dataSet: { configuration: { columns: ["Date", 2] } } })),
    ],
    ["properties.schedule.recurrencePeriod.from", daily(schedule({ recurrencePeriod: { from: "tomorrow" } }))],
    [
      "properties.schedule.recurrencePeriod.from",
      daily(schedule({ recurrencePeriod: { from: "2025-02-30T00:00:00Z" } })),
    ],
    ["properties.schedule.recurrencePeriod.to", daily(schedule({ recurrencePeriod: { to: 2026 } }))],
  ])("%s", (path, sent) => {
    expect(refusal(world().put("daily", sent))).toBe(`400 BadRequest: ${invalid(path)}`);
  });
});

describe("values outside closed lists", () => {
  test.each([
    ["properties.schedule.status", schedule({ status: "Paused" })],
    ["properties.schedule.recurrence", schedule({ recurrence: "Hourly" })],
    ["properties.compressionMode", properties({ compressionMode: "zip" })],
    ["properties.dataOverwriteBehavior", properties({ dataOverwriteBehavior: "Append" })],
    ["properties.format", properties({ format: "Delta" })],
    ["properties.deliveryInfo.destination.type", destination({ type: "MicrosoftFabric" })],
  ])("%s", (path, patch) => {
    expect(refusal(world().put("daily", daily(patch)))).toBe(`400 BadRequest: ${invalid(path)}`);
  });

  test("an identity assigned by the user", () => {
    const sent = { ...daily(), identity: { type: "UserAssigned" }, location: "global" };

    expect(refusal(world().put("daily", sent))).toContain(invalid("identity.type"));
  });

  test("the recurrence None is a value of new versions only", () => {
    const sent = daily(schedule({ status: "Inactive", recurrence: "None" }));

    expect(refusal(world().put("daily", sent))).toBe("201 accepted");
    expect(refusal(world().put("daily", sent, { apiVersion: "2021-10-01" }))).toContain(
      invalid("properties.schedule.recurrence"),
    );
  });

  test("filters have no closed lists", () => {
    const filters = [{ name: "Region", value: "westeurope" }];

    expect(refusal(world().put("daily", daily(definition({ dataSet: { configuration: { filters } } }))))).toBe(
      "201 accepted",
    );
  });
});

test.each(["dataset", "DataSet", "dataSet"])("the member %s is the data set", (name) => {
  const created = world().put("daily", daily(definition({ dataSet: undefined, [name]: { granularity: "Daily" } })));

  expect(at(created, "properties.definition.dataSet.granularity")).toBe("Daily");
  if (name !== "dataSet") expect(at(created, "properties.definition")).not.toHaveProperty(name);
});

test("null counts as absent", () => {
  const created = world().put(
    "daily",
    daily(properties({ definition: { timePeriod: null }, exportDescription: null })),
  );

  expect(created.status).toBe(201);
  expect(at(created, "properties")).not.toHaveProperty("exportDescription");
  expect(at(created, "properties.definition")).not.toHaveProperty("timePeriod");
});

test.each(["", " ", "{", '{"properties":', "[]", "null", '"text"'])("the body %j is refused", (sent) => {
  expect(refusal(world().put("daily", sent))).toBe(
    "400 BadRequest: Invalid request payload: Unexpected end when reading JSON",
  );
});

test("a refused PUT changes nothing", () => {
  const azure = world();
  const created = azure.put("daily", daily());

  azure.put("daily", daily(properties({ nonsense: 1 })));

  expect(at(azure.get("daily"), "eTag")).toBe(at(created, "eTag"));
});
