/**
 * Azurite, the blob service on loopback: an optional peer dependency, loaded when it is asked for. Inside this process where
 * its inner modules can be had (they are no public interface, so every step is guarded), else as a child by its public
 * command, under a wrapper that ends when this process does.
 */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createHmac } from "node:crypto";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { at, objectAt, textAt } from "../json";
import { createBlobSink } from "./azurite-sink";
import type { Sink } from "./sink";

export interface AzuriteOptions {
  /** Where blobs outlive a restart. Default: memory, or a temporary folder where Azurite is a child. */
  readonly folder?: string;
  /** Default 0: a free port. */
  readonly port?: number;
  /** One or two keys of an account, Base64. Default: one derived from its name. */
  readonly keysOf?: (account: string) => readonly [string, string?];
  /** Default `auto`: inside where that works, else a child. */
  readonly mode?: "auto" | "inside" | "child";
}

export interface Azurite {
  readonly mode: "inside" | "child";
  /** `http://127.0.0.1:PORT`; accounts are path segments below it. */
  readonly blobEndpoint: string;
  /** Creates the account where it is missing; an account that nobody created answers 404. */
  ensureAccount(name: string): Promise<AzuriteAccount>;
  /** Writes to an account, which is created where it is missing. */
  sinkFor(account: string): Promise<Sink>;
  close(): Promise<void>;
}

export interface AzuriteAccount {
  readonly name: string;
  readonly keys: readonly [string, string?];
  /** `http://127.0.0.1:PORT/{account}` */
  readonly blobUrl: string;
}

/** What a running blob service can do, whichever way it was started. */
interface Running {
  readonly mode: "inside" | "child";
  readonly port: number;
  readonly setAccounts: (accounts: Accounts) => Promise<void>;
  readonly close: () => Promise<void>;
}

type Accounts = ReadonlyMap<string, readonly [string, string?]>;

export async function startAzurite(options: AzuriteOptions = {}): Promise<Azurite> {
  const home = findAzurite();
  const running = await start(home, options);
  const blobEndpoint = `http://127.0.0.1:${running.port}`;
  const accounts = new Map<string, readonly [string, string?]>();
  // One change at a time: a child restarts for it.
  let last: Promise<unknown> = Promise.resolve();
  const ensureAccount = (name: string): Promise<AzuriteAccount> => {
    const ensured = last.then(async () => {
      const known = accounts.get(name);
      const keys = known ?? options.keysOf?.(name) ?? [keyOf(name)];
      if (known === undefined) {
        accounts.set(name, keys);
        await running.setAccounts(accounts);
      }
      return { name, keys, blobUrl: `${blobEndpoint}/${name}` };
    });
    last = ensured.catch(() => undefined);
    return ensured;
  };
  return {
    mode: running.mode,
    blobEndpoint,
    ensureAccount,
    sinkFor: async (account) => createBlobSink(await ensureAccount(account)),
    close: async () => {
      await last;
      await running.close();
    },
  };
}

/** The same key for the same account: nothing is protected by it. */
const keyOf = (account: string): string => createHmac("sha512", "emulator").update(account).digest("base64");

async function start(home: string, options: AzuriteOptions): Promise<Running> {
  const { mode = "auto" } = options;
  if (mode === "child") return startChild(home, options);
  try {
    return await startInside(home, options);
  } catch (error) {
    if (mode === "inside" || !(error instanceof InnerModulesChanged)) throw error;
    return startChild(home, options);
  }
}

/** From this package, or from the project in which the command was called. */
function findAzurite(): string {
  try {
    return dirname(require.resolve("azurite/package.json", { paths: [__dirname, process.cwd()] }));
  } catch {
    throw new Error(
      "Azurite is not installed. The emulator writes to blob storage with it: npm install --save-dev azurite @azure/storage-blob. Without it the emulator can write to a folder: storage { folder }, or --storage FOLDER.",
    );
  }
}

/** This version of Azurite has other inner modules than those that were tried. */
class InnerModulesChanged extends Error {
  override readonly name = "InnerModulesChanged";
}

