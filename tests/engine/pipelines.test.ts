/**
 * The workflows of pipelines/ at work: their shell steps, extracted from the files and run by bash, with the real Pulumi CLI, a
 * state in a folder, and the emulator in the place of Azure and of the issuer of identity tokens.
 */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { delimiter, join } from "node:path";
import { startEmulator, subscriptionId, tenantId, type Emulator } from "../../emulator";
import { askArm } from "../support/azure-native";
import { makeStorageAccount } from "../../scripts/examples/run.cjs";
import { serve, type Routes } from "../support/http-routes";
import { azureSteps, githubSteps, runSteps, type ShellStep, type StepResult } from "../support/workflows";

jest.setTimeout(240_000);

const root = join(__dirname, "../..");
const commandLine = join(root, "dist/cli/main.js");
const passphrase = "a passphrase of the pipeline";
const clientId = "c11e0000-1d5e-4a11-8a0e-5a1f00000009";
const exportId = `/subscriptions/${subscriptionId}/providers/Microsoft.CostManagement/exports/focus-daily`;

const program = (folder: string) => `
const { Export } = require("pulumi-azure-cost-exports");
new Export("focus-daily", {
  scope: "/subscriptions/${subscriptionId}",
  definition: { type: "FocusCost", timeframe: "MonthToDate", dataSet: { configuration: { dataVersion: "1.0" } } },
  schedule: { status: "Active", recurrence: "Daily" },
  format: "Parquet",
  compressionMode: "snappy",
  partitionData: true,
  deliveryInfo: { destination: { container: "costs", rootFolderPath: "${folder}", resourceId:
    "/subscriptions/${subscriptionId}/resourceGroups/finops/providers/Microsoft.Storage/storageAccounts/finopscosts" } },
});
`;

/** Waits for nothing; `meanwhile` is what happens while it sleeps. */
const sleep = `#!/bin/sh
echo "slept $1"
[ ! -f "$HOME/meanwhile" ] || . "$HOME/meanwhile"
`;

interface Comment {
  readonly id: number;
  readonly pull: string;
  readonly user: string;
  readonly body: string;
}

interface GitHub {
  readonly comments: readonly Comment[];
  readonly issues: readonly { number: number; title: string; open: boolean; said: readonly string[] }[];
}

interface Repository {
  readonly emulator: Emulator;
  readonly folder: string;
  readonly home: string;
  /** What every runner has. */
  readonly environment: Readonly<Record<string, string>>;
  write(file: string, content: string): void;
  /** What stands on GitHub. */
  github(): GitHub;
  /** What every run begins with: nothing but what is checked in. */
  clean(): void;
}

