import { at, daily, idOf, names, oneTime, refusal, start, storage, subscription, world } from "./world";

const old = { apiVersion: "2023-11-01" };

describe("another writer", () => {
  test("changes what the patch says, and the eTag", () => {
    const azure = world();
    const created = azure.put("daily", daily());

    const edited = azure.part.editExport(idOf("daily"), { properties: { exportDescription: "portal", format: null } });

    expect(edited?.eTag).not.toBe(at(created, "eTag"));
    const seen = azure.get("daily");
    expect(at(seen, "eTag")).toBe(edited?.eTag);
    expect(at(seen, "properties.exportDescription")).toBe("portal");
    expect(at(seen, "properties")).not.toHaveProperty("format");
    expect(at(seen, "properties.definition.type")).toBe("ActualCost");
  });

  test("makes the eTag of a client stale", () => {
    const azure = world();
    const { body } = azure.put("daily", daily());
    azure.part.editExport(idOf("daily"), {});

    expect(azure.put("daily", body).status).toBe(400);
  });

  test.each([idOf("daily").slice(1), idOf("DAILY").toUpperCase(), `/${idOf("daily")}/`])(
    "finds the export by %s",
    (id) => {
      const azure = world();
      azure.put("daily", daily());

      expect(azure.part.editExport(id, {})).toBeDefined();
    },
  );

  test("finds nothing where nothing is", () => {
    expect(world().part.editExport(idOf("daily"), {})).toBeUndefined();
  });

  test("of the new generation moves an old export, as its PUT would", () => {
    const azure = world();
    azure.put("daily", daily(), old);

    azure.part.editExport(idOf("daily"), { properties: { exportDescription: "portal" } }, { apiVersion: "2025-03-01" });

    expect(azure.get("daily", old).status).toBe(404);
    expect(at(azure.get("daily"), "properties.exportDescription")).toBe("portal");
  });

  test("without a version leaves the generation as it is", () => {
    const azure = world();
    azure.put("daily", daily(), old);

    azure.part.editExport(idOf("daily"), { properties: { schedule: { status: "Inactive" } } });

    expect(at(azure.get("daily", old), "properties.schedule.status")).toBe("Inactive");
  });

  test("of an old version does not see a new export", () => {
    const azure = world();
    azure.put("daily", daily());

    expect(azure.part.editExport(idOf("daily"), {}, old)).toBeUndefined();
  });

  test("may leave values and members that no version here knows", () => {
    const azure = world();
    azure.put("daily", daily());

    azure.part.editExport(idOf("daily"), {
      properties: { format: "Delta", futureMember: { a: 1 }, schedule: { recurrence: "Hourly" } },
    });

    expect(at(azure.get("daily"), "properties")).toMatchObject({
      format: "Delta",
      futureMember: { a: 1 },
      schedule: { recurrence: "Hourly", status: "Active" },
    });
  });

  test("may suspend, with a reason", () => {
    const azure = world();
    azure.put("daily", daily());
    const systemSuspensionContext = { suspensionCode: "StorageGone", suspensionReason: "x", suspensionTime: start };

    azure.part.editExport(idOf("daily"), {
      properties: { schedule: { status: "SystemSuspended" }, systemSuspensionContext },
    });

    expect(at(azure.get("daily"), "properties")).toMatchObject({
      schedule: { status: "SystemSuspended" },
      systemSuspensionContext,
    });
    expect(at(azure.get("daily"), "properties.nextRunTimeEstimate")).toBeUndefined();
  });

  test("may break an export altogether", () => {
    const azure = world();
    azure.put("daily", daily());

    azure.part.editExport(idOf("daily"), { properties: { definition: null, deliveryInfo: null, schedule: null } });

    expect(azure.get("daily").status).toBe(200);
    expect(azure.run("daily").status).toBe(200);
    azure.part.settleRuns();
    expect(azure.history("daily").status).toBe(200);
  });

  test("cannot leave wrong types, nor speak an unknown version, nor edit what is no export", () => {
    const azure = world();
    azure.put("daily", daily());

    expect(() => azure.part.editExport(idOf("daily"), { properties: { schedule: 1 } })).toThrow(
      /wrong types at properties\.schedule/,
    );
    expect(() => azure.part.editExport(idOf("daily"), [])).toThrow(TypeError);
    expect(() => azure.part.editExport(idOf("daily"), {}, { apiVersion: "1999-01-01" })).toThrow(/1999-01-01/);
    expect(() => azure.part.editExport(storage, {})).toThrow(/Not the id of an export/);
  });

  test("deletes an export in every generation", () => {
    const azure = world();
    azure.put("daily", daily());
    azure.put("daily", daily(), old);

    expect(azure.part.deleteExport(idOf("daily"))).toBe(true);
    expect(names(azure.list())).toEqual([]);
    expect(azure.part.deleteExport(idOf("daily"))).toBe(false);
  });
});

test("the exports under a scope are its own and those beneath it", () => {
  const azure = world();
  azure.put("own", daily());
  azure.put("beneath", daily(), { scope: `${subscription}/resourceGroups/rg` });
  azure.put("beside", daily(), { scope: `${subscription}/resourceGroups/rg2` });
  azure.put("elsewhere", daily(), { scope: "/providers/Microsoft.Management/managementGroups/mg" });

  const under = (scope: string): string[] => azure.part.exportsUnder(scope).map(({ name }) => name);

  expect(under(`${subscription}/resourceGroups/RG/`)).toEqual(["beneath"]);
  expect(under(subscription.slice(1))).toEqual(["own", "beneath", "beside"]);
  expect(under("/")).toHaveLength(4);
});

describe("a snapshot", () => {
  test("is plain JSON and brings everything back", () => {
    const azure = world();
    azure.put("daily", daily());
    azure.put("old", oneTime(), old);
    azure.run("daily");
    azure.part.setConditions(storage, ["providerRegistering"]);
    const before = [azure.list(), azure.history("daily"), azure.list(old)];
    const saved = JSON.parse(JSON.stringify(azure.part.snapshot())) as unknown;
    expect(saved).toEqual(azure.part.snapshot());

    azure.part.restore(undefined);
    expect(names(azure.list())).toEqual([]);
    expect(azure.part.conditions()).toEqual({});

    azure.part.restore(saved);
    expect([azure.list(), azure.history("daily"), azure.list(old)]).toEqual(before);
    expect(azure.put("next", daily()).status).toBe(503);
  });

  test("does not change with what happens later", () => {
    const azure = world();
    azure.put("daily", daily());
    const saved = azure.part.snapshot();
    const copy = structuredClone(saved);

    azure.put("daily", daily({ properties: { exportDescription: "later" } }));
    azure.part.restore(saved);
    azure.part.editExport(idOf("daily"), { properties: { exportDescription: "much later" } });

    expect(saved).toEqual(copy);
  });

  test("eTags go on where they were", () => {
    const azure = world();
    azure.put("daily", daily());
    const saved = azure.part.snapshot();
    const next = at(azure.put("daily", daily()), "eTag");

    azure.part.restore(saved);

    expect(at(azure.put("daily", daily()), "eTag")).toBe(next);
  });

  test.each([null, {}, [], { store: {}, conditions: {} }])("%j is none", (state) => {
    expect(() => world().part.restore(state)).toThrow(/Not a snapshot/);
  });
});

test("a switch works at once", () => {
  const azure = world();
  expect(azure.remove("daily").status).toBe(404);

  azure.switches.deleteMissingStatus = 204;

  expect(refusal(azure.remove("daily"))).toBe("204 accepted");
});
