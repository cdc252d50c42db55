/** What the tests of foreign clients share: one face for all clients, and a program of our own beside them. */
import type { Emulator } from "../../emulator";
import { startEmulator, subscriptionId } from "../../emulator";
import { createArmClient, readArmSettings } from "../../provider/arm";
import { exportResource } from "../../provider/resources/export";
import { createExportReader } from "../../provider/resources/export-reader";
import { exportRunResource } from "../../provider/resources/export-run";
import type { PlainObject, ResourceContext } from "../../provider/resources/resource";
import { memoryJournal } from "../support/fake-arm";

/** As the generated clients want it: without a leading slash. */
export const scope = `subscriptions/${subscriptionId}`;
export const exportId = (name: string) => `/${scope}/providers/Microsoft.CostManagement/exports/${name}`;
export const clientId = "11111111-2222-4333-8444-555555555555";

export type Version = "2022-10-01" | "2025-03-01";
export type SignIn = "client-secret" | "managed-identity";

/** The members of an export that the tests look at, in the form of the REST API. */
export interface ExportProperties {
  readonly format?: string;
  readonly compressionMode?: string;
  readonly dataOverwriteBehavior?: string;
  readonly exportDescription?: string;
  readonly partitionData?: boolean;
  readonly definition: {
    readonly type: string;
    readonly timeframe: string;
    readonly dataSet?: {
      readonly granularity?: string;
      readonly configuration?: { readonly dataVersion?: string; readonly columns?: readonly string[] };
    };
  };
  readonly deliveryInfo: {
    readonly destination: {
      readonly resourceId: string;
      readonly container: string;
      readonly rootFolderPath?: string;
    };
  };
  readonly schedule?: {
    readonly status: string;
    readonly recurrence?: string;
    readonly recurrencePeriod?: { readonly from: string; readonly to: string };
  };
}

export interface WrittenExport {
  readonly eTag?: string;
  readonly identity?: { readonly type: string };
  readonly location?: string;
  readonly properties: ExportProperties;
}

export interface SeenExport extends WrittenExport {
  readonly name: string;
  readonly eTag: string;
}

export interface SeenRun {
  readonly id: string;
  readonly properties: { readonly status: string; readonly submittedBy: string };
}

/** A foreign client, signed in. A refusal of the service is thrown as `Refusal`. */
export interface ForeignClient {
  put(name: string, body: WrittenExport): Promise<SeenExport>;
  /** `at`: another spelling of the scope. */
  get(name: string, at?: string): Promise<SeenExport>;
  list(): Promise<readonly SeenExport[]>;
  run(name: string): Promise<void>;
  history(name: string): Promise<readonly SeenRun[]>;
  delete(name: string): Promise<void>;
  close(): void;
}

export type OpenClient = (emulator: Emulator, version: Version, signIn: SignIn) => Promise<ForeignClient>;

export class Refusal extends Error {
  override readonly name = "Refusal";
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** Parses what a client printed; its times as the service spells them, as some models add milliseconds. */
export function parsed(json: string): unknown {
  return JSON.parse(json, (_key, value: unknown) =>
    typeof value === "string" ? value.replace(/^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.000Z$/, "$1Z") : value,
  ) as unknown;
}

/** The Python of a client's virtual environment, which scripts/test-clients.mjs makes. */
export function interpreter(variable: string): string {
  const path = process.env[variable];
  if (path === undefined) throw new Error(`${variable} is not set. Run these tests with "npm run test:clients".`);
  return path;
}

/** What a client in another process is told: the emulator's variables, and nothing of this machine's Azure. */
export function environmentFor(emulator: Emulator): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, SYSTEMROOT, TEMP } = process.env;
  return { PATH, HOME, TMPDIR, SYSTEMROOT, TEMP, ...emulator.environmentOverTls, PYTHONUTF8: "1" };
}

/** Gives a test its own emulator, with a clock that stands still until it is moved, and a way to open clients on it. */
export async function withClients(
  open: OpenClient,
  test: (emulator: Emulator, opened: (version: Version, signIn?: SignIn) => Promise<ForeignClient>) => Promise<void>,
): Promise<void> {
  const emulator = await startEmulator({ now: "2026-03-10T12:00:00Z", frozen: true });
  const clients: ForeignClient[] = [];
  try {
    await test(emulator, async (version, signIn = "client-secret") => {
      const client = await open(emulator, version, signIn);
      clients.push(client);
      return client;
    });
  } finally {
    for (const client of clients) client.close();
    await emulator.close();
  }
}

/** A program of ours with one export. Each command has a connection and a memory of its own, as a process has. */
export interface Program {
  /** Creates or updates, as `pulumi up` does after its check. */
  up(inputs: PlainObject): Promise<PlainObject>;
  /** Reads the live export into the state; the inputs as the engine would record them, undefined when it is gone. */
  refresh(): Promise<PlainObject | undefined>;
  /** Whether a preview of these inputs shows a change. */
  changes(inputs: PlainObject): boolean;
  destroy(): Promise<void>;
  /** Runs the export and waits for its end: the ids of the runs. */
  run(): Promise<readonly string[]>;
  state(): PlainObject;
}

export function programOn(emulator: Emulator): Program {
  let stored: { readonly id: string; readonly state: PlainObject } | undefined;
  let checked: PlainObject | undefined;
  const known = () => {
    if (stored === undefined) throw new Error("The program has no export yet.");
    return stored;
  };
  const check = (inputs: PlainObject) => {
    const { inputs: normal, failures } = exportResource.check(checked, inputs, emulator.control.clock.now());
    if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("\n"));
    return normal;
  };
  return {
    up: async (inputs) => {
      const normal = check(inputs);
      const context = contextOn(emulator);
      stored =
        stored === undefined
          ? await exportResource.create(normal, context)
          : { id: stored.id, ...(await exportResource.update(stored.id, stored.state, normal, context)) };
      checked = normal;
      return stored.state;
    },
    refresh: async () => {
      const { id, state } = known();
      const found = await exportResource.read(id, state, contextOn(emulator));
      stored = found === undefined ? undefined : { id, state: found.state };
      return found?.inputs;
    },
    changes: (inputs) => exportResource.diff(known().id, known().state, check(inputs)).changes,
    destroy: async () => {
      const { id, state } = known();
      await exportResource.delete(id, state, contextOn(emulator));
      stored = undefined;
    },
    run: async () => {
      const { state } = await exportRunResource.create({ exportId: known().id }, contextOn(emulator));
      return (state["runs"] as readonly { readonly runId: string }[]).map(({ runId }) => runId);
    },
    state: () => known().state,
  };
}

/** Waits of the provider move the emulator's clock, so that a run's end is not waited for. */
function contextOn(emulator: Emulator): ResourceContext {
  const clock = {
    now: () => emulator.control.clock.now(),
    sleep: (milliseconds: number) => {
      emulator.control.clock.advance(milliseconds);
      return Promise.resolve();
    },
  };
  const arm = createArmClient(readArmSettings({ env: emulator.environment }), { clock });
  return {
    arm,
    clock,
    reader: createExportReader(arm, clock),
    warn: () => undefined,
    progress: () => undefined,
    waitUnit: 5000,
    journal: memoryJournal(),
    assertEngine: () => Promise.resolve(),
  };
}
