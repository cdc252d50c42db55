import { ArmConnectionError, CredentialError, DeadlineError } from "../../../provider/arm";
import { exportResource } from "../../../provider/resources/export";
import { UnfinishedError } from "../../../provider/resources/errors";
import type { PlainObject } from "../../../provider/resources/resource";
import { fakeArm, lostAnswer, refusal, respond, type FakeArm } from "../../support/fake-arm";

const scope = "/subscriptions/11111111-1111-1111-1111-111111111111";
const id = `${scope}/providers/Microsoft.CostManagement/exports/daily`;
const account = `${scope}/resourceGroups/finops/providers/Microsoft.Storage/storageAccounts/costs`;

const inputs = (extra: PlainObject = {}): PlainObject => ({
  scope,
  exportName: "daily",
  definition: { type: "FocusCost", timeframe: "MonthToDate", dataSet: { configuration: { dataVersion: "1.0" } } },
  deliveryInfo: { destination: { resourceId: account, container: "costs", rootFolderPath: "focus" } },
  schedule: { status: "Active", recurrence: "Daily" },
  ...extra,
});
const methods = (fake: FakeArm) =>
  fake.requests.map(({ method, operation }) => (operation === "list" ? "LIST" : method));
const live = (fake: FakeArm) =>
  fake.exports.get(id.toLowerCase().slice(1))?.body as { properties: Record<string, unknown>; eTag: string };

