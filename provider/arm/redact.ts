/**
 * What must never be shown: tokens, secrets and signed links. Every text that becomes a message or a log line passes here,
 * also where nobody expects a secret in it: services and libraries quote what they were sent.
 */

const hidden = "[hidden]";

/** Names of query parameters, form fields and JSON members whose values are secrets. */
const secretNames =
  "sig|signature|access_?token|refresh_?token|id_?token|oidc_?token|sas_?token|client_?secret|client_?assertion|assertion|password|account_?key|shared_?access_?signature";

const patterns: readonly (readonly [RegExp, string])[] = [
  // A signed link loses its whole query: its other parameters say nothing to a person, and some are part of the signature.
  [/(https?:\/\/[^\s"'<>?]+)\?[^\s"'<>]*\bsig(?:=|%3D)[^\s"'<>]*/gi, `$1?${hidden}`],
  [/\b(Bearer|SharedKey|SharedAccessSignature)\s+[A-Za-z0-9._~+/=:&%-]+/gi, `$1 ${hidden}`],
  [/\beyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)*/g, hidden],
  [new RegExp(`(["'](?:${secretNames})["']\\s*:\\s*["'])(?:\\\\.|[^"'\\\\])+`, "gi"), `$1${hidden}`],
  [new RegExp(`\\b(${secretNames})(=|%3D)[^&\\s"'<>;,]+`, "gi"), `$1$2${hidden}`],
];

/** Values that are secret because of where they came from. A shorter one would blank out ordinary words. */
const known = new Set<string>();
const shortestSecret = 4;

/** From now on `redact` removes these values, as they are and as they look in a URL, a form or in JSON. */
export function rememberSecrets(...values: readonly (string | undefined)[]): void {
  for (const value of values) {
    if (value === undefined || value.length < shortestSecret) continue;
    // By way of bytes, because half a surrogate pair cannot be encoded.
    const inUrl = encodeURIComponent(Buffer.from(value).toString());
    known.add(value).add(inUrl).add(inUrl.replaceAll("%20", "+")).add(JSON.stringify(value).slice(1, -1));
  }
}

export function redact(text: string): string {
  let result = text;
  // The longest first: a secret may be part of another.
  for (const value of [...known].sort((a, b) => b.length - a.length)) result = result.replaceAll(value, hidden);
  for (const [pattern, replacement] of patterns) result = result.replace(pattern, replacement);
  return result;
}
