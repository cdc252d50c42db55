// The checks that need no test: format, lint, types, and the shape of the package. One line each; all run, whatever fails.
import { spawn } from "node:child_process";
import { delimiter, join } from "node:path";

const root = join(import.meta.dirname, "..");

/** What a user gets, and nothing else. */
const packed = new RegExp(
  `^(?:${[
    "dist/.+\\.(?:js|d\\.ts)",
    "docs/(?:api/)?(?:README|[a-z-]+)\\.md",
    "examples/README\\.md",
    "examples/[a-z-]+/(?:index\\.ts|README\\.md|package\\.json|tsconfig\\.json|Pulumi(?:Policy)?\\.yaml)",
    "pipelines/(?:azure-devops|github)/[a-z-]+\\.yml",
    "schema/export\\.schema\\.json",
    "package\\.json|(?:README|CHANGELOG|CONTRIBUTING)\\.md|LICENSE",
  ].join("|")})$`,
);

/** The longest first: it takes about as long as the others together. */
const checks = {
  lint: () => run("eslint", [".", "--max-warnings", "0"]),
  format: () => run("prettier", ["--check", "--log-level", "warn", "."]),
  // By path: the older compiler of the package test must not answer to the name.
  types: () => run("node", ["node_modules/typescript/bin/tsc", "-p", "tsconfig.json", "--noEmit"]),
  "package exports": () => run("publint", ["--strict"]),
  "package types": () => run("attw", ["--pack", ".", "--profile", "node16", "--format", "ascii", "--no-emoji"]),
  "packed files": packedFiles,
};

/** @returns {Promise<{ passed: number, failed: number }>} */
export async function check() {
  const counts = { passed: 0, failed: 0 };
  const waiting = Object.entries(checks);
  const failures = [];
  // Two at a time: more would only share the same cores.
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [name, test] = next;
      const began = Date.now();
      const { ok, output } = await test();
      counts[ok ? "passed" : "failed"] += 1;
      console.log(`${ok ? "ok    " : "FAILED"} ${name} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
      if (!ok) failures.push(`${name}:\n${output}`);
    }
  };
  await Promise.all([worker(), worker()]);
  for (const failure of failures) console.error(`\n${failure}`);
  return counts;
}

async function packedFiles() {
  const { ok, output, stdout } = await run("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"]);
  if (!ok) return { ok, output };
  const [{ files }] = JSON.parse(stdout);
  const strangers = files.map(({ path }) => path).filter((path) => !packed.test(path));
  return { ok: strangers.length === 0, output: `The package would contain: ${strangers.join(", ")}` };
}

function run(command, args) {
  return new Promise((resolve) => {
    const PATH = `${join(root, "node_modules", ".bin")}${delimiter}${process.env.PATH}`;
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, PATH },
      shell: process.platform === "win32",
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (chunk) => (stdout += chunk));
    child.stderr.on("data", (chunk) => (stderr += chunk));
    child.on("error", (error) => resolve({ ok: false, output: String(error), stdout: "" }));
    child.on("close", (code) => resolve({ ok: code === 0, output: `${stdout}${stderr}`, stdout }));
  });
}

if (process.argv[1] === import.meta.filename) process.exitCode = (await check()).failed > 0 ? 1 : 0;
