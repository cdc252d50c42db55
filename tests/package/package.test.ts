/** The tarball as a user gets it, installed in a project of its own. */
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { anchorsOf, linksOf } from "../support/markdown";

const root = join(__dirname, "../..");
const azureNative = "@pulumi/azure-native";
let project: string;
/** The package in it. */
let home: string;

/** Packs the package and unpacks it where a user's project would find it; its dependencies are those of this repository. */
beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), "azure-cost-exports-package-"));
  const modules = join(project, "node_modules");
  home = join(modules, "pulumi-azure-cost-exports");
  mkdirSync(home, { recursive: true });
  const [{ filename }] = JSON.parse(
    execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", project], {
      cwd: root,
      encoding: "utf8",
    }),
  ) as [{ filename: string }];
  execFileSync("tar", ["-xzf", join(project, filename), "--strip-components=1", "-C", home]);
  mkdirSync(join(modules, "@pulumi"));
  for (const name of ["@pulumi/pulumi", azureNative, "@azure", "@types", "axios", "commander", "undici-types"])
    symlinkSync(join(root, "node_modules", name), join(modules, name));
  writeFileSync(join(project, "package.json"), '{ "name": "user", "private": true }');
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

function run(file: string, text: string): string {
  writeFileSync(join(project, file), text);
  return execFileSync(process.execPath, [file], { cwd: project, encoding: "utf8" }).trim();
}

const mocks = `
await pulumi.runtime.setMocks({ newResource: (args) => ({ id: "id", state: args.inputs }), call: () => ({}) });
const made = new Export("daily", { scope: "/subscriptions/x", definition: { type: "FocusCost", timeframe: "MonthToDate" }, deliveryInfo: { destination: { container: "costs", resourceId: "x" } } });
made.exportName.apply((name) => console.log(name, typeof provider.create, typeof startEmulator));
`;

test("a CommonJS program imports every entry", () => {
  const text = `(async () => {
const pulumi = require("@pulumi/pulumi");
const { Export } = require("pulumi-azure-cost-exports");
const { Export: provider } = require("pulumi-azure-cost-exports/provider");
const { startEmulator } = require("pulumi-azure-cost-exports/emulator");
${mocks}})();`;
  expect(run("program.cjs", text)).toBe("daily function function");
});

test("an ESM program imports every entry", () => {
  const text = `
import pulumi from "@pulumi/pulumi";
import { Export } from "pulumi-azure-cost-exports";
import { Export as provider } from "pulumi-azure-cost-exports/provider";
import { startEmulator } from "pulumi-azure-cost-exports/emulator";
${mocks}`;
  expect(run("program.mjs", text)).toBe("daily function function");
});

test("the emulator starts from the package", () => {
  const text = `
import { startEmulator } from "pulumi-azure-cost-exports/emulator";
const emulator = await startEmulator();
console.log((await fetch(emulator.httpUrl + "/metadata/endpoints?api-version=2022-09-01")).status);
await emulator.close();`;
  expect(run("emulator.mjs", text)).toBe("200");
});

test("the command line answers from the package", () => {
  const main = join(project, "node_modules/pulumi-azure-cost-exports/dist/cli/main.js");
  expect(
    execFileSync(process.execPath, [main, "--version"], {
      cwd: project,
      encoding: "utf8",
    }).trim(),
  ).toBe("0.1.0");
});

test("every link of a page in the package leads to a file and a heading in the package", () => {
  const pages = readdirSync(home, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".md"));
  expect(pages).toEqual(expect.arrayContaining(["README.md", "docs/README.md", "examples/README.md"]));
  const lost = pages.flatMap((page) => {
    const text = readFileSync(join(home, page), "utf8");
    return linksOf(text).flatMap(({ link, path, anchor }) => {
      const file = path === "" ? join(home, page) : join(home, dirname(page), path);
      const found = file.startsWith(home) && existsSync(file);
      const there = found && (anchor === undefined || anchorsOf(readFileSync(file, "utf8")).includes(anchor));
      return there ? [] : [`${page}: ${link}`];
    });
  });
  expect(lost).toEqual([]);
});

test("no stack's own settings are in the package, whatever lies in the examples", () => {
  const file = join(root, "examples/backfill/Pulumi.left-behind.yaml");
  writeFileSync(file, "config: {}\n");
  try {
    const listed = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
      cwd: root,
      encoding: "utf8",
    });
    expect(listed).toContain("examples/backfill/Pulumi.yaml");
    expect(listed).not.toContain("left-behind");
  } finally {
    rmSync(file);
  }
});

