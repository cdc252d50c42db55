/** The documentation is held to what it says: its links lead somewhere, its TypeScript compiles, its commands exist. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { anchorsOf, linksOf } from "../support/markdown";

const root = join(__dirname, "../..");
const pages = [
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" }).map((name) => `docs/${name}`),
  "examples/README.md",
  ...readdirSync(join(root, "examples")).map((name) => `examples/${name}/README.md`),
].filter((page) => page.endsWith(".md") && !page.endsWith(".md/README.md"));
const textOf = (page: string) => readFileSync(join(root, page), "utf8");

/** The links of a page that stay in the repository: the file, and the place in it. */
function filesLinkedFrom(page: string): readonly { readonly file: string; readonly anchor?: string }[] {
  return linksOf(textOf(page)).map(({ path, ...rest }) => ({
    ...rest,
    file: path === "" ? page : join(dirname(page), path),
  }));
}

test.each(pages)("the links of %s lead to files that exist", (page) => {
  expect(filesLinkedFrom(page).filter(({ file }) => !existsSync(join(root, file)))).toEqual([]);
});

test.each(pages)("the links of %s lead to headings that exist", (page) => {
  const lost = filesLinkedFrom(page).filter(
    ({ file, anchor }) =>
      anchor !== undefined && existsSync(join(root, file)) && !anchorsOf(textOf(file)).includes(anchor),
  );
  expect(lost).toEqual([]);
});

test("the paths that a page names are those of files and folders", () => {
  const path =
    /`((?:bench|campaign|cli|docs|emulator|examples|pipelines|provider|schema|scripts|sdk|tests)\/[\w./-]+)`/g;
  const named = pages.flatMap((page) => [...textOf(page).matchAll(path)].map(([, name = ""]) => name));
  expect(named.length).toBeGreaterThan(50);
  expect(named.filter((name) => !existsSync(join(root, name)))).toEqual([]);
});

