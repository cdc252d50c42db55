import {
  daily,
  destination,
  enrollment,
  newVersions,
  oldVersions,
  properties,
  refusal,
  storage,
  subscription,
  world,
} from "./world";

const failed = "Request properties validation failed: ";
const old = { apiVersion: "2023-11-01" };
const accepted = "201 accepted";

describe("the name", () => {
  test.each(["with-hyphen", "with_underscore", "2024", "a", "x".repeat(80), "dots.and.more", "ümlaut"])(
    "%s is accepted",
    (name) => {
      expect(refusal(world().put(name, daily()))).toBe(accepted);
    },
  );

  test.each(["a%20b", "a%2Fb", "a%3Fb", "a%23b", "a%25b", "a%5Cb"])("%s is refused", (name) => {
    expect(refusal(world().put(name, daily()))).toContain("Invalid export name ");
  });
});

describe("required members", () => {
  test.each([
    ["properties", {}],
    ["definition", daily(properties({ definition: undefined }))],
    ["deliveryInfo", daily(properties({ deliveryInfo: undefined }))],
    ["deliveryInfo destination", daily(properties({ deliveryInfo: { destination: null } }))],
    ["deliveryInfo destination container", daily(destination({ container: undefined }))],
    ["deliveryInfo destination resourceId", daily(destination({ resourceId: undefined }))],
    ["deliveryInfo destination resourceId", daily(destination({ resourceId: undefined, sasToken: "?sig=1" }))],
    ["deliveryInfo destination resourceId", daily(destination({ resourceId: undefined, storageAccount: "partner" }))],
    ["identity type", { ...daily(), identity: {} }],
  ])("%s", (member, sent) => {
    expect(refusal(world().put("daily", sent))).toBe(`400 BadRequest: ${failed}Missing ${member}.`);
  });

  test("a SAS token with a storage account does without a resourceId", () => {
    const sent = daily(destination({ resourceId: undefined, sasToken: "?sig=1", storageAccount: "partner" }));

    expect(refusal(world().put("daily", sent, { apiVersion: "2021-10-01" }))).toBe(accepted);
  });
});

describe("identity", () => {
  test.each(["2023-11-01", ...newVersions])("%s: an identity needs a location", (apiVersion) => {
    const sent = { ...daily(), identity: { type: "SystemAssigned" } };

    expect(refusal(world().put("daily", sent, { apiVersion }))).toContain(
      "Missing location; specify a location when identity is used.",
    );
    expect(refusal(world().put("daily", { ...sent, location: "westeurope" }, { apiVersion }))).toBe(accepted);
  });

  test("no identity needs none, and a location may stand alone", () => {
    expect(refusal(world().put("one", { ...daily(), identity: { type: "None" } }))).toBe(accepted);
    expect(refusal(world().put("two", { ...daily(), location: "global" }))).toBe(accepted);
  });
});

describe("format and compression", () => {
  test.each(oldVersions)("%s refuses Parquet", (apiVersion) => {
    expect(refusal(world().put("daily", daily(properties({ format: "Parquet" })), { apiVersion }))).toContain(
      `${failed}Delivery format parquet is only supported at API version 2023-07-01-preview or later.`,
    );
  });

  test.each(newVersions)("%s takes Parquet, although the enumeration of the preview lacks it", (apiVersion) => {
    expect(
      refusal(
        world().put("daily", daily(properties({ format: "Parquet", compressionMode: "Snappy" })), { apiVersion }),
      ),
    ).toBe(accepted);
  });

  test.each([
    ["Csv", "snappy"],
    ["Parquet", "gzip"],
    [undefined, "snappy"],
  ])("%s with %s is refused, or accepted by switch", (format, compressionMode) => {
    const sent = daily(properties({ format, compressionMode }));

    expect(refusal(world().put("daily", sent))).toContain(`Invalid compressionMode: '${compressionMode}'`);
    expect(refusal(world({ refuseMismatchedCompression: false }).put("daily", sent))).toBe(accepted);
  });

  test.each([
    ["Csv", "gzip"],
    ["Csv", "None"],
    ["Parquet", "none"],
  ])("%s with %s is accepted", (format, compressionMode) => {
    expect(refusal(world().put("daily", daily(properties({ format, compressionMode }))))).toBe(accepted);
  });
});