describe("create", () => {
  test("looks first, then writes, without an eTag", async () => {
    const fake = fakeArm();
    const { id: made } = await exportResource.create(inputs(), fake);
    expect(made).toBe(id);
    expect(methods(fake)).toEqual(["GET", "PUT"]);
    expect(fake.requests[1]?.body).not.toHaveProperty("eTag");
  });

  test("chooses the next UTC midnight and five years where the program leaves dates out, and remembers that it did", async () => {
    const { state } = await exportResource.create(inputs(), fakeArm());
    expect(state).toMatchObject({
      schedule: { recurrencePeriod: { from: "2026-12-02T00:00:00Z", to: "2031-12-02T00:00:00Z" } },
      unset: ["schedule.recurrencePeriod.from", "schedule.recurrencePeriod.to", "apiVersion"],
    });
  });

  test("the stored shape", async () => {
    const { state } = await exportResource.create(
      inputs({ identity: { type: "SystemAssigned" }, location: "global" }),
      fakeArm(),
    );
    expect({ ...state, eTag: "x" }).toMatchSnapshot();
  });

  test("takes over an identical export without writing, so that a crash after the PUT heals", async () => {
    const fake = fakeArm();
    await exportResource.create(inputs(), fake);
    fake.requests.length = 0;
    const { state } = await exportResource.create(inputs(), fake);
    expect(methods(fake)).toEqual(["GET"]);
    expect(state["eTag"]).toBe(live(fake).eTag);
  });

  test("refuses an export that differs, naming field, live and wanted value and the cure", async () => {
    const fake = fakeArm();
    await exportResource.create(inputs(), fake);
    const error = exportResource.create(inputs({ format: "Parquet" }), fake);
    await expect(error).rejects.toThrow(
      /format: live not set \(Csv\), wanted "Parquet".*adopt to "always".*aliases: \[\{ name: "old" \}\]/s,
    );
  });

  test.each([
    ["never", {}, /adopt is "never".*aliases: \[\{ name: "old" \}\]/],
    ["never", { format: "Parquet" }, /adopt is "never".*aliases: \[\{ name: "old" \}\]/],
  ])("adopt %s refuses even an export like %j", async (adopt, extra, message) => {
    const fake = fakeArm();
    await exportResource.create(inputs(), fake);
    await expect(exportResource.create(inputs({ adopt, ...extra }), fake)).rejects.toThrow(message);
  });

  test("adopt always takes over and updates, and keeps what the program leaves alone", async () => {
    const fake = fakeArm();
    await exportResource.create(inputs({ exportDescription: "made by hand" }), fake);
    await exportResource.create(inputs({ adopt: "always", format: "Parquet" }), fake);
    expect(live(fake).properties).toMatchObject({ format: "Parquet", exportDescription: "made by hand" });
  });

  test.each([
    ["applied", true],
    ["not applied", false],
  ])("an answer that never came is settled by reading: %s", async (_name, applied) => {
    const fake = fakeArm();
    let puts = 0;
    fake.intercept = (request, apply) => {
      if (request.method !== "PUT" || ++puts > 1) return undefined;
      if (applied) apply();
      throw lostAnswer();
    };
    await exportResource.create(inputs({ adopt: "never" }), fake);
    expect(puts).toBe(applied ? 1 : 2);
    expect(live(fake).properties["format"]).toBeUndefined();
  });

  test("a success that shows no export is settled by reading", async () => {
    const fake = fakeArm();
    fake.intercept = (request, apply) => {
      if (request.method !== "PUT") return undefined;
      apply();
      return respond(201);
    };
    const { state } = await exportResource.create(inputs(), fake);
    expect(state["eTag"]).toBe(live(fake).eTag);
  });

  test("is recorded as unfinished when its end stays unknown, and the next update finishes it", async () => {
    const fake = fakeArm();
    fake.intercept = (request, apply) => {
      if (request.method !== "PUT") return undefined;
      apply();
      fake.intercept = () => {
        throw refusal(403, "You may no longer read.");
      };
      throw lostAnswer();
    };
    const error: unknown = await exportResource.create(inputs(), fake).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(UnfinishedError);
    const { resourceId, state, reasons } = error as UnfinishedError;
    expect(resourceId).toBe(id);
    expect(reasons.join(" ")).toMatch(/not known.*req-1.*pulumi up/s);
    expect(exportResource.diff(id, state, inputs()).changes).toBe(true);

    fake.intercept = () => undefined;
    const { state: healed } = await exportResource.update(id, state, inputs(), fake);
    expect(healed).not.toHaveProperty("unfinished");
    expect(exportResource.diff(id, healed, inputs()).changes).toBe(false);
  });

  test("an old version does not make a twin of an export of the new generation", async () => {
    const fake = fakeArm();
    await exportResource.create(inputs({ definition: { type: "ActualCost", timeframe: "MonthToDate" } }), fake);
    const old = inputs({ apiVersion: "2023-11-01", definition: { type: "ActualCost", timeframe: "MonthToDate" } });
    await expect(exportResource.create(old, fake)).rejects.toThrow(
      /hidden from 2023-11-01.*Set apiVersion to 2025-03-01/s,
    );
  });

  test("the service's refusal comes with its cure and its ids", async () => {
    const fake = fakeArm();
    fake.intercept = (request) => {
      if (request.method !== "PUT") return undefined;
      throw refusal(
        400,
        "RP Not Registered. Register destination storage account subscription with Microsoft.CostManagementExports.",
      );
    };
    await expect(exportResource.create(inputs(), fake)).rejects.toThrow(
      /req-1.*az provider register --namespace Microsoft.CostManagementExports/s,
    );
  });

  test("a value that the service changes silently is said, and the live value is stored", async () => {
    const fake = fakeArm();
    fake.intercept = (request, apply) => {
      if (request.method !== "PUT") return undefined;
      const response = apply();
      (response.body as { properties: Record<string, unknown> }).properties["partitionData"] = true;
      return response;
    };
    const { state } = await exportResource.create(inputs({ partitionData: false }), fake);
    expect(fake.warnings.join()).toMatch(/partitionData \(sent false, answered true\)/);
    expect(state["partitionData"]).toBe(true);
  });
});

