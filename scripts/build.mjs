// Compiles the package into dist/: CommonJS with declarations. Skips the work when nothing has changed since the last build.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const stamp = join(root, "dist", ".built");
const sources = ["provider", "sdk", "emulator", "cli"].map((folder) => join(root, folder));

if (
  existsSync(stamp) &&
  newest([...sources, join(root, "tsconfig.json"), join(root, "tsconfig.build.json")]) <= statSync(stamp).mtimeMs
) {
  process.exit(0);
}
rmSync(join(root, "dist"), { recursive: true, force: true });
execFileSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", "tsconfig.build.json"], {
  cwd: root,
  stdio: "inherit",
});
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