test("what is packed is built before", () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: { prepack?: string } };
  expect(scripts.prepack).toBe("node scripts/build.mjs");
});

test("importing loads neither the network nor the identity libraries", () => {
  const text = `
require("pulumi-azure-cost-exports"); require("pulumi-azure-cost-exports/provider");
console.log(Object.keys(require.cache).filter((file) => /axios|@azure|msal/.test(file)).length);`;
  expect(run("lazy.cjs", text)).toBe("0");
});

describe("components", () => {
  const load = `
try {
  const components = require("pulumi-azure-cost-exports/components");
  console.log(Object.keys(components).join(" "));
} catch (error) {
  console.log(error.message);
}`;

  /** With something else in the place of azure-native. */
  function instead(files: Readonly<Record<string, string>> | undefined): string {
    const home = join(project, "node_modules", azureNative);
    rmSync(home);
    try {
      if (files !== undefined) mkdirSync(home);
      for (const [file, text] of Object.entries(files ?? {})) writeFileSync(join(home, file), text);
      return run("components.cjs", load);
    } finally {
      rmSync(home, { recursive: true, force: true });
      symlinkSync(join(root, "node_modules", azureNative), home);
    }
  }

  test("are there, for ESM too", () => {
    const text = `
import { CostExport, ExportAccess, ExportDestination, FinOpsExports } from "pulumi-azure-cost-exports/components";
console.log([CostExport, ExportAccess, ExportDestination, FinOpsExports].map((one) => one.name).join(" "));`;
    const names = "CostExport ExportAccess ExportDestination FinOpsExports";
    expect(run("components.mjs", text)).toBe(names);
    expect(run("components.cjs", load).split(" ").sort().join(" ")).toBe(names);
  });

  test("say what to install where azure-native is missing", () => {
    const { peerDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      peerDependencies: Record<string, string>;
    };
    expect(instead(undefined)).toBe(
      `pulumi-azure-cost-exports/components is built on ${azureNative}, which is not installed. Run "npm install ${azureNative}" (version ${String(peerDependencies[azureNative])}).`,
    );
  });

  test("let other errors of its import through", () => {
    const broken = instead({ "package.json": '{ "name": "@pulumi/azure-native", "version": "3.0.0" }' });
    expect(broken).toMatch(/^Cannot find module '@pulumi\/azure-native\/authorization\/roleAssignment'/);
  });
});

const program = `
import { Export, getExportOutput, type ExportArgs, type GetExportResult } from "pulumi-azure-cost-exports";
import { Export as provider } from "pulumi-azure-cost-exports/provider";
import { startEmulator } from "pulumi-azure-cost-exports/emulator";
const args: ExportArgs = { scope: "/subscriptions/x", definition: { type: "FocusCost", timeframe: "MonthToDate" }, deliveryInfo: { destination: { container: "costs" } } };
const made = new Export("daily", args, { protect: true });
export const folder = made.deliveryInfo.destination.rootFolderPath;
export const found = getExportOutput({ scope: made.scope, exportName: "daily" }).apply((result: GetExportResult) => result.eTag);
export const wrongTypes = [provider.create, startEmulator];
// @ts-expect-error the service has no such schedule member
new Export("wrong", { ...args, schedule: { every: "day" } });
`;

const oldest = "tests/compilers/node_modules/typescript";
const newest = "node_modules/typescript";

test.each([
  ["5.0", oldest, ["--module", "node16", "--moduleResolution", "node16"]],
  ["5.0 in a project of the old way", oldest, ["--module", "commonjs", "--moduleResolution", "node"]],
  ["6", newest, ["--module", "nodenext", "--moduleResolution", "nodenext", "--ignoreConfig"]],
])("the declarations compile with TypeScript %s", (_version, compiler, options) => {
  // A compiler that is not there finds no fault: "npm ci" brings all three.
  expect(existsSync(join(root, compiler, "bin/tsc"))).toBe(true);
  writeFileSync(join(project, "index.ts"), program);
  const common = ["--noEmit", "--strict", "--skipLibCheck", "false", "--target", "es2022", "--types", "node"];
  const args = [join(root, compiler, "bin/tsc"), ...common, "--preserveSymlinks", ...options, "index.ts"];
  try {
    execFileSync(process.execPath, args, { cwd: project, encoding: "utf8", stdio: "pipe" });
  } catch (error) {
    const { stdout } = error as { stdout: string };
    // Declarations of others are not ours to mend.
    const ours = stdout
      .split("\n")
      .filter((line) => /^(?:index\.ts|node_modules\/pulumi-azure-cost-exports|error )/.test(line));
    expect(ours).toEqual([]);
  }
});
