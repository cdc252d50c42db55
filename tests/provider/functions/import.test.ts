/** Plans for taking exports over: the import file, the program, and that both agree with the provider's own check and diff. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import {
  exportHandler,
  exportType,
  planImport,
  tokenPlaceholder,
  type ImportPlan,
  type ImportRequest,
} from "../../../provider/functions/import";
import { datasets } from "../../../provider/cost-management/datasets";
import { flatten, setAt } from "../../../provider/cost-management/values";
import { differences } from "../../../provider/resources/export-decide";
import { exportResource } from "../../../provider/resources/export";
import type { PlainObject } from "../../../provider/resources/resource";
import { fakeArm, refusal, type FakeArm } from "../../support/fake-arm";

const scope = "/subscriptions/11111111-1111-1111-1111-111111111111";
const billing = "/providers/Microsoft.Billing/billingAccounts/123456";
const account = `${scope}/resourceGroups/finops/providers/Microsoft.Storage/storageAccounts/costs`;
const idOf = (name: string, at = scope) => `${at}/providers/Microsoft.CostManagement/exports/${name}`;
const base = {
  definition: { type: "ActualCost", timeframe: "MonthToDate" },
  deliveryInfo: { destination: { resourceId: account, container: "costs", rootFolderPath: "actual" } },
};

let eTags = 0;
/** Puts an export into the fake as the service would answer it. */
function given(
  fake: FakeArm,
  name: string,
  properties: PlainObject,
  { at = scope, generation = "new", ...top }: PlainObject & { at?: string; generation?: "old" | "new" } = {},
): void {
  const id = idOf(name, at).slice(1);
  const eTag = `"1d8${String(++eTags)}"`;
  fake.exports.set(id.toLowerCase(), { generation, body: { id, name, eTag, ...top, properties } });
}

async function plan(fake: FakeArm, request: ImportRequest = { scopes: [scope] }): Promise<ImportPlan> {
  return planImport(request, undefined, fake);
}

/** The value without the provider's text, and with the token as the program gives it. */
function plain(value: PlainObject): PlainObject {
  const { __provider, ...rest } = structuredClone(value) as Record<string, unknown>;
  expect(__provider).toBe(exportHandler);
  const { destination } = rest["deliveryInfo"] as { destination: Record<string, unknown> };
  if (destination["sasToken"] !== undefined) {
    expect(destination["sasToken"]).toEqual({
      "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
      plaintext: JSON.stringify(tokenPlaceholder),
    });
    destination["sasToken"] = tokenPlaceholder;
  }
  return rest;
}

const token = `sv=2024-11-04&ss=b&sig=${"q".repeat(43)}`;

/** Runs the printed program with a class that takes notes instead of making resources. */
function evaluate(program: string): { name: string; args: PlainObject }[] {
  const made: { name: string; args: PlainObject }[] = [];
  function Export(name: string, args: PlainObject): void {
    made.push({ name, args: { exportName: name, ...(JSON.parse(JSON.stringify(args)) as PlainObject) } });
  }
  class Config {
    requireSecret = () => token;
  }
  const text = program.replace(/^import .*;$/gm, "");
  runInNewContext(`"use strict";\n${text}`, { Export, pulumi: { Config } });
  return made;
}

