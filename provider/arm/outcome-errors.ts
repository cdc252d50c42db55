/** The sentences and the errors that a failed attempt becomes. */
import { ArmConnectionError, ArmResponseError, OutcomeUnknownError, type AnswerFacts, type ArmError } from "./errors";
import type { HttpFailure, HttpResponse } from "./http";
import { retryAfter, type Outcome } from "./retry";
import { parseServiceError } from "./service-error";
import type { ArmRequest } from "./types";

/** One attempt's end: what is judged, and what becomes the answer or the error. */
export type Attempt = { readonly outcome: Outcome; readonly correlationId: string } & (
  { readonly response: HttpResponse; readonly body: unknown } | { readonly failure: HttpFailure }
);

/** The request will not be repeated, or not any more. `ending` says why. */
export function failedError(request: ArmRequest, attempt: Attempt, now: number, ending = ""): ArmError {
  const message = `${explain(request, attempt, now)}${ending === "" ? "" : ` ${ending}`}`;
  if ("failure" in attempt) return new ArmConnectionError(attempt.failure.code, message);
  const { status } = attempt.response;
  // A success that cannot be read is no answer of the service's.
  if (status >= 200 && status < 300) return new ArmConnectionError("UnusableAnswer", message);
  return new ArmResponseError(factsOf(attempt.response, attempt.correlationId, now), message);
}

export function unknownError(request: ArmRequest, attempt: Attempt, now: number): OutcomeUnknownError {
  const message = `${explain(request, attempt, now)} Whether it was applied is not known.`;
  if ("failure" in attempt)
    return new OutcomeUnknownError(attempt.failure.code, { correlationId: attempt.correlationId }, message);
  const facts = factsOf(attempt.response, attempt.correlationId, now);
  return new OutcomeUnknownError(facts.code, facts, message);
}

/** What happened, in a sentence, with everything that support will ask for. */
export function explain(request: ArmRequest, attempt: Attempt, now: number): string {
  const what = describe(request);
  if ("failure" in attempt)
    return `${what} got no answer: ${attempt.failure.message} (correlation id ${attempt.correlationId}).`;
  const { status, code, serviceMessage, requestId, correlationId } = factsOf(
    attempt.response,
    attempt.correlationId,
    now,
  );
  const verb = status >= 200 && status < 300 ? "was answered, but the answer cannot be used" : "was refused";
  const name = code === String(status) ? "" : ` ${code}`;
  const end = /[.!?…]$/.test(serviceMessage) ? "" : ".";
  return `${what} ${verb}, HTTP ${status}${name}: ${serviceMessage}${end} (request id ${requestId ?? "none"}, correlation id ${correlationId ?? "none"})`;
}

/** Without the query: nothing in it helps a person. */
export function describe(request: ArmRequest): string {
  return `${request.method} ${request.path}`;
}

function factsOf(response: HttpResponse, sentCorrelationId: string, now: number): AnswerFacts {
  const { status, headers, text } = response;
  const redirect = status >= 300 && status < 400;
  const parsed = redirect ? redirectError(headers["location"]) : parseServiceError(text, headers["content-type"]);
  return {
    status,
    code: parsed.code ?? String(status),
    serviceMessage: parsed.message,
    requestId: headers["x-ms-request-id"],
    correlationId: headers["x-ms-correlation-request-id"] ?? sentCorrelationId,
    retryAfterMs: retryAfter(headers, now),
  };
}

function redirectError(location: string | undefined): { readonly code: string; readonly message: string } {
  const target =
    location !== undefined && URL.canParse(location) ? `the host ${new URL(location).host}` : "another address";
  return {
    code: "RedirectRefused",
    message: `it points to ${target}, which is not followed, because tokens go to ARM alone.`,
  };
}
