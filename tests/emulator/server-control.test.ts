import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { subscriptionId } from "../../emulator/constants";
import { startEmulator } from "../../emulator";
import type { Emulator } from "../../emulator";
import { managedIdentityToken, raw, send, withEmulator } from "./client";

const subscription = `/subscriptions/${subscriptionId}`;
const group = `${subscription}/resourceGroups/rg?api-version=2021-04-01`;
const createGroup = (emulator: Emulator) => send(emulator, "PUT", group, { body: { location: "westeurope" } });

/** The control API over HTTP. */
const control = (emulator: Emulator, method: string, path: string, body?: unknown) =>
  raw(emulator, method, emulator.controlUrl + path, { text: body === undefined ? undefined : JSON.stringify(body) });

describe("the request log", () => {
  test("tells what was asked and answered, without secrets", () =>
    withEmulator({}, async (emulator) => {
      await createGroup(emulator);
      const [entry] = emulator.control.requests.list({ category: "arm" });
      expect(entry).toMatchObject({
        method: "PUT",
        path: group.split("?")[0],
        query: { "api-version": "2021-04-01" },
        apiVersion: "2021-04-01",
        operation: "resourceGroups.put",
        status: 201,
        requestHeaders: { authorization: "Bearer [redacted]" },
        requestBody: { location: "westeurope" },
        responseBody: { name: "rg" },
      });
      expect(entry?.responseHeaders["x-ms-request-id"]).toBeDefined();
      const [token] = emulator.control.requests.list({ category: "token" });
      expect(token).toMatchObject({
        operation: "token.managed-identity",
        responseBody: { access_token: "[redacted]" },
      });
      expect(token?.requestHeaders["x-identity-header"]).toBe("[redacted]");
    }));

  test("hides SAS tokens, signatures and client secrets", () =>
    withEmulator({}, async (emulator) => {
      await send(emulator, "PUT", `${group}&sig=abc%2Fdef`, {
        body: { location: "x", sasToken: "?sv=1&sig=topsecret", link: "https://a/b?sv=1&sig=topsecret&x=1" },
      });
      await raw(emulator, "POST", "/common/oauth2/v2.0/token", {
        headers: { "content-type": "application/x-www-form-urlencoded" },
        text: "grant_type=client_credentials&client_id=a&client_secret=topsecret&scope=s/.default",
      });
      const text = JSON.stringify(emulator.control.requests.list());
      expect(text).not.toMatch(/topsecret|abc\/def/);
      expect(text).toContain("https://a/b?sv=1&sig=[redacted]&x=1");
    }));

  test("counts by category and operation", () =>
    withEmulator({}, async (emulator) => {
      await createGroup(emulator);
      await createGroup(emulator);
      expect((await control(emulator, "GET", "/counters")).json).toMatchObject({
        total: 4,
        byCategory: { arm: 2, token: 2, metadata: 0, control: 0 },
        byOperation: { "resourceGroups.put": 2 },
      });
      expect(
        (await control(emulator, "GET", "/requests?operation=resourceGroups.put&status=201")).json.value,
      ).toHaveLength(1);
      await control(emulator, "DELETE", "/requests");
      expect(emulator.control.requests.count({ category: "arm" })).toBe(0);
    }));
});

describe("reset, snapshot, restore", () => {
  test("a reset brings back the start", () =>
    withEmulator({ now: "2026-03-01T00:00:00Z", frozen: true }, async (emulator) => {
      await createGroup(emulator);
      emulator.control.clock.advance("P1D");
      emulator.control.switches.patch({ deleteMissingStatus: 204 });
      emulator.control.faults.add({ effect: { status: 500 } });
      await control(emulator, "POST", "/reset");
      expect((await send(emulator, "GET", group)).status).toBe(404);
      expect(emulator.control.clock.state()).toEqual({ now: "2026-03-01T00:00:00.000Z", frozen: true });
      expect(emulator.control.switches.get().deleteMissingStatus).toBe(404);
    }));

  test("a snapshot brings back what was there, over HTTP too", () =>
    withEmulator({ now: "2026-03-01T00:00:00Z", frozen: true }, async (emulator) => {
      await createGroup(emulator);
      const { json } = await control(emulator, "GET", "/snapshot");
      await control(emulator, "POST", "/reset");
      expect((await control(emulator, "PUT", "/snapshot", json)).status).toBe(204);
      expect((await send(emulator, "GET", group)).status).toBe(200);
      expect((await control(emulator, "PUT", "/snapshot", { format: 9 })).status).toBe(400);
      // A broken one changes nothing.
      expect((await control(emulator, "PUT", "/snapshot", { ...json, resources: undefined, exports: 5 })).status).toBe(
        400,
      );
      expect((await send(emulator, "GET", group)).status).toBe(200);
    }));
});