describe("partitionData at an EA scope", () => {
  const sent = daily(properties({ partitionData: true }));
  const at = { ...old, scope: enrollment };

  test("passes by default", () => {
    expect(refusal(world().put("daily", sent, at))).toBe(accepted);
  });

  test("is refused on old versions by switch", () => {
    const azure = world({ partitionDataRefusedForEa: true });

    expect(refusal(azure.put("daily", sent, at))).toContain(
      "PartitionData is currently only supported for GTM (modern) channel. Current channel is 'EA'",
    );
    expect(refusal(azure.put("daily", sent, { scope: enrollment }))).toBe(accepted);
    expect(refusal(azure.put("daily", sent, old))).toBe(accepted);
  });
});

describe("the container", () => {
  test.each(["exports", "a-b-c", "123", "x".repeat(63)])("%s is accepted", (container) => {
    expect(refusal(world().put("daily", daily(destination({ container }))))).toBe(accepted);
  });

  test.each(["ab", "x".repeat(64), "Exports", "a--b", "-ab", "ab-", "a_b", "a/b", ""])("%j is refused", (container) => {
    expect(refusal(world().put("daily", daily(destination({ container }))))).toContain(
      `Invalid deliveryInfo destination container '${container}'`,
    );
  });
});

describe("rootFolderPath", () => {
  test.each(newVersions)("%s refuses a leading slash", (apiVersion) => {
    expect(refusal(world().put("daily", daily(destination({ rootFolderPath: "/root" })), { apiVersion }))).toBe(
      `400 BadRequest: ${failed}Invalid deliveryInfo destination rootFolderPath; value cannot begin with a forward slash`,
    );
  });

  test.each(newVersions)("%s refuses reserved characters of URLs", (apiVersion) => {
    for (const rootFolderPath of ["billing/1:2", "a?b", "a#b", "a&b", "a=b", "a+b"]) {
      expect(refusal(world().put("daily", daily(destination({ rootFolderPath })), { apiVersion }))).toContain(
        "Value cannot contain any reserved url characters except forward slashes(/)",
      );
    }
  });

  test.each(oldVersions)("%s takes both", (apiVersion) => {
    expect(refusal(world().put("one", daily(destination({ rootFolderPath: "/root" })), { apiVersion }))).toBe(accepted);
    expect(refusal(world().put("two", daily(destination({ rootFolderPath: "1:2" })), { apiVersion }))).toBe(accepted);
  });

  test.each(["a", "a/b/c", "a-b_c.d", "a/", "with blank", ""])("%j is accepted", (rootFolderPath) => {
    expect(refusal(world().put("daily", daily(destination({ rootFolderPath }))))).toBe(accepted);
  });
});

describe("resourceId", () => {
  test.each([
    ["without a leading slash", storage.slice(1)],
    ["in upper case", storage.toUpperCase()],
    ["with a trailing slash", `${storage}/`],
  ])("%s is accepted", (_, resourceId) => {
    expect(refusal(world().put("daily", daily(destination({ resourceId }))))).toBe(accepted);
  });

  test("of another shape is refused with the inner error of another service", () => {
    const resourceId = "/subscriptions/providers/Microsoft.Storage/storageAccounts/costs";

    expect(refusal(world().put("daily", daily(destination({ resourceId })), { ...old, requestId: "REQ" }))).toBe(
      `400 400: ServiceToServiceAuthorizationProvider.IsRPRegistered: {"error":{"code":"InvalidSubscriptionId","message":"The provided subscription identifier 'providers' is malformed or invalid."}} (Request ID: REQ)`,
    );
  });

  test.each([
    "costs",
    `${subscription}/resourceGroups/rg`,
    `${storage}/blobServices/default`,
    storage.replace("Microsoft.Storage", "Microsoft.ClassicStorage"),
  ])("%s is refused", (resourceId) => {
    expect(refusal(world().put("daily", daily(destination({ resourceId }))))).toContain("InvalidSubscriptionId");
  });
});
