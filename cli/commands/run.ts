/** `run`, `backfill` and `history`: what ExportRun does in a stack, from the command line. */
import { Command, Option } from "commander";
import { apiVersions } from "../../provider/cost-management/api-versions";
import { historyOf, idOf, readRunHistory } from "../../provider/functions/runs";
import { UnfinishedError } from "../../provider/resources/errors";
import { exportRunResource, type RunRecord } from "../../provider/resources/export-run";
import type { PlainObject } from "../../provider/resources/resource";
import { inWords, type Words } from "../failure";
import { commandContext, printJson, printTable, tellWhenStopped } from "../output";

interface Address {
  readonly apiVersion?: string;
  readonly json?: boolean;
}

const offered = Object.entries(apiVersions).flatMap(([version, { offered: is }]) => (is ? [version] : []));
const apiVersion = (): Option =>
  new Option("--api-version <version>", "the api-version; it must see the export").choices(offered);

export function runCommand(): Command {
  return new Command("run")
    .description("Run an export once and wait for the result.")
    .argument("<export>", "id of the export: {scope}/providers/Microsoft.CostManagement/exports/{name}")
    .option("--from <day>", "first day of the data, instead of the export's own time frame")
    .option("--to <day>", "last day of the data, in the same month and not in the future")
    .option("--no-wait", "return when the run has started")
    .option("--json", "print one JSON object")
    .addOption(apiVersion())
    .action(async (id: string, options: Address & { from?: string; to?: string; wait: boolean }) => {
      const { from, to } = options;
      if ((from === undefined) !== (to === undefined))
        throw new Error("--from and --to go together: name both, or none.");
      const timePeriod = from === undefined && to === undefined ? {} : { timePeriod: { from, to } };
      await carryOut(id, { ...timePeriod, wait: options.wait }, options);
    });
}

export function backfillCommand(): Command {
  return new Command("backfill")
    .description(
      "Run an export for each month of a span, newest first, within the service's quota. It can be stopped and called again.",
    )
    .argument("<export>", "id of the export: {scope}/providers/Microsoft.CostManagement/exports/{name}")
    .requiredOption("--from <month>", "first month, such as 2025-01")
    .requiredOption("--to <month>", "last month, such as 2025-12")
    .option("--json", "print one JSON object")
    .addOption(apiVersion())
    .action(async (id: string, options: Address & { from: string; to: string }) => {
      await carryOut(id, { months: { from: options.from, to: options.to } }, options);
    });
}

export function historyCommand(): Command {
  return new Command("history")
    .description("Show the runs of an export that the service still knows, and how each month stands.")
    .argument("<export>", "id of the export: {scope}/providers/Microsoft.CostManagement/exports/{name}")
    .option("--submitted-by", "tell who started runs (personal data)")
    .option("--json", "print one JSON object")
    .addOption(apiVersion())
    .action(async (id: string, options: Address & { submittedBy?: boolean }) => {
      const lookup = { exportId: id, submittedBy: options.submittedBy === true, ...version(options) };
      const runs = await readRunHistory(lookup, undefined, commandContext());
      const months = historyOf(runs);
      if (options.json === true) {
        printJson({
          exportId: idOf({ exportId: id }),
          runs,
          months: months.map(({ month, outcome }) => ({ month, outcome })),
        });
        return;
      }
      if (runs.length === 0) {
        console.log("The service knows no run of this export.");
        return;
      }
      const by = (text: string): readonly string[] => (lookup.submittedBy ? [text] : []);
      printTable(
        ["submitted", ...by("by"), "type", "days", "status", "file"],
        runs.map((run) => [
          run.submittedTime ?? "",
          ...by(run.submittedBy ?? ""),
          run.executionType ?? "",
          days(run),
          run.status,
          run.manifestFile ?? run.fileName ?? "",
        ]),
      );
      console.log();
      printTable(
        ["month", "newest run"],
        months.map(({ month, outcome }) => [month, outcome]),
      );
    });
}

function version({ apiVersion: named }: Address): { readonly apiVersion?: string } {
  return named === undefined ? {} : { apiVersion: named };
}

/** Checks like a preview, runs like an up; a failure names what remains, and a second call goes on from there. */
async function carryOut(id: string, wanted: PlainObject, options: Address): Promise<void> {
  const exportId = idOf({ exportId: id });
  const inputs = { exportId, ...wanted, ...version(options) };
  const { failures } = exportRunResource.check(undefined, inputs, Date.now());
  if (failures.length > 0) throw new Error(failures.map(({ reason }) => inWords(reason, optionWords)).join("\n"));
  const context = commandContext();
  tellWhenStopped();
  const report = (state: PlainObject): void => {
    const runs = state["runs"] as readonly RunRecord[];
    const { succeeded, empty, failed } = state;
    if (options.json === true) {
      printJson({ exportId, succeeded, empty, failed, runs });
      return;
    }
    printTable(
      ["days", "status", "run"],
      runs.map((run) => [days(run), run.status, run.runId ?? ""]),
    );
  };
  try {
    const { state } = await exportRunResource.create(inputs, context);
    // What has ended is done: the same call tomorrow is a new one.
    await exportRunResource.delete("", state, context);
    report(state);
  } catch (error) {
    if (error instanceof UnfinishedError) report(error.state);
    throw error;
  }
}

/** Properties of an ExportRun, and the options that set them. */
const optionWords: Words = [
  [/^timePeriod needs from and to, as ISO 8601 dates/, "--from and --to are days, such as 2026-03-01"],
  [
    /For several months set months: \{ from: "(\S+)", to: "(\S+)" \}/,
    "For several months call: azure-cost-exports backfill EXPORT-ID --from $1 --to $2",
  ],
  [/^(?:timePeriod|months)(?= )/, "The span"],
  [/months\.(from|to)/g, "--$1"],
];

function days({
  period,
  startDate,
  endDate,
}: {
  readonly period?: RunRecord["period"];
  readonly startDate?: string;
  readonly endDate?: string;
}): string {
  const [from, to] = [startDate ?? period?.from, endDate ?? period?.to];
  return from === undefined || to === undefined ? "as defined" : `${from.slice(0, 10)} to ${to.slice(0, 10)}`;
}
