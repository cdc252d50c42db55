/** `azure-cost-exports import`: an import file and a program for exports that exist already. It reads, and changes nothing in Azure. */
import { existsSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { Command } from "commander";
import { createArmClient, readArmSettings, systemClock } from "../../provider/arm";
import { planImport, type ImportContext, type ImportPlan } from "../../provider/functions/import";
import { createExportReader } from "../../provider/resources/export-reader";
import { printJson } from "../output";

export interface PlanFiles {
  readonly out: string;
  readonly program?: string;
  readonly json?: true;
  readonly force?: true;
}

interface Options extends PlanFiles {
  readonly scope: readonly string[];
  readonly name: readonly string[];
  readonly namePrefix?: string;
  readonly keepVersion: boolean;
}

export function importCommand(): Command {
  const command = new Command("import")
    .description(
      "Take exports that exist already into a Pulumi stack: write the file for `pulumi import`, and the program.",
    )
    .argument("[exports...]", "ids of single exports, beside those of --scope")
    .option("--scope <scope>", "take the exports of this scope; may be repeated", collect, [])
    .option("--name <pattern>", "of --scope, only those of this name, with * and ?; may be repeated", collect, [])
    .option("--name-prefix <prefix>", "put this before the name of each resource");
  return withPlanFiles(command)
    .addHelpText(
      "after",
      "\nNothing is changed in Azure or in a stack. Exit codes: 0 all planned; 1 nothing written; 2 written, but some exports are not in it.",
    )
    .action(async (ids: readonly string[], { scope, name, namePrefix, keepVersion, ...files }: Options) => {
      checkFiles(files);
      if (scope.length === 0 && ids.length === 0)
        throw new Error("There is no scope to read exports from. Name one with --scope, or exports by their ids.");
      if (scope.length === 0 && name.length > 0)
        throw new Error("--name chooses among the exports of a scope: name that with --scope.");
      const request = {
        scopes: scope,
        exports: ids.map((id) => ({ id })),
        keepVersion,
        ...(name.length === 0 ? {} : { names: name }),
        ...(namePrefix === undefined ? {} : { namePrefix }),
      };
      const plan = await planImport(request, undefined, quietContext());
      deliver(plan, files);
    });
}

/** Options of every command that ends in an import file. */
export function withPlanFiles(command: Command): Command {
  return command
    .option("--out <file>", "where the import file is written", "import.json")
    .option("--program <file>", "where the program is written; standard output by default")
    .option(
      "--no-keep-version",
      "let exports of the older generation move to 2025-03-01 with their next change, instead of naming their api-version in the program",
    )
    .option("--json", "print one JSON object")
    .option("--force", "replace files that exist");
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

/** Asked before anything is read, so that nobody waits for a refusal, and no file is written without the other. */
export function checkFiles({ out, program, force }: PlanFiles): void {
  const files = program === undefined ? [out] : [out, program];
  if (program !== undefined && resolve(program) === resolve(out))
    throw new Error("--out and --program name the same file. Name two.");
  const homeless = files.filter((file) => !existsSync(dirname(resolve(file))));
  if (homeless.length > 0) throw new Error(`There is no folder for ${homeless.join(" and ")}. Make it first.`);
  const existing = files.filter((file) => existsSync(file));
  if (existing.length > 0 && force !== true)
    throw new Error(`${existing.join(" and ")} exists already. Name another file, or add --force to replace it.`);
}

/** Like the provider's own, but what it says goes to standard error: standard output is for the program, or the JSON. */
export function quietContext(): ImportContext {
  const log = (message: string): void => console.error(message);
  const arm = createArmClient(readArmSettings({ env: process.env }), { clock: systemClock, log });
  return { clock: systemClock, reader: createExportReader(arm, systemClock) };
}

/** What a person does besides importing, where the exports come from another tool. */
export interface Steps {
  /** What to do with the program. */
  readonly place: string;
  /** Commands between the import and the preview. */
  readonly after: readonly string[];
}

const ofImport: Steps = { place: "Make the program a part of your project", after: [] };

/** Writes the files, and says what is in them and what comes next. */
export function deliver(plan: ImportPlan, files: PlanFiles, steps = ofImport): void {
  if (plan.exports.length === 0) throw new Error(nothing(plan));
  const flag = files.force === true ? "w" : "wx";
  writeFileSync(files.out, `${JSON.stringify(plan.file, undefined, 2)}\n`, { flag });
  if (files.program !== undefined) writeFileSync(files.program, plan.program, { flag });
  const commands = [
    ...plan.secrets.map((key) => `pulumi config set --secret ${key}`),
    `pulumi import --file ${quoted(files.out)} --yes --protect=false --generate-code=false`,
    ...steps.after,
    "pulumi preview --expect-no-changes",
  ];
  if (files.json === true) printJson(report(plan, files, commands));
  else tell(plan, files, commands, steps.place);
  if (plan.skipped.length + plan.missing.length > 0) process.exitCode = 2;
}

function nothing({ skipped, missing }: ImportPlan): string {
  const told = [...skipped.map(({ id, reasons }) => `${id}: ${reasons.join(" ")}`), ...missing.map(notFound)];
  return told.length > 0
    ? `There is nothing to import.\n${told.join("\n")}`
    : "There is nothing to import: no export was found. Look at the scopes, the names and your rights; a scope shows its own exports only, not those of the scopes below it.";
}

const notFound = (id: string): string => `${id}: not found. Look at its spelling, and at your rights.`;

function report(plan: ImportPlan, { out, program }: PlanFiles, commands: readonly string[]): unknown {
  return {
    exports: plan.exports.map(({ resourceName, id, outputs, remarks }) => ({
      resourceName,
      id,
      apiVersion: outputs["apiVersion"],
      remarks,
    })),
    skipped: plan.skipped,
    missing: plan.missing,
    importFile: out,
    ...(program === undefined ? { program: plan.program } : { programFile: program }),
    commands,
  };
}

function tell(plan: ImportPlan, { out, program }: PlanFiles, commands: readonly string[], place: string): void {
  // The program alone on standard output can be sent to a file.
  const say = program === undefined ? console.error : console.log;
  if (program === undefined) console.log(plan.program.trimEnd());
  for (const { resourceName, id, outputs, remarks } of plan.exports) {
    say(`${resourceName}: ${id} (api-version ${String(outputs["apiVersion"])})`);
    for (const remark of remarks) say(`  ${remark}`);
  }
  for (const { id, reasons } of plan.skipped) say(`skipped ${id}: ${reasons.join(" ")}`);
  for (const id of plan.missing) say(`skipped ${notFound(id)}`);
  say(`\nWrote ${out}${program === undefined ? "" : ` and ${program}`}. ${place}, then run there:\n`);
  for (const command of commands) say(`  ${command}`);
}

const quoted = (value: string): string =>
  /^[\w./:,@%+-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
