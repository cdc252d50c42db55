/** The life of an export on the real Pulumi CLI, with a program as a user writes it, against the emulator. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { openProject, succeeded, withProject, type Project } from "../support/stack";
import { startEmulator } from "../../emulator";

jest.setTimeout(120_000);

const subscription = "/subscriptions/11111111-1111-1111-1111-111111111111";
const id = (name: string) => `${subscription}/providers/Microsoft.CostManagement/exports/${name}`;
const base = {
  scope: subscription,
  definition: { type: "FocusCost", timeframe: "MonthToDate", dataSet: { configuration: { dataVersion: "1.0" } } },
  schedule: { status: "Active", recurrence: "Daily" },
  partitionData: true,
  deliveryInfo: {
    destination: {
      resourceId: `${subscription}/resourceGroups/finops/providers/Microsoft.Storage/storageAccounts/finopscosts`,
      container: "costs",
      rootFolderPath: "focus",
    },
  },
};
const program = (args: object = {}, options = "undefined") => `
const { Export } = require("pulumi-azure-cost-exports");
const made = new Export("daily", ${JSON.stringify({ ...base, ...args })}, ${options});
exports.id = made.id;
exports.eTag = made.eTag;
`;
const live = (project: Project, name = "daily") =>
  project.emulator.control.exports.get(id(name)) as { eTag: string; properties: Record<string, unknown> };

test("preview, up, up again, update, refresh, destroy", () =>
  withProject(program(), async (project) => {
    succeeded(await project.preview());
    expect(project.calls()).toEqual([]);

    succeeded(await project.up());
    expect(project.calls()).toEqual(["GET daily", "PUT daily"]);
    const [stored] = await project.exports();
    expect(stored?.id).toBe(id("daily"));
    expect(stored?.outputs["eTag"]).toBe(live(project).eTag);

    project.emulator.control.requests.clear();
    expect(succeeded(await project.up()).stdout).toMatch(/2 unchanged/);
    expect(project.calls()).toEqual([]);

    project.write(program({ format: "Parquet" }));
    expect(succeeded(await project.up()).stdout).toMatch(/~ 1 updated/);
    expect(live(project).properties["format"]).toBe("Parquet");

    expect(succeeded(await project.refresh()).stdout).not.toMatch(/updated/);
    expect(succeeded(await project.up()).stdout).toMatch(/2 unchanged/);

    succeeded(await project.destroy());
    expect(() => live(project)).toThrow(/No export found/);
  }));

test("a wrong program fails in preview, with every property, rule and cure, and without a call", () =>
  withProject(
    program({ scope: "11111111-1111-1111-1111-111111111111", format: "Parket", granularity: "Daily" }),
    async (project) => {
      const { code, stderr: stdout } = await project.preview();
      expect(code).not.toBe(0);
      expect(stdout).toMatch(/Did you mean \/subscriptions\/11111111/);
      expect(stdout).toMatch(/format "Parket" is not a value.*Did you mean Parquet\?/s);
      expect(stdout).toMatch(/granularity.*It belongs at definition\.dataSet\.granularity/s);
      expect(project.calls()).toEqual([]);
    },
  ));

test("a change of the name replaces the export, deleting first", () =>
  withProject(program(), async (project) => {
    succeeded(await project.up());
    project.emulator.control.requests.clear();
    project.write(program({ exportName: "renamed" }));
    succeeded(await project.up());
    expect(project.calls()).toEqual(["DELETE daily", "GET daily", "GET renamed", "PUT renamed"]);
  }));

test("drift on a set field is shown by refresh and repaired by up; an unset field keeps what the portal wrote", () =>
  withProject(program(), async (project) => {
    succeeded(await project.up());
    project.emulator.control.exports.edit(id("daily"), {
      properties: { exportDescription: "portal", partitionData: false },
    });
    const refreshed = succeeded(await project.refresh(["--diff"]));
    expect(refreshed.stdout).toMatch(/partitionData\s*: true => false/);
    expect(refreshed.stdout).toMatch(/exportDescription\s*: "portal"/);
    expect(succeeded(await project.up()).stdout).toMatch(/~ 1 updated/);
    expect(live(project).properties).toMatchObject({ exportDescription: "portal", partitionData: true });
    expect(succeeded(await project.up()).stdout).toMatch(/2 unchanged/);
  }));

test("one export declared twice is refused in preview where the values differ, and else warned of", () => {
  const twice = (args: object) =>
    `${program()}\nnew Export("again", ${JSON.stringify({ ...base, exportName: "daily", ...args })});`;
  return withProject(twice({}), async (project) => {
    const warned = succeeded(await project.preview());
    expect(warned.stdout + warned.stderr).toMatch(/When one of the two is removed/);
    project.write(program());
    expect(succeeded(await project.up()).stdout).not.toMatch(/twice/);
    project.write(twice({ partitionData: false }));
    const refused = await project.preview();
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toMatch(/declares the export .*exports\/daily twice, with different partitionData/);
  });
});

test("an export that somebody deleted is created again after a refresh", () =>
  withProject(program(), async (project) => {
    succeeded(await project.up());
    project.emulator.control.exports.delete(id("daily"));
    expect(succeeded(await project.refresh()).stdout).toMatch(/- 1 deleted/);
    expect(succeeded(await project.up()).stdout).toMatch(/\+ 1 created/);
  }));

test("a conflict stops the update, says all three values and the cures, and overwrites nothing", () =>
  withProject(program(), async (project) => {
    succeeded(await project.up());
    project.emulator.control.exports.edit(id("daily"), { properties: { partitionData: false } });
    project.write(program({ format: "Parquet" }));
    const { code, stdout } = await project.up();
    expect(code).not.toBe(0);
    expect(stdout).toMatch(/partitionData: last seen true, live false, wanted true/);
    expect(stdout).toMatch(/pulumi refresh/);
    expect(live(project).properties).toMatchObject({ partitionData: false });
  }));

test("a SAS token is encrypted in state, and kept out of the output of every command", () => {
  const token = `?sv=2024-11-04&ss=b&srt=sco&sp=rwdlac&sig=${"q".repeat(43)}%3D`;
  const account = "/providers/Microsoft.Billing/billingAccounts/123456";
  const args = (sasToken: string) => ({
    scope: account,
    deliveryInfo: { destination: { container: "costs", storageAccount: "partner", sasToken } },
  });
  return withProject(program(args(token)), async (project) => {
    const outputs = [
      await project.preview(),
      await project.up(),
      await project.refresh(["--diff"]),
      await project.up(),
    ].map(succeeded);
    expect(outputs.at(-1)?.stdout).toMatch(/2 unchanged/);
    const newer = token.replace(/q/g, "r");
    project.write(program(args(newer)));
    outputs.push(succeeded(await project.preview()), succeeded(await project.up()));
    const state = JSON.stringify(await project.exportState());
    for (const text of [state, ...outputs.map(({ stdout, stderr }) => stdout + stderr)]) {
      expect(text).not.toContain("q".repeat(43));
      expect(text).not.toContain("r".repeat(43));
    }
    expect((await project.exports())[0]?.outputs).toHaveProperty(
      "deliveryInfo.destination.sasToken.4dabf18193072939515e22adb298388d",
    );
    succeeded(await project.destroy());
  });
});

test("a program with values that are not known yet is previewed", () => {
  const text = `
const pulumi = require("@pulumi/pulumi");
const { Export } = require("pulumi-azure-cost-exports");
class Later extends pulumi.dynamic.Resource {
  constructor(name, value) { super({ create: async (inputs) => ({ id: name, outs: { value: inputs.value } }) }, name, { value }); }
}
const account = new Later("account", ${JSON.stringify(base.deliveryInfo.destination.resourceId)});
const folder = new Later("folder", "focus");
const everything = new Later("everything", ${JSON.stringify(base.deliveryInfo)});
const scope = new Later("scope", ${JSON.stringify(subscription)});
new Export("leaf", { ...${JSON.stringify(base)}, deliveryInfo: { destination: { container: "costs", resourceId: account.value, rootFolderPath: folder.value } } });
new Export("whole", { ...${JSON.stringify(base)}, deliveryInfo: everything.value });
new Export("address", { ...${JSON.stringify(base)}, scope: scope.value });
`;
  return withProject(text.replaceAll("super(", "super("), async (project) => {
    succeeded(await project.preview());
    expect(project.calls()).toEqual([]);
    succeeded(await project.up());
    expect(succeeded(await project.up()).stdout).toMatch(/8 unchanged/);
  });
});

test("an import file takes an export over without a change", () =>
  withProject(program(), async (project) => {
    project.emulator.control.exports.put(id("daily"), {
      properties: {
        definition: base.definition,
        deliveryInfo: base.deliveryInfo,
        partitionData: true,
        schedule: { ...base.schedule, recurrencePeriod: { from: "2099-01-01T00:00:00Z", to: "2100-01-01T00:00:00Z" } },
      },
    });
    const __provider = 'exports.handler=()=>require("pulumi-azure-cost-exports/provider").Export';
    const inputs = { __provider, exportName: "daily", ...base };
    const outputs = { ...inputs, apiVersion: "2025-03-01", unset: ["apiVersion"] };
    const file = join(project.home, "import.json");
    const type = "pulumi-nodejs:dynamic/azure-cost-exports:Export";
    writeFileSync(
      file,
      JSON.stringify({ resources: [{ type, name: "daily", id: id("daily"), version: "", inputs, outputs }] }),
    );
    succeeded(
      await project.run([
        "import",
        "--file",
        file,
        "--yes",
        "--protect=false",
        "--generate-code=false",
        "--non-interactive",
      ]),
    );
    expect(succeeded(await project.preview(["--expect-no-changes"])).stdout).toMatch(/unchanged/);
    project.write(program({ format: "Parquet" }));
    succeeded(await project.up());
    expect(live(project).properties["format"]).toBe("Parquet");
    succeeded(await project.destroy());
  }));

test("a destroy of one target leaves the others", () => {
  const two = `${program()}\nnew (require("pulumi-azure-cost-exports").Export)("other", ${JSON.stringify(base)});`;
  return withProject(two, async (project) => {
    succeeded(await project.up());
    const target = (await project.exports()).find(({ urn }) => urn.endsWith("::other"));
    succeeded(await project.destroy(["--target", target?.urn ?? ""]));
    expect((await project.exports()).map(({ urn }) => urn.split("::").at(-1))).toEqual(["daily"]);
    expect(live(project)).toBeDefined();
  });
});

test("two stacks on one export: the second is told of what it would change, and adopts what is the same", async () => {
  const emulator = await startEmulator();
  const [first, second] = [
    await openProject(program(), emulator, "first"),
    await openProject(program({ format: "Parquet" }), emulator, "second"),
  ];
  try {
    succeeded(await first.up());
    const refused = await second.up();
    expect(refused.code).not.toBe(0);
    expect(refused.stdout).toMatch(/exists already, and differs.*format: live .*Csv.*wanted "Parquet"/s);
    second.write(program());
    succeeded(await second.up());
    first.write(program({ format: "Parquet" }));
    succeeded(await first.up());
    second.write(program({ exportDescription: "second" }));
    succeeded(await second.up());
    expect(live(first).properties).toMatchObject({ exportDescription: "second", format: "Parquet" });
  } finally {
    first.close();
    second.close();
    await emulator.close();
  }
});

test("get reads an export that exists, in preview too, and fails for one that does not", () => {
  const text = (name: string) => `
const { Export } = require("pulumi-azure-cost-exports");
exports.folder = Export.get("found", ${JSON.stringify(id("daily"))}.replace("daily", "${name}")).deliveryInfo.destination.rootFolderPath;
`;
  return withProject(text("daily"), async (project) => {
    project.emulator.control.exports.put(id("daily"), {
      properties: { definition: base.definition, deliveryInfo: base.deliveryInfo },
    });
    succeeded(await project.preview());
    expect(project.calls()).toEqual(["PUT daily", "GET daily"].filter((call) => call.startsWith("GET")));
    expect(succeeded(await project.up()).stdout).toMatch(/folder: "focus"/);
    project.write(text("absent"));
    const { code, stdout } = await project.up();
    expect(code).not.toBe(0);
    expect(stdout).toMatch(/Nothing was found at .*absent/);
  });
});

test("getExport and listExports read in a program, with and without outputs", () => {
  const text = `
const { Export, getExport, getExportOutput, listExportsOutput } = require("pulumi-azure-cost-exports");
const made = new Export("daily", ${JSON.stringify(base)});
exports.name = getExportOutput({ scope: made.scope, exportName: made.name }).name;
exports.count = listExportsOutput({ scope: made.id.apply(() => ${JSON.stringify(subscription)}) }).length;
exports.missing = getExport({ scope: ${JSON.stringify(subscription)}, exportName: "absent" }).catch((error) => error.message);
`;
  return withProject(text, async (project) => {
    const { stdout } = succeeded(await project.up());
    expect(stdout).toMatch(/name\s*: "daily"/);
    expect(stdout).toMatch(/count\s*: 1/);
    expect(stdout).toMatch(/missing\s*: "There is no export .*absent/);
  });
});

test("a lost answer is healed within the same up", () =>
  withProject(program(), async (project) => {
    project.emulator.control.faults.add({ match: { operation: "exports.put" }, effect: { reset: "after" }, times: 1 });
    succeeded(await project.up());
    expect(await project.exports()).toHaveLength(1);
    expect(project.calls()).toEqual(["GET daily", "PUT daily", "GET daily"]);
  }));

test("an operation whose end stays unknown is recorded, survives a refresh, and is finished by the next up", () =>
  withProject(program({ timeouts: { create: "1s" } }), async (project) => {
    project.emulator.control.faults.add({ match: { operation: "exports.put" }, effect: { reset: "after" } });
    project.emulator.control.faults.add({ match: { operation: "exports.get" }, effect: { status: 503 }, skip: 1 });
    const failed = await project.up();
    expect(failed.code).not.toBe(0);
    expect(failed.stdout).toMatch(/whether the service applied it is not known/);
    const [stored] = await project.exports();
    expect(stored?.initErrors).toHaveLength(3);
    project.emulator.control.faults.clear();
    succeeded(await project.refresh());
    expect(succeeded(await project.up()).stdout).toMatch(/~ 1 updated/);
    expect((await project.exports())[0]?.outputs).not.toHaveProperty("unfinished");
    expect(succeeded(await project.up()).stdout).toMatch(/2 unchanged/);
    succeeded(await project.destroy());
    expect(() => live(project)).toThrow(/No export found/);
  }));

test("protect, ignoreChanges and retainOnDelete work as for any resource", () =>
  withProject(program({}, '{ ignoreChanges: ["format"], retainOnDelete: true }'), async (project) => {
    succeeded(await project.up());
    project.write(program({ format: "Parquet" }, '{ ignoreChanges: ["format"], retainOnDelete: true }'));
    expect(succeeded(await project.up()).stdout).toMatch(/2 unchanged/);
    succeeded(await project.destroy());
    expect(live(project)).toBeDefined();
  }));
