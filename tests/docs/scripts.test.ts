/** The npm scripts that take words after `--`: each says how it is called, and takes nothing that it does not know. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const root = join(__dirname, "../..");

function call(script: string, ...args: readonly string[]): { code: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, script), ...args], { encoding: "utf8" });
  return { code: status, stdout, stderr };
}

const scripts = {
  examples: "scripts/examples.mjs",
  bench: "bench/main.mjs",
  campaign: "campaign/main.mjs",
  demo: "scripts/demo.mjs",
  "pulumi-cli": "scripts/pulumi-cli.mjs",
};

test.each(Object.entries(scripts))("npm run %s -- --help tells how it is called, and does nothing", (name, script) => {
  const { code, stdout, stderr } = call(script, "--help");
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(new RegExp(`^npm run (?:-s )?${name}`));
});

test("npm test -- --help tells how it is called, and tests nothing", () => {
  expect(call("scripts/test.mjs", "--help")).toMatchObject({ code: 0, stdout: expect.stringMatching(/^npm test/) });
});

test.each(Object.entries(scripts))("npm run %s refuses an option that it does not have", (name, script) => {
  const { code, stdout, stderr } = call(script, "--nonsense");
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(new RegExp(`^Unknown option '--nonsense'.*npm run (?:-s )?${name}`, "s"));
});

test.each([
  ["examples", "example", "quickstart, secured-storage"],
  ["bench", "benchmark", "check, calls"],
  ["campaign", "campaign", "inputs, catalogue"],
] as const)("npm run %s answers an unknown %s with those that there are", (name, noun, known) => {
  const { code, stdout, stderr } = call(scripts[name], "nonsense");
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toContain(`There is no ${noun} nonsense.`);
  expect(stderr).toContain(known);
});

test.each([[["--seed"]], [["--seed", "x"]], [["--seed=-1"]]])("npm run campaign refuses %j", (args) => {
  expect(call(scripts.campaign, ...args)).toMatchObject({ code: 2, stdout: "" });
});
