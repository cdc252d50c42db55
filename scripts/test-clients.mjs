// Foreign clients against the emulator, and beside our provider on the same emulator: Azure's generated clients for JavaScript
// and Python, and `az rest`. Those of Python come from PyPI, once, into virtual environments in the cache folder; where that
// cannot be, they are skipped, and it says so. With arguments (-t "name" …) they go to Jest. Ends with "N passed, N failed".
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { basename, join } from "node:path";

const root = join(import.meta.dirname, "..");
const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "pulumi-azure-cost-exports", "clients");
const oldestPython = [3, 10];
/** The Azure CLI is 700 MB of files; on two cores pip needs a minute for them. */
const installedWithin = 900_000;
const abandonedAfter = 2 * installedWithin;

const clients = [
  { name: "@azure/arm-costmanagement", tests: "javascript.test.ts" },
  {
    name: "azure-mgmt-costmanagement",
    tests: "python.spec.ts",
    requirements: "requirements.txt",
    variable: "AZURE_COST_EXPORTS_PYTHON_SDK",
  },
  {
    name: "az rest",
    tests: "azure-cli.spec.ts",
    requirements: "azure-cli.txt",
    variable: "AZURE_COST_EXPORTS_AZURE_CLI",
  },
];

const python = findPython();
const environment = {};
const tests = [];
let skipped = 0;
for (const { name, tests: file, requirements, variable } of clients) {
  const { interpreter, reason } = requirements === undefined ? {} : virtualEnvironment(requirements);
  if (reason !== undefined) {
    skipped += 1;
    console.warn(`\nSKIPPED: ${name} was not tried. ${reason}\n`);
    continue;
  }
  if (variable !== undefined) environment[variable] = interpreter;
  tests.push(file);
}
const { passed, failed } = jest(tests);
console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;

/** The Python of an environment that holds these requirements; or the reason why there is none. */
function virtualEnvironment(file) {
  if (python === undefined) {
    return { reason: `It needs Python ${oldestPython.join(".")} or later, as python3 or python on PATH.` };
  }
  const path = join(root, "tests", "clients", "python", file);
  const pinned = readFileSync(path, "utf8");
  const key = createHash("sha256").update(`${pinned}\n${python.version}\n${python.command}`).digest("hex").slice(0, 12);
  const folder = join(cache, `${basename(file, ".txt")}-${key}`);
  if (existsSync(interpreterIn(folder))) return { interpreter: interpreterIn(folder) };
  // Made beside its place and renamed: nobody sees half an environment. It is used as `python -m`, which bears the move.
  mkdirSync(cache, { recursive: true });
  removeAbandoned();
  const partial = `${folder}.partial-${process.pid}`;
  try {
    console.log(`Installing ${pinned.trim().split(/\s+/).join(", ")} from PyPI, once ...`);
    const failure =
      run(python.command, ["-m", "venv", partial]) ??
      run(interpreterIn(partial), ["-m", "pip", "install", "--disable-pip-version-check", "--quiet", "-r", path]);
    if (failure !== undefined) return { reason: failure };
    if (!existsSync(folder)) renameSync(partial, folder);
    return { interpreter: interpreterIn(folder) };
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/** Leftovers of runs that were killed. */
function removeAbandoned() {
  for (const name of readdirSync(cache)) {
    const path = join(cache, name);
    if (name.includes(".partial-") && Date.now() - statSync(path).mtimeMs > abandonedAfter) {
      rmSync(path, { recursive: true, force: true });
    }
  }
}

function interpreterIn(folder) {
  return process.platform === "win32" ? join(folder, "Scripts", "python.exe") : join(folder, "bin", "python");
}

function findPython() {
  for (const command of ["python3", "python"]) {
    const { status, stdout } = spawnSync(command, ["-c", "import sys; print(*sys.version_info[:3], sep='.')"], {
      encoding: "utf8",
    });
    if (status !== 0) continue;
    const version = stdout.trim();
    const [major = 0, minor = 0] = version.split(".").map(Number);
    if (major > oldestPython[0] || (major === oldestPython[0] && minor >= oldestPython[1])) return { command, version };
  }
  return undefined;
}

/** The reason why a command failed; undefined where it did not. */
function run(command, args) {
  const { status, error, stdout, stderr } = spawnSync(command, args, { encoding: "utf8", timeout: installedWithin });
  if (status === 0) return undefined;
  const said = `${stdout ?? ""}\n${stderr ?? ""}`.trim().split("\n").slice(-5).join("\n");
  return `${basename(command)} ${args.slice(0, 3).join(" ")} failed:\n${error?.message ?? said}`;
}

function jest(files) {
  const folder = mkdtempSync(join(tmpdir(), "azure-cost-exports-clients-"));
  const report = join(folder, "jest.json");
  try {
    const { status } = spawnSync(
      process.execPath,
      [
        join(root, "node_modules/jest/bin/jest.js"),
        ...["--config", "tests/clients/jest.config.mjs", "--maxWorkers", "2", "--json", "--outputFile", report],
        ...process.argv.slice(2),
        ...["--runTestsByPath", ...files.map((file) => join("tests", "clients", file))],
      ],
      { cwd: root, stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, ...environment } },
    );
    if (!existsSync(report)) return { passed: 0, failed: status === 0 ? 0 : 1 };
    const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, "utf8"));
    // A file that does not load fails without counting a test.
    const broken = testResults.filter(
      ({ status, assertionResults }) => status === "failed" && assertionResults.length === 0,
    );
    return { passed: numPassedTests, failed: numFailedTests + broken.length };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
