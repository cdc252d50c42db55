/** What holds for every foreign client against the emulator, and beside our provider on the same emulator. */
import { startEmulator } from "../../emulator";
import { exportId, programOn, scope, withClients } from "./kit";
import type { ExportProperties, OpenClient, SignIn, Version, WrittenExport } from "./kit";

export interface Traits {
  readonly signIns: readonly SignIn[];
  /** Whether the client writes what it was given, or only what the model of 2022-10-01 knows. */
  readonly writes: "everything" | "its own model";
  /** What becomes of a slash before the scope: some clients put one of their own before that. */
  readonly leadingSlash: "doubled" | "single";
}

const destination = {
  resourceId: `/${scope}/resourceGroups/finops/providers/Microsoft.Storage/storageAccounts/costs`,
  container: "exports",
};

/** An export that every version and every client can say. */
const daily = {
  format: "Csv",
  definition: { type: "ActualCost", timeframe: "MonthToDate" },
  deliveryInfo: { destination },
  schedule: {
    status: "Active",
    recurrence: "Daily",
    recurrencePeriod: { from: "2026-03-11T00:00:00Z", to: "2027-03-11T00:00:00Z" },
  },
} as const satisfies ExportProperties;

/** The same, as a program of ours writes it: without dates. */
const program = {
  scope: `/${scope}`,
  exportName: "daily",
  definition: daily.definition,
  deliveryInfo: daily.deliveryInfo,
  schedule: { status: "Active", recurrence: "Daily" },
};

const newModel = {
  ...program,
  definition: { type: "FocusCost", timeframe: "MonthToDate", dataSet: { configuration: { dataVersion: "1.0" } } },
  format: "Parquet",
  compressionMode: "snappy",
};

const inFolder = (rootFolderPath: string) => ({ destination: { ...destination, rootFolderPath } });

export function describeClient(name: string, open: OpenClient, traits: Traits): void {
  describe(name, () => {
    describeSignIn(open, traits);
    describe.each(["2022-10-01", "2025-03-01"] as const)("with %s", (version) => describeAlone(open, version, traits));
    describe.each([
      ["2022-10-01", "2023-11-01"],
      ["2025-03-01", "2025-03-01"],
    ] as const)("with %s beside our provider with %s", (version, ours) => describeBeside(open, version, ours));
    describeGenerations(open, traits);
  });
}

function describeSignIn(open: OpenClient, { signIns }: Traits): void {
  test.each(signIns)("signs in with a %s", (signIn) =>
    withClients(open, async (emulator, opened) => {
      expect(await (await opened("2022-10-01", signIn)).list()).toEqual([]);
      const issued = emulator.control.requests.list({ category: "token", status: 200 });
      const operation = signIn === "client-secret" ? "token.client" : "token.managed-identity";
      expect(issued.map(({ operation }) => operation)).toContain(operation);
    }),
  );
}

function describeAlone(open: OpenClient, version: Version, { leadingSlash }: Traits): void {
  test("creates, reads, updates, lists, runs and deletes an export, and reads its history", () =>
    withClients(open, async (emulator, opened) => {
      const client = await opened(version);
      const created = await client.put("daily", { properties: daily });
      expect(created).toMatchObject({ name: "daily", properties: daily });
      expect(await client.get("daily")).toMatchObject({ eTag: created.eTag, properties: daily });

      const changed = { ...daily, deliveryInfo: inFolder("costs/daily") };
      const updated = await client.put("daily", { eTag: created.eTag, properties: changed });
      expect(updated.properties).toMatchObject(changed);
      expect(updated.eTag).not.toBe(created.eTag);
      expect(await client.list()).toMatchObject([{ name: "daily", eTag: updated.eTag, properties: changed }]);

      await client.run("daily");
      expect(await client.history("daily")).toMatchObject([{ properties: { status: "Queued" } }]);
      emulator.control.clock.advance("PT1H");
      expect(await client.history("daily")).toMatchObject([{ properties: { status: "Completed" } }]);

      await client.delete("daily");
      await expect(client.get("daily")).rejects.toMatchObject({ name: "Refusal", status: 404 });
      expect(await client.list()).toEqual([]);
    }));

  test("is refused with a stale eTag, in words that say what to do", () =>
    withClients(open, async (_emulator, opened) => {
      const client = await opened(version);
      const created = await client.put("daily", { properties: daily });
      const changed = { ...daily, deliveryInfo: inFolder("first") };
      const { eTag } = await client.put("daily", { eTag: created.eTag, properties: changed });
      await expect(client.put("daily", { eTag: created.eTag, properties: daily })).rejects.toMatchObject({
        name: "Refusal",
        status: 400,
        message: expect.stringMatching(/get the latest export/) as string,
      });
      expect(await client.get("daily")).toMatchObject({ eTag, properties: changed });
    }));

  test("may spell the scope with a leading slash", () =>
    withClients(open, async (emulator, opened) => {
      const client = await opened(version);
      const { eTag } = await client.put("daily", { properties: daily });
      expect(await client.get("daily", `/${scope}`)).toMatchObject({ name: "daily", eTag });
      const [sent] = emulator.control.requests.list({ operation: "exports.get" });
      expect(sent?.path.startsWith("//")).toBe(leadingSlash === "doubled");
    }));

  test("is told the service's own code and message", () =>
    withClients(open, async (_emulator, opened) => {
      const client = await opened(version);
      await expect(client.get("missing")).rejects.toMatchObject({
        status: 404,
        code: "404",
        message: expect.stringContaining("No export found for missing") as string,
      });
    }));
}