/** The constructor of its configuration as of 3.33 to 3.37: nineteen arguments by position. */
async function startInside(home: string, { folder, port = 0 }: AzuriteOptions): Promise<Running> {
  const BlobServer = constructorIn(await inner(home, "blob/BlobServer"), "default");
  const BlobConfiguration = constructorIn(await inner(home, "blob/BlobConfiguration"), "default");
  const memory = await inner(home, "common/persistence/MemoryExtentStore");
  // A store of its own: the shared one would mix the blobs of several servers in one process.
  const chunks =
    folder === undefined
      ? new (constructorIn(memory, "MemoryExtentChunkStore"))(at(memory, "DEFAULT_EXTENT_MEMORY_LIMIT"))
      : undefined;
  const place = folder ?? "";
  const configuration = new BlobConfiguration(
    "127.0.0.1",
    port,
    5, // seconds to keep a connection open
    join(place, "__azurite_db_blob__.json"),
    join(place, "__azurite_db_blob_extent__.json"),
    [{ locationId: "Default", locationPath: join(place, "__blobstorage__"), maxConcurrency: 50 }],
    false, // access log
    undefined,
    false, // debug log
    undefined,
    false, // loose
    true, // skipApiVersionCheck: new clients are ahead of every Azurite
    "",
    "",
    "",
    undefined, // no OAuth
    true, // disableProductStyleUrl: accounts are path segments
    folder === undefined,
    chunks,
  );
  const server = new BlobServer(configuration);
  const store = objectAt(server, "accountDataStore");
  if (store === undefined || typeof store["getAccount"] !== "function") {
    throw new InnerModulesChanged("Azurite keeps its accounts elsewhere.");
  }
  let accounts: Accounts = new Map();
  // Asked at every request. The environment variable that it reads otherwise would be one for the whole process.
  Object.assign(store, {
    getAccount: (name: string) => {
      const [key1, key2] = accounts.get(name) ?? [];
      if (key1 === undefined) return undefined;
      const bytes = (key: string): Buffer => Buffer.from(key, "base64");
      return { name, key1: bytes(key1), ...(key2 === undefined ? {} : { key2: bytes(key2) }) };
    },
  });
  await call(server, "start");
  const address = await call(server, "getHttpServerAddress");
  return {
    mode: "inside",
    port: portIn(String(address)),
    setAccounts: (next) => {
      accounts = new Map(next);
      return Promise.resolve();
    },
    close: async () => {
      await call(server, "close");
    },
  };
}

type Constructor = new (...args: readonly unknown[]) => object;

async function inner(home: string, path: string): Promise<unknown> {
  const file = join(home, "dist", "src", `${path}.js`);
  if (!existsSync(file)) throw new InnerModulesChanged(`Azurite has no module ${path}.`);
  const loaded: unknown = await import(file);
  // What a CommonJS module exports stands whole below `default`, unless `import` was compiled to `require`.
  return objectAt(loaded, "default") ?? loaded;
}

function constructorIn(loaded: unknown, name: string): Constructor {
  const found = at(loaded, name);
  if (typeof found !== "function") throw new InnerModulesChanged(`Azurite has no ${name}.`);
  return found as Constructor;
}

async function call(target: object, method: string): Promise<unknown> {
  const found: unknown = Reflect.get(target, method);
  if (typeof found !== "function") throw new InnerModulesChanged(`Azurite's server has no ${method}.`);
  return (await Reflect.apply(found, target, [])) as unknown;
}

const portIn = (text: string): number => Number(/:(\d+)\s*$/.exec(text)?.[1]);

/**
 * Azurite re-reads its accounts once a minute at best, so a new account is a restart at the same port; blobs lie on disk
 * meanwhile.
 */
async function startChild(home: string, { folder, port: wanted = 0 }: AzuriteOptions): Promise<Running> {
  const place = folder ?? mkdtempSync(join(tmpdir(), "azure-cost-exports-blobs-"));
  let child = await openChild(home, place, wanted, new Map());
  const { port } = child;
  return {
    mode: "child",
    port,
    setAccounts: async (accounts) => {
      await child.end();
      child = await openChild(home, place, port, accounts);
    },
    close: async () => {
      await child.end();
      if (folder === undefined) rmSync(place, { recursive: true, force: true });
    },
  };
}

interface Child {
  readonly port: number;
  readonly end: () => Promise<void>;
}

/** Ends with its input, which the system closes when this process is gone, however it went. */
const wrapper = 'process.stdin.on("end", () => process.exit()).resume().unref(); require(process.argv[1]);';

async function openChild(home: string, place: string, port: number, accounts: Accounts): Promise<Child> {
  const manifest: unknown = JSON.parse(await readFile(join(home, "package.json"), "utf8"));
  const main = textAt(manifest, "bin", "azurite-blob");
  if (main === undefined) throw new Error("This version of Azurite has no command azurite-blob.");
  const options = ["--blobHost", "127.0.0.1", "--blobPort", String(port), "--location", place, "--silent"];
  const child = spawn(
    process.execPath,
    [
      "-e",
      wrapper,
      join(home, main),
      ...options,
      "--skipApiVersionCheck",
      "--disableProductStyleUrl",
      "--disableTelemetry",
    ],
    {
      stdio: ["pipe", "pipe", "pipe"],
      env: {
        ...process.env,
        // Without an account of its own it would open the well-known one.
        AZURITE_ACCOUNTS: [...accounts, ["unused", [keyOf("unused")]] as const]
          .map(([name, keys]) => [name, ...keys].join(":"))
          .join(";"),
      },
    },
  );
  return { port: await listening(child), end: () => ended(child) };
}

function listening(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let output = "";
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const port = /successfully listens on http:\/\/[^\s:]+:(\d+)/.exec(output)?.[1];
      if (port !== undefined) resolve(Number(port));
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("error", reject);
    child.once("exit", (code) => {
      reject(new Error(`Azurite ended with ${String(code)} instead of listening: ${output.trim()}`));
    });
  });
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGTERM");
  });
}
