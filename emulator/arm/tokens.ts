/**
 * Access tokens: signed, so that ARM can tell its own from a stranger's. The key belongs to the process, not to one
 * emulator, because client libraries cache managed-identity tokens per process and carry them from one emulator to the next.
 */
import { createHash, generateKeyPairSync, sign, verify } from "node:crypto";
import type { KeyPairKeyObjectResult } from "node:crypto";
import { isObject, textAt } from "../json";
import type { JsonObject } from "../json";
import type { AllSwitches } from "../server/switches";
import type { VirtualClock } from "../types";

export type Credential = "client-secret" | "federated-token" | "managed-identity";

/** Who is calling, as the token says. */
export interface Caller {
  readonly clientId: string;
  readonly objectId: string;
  readonly tenantId: string;
}

export interface TokenRequest extends Caller {
  readonly audience: string;
  readonly credential: Credential;
}

export interface IssuedToken {
  readonly token: string;
  readonly lifetimeSeconds: number;
}

export type TokenProblem = "invalid" | "expired" | "wrong-audience";

export interface Tokens {
  readonly issue: (request: TokenRequest) => IssuedToken;
  /** An identity token as a CI system hands out, to be exchanged for an access token. */
  readonly issueIdentityToken: (issuer: string, audience: string, subject: string) => string;
  /** The caller of a token of ours that is good for ARM, or what is wrong with it. */
  readonly check: (token: string, audiences: readonly string[]) => Caller | TokenProblem;
  /** The claims of any token of ours; undefined for a stranger's. */
  readonly claimsOf: (token: string) => JsonObject | undefined;
  /** From now on every token issued so far counts as expired. */
  readonly expireAll: () => void;
  /** The public key, as a JSON web key set. */
  readonly keys: () => unknown;
}

let processKey: KeyPairKeyObjectResult | undefined;
let issuedInProcess = 0;

export function createTokens(clock: VirtualClock, switches: AllSwitches, newId: () => string): Tokens {
  let expiredUpTo = 0;
  const isExpired = (claims: JsonObject): boolean => {
    if (Number(claims["emulator_serial"]) <= expiredUpTo) return true;
    if (switches.clockAgesTokens) return clock.now() / 1_000 >= Number(claims["exp"]);
    return Date.now() / 1_000 >= Number(claims["emulator_issued"]) + Number(claims["exp"]) - Number(claims["iat"]);
  };
  const claimsOf = (token: string): JsonObject | undefined => {
    const [header, payload, signature, ...rest] = token.split(".");
    if (header === undefined || payload === undefined || signature === undefined || rest.length > 0) return undefined;
    const key = { key: signingKey().publicKey, dsaEncoding: "ieee-p1363" } as const;
    if (!verify("sha256", Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, "base64url")))
      return undefined;
    return decodeJson(payload);
  };
  const times = (): JsonObject => {
    const issued = Math.floor(clock.now() / 1_000);
    return { iat: issued, nbf: issued, exp: issued + switches.tokenLifetimeSeconds };
  };
  return {
    issue: ({ audience, credential, clientId, objectId, tenantId }) => ({
      lifetimeSeconds: switches.tokenLifetimeSeconds,
      token: signed({
        aud: audience,
        // The v1 issuer: the one that Azurite accepts too.
        iss: `https://sts.windows.net/${tenantId}/`,
        ...times(),
        appid: clientId,
        appidacr: credential === "client-secret" ? "1" : "2",
        idp: `https://sts.windows.net/${tenantId}/`,
        idtyp: "app",
        oid: objectId,
        sub: objectId,
        tid: tenantId,
        uti: newId(),
        ver: "1.0",
        emulator_credential: credential,
        emulator_serial: ++issuedInProcess,
        // In real time: a client's cache of tokens knows nothing of the emulator's clock.
        emulator_issued: Math.floor(Date.now() / 1_000),
      }),
    }),
    issueIdentityToken: (issuer, audience, subject) =>
      signed({ iss: issuer, aud: audience, sub: subject, jti: newId(), ...times() }),
    check: (token, audiences) => {
      const claims = claimsOf(token);
      const clientId = textAt(claims, "appid");
      const objectId = textAt(claims, "oid");
      const tenantId = textAt(claims, "tid");
      if (claims === undefined || clientId === undefined || objectId === undefined || tenantId === undefined)
        return "invalid";
      if (isExpired(claims)) return "expired";
      const audience = trimSlash(textAt(claims, "aud") ?? "");
      return audiences.some((one) => trimSlash(one) === audience) ? { clientId, objectId, tenantId } : "wrong-audience";
    },
    claimsOf,
    expireAll: () => {
      expiredUpTo = issuedInProcess;
    },
    keys: () => ({
      keys: [{ ...signingKey().publicKey.export({ format: "jwk" }), kid: keyId(), use: "sig", alg: "ES256" }],
    }),
  };
}

/** The claims of a token that somebody else signed; undefined when it is no token at all. */
export function decodeForeignToken(token: string): JsonObject | undefined {
  const parts = token.split(".");
  const [header, payload] = parts;
  if (parts.length !== 3 || header === undefined || payload === undefined || decodeJson(header) === undefined)
    return undefined;
  return decodeJson(payload);
}

function signed(claims: JsonObject): string {
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const content = `${encode({ typ: "JWT", alg: "ES256", kid: keyId() })}.${encode(claims)}`;
  const signature = sign("sha256", Buffer.from(content), { key: signingKey().privateKey, dsaEncoding: "ieee-p1363" });
  return `${content}.${signature.toString("base64url")}`;
}

function signingKey(): KeyPairKeyObjectResult {
  return (processKey ??= generateKeyPairSync("ec", { namedCurve: "P-256" }));
}

function keyId(): string {
  const bytes = signingKey().publicKey.export({ type: "spki", format: "der" });
  return createHash("sha256").update(bytes).digest("base64url").slice(0, 27);
}

function decodeJson(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const trimSlash = (text: string): string => text.replace(/\/+$/, "").toLowerCase();
