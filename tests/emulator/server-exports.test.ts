import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { subscriptionId } from "../../emulator/constants";
import type { Emulator } from "../../emulator";
import { managedIdentityToken, raw, send, withEmulator } from "./client";

const subscription = `/subscriptions/${subscriptionId}`;
const group = `${subscription}/resourceGroups/rg`;
const account = `${group}/providers/Microsoft.Storage/storageAccounts/costs`;
const exportsOf = (scope: string) => `${scope}/providers/Microsoft.CostManagement/exports`;
const start = { now: "2026-03-10T12:00:00Z", frozen: true } as const;
const body = {
  properties: {
    format: "Csv",
    definition: { type: "ActualCost", timeframe: "MonthToDate" },
    deliveryInfo: { destination: { resourceId: account, container: "exports", rootFolderPath: "costs" } },
  },
};

const ask = (emulator: Emulator, method: string, path: string, sent?: unknown, version = "2025-03-01") =>
  send(emulator, method, `${path}?api-version=${version}`, sent === undefined ? {} : { body: sent });
const arm = (emulator: Emulator, method: string, path: string, sent?: unknown) =>
  ask(emulator, method, path, sent, "2023-01-01");
const id = `${exportsOf(subscription)}/daily`;

describe("exports over the wire", () => {
  test("live from PUT to DELETE, under the names that the log gives them", () =>
    withEmulator(start, async (emulator) => {
      expect((await ask(emulator, "PUT", id, body)).status).toBe(201);
      expect((await ask(emulator, "GET", id)).json.name).toBe("daily");
      expect((await ask(emulator, "GET", exportsOf(subscription))).json.value).toHaveLength(1);
      expect((await ask(emulator, "POST", `${id.toLowerCase()}/run`)).status).toBe(200);
      expect((await ask(emulator, "GET", `${id}/runHistory`)).json.value[0].properties.status).toBe("Queued");
      const gone = await ask(emulator, "DELETE", id);
      expect([gone.status, gone.text, gone.headers["content-length"]]).toEqual([200, "", "0"]);
      expect((await ask(emulator, "GET", id)).status).toBe(404);
      expect(emulator.control.requests.list({ category: "arm" }).map(({ operation }) => operation)).toEqual(
        ["put", "get", "list", "run", "history", "delete", "get"].map((verb) => `exports.${verb}`),
      );
    }));

  test("answers carry the service's own headers", () =>
    withEmulator(start, async (emulator) => {
      const { headers } = await ask(emulator, "GET", id);
      expect(headers["session-id"]).toBeDefined();
      expect(headers["x-powered-by"]).toBe("ASP.NET");
      expect(headers["x-ms-request-id"]).toBeDefined();
    }));

  test.each([
    ["no version", id, "MissingApiVersionParameter"],
    ["a version that the service lacks", `${id}?api-version=2018-01-01`, "NoRegisteredProviderFound"],
    ["a version that is none", `${id}?api-version=newest`, "InvalidApiVersionParameter"],
    [
      "a type that exists nowhere",
      `${subscription}/providers/Microsoft.CostManagement/nothing?api-version=2025-03-01`,
      "InvalidResourceType",
    ],
  ])("%s is refused", (_, target, code) =>
    withEmulator(start, async (emulator) => {
      expect((await send(emulator, "GET", target)).json.error.code).toBe(code);
    }),
  );

  test("a body that was cut is refused in the service's words", () =>
    withEmulator(start, async (emulator) => {
      const reply = await send(emulator, "PUT", `${id}?api-version=2025-03-01`, { body: '{"properties":' });
      expect([reply.status, reply.json.error.message]).toEqual([
        400,
        "Invalid request payload: Unexpected end when reading JSON",
      ]);
    }));

  test("the caller's application is named as the one who started a run", () =>
    withEmulator(start, async (emulator) => {
      await ask(emulator, "PUT", id, body);
      await ask(emulator, "POST", `${id}/run`);
      const { json } = await ask(emulator, "GET", `${id}/runHistory`);
      expect(json.value[0].properties.submittedBy).toMatch(/^c11e0000-/);
    }));
});

