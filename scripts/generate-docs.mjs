// Writes the generated pages and the JSON Schema from the tables of the built package: node scripts/generate-docs.mjs
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { format, resolveConfig } from "prettier";
import ts from "typescript";

const require = createRequire(import.meta.url);
const root = join(import.meta.dirname, "..");
const { generatedFiles } = require("./generated-docs.cjs");

/** The modules that hold the tables. */
const names = [
  "rules",
  "fields",
  "parse",
  "api-versions",
  "scopes",
  "datasets",
  "data-versions",
  "catalogue",
  "validate",
];
const modules = [
  ...names.map((name) => `cost-management/${name}.js`),
  "resources/errors.js",
  "functions/doctor-findings.js",
];
const folder = process.argv[2] ?? join(root, "dist/provider");
const tables = Object.assign(evaluated("tests/problems.ts"), ...modules.map((name) => require(join(folder, name))));

for (const [path, text] of Object.entries(generatedFiles(tables))) {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, await format(text, { ...(await resolveConfig(file)), filepath: file }));
}

/** What a TypeScript file that is not built, and imports nothing, exports. */
function evaluated(path) {
  const { outputText } = ts.transpileModule(readFileSync(join(root, path), "utf8"), {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  const made = { exports: {} };
  new Function("module", "exports", outputText)(made, made.exports);
  return made.exports;
}
