/** The service's refusals in our words: what was attempted, what it said, and the cure. */
import { ArmResponseError } from "../arm";
import { explain } from "../cost-management/catalogue";
import { ResourceError } from "./errors";

/** Adds what was attempted and what to do to an error of the transport; our own errors say it already. */
export function withCure(attempted: string, error: unknown): unknown {
  if (!(error instanceof ArmResponseError)) return error;
  const row = explain(error.status, error.code, error.message);
  return new ResourceError("Refused", `${attempted}: ${error.message}${row === undefined ? "" : `\n${row.cure}`}`, {
    cause: error,
  });
}
