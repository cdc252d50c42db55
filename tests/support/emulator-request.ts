/** Requests as the emulator's server hands them to its parts, without a server. */
import type { EmulatorRequest } from "../../emulator/types";

export interface RequestOptions {
  /** Default: 2025-03-01; null leaves it out. */
  readonly apiVersion?: string | null;
  /** A string goes as it is, anything else as JSON. */
  readonly body?: unknown;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly requestId?: string;
}

export const requestId = "0e0e0e0e-1111-4222-8333-444455556666";

export function emulatorRequest(method: string, rawPath: string, options: RequestOptions = {}): EmulatorRequest {
  const { apiVersion = "2025-03-01", body, query = {}, headers = {} } = options;
  return {
    method,
    rawPath,
    segments: rawPath
      .split("/")
      .filter((segment) => segment !== "")
      .map(decodeURIComponent),
    query: { ...(apiVersion === null ? {} : { "api-version": apiVersion }), ...query },
    headers,
    rawBody: body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body),
    origin: "https://localhost:8443",
    requestId: options.requestId ?? requestId,
  };
}
