/** `azure-cost-exports doctor`: what an export needs around it, looked at before a deployment and after. It only reads. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Command } from "commander";
import { createDoctorContext, runDoctor, type DoctorReport, type DoctorRequest } from "../../provider/functions/doctor";
import type { Finding, Severity } from "../../provider/functions/doctor-findings";
import { requestOfStack } from "../../provider/functions/doctor-stack";
import { printJson } from "../output";

interface Options {
  readonly stack?: string | true;
  readonly scope: readonly string[];
  readonly storage?: string;
  readonly container?: string;
  readonly json?: true;
}

export function doctorCommand(): Command {
  return new Command("doctor")
    .description(
      "Look at everything that exports need around them (sign-in, rights, providers, storage, schedules, runs), and say what is wrong and which command mends it.",
    )
    .option(
      "--stack [name]",
      "look at the exports of a stack of the Pulumi project in this folder; without a name, of the selected stack",
    )
    .option("--scope <scope>", "look at this scope and all of its exports; may be repeated", collect, [])
    .option(
      "--storage <id>",
      "with --scope: the storage account to look at; by default those that the exports deliver to",
    )
    .option("--container <name>", "with --storage: the container that exports will deliver to")
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      "\nNothing is changed. Exit codes: 0 no errors; 1 errors were found, or the doctor could not work.",
    )
    .action(async (options: Options) => {
      const request = await requestOf(options);
      const report = request === undefined ? nothing() : await runDoctor(request, context());
      if (options.json === true) printJson(report);
      else tell(report);
      if (report.summary.error > 0) process.exitCode = 1;
    });
}

const context = () => createDoctorContext((message) => console.error(message));

/** No fault: a pipeline asks after each deployment, also of a stack that has no export yet. */
function nothing(): DoctorReport {
  console.error(
    "The stack holds no export of this package: nothing is looked at. Name a scope (--scope), or another stack.",
  );
  return { findings: [], summary: { error: 0, warning: 0, unknown: 0, ok: 0 } };
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

async function requestOf({ stack, scope, storage, container }: Options): Promise<DoctorRequest | undefined> {
  if (stack === undefined) {
    if (scope.length === 0)
      throw new Error("There is nothing to look at. Name a scope (--scope), or a stack (--stack).");
    if (container !== undefined && storage === undefined)
      throw new Error("--container is the container of an account: name that with --storage.");
    const account = storage === undefined ? [] : [{ id: storage, ...(container === undefined ? {} : { container }) }];
    return { scopes: scope, storage: account };
  }
  if (scope.length > 0 || storage !== undefined || container !== undefined)
    throw new Error(
      "--stack names scopes and storage itself: leave out --scope, --storage and --container, or --stack.",
    );
  return requestOfStack(await exportStack(stack === true ? undefined : stack));
}

const run = promisify(execFile);
/** States of large stacks run to some ten megabytes. */
const largestState = 1 << 30;

/** Secrets stay encrypted in what it prints. */
async function exportStack(name: string | undefined): Promise<string> {
  const named = name === undefined ? [] : ["--stack", name];
  try {
    const { stdout } = await run("pulumi", ["stack", "export", "--non-interactive", ...named], {
      maxBuffer: largestState,
    });
    return stdout;
  } catch (error) {
    const { code, stderr } = error as { readonly code?: unknown; readonly stderr?: unknown };
    if (code === "ENOENT")
      throw new Error("The Pulumi CLI is not on PATH, which --stack needs. Use --scope instead, or install it.", {
        cause: error,
      });
    const said = typeof stderr === "string" && stderr.trim() !== "" ? stderr.trim() : String(error);
    throw new Error(`"pulumi stack export" failed: ${said}`, { cause: error });
  }
}

const titles: Readonly<Record<Severity, string>> = {
  error: "Errors",
  warning: "Warnings",
  unknown: "Not known",
  ok: "Fine",
};

/** Problems first, with the cure of each; what is fine in one line each. By severity, then by what was looked at. */
function tell({ findings, summary }: DoctorReport): void {
  const counts = `${plural(summary.error, "error")}, ${plural(summary.warning, "warning")}, ${summary.unknown} not known, ${summary.ok} fine`;
  for (const severity of ["error", "warning", "unknown", "ok"] as const) {
    const found = findings.filter((finding) => finding.severity === severity);
    if (found.length === 0) continue;
    console.log(`${titles[severity]}\n`);
    for (const subject of new Set(found.map((finding) => finding.subject))) {
      console.log(`  ${subject}`);
      for (const finding of found) if (finding.subject === subject) tellOne(finding);
      console.log();
    }
  }
  console.log(counts);
}

function tellOne({ check, severity, what, why, cure }: Finding): void {
  console.log(`    ${check}: ${indented(what)}`);
  if (severity === "ok") return;
  console.log(`      why:  ${indented(why)}`);
  console.log(`      cure: ${indented(cure)}`);
}

const indented = (text: string): string => text.replaceAll("\n", "\n            ");
const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? "" : "s"}`;
