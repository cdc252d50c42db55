/** docs/tutorial.md, step by step: its programs, its faults, its edits and what it says comes of them. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ts from "typescript";
import { subscriptionId } from "../../emulator";
import { succeeded, withProject } from "../support/stack";

jest.setTimeout(180_000);

const page = readFileSync(join(__dirname, "../../docs/tutorial.md"), "utf8");
const [program = "", history = ""] = [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code ?? "");

/** As the tutorial says: the second block's import replaces the first one's, and its declaration falls away. */
const withHistory = (text: string): string =>
  text.replace("import { Export }", "import { Export, ExportRun }") +
  history.replace(/^import .*$/m, "").replace(/^declare .*$/m, "");

function built(text: string): string {
  return ts.transpileModule(text, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true },
  }).outputText;
}

function changed(text: string, from: string, to: string): string {
  expect(text).toContain(from);
  return text.replace(from, to);
}

test("the tutorial does what it says", async () => {
  const folder = mkdtempSync(join(tmpdir(), "azure-cost-exports-tutorial-"));
  const files = () =>
    readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => /\.(?:csv|parquet|json)$/.test(name));
  try {
    await withProject(
      built(program),
      async (project) => {
        const { control } = project.emulator;
        const subscription = `/subscriptions/${subscriptionId}`;
        await project.setConfig("scope", subscription);
        await project.setConfig(
          "storageAccountId",
          `${subscription}/resourceGroups/finops/providers/Microsoft.Storage/storageAccounts/finopscosts`,
        );

        const faulty = changed(
          changed(program, 'recurrence: "Daily"', 'recurrence: "Monthly"'),
          'rootFolderPath: "focus"',
          'rootFolderPath: "focus:daily"',
        );
        project.write(built(faulty));
        const refused = await project.preview();
        expect(refused.code).not.toBe(0);
        for (const line of /```\n(schedule\.recurrence[\s\S]*?)```/.exec(page)?.[1]?.trim().split("\n") ?? [""])
          expect(refused.stdout + refused.stderr).toContain(line);
        expect(project.calls()).toEqual([]);

        project.write(built(program));
        succeeded(await project.up());
        expect(succeeded(await project.up()).stdout).toMatch(/2 unchanged/);
        const focusId = String((await project.outputs())["focusId"]);

        control.clock.advance("P2D");
        await control.settled();
        expect(files()).toEqual(
          expect.arrayContaining([
            expect.stringMatching(/^finopscosts\/costs\/focus\/focus-daily\/.*\/part_0_0001\.csv$/),
            expect.stringMatching(/\/manifest\.json$/),
          ]),
        );

        control.exports.edit(focusId, { properties: { exportDescription: "Asked for by finance" } });
        const parquet = changed(
          program,
          "  partitionData: true,\n",
          '  partitionData: true,\n  format: "Parquet",\n  compressionMode: "snappy",\n',
        );
        project.write(built(parquet));
        succeeded(await project.up());
        expect(control.exports.get(focusId)).toMatchObject({
          properties: { exportDescription: "Asked for by finance", format: "Parquet" },
        });

        control.exports.edit(focusId, { properties: { partitionData: false } });
        const overwriting = changed(
          parquet,
          "  partitionData: true,\n",
          '  partitionData: true,\n  dataOverwriteBehavior: "OverwritePreviousReport",\n',
        );
        project.write(built(overwriting));
        const conflict = await project.up();
        expect(conflict.code).not.toBe(0);
        expect(conflict.stdout).toContain("partitionData: last seen true, live false, wanted true");
        succeeded(await project.refresh());
        succeeded(await project.up());
        expect(control.exports.get(focusId)).toMatchObject({
          properties: {
            exportDescription: "Asked for by finance",
            partitionData: true,
            dataOverwriteBehavior: "OverwritePreviousReport",
          },
        });

        project.write(built(withHistory(overwriting)));
        const before = files().length;
        const timer = setInterval(() => control.clock.advance("PT20M"), 500);
        succeeded(await project.up().finally(() => clearInterval(timer)));
        expect((await project.outputs())["months"]).toEqual(["2026-02: succeeded", "2026-01: succeeded"]);
        expect(files().length).toBeGreaterThan(before);
        expect(succeeded(await project.up()).stdout).toMatch(/3 unchanged/);

        succeeded(await project.destroy());
        expect(files().length).toBeGreaterThan(before);
      },
      { now: "2026-06-10T08:00:00Z", storage: { folder } },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
