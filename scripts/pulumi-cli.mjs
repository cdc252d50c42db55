// Finds a Pulumi CLI for the tests, the demo and the examples, or makes one, and prints the folder of its binaries:
//
//   export PATH="$(npm run -s pulumi-cli):$PATH"
//
// Tried in this order, so that a machine without Pulumi, or without a way to Pulumi's download site, needs no manual
// step: PATH, our cache folder, the official download, a build from Pulumi's Go modules. `--json` prints everything
// known about the result; progress goes to stderr.
/* global AbortSignal, setInterval, clearInterval */
import { execFile, spawn } from "node:child_process";
import { constants } from "node:fs";
import {
  access,
  chmod,
  copyFile,
  mkdir,
  readFile,
  readdir,
  rename,
  rm,
  stat,
  utimes,
  writeFile,
} from "node:fs/promises";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { readArguments } from "./arguments.mjs";

const run = promisify(execFile);
const require = createRequire(import.meta.url);

const here = join(import.meta.dirname, "pulumi-cli");
const windows = process.platform === "win32";
const executable = (name) => (windows ? `${name}.exe` : name);
const shim = windows ? "pulumi-resource-pulumi-nodejs.cmd" : "pulumi-resource-pulumi-nodejs";
/** Three files make a CLI that runs Node.js programs with dynamic resources. */
const parts = [executable("pulumi"), executable("pulumi-language-nodejs"), shim];

/** `pulumi import --file` reads `inputs` and `outputs` since this version; the package's import files need them. */
const oldestUsable = "3.254.0";
/** What Pulumi's own go.mod asks for; an older Go that may fetch toolchains (GOTOOLCHAIN=auto) does as well. */
const oldestGo = "1.26.6";
const reachableWithin = 5_000;
const downloadedWithin = 300_000;

/**
 * @typedef {object} PulumiCli
 * @property {string} bin the folder to put first on PATH
 * @property {string | undefined} root what the Automation API calls root: the folder above, when `bin` is named so
 * @property {string} version without a leading "v"
 * @property {"on PATH" | "cached" | "downloaded" | "built"} how
 */

/**
 * @param {{ report?: (line: string) => void }} options
 * @returns {Promise<PulumiCli>}
 */
export async function ensurePulumi({ report = (line) => process.stderr.write(`${line}\n`) } = {}) {
  const version = await pinnedVersion();
  const root = join(cacheFolder(), `pulumi-${version}-${process.platform}-${process.arch}`);
  const tried = [];

  const found = (await onPath(tried)) ?? (await inCache(root, version, tried));
  if (found) return found;

  return await locked(`${root}.lock`, report, async () => {
    // Somebody else may have finished while this process waited for the lock.
    const made = await inCache(root, version, []);
    if (made) return made;
    return (
      (await download(root, version, tried, report)) ??
      (await build(root, version, tried, report)) ??
      Promise.reject(new Error(cures(tried)))
    );
  });
}

function cacheFolder() {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "pulumi-azure-cost-exports");
}

/** The wrapper module's go.mod is the one place that names the version, whether it is downloaded or built. */
async function pinnedVersion() {
  const text = await readFile(join(here, "cli", "go.mod"), "utf8");
  const version = /^require github\.com\/pulumi\/pulumi\/pkg\/v3 v(\S+)$/m.exec(text)?.[1];
  if (!version) throw new Error("scripts/pulumi-cli/cli/go.mod names no version of github.com/pulumi/pulumi/pkg/v3.");
  return version;
}

// --- found ---

async function onPath(tried) {
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  const bin = await firstWith(folders, executable("pulumi"));
  if (!bin) return void tried.push("PATH: no pulumi");
  const version = await versionOf(join(bin, executable("pulumi")));
  if (!version) return void tried.push(`PATH: pulumi in ${bin} does not answer "pulumi version"`);
  if (older(version, oldestUsable)) {
    return void tried.push(`PATH: pulumi in ${bin} is ${version}, older than ${oldestUsable}`);
  }
  for (const part of parts.slice(1)) {
    if (!(await firstWith([bin, ...folders], part))) return void tried.push(`PATH: pulumi in ${bin} has no ${part}`);
  }
  return { bin, root: basename(bin) === "bin" ? dirname(bin) : undefined, version, how: "on PATH" };
}

async function versionOf(command) {
  try {
    // Even that much writes into PULUMI_HOME, which would be ~/.pulumi.
    const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true", PULUMI_HOME: join(cacheFolder(), "home") };
    const { stdout } = await run(command, ["version"], { env, timeout: 30_000 });
    return /^v?(\d+\.\d+\.\d+\S*)/.exec(stdout.trim())?.[1];
  } catch {
    return undefined;
  }
}

async function inCache(root, version, tried) {
  const bin = join(root, "bin");
  try {
    const marker = JSON.parse(await readFile(markerOf(root), "utf8"));
    for (const part of parts) {
      const size = (await stat(join(bin, part))).size;
      if (part !== shim && size !== marker.sizes[part]) throw new Error(`${part} is damaged`);
    }
    await refreshShim(bin, marker.made);
  } catch (error) {
    return void tried.push(
      `cache: ${root} ${error.code === "ENOENT" ? "is not there or not complete" : error.message}`,
    );
  }
  return { bin, root, version, how: "cached" };
}

