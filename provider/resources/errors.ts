/**
 * Errors of the resources. None has a property `id`: an engine would take such an error for a resource that was created
 * and record it (see docs/architecture.md).
 */

/** A refusal of ours, or of the service in our words: a sentence with a cure. */
export class ResourceError extends Error {
  override readonly name: string = "ResourceError";
  constructor(
    readonly code:
      | "Exists"
      | "Conflict"
      | "OtherGeneration"
      | "NotFound"
      | "Refused"
      | "StillRunning"
      | "StillThere"
      | "Unreachable",
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * The operation was begun and its end is not known: the service may hold the change or not. The adapter records the
 * resource as unfinished, so that the next deployment settles it.
 */
export class UnfinishedError extends Error {
  override readonly name: string = "UnfinishedError";
  constructor(
    readonly resourceId: string,
    readonly state: Readonly<Record<string, unknown>>,
    readonly reasons: readonly string[],
    options?: ErrorOptions,
  ) {
    super(reasons.join(" "), options);
  }
}