describe("update", () => {
  async function made(extra: PlainObject = {}): Promise<{ fake: FakeArm; state: PlainObject }> {
    const fake = fakeArm();
    const { state } = await exportResource.create(inputs(extra), fake);
    fake.requests.length = 0;
    return { fake, state };
  }

  test("reads, then writes with the live eTag", async () => {
    const { fake, state } = await made();
    const before = live(fake).eTag;
    await exportResource.update(id, state, inputs({ format: "Parquet" }), fake);
    expect(methods(fake)).toEqual(["GET", "PUT"]);
    expect(fake.requests[1]?.body).toHaveProperty("eTag", before);
  });

  test("keeps a field that only the portal set", async () => {
    const { fake, state } = await made();
    fake.edit(id, { exportDescription: "by the portal", anythingNewer: { than: "us" } });
    const { state: after } = await exportResource.update(id, state, inputs({ format: "Parquet" }), fake);
    expect(live(fake).properties).toMatchObject({
      format: "Parquet",
      exportDescription: "by the portal",
      anythingNewer: { than: "us" },
    });
    expect(after["unset"]).toContain("exportDescription");
    expect(exportResource.diff(id, after, inputs({ format: "Parquet" })).changes).toBe(false);
  });

  test("a change by the portal to the wanted value is no conflict", async () => {
    const { fake, state } = await made();
    fake.edit(id, { format: "Parquet" });
    await exportResource.update(id, state, inputs({ format: "Parquet" }), fake);
    expect(methods(fake)).toEqual(["GET"]);
  });

  test("a change by the portal to another value is a conflict, named with all three values and the cures", async () => {
    const { fake, state } = await made({ partitionData: true });
    fake.edit(id, { partitionData: false });
    const update = exportResource.update(id, state, inputs({ partitionData: true, format: "Parquet" }), fake);
    await expect(update).rejects.toThrow(
      /partitionData: last seen true, live false, wanted true.*pulumi refresh.*onConflict/s,
    );
    expect(methods(fake)).toEqual(["GET"]);
  });

  test("onConflict overwrite writes and warns", async () => {
    const { fake, state } = await made({ partitionData: true });
    fake.edit(id, { partitionData: false });
    await exportResource.update(
      id,
      state,
      inputs({ partitionData: true, format: "Parquet", onConflict: "overwrite" }),
      fake,
    );
    expect(live(fake).properties["partitionData"]).toBe(true);
    expect(fake.warnings.join()).toMatch(/partitionData: last seen true, live false, wanted true/);
  });

  test("a field that the program no longer sets gets the service's default again", async () => {
    const { fake, state } = await made({ exportDescription: "ours" });
    expect(exportResource.diff(id, state, inputs()).changes).toBe(true);
    await exportResource.update(id, state, inputs(), fake);
    expect(live(fake).properties).not.toHaveProperty("exportDescription");
  });

  test("an identity that the program no longer sets is sent as None", async () => {
    const { fake, state } = await made({ identity: { type: "SystemAssigned" }, location: "global" });
    await exportResource.update(id, state, inputs(), fake);
    expect(fake.requests[1]?.body).toMatchObject({ identity: { type: "None" } });
  });

  test.each([
    [400, "There are changes made to Export. Please get the latest to avoid overwrite."],
    [409, "The resource was changed."],
    [412, "Precondition failed."],
  ])("a stale eTag (%i) is read again and decided again", async (status, message) => {
    const { fake, state } = await made();
    let puts = 0;
    fake.intercept = (request) => {
      if (request.method !== "PUT" || ++puts > 1) return undefined;
      fake.edit(id, { exportDescription: "in between" });
      throw refusal(status, message);
    };
    await exportResource.update(id, state, inputs({ format: "Parquet" }), fake);
    expect(live(fake).properties).toMatchObject({ format: "Parquet", exportDescription: "in between" });
  });

  test("a stale eTag is not chased for ever", async () => {
    const { fake, state } = await made();
    fake.intercept = (request) => {
      if (request.method === "PUT") throw refusal(412, "Precondition failed.");
      return undefined;
    };
    await expect(exportResource.update(id, state, inputs({ format: "Parquet" }), fake)).rejects.toThrow(
      /Precondition failed/,
    );
    expect(methods(fake).filter((method) => method === "PUT")).toHaveLength(6);
  });

  test("an export that was deleted meanwhile is created again, and that is said", async () => {
    const { fake, state } = await made();
    fake.exports.clear();
    await exportResource.update(id, state, inputs({ format: "Parquet" }), fake);
    expect(live(fake).properties["format"]).toBe("Parquet");
    expect(fake.warnings.join()).toMatch(/deleted by somebody else/);
  });

  test.each([
    ["deleted", undefined, /deleted the export .*, and its identity 2222\S+ went with it/],
    [
      "deleted and made again",
      "4".repeat(8),
      /was deleted and made again .*: its identity was 2222\S+, and is 44444444/,
    ],
  ])(
    "one with an identity that was %s is not written: its roles would be left behind",
    async (_, principal, message) => {
      const { fake, state } = await made();
      const known = { ...state, identity: { type: "SystemAssigned", principalId: "22222222" } };
      if (principal === undefined) fake.exports.clear();
      else for (const { body } of fake.exports.values()) body["identity"] = { principalId: principal };
      const calls = fake.requests.length;
      const update = exportResource.update(id, known, inputs({ format: "Parquet" }), fake);
      await expect(update).rejects.toMatchObject({ code: "OtherIdentity" });
      await expect(update).rejects.toThrow(message);
      await expect(update).rejects.toThrow(/Run "pulumi up --refresh"/);
      expect(fake.requests.slice(calls).map(({ method }) => method)).toEqual(["GET"]);
    },
  );

  test("a lost answer whose change was applied is no conflict with ourselves", async () => {
    const { fake, state } = await made({ partitionData: true });
    fake.intercept = (request, apply) => {
      if (request.method !== "PUT") return undefined;
      apply();
      fake.intercept = () => undefined;
      throw lostAnswer();
    };
    const { state: after } = await exportResource.update(id, state, inputs({ partitionData: false }), fake);
    expect(after["partitionData"]).toBe(false);
  });

  test("an unfinished update whose program changed again is no conflict with ourselves", async () => {
    const { fake, state } = await made({ partitionData: true });
    fake.intercept = (request, apply) => {
      if (request.method !== "PUT") return undefined;
      apply();
      fake.intercept = () => {
        throw refusal(403, "No.");
      };
      throw lostAnswer();
    };
    const error = (await exportResource
      .update(id, state, inputs({ exportDescription: "one" }), fake)
      .catch((caught: unknown) => caught)) as UnfinishedError;
    fake.intercept = () => undefined;
    await exportResource.update(id, error.state, inputs({ exportDescription: "two" }), fake);
    expect(live(fake).properties["exportDescription"]).toBe("two");
  });

  test("a new SAS token is sent although the live one cannot be seen", async () => {
    const token = (letter: string) => `?sv=2024&sig=${letter.repeat(43)}%3D`;
    const destination = (sasToken: string) => ({
      deliveryInfo: { destination: { container: "costs", storageAccount: "costs", sasToken } },
    });
    const { fake, state } = await made(destination(token("a")));
    fake.edit(id, {
      deliveryInfo: { destination: { container: "costs", storageAccount: "costs", sasToken: "?sv=2024&sig=****" } },
    });
    expect(exportResource.diff(id, state, inputs(destination(token("a")))).changes).toBe(false);
    expect(exportResource.diff(id, state, inputs(destination(token("b")))).changes).toBe(true);
    await exportResource.update(id, state, inputs(destination(token("b"))), fake);
    expect(JSON.stringify(fake.requests.at(-1)?.body)).toContain("b".repeat(43));
  });
});