describe("another writer", () => {
  test("edits, and the eTag changes", () =>
    withEmulator(start, async (emulator) => {
      const { eTag } = (await ask(emulator, "PUT", id, body)).json;
      const reply = await raw(emulator, "POST", `${emulator.controlUrl}/exports/edit`, {
        text: JSON.stringify({ id, patch: { properties: { exportDescription: "by hand" } } }),
      });
      expect(reply.json.properties.exportDescription).toBe("by hand");
      const live = (await ask(emulator, "GET", id)).json;
      expect(live.properties.exportDescription).toBe("by hand");
      expect(live.eTag).not.toBe(eTag);
    }));

  test("creates and deletes, as the portal does", () =>
    withEmulator(start, async (emulator) => {
      emulator.control.exports.put(id, body);
      expect(emulator.control.exports.get(id)).toMatchObject({ name: "daily" });
      expect((await ask(emulator, "GET", id, undefined, "2023-11-01")).status).toBe(404);
      expect(emulator.control.exports.delete(id)).toBe(true);
      expect(emulator.control.exports.delete(id)).toBe(false);
      expect(() => emulator.control.exports.get(id)).toThrow(/404/);
      expect(() => emulator.control.exports.edit(id, {})).toThrow(/no export/);
      expect(emulator.control.requests.count({ operation: "exports.put" })).toBe(0);
    }));

  test("over HTTP", () =>
    withEmulator(start, async (emulator) => {
      const post = (path: string, sent: unknown) =>
        raw(emulator, "POST", emulator.controlUrl + path, { text: JSON.stringify(sent) });
      expect((await post("/exports/put", { id, body })).status).toBe(200);
      expect((await post("/exports/get", { id })).json.name).toBe("daily");
      expect((await post("/exports/delete", { id })).status).toBe(204);
      expect((await post("/exports/delete", { id })).status).toBe(404);
      expect((await post("/exports/put", { body })).status).toBe(400);
    }));
});

describe("runs", () => {
  test("end by the clock, or when they are told to", () =>
    withEmulator(start, async (emulator) => {
      const status = async () => (await ask(emulator, "GET", `${id}/runHistory`)).json.value.at(-1).properties.status;
      await ask(emulator, "PUT", id, body);
      await ask(emulator, "POST", `${id}/run`);
      emulator.control.clock.advance("PT20M");
      expect(await status()).toBe("Completed");
      await ask(emulator, "POST", `${id}/run`);
      expect((await ask(emulator, "POST", `${id}/run`)).status).toBe(409);
      const settled = await raw(emulator, "POST", `${emulator.controlUrl}/runs/settle`, {
        text: '{"status":"Failed"}',
      });
      expect(settled.json.value).toHaveLength(1);
      expect(await status()).toBe("Failed");
    }));

  test("wait for a delivery that was asked for", () =>
    withEmulator({ ...start, awaitDelivery: true }, async (emulator) => {
      await ask(emulator, "PUT", id, body);
      await ask(emulator, "POST", `${id}/run`);
      emulator.control.clock.advance("P1D");
      const pending = (await raw(emulator, "GET", `${emulator.controlUrl}/runs`)).json.value;
      expect(pending).toMatchObject([{ exportName: "daily" }]);
      const finish = JSON.stringify({ id: pending[0].run.id, status: "Completed", fileName: "a.csv" });
      expect((await raw(emulator, "POST", `${emulator.controlUrl}/runs/finish`, { text: finish })).status).toBe(204);
      expect((await ask(emulator, "GET", `${id}/runHistory`)).json.value[0].properties).toMatchObject({
        status: "Completed",
        fileName: "a.csv",
      });
    }));
});

