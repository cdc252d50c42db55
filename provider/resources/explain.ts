/** The service's refusals and the transport's failures in our words: what was attempted, what came of it, and the cure. */
import { ArmConnectionError, ArmError, ArmResponseError, CredentialError, DeadlineError } from "../arm";
import { explain } from "../cost-management/catalogue";
import { ResourceError } from "./errors";

/** Adds what was attempted and what to do to an error of the transport; our own errors say it already. */
export function withCure(attempted: string, error: unknown): unknown {
  if (error instanceof ArmResponseError) {
    const cure = explain(error.status, error.code, error.message)?.cure ?? generalCure(error.status);
    return new ResourceError("Refused", `${attempted}: ${error.message}\n${cure}`, { cause: error });
  }
  const cure = error instanceof ArmError ? transportCures.find(({ type }) => error instanceof type)?.cure : undefined;
  if (!(error instanceof ArmError) || cure === undefined) return error;
  return new ResourceError("Unreachable", `${attempted}: ${error.message}${cure}`, { cause: error });
}

function generalCure(status: number): string {
  if (status === 408 || status >= 500)
    return "Run the deployment again. Where the service keeps failing, its state is told at https://azure.status.microsoft; support asks for the ids above.";
  if (status >= 300 && status < 400) return "Look for a proxy or gateway that answers in place of Azure.";
  return "Look at what the message names. Nothing is on record about this answer; support asks for the ids above.";
}

const transportCures = [
  {
    type: ArmConnectionError,
    cure: "\nLook at the network and at proxies on the way, then run the deployment again: it looks at the live resource first. A slow service may need longer timeouts.",
  },
  // Both say themselves what to do.
  { type: DeadlineError, cure: "" },
  { type: CredentialError, cure: "" },
] as const;