describe("the clock", () => {
  test("advances by durations and by milliseconds, jumps, stands still", () =>
    withEmulator({ now: "2026-01-31T10:00:00Z", frozen: true }, async (emulator) => {
      const move = async (body: unknown) => (await control(emulator, "POST", "/clock", body)).json.now;
      expect(await move({ advance: "P1M" })).toBe("2026-02-28T10:00:00.000Z");
      expect(await move({ advance: 1_500 })).toBe("2026-02-28T10:00:01.500Z");
      expect(await move({ advance: "P1DT1H1M1.5S" })).toBe("2026-03-01T11:01:03.000Z");
      expect(await move({ set: "2020-01-01T00:00:00Z" })).toBe("2020-01-01T00:00:00.000Z");
      expect((await control(emulator, "POST", "/clock", { freeze: false })).json.frozen).toBe(false);
      expect((await control(emulator, "POST", "/clock", { freeze: "2021-01-01T00:00:00Z" })).json).toEqual({
        now: "2021-01-01T00:00:00.000Z",
        frozen: true,
      });
    }));

  test.each([{ advance: -1 }, { advance: "1 day" }, { advance: "PT" }, { set: "soon" }, { forward: 1 }])(
    "refuses %j",
    (body) =>
      withEmulator({}, async (emulator) => {
        expect((await control(emulator, "POST", "/clock", body)).status).toBe(400);
      }),
  );

  test("runs on by itself otherwise", () =>
    withEmulator({ now: "2026-03-01T00:00:00Z" }, async (emulator) => {
      const before = emulator.control.clock.now();
      await new Promise((resolve) => setTimeout(resolve, 15));
      expect(emulator.control.clock.now()).toBeGreaterThan(before);
    }));
});

describe("switches", () => {
  test("can be read and changed", () =>
    withEmulator({}, async (emulator) => {
      expect((await control(emulator, "PATCH", "/switches", { staleETagStatus: 412 })).json.staleETagStatus).toBe(412);
      expect(emulator.control.switches.get().staleETagStatus).toBe(412);
    }));

  test.each([{ staleETagStatus: 418 }, { noSuchSwitch: true }, { tokenLifetimeSeconds: 0 }])("refuses %j", (patch) =>
    withEmulator({}, async (emulator) => {
      expect((await control(emulator, "PATCH", "/switches", patch)).status).toBe(400);
    }),
  );

  test("a wrong one keeps the emulator from starting", async () => {
    await expect(startEmulator({ switches: { staleETagStatus: 418 as 412 } })).rejects.toThrow(/one of 400, 409, 412/);
  });
});

describe("the control API", () => {
  test("keeps web pages out", () =>
    withEmulator({}, async (emulator) => {
      const reply = await raw(emulator, "POST", `${emulator.controlUrl}/reset`, {
        headers: { origin: "https://example.com" },
      });
      expect(reply.status).toBe(403);
    }));

  test("refuses what it does not know", () =>
    withEmulator({}, async (emulator) => {
      expect((await control(emulator, "GET", "/nothing")).status).toBe(501);
      expect((await control(emulator, "POST", "/faults", { effect: {} })).status).toBe(400);
      expect((await control(emulator, "DELETE", "/faults/9")).status).toBe(404);
    }));

  test("a seed makes every id repeatable", async () => {
    const ids = await Promise.all(
      [1, 2].map(async () => {
        const emulator = await startEmulator({ seed: "same", switches: { acceptAnyBearer: true } });
        const reply = await send(emulator, "GET", `${subscription}?api-version=2021-04-01`, { token: "t" });
        await emulator.close();
        return reply.headers["x-ms-request-id"];
      }),
    );
    expect(ids[0]).toBe(ids[1]);
  });
});

describe("the environment", () => {
  test("leads a client that knows nothing else to ARM", () =>
    withEmulator({}, async (emulator) => {
      const { ARM_METADATA_HOSTNAME: host, ARM_MSI_ENDPOINT: endpoint, ARM_SUBSCRIPTION_ID: id } = emulator.environment;
      const cloud = (await raw(emulator, "GET", `${String(host)}/metadata/endpoints?api-version=2022-09-01`)).json;
      const resource = encodeURIComponent(String(cloud.authentication.audiences[0]));
      const token = await raw(emulator, "GET", `${String(endpoint)}?resource=${resource}`, {
        headers: { metadata: "true" },
      });
      const reply = await send(
        emulator,
        "GET",
        `${String(cloud.resourceManager)}/subscriptions/${String(id)}?api-version=2021-01-01`,
        {
          token: token.json.access_token,
        },
      );
      expect(reply.json.subscriptionId).toBe(subscriptionId);
    }));
});

describe("quotas", () => {
  test("ARM's own bucket is refilled by the virtual clock", () =>
    withEmulator({ profile: "realistic", frozen: true }, async (emulator) => {
      const token = await managedIdentityToken(emulator);
      const get = () => send(emulator, "GET", `${subscription}?api-version=2021-04-01`, { token });
      for (let count = 0; count < 250; count += 1) expect((await get()).status).toBe(200);
      const refused = await get();
      expect([refused.status, refused.headers["retry-after"]]).toEqual([429, "1"]);
      emulator.control.clock.advance(1_000);
      expect((await get()).status).toBe(200);
    }));
});

test("no traffic is recorded unless asked for", () =>
  withEmulator({ recordTraffic: "" }, async (emulator) => {
    const folder = mkdtempSync(join(tmpdir(), "traffic-"));
    await createGroup(emulator);
    expect(existsSync(join(folder, `traffic-${process.pid}.jsonl`))).toBe(false);
    rmSync(folder, { recursive: true });
  }));
