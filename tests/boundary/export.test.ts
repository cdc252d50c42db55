/** Our handler in the real dynamic-provider process, driven over gRPC as the engine drives it. */
import { startEmulator, type Emulator } from "../../emulator";
import { startProvider, type CallError, type ProviderProcess } from "../support/provider-process";

const __provider = 'exports.handler=()=>require("pulumi-azure-cost-exports/provider").Export';
const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const scope = "/subscriptions/11111111-1111-1111-1111-111111111111";
const id = `${scope}/providers/Microsoft.CostManagement/exports/daily`;
const inputs = {
  __provider,
  scope,
  exportName: "daily",
  definition: { type: "FocusCost", timeframe: "MonthToDate", dataSet: { configuration: { dataVersion: "1.0" } } },
  schedule: { status: "Active", recurrence: "Daily" },
  deliveryInfo: {
    destination: {
      resourceId: `${scope}/resourceGroups/finops/providers/Microsoft.Storage/storageAccounts/costs`,
      container: "costs",
    },
  },
};

let emulator: Emulator;
let provider: ProviderProcess;

beforeEach(async () => {
  emulator = await startEmulator();
  provider = await startProvider({ ...emulator.environment, AZURE_COST_EXPORTS_MIN_RETRY_DELAY: "20" });
});
afterEach(async () => {
  provider.close();
  await emulator.close();
});

test("the life of an export", async () => {
  const checked = await provider.check({}, inputs);
  expect(checked.failures).toEqual([]);
  expect(checked.inputs).toEqual(inputs);
  const created = await provider.create(checked.inputs);
  expect(created.id).toBe(id);
  expect(created.properties["__provider"]).toBe(__provider);
  expect(await provider.diff(id, created.properties, inputs)).toEqual({
    changes: false,
    replaces: [],
    deleteBeforeReplace: false,
  });

  const wanted = { ...inputs, format: "Parquet" };
  expect(await provider.diff(id, created.properties, wanted)).toMatchObject({ changes: true, replaces: [] });
  const updated = await provider.update(id, created.properties, wanted);
  expect(updated.properties["format"]).toBe("Parquet");

  const found = await provider.read(id, updated.properties);
  expect(found).toEqual({ id, properties: updated.properties, inputs: wanted });

  // Each operation of the engine has a process of its own; one that made an export does not delete it (a rename would).
  await provider.delete(id, updated.properties);
  expect((await provider.read(id, updated.properties)).id).toBe(id);
  provider.close();
  provider = await startProvider(emulator.environment);
  await provider.delete(id, updated.properties);
  expect((await provider.read(id, updated.properties)).id).toBe("");
  await provider.delete(id, updated.properties);
});

test("unknown values go in and come out as the engine's marker, and replace where they stand in the address", async () => {
  const preview = { ...inputs, scope: unknownText, deliveryInfo: unknownText };
  const { inputs: checked, failures } = await provider.check({}, preview);
  expect(failures).toEqual([]);
  expect(checked).toEqual(preview);
  const state = { ...inputs, apiVersion: "2025-03-01", unset: ["apiVersion"] };
  expect(await provider.diff(id, state, preview)).toEqual({
    changes: true,
    replaces: ["scope"],
    deleteBeforeReplace: true,
  });
});

test("all failures of a check come at once, each with its place", async () => {
  const { failures } = await provider.check(
    {},
    { __provider, scope: "x", exportName: "a b", definition: { type: "Nope" } },
  );
  // A path is named by its reason: the engine looks for its value at the top level only.
  const placeOf = ({ property, reason }: { property: string; reason: string }) =>
    property || /^[\w.]+/.exec(reason)?.[0];
  expect(failures.map(placeOf).sort()).toEqual([
    "definition.timeframe",
    "definition.type",
    "deliveryInfo.destination.container",
    "deliveryInfo.destination.resourceId",
    "exportName",
    "scope",
  ]);
});

test("a refusal of the service is one readable message, with code, request id and cure", async () => {
  emulator.control.faults.add({
    match: { operation: "exports.put" },
    effect: {
      status: 400,
      body: {
        error: { code: "400", message: "RP Not Registered. Register destination storage account subscription." },
      },
    },
  });
  const error = (await provider.create(inputs).catch((caught: unknown) => caught)) as CallError;
  expect(error.unfinished).toBeUndefined();
  expect(error.message).toMatch(/Cannot create the export .*RP Not Registered.*az provider register/s);
});

test("an operation whose end is not known is recorded with id, state, provider text and reasons", async () => {
  emulator.control.faults.add({ match: { operation: "exports.put" }, effect: { reset: "after" } });
  emulator.control.faults.add({
    match: { operation: "exports.get" },
    effect: { status: 403, body: { error: { code: "AuthorizationFailed", message: "no" } } },
    skip: 1,
  });
  const error = (await provider.create(inputs).catch((caught: unknown) => caught)) as CallError;
  expect(error.unfinished?.id).toBe(id);
  expect(error.unfinished?.properties).toMatchObject({ ...inputs, unfinished: { operation: "create" } });
  expect(error.unfinished?.reasons.join(" ")).toMatch(/not known.*pulumi up/s);
  emulator.control.faults.clear();
  const { properties } = await provider.update(id, error.unfinished?.properties ?? {}, inputs);
  expect(properties).not.toHaveProperty("unfinished");
});

test("twenty creates at once share one token and one discovery", async () => {
  const names = Array.from({ length: 20 }, (_, index) => `daily-${index}`);
  await Promise.all(names.map((exportName) => provider.create({ ...inputs, exportName })));
  expect(emulator.control.requests.count({ category: "token" })).toBe(1);
  expect(emulator.control.requests.count({ category: "metadata" })).toBe(1);
  expect(emulator.control.requests.count({ category: "arm" })).toBe(40);
});

test("no token and no secret appears in what the process writes", async () => {
  const sasToken = `?sv=2024&sig=${"s".repeat(43)}%3D`;
  const partner = {
    ...inputs,
    scope: "/providers/Microsoft.Billing/billingAccounts/123",
    deliveryInfo: { destination: { container: "costs", storageAccount: "a", sasToken } },
  };
  emulator.control.faults.add({
    match: { operation: "exports.put" },
    effect: { status: 400, body: `<html>${sasToken}</html>` },
    times: 1,
  });
  const error = (await provider.create(partner).catch((caught: unknown) => caught)) as CallError;
  expect(error.message).not.toContain("s".repeat(20));
  await provider.check(
    {},
    { ...partner, deliveryInfo: { destination: { ...partner.deliveryInfo.destination, rootFolderPath: sasToken } } },
  );
  expect(provider.output()).not.toMatch(/eyJ|Bearer/);
});
