/** The two reports against the emulator's operations, on its virtual clock. */
import { startEmulator, type Emulator } from "../../../emulator";
import {
  createArmClient,
  OutcomeUnknownError,
  readArmSettings,
  type ArmClient,
  type ArmRequest,
} from "../../../provider/arm";
import { createExportReader } from "../../../provider/resources/export-reader";
import { UnfinishedError } from "../../../provider/resources/errors";
import { costDetailsReportResource, reservationDetailsReportResource } from "../../../provider/resources/report";
import type { PlainObject, ResourceContext } from "../../../provider/resources/resource";
import { memoryJournal } from "../../support/fake-arm";

const scope = "/providers/Microsoft.Billing/billingAccounts/123456";
const start = "2026-12-10T08:00:00Z";

let emulator: Emulator;
beforeEach(async () => {
  emulator = await startEmulator({ now: start, frozen: true });
});
afterEach(() => emulator.close());

interface Kit extends ResourceContext {
  intercept: (request: ArmRequest, send: () => ReturnType<ArmClient["send"]>) => ReturnType<ArmClient["send"]>;
}

function program(journal = memoryJournal()): Kit {
  const clock = {
    now: () => emulator.control.clock.now(),
    sleep: (milliseconds: number) => {
      emulator.control.clock.advance(milliseconds);
      return Promise.resolve();
    },
  };
  const client = createArmClient(readArmSettings({ env: emulator.environment }), { clock });
  const kit: Kit = {
    arm: { ...client, send: (request) => kit.intercept(request, () => client.send(request)) },
    clock,
    reader: createExportReader(client, clock),
    warn: () => undefined,
    progress: () => undefined,
    journal,
    waitUnit: 5000,
    assertEngine: () => Promise.resolve(),
    intercept: (_request, send) => send(),
  };
  return kit;
}

const requests = () =>
  emulator.control.requests.list({ category: "arm" }).map(({ method, status }) => `${method} ${status ?? "cut"}`);

