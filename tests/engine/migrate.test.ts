/**
 * From azure-native to this package within one stack, on the real Pulumi CLI: nothing is deleted in Azure on the way, and
 * what depends on the export stays. azure-native itself is a stand-in that notes what it is asked to do.
 */
import { execFile } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { succeeded, withProject, type Project } from "../support/stack";

jest.setTimeout(180_000);

const run = promisify(execFile);
const root = join(__dirname, "../..");
const subscription = "/subscriptions/11111111-1111-1111-1111-111111111111";
const idOf = (name: string) => `${subscription}/providers/Microsoft.CostManagement/exports/${name}`;
const args = {
  scope: subscription,
  exportName: "daily",
  definition: { type: "ActualCost", timeframe: "MonthToDate", dataSet: { granularity: "Daily" } },
  deliveryInfo: {
    destination: {
      resourceId: `${subscription}/resourceGroups/finops/providers/Microsoft.Storage/storageAccounts/costs`,
      container: "costs",
      rootFolderPath: "actual",
    },
  },
  format: "Csv",
  schedule: {
    status: "Active",
    recurrence: "Daily",
    recurrencePeriod: { from: "2020-06-01T00:00:00Z", to: "2099-10-31T00:00:00Z" },
  },
};

/** Something beside the export that uses its name. */
const dependent = (name: string) => `
class Reader extends pulumi.dynamic.Resource {
  constructor(name, args) { super({ create: async (inputs) => ({ id: name, outs: inputs }) }, name, args); }
}
new Reader("reader", { of: ${name}.name });
`;
const before = (options: object = {}) => `
const pulumi = require("@pulumi/pulumi");
const daily = new pulumi.CustomResource("azure-native:costmanagement:Export", "daily", { ...${JSON.stringify(args)}, name: undefined }, ${JSON.stringify({ version: "3.28.0", ...options })});
`;
/** The class is changed, and nothing else. */
const after = `
const pulumi = require("@pulumi/pulumi");
const { Export } = require("pulumi-azure-cost-exports");
const daily = new Export("daily", ${JSON.stringify(args)});
`;

/** A plugin under azure-native's name; what it would do in Azure goes to a list. */
function standIn(project: Project): { readonly done: () => string[] } {
  const version = "3.28.0";
  const folder = join(String(project.environment["PULUMI_HOME"]), "plugins", `resource-azure-native-v${version}`);
  const list = join(project.home, "done");
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(project.folder, "azure-native.js"),
    `const { appendFileSync } = require("node:fs");
const pulumi = require("@pulumi/pulumi");
const note = (line) => appendFileSync(${JSON.stringify(list)}, line + "\\n");
const outputs = (inputs) => ({ ...inputs, name: inputs.exportName, eTag: '"1d8"', azureApiVersion: "2024-08-01", type: "Microsoft.CostManagement/exports" });
pulumi.provider.main({
  version: "${version}",
  check: async (urn, olds, news) => ({ inputs: news }),
  diff: async () => ({ changes: false }),
  create: async (urn, inputs) => { note("create"); return { id: inputs.scope + "/providers/Microsoft.CostManagement/exports/" + inputs.exportName, outs: outputs(inputs) }; },
  delete: async () => note("delete"),
}, process.argv.slice(2));
`,
  );
  const script = join(folder, "pulumi-resource-azure-native");
  writeFileSync(script, `#!/bin/sh\nexec "${process.execPath}" "${join(project.folder, "azure-native.js")}" "$@"\n`);
  chmodSync(script, 0o755);
  return { done: () => (existsSync(list) ? readFileSync(list, "utf8").trim().split("\n") : []) };
}

/** Deployed by azure-native, and written down by `pulumi stack export`; the commands that the migration prints. */
async function migrated(project: Project): Promise<readonly string[]> {
  project.emulator.control.exports.put(
    idOf("daily"),
    {
      properties: {
        definition: args.definition,
        deliveryInfo: args.deliveryInfo,
        format: args.format,
        schedule: {
          ...args.schedule,
          recurrencePeriod: { ...args.schedule.recurrencePeriod, from: "2099-06-01T00:00:00Z" },
        },
      },
    },
    "2024-08-01",
  );
  project.emulator.control.exports.edit(idOf("daily"), {
    properties: { schedule: { recurrencePeriod: args.schedule.recurrencePeriod } },
  });
  succeeded(await project.run(["stack", "export", "--file", "state.json"]));
  const command = ["migrate", "--from", "azure-native", "--state", "state.json", "--program", "index.ts", "--json"];
  const env = { ...process.env, ...project.emulator.environment };
  const { stdout } = await run(process.execPath, [join(root, "dist/cli/main.js"), ...command], {
    cwd: project.folder,
    env,
  });
  const report = JSON.parse(stdout) as { commands: string[]; exports: unknown[] };
  expect(report.exports).toEqual([{ resourceName: "daily", id: idOf("daily"), apiVersion: "2023-11-01", remarks: [] }]);
  return report.commands;
}

/** A printed command, as a person would type it. */
const words = (command: string) => command.replaceAll("'", "").split(" ").slice(1);

test("import, forget, preview: as printed, with the class changed and nothing else", () =>
  withProject(before(), async (project) => {
    const azureNative = standIn(project);
    succeeded(await project.up());
    const [importing = "", forgetting = "", previewing = ""] = await migrated(project);
    succeeded(await project.run([...words(importing), "--non-interactive"]));
    project.write(after);
    succeeded(await project.run(words(forgetting)));
    expect(previewing).toBe("pulumi preview --expect-no-changes");
    succeeded(await project.preview(["--expect-no-changes"]));
    succeeded(await project.refresh());
    succeeded(await project.preview(["--expect-no-changes"]));
    succeeded(await project.destroy());
    expect(azureNative.done()).toEqual(["create"]);
    expect(() => project.emulator.control.exports.get(idOf("daily"))).toThrow(/No export found/);
  }));

test("with something that depends on the export: azure-native is told to retain it, and one up moves both", () =>
  withProject(before() + dependent("daily"), async (project) => {
    const azureNative = standIn(project);
    succeeded(await project.up());
    const [importing = "", forgetting = ""] = await migrated(project);
    const refused = await project.run(words(forgetting));
    expect([refused.code === 0, refused.stderr]).toEqual([false, expect.stringMatching(/depend/)]);

    project.write(before({ retainOnDelete: true }) + dependent("daily"));
    succeeded(await project.up());
    succeeded(await project.run([...words(importing), "--non-interactive"]));
    project.write(after + dependent("daily"));
    const moved = succeeded(await project.up());
    expect(moved.stdout).not.toMatch(/replaced|created/);
    succeeded(await project.preview(["--expect-no-changes"]));
    expect(azureNative.done()).toEqual(["create"]);
    expect(project.emulator.control.exports.get(idOf("daily"), "2024-08-01")).toBeDefined();
  }));