describe("diff", () => {
  test.each([
    ["scope", { scope: "/subscriptions/22222222-2222-2222-2222-222222222222" }],
    ["exportName", { exportName: "other" }],
  ])("a change of %s replaces, deleting first", async (path, extra) => {
    const { state } = await exportResource.create(inputs(), fakeArm());
    expect(exportResource.diff(id, state, inputs(extra))).toEqual({
      changes: true,
      replaces: [path],
      deleteBeforeReplace: true,
    });
  });

  test("from an old version to the new generation updates, the way back replaces", async () => {
    const fake = fakeArm();
    const cost = { definition: { type: "ActualCost", timeframe: "MonthToDate" } };
    const { state } = await exportResource.create(inputs({ ...cost, apiVersion: "2023-11-01" }), fake);
    const forward = inputs({ ...cost, apiVersion: "2025-03-01" });
    expect(exportResource.diff(id, state, forward)).toEqual({
      changes: true,
      replaces: [],
      deleteBeforeReplace: false,
    });
    const { state: moved } = await exportResource.update(id, state, forward, fake);
    expect(exportResource.diff(id, moved, inputs({ ...cost, apiVersion: "2023-11-01" })).replaces).toEqual([
      "apiVersion",
    ]);
  });

  test("a change of timeouts is stored without a write to the service", async () => {
    const fake = fakeArm();
    const { state } = await exportResource.create(inputs(), fake);
    fake.requests.length = 0;
    const wanted = inputs({ timeouts: { delete: "2h" } });
    expect(exportResource.diff(id, state, wanted).changes).toBe(true);
    const { state: after } = await exportResource.update(id, state, wanted, fake);
    expect(methods(fake)).toEqual(["GET"]);
    expect(after["timeouts"]).toEqual({ delete: "2h" });
  });
});