describe("the plan", () => {
  test("agrees with what a create of the printed program would have left in state", async () => {
    const fake = fakeArm();
    const program = {
      scope,
      exportName: "daily",
      ...base,
      definition: { type: "FocusCost", timeframe: "MonthToDate", dataSet: { configuration: { dataVersion: "1.0" } } },
      schedule: { status: "Active", recurrence: "Daily" },
      identity: { type: "SystemAssigned" },
      location: "global",
      partitionData: true,
    };
    const { id, state } = await exportResource.create(program, fake);
    const { exports } = await plan(fake);
    expect(exports.map((one) => [one.resourceName, one.id, one.remarks])).toEqual([["daily", id, []]]);
    expect(plain(exports[0]!.inputs)).toEqual(program);
    expect(plain(exports[0]!.outputs)).toEqual(state);
  });

  test("leaves out defaults, and the dates of a schedule, which state remembers as not the program's", async () => {
    const fake = fakeArm();
    const recurrencePeriod = { from: "2020-01-01T00:00:00Z", to: "2031-01-01T00:00:00Z" };
    given(fake, "daily", {
      ...base,
      format: "Csv",
      partitionData: false,
      compressionMode: "None",
      dataOverwriteBehavior: "CreateNewReport",
      schedule: { status: "Active", recurrence: "Daily", recurrencePeriod },
    });
    const [one] = (await plan(fake)).exports;
    expect(one?.args).toEqual({ scope, ...base, schedule: { status: "Active", recurrence: "Daily" } });
    expect(one?.outputs).toMatchObject({ schedule: { recurrencePeriod } });
    expect(one?.outputs["unset"]).toEqual(
      expect.arrayContaining(["schedule.recurrencePeriod.from", "schedule.recurrencePeriod.to", "partitionData"]),
    );
  });

  test("keeps the period of a Custom export, and drops one that another time frame does not use", async () => {
    const fake = fakeArm();
    const timePeriod = { from: "2026-01-01T00:00:00Z", to: "2026-01-31T00:00:00Z" };
    given(fake, "once", { ...base, definition: { type: "ActualCost", timeframe: "Custom", timePeriod } });
    given(fake, "other", { ...base, definition: { type: "ActualCost", timeframe: "MonthToDate", timePeriod } });
    const [once, other] = (await plan(fake)).exports;
    expect(once?.args).toHaveProperty("definition.timePeriod", timePeriod);
    expect(other?.args).not.toHaveProperty("definition.timePeriod");
  });

  test("says Inactive beside a recurrence, though it is the default", async () => {
    const fake = fakeArm();
    given(fake, "hub", { ...base, schedule: { status: "Inactive", recurrence: "Daily" } });
    given(fake, "once", { ...base, schedule: { status: "Inactive", recurrence: "None" } });
    const [hub, once] = (await plan(fake)).exports;
    expect(hub?.args["schedule"]).toEqual({ status: "Inactive", recurrence: "Daily" });
    expect(once?.args).not.toHaveProperty("schedule");
  });

  test("leaves out a suspension, and says so", async () => {
    const fake = fakeArm();
    given(fake, "daily", { ...base, schedule: { status: "SystemSuspended", recurrence: "Daily" } });
    const [one] = (await plan(fake)).exports;
    expect(one?.args["schedule"]).toEqual({ recurrence: "Daily" });
    expect(one?.remarks).toEqual([expect.stringMatching(/suspended/)]);
  });

  test("leaves out a live value that a program may not state, and says so", async () => {
    const fake = fakeArm();
    given(
      fake,
      "prices",
      { ...base, definition: { type: "PriceSheet", timeframe: "TheCurrentMonth", dataSet: { granularity: "Daily" } } },
      { at: billing },
    );
    given(
      fake,
      "named",
      { ...base, identity: undefined },
      { at: billing, identity: { type: "UserAssigned" }, location: "westeurope" },
    );
    const { exports } = await plan(fake, { scopes: [billing] });
    const [named, prices] = exports;
    expect(prices?.args).not.toHaveProperty("definition.dataSet");
    expect(prices?.remarks).toEqual([
      expect.stringMatching(/^definition\.dataSet\.granularity is left out.*refused for PriceSheet/),
    ]);
    expect(named?.args).not.toHaveProperty("identity");
    expect(named?.args).not.toHaveProperty("location");
    expect(named?.outputs).toMatchObject({ identity: { type: "UserAssigned" }, location: "westeurope" });
  });

  test("does not state an identity whose location the service does not answer", async () => {
    const fake = fakeArm();
    given(fake, "daily", base, { identity: { type: "SystemAssigned", principalId: "p", tenantId: "t" } });
    const [one] = (await plan(fake)).exports;
    expect(one?.args).not.toHaveProperty("identity");
    expect(one?.outputs).toMatchObject({ identity: { type: "SystemAssigned", principalId: "p" } });
  });

  test("skips an export that no program could declare, with the reasons", async () => {
    const fake = fakeArm();
    given(fake, "new", { ...base, definition: { type: "CarbonEmissions", timeframe: "MonthToDate" } });
    given(fake, "daily", base);
    const { exports, skipped } = await plan(fake);
    expect(exports.map(({ resourceName }) => resourceName)).toEqual(["daily"]);
    expect(skipped).toEqual([{ id: idOf("new"), reasons: [expect.stringMatching(/CarbonEmissions/)] }]);
  });

  test("the type and the handler are those of the Export class", () => {
    const source = readFileSync(join(__dirname, "../../../sdk/resources/export.ts"), "utf8");
    expect(source).toContain(`"${exportType}"`);
    expect(source).toContain(`'${exportHandler}'`);
  });
});

