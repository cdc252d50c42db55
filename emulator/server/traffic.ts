/**
 * Writes down each Microsoft.CostManagement exchange as one JSON line, for a contract test that holds the emulator's
 * answers against the published OpenAPI files. One file per process; each line is written at once, because test workers
 * are killed without notice.
 */
import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";

export interface Exchange {
  readonly method: string;
  /** Complete, with the query. */
  readonly url: string;
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly requestBody?: unknown;
  readonly status: number;
  readonly responseHeaders: Readonly<Record<string, string>>;
  readonly responseBody?: unknown;
}

/** Where recording goes unless the option names a folder. */
export const trafficVariable = "AZURE_COST_EXPORTS_TRAFFIC_DIR";

export type TrafficRecorder = (exchange: Exchange) => void;

export function createTrafficRecorder(folder: string | undefined): TrafficRecorder {
  if (folder === undefined || folder === "") return () => undefined;
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `traffic-${process.pid}.jsonl`);
  return (exchange) => appendFileSync(file, `${JSON.stringify(exchange)}\n`);
}
