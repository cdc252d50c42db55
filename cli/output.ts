/** What commands print: one JSON object for machines, aligned columns for people; whatever else is said goes to standard error. */
import { createContext } from "../provider/dynamic/context";
import type { ResourceContext } from "../provider/resources/resource";

/** What a command works with: waits, warnings and progress leave standard output to the result. */
export function commandContext(): ResourceContext {
  return createContext(undefined, (message) => console.error(message));
}

export function printJson(value: unknown): void {
  console.log(JSON.stringify(value));
}

export function printTable(header: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? "").length)),
  );
  for (const row of [header, ...rows])
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    );
}

/**
 * Says how to go on when Ctrl-C stops a command that remembers what it has done; then the signal ends the process as it would
 * have.
 */
export function tellWhenStopped(): void {
  process.once("SIGINT", () => {
    console.error("\nStopped. The same command goes on from here.");
    process.kill(process.pid, "SIGINT");
  });
}

/** Told of a file: the bytes that are there, and all of its bytes where they are known. */
type Progress = (file: string, received: number, total: number | undefined) => void;

/** Progress on a terminal only, at most four times a second, in one line however narrow the terminal is. */
export function progressLine(terminal: NodeJS.WriteStream = process.stderr): Progress | undefined {
  if (!terminal.isTTY) return undefined;
  let last = 0;
  return (file, received, total) => {
    if (Date.now() - last < 250 && received !== total) return;
    last = Date.now();
    const share = total === undefined ? "" : ` of ${megabytes(total)}`;
    const figures = `${megabytes(received)}${share}`;
    const room = terminal.columns - figures.length - 3;
    const line = room < 4 ? figures : `${endOf(file, room)}: ${figures}`;
    terminal.write(`\r\x1b[K${line}${received === total ? "\n" : ""}`);
  };
}

/** Paths differ at their ends. */
function endOf(text: string, length: number): string {
  return text.length <= length ? text : `…${text.slice(1 - length)}`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
