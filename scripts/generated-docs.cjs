/**
 * What is written from the tables of the provider, so that it cannot say anything else than they do: the pages of the
 * rules, the problems, the errors and the doctor, and the JSON Schema for editors. The tables come from outside: built for the script, as sources for the test.
 */
"use strict";

const { scenarios } = require("../campaign/catalogue/scenarios.cjs");
const { datasetsPage } = require("./generated-datasets.cjs");
const { problemsPage } = require("./generated-problems.cjs");
const { exportSchema } = require("./generated-schema.cjs");
const { troubleshootingPage } = require("./generated-troubleshooting.cjs");

function rulesPage(tables) {
  const { rules, fields, scopes, datasets, dataVersions, offeredVersions } = tables;
  return [
    "# What check knows",
    "",
    "Written by `node scripts/generate-docs.mjs` from the tables in `provider/cost-management`; a test fails when the two differ.",
    "",
    "`refuse` stops the preview: the service was seen to refuse it, or it is beyond doubt. `warn` is shown and passes: it is",
    "documented or assumed only. A rule whose fields are not known yet, in a preview, is passed over.",
    "",
    "## Rules",
    "",
    ...table(
      ["rule", "level", "looks at", "source"],
      rules.map(({ name, severity, needs, source }) => [name, severity, needs.map(code).join(", "), source]),
    ),
    "",
    "Beside these, of each field: its type, its values, and whether the api-version has it.",
    "",
    "## Fields",
    "",
    ...table(
      ["field", "default", "values", "api-versions"],
      fields.map((row) => [
        code(row.path),
        row.required === true ? "required" : row.default === undefined ? "" : code(String(row.default)),
        valuesText(tables, row),
        versionsText(tables, row),
      ]),
    ),
    "",
    "`exportName` defaults to the name of the resource. Values match without case.",
    "",
    "## Scopes",
    "",
    ...table(
      ["scope", "form"],
      scopes.map(({ label, form }) => [label, code(form)]),
    ),
    "",
    "## Datasets",
    "",
    ...table(
      ["`definition.type`", "dataset", "api-versions"],
      datasets.map(({ type, label }) => [code(type), label, versionsOfType(tables, type)]),
    ),
    "",
    "## Versions of the columns",
    "",
    "`definition.dataSet.configuration.dataVersion`, the newest documented one last: the warning about an unset version names it. FOCUS `1.2` is known from a shipped client alone. The service's list changes, so another version is a warning.",
    "",
    ...table(
      ["dataset", "agreement", "known versions"],
      dataVersions.flatMap(({ datasets: names, versions }) =>
        Object.entries(versions).map(([agreement, known]) => [names.join(", "), agreement, known.map(code).join(", ")]),
      ),
    ),
    "",
    `Api-versions: ${offeredVersions.map(code).join(", ")}.`,
    "",
  ].join("\n");
}

function doctorPage({ checkRows }) {
  return [
    "# What the doctor looks at",
    "",
    "Written by `node scripts/generate-docs.mjs` from the table in `provider/functions/doctor-findings.ts`; a test fails when the",
    "two differ, and another produces each of these findings in the emulator by its fault.",
    "",
    "```sh",
    "npx azure-cost-exports doctor --scope /subscriptions/{id} --storage {id of the storage account} --container costs   # before",
    "npx azure-cost-exports doctor --stack dev                                                                           # after",
    "```",
    "",
    "It only reads, signed in like the provider ([credentials](credentials.md)); how it is called, and what it prints, is in",
    "[the command line](cli.md#doctor). `error`: something will fail, or has failed. `warning`: it may. `unknown`: the caller may not",
    "read what the check needs, or the service did not answer; the other checks go on. Facts that nobody has verified are marked in",
    "the texts as documented or assumed.",
    "",
    "In the texts `{subject}` is what was looked at, `{caller}` the object id that the token names, `{advice}` the sentence that the",
    "package's catalogue of the service's errors, or its rules, have for the case; the other names speak for themselves. A cure is a",
    "command wherever there is one.",
    "",
    ...Object.entries(checkRows).flatMap(([check, row]) => [
      `## ${row.title}`,
      "",
      `Check ${code(check)}. ${row.why}`,
      "",
      ...table(
        ["severity", "what", "cure"],
        [
          ...["error", "warning"].flatMap((severity) =>
            row[severity] === undefined ? [] : [[severity, row[severity].what, cell(row[severity].cure)]],
          ),
          ...(row.reads === undefined
            ? []
            : [
                [
                  "unknown",
                  `It is not known: the reason follows. The check needs ${code(row.reads)}.`,
                  "a role for the caller, as a command",
                ],
              ]),
          ["ok", row.ok, ""],
        ],
      ),
      "",
    ]),
  ].join("\n");
}

/** A command as code, a sentence as a sentence. */
const cell = (cure) => (/^(?:az|pulumi) /.test(cure) ? code(cure) : cure);

/** The generated files by their path from the root. */
function generatedFiles(tables) {
  return {
    "docs/datasets.md": datasetsPage(tables),
    "docs/problems.md": problemsPage(tables),
    "docs/rules.md": rulesPage(tables),
    "docs/troubleshooting.md": troubleshootingPage({ ...tables, scenarios }),
    "docs/doctor.md": doctorPage(tables),
    "schema/export.schema.json": `${JSON.stringify(exportSchema(tables), null, 2)}\n`,
  };
}

const code = (text) => `\`${text}\``;

function valuesText({ apiVersions, offeredVersions, valuesOf }, row) {
  if (row.values === undefined) return row.kind === "boolean" ? "`true`, `false`" : row.kind;
  if (row.values === "apiVersions") return "below";
  const lists = offeredVersions.map((version) => valuesOf(row, apiVersions[version]) ?? []);
  return unique(lists.flat()).map(code).join(", ");
}

/** "none" and "None" are one value. */
function unique(values) {
  return values.filter(
    (value, index) => values.findIndex((other) => other.toLowerCase() === value.toLowerCase()) === index,
  );
}

function versionsText({ apiVersions, offeredVersions, hasFeature }, row) {
  const having = offeredVersions.filter((version) => hasFeature(apiVersions[version], row.feature));
  return having.length === offeredVersions.length ? "all" : having.map(code).join(", ");
}

function versionsOfType({ apiVersions, offeredVersions }, type) {
  const having = offeredVersions.filter((version) => apiVersions[version].types.includes(type));
  return having.length === offeredVersions.length ? "all" : having.map(code).join(", ");
}

/** Padded as Prettier does it. */
function table(head, rows) {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll("|", "\\|")));
  const widths = head.map((_, column) => Math.max(...cells.map((row) => [...row[column]].length), 3));
  const line = (row) =>
    `| ${row.map((cell, column) => cell + " ".repeat(widths[column] - [...cell].length)).join(" | ")} |`;
  const [first, ...others] = cells;
  return [line(first), `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`, ...others.map(line)];
}

module.exports = { generatedFiles };