const markerOf = (root) => join(root, "complete.json");

/**
 * The shim is a few lines of shell that start whatever `@pulumi/pulumi` the program has installed, so that any version
 * of it serves every SDK. It is compared all the same: a future SDK may bring a shim that does more. That of a
 * downloaded distribution belongs to its CLI and is left alone.
 */
async function refreshShim(bin, made) {
  if (made !== "built") return;
  const wanted = await readFile(installedShim());
  if (!wanted.equals(await readFile(join(bin, shim)))) await placeShim(bin);
}

async function placeShim(bin) {
  // Renamed into place: another test run may be starting a provider through it at this moment.
  const fresh = join(bin, `.${shim}.${process.pid}`);
  await copyFile(installedShim(), fresh);
  await chmod(fresh, 0o755);
  await rename(fresh, join(bin, shim));
}

function installedShim() {
  return join(dirname(require.resolve("@pulumi/pulumi/package.json")), shim);
}

// --- made ---

async function download(root, version, tried, report) {
  const started = Date.now();
  try {
    // The installer retries for minutes on a closed network; this answers within seconds.
    const answer = await fetch("https://get.pulumi.com/install.sh", {
      method: "HEAD",
      signal: AbortSignal.timeout(reachableWithin),
    });
    if (!answer.ok) throw new Error(`it answers ${answer.status}`);
  } catch (error) {
    const reason = error.name === "TimeoutError" ? `no answer in ${reachableWithin / 1000} s` : detail(error);
    report(`Pulumi CLI: get.pulumi.com cannot be reached (${reason}), so a build from Go modules is tried.`);
    return void tried.push(`download: get.pulumi.com cannot be reached: ${reason}`);
  }
  const folder = await freshFolder(root);
  const stop = progress(`Pulumi CLI: downloading ${version} from get.pulumi.com`, report);
  try {
    const { PulumiCommand } = require("@pulumi/pulumi/automation");
    // The SDK's own copy: the API takes an object of that class.
    const { SemVer } = createRequire(require.resolve("@pulumi/pulumi/package.json"))("semver");
    await within(
      downloadedWithin,
      PulumiCommand.install({ root: folder, version: new SemVer(version), skipVersionCheck: true }),
    );
    await seal(folder, root, version, "downloaded");
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    report(`Pulumi CLI: the download failed (${detail(error)}), so a build from Go modules is tried.`);
    return void tried.push(`download: ${detail(error)}`);
  } finally {
    stop();
  }
  report(`Pulumi CLI: ${version} downloaded in ${seconds(started)}.`);
  return { bin: join(root, "bin"), root, version, how: "downloaded" };
}

async function build(root, version, tried, report) {
  const started = Date.now();
  const unusable = await whyGoCannotBuild();
  if (unusable) return void tried.push(`build: ${unusable}`);
  const folder = await freshFolder(root);
  const bin = join(folder, "bin");
  report(
    `Pulumi CLI: building ${version} from Go modules, once. It takes some minutes and about 4 GB in the caches of Go.`,
  );
  try {
    await goBuild("the CLI (step 1 of 2)", report, {
      cwd: join(here, "cli"),
      output: join(bin, executable("pulumi")),
      package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
      ldflags: `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${version}`,
    });
    // Newer hosts are not served as a Go module; this one runs the programs of today's SDK.
    await goBuild("the Node.js language host (step 2 of 2)", report, {
      cwd: join(here, "language-host"),
      output: join(bin, executable("pulumi-language-nodejs")),
      package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
      ldflags: "-s -w",
    });
    await placeShim(bin);
    await seal(folder, root, version, "built");
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    return void tried.push(`build: ${detail(error)}`);
  }
  report(`Pulumi CLI: ${version} built in ${seconds(started)}.`);
  return { bin: join(root, "bin"), root, version, how: "built" };
}

async function whyGoCannotBuild() {
  try {
    const { stdout } = await run("go", ["env", "GOVERSION", "GOTOOLCHAIN"], { cwd: homedir() });
    const [go = "", toolchain = ""] = stdout.split("\n").map((line) => line.trim());
    const version = go.replace(/^go/, "");
    if (!older(version, oldestGo)) return undefined;
    if (toolchain !== "local" && !older(version, "1.21.0")) return undefined;
    return `go is ${version}, older than ${oldestGo}, and may not fetch a newer toolchain (GOTOOLCHAIN=${toolchain})`;
  } catch {
    return "go is not on PATH";
  }
}

