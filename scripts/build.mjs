// Compiles the package into dist/: CommonJS with declarations. Skips the work when nothing has changed since the last build.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

// npm scripts find the Node.js of the devDependency `node` first; without install scripts it has no binary.
if (Number(process.versions.node.split(".")[0]) < 22) {
  console.error(
    `This is Node.js ${process.versions.node}; the newest Pulumi SDK needs 22 or later. Run "npm ci" without --ignore-scripts, or "npm rebuild node", or use a newer Node.js.`,
  );
  process.exit(1);
}

const root = join(import.meta.dirname, "..");
const output = join(root, "dist");
// Beside the dependencies, not in dist/, which is packed as it is.
const stamp = join(root, "node_modules", ".cache", "azure-cost-exports-built");
const sources = ["provider", "sdk", "emulator", "cli"].map((folder) => join(root, folder));

if (
  existsSync(stamp) &&
  existsSync(output) &&
  newest([...sources, join(root, "tsconfig.json"), join(root, "tsconfig.build.json")]) <= statSync(stamp).mtimeMs
) {
  process.exit(0);
}
// Compiled beside dist/ and put in place whole: two builds at once don't disturb each other, a failed one leaves the last.
const fresh = join(root, "node_modules", ".cache", `azure-cost-exports-build-${process.pid}`);
rmSync(fresh, { recursive: true, force: true });
const tsc = join(root, "node_modules/typescript/bin/tsc");
const { status } = spawnSync(process.execPath, [tsc, "-p", "tsconfig.build.json", "--outDir", fresh], {
  cwd: root,
  stdio: "inherit",
});
if (status !== 0) {
  rmSync(fresh, { recursive: true, force: true });
  process.exit(status ?? 1);
}
rmSync(output, { recursive: true, force: true });
renameSync(fresh, output);
mkdirSync(dirname(stamp), { recursive: true });
writeFileSync(stamp, "");

function newest(paths) {
  let time = 0;
  for (const path of paths) {
    const info = statSync(path);
    time = Math.max(time, info.mtimeMs);
    if (info.isDirectory()) time = Math.max(time, newest(readdirSync(path).map((name) => join(path, name))));
  }
  return time;
}