describe("generations", () => {
  test("an export of the older one stays there by default: the program names its api-version", async () => {
    const fake = fakeArm();
    given(fake, "old", { ...base, partitionData: true }, { generation: "old" });
    given(fake, "new", base);
    const [young, old] = (await plan(fake)).exports;
    expect(old?.args["apiVersion"]).toBe("2023-11-01");
    expect(old?.outputs["apiVersion"]).toBe("2023-11-01");
    expect(young?.args).not.toHaveProperty("apiVersion");
    expect(young?.outputs["apiVersion"]).toBe("2025-03-01");
    expect(fake.requests.map(({ apiVersion }) => apiVersion)).toEqual(["2025-03-01", "2023-11-01"]);
  });

  test("it may move with the next change, where that is wished", async () => {
    const fake = fakeArm();
    given(fake, "old", base, { generation: "old" });
    const [one] = (await plan(fake, { scopes: [scope], keepVersion: false })).exports;
    expect(one?.args).not.toHaveProperty("apiVersion");
    expect(one?.outputs).toMatchObject({ apiVersion: "2025-03-01", unset: ["apiVersion"] });
    expect(fake.requests).toHaveLength(1);
  });

  const listed = (fake: FakeArm, answers: Record<string, PlainObject[]>) => {
    fake.intercept = ({ operation, apiVersion }) =>
      operation === "list" ? { status: 200, headers: {}, body: { value: answers[apiVersion] } } : undefined;
  };
  const body = (eTag: string, extra: PlainObject = {}) => ({ name: "daily", eTag, properties: { ...base, ...extra } });

  test("of two exports of one name, the newer is taken over, and the other is told of", async () => {
    const fake = fakeArm();
    listed(fake, { "2025-03-01": [body("a"), body("b", { format: "Parquet" })], "2023-11-01": [body("a")] });
    const { exports } = await plan(fake);
    expect(exports).toHaveLength(1);
    expect(exports[0]).toMatchObject({
      args: { format: "Parquet" },
      remarks: [expect.stringMatching(/second export/)],
    });
  });

  test("a change between the two lists is not taken for a second export", async () => {
    const fake = fakeArm();
    given(fake, "daily", base, { generation: "old" });
    listed(fake, { "2025-03-01": [body("a")], "2023-11-01": [body("b")] });
    const [one] = (await plan(fake)).exports;
    expect(one).toMatchObject({ args: { apiVersion: "2023-11-01" }, remarks: [] });
  });
});