/** A repository with a Pulumi project, checked out, and a stack in a folder. */
async function withRepository(test: (repository: Repository) => Promise<void> | void): Promise<void> {
  const bin = process.env["AZURE_COST_EXPORTS_TEST_CLI"];
  if (bin === undefined) throw new Error("No Pulumi CLI: tests/support/global-setup.mjs did not run.");
  const emulator = await startEmulator();
  await makeStorageAccount(emulator);
  emulator.control.requests.clear();
  // As npm does where it installs the package.
  chmodSync(commandLine, 0o755);
  const parent = join(root, "node_modules/.cache");
  mkdirSync(parent, { recursive: true });
  const home = mkdtempSync(join(parent, "pipelines-test-"));
  const folder = join(home, "repository");
  for (const name of ["repository", "state", "tools", "home"]) mkdirSync(join(home, name));
  // Where `npx` looks for the commands of packages that are installed; `npm ci` empties the repository's own folder.
  mkdirSync(join(home, "node_modules/.bin"), { recursive: true });
  symlinkSync(commandLine, join(home, "node_modules/.bin/azure-cost-exports"));
  const write = (file: string, content: string) => writeFileSync(join(folder, file), content);
  const onGitHub = join(home, "github.json");
  writeFileSync(onGitHub, JSON.stringify({ comments: [], issues: [] } satisfies GitHub));
  const github = () => JSON.parse(readFileSync(onGitHub, "utf8")) as GitHub;
  const clean = () => {
    for (const file of readdirSync(folder)) if (/\.(?:md|txt)$/.test(file)) rmSync(join(folder, file));
  };
  write("Pulumi.yaml", "name: costs\nruntime: { name: nodejs, options: { typescript: false } }\n");
  write("package.json", '{ "name": "costs", "version": "1.0.0", "private": true, "main": "index.js" }\n');
  const packages = { "": { name: "costs", version: "1.0.0" } };
  write("package-lock.json", JSON.stringify({ name: "costs", version: "1.0.0", lockfileVersion: 3, packages }));
  write("index.js", program("focus"));
  writeFileSync(join(home, "tools/sleep"), sleep, { mode: 0o755 });
  symlinkSync(join(root, "tests/support/gh.mjs"), join(home, "tools/gh"));
  // Identity tokens are sent over TLS only.
  const { ARM_METADATA_HOSTNAME = "", NODE_EXTRA_CA_CERTS = "", NO_PROXY = "" } = emulator.environmentOverTls;
  const environment = {
    PATH: [join(home, "tools"), bin, join(root, "node_modules/.bin"), process.env["PATH"] ?? ""].join(delimiter),
    HOME: join(home, "home"),
    PULUMI_HOME: join(home, "home"),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    TMPDIR: home,
    ARM_METADATA_HOSTNAME,
    NODE_EXTRA_CA_CERTS,
    NO_PROXY,
    AZURE_COST_EXPORTS_MIN_RETRY_DELAY: "20",
    GH_STATE: onGitHub,
  };
  try {
    const backend = { PULUMI_BACKEND_URL: `file://${join(home, "state")}`, PULUMI_CONFIG_PASSPHRASE: passphrase };
    execFileSync("pulumi", ["stack", "init", "prod"], {
      cwd: folder,
      env: { ...environment, ...backend },
      stdio: "pipe",
    });
    await test({ emulator, folder, home, environment, write, github, clean });
  } finally {
    rmSync(home, { recursive: true, force: true });
    await emulator.close();
  }
}

const failures = (results: readonly StepResult[]) => results.filter(({ code }) => code !== 0);
const outputOf = (results: readonly StepResult[], name: string) =>
  results.find((step) => step.name === name)?.output ?? `The step ${name} did not run.`;