async function goBuild(what, report, { cwd, output, package: name, ldflags }) {
  const stop = progress(`Pulumi CLI: building ${what}`, report);
  try {
    await new Promise((resolve, reject) => {
      // Without cgo no C compiler is needed, and the result does not depend on the one that happens to be there.
      const env = { ...process.env, CGO_ENABLED: "0", GOWORK: "off" };
      const child = spawn("go", ["build", "-ldflags", ldflags, "-o", output, name], {
        cwd,
        env,
        stdio: ["ignore", 2, "pipe"],
      });
      let tail = "";
      child.stderr.on("data", (chunk) => (tail = (tail + chunk).slice(-2_000)));
      child.once("error", reject);
      child.once("close", (code) => {
        const lines = tail.split("\n").filter((line) => !line.startsWith("go: downloading"));
        if (code === 0) resolve();
        else reject(new Error(`go build of ${what} failed (exit code ${code}):\n${lines.join("\n").trim()}`));
      });
    });
  } finally {
    stop();
  }
}

/** Gives a finished folder its marker, last, and its name. */
async function seal(folder, root, version, made) {
  const sizes = {};
  for (const part of parts) {
    const info = await stat(join(folder, "bin", part)).catch(() => undefined);
    if (!info) throw new Error(`${part} is missing from it`);
    sizes[part] = info.size;
  }
  const answered = await versionOf(join(folder, "bin", executable("pulumi")));
  if (answered !== version) throw new Error(`its pulumi says version ${answered}, not ${version}`);
  await writeFile(markerOf(folder), `${JSON.stringify({ version, made, sizes }, undefined, 2)}\n`);
  await rm(root, { recursive: true, force: true });
  await rename(folder, root);
}

/** Work happens beside the final place, so that the last step is a rename and nobody ever sees a half-made CLI. */
async function freshFolder(root) {
  for (const name of await readdir(dirname(root))) {
    if (name.startsWith(`${basename(root)}.partial-`))
      await rm(join(dirname(root), name), { recursive: true, force: true });
  }
  const folder = `${root}.partial-${process.pid}`;
  await mkdir(join(folder, "bin"), { recursive: true });
  return folder;
}

// --- helpers ---

/**
 * One maker at a time; the others wait and then find its result. The owner keeps touching the file, so that one that
 * was killed is noticed. Should two processes take over such a lock in the same instant, both build and the later
 * rename wins: wasteful, not wrong.
 */
async function locked(path, report, action) {
  const stale = 30_000;
  const began = Date.now();
  let said = 0;
  await mkdir(dirname(path), { recursive: true });
  for (;;) {
    try {
      await writeFile(path, `${process.pid}\n`, { flag: "wx" });
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    const info = await stat(path).catch(() => undefined);
    if (info && Date.now() - info.mtimeMs > stale) {
      await rm(path, { force: true });
      continue;
    }
    if (Date.now() - said > 30_000) {
      report(`Pulumi CLI: another process is making it; waiting for ${path} ... ${seconds(began)}`);
      said = Date.now();
    }
    await pause(1_000);
  }
  const alive = setInterval(() => utimes(path, new Date(), new Date()).catch(() => undefined), stale / 6);
  try {
    return await action();
  } finally {
    clearInterval(alive);
    await rm(path, { force: true });
  }
}

function progress(what, report) {
  const started = Date.now();
  report(`${what} ...`);
  const timer = setInterval(() => report(`${what} ... ${seconds(started)}`), 15_000);
  return () => clearInterval(timer);
}

async function firstWith(folders, name) {
  for (const folder of folders) {
    const usable = await access(join(folder, name), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (usable) return folder;
  }
  return undefined;
}

/** Compares the numbers only: a pre-release counts as its release, as the tests care about features. */
function older(version, bound) {
  const [left, right] = [version, bound].map((text) =>
    text.split(/[.-]/).map((part) => Number.parseInt(part, 10) || 0),
  );
  for (let index = 0; index < 3; index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

async function within(milliseconds, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not finished in ${milliseconds / 1000} s`)), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

function cures(tried) {
  return [
    "No Pulumi CLI was found, and none could be made. Any one of these helps:",
    `  - install Pulumi ${oldestUsable} or later and put it on PATH: https://www.pulumi.com/docs/install/`,
    "  - open the way to https://get.pulumi.com and https://github.com, so that it can be downloaded",
    `  - install Go ${oldestGo} or later, with a Go module proxy in reach, so that it can be built: https://go.dev/dl/`,
    "What was tried:",
    ...tried.map((line) => `  ${line.replaceAll("\n", "\n    ")}`),
  ].join("\n");
}

const detail = (error) => [error.message, error.cause?.code ?? error.cause?.message].filter(Boolean).join(": ");
const seconds = (since) => `${Math.round((Date.now() - since) / 1000)} s`;
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

if (process.argv[1] === import.meta.filename) {
  const { values } = readArguments({
    usage: `npm run -s pulumi-cli [-- --json]

Prints the folder of a Pulumi CLI, which is found, downloaded or built.
  --json  print all that is known of it`,
    options: { json: { type: "boolean" } },
  });
  try {
    const cli = await ensurePulumi();
    process.stdout.write(values.json ? `${JSON.stringify(cli)}\n` : `${cli.bin}\n`);
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