describe("a SAS token", () => {
  const bySas = {
    ...base,
    deliveryInfo: {
      destination: { container: "costs", storageAccount: "partner", sasToken: `?sv=2024&sig=${"s".repeat(43)}` },
    },
  };

  test("is neither in the file nor in the program, which reads it from the stack's configuration", async () => {
    const fake = fakeArm();
    given(fake, "partner-daily", bySas, { at: billing });
    const made = await plan(fake, { scopes: [billing] });
    expect(JSON.stringify(made)).not.toContain("ssss");
    expect(made.secrets).toEqual(["partnerDailySasToken"]);
    expect(made.program).toContain('sasToken: config.requireSecret("partnerDailySasToken"),');
    expect(evaluate(made.program)[0]?.args).toHaveProperty("deliveryInfo.destination.sasToken", token);
  });

  test("the program's own makes no difference until the next update, which sends it", async () => {
    const fake = fakeArm();
    given(fake, "partner", bySas, { at: billing });
    const [one] = (await plan(fake, { scopes: [billing] })).exports;
    const inputs = { exportName: "partner", ...evaluate((await plan(fake, { scopes: [billing] })).program)[0]?.args };
    const state = plain(one!.outputs);
    expect(exportResource.diff(one!.id, state, inputs).changes).toBe(false);
    fake.requests.length = 0;
    await exportResource.update(one!.id, state, { ...inputs, exportDescription: "changed" }, fake);
    expect(fake.requests.at(-1)?.body).toHaveProperty("properties.deliveryInfo.destination.sasToken", token);
  });

  test("is asked for where the service answers none beside the account", async () => {
    const fake = fakeArm();
    given(fake, "partner", {
      ...base,
      deliveryInfo: { destination: { container: "costs", storageAccount: "partner" } },
    });
    expect((await plan(fake)).secrets).toEqual(["partnerSasToken"]);
  });
});

describe("which exports", () => {
  test("those of all scopes, once each, in any spelling of a scope, in a stable order", async () => {
    const fake = fakeArm();
    for (const name of ["b", "A", "c"]) given(fake, name, base);
    given(fake, "z", base, { at: billing });
    const request = {
      scopes: ["providers/microsoft.billing/billingaccounts/123456", `${scope}/`, scope.toUpperCase().slice(1)],
    };
    const made = await plan(fake, request);
    expect(made.exports.map(({ id }) => id)).toEqual([idOf("z", billing), idOf("A"), idOf("b"), idOf("c")]);
    expect(await plan(fake, request)).toEqual(made);
  });

  test("those whose names fit, with wildcards and without case", async () => {
    const fake = fakeArm();
    for (const name of ["focus-daily", "FOCUS-monthly", "prices", "x.y"]) given(fake, name, base);
    const names = async (...globs: string[]) =>
      (await plan(fake, { scopes: [scope], names: globs })).exports.map(({ resourceName }) => resourceName);
    expect(await names("focus-*")).toEqual(["focus-daily", "FOCUS-monthly"]);
    expect(await names("price?", "x.y")).toEqual(["prices", "x.y"]);
    expect(await names("x?y", "f")).toEqual(["x.y"]);
  });

  test("single ones by id, with the resource's name and parent; what is not there is named", async () => {
    const fake = fakeArm();
    for (const name of ["one", "two"]) given(fake, name, base);
    const parent = "urn:pulumi:dev::finops::my:Component::costs";
    const made = await plan(fake, {
      exports: [{ id: idOf("ONE").slice(1), resourceName: "first", parent }, { id: idOf("three") }],
    });
    expect(made.missing).toEqual([idOf("three")]);
    expect(made.file).toEqual({
      nameTable: { parent1: parent },
      resources: [
        expect.objectContaining({ type: exportType, name: "first", version: "", id: idOf("one"), parent: "parent1" }),
      ],
    });
    expect(made.program).toContain('new Export("first", {\n  scope: ');
    expect(evaluate(made.program)[0]?.args["exportName"]).toBe("one");
  });

  test("names that two scopes share get the last part of the scope, and identifiers stay apart", async () => {
    const fake = fakeArm();
    for (const at of [scope, `${scope}/resourceGroups/web`, `${scope}/resourceGroups/data`])
      given(fake, "daily", base, { at });
    given(fake, "Daily-Web", base);
    const made = await plan(fake, {
      scopes: [scope, `${scope}/resourceGroups/web`, `${scope}/resourceGroups/data`],
      namePrefix: "x-",
    });
    const names = ["x-daily-11111111-1111-1111-1111-111111111111", "x-Daily-Web", "x-daily-web", "x-daily-data"];
    expect(made.exports.map(({ resourceName }) => resourceName)).toEqual(names);
    expect(evaluate(made.program).map(({ name }) => name)).toEqual(names);
    expect(made.program).toMatch(/const xDailyWeb = /);
    expect(made.program).toMatch(/const xDailyWeb2 = /);
  });

  test("a scope that is none, an id that is none and an empty request are refused with a cure, before any call", async () => {
    const fake = fakeArm();
    const fault = plan(fake, { scopes: ["11111111-1111-1111-1111-111111111111"], exports: [{ id: "daily" }] });
    await expect(fault).rejects.toThrow(/Did you mean \/subscriptions\/1111.*"daily" is no id of an export/s);
    await expect(plan(fake, {})).rejects.toThrow(/no scope/);
    expect(fake.requests).toEqual([]);
  });

  test("scopes that cannot be listed are all named, and nothing is planned", async () => {
    const fake = fakeArm();
    fake.intercept = () => {
      throw refusal(403, "No access.", "AuthorizationFailed");
    };
    const fault = plan(fake, { scopes: [scope, billing] });
    await expect(fault).rejects.toThrow(
      /Cannot list the exports of \/subscriptions.*Cannot list the exports of \/providers/s,
    );
  });
});

