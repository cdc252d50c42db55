/** Types of stack.cjs for the tests. */
export interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly ms: number;
}

export interface Stack {
  /** The temporary folder of everything; `project/` in it holds the stack's configuration. */
  readonly home: string;
  readonly name: string;
  readonly configFile: string;
  /** The variables that the CLI runs with. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly run: (args: readonly string[]) => Promise<Result>;
  readonly preview: (args?: readonly string[]) => Promise<Result>;
  readonly up: (args?: readonly string[]) => Promise<Result>;
  readonly refresh: (args?: readonly string[]) => Promise<Result>;
  readonly destroy: (args?: readonly string[]) => Promise<Result>;
  readonly setConfig: (key: string, value: string) => Promise<Result>;
  readonly exportState: () => Promise<unknown>;
  readonly close: () => void;
}

export function openStack(options: {
  readonly bin: string;
  readonly cwd: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly name?: string;
}): Promise<Stack>;