describe("what is around an export", () => {
  const createGroup = (emulator: Emulator) => arm(emulator, "PUT", group, { location: "westeurope" });
  const createAccount = (emulator: Emulator, properties = {}) =>
    arm(emulator, "PUT", account, {
      kind: "StorageV2",
      location: "westeurope",
      sku: { name: "Standard_LRS" },
      properties,
    });

  test("need not exist", () =>
    withEmulator(start, async (emulator) => {
      expect(
        (
          await ask(
            emulator,
            "PUT",
            `${exportsOf("/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/x")}/a`,
            body,
          )
        ).status,
      ).toBe(201);
    }));

  test("must exist under strictResources: subscription, group, registration, account", () =>
    withEmulator({ ...start, strictResources: true }, async (emulator) => {
      const refusal = async (path = id) => (await ask(emulator, "PUT", path, body)).json.error;
      expect((await refusal(`${exportsOf("/subscriptions/11111111-1111-1111-1111-111111111111")}/a`)).code).toBe(
        "SubscriptionNotFound",
      );
      expect((await refusal(`${exportsOf(group)}/a`)).code).toBe("ResourceGroupNotFound");
      expect((await refusal()).message).toContain("storage account 'costs' was not found");
      await createGroup(emulator);
      await createAccount(emulator);
      expect((await refusal()).message).toContain("RP Not Registered");
      await arm(emulator, "POST", `${subscription}/providers/Microsoft.CostManagementExports/register`);
      expect((await ask(emulator, "PUT", id, body)).status).toBe(503);
      emulator.control.clock.advance("PT1M");
      expect((await ask(emulator, "PUT", id, body)).status).toBe(201);
    }));

  test.each([
    ["a firewall", { networkAcls: { defaultAction: "Deny" } }, "not authorized to access"],
    ["shared keys that are off", { allowSharedKeyAccess: false }, "Key-based authentication"],
  ])("%s of the storage account stops it", (_, properties, message) =>
    withEmulator(start, async (emulator) => {
      await createGroup(emulator);
      await createAccount(emulator, properties);
      expect((await ask(emulator, "PUT", id, body)).json.error.message).toContain(message);
      const withIdentity = { ...body, identity: { type: "SystemAssigned" }, location: "westeurope" };
      expect((await ask(emulator, "PUT", id, withIdentity)).status).toBe(201);
    }),
  );

  test("conditions can be set by name", () =>
    withEmulator(start, async (emulator) => {
      const set = (conditions: unknown) =>
        raw(emulator, "PUT", `${emulator.controlUrl}/conditions`, {
          text: JSON.stringify({ id: account, conditions }),
        });
      expect((await set(["providerNotRegistered"])).status).toBe(200);
      expect((await ask(emulator, "PUT", id, body)).json.error.message).toContain("RP Not Registered");
      expect((await set(["rain"])).status).toBe(400);
      emulator.control.conditions.set(account, []);
      expect((await ask(emulator, "PUT", id, body)).status).toBe(201);
    }));

  test("takes its exports along when the resource group goes, and no others", () =>
    withEmulator(start, async (emulator) => {
      await createGroup(emulator);
      await ask(emulator, "PUT", `${exportsOf(group)}/inside`, body);
      await ask(emulator, "PUT", `${exportsOf(`${group}2`)}/beside`, body);
      await ask(emulator, "PUT", id, body);
      await arm(emulator, "DELETE", group);
      expect((await ask(emulator, "GET", `${exportsOf(group)}/inside`)).status).toBe(404);
      expect((await ask(emulator, "GET", `${exportsOf(`${group}2`)}/beside`)).status).toBe(200);
      expect((await ask(emulator, "GET", id)).status).toBe(200);
    }));

  test("agreements hold for everything beneath their scope", () =>
    withEmulator({ ...start, agreements: { [subscription]: "PAYG" } }, async (emulator) => {
      const focus = { properties: { ...body.properties, definition: { type: "FocusCost", timeframe: "MonthToDate" } } };
      const reply = await ask(emulator, "PUT", id, focus);
      expect(reply.json.error.message).toContain("FocusCost is not supported for Agreement Type");
    }));
});

