import { subscriptionId } from "../../emulator/constants";
import type { Emulator } from "../../emulator";
import type { FaultRule } from "../../emulator/server/faults";
import { raw, send, withEmulator } from "./client";

const group = `/subscriptions/${subscriptionId}/resourceGroups/rg?api-version=2021-04-01`;
const put = (emulator: Emulator) => send(emulator, "PUT", group, { body: { location: "westeurope" } });
const exists = async (emulator: Emulator) => (await send(emulator, "GET", group)).status === 200;
const onPut = (effect: FaultRule["effect"], more: Partial<FaultRule> = {}): FaultRule => ({
  match: { operation: "resourceGroups.put" },
  effect,
  times: 1,
  ...more,
});

describe("what a fault does", () => {
  test("an answer of its own, without the deed", () =>
    withEmulator({}, async (emulator) => {
      emulator.control.faults.add(
        onPut({ status: 503, headers: { "Retry-After": "7" }, body: { error: { code: "Busy" } } }),
      );
      const reply = await put(emulator);
      expect([reply.status, reply.headers["retry-after"], reply.json]).toEqual([503, "7", { error: { code: "Busy" } }]);
      expect(await exists(emulator)).toBe(false);
    }));

  test("an answer of its own, after the deed", () =>
    withEmulator({}, async (emulator) => {
      emulator.control.faults.add(onPut({ status: 500, apply: true }));
      expect((await put(emulator)).status).toBe(500);
      expect(await exists(emulator)).toBe(true);
    }));

  test.each([
    ["before", false],
    ["after", true],
  ] as const)("a reset %s the deed", (reset, done) =>
    withEmulator({}, async (emulator) => {
      emulator.control.faults.add(onPut({ reset }));
      await expect(put(emulator)).rejects.toThrow(/ECONNRESET|socket hang up/);
      expect(await exists(emulator)).toBe(done);
      expect(emulator.control.requests.list({ operation: "resourceGroups.put" })[0]).not.toHaveProperty("status");
    }),
  );

  test("a reset over TLS", () =>
    withEmulator({}, async (emulator) => {
      emulator.control.faults.add({ effect: { reset: "before" } });
      await expect(raw(emulator, "GET", `${emulator.httpsUrl}/tenants`)).rejects.toThrow(/ECONNRESET|socket hang up/);
    }));

  test("half of an answer", () =>
    withEmulator({}, async (emulator) => {
      emulator.control.faults.add(onPut({ damage: "truncate" }));
      await expect(put(emulator)).rejects.toThrow(/aborted/);
      expect(await exists(emulator)).toBe(true);
    }));

  test("an answer that is no JSON", () =>
    withEmulator({}, async (emulator) => {
      emulator.control.faults.add(onPut({ damage: "invalid-json" }));
      const reply = await put(emulator);
      expect([reply.status, reply.json]).toEqual([201, undefined]);
      expect(reply.headers["content-type"]).toContain("application/json");
    }));

  test("a proxy's error page", () =>
    withEmulator({}, async (emulator) => {
      emulator.control.faults.add(onPut({ damage: "html", apply: false }));
      const reply = await put(emulator);
      expect([reply.status, reply.headers["content-type"]]).toEqual([502, "text/html"]);
      expect(await exists(emulator)).toBe(false);
    }));

  test("a delay", () =>
    withEmulator({}, async (emulator) => {
      emulator.control.faults.add(onPut({ delayMs: 60 }));
      const started = performance.now();
      expect((await put(emulator)).status).toBe(201);
      expect(performance.now() - started).toBeGreaterThan(55);
    }));
});

describe("whom a fault hits", () => {
  test.each([
    ["method", { method: "put" }, [500, 200]],
    ["path", { path: "/RESOURCEGROUPS/rg" }, [500, 500]],
    ["pathPattern", { pathPattern: /rg\?api-version=2021/ }, [500, 500]],
    ["pathPattern as text", { pathPattern: "^/nothing" }, [201, 200]],
    ["apiVersion", { apiVersion: "2021-04-01" }, [500, 500]],
    ["category", { category: "metadata" }, [201, 200]],
    ["several", { method: "GET", operation: "resourceGroups.get" }, [201, 500]],
  ] as const)("matches by %s", (_, match, statuses) =>
    withEmulator({}, async (emulator) => {
      emulator.control.faults.add({ match, effect: { status: 500, apply: true } });
      expect([(await put(emulator)).status, (await send(emulator, "GET", group)).status]).toEqual(statuses);
    }),
  );

  test("skip and times count matching requests", () =>
    withEmulator({}, async (emulator) => {
      emulator.control.faults.add(onPut({ status: 500 }, { skip: 1, times: 2, id: "second and third" }));
      const statuses = [];
      for (let count = 0; count < 4; count += 1) statuses.push((await put(emulator)).status);
      expect(statuses).toEqual([201, 500, 500, 200]);
      expect(emulator.control.faults.list()).toMatchObject([{ id: "second and third", hits: 2 }]);
      expect(emulator.control.requests.count({ status: 500 })).toBe(2);
      expect(emulator.control.requests.list({ status: 500 })[0]?.fault).toBe("second and third");
    }));

  test("the control API is never hit by accident, and a rule can be removed", () =>
    withEmulator({}, async (emulator) => {
      const added = await raw(emulator, "POST", `${emulator.controlUrl}/faults`, {
        text: JSON.stringify({ effect: { status: 500 } }),
      });
      expect(added.status).toBe(201);
      expect((await put(emulator).catch(() => ({ status: 0 }))).status).not.toBe(201);
      expect((await raw(emulator, "DELETE", `${emulator.controlUrl}/faults/${String(added.json.id)}`)).status).toBe(
        204,
      );
      expect((await put(emulator)).status).toBe(201);
    }));

  test.each([
    [{ effect: {} }],
    [{ effect: { reset: "sometimes" } }],
    [{ effect: { reset: "after", status: 500 } }],
    [{ effect: { status: 5 } }],
    [{ effect: { status: 500 }, match: { route: "x" } }],
    [{ effect: { status: 500 }, times: -1 }],
  ])("refuses %j", (rule) =>
    withEmulator({}, (emulator) => {
      expect(() => emulator.control.faults.add(rule as unknown as FaultRule)).toThrow(TypeError);
      return Promise.resolve();
    }),
  );
});
