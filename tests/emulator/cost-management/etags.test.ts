import { at, daily, eTagOf, newVersions, oldVersions, refusal, world } from "./world";

test("an eTag is in the body, quoted, 15 hex digits, and in no header", () => {
  const created = world().put("daily", daily());

  expect(at(created, "eTag")).toMatch(/^"[0-9a-f]{15}"$/);
  expect(Object.keys(created.headers ?? {}).map((name) => name.toLowerCase())).not.toContain("etag");
});

test("each PUT gives a new, greater eTag, also while the clock stands still", () => {
  const azure = world();
  const first = azure.put("daily", daily());
  const second = azure.put("daily", { ...daily(), ...eTagOf(first) });
  const third = azure.put("daily", { ...daily(), ...eTagOf(second) });

  const tags = [first, second, third].map((answer) => String(at(answer, "eTag")));
  expect([...tags].sort()).toEqual(tags);
  expect(new Set(tags).size).toBe(3);
});

test("GET and LIST show the eTag of the last PUT", () => {
  const azure = world();
  const { eTag } = eTagOf(azure.put("daily", daily()));

  expect(at(azure.get("daily"), "eTag")).toBe(eTag);
  expect(at(azure.list(), "value.0.eTag")).toBe(eTag);
});

test.each([...oldVersions, ...newVersions])("an eTag on create is accepted by %s", (apiVersion) => {
  expect(world().put("daily", { ...daily(), eTag: '"1d8385591da0efd"' }, { apiVersion }).status).toBe(201);
});

describe.each(oldVersions)("the old version %s", (apiVersion) => {
  test("refuses an update without an eTag", () => {
    const azure = world();
    azure.put("daily", daily(), { apiVersion });

    expect(refusal(azure.put("daily", daily(), { apiVersion, requestId: "REQ" }))).toBe(
      "400 400: Etag value required for update operation of report: daily.Please get the latest to avoid overwrite. (Request ID: REQ)",
    );
  });

  test("takes an update with the live eTag", () => {
    const azure = world();
    const created = azure.put("daily", daily(), { apiVersion });

    expect(azure.put("daily", { ...daily(), ...eTagOf(created) }, { apiVersion }).status).toBe(200);
  });
});

test.each([null, ""])("an eTag of %j counts as none", (eTag) => {
  const azure = world();
  azure.put("daily", daily(), { apiVersion: "2023-11-01" });

  expect(refusal(azure.put("daily", { ...daily(), eTag }, { apiVersion: "2023-11-01" }))).toContain(
    "Etag value required",
  );
});

test("an update without an eTag is judged before its properties", () => {
  const azure = world();
  azure.put("daily", daily(), { apiVersion: "2021-10-01" });
  azure.advance(30 * 86_400_000);

  const again = azure.put("daily", daily({ properties: { format: "Parquet" } }), { apiVersion: "2021-10-01" });

  expect(refusal(again)).toContain("Etag value required");
});

describe.each(newVersions)("the new version %s", (apiVersion) => {
  test("takes an update without an eTag", () => {
    const azure = world();
    azure.put("daily", daily(), { apiVersion });

    expect(azure.put("daily", daily(), { apiVersion }).status).toBe(200);
  });

  test("refuses it where the switch has it so", () => {
    const azure = world({ newGenerationRequiresETag: true });
    azure.put("daily", daily(), { apiVersion });

    expect(refusal(azure.put("daily", daily(), { apiVersion }))).toBe(
      "400 BadRequest: Etag value required for update operation of report: daily.Please get the latest to avoid overwrite.",
    );
  });
});

describe.each(["2023-11-01", "2025-03-01"])("a stale eTag on %s", (apiVersion) => {
  test.each([400, 409, 412] as const)("is refused with %d by switch", (staleETagStatus) => {
    const azure = world({ staleETagStatus });
    const created = azure.put("daily", daily(), { apiVersion });
    azure.put("daily", { ...daily(), ...eTagOf(created) }, { apiVersion });

    const stale = azure.put("daily", { ...daily(), ...eTagOf(created) }, { apiVersion });

    expect(stale.status).toBe(staleETagStatus);
    expect(refusal(stale)).toContain("Please get the latest export to avoid overwrite.");
  });

  test("is refused also when it is an asterisk", () => {
    const azure = world();
    azure.put("daily", daily(), { apiVersion });

    expect(azure.put("daily", { ...daily(), eTag: "*" }, { apiVersion }).status).toBe(400);
  });
});
