import { at, daily, eTagOf, names, newVersions, oldVersions, refusal, subscription, world } from "./world";

const old = { apiVersion: "2023-11-01" };
const improved = { apiVersion: "2025-03-01" };

describe.each(newVersions)("an export written with %s", (apiVersion) => {
  test.each(oldVersions)("is absent for %s, and a list omits it silently", (older) => {
    const azure = world();
    azure.put("portal", daily(), { apiVersion });
    azure.put("terraform", daily(), { apiVersion: older });

    expect(refusal(azure.get("portal", { apiVersion: older, requestId: "REQ" }))).toBe(
      `404 404: No export found for portal, Subscription: ${subscription.slice(15)}. (Request ID: REQ)`,
    );
    expect(names(azure.list({ apiVersion: older }))).toEqual(["terraform"]);
    expect(azure.run("portal", undefined, { apiVersion: older }).status).toBe(404);
    expect(azure.history("portal", { apiVersion: older }).status).toBe(404);
    expect(azure.remove("portal", { apiVersion: older }).status).toBe(404);
  });
});

test.each(oldVersions)("an export written with %s is seen by all versions", (apiVersion) => {
  const azure = world();
  azure.put("daily", daily(), { apiVersion });

  for (const reader of [...oldVersions, ...newVersions]) {
    expect(azure.get("daily", { apiVersion: reader }).status).toBe(200);
    expect(names(azure.list({ apiVersion: reader }))).toEqual(["daily"]);
  }
});

describe("an old PUT on a name of the new generation", () => {
  test("makes a twin that the old versions see", () => {
    const azure = world();
    azure.put("daily", daily({ properties: { exportDescription: "new" } }), improved);

    const twin = azure.put("daily", daily(), old);

    expect(twin.status).toBe(201);
    expect(azure.get("daily", old).status).toBe(200);
    expect(at(azure.get("daily", improved), "properties.exportDescription")).toBe("new");
    expect(names(azure.list(improved))).toEqual(["daily", "daily"]);
  });

  test("is refused by switch", () => {
    const azure = world({ oldPutOnNewExport: "refuse" });
    azure.put("daily", daily(), improved);

    expect(azure.put("daily", daily(), old).status).toBe(409);
    expect(names(azure.list(improved))).toEqual(["daily"]);
  });

  test("a delete removes the twin that its version sees, the new one first", () => {
    const azure = world();
    azure.put("daily", daily(), improved);
    azure.put("daily", daily(), old);

    expect(azure.remove("daily", improved).status).toBe(200);
    expect(azure.get("daily", old).status).toBe(200);
    expect(azure.get("daily", improved).status).toBe(200);
    expect(azure.remove("daily", old).status).toBe(200);
    expect(azure.get("daily", improved).status).toBe(404);
  });
});

describe("a new PUT on an export of the old generation", () => {
  test("moves it out of the sight of old versions", () => {
    const azure = world();
    azure.put("daily", daily(), old);

    const update = azure.put("daily", daily({ properties: { exportDescription: "moved" } }), improved);

    expect(update.status).toBe(200);
    expect(azure.get("daily", old).status).toBe(404);
    expect(names(azure.list(improved))).toEqual(["daily"]);
  });

  test("keeps the runs of the export", () => {
    const azure = world();
    azure.put("daily", daily(), old);
    azure.run("daily", undefined, old);

    azure.put("daily", daily(), improved);

    expect(at(azure.history("daily", improved), "value.length")).toBe(1);
  });

  test("leaves it in sight by switch, without members that old versions lack", () => {
    const azure = world({ newPutOnOldExport: "keep" });
    azure.put("daily", daily(), old);
    azure.put("daily", daily({ properties: { exportDescription: "kept", partitionData: true } }), improved);

    const seen = azure.get("daily", old);

    expect(seen.status).toBe(200);
    expect(at(seen, "properties.partitionData")).toBe(true);
    expect(at(seen, "properties.exportDescription")).toBeUndefined();
    expect(at(azure.get("daily", { apiVersion: "2020-06-01" }), "properties.partitionData")).toBeUndefined();
    expect(at(azure.get("daily", improved), "properties.exportDescription")).toBe("kept");
  });

  test("still refuses a stale eTag", () => {
    const azure = world();
    const created = azure.put("daily", daily(), old);
    azure.put("daily", { ...daily(), ...eTagOf(created) }, old);

    expect(azure.put("daily", { ...daily(), ...eTagOf(created) }, improved).status).toBe(400);
  });
});

test("an export of one scope is no export of another", () => {
  const azure = world();
  azure.put("daily", daily());

  expect(azure.get("daily", { scope: `${subscription}/resourceGroups/rg` }).status).toBe(404);
});