describe("GitHub Actions", () => {
  const run = (repository: Repository, name: string, settings: Readonly<Record<string, string>> = {}) => {
    const { emulator, folder, home, environment } = repository;
    repository.clean();
    const steps = githubSteps(join(root, `pipelines/github/${name}.yml`), name, {
      "vars.PULUMI_STACK": "prod",
      "vars.PULUMI_BACKEND_URL": `file://${join(home, "state")}`,
      "vars.AZURE_CLIENT_ID": clientId,
      "vars.AZURE_CLIENT_ID_PREVIEW": clientId,
      "vars.AZURE_TENANT_ID": tenantId,
      "vars.AZURE_SUBSCRIPTION_ID": subscriptionId,
      "secrets.PULUMI_CONFIG_PASSPHRASE": passphrase,
      "inputs.refresh": "",
      "github.token": "ghs_token",
      "github.server_url": "https://github.example",
      "github.repository": "finops/costs",
      "github.run_id": "77",
      "github.event.pull_request.number": "12",
      "github.event.pull_request.head.sha": "4ead000",
      ...settings,
    });
    return runSteps(steps, {
      cwd: folder,
      env: () => ({
        ...environment,
        GITHUB_REPOSITORY: "finops/costs",
        GITHUB_SHA: "the merge commit",
        GITHUB_STEP_SUMMARY: join(home, "summary.md"),
        ACTIONS_ID_TOKEN_REQUEST_URL: emulator.oidc.requestUrl,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: emulator.oidc.requestToken,
      }),
    });
  };
  test("a pull request is previewed, and its merge applied", () =>
    withRepository(async (repository) => {
      const { emulator } = repository;
      expect(failures(await run(repository, "preview"))).toEqual([]);
      const [comment] = repository.github().comments;
      expect(comment).toMatchObject({ pull: "12", body: expect.stringMatching(/^<!-- preview of prod -->\n/) });
      expect(comment?.body).toMatch(/Preview of `prod` at 4ead000: ready to apply/);
      expect(comment?.body).toMatch(/\+ 2 to create/);

      expect(failures(await run(repository, "deploy"))).toEqual([]);
      expect(emulator.control.exports.get(exportId)).toMatchObject({ name: "focus-daily" });
      expect(emulator.control.requests.count({ category: "token", operation: "token.managed-identity" })).toBe(0);
    }));

  test("a preview that is refused fails the check, and says so in the comment", () =>
    withRepository(async (repository) => {
      repository.write("index.js", program("a:b"));
      const preview = await run(repository, "preview");
      expect(failures(preview).map(({ name }) => name)).toEqual(["Preview"]);
      expect(repository.github().comments[0]?.body).toMatch(/\*\*refused\*\*[\s\S]*rootFolderPath "a:b"/);
    }));

  test("the next push edits the comment of the last, and none of other workflows or people", () =>
    withRepository(async (repository) => {
      const marker = "<!-- preview of prod -->\n";
      const strange = [
        { id: 1, pull: "12", user: "somebody", body: `${marker}mine` },
        { id: 2, pull: "12", user: "github-actions[bot]", body: "Coverage: 100 %" },
      ];
      const ours = { id: 3, pull: "12", user: "github-actions[bot]", body: `${marker}old` };
      const later = { id: 4, pull: "12", user: "github-actions[bot]", body: "Lint: fine" };
      writeFileSync(join(repository.home, "github.json"), JSON.stringify({ comments: [...strange, ours, later] }));
      expect(failures(await run(repository, "preview"))).toEqual([]);
      const edited = { ...ours, body: expect.stringContaining("ready to apply") };
      expect(repository.github().comments).toEqual([...strange, edited, later]);
    }));

  test("a long preview is cut between lines, and no line of it closes the block", () =>
    withRepository(async (repository) => {
      const talk = `console.log("~~~\\n<b>\\n" + ("ü".repeat(500) + "\\r\\n").repeat(100));`;
      repository.write("index.js", program("focus") + talk);
      expect(failures(await run(repository, "preview"))).toEqual([]);
      const body = repository.github().comments[0]?.body ?? "";
      expect(Buffer.byteLength(body)).toBeGreaterThan(50_000);
      expect(Buffer.byteLength(body)).toBeLessThan(65_536);
      expect(body).not.toMatch(/[\uFFFD\r]/);
      const [, text = "", after] = body.split(/^~~~\n/m);
      expect(after).toBe("");
      expect(text.split("\n").filter((line) => line !== "" && !line.startsWith("    "))).toEqual([]);
      const lines = text.split(/\s*\n\s*/).filter((line) => line !== "");
      expect(lines.slice(-2)).toEqual(["ü".repeat(500), "(cut here: the log has the rest)"]);
      expect(lines).toContain("~~~");
    }));

  test("drift becomes one issue, which is closed when it is gone", () =>
    withRepository(async (repository) => {
      const { emulator } = repository;
      expect(failures(await run(repository, "deploy"))).toEqual([]);
      // Neither what waits to be deployed is drift, nor what the program leaves to others.
      repository.write("index.js", program("elsewhere"));
      emulator.control.exports.edit(exportId, { properties: { exportDescription: "written in the portal" } });
      expect(failures(await run(repository, "drift"))).toEqual([]);
      expect(repository.github().issues).toEqual([]);

      const other = { number: 1, title: "Drift of prod-eu", open: true, said: [] };
      writeFileSync(join(repository.home, "github.json"), JSON.stringify({ comments: [], issues: [other] }));
      emulator.control.exports.edit(exportId, { properties: { compressionMode: "none" } });
      const drift = await run(repository, "drift");
      expect(failures(drift).map(({ name }) => name)).toEqual(["Drift"]);
      expect(outputOf(drift, "Drift")).toContain("slept 600");
      const [, opened] = repository.github().issues;
      expect(opened).toMatchObject({ title: "Drift of prod", open: true });
      expect(opened?.said).toEqual([
        expect.stringMatching(/^Azure and `prod` differ \(https:\S+\/actions\/runs\/77\)/),
      ]);
      expect(opened?.said[0]).toMatch(/compressionMode\s*: "snappy" => "none"/);

      await run(repository, "drift");
      expect(repository.github().issues[1]?.said).toHaveLength(2);
      emulator.control.exports.edit(exportId, { properties: { compressionMode: "snappy" } });
      expect(failures(await run(repository, "drift"))).toEqual([]);
      expect(repository.github().issues).toEqual([
        other,
        expect.objectContaining({
          number: 2,
          open: false,
          said: expect.arrayContaining([expect.stringMatching(/same again/)]),
        }),
      ]);
    }));

  test("a drift check that fails does not say that Azure and the stack differ", () =>
    withRepository(async (repository) => {
      expect(failures(await run(repository, "deploy"))).toEqual([]);
      const [state, away] = [join(repository.home, "state"), join(repository.home, "away")];
      renameSync(state, away);
      mkdirSync(state);
      expect(failures(await run(repository, "drift")).map(({ name }) => name)).toEqual(["Drift"]);
      const said = expect.stringMatching(/is not known: the check failed[\s\S]*no stack named 'prod' found/);
      const failed = { number: 1, title: "The drift check of prod failed" };
      expect(repository.github().issues).toEqual([{ ...failed, open: true, said: [said] }]);

      // The second look counts.
      rmSync(state, { recursive: true });
      mkdirSync(state);
      writeFileSync(join(repository.home, "home/meanwhile"), `rm -r ${state}; mv ${away} ${state}\n`);
      expect(failures(await run(repository, "drift"))).toEqual([]);
      const works = expect.stringMatching(/The check works again/);
      expect(repository.github().issues).toEqual([{ ...failed, open: false, said: [said, works] }]);
    }));

  test("previews and drift need no lock, and leave the state as it is", () =>
    withRepository(async (repository) => {
      expect(failures(await run(repository, "deploy"))).toEqual([]);
      const locks = join(repository.home, "state/.pulumi/locks/organization/costs/prod");
      mkdirSync(locks, { recursive: true });
      const lock = { pid: 1, username: "a deployment", hostname: "elsewhere", timestamp: new Date().toISOString() };
      writeFileSync(join(locks, "1.json"), JSON.stringify(lock));
      const state = () =>
        readdirSync(join(repository.home, "state"), { recursive: true, encoding: "utf8" }).map((file) => {
          const { mtimeMs, size } = statSync(join(repository.home, "state", file));
          return [file, mtimeMs, size];
        });
      const before = state();
      expect(failures(await run(repository, "preview"))).toEqual([]);
      expect(failures(await run(repository, "drift"))).toEqual([]);
      expect(state()).toEqual(before);
      const locked = await run(repository, "deploy");
      expect(outputOf(locked, "Apply")).toMatch(/the stack is currently locked/);
    }));

  test("a deployment is followed by the doctor, whose errors fail the job and stop no repair", () =>
    withRepository(async (repository) => {
      const { emulator, home } = repository;
      // Nothing is looked at before there is an export.
      repository.write("index.js", "");
      const empty = await run(repository, "deploy");
      expect([failures(empty), outputOf(empty, "Doctor")]).toEqual([[], expect.stringMatching(/holds no export/)]);
      repository.write("index.js", program("focus"));
      const fine = await run(repository, "deploy");
      expect([failures(fine), outputOf(fine, "Doctor")]).toEqual([[], expect.stringMatching(/^0 errors/m)]);

      // An export that another hand deleted: pulumi up does not miss it, with a refresh it makes it again.
      emulator.control.exports.delete(exportId);
      const gone = await run(repository, "deploy");
      expect(gone.map(({ name, code }) => [name, code]).slice(-2)).toEqual([
        ["Apply", 0],
        ["Doctor", 1],
      ]);
      expect(outputOf(gone, "Doctor")).toMatch(/recorded: The stack remembers it/);
      expect(readFileSync(join(home, "summary.md"), "utf8")).toMatch(
        /\*\*errors\*\*[\s\S]*recorded: The stack remembers it/,
      );
      expect(failures(await run(repository, "deploy", { "inputs.refresh": "true" }))).toEqual([]);
      expect(emulator.control.exports.get(exportId)).toMatchObject({ name: "focus-daily" });
      emulator.control.exports.edit(exportId, { properties: { compressionMode: "none" } });
      expect(failures(await run(repository, "deploy", { "inputs.refresh": "true" }))).toEqual([]);
      expect(emulator.control.exports.get(exportId)).toMatchObject({ properties: { compressionMode: "snappy" } });

      const account = `/subscriptions/${subscriptionId}/resourceGroups/finops/providers/Microsoft.Storage/storageAccounts/finopscosts`;
      await askArm({ emulator }, "DELETE", account);
      const homeless = await run(repository, "deploy");
      expect(failures(homeless).map(({ name }) => name)).toEqual(["Doctor"]);
      expect(outputOf(homeless, "Doctor")).toMatch(/account: It does not exist/);
      await makeStorageAccount(emulator);
      expect(failures(await run(repository, "deploy"))).toEqual([]);

      // A deployment that fails: the doctor says why.
      await askArm({ emulator }, "PATCH", account, { body: { properties: { allowSharedKeyAccess: false } } });
      repository.write("index.js", program("elsewhere"));
      const refused = await run(repository, "deploy");
      expect(failures(refused).map(({ name }) => name)).toEqual(["Apply", "Doctor"]);
      expect(outputOf(refused, "Doctor")).toMatch(/sharedKey: Shared keys are disabled/);
    }));

  test("the doctor tells the reviewer of a pull request what is wrong now, and fails nothing", () =>
    withRepository(async (repository) => {
      const { emulator, home } = repository;
      const summary = () => readFileSync(join(home, "summary.md"), "utf8");
      expect(failures(await run(repository, "deploy"))).toEqual([]);
      const fine = await run(repository, "preview");
      expect([failures(fine), outputOf(fine, "Doctor")]).toEqual([[], expect.stringMatching(/^0 errors/m)]);
      expect(summary()).toMatch(/before this change: no errors/);
      const account = `/subscriptions/${subscriptionId}/resourceGroups/finops/providers/Microsoft.Storage/storageAccounts/finopscosts`;
      await askArm({ emulator }, "DELETE", account);
      const ill = await run(repository, "preview");
      expect([failures(ill), outputOf(ill, "Doctor")]).toEqual([[], expect.stringMatching(/^::warning::/m)]);
      expect(summary()).toMatch(/before this change: \*\*errors\*\*[\s\S]*account: It does not exist/);
    }));

  test("where nothing was applied the doctor is not asked", () =>
    withRepository(async (repository) => {
      repository.write("package-lock.json", "no JSON");
      const deploy = await run(repository, "deploy");
      expect(deploy.map(({ name, code }) => [name, code === 0])).toEqual([
        ["Settings", true],
        ["Install", false],
      ]);
    }));

  test.each(["preview", "deploy", "drift"])(
    "%s without its variables, or with a stack that cannot be, says so first",
    (name) =>
      withRepository(async (repository) => {
        const client = name === "deploy" ? "AZURE_CLIENT_ID" : "AZURE_CLIENT_ID_PREVIEW";
        const unset = await run(repository, name, { "vars.PULUMI_STACK": "", [`vars.${client}`]: "" });
        expect(unset.map((step) => step.name)).toEqual(["Settings"]);
        expect(outputOf(unset, "Settings")).toMatch(
          new RegExp(`^::error::Set these variables .*: PULUMI_STACK ${client}\n$`),
        );
        const strange = await run(repository, name, { "vars.PULUMI_STACK": "prod; \n::notice::" });
        expect(strange.map((step) => step.name)).toEqual(["Settings"]);
        expect(outputOf(strange, "Settings")).toMatch(/^::error::PULUMI_STACK is .*\n$/);
      }),
  );

  test("a passphrase that is not set is named", () =>
    withRepository(async (repository) => {
      const preview = await run(repository, "preview", { "secrets.PULUMI_CONFIG_PASSPHRASE": "" });
      expect(outputOf(preview, "Preview")).toMatch(/passphrase must be set with PULUMI_CONFIG_PASSPHRASE/);
    }));
});