function describeBeside(open: OpenClient, version: Version, apiVersion: "2023-11-01" | "2025-03-01"): void {
  const ours = { ...program, apiVersion };

  test("what the client wrote is taken over as it is: nothing is written, the eTag stays", () =>
    withClients(open, async (emulator, opened) => {
      const client = await opened(version);
      const { eTag } = await client.put("daily", { properties: daily });
      emulator.control.requests.clear();
      expect(await programOn(emulator).up(ours)).toMatchObject({ eTag });
      expect(emulator.control.requests.count({ operation: "exports.put" })).toBe(0);
      expect((await client.get("daily")).eTag).toBe(eTag);
    }));

  test("what differs from the program is not taken over unasked", () =>
    withClients(open, async (emulator, opened) => {
      const client = await opened(version);
      const properties = { ...daily, definition: { type: "AmortizedCost", timeframe: "MonthToDate" } };
      const { eTag } = await client.put("daily", { properties });
      await expect(programOn(emulator).up(ours)).rejects.toThrow(/definition\.type: live "AmortizedCost"/);
      expect((await client.get("daily")).eTag).toBe(eTag);
      const state = await programOn(emulator).up({ ...ours, adopt: "always" });
      expect(await client.get("daily")).toMatchObject({ eTag: state["eTag"], properties: daily });
    }));

  test("the client updates what the provider wrote, and its fields outlive the provider's next update", () =>
    withClients(open, async (emulator, opened) => {
      const client = await opened(version);
      const own = programOn(emulator);
      const { eTag: first } = await own.up(ours);
      const read = await client.get("daily");
      expect(read.eTag).toBe(first);

      const properties = { ...read.properties, deliveryInfo: inFolder("client"), partitionData: true };
      const { eTag: second } = await client.put("daily", { eTag: read.eTag, properties });
      expect(second).not.toBe(first);

      const wanted = { ...ours, definition: { type: "AmortizedCost", timeframe: "MonthToDate" } };
      const { eTag: third } = await own.up(wanted);
      expect(third).not.toBe(second);
      expect(await client.get("daily")).toMatchObject({
        eTag: third,
        properties: { definition: wanted.definition, deliveryInfo: inFolder("client"), partitionData: true },
      });
      await expect(client.put("daily", { eTag: second, properties })).rejects.toMatchObject({ status: 400 });
    }));

  test("a refresh shows the client's changes and moves the eTag; the program's own fields are put back, others kept", () =>
    withClients(open, async (emulator, opened) => {
      const client = await opened(version);
      const own = programOn(emulator);
      await own.up(ours);
      const { eTag, properties } = await client.get("daily");
      const definition = { ...properties.definition, type: "AmortizedCost" };
      const changed = { ...properties, definition, deliveryInfo: inFolder("client") };
      const written = await client.put("daily", { eTag, properties: changed });
      expect(await own.refresh()).toMatchObject({
        definition: { type: "AmortizedCost" },
        deliveryInfo: inFolder("client"),
      });
      expect(own.state()).toMatchObject({ eTag: written.eTag });
      expect(own.changes(ours)).toBe(true);
      const { eTag: last } = await own.up(ours);
      expect(last).not.toBe(written.eTag);
      expect(await client.get("daily")).toMatchObject({
        eTag: last,
        properties: { definition: { type: "ActualCost" }, deliveryInfo: inFolder("client") },
      });
    }));

  test("a change of the client's to a field of the program's is a conflict, and stays", () =>
    withClients(open, async (emulator, opened) => {
      const client = await opened(version);
      const own = programOn(emulator);
      await own.up(ours);
      const { eTag, properties } = await client.get("daily");
      const definition = { ...properties.definition, type: "AmortizedCost" };
      const written = await client.put("daily", { eTag, properties: { ...properties, definition } });
      const wanted = { ...ours, definition: { ...ours.definition, type: "Usage" } };
      await expect(own.up(wanted)).rejects.toThrow(
        /definition\.type: last seen "ActualCost", live "AmortizedCost", wanted "Usage"/,
      );
      expect((await client.get("daily")).eTag).toBe(written.eTag);
      await own.up({ ...wanted, onConflict: "overwrite" });
      expect((await client.get("daily")).properties.definition.type).toBe("Usage");
    }));

  test("each sees the runs of the other, and the provider waits for its own", () =>
    withClients(open, async (emulator, opened) => {
      const client = await opened(version);
      const own = programOn(emulator);
      await own.up(ours);
      await client.run("daily");
      emulator.control.clock.advance("PT1H");
      const [runId = ""] = await own.run();
      const history = await client.history("daily");
      expect(history.map(({ properties }) => properties.status)).toEqual(["Completed", "Completed"]);
      expect(history.map(({ id }) => id.endsWith(runId))).toEqual([false, true]);
    }));

  test("what the client deleted is gone for the provider, and the other way round", () =>
    withClients(open, async (emulator, opened) => {
      const client = await opened(version);
      const [own, other] = [programOn(emulator), programOn(emulator)];
      await own.up(ours);
      await other.up({ ...ours, exportName: "other" });
      await client.delete("daily");
      await own.destroy();
      await client.delete("other");
      expect(await other.refresh()).toBeUndefined();

      await own.up(ours);
      expect(await client.list()).toHaveLength(1);
      await own.destroy();
      await expect(client.get("daily")).rejects.toMatchObject({ status: 404 });
    }));

  test("nobody follows the Location of a created export", () =>
    withClients(open, async (emulator, opened) => {
      const elsewhere = await startEmulator();
      try {
        const client = await opened(version);
        for (const name of ["daily", "theirs"]) {
          const location = `${elsewhere.httpUrl}${exportId(name)}?api-version=${version}`;
          emulator.control.faults.add({
            match: { operation: "exports.put", path: `/exports/${name}` },
            effect: {
              status: 201,
              apply: true,
              headers: { location },
              body: { name, eTag: '"0"', properties: daily },
            },
          });
        }
        await client.put("theirs", { properties: daily });
        await programOn(emulator).up(ours);
        expect(elsewhere.control.requests.counters().total).toBe(0);
        expect(emulator.control.requests.count({ operation: "exports.put", status: 201 })).toBe(2);
      } finally {
        await elsewhere.close();
      }
    }));
}

