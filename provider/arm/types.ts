/** What the rest of the provider knows of the transport: one request in, one answer or one error out. */

/** Which quota a request counts against, and how it may be repeated. */
export type OperationClass = "read" | "list" | "write" | "delete" | "run" | "report" | "poll";

/** Time as the transport sees it; tests hand in one that does not wait. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

export interface ArmRequest {
  readonly method: "GET" | "PUT" | "POST" | "DELETE";
  /** Path below the cloud's ARM endpoint, with a leading slash; sent as it is (scopes hold raw colons). */
  readonly path: string;
  readonly apiVersion: string;
  /** Further query parameters, such as `$expand`. */
  readonly query?: Readonly<Record<string, string>>;
  /**
   * An address that the service gave to be asked, such as the `Location` of a long-running operation: used as it is, in
   * place of path, api-version and query, and refused where it leads to another host than the cloud's ARM endpoint.
   */
  readonly location?: string;
  /** Sent as JSON; undefined sends no body at all. */
  readonly body?: unknown;
  readonly operation: OperationClass;
  /** The Cost Management scope that the request works on: quotas are counted by it. */
  readonly scope: string;
  /** When the whole operation must have ended, in milliseconds since the epoch. No wait and no attempt goes beyond it. */
  readonly deadline: number;
}

export interface ArmResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed JSON body; undefined where the answer had none. */
  readonly body: unknown;
}

/**
 * Sends requests to the cloud's ARM endpoint. Answers with a 2xx status or 404 are returned; everything else is thrown:
 * - `ArmResponseError`: the service answered, and repeating the request would not change the answer, or not in time;
 * - `OutcomeUnknownError`: a PUT or POST may or may not have been applied. The caller settles it by reading;
 * - `ArmConnectionError`: the service could not be reached, or a read got no usable answer, for as long as it was tried. A
 *   write that ends so was not applied;
 * - `DeadlineError`: the deadline came before the request was sent;
 * - `CredentialError`: no token could be had; `SettingsError`: the settings or the path cannot be used.
 *
 * All of them are `ArmError`s. Addresses in answers (`Location` and the like) are not followed.
 */
export interface ArmClient {
  send(request: ArmRequest): Promise<ArmResponse>;
  /**
   * The service's time, in milliseconds since the epoch, as the `Date` of its last answer tells it; the clock's before the
   * first answer. The service compares dates of a request with its own clock, and the machine's may be wrong.
   */
  serviceTime(): number;
  /** Where the cloud keeps blobs, and how they are read. */
  blobStorage(): Promise<BlobStorage>;
}

export interface BlobStorage {
  /** Blobs of an account are at `https://{account}.blob.{suffix}`, unless ARM names another address. */
  readonly suffix: string;
  /** Whether ARM is on this machine: then its storage is too, and nothing is asked elsewhere. */
  readonly local: boolean;
  /** A token for blobs of any account of the cloud. To be sent to these alone. */
  token(deadline: number): Promise<string>;
}