describe("a program that stays", () => {
  const program = {
    scope,
    exportName: "daily",
    ...base,
    schedule: {
      status: "Active",
      recurrence: "Daily",
      recurrencePeriod: { from: "2020-01-01T00:00:00Z", to: "2031-01-01T00:00:00Z" },
    },
    format: "Csv",
  };

  test.each(["old", "new"] as const)(
    "it previews without a change, like the printed one (%s generation)",
    async (generation) => {
      const fake = fakeArm();
      const definition = { ...base.definition, dataSet: { granularity: "Daily" } };
      given(fake, "daily", { ...program, definition, partitionData: true }, { generation });
      const made = await plan(fake, { exports: [{ id: idOf("daily"), args: program }] });
      const state = plain(made.exports[0]!.outputs);
      const printed = evaluate(made.program)[0]!.args;
      expect(printed).toMatchObject({ definition, partitionData: true });
      for (const inputs of [program, printed])
        expect(exportResource.diff(idOf("daily"), state, inputs)).toMatchObject({ changes: false });
      // What it stopped saying is a change all the same.
      const { definition: _definition, ...rest } = program;
      expect(exportResource.diff(idOf("daily"), state, { ...rest, deliveryInfo: {} })).toMatchObject({ changes: true });
    },
  );

  test("its address stands, whatever it states; other members of an origin go nowhere", async () => {
    const fake = fakeArm();
    given(fake, "daily", base);
    const origin = { id: idOf("daily"), args: {}, remarks: ["of another tool"], forget: "command" };
    const [one] = (await plan(fake, { exports: [origin] })).exports;
    expect(one?.outputs).toMatchObject({ scope, exportName: "daily" });
    expect(one?.outputs["unset"]).not.toEqual(expect.arrayContaining(["scope"]));
    expect(one?.remarks).toEqual([]);
  });
});

