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

/** Progress on a terminal only, at most four times a second. */
export function progressLine(): ((file: string, received: number, total: number | undefined) => void) | undefined {
  if (!process.stderr.isTTY) return undefined;
  let last = 0;
  return (file, received, total) => {
    if (Date.now() - last < 250 && received !== total) return;
    last = Date.now();
    const share = total === undefined ? "" : ` of ${megabytes(total)}`;
    process.stderr.write(`\r${file}: ${megabytes(received)}${share}${received === total ? "\n" : ""}`);
  };
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
