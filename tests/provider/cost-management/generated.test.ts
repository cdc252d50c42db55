/** What is written from the tables says what they say. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv";
import fc from "fast-check";
import { exportInputs, now } from "../../../campaign/inputs/generate.cjs";
import { fullExports, spellings } from "../../../campaign/inputs/properties.cjs";
import * as apiVersions from "../../../provider/cost-management/api-versions";
import * as catalogue from "../../../provider/cost-management/catalogue";
import * as dataVersions from "../../../provider/cost-management/data-versions";
import * as datasets from "../../../provider/cost-management/datasets";
import * as fields from "../../../provider/cost-management/fields";
import * as parse from "../../../provider/cost-management/parse";
import * as rules from "../../../provider/cost-management/rules";
import * as scopes from "../../../provider/cost-management/scopes";
import * as doctor from "../../../provider/functions/doctor-findings";
import * as validation from "../../../provider/cost-management/validate";
import * as resourceErrors from "../../../provider/resources/errors";
import { generatedFiles } from "../../../scripts/generated-docs.cjs";
import * as problems from "../../problems";

const generated = generatedFiles({
  ...apiVersions,
  ...catalogue,
  ...dataVersions,
  ...datasets,
  ...fields,
  ...parse,
  ...problems,
  ...resourceErrors,
  ...rules,
  ...scopes,
  ...validation,
  ...doctor,
});
const { validate } = validation;

function stored(path: string): string {
  return readFileSync(join(__dirname, "../../..", path), "utf8");
}

/** Line by line, without what only the formatting decides. */
function words(path: string, text: string): unknown {
  if (path.endsWith(".json")) return JSON.parse(text) as unknown;
  return text.split("\n").map((line) => line.replace(/-{3,}/g, "-").replace(/\s+/g, " "));
}

test.each(Object.keys(generated))("%s is up to date (else: npm run docs)", (path) => {
  expect(words(path, stored(path))).toEqual(words(path, generated[path] ?? ""));
});

test.each(catalogue.catalogue.map((row) => [row.name, row] as const))(
  "the words of %s on the page of errors are those that the row is found by",
  (_name, row) => {
    const answer = row.fragment === undefined && row.code !== undefined ? [row.words, ""] : ["400", row.words];
    const [code = "", message = ""] = answer;
    expect(catalogue.explain(row.status?.[0] ?? 400, code, message)?.name).toBe(row.name);
  },
);

describe("the schema for editors", () => {
  const schema = JSON.parse(stored("schema/export.schema.json")) as { readonly examples: readonly object[] };
  const fits = new Ajv({ allErrors: true }).compile(schema);
  const refusals = (inputs: unknown): readonly string[] => {
    fits(inputs);
    return (fits.errors ?? []).map(({ dataPath, message }) => `${dataPath} ${message ?? ""}`);
  };

  test.each(schema.examples.map((example, index) => [index, example]))(
    "takes example %i, and so does check",
    (_, it) => {
      expect(refusals(it)).toEqual([]);
      expect(validate(it, undefined, now).failures).toEqual([]);
    },
  );

  test("takes every dataset in every version, in every spelling but that of the members", () => {
    const ways = Object.entries(spellings).filter(([name]) => !/members|null/.test(name));
    for (const full of fullExports())
      for (const [name, spelt] of ways) expect([name, refusals(spelt(full))]).toEqual([name, []]);
  });

  test("refuses nothing that check accepts, but for the case of members and what is set to nothing", () => {
    const accepted = fc
      .sample(exportInputs(fc), { numRuns: 4_000, seed: 20_260_310 })
      .filter((inputs) => validate(inputs, undefined, now).failures.length === 0)
      .filter((inputs) => !/null|\[\]|\{\}|""/.test(JSON.stringify(inputs)) && ownCase(inputs) && knownMembers(inputs));
    expect(accepted.length).toBeGreaterThan(1_000);
    for (const inputs of accepted) expect([inputs, refusals(inputs)]).toEqual([inputs, []]);
  });

  test.each<readonly [string, Readonly<Record<string, unknown>>]>([
    ["an unknown member", { formats: "Csv" }],
    ["an unknown value", { format: "Xml" }],
    ["a field that the version lacks", { apiVersion: "2023-11-01", compressionMode: "gzip" }],
    ["a value that the version lacks", { apiVersion: "2023-11-01", format: "Parquet" }],
    ["a missing destination", { deliveryInfo: undefined }],
  ])("refuses %s", (_name, change) => {
    const inputs = JSON.parse(
      JSON.stringify({ ...schema.examples[0], compressionMode: undefined, ...change }),
    ) as unknown;
    expect(refusals(inputs)).not.toEqual([]);
  });

  test("leaves expressions of a tool alone", () => {
    expect(refusals({ ...schema.examples[0], format: "${format}", partitionData: "${partition}" })).toEqual([]);
  });
});

const memberNames = [...fields.fields.flatMap(({ path }) => path.split(".")), "name", "value"];

/** Check takes members in any case; a schema has one. */
function ownCase(inputs: unknown): boolean {
  const names = new Set(memberNames);
  return keysOf(inputs).every((key) => names.has(key) || ![...names].some((name) => same(name, key)));
}

/** Members that check passes over with a warning, such as an eTag. */
function knownMembers(inputs: unknown): boolean {
  return keysOf(inputs).every((key) => memberNames.includes(key));
}

function keysOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(keysOf);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => [key, ...keysOf(member)]);
}

const same = (left: string, right: string): boolean => left.toLowerCase() === right.toLowerCase();
