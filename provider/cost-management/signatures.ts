/**
 * A SAS token or a signed URL in a field that is no secret must not be printed by the rule that refuses it. A message may
 * quote the value, or propose it in another spelling: so a signature is looked for by its letters and digits alone.
 */
import type { Problem } from "./parse";
import { isRecord } from "./unknown";

/** The problem; where its text would show a signature that stands in the inputs, with a text that does not. */
export function withoutSignatures(problem: Problem, inputs: unknown): Problem {
  const said = bare(problem.reason);
  if (!signaturesIn(inputs).some((signature) => said.includes(signature))) return problem;
  const reason = `${problem.property} holds a SAS token or a signed URL, which is a secret and is not shown. Write the plain name or id there, and a SAS token at deliveryInfo.destination.sasToken alone.`;
  return { ...problem, reason };
}

function signaturesIn(value: unknown): string[] {
  if (typeof value === "string")
    return [...value.matchAll(/\bsig=([^&\s"]+)/gi)].map(([, signature = ""]) => bare(signature)).filter(isLong);
  if (Array.isArray(value)) return value.flatMap(signaturesIn);
  return isRecord(value) ? Object.values(value).flatMap(signaturesIn) : [];
}

/** A short one would be found in any message, and a real one has more than 40 letters. */
function isLong(signature: string): boolean {
  return signature.length >= 8;
}

function bare(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, "");
}
