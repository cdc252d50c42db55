// Writes the page of the rules and the JSON Schema from the tables of the built package: node scripts/generate-docs.mjs
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { format, resolveConfig } from "prettier";

const require = createRequire(import.meta.url);
const root = join(import.meta.dirname, "..");
const { generatedFiles } = require("./generated-docs.cjs");

/** The modules that hold the tables. */
const modules = ["rules", "fields", "parse", "api-versions", "scopes", "datasets", "data-versions"];
const folder = process.argv[2] ?? join(root, "dist/provider/cost-management");
const tables = Object.assign({}, ...modules.map((name) => require(join(folder, `${name}.js`))));

for (const [path, text] of Object.entries(generatedFiles(tables))) {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, await format(text, { ...(await resolveConfig(file)), filepath: file }));
}
