/**
 * Runs the transport in a process of its own: for what must be set before a process starts, for variables that the identity
 * library reads once, and to see what an import loads. The sources are transpiled, so that no build is needed.
 */
import { transformSync } from "@swc/core";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "../../..");

export interface CompiledArm {
  /** Runs a script in which `arm` is the transport; what it prints is parsed as JSON. */
  run(script: string, env?: Readonly<Record<string, string>>): Promise<unknown>;
  remove(): void;
}

/** Lies below node_modules, so that the libraries are found from there. */
export function compileArm(): CompiledArm {
  const cache = join(root, "node_modules/.cache");
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, "arm-"));
  for (const file of readdirSync(join(root, "provider/arm"))) {
    const source = readFileSync(join(root, "provider/arm", file), "utf8");
    const { code } = transformSync(source, {
      filename: file,
      jsc: { parser: { syntax: "typescript" }, target: "es2022" },
      module: { type: "commonjs" },
    });
    writeFileSync(join(folder, file.replace(/\.ts$/, ".js")), code);
  }
  return {
    run: (script, env = {}) =>
      new Promise((resolve, reject) => {
        const code = `const arm = require(${JSON.stringify(join(folder, "index.js"))});\n${script}`;
        // Nothing of this process's environment: it may hold credentials or proxies.
        const options = { env: { PATH: process.env["PATH"] ?? "", HOME: folder, ...env }, timeout: 50_000 };
        execFile(process.execPath, ["-e", code], options, (error, stdout, stderr) => {
          if (error === null) resolve(JSON.parse(stdout));
          else reject(new Error(`${error.message}\n${stdout}\n${stderr}`));
        });
      }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
