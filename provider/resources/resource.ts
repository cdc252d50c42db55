/** What every resource of the package is to an engine, in plain data: the adapters in front of it translate, and nothing more. */
import type { ArmClient, Clock } from "../arm";
import type { Problem } from "../cost-management/parse";
import type { ExportReader } from "./export-reader";
import type { RunJournal } from "./run-journal";

/** What a resource needs from outside. */
export interface ResourceContext {
  readonly arm: ArmClient;
  readonly clock: Clock;
  readonly reader: ExportReader;
  /** Shows a sentence to the person at the terminal. */
  readonly warn: (message: string) => void;
  /** Says how a long operation stands. */
  readonly progress: (message: string) => void;
  /** Unit of the waits between looks where the service names none, in milliseconds: 5000 against Azure, less against an emulator. */
  readonly waitUnit: number;
  readonly journal: RunJournal;
  /** Throws where the engine that would record the work has ended. */
  readonly assertEngine: () => Promise<void>;
}

export type PlainObject = Readonly<Record<string, unknown>>;

export interface CheckResult {
  readonly inputs: PlainObject;
  readonly failures: readonly Problem[];
  readonly warnings: readonly Problem[];
}

export interface DiffResult {
  readonly changes: boolean;
  readonly replaces: readonly string[];
  readonly deleteBeforeReplace: boolean;
}

export interface ReadResult {
  readonly state: PlainObject;
  readonly inputs: PlainObject;
}

/** `check` and `diff` are pure and make no call; their time comes in by hand. */
export interface Resource {
  check(previous: PlainObject | undefined, inputs: PlainObject, now: number): CheckResult;
  diff(id: string, state: PlainObject, inputs: PlainObject): DiffResult;
  create(inputs: PlainObject, context: ResourceContext): Promise<{ readonly id: string; readonly state: PlainObject }>;
  /** The live resource; undefined when it is gone. `state` is undefined for a look-up by id alone. */
  read(id: string, state: PlainObject | undefined, context: ResourceContext): Promise<ReadResult | undefined>;
  update(
    id: string,
    state: PlainObject,
    inputs: PlainObject,
    context: ResourceContext,
  ): Promise<{ readonly state: PlainObject }>;
  delete(id: string, state: PlainObject, context: ResourceContext): Promise<void>;
}