describe("read", () => {
  test("reports what the program set, and drift on what it left alone, but no defaults", async () => {
    const fake = fakeArm();
    const { state } = await exportResource.create(inputs(), fake);
    fake.edit(id, { exportDescription: "drift", format: "Csv", partitionData: null });
    const found = await exportResource.read(id, state, fake);
    expect(found?.inputs).toEqual({ ...inputs(), exportDescription: "drift" });
    expect(found?.state["exportDescription"]).toBe("drift");
  });

  test("an eTag that moved alone is neither drift nor a change", async () => {
    const fake = fakeArm();
    const { state } = await exportResource.create(inputs(), fake);
    fake.edit(id, {});
    const found = await exportResource.read(id, state, fake);
    expect(found?.state["eTag"]).not.toBe(state["eTag"]);
    expect(found?.inputs).toEqual(inputs());
    expect(exportResource.diff(id, found?.state ?? {}, inputs()).changes).toBe(false);
  });

  test("is undefined when the export is gone", async () => {
    const fake = fakeArm();
    const { state } = await exportResource.create(inputs(), fake);
    fake.exports.clear();
    expect(await exportResource.read(id, state, fake)).toBeUndefined();
  });

  test("finds an export that the portal moved out of an old version's sight", async () => {
    const fake = fakeArm();
    const cost = { definition: { type: "ActualCost", timeframe: "MonthToDate" }, apiVersion: "2023-11-01" };
    const { state } = await exportResource.create(inputs(cost), fake);
    fake.exports.get(id.toLowerCase().slice(1))!.generation = "new";
    expect(await exportResource.read(id, state, fake)).toBeDefined();
  });

  test("a hundred reads of one scope take two calls", async () => {
    const fake = fakeArm();
    const states = new Map<string, PlainObject>();
    for (let index = 0; index < 100; index++) {
      const made = await exportResource.create(inputs({ exportName: `daily-${index}` }), fake);
      states.set(made.id, made.state);
    }
    fake.requests.length = 0;
    const found = await Promise.all([...states].map(([one, state]) => exportResource.read(one, state, fake)));
    expect(found.every((result) => result !== undefined)).toBe(true);
    expect(fake.requests.length).toBeLessThanOrEqual(2);
  });

  test("an export that a LIST does not show is asked for before it is called gone", async () => {
    const fake = fakeArm();
    const made = [];
    for (const exportName of ["a-1", "a-2", "a-3"])
      made.push(await exportResource.create(inputs({ exportName }), fake));
    fake.requests.length = 0;
    fake.intercept = (request) => (request.operation === "list" ? respond(200, { value: [] }) : undefined);
    const found = await Promise.all(made.map(({ id: one, state }) => exportResource.read(one, state, fake)));
    expect(found.every((result) => result !== undefined)).toBe(true);
  });

  test("reads one by one where the scope may not be listed", async () => {
    const fake = fakeArm();
    const made = [];
    for (const exportName of ["a-1", "a-2", "a-3"])
      made.push(await exportResource.create(inputs({ exportName }), fake));
    fake.intercept = (request) => {
      if (request.operation === "list") throw refusal(403, "You may not list.");
      return undefined;
    };
    const found = await Promise.all(made.map(({ id: one, state }) => exportResource.read(one, state, fake)));
    expect(found.every((result) => result !== undefined)).toBe(true);
  });
});

describe("delete", () => {
  async function made(extra: PlainObject = {}) {
    const fake = fakeArm();
    const { state } = await exportResource.create(inputs(extra), fake);
    fake.requests.length = 0;
    return { fake, state };
  }

  test("deletes, and looks whether it is gone", async () => {
    const { fake, state } = await made();
    await exportResource.delete(id, state, fake);
    expect(methods(fake)).toEqual(["DELETE", "GET"]);
  });

  test("an export that is gone already is deleted", async () => {
    const { fake, state } = await made();
    fake.exports.clear();
    await exportResource.delete(id, state, fake);
    expect(methods(fake)).toEqual(["DELETE", "GET"]);
  });

  test("a not found that the next look does not confirm is not believed", async () => {
    const { fake, state } = await made();
    let asked = 0;
    fake.intercept = (request) => (request.method === "DELETE" && ++asked === 1 ? respond(404) : undefined);
    await exportResource.delete(id, state, fake);
    expect(fake.exports.size).toBe(0);
  });

  test.each([200, 202, 204])("status %i is success, and the export is waited for", async (status) => {
    const { fake, state } = await made();
    let looks = 0;
    fake.intercept = (request) => {
      if (request.method === "DELETE") return respond(status);
      if (++looks === 3) fake.exports.clear();
      return undefined;
    };
    await exportResource.delete(id, state, fake);
    expect(looks).toBe(3);
  });

  test("an export that stays is said when the time is over", async () => {
    const { fake, state } = await made({ timeouts: { delete: "1m" } });
    fake.intercept = (request) => (request.method === "DELETE" ? respond(200) : undefined);
    await expect(exportResource.delete(id, state, fake)).rejects.toThrow(/still shows the export.*timeouts.delete/s);
  });

  test("finds an export that moved out of an old version's sight", async () => {
    const { fake, state } = await made({
      definition: { type: "ActualCost", timeframe: "MonthToDate" },
      apiVersion: "2023-11-01",
    });
    fake.exports.get(id.toLowerCase().slice(1))!.generation = "new";
    await exportResource.delete(id, state, fake);
    expect(fake.exports.size).toBe(0);
  });
});