describe("the program", () => {
  test("as a person would write it", async () => {
    const fake = fakeArm();
    given(
      fake,
      "ri-recommendations",
      {
        ...base,
        definition: {
          type: "ReservationRecommendations",
          timeframe: "MonthToDate",
          dataSet: {
            configuration: {
              columns: [
                "SKU",
                "Location",
                "CostWithNoReservedInstances",
                "RecommendedQuantity",
                "TotalCostWithReservedInstances",
              ],
              dataVersion: "2023-05-01",
              filters: [
                { name: "ReservationScope", value: "Shared" },
                { name: "ResourceType", value: "VirtualMachines" },
              ],
            },
          },
        },
        exportDescription: 'Says "yes"\nand no',
      },
      { at: billing },
    );
    given(
      fake,
      "actual",
      { ...base, definition: { ...base.definition, dataSet: { configuration: { columns: ["Cost"] } } } },
      { at: billing },
    );
    expect((await plan(fake, { scopes: [billing] })).program).toMatchInlineSnapshot(`
     "import { Export } from "pulumi-azure-cost-exports";

     const actual = new Export("actual", {
       scope: "/providers/Microsoft.Billing/billingAccounts/123456",
       definition: {
         type: "ActualCost",
         timeframe: "MonthToDate",
         dataSet: {
           configuration: {
             columns: ["Cost"],
           },
         },
       },
       deliveryInfo: {
         destination: {
           resourceId:
             "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/finops/providers/Microsoft.Storage/storageAccounts/costs",
           container: "costs",
           rootFolderPath: "actual",
         },
       },
     });

     const riRecommendations = new Export("ri-recommendations", {
       scope: "/providers/Microsoft.Billing/billingAccounts/123456",
       definition: {
         type: "ReservationRecommendations",
         timeframe: "MonthToDate",
         dataSet: {
           configuration: {
             columns: [
               "SKU",
               "Location",
               "CostWithNoReservedInstances",
               "RecommendedQuantity",
               "TotalCostWithReservedInstances",
             ],
             dataVersion: "2023-05-01",
             filters: [
               { name: "ReservationScope", value: "Shared" },
               { name: "ResourceType", value: "VirtualMachines" },
             ],
           },
         },
       },
       deliveryInfo: {
         destination: {
           resourceId:
             "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/finops/providers/Microsoft.Storage/storageAccounts/costs",
           container: "costs",
           rootFolderPath: "actual",
         },
       },
       exportDescription: "Says \\"yes\\"\\nand no",
     });
     "
    `);
  });

  test("is left as it is by prettier", async () => {
    const fake = fakeArm();
    given(fake, "long-name-of-an-export", { ...base, exportDescription: "word ".repeat(30).trim() });
    given(fake, "sas", {
      ...base,
      deliveryInfo: { destination: { container: "costs", storageAccount: "p", sasToken: "*" } },
    });
    const { program } = await plan(fake);
    const prettier = join(__dirname, "../../../node_modules/prettier/bin/prettier.cjs");
    const options = [prettier, "--no-config", "--parser", "typescript"];
    expect(execFileSync(process.execPath, options, { input: program, encoding: "utf8" })).toBe(program);
  });

  test("declares identifiers of its own for any names", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.stringMatching(/^[A-Za-z0-9_-]{1,12}$/), {
          maxLength: 6,
          selector: (name) => name.toLowerCase(),
        }),
        async (names) => {
          const fake = fakeArm();
          for (const name of [...names, "class", "exports", "export-", "config"]) given(fake, name, base);
          const made = await plan(fake);
          expect(evaluate(made.program).map(({ args }) => args["exportName"])).toEqual(
            made.exports.map(({ inputs }) => inputs["exportName"]),
          );
        },
      ),
      { numRuns: 50 },
    );
  });
});

test("whatever the service answers, the program is valid, the preview shows no change, a refresh no drift, and an update keeps what the program says", async () => {
  await fc.assert(
    fc.asyncProperty(anyExport, async ({ name, at, generation, top, properties, keepVersion }) => {
      const fake = fakeArm();
      given(fake, name, properties, { at, generation, ...top });
      const made = await plan(fake, { scopes: [at], keepVersion });
      for (const { id, resourceName, inputs, outputs } of made.exports) {
        const [stored, state] = [plain(inputs), plain(outputs)];
        const declared = evaluate(made.program).find((one) => one.name === resourceName)!.args;
        const checked = exportResource.check(stored, declared, fake.clock.now());
        expect(checked.failures).toEqual([]);
        const withToken = JSON.parse(JSON.stringify(stored).replace(tokenPlaceholder, token)) as PlainObject;
        expect(checked.inputs).toEqual(withToken);
        expect(exportResource.diff(id, state, checked.inputs)).toMatchObject({ changes: false });
        const refreshed = await exportResource.read(id, state, fake);
        expect(refreshed?.state).toEqual(state);
        expect(flatten(refreshed?.inputs)).toEqual(flatten(stored));
        const changed = structuredClone(declared) as Record<string, unknown>;
        setAt(changed, "deliveryInfo.destination.rootFolderPath", "elsewhere");
        await exportResource.update(id, state, changed, fake);
        expect(differences((await fake.reader.get(id, "2025-03-01", Infinity))!, flatten(changed))).toEqual([]);
      }
      expect(made.exports.length + made.skipped.length).toBe(1);
    }),
    { numRuns: 300 },
  );
});

