/** What is written down (request log, traffic files) holds no token, no secret and no signature. */
import { isObject } from "../json";

const redacted = "[redacted]";

export function redactHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      const lower = name.toLowerCase();
      if (lower === "authorization") return [lower, value.replace(/^(\S+)\s.*$/s, `$1 ${redacted}`)];
      return [lower, secretHeaders.has(lower) ? redacted : redactText(value)];
    }),
  );
}

/** Signatures of signed URLs, in any text. */
export function redactText(text: string): string {
  return text.replace(/([?&]|^|%26)(sig(?:=|%3D))[^&\s"]+/gi, `$1$2${redacted}`);
}

export function redactValue(value: unknown): unknown {
  if (typeof value === "string") return redactText(value);
  if (Array.isArray(value)) return value.map(redactValue);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      secretMembers.has(name.toLowerCase()) && typeof member === "string" ? redacted : redactValue(member),
    ]),
  );
}

/** A body as the log shows it: JSON as a value, a form as an object, anything else as text; undefined when empty. */
export function readableBody(raw: string, contentType: string | undefined): unknown {
  if (raw === "") return undefined;
  if (contentType?.startsWith("application/x-www-form-urlencoded") === true) {
    return redactValue(Object.fromEntries(new URLSearchParams(raw)));
  }
  try {
    return redactValue(JSON.parse(raw));
  } catch {
    return redactText(raw.replace(/("(?:sasToken|client_secret)"\s*:\s*")[^"]*/gi, `$1${redacted}`));
  }
}

const secretHeaders = new Set(["x-identity-header", "secret", "cookie", "set-cookie"]);
const secretMembers = new Set([
  "sastoken",
  "client_secret",
  "client_assertion",
  "assertion",
  "password",
  "refresh_token",
  "access_token",
  "id_token",
]);
