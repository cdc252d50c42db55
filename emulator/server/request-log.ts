/** Every request that reached the emulator and what became of it, with counters: tests assert on calls made, not on code run. */

/** What a request was for: resources, tokens, documents of the cloud, the emulator itself, or blobs. */
export type Category = "arm" | "token" | "metadata" | "control" | "blob";

/** A request that reached the emulator, and what became of it. */
export interface LoggedRequest {
  /** Counts from 1 since the log was last cleared. */
  readonly number: number;
  /** On the emulator's clock, ISO 8601. */
  readonly time: string;
  /** Real time between the request's last byte and the answer. */
  readonly durationMs: number;
  /** Such as `PUT`. */
  readonly method: string;
  /** As sent, without the query. */
  readonly path: string;
  /** Names in lower case. */
  readonly query: Readonly<Record<string, string>>;
  /** As asked, where it was. */
  readonly apiVersion?: string;
  /** What it was for. */
  readonly category: Category;
  /** What was asked for, such as `exports.put`, `resourceGroups.get`, `token.managed-identity`. */
  readonly operation: string;
  /** Of the answer that was sent; absent where the connection was cut instead. */
  readonly status?: number;
  /** Names in lower case; `authorization` reads `Bearer [redacted]`. */
  readonly requestHeaders: Readonly<Record<string, string>>;
  /** Parsed where it was JSON; secrets are replaced. */
  readonly requestBody?: unknown;
  /** Names in lower case. */
  readonly responseHeaders: Readonly<Record<string, string>>;
  /** Parsed where it was JSON; secrets are replaced. */
  readonly responseBody?: unknown;
  /** The injected fault that changed, delayed or cut this answer. */
  readonly fault?: string;
}

/** Every given field must fit; `path` fits when it occurs in the request's path, in any case. */
export interface RequestFilter {
  /** What it was for. */
  readonly category?: Category;
  /** Such as `exports.put`. */
  readonly operation?: string;
  /** Such as `PUT`. */
  readonly method?: string;
  /** A part of the path, in any case. */
  readonly path?: string;
  /** HTTP status of the answer. */
  readonly status?: number;
}

/** How many requests there were. */
export interface Counters {
  /** All of them. */
  readonly total: number;
  /** By what they were for. */
  readonly byCategory: Readonly<Record<Category, number>>;
  /** By operation, such as `exports.put`. */
  readonly byOperation: Readonly<Record<string, number>>;
}

export interface RequestLog {
  readonly add: (request: Omit<LoggedRequest, "number">) => void;
  /** The last 10,000 requests, oldest first. */
  readonly list: (filter?: RequestFilter) => readonly LoggedRequest[];
  /** Counts every request since the last `clear`, also those that no longer fit in the list. */
  readonly counters: () => Counters;
  /** Empties the list and zeroes the counters. */
  readonly clear: () => void;
}

const kept = 10_000;

export function createRequestLog(): RequestLog {
  let entries: LoggedRequest[] = [];
  let total = 0;
  let byCategory = noRequests();
  let byOperation: Record<string, number> = {};
  return {
    add: (request) => {
      total += 1;
      byCategory[request.category] += 1;
      byOperation[request.operation] = (byOperation[request.operation] ?? 0) + 1;
      entries.push({ number: total, ...request });
      // Cut in blocks: shifting one entry per request would copy the whole list each time.
      if (entries.length >= kept * 2) entries = entries.slice(-kept);
    },
    list: (filter = {}) => entries.slice(-kept).filter((entry) => fits(entry, filter)),
    counters: () => ({ total, byCategory: { ...byCategory }, byOperation: { ...byOperation } }),
    clear: () => {
      entries = [];
      total = 0;
      byCategory = noRequests();
      byOperation = {};
    },
  };
}

const noRequests = (): Record<Category, number> => ({ arm: 0, token: 0, metadata: 0, control: 0, blob: 0 });

function fits(entry: LoggedRequest, { category, operation, method, path, status }: RequestFilter): boolean {
  return (
    (category === undefined || entry.category === category) &&
    (operation === undefined || entry.operation === operation) &&
    (method === undefined || entry.method === method.toUpperCase()) &&
    (path === undefined || entry.path.toLowerCase().includes(path.toLowerCase())) &&
    (status === undefined || entry.status === status)
  );
}
