/** `azure-cost-exports migrate`: from the exports in another tool's state to an import file and a program. */
import { readFileSync } from "node:fs";
import { Command, Option } from "commander";
import { planImport } from "../../provider/functions/import";
import { driftOf, readState, type Remembered, type Tool } from "../../provider/functions/migrate";
import { sameId } from "../../provider/cost-management/compare";
import { reasonOf } from "../failure";
import { deliver, quietContext, checkFiles, withPlanFiles, type PlanFiles } from "./import";

interface Options extends PlanFiles {
  readonly from: Tool;
  readonly state: string;
  readonly keepVersion: boolean;
}

const tools: readonly Tool[] = ["azure-native", "azurerm", "azure"];

export function migrateCommand(): Command {
  const command = new Command("migrate")
    .description(
      "Take the exports of another tool into a Pulumi stack: find them in its state, read them from Azure, write an import file and a program.",
    )
    .addOption(
      new Option("--from <tool>", "whose state it is; azure is Pulumi's older provider, which wraps azurerm")
        .choices(tools)
        .makeOptionMandatory(),
    )
    .requiredOption(
      "--state <file>",
      'what "pulumi stack export" or "terraform show -json" printed; "-" is standard input',
    );
  return withPlanFiles(command)
    .addHelpText("after", "\nNothing is changed in Azure, in a stack or in the state. Exit codes as of import.")
    .action(async ({ from, state, keepVersion, ...files }: Options) => {
      checkFiles(files);
      const remembered = readState(from, textOf(state));
      if (remembered.length === 0) throw new Error(`${state} holds no cost management export of ${from}.`);
      const plan = await planImport({ exports: remembered, keepVersion }, undefined, quietContext());
      const told = plan.exports.map((one) => {
        const origin = remembered.find(({ id }) => sameId(id, one.id));
        const drift = origin === undefined ? [] : [...origin.remarks, ...driftOf(origin, one)];
        return { ...one, remarks: [...one.remarks, ...drift] };
      });
      const taken = remembered.filter(({ id }) => plan.exports.some((one) => sameId(one.id, id)));
      deliver({ ...plan, exports: told }, files, {
        place: places[from](taken),
        after: taken.map(({ forget }) => forget),
      });
    });
}

function textOf(file: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    throw new Error(`The state cannot be read from ${file}: ${reasonOf(error)}.`, { cause: error });
  }
}

/** What becomes of the program, by tool. */
const places: Readonly<Record<Tool, (taken: readonly Remembered[]) => string>> = {
  "azure-native": () =>
    "Put the program in the place of the azure-native exports (or only change their class to Export, and drop eTag)",
  azure: () => "Put the program in the place of the azure exports",
  azurerm: () =>
    "Make the program a part of your Pulumi project, remove the resource blocks from the Terraform configuration (its commands run there)",
};
