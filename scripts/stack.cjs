// A stack on the real Pulumi CLI that leaves nothing behind: state, plugins and configuration live in a temporary folder.
// Used by the demo, the benchmarks, and the engine tests (CommonJS, because Jest loads it too).
const { spawn } = require("node:child_process");
const { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { delimiter, join } = require("node:path");

/**
 * @param {{ bin: string, cwd: string, environment?: Record<string, string>, name?: string }} options
 *   `bin`: the folder of the CLI; `cwd`: the folder of Pulumi.yaml; `environment`: variables for the program and the provider.
 */
async function openStack({ bin, cwd, environment = {}, name = "demo" }) {
  const home = mkdtempSync(join(tmpdir(), "azure-cost-exports-"));
  for (const folder of ["state", "home", "project"]) mkdirSync(join(home, folder));
  // `stack init` writes the stack's configuration beside Pulumi.yaml; made from a twin of the project, it stays in our folder.
  const project = /^name:\s*(\S+)/m.exec(readFileSync(join(cwd, "Pulumi.yaml"), "utf8"))?.[1];
  writeFileSync(join(home, "project", "Pulumi.yaml"), `name: ${project}\nruntime: nodejs\n`);
  const configFile = join(home, "project", `Pulumi.${name}.yaml`);
  const env = {
    ...process.env,
    ...environment,
    PATH: `${bin}${delimiter}${process.env.PATH}`,
    PULUMI_HOME: join(home, "home"),
    XDG_STATE_HOME: join(home, "home"),
    PULUMI_BACKEND_URL: `file://${join(home, "state")}`,
    PULUMI_CONFIG_PASSPHRASE: "a passphrase for a stack that lives a minute",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    NO_COLOR: "1",
    // The Node.js language host leaves its pipes behind when a program fails.
    TMPDIR: home,
  };

  /** Runs the CLI to its end. @returns {Promise<{ code: number, stdout: string, stderr: string, ms: number }>} */
  const run = (args) => runCli(join(bin, "pulumi"), args, { cwd, env, stack: name });
  const configured = (args) => run([...args, "--config-file", configFile]);
  const changing =
    (command) =>
    (args = []) =>
      configured([command, "--yes", "--skip-preview", "--non-interactive", ...args]);

  const opened = await runCli(join(bin, "pulumi"), ["stack", "init", name, "--non-interactive"], {
    cwd: join(home, "project"),
    env,
  });
  if (opened.code !== 0) throw new Error(`The stack could not be made:\n${opened.stdout}${opened.stderr}`);
  return {
    home,
    name,
    configFile,
    environment: env,
    run,
    preview: (args = []) => configured(["preview", "--non-interactive", "--diff", ...args]),
    up: changing("up"),
    refresh: changing("refresh"),
    destroy: changing("destroy"),
    setConfig: (key, value) => configured(["config", "set", key, value]),
    exportState: async () => JSON.parse((await run(["stack", "export"])).stdout),
    close: () => rmSync(home, { recursive: true, force: true }),
  };
}

function runCli(command, args, { cwd, env, stack }) {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args, ...(stack === undefined ? [] : ["--stack", stack])], {
      cwd,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (chunk) => (stdout += chunk));
    child.stderr.on("data", (chunk) => (stderr += chunk));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? 1, stdout, stderr, ms: performance.now() - began }));
  });
}

module.exports = { openStack };