function describeGenerations(open: OpenClient, { writes }: Traits): void {
  test("an old version does not see what the provider wrote with the new model; the new version does", () =>
    withClients(open, async (emulator, opened) => {
      const [before, now] = [await opened("2022-10-01"), await opened("2025-03-01")];
      await programOn(emulator).up(newModel);
      await expect(before.get("daily")).rejects.toMatchObject({ status: 404 });
      expect(await before.list()).toEqual([]);
      expect((await now.get("daily")).properties).toMatchObject({
        format: "Parquet",
        definition: { type: "FocusCost" },
      });
      expect(await now.list()).toHaveLength(1);
    }));

  test("both versions see what the client wrote with the old one, and the provider takes it over without a write", () =>
    withClients(open, async (emulator, opened) => {
      const [before, now] = [await opened("2022-10-01"), await opened("2025-03-01")];
      const { eTag } = await before.put("daily", { properties: daily });
      expect(await programOn(emulator).up(program)).toMatchObject({ eTag });
      expect((await before.get("daily")).eTag).toBe(eTag);
      expect((await now.get("daily")).eTag).toBe(eTag);
    }));

  if (writes === "everything") {
    const whole = {
      identity: { type: "SystemAssigned" },
      location: "westeurope",
      properties: {
        ...daily,
        format: "Parquet",
        compressionMode: "snappy",
        dataOverwriteBehavior: "OverwritePreviousReport",
        exportDescription: "by another tool",
        partitionData: true,
        definition: newModel.definition,
      },
    } as const satisfies WrittenExport;

    test("the whole new model, as the client wrote it, is adopted without a write and kept by an update", () =>
      withClients(open, async (emulator, opened) => {
        const client = await opened("2025-03-01");
        const { eTag } = await client.put("daily", whole);
        const own = programOn(emulator);
        expect(await own.up(newModel)).toMatchObject({ eTag, identity: whole.identity });
        await own.up({ ...newModel, definition: { ...newModel.definition, timeframe: "WeekToDate" } });
        const { timeframe: _changed, ...kept } = whole.properties.definition;
        expect(await client.get("daily")).toMatchObject({
          ...whole,
          properties: { ...whole.properties, definition: { ...kept, timeframe: "WeekToDate" } },
        });
      }));
  } else {
    test("what the client's model lacks is lost by its update, shown by a refresh, and put back", () =>
      withClients(open, async (emulator, opened) => {
        const client = await opened("2025-03-01");
        const own = programOn(emulator);
        await own.up(newModel);
        const { eTag, properties } = await client.get("daily");
        await client.put("daily", { eTag, properties: { ...properties, deliveryInfo: inFolder("client") } });

        const lossy = await own.refresh();
        expect(lossy).toMatchObject({ deliveryInfo: inFolder("client"), format: "Parquet" });
        expect(lossy?.["compressionMode"]).toBeUndefined();
        const wanted = { ...newModel, deliveryInfo: inFolder("client") };
        expect(own.changes(wanted)).toBe(true);
        expect(await own.up(wanted)).toMatchObject(wanted);
        expect(own.changes(wanted)).toBe(false);
      }));
  }
}
