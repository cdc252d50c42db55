/** The examples, as `npm run examples` runs them: each is deployed, changed, previewed clean and destroyed. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { startEmulator } from "../../emulator";
import { exampleNames, runExamples, type ExampleResult } from "../../scripts/examples/run.cjs";

const folder = join(__dirname, "../../examples");
const results = new Map<string, ExampleResult>();

beforeAll(async () => {
  const bin = process.env["AZURE_COST_EXPORTS_TEST_CLI"];
  if (bin === undefined) throw new Error("No Pulumi CLI: tests/support/global-setup.mjs did not run.");
  for (const result of await runExamples(exampleNames(), { bin, startEmulator })) results.set(result.name, result);
}, 600_000);

test("every folder of examples/ is run, but the policy pack, which has a test of its own", () => {
  const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(folders.map(({ name }) => name).sort()).toEqual([...exampleNames(), "policy-pack"].sort());
});

test.each(exampleNames())("%s goes up, changes as its preview shows, settles, and comes down", (name) => {
  expect(results.get(name)).toMatchObject({
    problems: [],
    up: true,
    change: true,
    cleanPreview: true,
    destroy: true,
  });
});
