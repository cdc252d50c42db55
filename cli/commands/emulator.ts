/** `azure-cost-exports emulator`: runs the emulator until it is told to stop, for people and for scripts. */
import { fstatSync } from "node:fs";
import { resolve } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { parseSwitch, startEmulator } from "../../emulator";
import { duration } from "../../provider/cost-management/dates";
import type { AllSwitches, Emulator, EmulatorData, StorageChoice } from "../../emulator";

/** Taken at once: the parent may be gone by the time that the emulator is ready. */
const parent = process.ppid;

interface Options {
  readonly httpPort: number;
  readonly httpsPort: number;
  readonly caFolder?: string;
  readonly json?: true;
  readonly switch: Partial<AllSwitches>;
  readonly storage?: StorageChoice;
  readonly seed?: string;
  readonly rows?: number;
  /** Of runs, in milliseconds. */
  readonly runTime?: number;
}

export function emulatorCommand(): Command {
  return new Command("emulator")
    .description(
      "Run an emulator of Azure Cost Management exports, with the ARM and sign-in around it, on this machine.",
    )
    .option("--http-port <port>", "port of HTTP; a free one by default", parsePort, 0)
    .option("--https-port <port>", "port of HTTPS; a free one by default", parsePort, 0)
    .option(
      "--ca-folder <folder>",
      "where the certificate to trust is written, as ca.pem; a temporary folder by default",
    )
    .option("--json", "print one line of JSON when ready, for scripts")
    .option("--switch <name=value>", "set a switch of docs/emulator.md; may be repeated", addSwitch, {})
    .option(
      "--storage <place>",
      '"azurite", or a folder: where the files of runs and reports are written; nowhere by default',
      parseStorage,
    )
    .option("--seed <seed>", "makes ids and files repeatable: the same seed, the same data")
    .option("--rows <count>", "rows a day that each subscription has in the cost datasets; 40 by default", parseRows)
    .option("--run-time <span>", "how long runs take, as 5s or 30m; a quarter of an hour by default", parseSpan)
    .addHelpText("after", "\nIt ends on SIGINT and SIGTERM, and when its standard input is a pipe that is closed.")
    .action(run);
}

async function run({ json, switch: switches, rows, runTime, ...options }: Options): Promise<void> {
  // Listened for before anyone is told that it is ready, and may answer with a signal.
  const stop = toldToStop();
  try {
    const data: EmulatorData = rows === undefined ? {} : { rows };
    const times = runTime === undefined ? {} : { runTimes: { queuedMs: 0, processingMs: runTime } };
    const emulator = await startEmulator({ ...options, ...times, switches, data });
    console.log(json === true ? readyLine(emulator) : readyText(emulator, options.storage));
    await stop;
    await emulator.close();
  } finally {
    // A pipe that is watched keeps the process alive.
    process.stdin.destroy();
  }
}

function readyLine({ httpUrl, httpsUrl, caFile, controlUrl, blobEndpoint }: Emulator): string {
  return JSON.stringify({ httpUrl, httpsUrl, caFile, controlUrl, blobEndpoint });
}

function readyText(emulator: Emulator, storage: StorageChoice | undefined): string {
  const { httpUrl, httpsUrl, controlUrl, environment, environmentOverTls } = emulator;
  return [
    `Azure Cost Management exports, emulated at ${httpUrl} and ${httpsUrl}`,
    ...filesText(emulator, storage),
    "",
    ...exportLines(environment),
    "",
    "For azure-native, azurerm and the Azure CLI, which insist on TLS, also:",
    ...exportLines(environmentOverTls).filter((line) => !exportLines(environment).includes(line)),
    "",
    `Request log, faults, clock and switches: ${controlUrl} (docs/emulator.md). Ctrl-C ends it.`,
  ].join("\n");
}

function filesText({ blobEndpoint, controlUrl }: Emulator, storage: StorageChoice | undefined): string[] {
  if (blobEndpoint !== undefined)
    return [`Files: storage accounts at ${blobEndpoint}; connection strings at ${controlUrl}/storage/ACCOUNT`];
  return typeof storage === "object" ? [`Files: ${resolve(storage.folder)}/ACCOUNT/CONTAINER/...`] : [];
}

function exportLines(environment: Readonly<Record<string, string>>): string[] {
  return Object.entries(environment).map(([name, value]) => `export ${name}=${quoted(value)}`);
}

const quoted = (value: string): string =>
  /^[\w./:,@%+-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;

/**
 * Resolves on SIGINT or SIGTERM, and when whoever started this goes away: a standard input that is a pipe ends then. A
 * terminal, a file and /dev/null, as a service manager gives, say nothing and are not watched. Below `npm run`, which
 * passes no signal on to the command that its shell runs, a change of parent counts as well.
 */
function toldToStop(): Promise<void> {
  return new Promise((resolve) => {
    process.once("SIGINT", () => resolve());
    process.once("SIGTERM", () => resolve());
    if (isPipe(0))
      process.stdin
        .on("end", resolve)
        .on("error", () => resolve())
        .resume();
    if (process.env["npm_lifecycle_event"] === undefined) return;
    const watch = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(watch);
      resolve();
    }, 500);
    watch.unref();
  });
}

/** Node gives its child processes sockets for pipes. A standard input that was closed altogether is none. */
function isPipe(descriptor: number): boolean {
  try {
    const status = fstatSync(descriptor);
    return status.isFIFO() || status.isSocket();
  } catch {
    return false;
  }
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError("A port is a whole number from 0 to 65535.");
}

/** A folder of that name: `./azurite`. */
function parseStorage(text: string): StorageChoice {
  if (text === "") throw new InvalidArgumentError('Say "azurite", or a folder.');
  return text === "azurite" ? text : { folder: text };
}

function parseRows(text: string): number {
  const rows = Number(text);
  if (/^\d+$/.test(text) && rows >= 1) return rows;
  throw new InvalidArgumentError("Rows a day are a whole number from 1 on.");
}

function parseSpan(text: string): number {
  const span = duration(text);
  if (span !== undefined) return span;
  throw new InvalidArgumentError("Write a span as 5s, 30m or 1h30m.");
}

function addSwitch(text: string, before: Partial<AllSwitches>): Partial<AllSwitches> {
  try {
    return { ...before, ...parseSwitch(text) };
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}
