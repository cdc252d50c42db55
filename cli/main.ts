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

program.parseAsync().catch((error: unknown) => {
  // A person wants the sentence; the stack is for bugs.
  const failure = error instanceof Error ? error : new Error(String(error));
  console.error(process.env["DEBUG"] === undefined ? `error: ${failure.message}` : failure.stack);
  process.exitCode = 1;
});
