/**
 * The shell steps of a workflow file, run as a runner would: GitHub Actions and Azure Pipelines. What is no shell step (actions,
 * tasks that install something) is left to the services; a form that is not known here is an error, never passed over.
 */
import { spawn } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "yaml";

export interface ShellStep {
  readonly name: string;
  readonly script: string;
  readonly env: Readonly<Record<string, string>>;
  readonly id: string | undefined;
  /** When it runs, as written. Default: while no step has failed. */
  readonly when: string | undefined;
  /** What bash is called with, before the file. */
  readonly bash: readonly string[];
  /** The service connection of an Azure task. */
  readonly connection?: string;
}

export interface StepResult {
  readonly id: string | undefined;
  readonly name: string;
  readonly code: number;
  readonly output: string;
}

/** `${{ github.token }}`, in GitHub's files and in the templates of Azure Pipelines. */
const expression = /\$\{\{\s*(.*?)\s*\}\}/g;
/** `$(System.AccessToken)` */
const macro = /\$\(([A-Za-z0-9_.]+)\)/g;

type Json = Readonly<Record<string, unknown>>;

/** What expressions and macros stand for; one that is missing is an error. */
export type Values = Readonly<Record<string, string>>;

export function githubSteps(file: string, job: string, values: Values): readonly ShellStep[] {
  const workflow = parse(readFileSync(file, "utf8")) as Json;
  const { steps, env = {} } = objectAt(workflow["jobs"], job) as { steps: readonly Json[]; env?: Json };
  const shell = objectAt(objectAt(workflow, "defaults"), "run")["shell"];
  if (shell !== "bash") throw new Error(`${file}: the default shell is ${String(shell)}, and only bash is known here.`);
  return steps
    .filter((step) => step["uses"] === undefined)
    .map((step) => ({
      name: text(step["name"]),
      script: text(step["run"]),
      env: filled({ ...(workflow["env"] as Json), ...env, ...(step["env"] as Json | undefined) }, expression, values),
      id: step["id"] as string | undefined,
      when: (step["if"] as string | undefined)?.replace(expression, "$1"),
      // What GitHub documents for `shell: bash`.
      bash: ["--noprofile", "--norc", "-eo", "pipefail"],
    }));
}

export function azureSteps(file: string, stage: string, values: Values): readonly ShellStep[] {
  const { stages } = parse(readFileSync(file, "utf8")) as { stages: readonly Json[] };
  const jobs = stages.find((one) => one["stage"] === stage)?.["jobs"] as readonly Json[] | undefined;
  const [job] = jobs ?? [];
  if (job === undefined || jobs?.length !== 1) throw new Error(`${file}: stage ${stage} should have one job.`);
  const deploy = job["deployment"] === undefined ? job : objectAt(objectAt(job["strategy"], "runOnce"), "deploy");
  return inlined(deploy["steps"] as readonly Json[], dirname(file)).flatMap((step) => {
    const env = filled(filled((step["env"] ?? {}) as Json, expression, values), macro, values);
    const name = text(step["displayName"] ?? step["task"] ?? step["checkout"]);
    const common = { name, id: undefined, env, bash: [] };
    const when = step["condition"] as string | undefined;
    if (step["bash"] !== undefined) return [{ ...common, script: text(step["bash"]), when }];
    if (step["task"] !== "AzureCLI@2") return [];
    const inputs = objectAt(step, "inputs");
    return [{ ...common, script: text(inputs["inlineScript"]), when, connection: text(inputs["azureSubscription"]) }];
  });
}

interface Runner {
  readonly cwd: string;
  readonly env: (step: ShellStep) => Readonly<Record<string, string>>;
  /** What conditions of Azure Pipelines may ask for, besides what steps set. */
  readonly variables?: Values;
}

/** Runs the steps in order, by their conditions. */
export async function runSteps(
  steps: readonly ShellStep[],
  { cwd, env, variables = {} }: Runner,
): Promise<readonly StepResult[]> {
  const results: StepResult[] = [];
  for (const step of steps) {
    if (!isDue(step, results, variables)) continue;
    const file = join(cwd, ".step.sh");
    writeFileSync(file, step.script);
    const { id, name } = step;
    results.push({ id, name, ...(await bash([...step.bash, file], cwd, { ...env(step), ...step.env })) });
    rmSync(file);
  }
  return results;
}

/** Not synchronous: the emulator lives in this process. */
function bash(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn("bash", args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += String(chunk)));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? 1, output }));
  });
}

function isDue({ name, when }: ShellStep, before: readonly StepResult[], given: Values): boolean {
  const failed = before.some(({ code }) => code !== 0);
  if (when === undefined) return !failed;
  if (when === "failure()") return failed;
  const set = before.flatMap(({ output }) => [...output.matchAll(/^##vso\[task\.setvariable variable=(\w+)\](.*)$/gm)]);
  const variables = { ...given, ...Object.fromEntries(set.map(([, variable, value]) => [variable, value])) };
  return partsOf(when).every((part) => {
    // Nobody cancels here.
    if (part === "!cancelled()" || part === "succeededOrFailed()") return true;
    const id = /^steps\.(\w+)\.outcome != 'skipped'$/.exec(part)?.[1];
    if (id !== undefined) return before.some((step) => step.id === id);
    const [, variable = "", value] = /^eq\(variables\['([\w.]+)'\], '(\w+)'\)$/.exec(part) ?? [];
    if (value === undefined) throw new Error(`${name}: the condition ${when} is not known here.`);
    return variables[variable] === value;
  });
}

/** What must all be so: `a && b`, or `and(a, eq(b, c))`. */
function partsOf(condition: string): readonly string[] {
  const inner = /^and\((.*)\)$/.exec(condition)?.[1];
  return inner === undefined ? condition.split(" && ") : inner.split(/, (?=eq\()/);
}

function inlined(steps: readonly Json[], folder: string): readonly Json[] {
  return steps.flatMap((step) => {
    if (step["template"] === undefined) return [step];
    const { steps: more } = parse(readFileSync(join(folder, text(step["template"])), "utf8")) as {
      steps: readonly Json[];
    };
    return inlined(more, folder);
  });
}

function filled(env: Json, pattern: RegExp, values: Values): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [
      name,
      text(value).replace(pattern, (_all, key: string) => {
        const known = values[key];
        if (known === undefined) throw new Error(`${name}: nothing is known of ${key}.`);
        return known;
      }),
    ]),
  );
}

function objectAt(value: unknown, key: string): Json {
  const found = (value as Json | undefined)?.[key];
  if (typeof found !== "object" || found === null) throw new Error(`There is no ${key}.`);
  return found as Json;
}

function text(value: unknown): string {
  if (typeof value !== "string") throw new Error(`Expected text, and found ${JSON.stringify(value)}.`);
  return value;
}
