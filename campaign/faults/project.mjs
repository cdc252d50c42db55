// A stack on the real CLI whose program makes the exports of a JSON file, so that a stage is a change of data.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ensurePulumi } from "../../scripts/pulumi-cli.mjs";
import { openStack } from "../../scripts/stack.cjs";

const root = join(import.meta.dirname, "../..");

const program = `
const { readFileSync } = require("node:fs");
const pulumi = require("@pulumi/pulumi");
const { Export } = require("pulumi-azure-cost-exports");
const secret = (args) => {
  const { sasToken } = args.deliveryInfo.destination;
  if (sasToken !== undefined) args.deliveryInfo.destination.sasToken = pulumi.secret(sasToken);
  return args;
};
for (const [name, args] of Object.entries(JSON.parse(readFileSync("exports.json", "utf8")))) new Export(name, secret(args));
`;

export async function openProject(environment) {
  const { bin } = await ensurePulumi({ report: () => undefined });
  const parent = join(root, "node_modules", ".cache");
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, "campaign-"));
  writeFileSync(
    join(folder, "Pulumi.yaml"),
    "name: campaign\nruntime: { name: nodejs, options: { typescript: false } }\n",
  );
  writeFileSync(join(folder, "package.json"), '{ "name": "campaign", "main": "index.js" }\n');
  writeFileSync(join(folder, "index.js"), program);
  const stack = await openStack({
    bin,
    cwd: folder,
    // Waits between attempts are those of the service; an emulator needs none.
    environment: { AZURE_COST_EXPORTS_MIN_RETRY_DELAY: "20", ...environment },
    name: "test",
  });
  // Everything at once, and (but for `upToError`) on after an error: one command tries all cases.
  const wide = ["--parallel", "300"];
  return {
    ...stack,
    folder,
    /** What the program wants: arguments by name. */
    write: (exports) => writeFileSync(join(folder, "exports.json"), JSON.stringify(exports)),
    up: (args = []) => stack.up([...wide, "--continue-on-error", ...args]),
    upToError: (args = []) => stack.up([...wide, ...args]),
    refresh: (args = []) => stack.refresh([...wide, ...args]),
    destroy: (args = []) => stack.destroy([...wide, "--continue-on-error", ...args]),
    /** Ids of our processes: "cli" the command, "provider" the process that hosts dynamic providers. */
    processes: (kind) => processesOf(stack.home, kind),
    close: () => {
      for (const pid of processesOf(stack.home, "provider")) kill(pid);
      stack.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** As `kill -9` does. */
export function kill(pid) {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

const commands = { cli: /\/pulumi\0(up|refresh|destroy)\0/, provider: /cmd\/dynamic-provider/ };

/** Found by the folder of the stack in their environment: nobody else's process has it. */
function processesOf(home, kind) {
  return readdirSync("/proc").flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      const ours = readFileSync(`/proc/${entry}/environ`, "utf8").includes(home);
      return ours && commands[kind].test(readFileSync(`/proc/${entry}/cmdline`, "utf8")) ? [Number(entry)] : [];
    } catch {
      return [];
    }
  });
}
