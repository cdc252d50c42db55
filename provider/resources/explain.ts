/** The service's refusals and the transport's failures in our words: what was attempted, what came of it, and the cure. */
import {
  ArmConnectionError,
  ArmError,
  ArmResponseError,
  CredentialError,
  DeadlineError,
  OutcomeUnknownError,
} from "../arm/errors";
import { explain } from "../cost-management/catalogue";
import { ResourceError } from "./errors";

/** Adds what was attempted and what to do to an error of the transport; our own errors say it already. */
export function withCure(attempted: string, error: unknown): unknown {
  if (error instanceof ArmResponseError) {
    const cure = tokenRefused.test(error.code)
      ? "The token was renewed and refused again. Look at this machine's clock and at the tenant that you are signed in to, sign in anew, and run the deployment again."
      : (explain(error.status, error.code, error.message)?.cure ?? generalCure(error.status));
    return new ResourceError("Refused", `${attempted}: ${error.message}\n${cure}`, { cause: error });
  }
  if (error instanceof OutcomeUnknownError && error.status !== undefined) {
    // Still unknown, and of that type; but where the service's failure is a known one, its cure helps all the same.
    const known = explain(error.status, error.code, error.message)?.cure;
    return known === undefined ? error : new OutcomeUnknownError(error.code, error, `${error.message}\n${known}`);
  }
  const cure = error instanceof ArmError ? transportCures.find(({ type }) => error instanceof type)?.cure : undefined;
  if (!(error instanceof ArmError) || cure === undefined) return error;
  return new ResourceError("Unreachable", `${attempted}: ${error.message}${cure}`, { cause: error });
}

/** ARM's words for a token that is over or not for it; a lack of rights has others. */
const tokenRefused = /^(ExpiredAuthenticationToken|InvalidAuthenticationToken\w*)$/;

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
