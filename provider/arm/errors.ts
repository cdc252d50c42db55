/**
 * Every error that leaves the transport. None has a property `id`: an engine would take such an error for a resource that
 * was created and record it. Errors of libraries never get out: axios puts the whole request into them, token included.
 */
import { redact } from "./redact";

export class ArmError extends Error {
  override readonly name: string = "ArmError";
  /** The service's code, or a word of ours. */
  readonly code: string;
  constructor(code: string, message: string) {
    super(redact(message));
    this.code = redact(code);
  }
}

/** What an error knows of the answer behind it. */
export interface AnswerFacts {
  readonly status: number;
  readonly code: string;
  readonly serviceMessage: string;
  readonly requestId: string | undefined;
  readonly correlationId: string | undefined;
  /** How long the service asked to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;
}

/** The service answered, and repeating the request at once would not change the answer. */
export class ArmResponseError extends ArmError {
  override readonly name = "ArmResponseError";
  readonly status: number;
  readonly serviceMessage: string;
  readonly requestId: string | undefined;
  readonly correlationId: string | undefined;
  readonly retryAfterMs: number | undefined;
  constructor(facts: AnswerFacts, message: string) {
    super(facts.code, message);
    this.status = facts.status;
    this.serviceMessage = redact(facts.serviceMessage);
    this.requestId = facts.requestId;
    this.correlationId = facts.correlationId;
    this.retryAfterMs = facts.retryAfterMs;
  }
}

/** A write was sent, and nobody knows whether it was applied. The caller settles it by reading. */
export class OutcomeUnknownError extends ArmError {
  override readonly name = "OutcomeUnknownError";
  /** The status of the answer, where there was one. */
  readonly status: number | undefined;
  readonly correlationId: string | undefined;
  readonly retryAfterMs: number | undefined;
  constructor(
    code: string,
    facts: Partial<Pick<AnswerFacts, "status" | "correlationId" | "retryAfterMs">>,
    message: string,
  ) {
    super(code, message);
    this.status = facts.status;
    this.correlationId = facts.correlationId;
    this.retryAfterMs = facts.retryAfterMs;
  }
}

/** The service was not reached, or a read got no usable answer, for as long as it was tried. */
export class ArmConnectionError extends ArmError {
  override readonly name = "ArmConnectionError";
}

/** No token could be had. */
export class CredentialError extends ArmError {
  override readonly name = "CredentialError";
  constructor(message: string) {
    super("CredentialUnavailable", message);
  }
}

/** The settings cannot be used. */
export class SettingsError extends ArmError {
  override readonly name = "SettingsError";
  constructor(message: string) {
    super("InvalidSettings", message);
  }
}

/** The operation's time was over before the request could be sent. */
export class DeadlineError extends ArmError {
  override readonly name = "DeadlineError";
  /** How long the request would have had to wait beyond its deadline, in milliseconds. */
  readonly waitMs: number;
  constructor(waitMs: number, message: string) {
    super("DeadlineExceeded", message);
    this.waitMs = waitMs;
  }
}
