/** A Pulumi project of a test's own on the real CLI, in a folder from which the built package and the SDK resolve. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openStack, type Result, type Stack } from "../../scripts/stack.cjs";
import type { Emulator } from "../../emulator";
import { startEmulator, type EmulatorOptions } from "../../emulator";

export interface StoredResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly inputs: Record<string, unknown>;
  readonly outputs: Record<string, unknown>;
  readonly external?: boolean;
  readonly initErrors?: readonly string[];
}

export interface Project extends Stack {
  readonly emulator: Emulator;
  /** The folder of the program. */
  readonly folder: string;
  /** Replaces the program (JavaScript). */
  write(program: string): void;
  /** The exports in the stack's state. */
  exports(): Promise<readonly StoredResource[]>;
  /** Outputs of the stack. */
  outputs(): Promise<Readonly<Record<string, unknown>>>;
  /** All that the stack's state holds. */
  resources(): Promise<readonly StoredResource[]>;
  /** ARM calls since the log was last cleared, as "METHOD last-segment". */
  calls(): string[];
}

/** Runs a test with an emulator and a stack of its own, and removes both. */
export async function withProject(
  program: string,
  test: (project: Project) => Promise<void>,
  options: EmulatorOptions = {},
): Promise<void> {
  const emulator = await startEmulator(options);
  const project = await openProject(program, emulator);
  try {
    await test(project);
  } finally {
    project.close();
    await emulator.close();
  }
}

/** A stack beside others on one emulator. */
export async function openProject(program: string, emulator: Emulator, name = "test"): Promise<Project> {
  const parent = join(__dirname, "../../node_modules/.cache");
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, "engine-test-"));
  writeFileSync(
    join(folder, "Pulumi.yaml"),
    "name: engine-test\nruntime: { name: nodejs, options: { typescript: false } }\n",
  );
  writeFileSync(join(folder, "package.json"), '{ "name": "engine-test", "main": "index.js" }\n');
  const write = (text: string) => writeFileSync(join(folder, "index.js"), text);
  write(program);
  const bin = process.env["AZURE_COST_EXPORTS_TEST_CLI"];
  if (bin === undefined) throw new Error("No Pulumi CLI: tests/support/global-setup.mjs did not run.");
  // Waits between attempts are those of the service; an emulator needs none.
  const environment = { ...emulator.environment, AZURE_COST_EXPORTS_MIN_RETRY_DELAY: "20" };
  const stack = await openStack({ bin, cwd: folder, environment, name });
  const resources = async (): Promise<readonly StoredResource[]> => {
    const { deployment } = (await stack.exportState()) as { deployment: { resources?: StoredResource[] } };
    return deployment.resources ?? [];
  };
  return {
    ...stack,
    emulator,
    folder,
    write,
    resources,
    exports: async () => (await resources()).filter(({ type }) => type.endsWith(":Export")),
    outputs: async () => (await resources()).find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {},
    calls: () =>
      emulator.control.requests
        .list({ category: "arm" })
        .map(({ method, path }) => `${method} ${path.split("/").at(-1) ?? ""}`),
    close: () => {
      stack.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Fails with all that the CLI said, where a command did not end as it should. */
export function succeeded(result: Result): Result {
  if (result.code !== 0) throw new Error(`The command failed (${result.code}):\n${result.stdout}\n${result.stderr}`);
  return result;
}
