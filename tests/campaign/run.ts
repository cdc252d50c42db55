/** A campaign in a process of its own, as `npm run campaign` has it: the modules load the built package. */
import { execFile, execFileSync } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const root = join(__dirname, "../..");

export interface Outcome {
  readonly figures: Readonly<Record<string, number>>;
  readonly ok: boolean;
  /** What it reported, losses first of all. */
  readonly said: readonly string[];
}

/** A small sample of it, with a seed of its own so that it stays the same. */
export async function sampleOf(campaign: string, seed = 20_260_310): Promise<Outcome> {
  execFileSync(process.execPath, [join(root, "scripts/build.mjs")], { stdio: ["ignore", "ignore", "inherit"] });
  const script = `
    const said = [];
    const { ${campaign} } = await import(${JSON.stringify(join(root, `campaign/${campaign}.mjs`))});
    const outcome = await ${campaign}({ quick: true, sample: true, seed: ${seed}, report: (line) => said.push(line) });
    console.log(JSON.stringify({ ...outcome, said }));
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], {
    cwd: root,
    maxBuffer: 1 << 28,
  });
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Outcome;
}
