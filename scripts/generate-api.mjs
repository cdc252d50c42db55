// Writes the API reference from the docstrings of what the package exports: node scripts/generate-api.mjs [--check]
// With --check nothing is written; files that differ are named, and what lacks a docstring in any case.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { Application, ReflectionKind } from "typedoc";

const root = join(import.meta.dirname, "..");

/** The pages: the entry that each describes, and what a program writes to import from it. */
const pages = {
  resources: { entry: "sdk/index.ts", from: "pulumi-azure-cost-exports", about: "resources and functions" },
  components: {
    entry: "sdk/components/index.ts",
    from: "pulumi-azure-cost-exports/components",
    about: "whole solutions on azure-native",
  },
  emulator: { entry: "emulator/index.ts", from: "pulumi-azure-cost-exports/emulator", about: "the emulator for tests" },
};

const options = {
  plugin: ["typedoc-plugin-markdown"],
  entryPoints: Object.values(pages).map(({ entry }) => join(root, entry)),
  tsconfig: join(root, "tsconfig.json"),
  logLevel: "Warn",
  readme: "none",
  // The types are checked by `npm run check`.
  skipErrorChecking: true,
  excludeExternals: true,
  excludePrivate: true,
  disableSources: true,
  sort: ["source-order"],
  validation: { notExported: false, invalidLink: true, invalidPath: true, rewrittenLink: true, notDocumented: false },
  outputFileStrategy: "modules",
  hidePageHeader: true,
  hideBreadcrumbs: true,
  hidePageTitle: true,
  parametersFormat: "table",
  interfacePropertiesFormat: "table",
  classPropertiesFormat: "table",
  propertyMembersFormat: "table",
  typeDeclarationFormat: "table",
  expandParameters: false,
  tableColumnSettings: { hideModifiers: true },
};

const check = process.argv.includes("--check");
const made = await reference();
const stale = [];
for (const [name, text] of Object.entries(made)) {
  const file = join(root, "docs/api", `${name}.md`);
  const formatted = await format(text, { ...(await resolveConfig(file)), filepath: file });
  if (formatted === read(file)) continue;
  stale.push(`docs/api/${name}.md`);
  if (!check) {
    mkdirSync(join(root, "docs/api"), { recursive: true });
    writeFileSync(file, formatted);
  }
}
if (check && stale.length > 0) {
  console.error(`Not up to date: ${stale.join(", ")}. Run "npm run docs".`);
  process.exitCode = 1;
}

/** The text of each page by its name. */
async function reference() {
  const app = await Application.bootstrapWithPlugins(options);
  const project = await app.convert();
  if (project === undefined) throw new Error("TypeDoc could not read the sources.");
  for (const module of project.children ?? []) module.name = pageOf(module.name);
  // That a constructor overrides Pulumi's is of no use to a reader.
  for (const reflection of project.getReflectionsByKind(ReflectionKind.All)) delete reflection.overwrites;
  app.validate(project);
  for (const name of undocumented(project)) app.logger.warn(`${name} has no docstring`);
  if (app.logger.warningCount + app.logger.errorCount > 0) process.exitCode = 1;
  const folder = mkdtempSync(join(tmpdir(), "azure-cost-exports-api-"));
  try {
    await app.outputs.writeOutput({ name: "markdown", path: folder }, project);
    return Object.fromEntries(
      Object.entries(pages).map(([name, page]) => [
        name,
        [
          `# API: ${page.about}`,
          "",
          `Written by \`npm run docs\` from the docstrings of the sources. Imported from \`${page.from}\`.`,
          "",
          readFileSync(join(folder, `${name}.md`), "utf8").replaceAll("OutputInstance", "Output"),
        ].join("\n"),
      ]),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Everything exported and its members, but those of types that have no name. */
function undocumented(project) {
  const kinds =
    ReflectionKind.ClassOrInterface |
    ReflectionKind.TypeAlias |
    ReflectionKind.Variable |
    ReflectionKind.Property |
    ReflectionKind.Method |
    ReflectionKind.Function;
  return project
    .getReflectionsByKind(kinds)
    .filter((one) => !one.hasComment() && !one.signatures?.some((signature) => signature.hasComment()))
    .filter((one) => one.parent?.kind !== ReflectionKind.TypeLiteral)
    .map((one) => one.getFullName());
}

/** TypeDoc calls a module by its folder. */
function pageOf(name) {
  const found = Object.entries(pages).find(([, { entry }]) => entry === `${name}/index.ts`);
  if (found === undefined) throw new Error(`No page is planned for ${name}.`);
  return found[0];
}

function read(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
