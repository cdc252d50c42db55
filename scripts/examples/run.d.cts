/** Types of run.cjs for the tests. */
import type { Emulator, EmulatorOptions } from "../../emulator";

export interface ExampleResult {
  readonly name: string;
  /** Whether the first deployment made what it should. */
  readonly up: boolean;
  /** Whether the preview of a change showed it, and the change was applied. */
  readonly change: boolean;
  /** Whether a preview after it showed no change. */
  readonly cleanPreview: boolean;
  readonly destroy: boolean;
  /** What was not as it should be, with the output of the command. */
  readonly problems: readonly string[];
  readonly seconds: number;
}

export interface ExampleTools {
  /** The folder of the Pulumi CLI. */
  readonly bin: string;
  readonly startEmulator: (options?: EmulatorOptions) => Promise<Emulator>;
}

export function exampleNames(): readonly string[];
export function runExample(name: string, tools: ExampleTools): Promise<ExampleResult>;
/** Makes the storage account `finopscosts`, in a subscription where exports are registered. */
export function makeStorageAccount(emulator: Emulator): Promise<void>;
export function runExamples(
  names: readonly string[],
  tools: ExampleTools,
  tell?: (result: ExampleResult) => void,
): Promise<readonly ExampleResult[]>;
