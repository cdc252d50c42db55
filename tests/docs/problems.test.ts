/** The table of reported problems is held to what it says: all numbers, proofs that exist, links that lead somewhere. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { anchorsOf } from "../support/markdown";
import { problemGroups, type Proof } from "../problems";

const root = join(__dirname, "../..");
const problems = problemGroups.flatMap((group) => group.problems);
const textOf = (path: string) => readFileSync(join(root, path), "utf8");

test("every number from 1 to 83 has its entry, in this order", () => {
  expect(problems.map(({ number }) => number)).toEqual(Array.from({ length: 83 }, (_, index) => index + 1));
});

test("what is claimed to be ended is shown by a test", () => {
  const claims = problems.filter(({ outcome }) => !["documented", "open"].includes(outcome));
  expect(claims.filter(({ proofs }) => proofs.length === 0).map(({ number }) => number)).toEqual([]);
});

const cited = problems.flatMap(({ number, proofs }) => proofs.map((proof) => [number, proof.file, proof] as const));

test.each(cited)("problem %i: the cited test of %s exists", (_number, file, { title, row, rowsIn }) => {
  expect(existsSync(join(root, file))).toBe(true);
  expect(titlesOf(file)).toContain(title);
  if (row !== undefined) expect(textOf(rowsIn ?? file)).toContain(row);
});

test("a title that is not there, or stands in a comment only, is noticed", () => {
  const titles = titlesOf("tests/provider/resources/export.test.ts");
  expect(titles).not.toContain("create");
  expect(titles).not.toContain("an end that nobody has shown");
});

const linked = problems.flatMap(({ number, page }) => (page === undefined ? [] : [[number, page] as const]));

test.each(linked)("problem %i: %s leads somewhere", (_number, page) => {
  const [name = "", anchor] = page.split("#");
  const path = `docs/${name}`;
  expect(existsSync(join(root, path))).toBe(true);
  if (anchor !== undefined) expect(anchorsOf(textOf(path))).toContain(anchor);
});

const titles = new Map<Proof["file"], readonly string[]>();

/** The titles of a file's tests, as its syntax has them. */
function titlesOf(file: string): readonly string[] {
  const known = titles.get(file) ?? readTitles(file);
  titles.set(file, known);
  return known;
}

function readTitles(file: string): readonly string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && calls(node.expression) === "test") {
      const [title] = node.arguments;
      if (title !== undefined && ts.isStringLiteralLike(title)) found.push(title.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, textOf(file), ts.ScriptTarget.ES2022, false));
  return found;
}

/** The name that a call begins with: `test`, `test.each(…)`, `test.each<…>(…)`. */
function calls(expression: ts.Expression): string | undefined {
  if (ts.isIdentifier(expression)) return expression.text;
  if (ts.isPropertyAccessExpression(expression) || ts.isCallExpression(expression)) return calls(expression.expression);
  return undefined;
}