/** Answers of either generation, in any spelling, with members missing, null, empty or of values that nobody knows. */
const anyCase = (...values: string[]) =>
  fc.constantFrom(
    ...values,
    ...values.map((value) => value.toLowerCase()),
    ...values.map((value) => value.toUpperCase()),
  );
/** The first value in most cases, one of the others now and then. */
const mostly = <T>(usual: T, ...others: T[]) =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(usual) }, fc.constantFrom(...others));
const withoutUndefined = (value: object): object => JSON.parse(JSON.stringify(value)) as object;
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const date = fc.constantFrom(
  "2020-01-01T00:00:00Z",
  "2026-11-30T00:00:00+02:00",
  "2031-01-01T00:00:00.5Z",
  "2026-11-01",
);
const period = fc.record({ from: date, to: fc.option(date, { nil: undefined, freq: 9 }) });
const anyExport = fc.record({
  name: mostly("Daily_2", "daily", "a b", "x"),
  at: fc.constantFrom(
    scope,
    billing,
    `${billing}/billingProfiles/ABCD`,
    "/providers/Microsoft.Management/managementGroups/root",
  ),
  generation: fc.constantFrom("old" as const, "new" as const),
  keepVersion: fc.boolean(),
  top: fc.record({
    identity: maybe(fc.record({ type: anyCase("None", "SystemAssigned", "UserAssigned") })),
    location: maybe(anyCase("global", "westeurope")),
  }),
  properties: fc.record({
    format: maybe(anyCase("Csv", "Parquet", "Delta")),
    partitionData: maybe(fc.constantFrom<unknown>(true, false, null)),
    compressionMode: maybe(anyCase("None", "gzip", "snappy")),
    dataOverwriteBehavior: maybe(anyCase("OverwritePreviousReport", "CreateNewReport")),
    exportDescription: maybe(fc.oneof(fc.string(), fc.constant(null))),
    schedule: maybe(
      fc.record({
        status: maybe(anyCase("Active", "Inactive", "SystemSuspended")),
        recurrence: maybe(anyCase("None", "Daily", "Weekly", "Monthly", "Annually")),
        recurrencePeriod: maybe(period),
      }),
    ),
    definition: fc.record({
      type: fc.oneof(
        { weight: 9, arbitrary: anyCase(...datasets.map(({ type }) => type)) },
        fc.constant("CarbonEmissions"),
      ),
      timeframe: anyCase("MonthToDate", "TheLastMonth", "TheCurrentMonth", "TheLast7Days", "WeekToDate", "Custom"),
      timePeriod: maybe(period),
      dataSet: maybe(
        fc.record({
          granularity: maybe(fc.oneof(anyCase("Daily", "Monthly"), fc.constant(null))),
          configuration: maybe(
            fc.record({
              columns: maybe(fc.array(fc.constantFrom("Cost", "Date", "date"))),
              dataVersion: maybe(fc.constantFrom("1.0", "1.2-preview", "2099-01-01")),
              filters: maybe(fc.array(fc.record({ name: fc.constant("reservationScope"), value: anyCase("Shared") }))),
            }),
          ),
        }),
      ),
    }),
    deliveryInfo: fc.record({
      destination: fc
        .record({
          type: maybe(anyCase("AzureBlob", "MicrosoftFabric")),
          resourceId: fc.oneof(
            { weight: 5, arbitrary: fc.constantFrom(account, account.slice(1), account.toUpperCase()) },
            fc.constantFrom("costs", undefined),
          ),
          container: mostly("costs", "Costs", "$web"),
          rootFolderPath: maybe(fc.constantFrom("a/b", "/a", "a:b", "", null)),
          sasToken: maybe(fc.constantFrom("****", `sig=${"z".repeat(40)}`)),
          storageAccount: maybe(fc.constantFrom("partner", "")),
          // Documented: a token is answered, obfuscated.
        })
        .map((one) => (one.storageAccount === "partner" ? { sasToken: "****", ...withoutUndefined(one) } : one)),
    }),
  }),
});
