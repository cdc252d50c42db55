/** What the parts of the emulator share: a request, an answer, the clock, and the switches of unverified behaviour. */

export interface EmulatorRequest {
  readonly method: string;
  /** As sent, without the query; doubled slashes not yet collapsed, nothing decoded. */
  readonly rawPath: string;
  /** The path's segments: empty ones dropped, each percent-decoded. */
  readonly segments: readonly string[];
  /** Names in lower case (ARM matches query names without case); the first value wins. */
  readonly query: Readonly<Record<string, string>>;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly rawBody: string;
  /** Scheme, host and port that the client used, such as `https://localhost:8443`. */
  readonly origin: string;
  /** The request id that the answer and its error carry. */
  readonly requestId: string;
}

export interface EmulatorResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON value, or undefined for an empty body. */
  readonly body?: unknown;
  /** In place of a JSON body, with the content type in the headers. */
  readonly content?: { readonly text: string } | { readonly file: FileSlice };
  /** What must have happened before the answer is sent. */
  readonly after?: Promise<void>;
}

export interface FileSlice {
  readonly path: string;
  /** Of the first byte. */
  readonly start: number;
  readonly length: number;
}

/** The emulator's own time: real time plus what the control API added, or frozen. */
export interface VirtualClock {
  /** Milliseconds since the epoch. */
  now(): number;
}

/**
 * Behaviour of the live service that nobody has verified, each a switch with the tolerant client in mind. Defaults are
 * our best reading; tests run both ways.
 */
export interface Switches {
  /** Answer to an update with a stale eTag. Default `400` (as the sister service Budgets answers). */
  staleETagStatus: 400 | 409 | 412;
  /** Whether the new generation refuses an update without an eTag. Default false. A stale eTag is refused in any case. */
  newGenerationRequiresETag: boolean;
  /** Answer to DELETE of an export that does not exist. Default `404`. */
  deleteMissingStatus: 404 | 204 | 200;
  /** What an old-version PUT does with a name that exists in the new generation. Default `twin`. */
  oldPutOnNewExport: "twin" | "refuse";
  /** What a new-version PUT does with an export of the old generation. Default `move` (it becomes invisible to old versions). */
  newPutOnOldExport: "move" | "keep";
  /** Whether a past `recurrencePeriod.from` is refused on update of an Active export too. Default false. */
  pastFromRefusedOnUpdate: boolean;
  /** The case of enum values in answers. Default `as-sent`. */
  enumCase: "as-sent" | "canonical";
  /** Headers of a 429 answer. Default `consumption`. */
  throttleHeader: "none" | "consumption" | "retry-after";
  /** Whether PUT answers of the new generation carry `nextRunTimeEstimate`. Default true. */
  newPutShowsNextRun: boolean;
  /** Whether Csv with snappy and Parquet with gzip are refused. Default true. */
  refuseMismatchedCompression: boolean;
  /** Whether reservation datasets outside EA billing accounts and billing profiles are refused. Default true. */
  refuseReservationOnOtherScopes: boolean;
  /** The error shape: `old` (numeric code, request id in the message), `new` (a word), or by generation. Default `by-generation`. */
  errorShape: "old" | "new" | "by-generation";
  /** Whether old versions refuse a `recurrence` on an Inactive schedule (refused in azps#27730; the FinOps hub sends both and works). Default false. */
  recurrenceOnInactiveRefused: boolean;
  /** Whether a PUT may say `SystemSuspended` where the stored export already does. Default false: only the service sets it. */
  systemSuspendedAccepted: boolean;
  /** Whether old versions refuse `partitionData` at EA scopes, as in 2021 (docs#74890). Default false. */
  partitionDataRefusedForEa: boolean;
  /** Whether price sheets outside EA billing accounts and billing profiles are refused where no refusal is on record. Default true. */
  refusePriceSheetOnOtherScopes: boolean;
  /** Whether a Custom period longer than the version documents is refused by PUT. Default false: no refusal is on record. */
  customPeriodLimitRefused: boolean;
  /** What an old version does with the body of `run`, which only new versions describe. Default `ignore`. */
  runBodyOnOldVersion: "ignore" | "refuse";
  /** Whether answers of the new generation spell out the defaults of `format`, `compressionMode` and the like. Default false. */
  defaultsShown: boolean;
  /** The `fileName` of a run with partitioned output: consumers report null, the published example has a path. Default `null`. */
  partitionedFileName: "null" | "path";
  /** The form of a run's `manifestFile`: described as a URI, shown as a path in the container. Default `path`. */
  manifestFileForm: "path" | "uri";
  /** Whether the system runs Active exports by their schedule as the clock moves. Default true. */
  scheduledRuns: boolean;
  /** Whether deleting an export takes the role assignments of its identity along. Default false: they stay as orphans. */
  deletingRemovesRoles: boolean;
  /**
   * What becomes of a PUT with an identity whose caller may not assign roles (condition `roleAssignmentsDenied`): refused
   * (observed), or carried out without the assignment, so that deliveries fail (assumed). Default `refuse`.
   */
  deniedRolePut: "refuse" | "without";
  /** The status of a run that delivered: both are documented as success. Default `Completed`. */
  runSuccess: "Completed" | "DataReady";
  /** Answer to the start of a report: accepted, its result at once, or (cost details only) no content. Default 202. */
  reportStart: 202 | 200 | 204;
}

export const defaultSwitches: Readonly<Switches> = {
  staleETagStatus: 400,
  newGenerationRequiresETag: false,
  deleteMissingStatus: 404,
  oldPutOnNewExport: "twin",
  newPutOnOldExport: "move",
  pastFromRefusedOnUpdate: false,
  enumCase: "as-sent",
  throttleHeader: "consumption",
  newPutShowsNextRun: true,
  refuseMismatchedCompression: true,
  refuseReservationOnOtherScopes: true,
  errorShape: "by-generation",
  recurrenceOnInactiveRefused: false,
  systemSuspendedAccepted: false,
  partitionDataRefusedForEa: false,
  refusePriceSheetOnOtherScopes: true,
  customPeriodLimitRefused: false,
  runBodyOnOldVersion: "ignore",
  defaultsShown: false,
  partitionedFileName: "null",
  manifestFileForm: "path",
  scheduledRuns: true,
  deletingRemovesRoles: false,
  deniedRolePut: "refuse",
  runSuccess: "Completed",
  reportStart: 202,
};

/** One part of the emulated surface: answers a request, or passes it on with undefined. State is plain JSON. */
export interface EmulatorPart {
  handle(request: EmulatorRequest): EmulatorResponse | undefined;
  /** The part's whole state, as plain JSON. */
  snapshot(): unknown;
  /** Back to a snapshot; undefined empties the part. */
  restore(state: unknown): void;
}
