/** `report cost-details` and `report reservation-details`: made on demand, and downloaded where a folder is named. */
import { Command } from "commander";
import { downloadReport, makeReport, refusalsOf, type ReportName } from "../../provider/functions/reports";
import type { PlainObject } from "../../provider/resources/resource";
import { inWords, type Words } from "../failure";
import { commandContext, printJson, printTable, progressLine, tellWhenStopped } from "../output";

interface Output {
  readonly out?: string;
  readonly links?: boolean;
  readonly json?: boolean;
}

export function reportCommand(): Command {
  return new Command("report")
    .description("Make a report on demand, and download it.")
    .addCommand(costDetailsCommand())
    .addCommand(reservationDetailsCommand());
}

function costDetailsCommand(): Command {
  return withOutput(
    new Command("cost-details")
      .description("Costs of a subscription, or of a billing account or a part of one (EA and MCA), as CSV.")
      .requiredOption("--scope <scope>", "the scope, such as /subscriptions/{id}")
      .option("--metric <metric>", "ActualCost or AmortizedCost; ActualCost by default")
      .option("--from <day>", "first day, at most 13 months back; the open month by default")
      .option("--to <day>", "last day, at most a month later")
      .option("--billing-period <period>", "a billing period such as 202603, instead of days (EA)")
      .option("--invoice <id>", "an invoice, instead of days (MCA and MPA)"),
  ).action(
    async ({
      scope,
      metric,
      from,
      to,
      billingPeriod,
      invoice,
      ...output
    }: Output & Record<string, string | undefined>) => {
      if ((from === undefined) !== (to === undefined))
        throw new Error("--from and --to go together: name both, or none.");
      const timePeriod = from === undefined && to === undefined ? undefined : { start: from, end: to };
      await carryOut("cost-details", { scope, metric, timePeriod, billingPeriod, invoiceId: invoice }, output);
    },
  );
}

function reservationDetailsCommand(): Command {
  return withOutput(
    new Command("reservation-details")
      .description("How reservations were used, by day, as CSV.")
      .requiredOption("--billing-account <id>", "an EA enrollment number, or an MCA billing account")
      .option("--billing-profile <id>", "a billing profile of the account (MCA)")
      .requiredOption("--from <day>", "first day, such as 2026-03-01")
      .requiredOption("--to <day>", "last day"),
  ).action(
    async ({ billingAccount, billingProfile, from, to, ...output }: Output & Record<string, string | undefined>) => {
      const inputs = {
        billingAccountId: billingAccount,
        billingProfileId: billingProfile,
        startDate: from,
        endDate: to,
      };
      await carryOut("reservation-details", inputs, output);
    },
  );
}

function withOutput(command: Command): Command {
  return command
    .option("--out <folder>", "download into this folder")
    .option("--links", "print the signed links: whoever has one can read the file")
    .option("--json", "print one JSON object");
}

async function carryOut(name: ReportName, inputs: PlainObject, { out, links, json }: Output): Promise<void> {
  const set = Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== undefined));
  const refusals = refusalsOf(name, set, Date.now());
  if (refusals.length > 0) throw new Error(refusals.map((reason) => inWords(reason, optionWords)).join("\n"));
  const context = commandContext();
  tellWhenStopped();
  const report = await makeReport(name, set, context);
  let files: Awaited<ReturnType<typeof downloadReport>> = [];
  try {
    if (out !== undefined) files = await downloadReport(report, out, name, progressLine());
  } finally {
    await report.forget();
  }
  const shown = links === true ? { links: report.links } : {};
  if (json === true) {
    printJson({ status: report.status, validTill: report.validTill, blobCount: report.links.length, files, ...shown });
    return;
  }
  console.log(
    report.status === "NoDataFound"
      ? "There are no costs in these days."
      : `${report.status}: ${report.links.length} file(s), links valid until ${report.validTill ?? "an unknown time"}.`,
  );
  if (files.length > 0)
    printTable(
      ["file", "bytes", "verified by"],
      files.map((file) => [file.target, String(file.byteCount), file.verified]),
    );
  else if (links === true) for (const { link } of report.links) console.log(link);
  else if (report.links.length > 0) console.log("Name a folder with --out to download, or ask for --links.");
}

/** Properties of the reports, and the options that set them. */
const optionWords: Words = [
  [/timePeriod\.start|startDate/g, "--from"],
  [/timePeriod\.end|endDate/g, "--to"],
  [/timePeriod/g, "--from and --to"],
  [/billingPeriod/g, "--billing-period"],
  [/invoiceId/g, "--invoice"],
  [/billingAccountId/g, "--billing-account"],
  [/billingProfileId/g, "--billing-profile"],
];