describe("snapshots", () => {
  test("hold exports", () =>
    withEmulator(start, async (emulator) => {
      await ask(emulator, "PUT", id, body);
      const snapshot = emulator.control.snapshot();
      emulator.control.reset();
      expect((await ask(emulator, "GET", id)).status).toBe(404);
      emulator.control.restore(JSON.parse(JSON.stringify(snapshot)));
      expect((await ask(emulator, "GET", id)).status).toBe(200);
    }));
});

describe("quotas of the service", () => {
  const profile = { ...start, profile: "realistic" } as const;

  test.each([
    ["consumption", "x-ms-ratelimit-microsoft.consumption-retry-after"],
    ["retry-after", "retry-after"],
  ] as const)("ten runs a minute, then 429 with the header of the switch %s", (throttleHeader, header) =>
    withEmulator({ ...profile, switches: { throttleHeader } }, async (emulator) => {
      const token = await managedIdentityToken(emulator);
      const run = () => send(emulator, "POST", `${id}/run?api-version=2025-03-01`, { token });
      for (let count = 0; count < 10; count += 1) expect((await run()).status).toBe(404);
      const refused = await run();
      expect([refused.status, refused.json]).toEqual([
        429,
        { error: { code: "429", message: "Too many requests. Please retry." } },
      ]);
      expect(refused.headers[header]).toBe("6");
      emulator.control.clock.advance("PT6S");
      expect((await run()).status).toBe(404);
      expect((await run()).status).toBe(429);
    }),
  );

  test("thirty calls a minute per scope and caller; a ClientType has a bucket of its own", () =>
    withEmulator(profile, async (emulator) => {
      const token = await managedIdentityToken(emulator);
      const list = (scope: string, headers = {}) =>
        send(emulator, "GET", `${exportsOf(scope)}?api-version=2025-03-01`, { token, headers });
      for (let count = 0; count < 30; count += 1) await list(subscription);
      expect((await list(subscription)).status).toBe(429);
      expect((await list(group)).status).toBe(200);
      expect((await list(subscription, { clienttype: "mine" })).status).toBe(200);
      emulator.control.reset();
      expect((await list(subscription)).status).toBe(200);
    }));

  test("are off by default", () =>
    withEmulator(start, async (emulator) => {
      const token = await managedIdentityToken(emulator);
      for (let count = 0; count < 40; count += 1) {
        expect(
          (await send(emulator, "GET", `${exportsOf(subscription)}?api-version=2025-03-01`, { token })).status,
        ).toBe(200);
      }
    }));
});

test("traffic is recorded line by line, without secrets and without injected answers", () => {
  const folder = mkdtempSync(join(tmpdir(), "traffic-"));
  return withEmulator({ ...start, recordTraffic: folder }, async (emulator) => {
    emulator.control.faults.add({ match: { operation: "exports.get" }, effect: { status: 500 }, times: 1 });
    await ask(emulator, "GET", id);
    await ask(emulator, "PUT", id, body);
    await ask(emulator, "DELETE", id);
    await arm(emulator, "PUT", group, { location: "x" });
    const lines = readFileSync(join(folder, `traffic-${process.pid}.jsonl`), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      {
        method: "PUT",
        url: `${emulator.httpUrl}${id}?api-version=2025-03-01`,
        status: 201,
        requestBody: body,
        responseBody: { name: "daily" },
      },
      { method: "DELETE", status: 200 },
    ]);
    expect(lines[0].requestHeaders.authorization).toBe("Bearer [redacted]");
    expect(lines[1]).not.toHaveProperty("responseBody");
    rmSync(folder, { recursive: true });
  });
});