test("every example brings the compiler that its tsconfig.json is written for, and its project file", () => {
  const examples = pages.flatMap((page) => /^examples\/([a-z-]+)\//.exec(page)?.[1] ?? []);
  const versions = examples.map((name) => {
    const text = readFileSync(join(root, "examples", name, "package.json"), "utf8");
    return (JSON.parse(text) as { devDependencies?: { typescript?: string } }).devDependencies?.typescript;
  });
  expect(new Set(versions)).toEqual(new Set(["^6.0.0"]));
  const projectFiles = examples.filter(
    (name) => !["Pulumi.yaml", "PulumiPolicy.yaml"].some((file) => existsSync(join(root, "examples", name, file))),
  );
  expect(projectFiles).toEqual([]);
});

test("the project at the root is the quickstart", () => {
  const atRoot = readFileSync(join(root, "Pulumi.yaml"), "utf8");
  const own = readFileSync(join(root, "examples/quickstart/Pulumi.yaml"), "utf8");
  expect(atRoot.replace("main: examples/quickstart\n", "")).toBe(own);
});

test("every TypeScript block compiles against the package", () => {
  const parent = join(root, "node_modules/.cache");
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, "docs-test-"));
  try {
    const blocks = pages.flatMap((page) =>
      [...textOf(page).matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => ({ page, code: code ?? "" })),
    );
    expect(blocks.length).toBeGreaterThan(4);
    for (const [index, { page, code }] of blocks.entries()) {
      // Blocks may use await, and each is a module of its own.
      writeFileSync(join(folder, `${page.replace(/\W/g, "-")}-${index}.mts`), `${code}\nexport {};\n`);
    }
    const options = {
      compilerOptions: {
        target: "ES2022",
        module: "nodenext",
        strict: true,
        noEmit: true,
        types: ["node"],
        skipLibCheck: true,
      },
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(options));
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    const { stdout } = ((): { stdout: string } => {
      try {
        return { stdout: execFileSync(process.execPath, [tsc, "-p", folder], { encoding: "utf8" }) };
      } catch (error) {
        return error as { stdout: string };
      }
    })();
    expect(stdout).toBe("");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("every command that the documentation names exists", () => {
  const named = new Set(
    pages.flatMap((page) =>
      [...textOf(page).matchAll(/azure-cost-exports ([a-z]+(?: (?:cost|reservation)-details)?)/g)].map(
        ([, command]) => command ?? "",
      ),
    ),
  );
  const help = (...args: string[]) =>
    execFileSync(process.execPath, [join(root, "dist/cli/main.js"), ...args, "--help"], { encoding: "utf8" });
  for (const command of named) expect(help(...command.split(" "))).toContain(`azure-cost-exports ${command}`);
});

describe("docs/cli.md", () => {
  const help = (...command: readonly string[]) =>
    execFileSync(process.execPath, [join(root, "dist/cli/main.js"), ...command, "--help"], { encoding: "utf8" });
  const optionsIn = (text: string) => [...text.matchAll(/(?<![\w-])--[a-z][a-z-]+/g)].map(([option]) => option);
  const optionsOfHelp = (text: string) => (text.match(/^ {2}--[a-z-]+/gm) ?? []).map((option) => option.trim());

  /** The options that the tables below a heading name; text around them may speak of other commands. */
  function optionsOfSection(heading: string): readonly string[] {
    const section = new RegExp(`^## ${heading}\n([\\s\\S]*?)(?=^## )`, "m").exec(textOf("docs/cli.md"))?.[1] ?? "";
    return (section.match(/^\| (?:--|`--|the others).*/gm) ?? []).flatMap((row) =>
      optionsIn(row.startsWith("| the others") ? row : (row.split("|")[1] ?? "")),
    );
  }

  test("has a section for each command", () => {
    const commands = [...help().matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name);
    const headings = [...textOf("docs/cli.md").matchAll(/^## ([a-z]+)$/gm)].map(([, name]) => name);
    expect(headings.sort()).toEqual(commands.filter((name) => name !== "help").sort());
  });

  test.each([
    ["import", [["import"]]],
    ["migrate", [["migrate"]]],
    ["doctor", [["doctor"]]],
    ["run", [["run"]]],
    ["backfill", [["backfill"]]],
    ["history", [["history"]]],
    ["download", [["download"]]],
    [
      "report",
      [
        ["report", "cost-details"],
        ["report", "reservation-details"],
      ],
    ],
    ["emulator", [["emulator"]]],
  ])("names the options of %s, and no other", (heading, commands) => {
    const known = commands.flatMap((command) => optionsOfHelp(help(...command)));
    expect([...new Set(optionsOfSection(heading))].sort()).toEqual([...new Set(known)].sort());
  });
});

test("no page makes a stack with a command that fails the second time", () => {
  expect(pages.filter((page) => /pulumi stack init(?! --help)/.test(textOf(page)))).toEqual([]);
});

test("every npm script that the documentation names exists", () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  const named = pages.flatMap((page) =>
    [...textOf(page).matchAll(/npm run (?:-s )?([a-z:-]+)/g)].map(([, script]) => script ?? ""),
  );
  expect(named.filter((script) => scripts[script] === undefined)).toEqual([]);
});

test("the API reference is up to date, and nothing that is exported lacks a docstring (else: npm run docs)", () => {
  const { status, stderr } = spawnSync(process.execPath, [join(root, "scripts/generate-api.mjs"), "--check"], {
    encoding: "utf8",
  });
  expect([status, stderr]).toEqual([0, ""]);
});

test("the index of the documentation names every page", () => {
  const named = new Set(filesLinkedFrom("docs/README.md").map(({ file }) => file));
  const own = pages.filter((page) => page.startsWith("docs/") && page !== "docs/README.md");
  expect(own.filter((page) => !named.has(page))).toEqual([]);
});