describe("Azure Pipelines", () => {
  const file = join(root, "pipelines/azure-devops/azure-pipelines.yml");

  /** Azure DevOps as the steps see it: identity tokens of a service connection, and threads of a pull request. */
  const devOps = async ({ oidc }: Emulator): Promise<Routes> => {
    const issued = await fetch(`${oidc.requestUrl}&audience=api://AzureADTokenExchange`, {
      headers: { authorization: `Bearer ${oidc.requestToken}` },
    });
    const { value: oidcToken } = (await issued.json()) as { value: string };
    return serve(({ url }) => ({ body: url.startsWith("/oidc") ? { oidcToken } : { id: 1 } }));
  };

  const run = (
    repository: Repository,
    service: Routes,
    stage: string,
    { stack = "prod", refresh = "False", secret = passphrase, provider = "TfsGit" } = {},
  ) => {
    const { folder, home, environment } = repository;
    repository.clean();
    const steps = azureSteps(file, stage, {
      AZURE_SUBSCRIPTION_ID: subscriptionId,
      PULUMI_CONFIG_PASSPHRASE: secret,
      "parameters.refresh": refresh,
      "System.AccessToken": "the job's access token",
    });
    const connection = (step: ShellStep) => ({
      AZURESUBSCRIPTION_CLIENT_ID: clientId,
      AZURESUBSCRIPTION_TENANT_ID: tenantId,
      AZURESUBSCRIPTION_SERVICE_CONNECTION_ID: `id of ${step.connection ?? ""}`,
    });
    const env = (step: ShellStep) => ({
      ...environment,
      ...(step.connection === undefined ? {} : connection(step)),
      PULUMI_STACK: stack,
      AZURE_SUBSCRIPTION_ID: subscriptionId,
      PULUMI_BACKEND_URL: `file://${join(home, "state")}`,
      BUILD_SOURCEVERSION: "the merge commit",
      BUILD_REPOSITORY_ID: "repository-1",
      SYSTEM_COLLECTIONURI: `${service.origin}/finops/`,
      SYSTEM_TEAMPROJECTID: "project-1",
      SYSTEM_PULLREQUEST_PULLREQUESTID: "12",
      SYSTEM_PULLREQUEST_SOURCECOMMITID: "4ead000",
      SYSTEM_OIDCREQUESTURI: `${service.origin}/oidc`,
    });
    // It downloads the CLI, which is on PATH here already.
    const download = steps.filter(({ name }) => name === "Pulumi CLI");
    expect(download).toHaveLength(1);
    return runSteps(
      steps.filter((step) => !download.includes(step)),
      { cwd: folder, env, variables: { "Build.Repository.Provider": provider } },
    );
  };

  test("a pull request is previewed, its merge applied with the service connection, and drift fails the run", () =>
    withRepository(async (repository) => {
      const service = await devOps(repository.emulator);
      try {
        const preview = await run(repository, service, "Preview");
        expect(failures(preview)).toEqual([]);
        const thread = service.seen.find(({ url }) => url.includes("/threads"));
        expect(thread).toMatchObject({
          method: "POST",
          url: "/finops/project-1/_apis/git/repositories/repository-1/pullRequests/12/threads?api-version=7.1",
          headers: { authorization: "Bearer the job's access token", "content-type": "application/json" },
        });
        const { comments } = JSON.parse(thread?.body ?? "{}") as { comments: readonly { content: string }[] };
        expect(comments[0]?.content).toMatch(/at 4ead000: ready to apply[\s\S]*\+ 2 to create/);

        // A repository on GitHub: its pull requests are not here.
        const elsewhere = await run(repository, service, "Preview", { provider: "GitHub" });
        expect(elsewhere.map(({ name, code }) => [name, code]).slice(-2)).toEqual([
          ["Preview", 0],
          ["Doctor", 0],
        ]);

        expect(failures(await run(repository, service, "Deploy"))).toEqual([]);
        expect(repository.emulator.control.exports.get(exportId)).toMatchObject({ name: "focus-daily" });
        expect(service.seen.some(({ url }) => url.includes("serviceConnectionId=id+of+cost-exports-deploy"))).toBe(
          true,
        );

        repository.emulator.control.exports.delete(exportId);
        const gone = await run(repository, service, "Deploy");
        expect(failures(gone).map(({ name }) => name)).toEqual(["Doctor"]);
        const summary = /^##vso\[task\.uploadsummary\](.*)$/m.exec(outputOf(gone, "Doctor"))?.[1] ?? "";
        expect(readFileSync(summary, "utf8")).toMatch(/\*\*errors\*\*[\s\S]*recorded: The stack remembers it/);
        const looked = await run(repository, service, "Preview");
        expect([failures(looked), outputOf(looked, "Doctor")]).toEqual([
          [],
          expect.stringMatching(
            /recorded: The stack remembers it[\s\S]*logissue type=warning\]The doctor found errors/,
          ),
        ]);
        expect(failures(await run(repository, service, "Deploy", { refresh: "True" }))).toEqual([]);

        expect(failures(await run(repository, service, "Drift"))).toEqual([]);
        repository.emulator.control.exports.edit(exportId, { properties: { compressionMode: "none" } });
        const drift = await run(repository, service, "Drift");
        expect(failures(drift).map(({ name }) => name)).toEqual(["Drift"]);
        expect(outputOf(drift, "Drift")).toMatch(
          /slept 600[\s\S]*compressionMode[\s\S]*type=error\]Drift: Azure and prod differ/,
        );
        rmSync(join(repository.home, "state"), { recursive: true });
        mkdirSync(join(repository.home, "state"));
        const lost = await run(repository, service, "Drift");
        expect(failures(lost).map(({ name }) => name)).toEqual(["Drift"]);
        expect(outputOf(lost, "Drift")).toMatch(/type=error\]Whether Azure and prod differ is not known/);
      } finally {
        await service.close();
      }
    }));

  test("without its variables, or with a stack that cannot be, it says so first", () =>
    withRepository(async (repository) => {
      const service = await devOps(repository.emulator);
      try {
        const unset = await run(repository, service, "Deploy", { stack: "" });
        expect(unset.map(({ name }) => name)).toEqual(["Settings"]);
        expect(outputOf(unset, "Settings")).toMatch(/type=error\]Set these variables .*: PULUMI_STACK$/m);
        const strange = await run(repository, service, "Drift", { stack: "prod of ours" });
        expect(strange.map(({ name }) => name)).toEqual(["Settings"]);
        expect(outputOf(strange, "Settings")).toMatch(/type=error\]PULUMI_STACK is prod\\ of\\ ours\./);
        // A macro of a variable that is not set stays as it is.
        const locked = await run(repository, service, "Preview", { secret: "$(PULUMI_CONFIG_PASSPHRASE)" });
        expect(outputOf(locked, "Preview")).toMatch(/passphrase must be set with PULUMI_CONFIG_PASSPHRASE/);
      } finally {
        await service.close();
      }
    }));
});
