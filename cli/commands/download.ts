/** `download`: the files that a run delivered. */
import { Command } from "commander";
import { downloadExport } from "../../provider/functions/download-export";
import { monthForm } from "../../provider/cost-management/runs";
import { commandContext, printJson, printTable, progressLine, tellWhenStopped } from "../output";

interface Options {
  readonly out: string;
  readonly run?: string;
  readonly month?: string;
  readonly flat?: boolean;
  readonly json?: boolean;
}

export function downloadCommand(): Command {
  return new Command("download")
    .description("Download the files of an export: of its newest run that delivered, of a month, or of one run.")
    .argument("<export>", "id of the export: {scope}/providers/Microsoft.CostManagement/exports/{name}")
    .requiredOption("--out <folder>", "folder for the files, each at its path in the container")
    .option("--month <month>", "the newest data of a month, such as 2026-03")
    .option("--run <id>", "the data of one run, as history --json tells its id")
    .option("--flat", "leave out the folders of the container")
    .option("--json", "print one JSON object")
    .action(download);
}

async function download(exportId: string, { out, run, month, flat, json }: Options): Promise<void> {
  if (run !== undefined && month !== undefined) throw new Error("Name a run or a month, not both.");
  if (month !== undefined && !monthForm.test(month))
    throw new Error(`--month is "${month}". Write a month as 2026-03.`);
  const context = commandContext();
  const progress = progressLine();
  tellWhenStopped();
  const downloaded = await downloadExport(
    {
      exportId,
      folder: out,
      ...(run === undefined ? {} : { runId: run }),
      ...(month === undefined ? {} : { month }),
      ...(flat === true ? { flat } : {}),
      ...(progress === undefined ? {} : { progress }),
    },
    context,
  );
  const { files, byteCount, rowCount } = downloaded;
  const { runId, startDate, endDate, submittedTime } = downloaded.run;
  if (json === true) {
    printJson({ runId, submittedTime, startDate, endDate, byteCount, rowCount, files });
    return;
  }
  printTable(
    ["file", "bytes", "verified by"],
    files.map((file) => [
      file.target,
      String(file.byteCount),
      file.kept === true ? `${file.verified}, was there` : file.verified,
    ]),
  );
  const days =
    startDate === undefined || endDate === undefined ? "" : `, ${startDate.slice(0, 10)} to ${endDate.slice(0, 10)}`;
  console.log(`Run ${runId}${days}: ${byteCount} bytes${rowCount === undefined ? "" : `, ${rowCount} rows`}.`);
}