describe("what happens between the look and the write", () => {
  const before = (fake: FakeArm, method: string, act: () => void) => {
    let acted = false;
    fake.intercept = (request) => {
      if (request.method === method && !acted) {
        acted = true;
        act();
      }
      return undefined;
    };
  };

  test("an export that somebody else made, and that the create overwrote, is told", async () => {
    const fake = fakeArm();
    // The service takes the write without an eTag: nothing else tells a create from an update.
    fake.intercept = (request, apply) => (request.method === "PUT" ? { ...apply(), status: 200 } : undefined);
    await exportResource.create(inputs(), fake);
    expect(fake.warnings.join()).toMatch(/Somebody else made the export .*daily at the same moment/);
  });

  test("an export that somebody else deleted, and that the update made again, is told", async () => {
    const fake = fakeArm();
    const { state } = await exportResource.create(inputs(), fake);
    before(fake, "PUT", () => fake.exports.clear());
    await exportResource.update(id, state, inputs({ format: "Parquet" }), fake);
    expect(fake.warnings.join()).toMatch(/Somebody else deleted the export .*daily at the same moment/);
  });

  test("a write of our own whose answer was lost is nobody else's", async () => {
    const fake = fakeArm();
    let puts = 0;
    fake.intercept = (request) => {
      if (request.method === "PUT" && ++puts === 1) throw lostAnswer();
      return request.method === "PUT" ? { ...respond(200, request.body) } : undefined;
    };
    await exportResource.create(inputs(), fake);
    expect(fake.warnings).toEqual([]);
  });

  test.each(["create", "update", "delete"] as const)(
    "where the engine has ended, a %s writes nothing",
    async (verb) => {
      const fake = fakeArm();
      const { state } = await exportResource.create(inputs(), fake);
      if (verb === "create") fake.exports.clear();
      const ended = { ...fake, assertEngine: () => Promise.reject(new Error("The engine has ended.")) };
      fake.requests.length = 0;
      const done = {
        create: () => exportResource.create(inputs(), ended),
        update: () => exportResource.update(id, state, inputs({ format: "Parquet" }), ended),
        delete: () => exportResource.delete(id, state, ended),
      }[verb]();
      await expect(done).rejects.toThrow(/engine has ended/);
      expect(methods(fake).filter((method) => method !== "GET")).toEqual([]);
    },
  );
});

describe("failures of the transport", () => {
  test.each([
    [
      new ArmConnectionError("ECONNRESET", "GET x got no answer: the connection was reset."),
      /run the deployment again/,
    ],
    [new DeadlineError(0, "The time limit was reached. Give the resource longer timeouts."), /longer timeouts/],
    [new CredentialError("No token for Azure could be had. Set azure-native:clientId."), /Set azure-native/],
    [refusal(503, "Busy."), /Run the deployment again/],
    [refusal(307, "it points elsewhere.", "RedirectRefused"), /Look for a proxy/],
    [refusal(401, "The token is over.", "ExpiredAuthenticationToken"), /sign in anew/],
    [refusal(418, "I am a teapot."), /Nothing is on record about this answer/],
  ])("%s names the export and says what to do", async (failure, cure) => {
    const fake = fakeArm();
    fake.intercept = () => {
      throw failure;
    };
    const error = await exportResource.create(inputs(), fake).catch((thrown: unknown) => thrown);
    expect(String(error)).toContain(`Cannot create the export ${id}: ${failure.message}`);
    expect(String(error)).toMatch(cure);
  });
});

test.each([
  ["404", "No export found for daily."],
  ["ResourceGroupNotFound", "Resource group 'x' could not be found."],
])("a write that is answered %s looks for the scope, not for the export", async (code, message) => {
  const fake = fakeArm();
  fake.intercept = (request) => (request.method === "PUT" ? respond(404, { error: { code, message } }) : undefined);
  await expect(exportResource.create(inputs(), fake)).rejects.toThrow(
    new RegExp(`Cannot create the export ${id}: HTTP 404.*${message}.*Look whether the scope exists`, "s"),
  );
});
