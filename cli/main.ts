#!/usr/bin/env node
/** The command-line companion: one command per file in commands/. */
import { readFileSync } from "node:fs";
import { Command } from "commander";
import { doctorCommand } from "./commands/doctor";
import { downloadCommand } from "./commands/download";
import { emulatorCommand } from "./commands/emulator";
import { importCommand } from "./commands/import";
import { migrateCommand } from "./commands/migrate";
import { reportCommand } from "./commands/report";
import { backfillCommand, historyCommand, runCommand } from "./commands/run";
import { sentenceOf, stacksOf } from "./failure";

// Read, not imported: the compiler would put a copy of it into the package.
const manifest = readFileSync(require.resolve("pulumi-azure-cost-exports/package.json"), "utf8");
const { version } = JSON.parse(manifest) as { readonly version: string };

const program = new Command("azure-cost-exports")
  .description("Companion of pulumi-azure-cost-exports: Azure Cost Management exports from the command line.")
  .version(version)
  .addCommand(runCommand())
  .addCommand(backfillCommand())
  .addCommand(historyCommand())
  .addCommand(downloadCommand())
  .addCommand(reportCommand())
  .addCommand(doctorCommand())
  .addCommand(importCommand())
  .addCommand(migrateCommand())
  .addCommand(emulatorCommand());

tellOfHelp(program);

// Whoever reads a pipe may have had enough (head, less); a full disk is a failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") fail(error);
});
program.parseAsync().catch((error: unknown) => {
  fail(error instanceof Error ? error : new Error(String(error)));
});

/** A person wants the sentence; the stack is for bugs. */
function fail(error: Error): void {
  console.error(process.env["DEBUG"] === undefined ? `error: ${sentenceOf(error)}` : stacksOf(error));
  process.exitCode = 1;
}

/** After a wrong option or argument. */
function tellOfHelp(command: Command, above = ""): void {
  const name = `${above}${command.name()}`;
  command.showHelpAfterError(`("${name} --help" tells more)`);
  for (const below of command.commands) tellOfHelp(below, `${name} `);
}