test("a cost-details report is asked for once and polled as the service says", async () => {
  const { id, state } = await costDetailsReportResource.create(
    { scope, timePeriod: { start: "2026-11-01", end: "2026-11-30" } },
    program(),
  );
  expect(id).toMatch(/^\/providers\/Microsoft\.Billing\/billingAccounts\/123456\/.*generateCostDetailsReport\//);
  expect(state).toMatchObject({ status: "Completed", scope });
  expect((state["blobs"] as { blobLink: string }[])[0]?.blobLink).toMatch(/^https?:\/\/.*sig=/);
  const [first, ...polls] = requests();
  expect(first).toBe("POST 202");
  expect(polls.at(-1)).toBe("GET 200");
  // One poll when the estimate is over: asked earlier, it would have answered 202.
  expect(polls.filter((poll) => poll === "GET 202").length).toBeLessThanOrEqual(1);
});

test.each([
  ["an EA billing account", { billingAccountId: "123456" }],
  ["a billing profile", { billingAccountId: "1:2", billingProfileId: "ABCD" }],
])("a reservation-details report of %s comes through an address of another api-version", async (_name, address) => {
  const { state } = await reservationDetailsReportResource.create(
    { ...address, startDate: "2026-11-01", endDate: "2026-11-30" },
    program(),
  );
  expect(state["status"]).toBe("Completed");
  expect(state["reportUrl"]).toMatch(/sig=/);
  const polls = emulator.control.requests.list({ category: "arm", method: "GET" });
  expect(polls[0]?.apiVersion).toBe("2019-11-01");
});

test("an address on another host is not asked", async () => {
  const kit = program();
  kit.intercept = async (request, send) => {
    const response = await send();
    return request.method === "POST"
      ? { ...response, headers: { ...response.headers, location: "https://example.com/x?api-version=1" } }
      : response;
  };
  await expect(costDetailsReportResource.create({ scope }, kit)).rejects.toThrow(/example\.com.*only 127\.0\.0\.1/s);
  expect(requests()).toEqual(["POST 202"]);
});

test("an answer without content is a report without data, and no error", async () => {
  const kit = program();
  kit.intercept = (request, send) =>
    request.method === "POST" ? Promise.resolve({ status: 204, headers: {}, body: undefined }) : send();
  const { state } = await costDetailsReportResource.create({ scope }, kit);
  expect(state).toMatchObject({ status: "NoDataFound", blobs: [], blobCount: 0 });
});

test("a report that fails says why", async () => {
  const kit = program();
  const failed = { status: "Failed", error: { code: "X", message: "no luck" } };
  kit.intercept = (request, send) =>
    request.method === "GET" ? Promise.resolve({ status: 200, headers: {}, body: failed }) : send();
  await expect(costDetailsReportResource.create({ scope }, kit)).rejects.toThrow(/failed: X: no luck/);
});

test("a lost answer is asked again", async () => {
  const kit = program();
  let lost = false;
  kit.intercept = async (request, send) => {
    if (request.method !== "POST" || lost) return send();
    lost = true;
    throw new OutcomeUnknownError("ECONNRESET", {}, "reset");
  };
  const { state } = await costDetailsReportResource.create({ scope }, kit);
  expect(state["status"]).toBe("Completed");
});

test("the end of the time records the operation, and the next up goes on with it", async () => {
  const inputs = { scope, timeouts: { create: "1s" } };
  const error = (await costDetailsReportResource
    .create(inputs, program())
    .catch((caught: unknown) => caught)) as UnfinishedError;
  expect(error).toBeInstanceOf(UnfinishedError);
  expect(costDetailsReportResource.diff("x", error.state, inputs)).toMatchObject({ changes: true, replaces: [] });
  const { state } = await costDetailsReportResource.update("x", error.state, { scope }, program());
  expect(state["status"]).toBe("Completed");
  expect(state).not.toHaveProperty("unfinished");
  expect(requests().filter((request) => request.startsWith("POST"))).toHaveLength(1);
});

test("a process that was killed while it polled is resumed", async () => {
  const journal = memoryJournal();
  const killed = program(journal);
  killed.intercept = (request, send) => (request.method === "GET" ? new Promise(() => undefined) : send());
  void costDetailsReportResource.create({ scope }, killed);
  await new Promise((resolve) => setTimeout(resolve, 100));
  await costDetailsReportResource.create({ scope }, program(journal));
  expect(requests().filter((request) => request.startsWith("POST"))).toHaveLength(1);
});

test("a change of any input makes another report", () => {
  const state: PlainObject = { scope, metric: "ActualCost", status: "Completed" };
  expect(costDetailsReportResource.diff("x", state, { scope, metric: "ActualCost" }).changes).toBe(false);
  expect(costDetailsReportResource.diff("x", state, { scope, metric: "AmortizedCost" })).toMatchObject({
    changes: true,
    replaces: ["metric"],
  });
  expect(costDetailsReportResource.diff("x", state, { scope, metric: "ActualCost", triggers: ["1"] })).toMatchObject({
    replaces: ["triggers"],
  });
});

test.each<[string, PlainObject, RegExp]>([
  ["a resource group", { scope: "/subscriptions/1/resourceGroups/r" }, /do not exist at a resource group/],
  [
    "a management group",
    { scope: "/providers/Microsoft.Management/managementGroups/m" },
    /do not exist at a management group/,
  ],
  [
    "two periods",
    { scope, billingPeriod: "202611", invoiceId: "x" },
    /Set one of timePeriod, billingPeriod and invoiceId/,
  ],
  ["more than a month", { scope, timePeriod: { start: "2026-09-01", end: "2026-10-30" } }, /longer than a month/],
  [
    "more than 13 months back",
    { scope, timePeriod: { start: "2025-10-01", end: "2025-10-30" } },
    /more than 13 months ago/,
  ],
  ["days in reverse", { scope, timePeriod: { start: "2026-11-30", end: "2026-11-01" } }, /before timePeriod\.start/],
  [
    "a day that does not exist",
    { scope, timePeriod: { start: "2026-11-01", end: "2026-11-31" } },
    /write the day as 2026-03-31/,
  ],
  ["an invoice at a subscription", { scope: "/subscriptions/1", invoiceId: "x" }, /billing profile or a customer only/],
  ["another metric", { scope, metric: "FocusCost" }, /Valid values: ActualCost and AmortizedCost/],
  ["an api-version without reports", { scope, apiVersion: "2020-06-01" }, /does not exist in api-version "2020-06-01"/],
  ["a misspelt property", { scope, timeperiod: {} }, /Did you mean timePeriod\?/],
])("check refuses %s", (_name, inputs, message) => {
  const { failures } = costDetailsReportResource.check(undefined, inputs, Date.parse(start));
  expect(failures.map(({ reason }) => reason).join("\n")).toMatch(message);
});

test.each<[string, PlainObject, RegExp]>([
  ["no days", { billingAccountId: "1" }, /startDate is null; write the day/],
  [
    "a path for an id",
    { billingAccountId: "/providers/x", startDate: "2026-11-01", endDate: "2026-11-02" },
    /Write the id alone/,
  ],
])("check refuses a reservation-details report with %s", (_name, inputs, message) => {
  const { failures } = reservationDetailsReportResource.check(undefined, inputs, Date.parse(start));
  expect(failures.map(({ reason }) => reason).join("\n")).toMatch(message);
});
