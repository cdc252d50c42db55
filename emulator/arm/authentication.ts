/** Who calls ARM: a bearer token of this emulator, unexpired and meant for ARM. Codes and texts as ARM words them (assumed). */
import { tenantId } from "../constants";
import { textAt } from "../json";
import { guidOf } from "../server/ids";
import type { AllSwitches } from "../server/switches";
import type { EmulatorRequest, VirtualClock } from "../types";
import { refuse } from "./context";
import { armError } from "./errors";
import { decodeForeignToken } from "./tokens";
import type { Caller, TokenProblem, Tokens } from "./tokens";

export interface Authentication {
  readonly tokens: Tokens;
  readonly switches: AllSwitches;
  readonly clock: VirtualClock;
}

/** What a token for ARM may be meant for; clients that know only an endpoint ask for a token for that endpoint. */
export const armAudiences = ["https://management.core.windows.net", "https://management.azure.com"] as const;

export function authenticate(request: EmulatorRequest, { tokens, switches, clock }: Authentication): Caller {
  const header = request.headers["authorization"];
  if (header === undefined) {
    return unauthenticated("AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.");
  }
  const token = /^Bearer +(\S+)$/i.exec(header)?.[1];
  if (token === undefined) {
    return unauthenticated(
      "AuthenticationFailed",
      "Authentication failed. The 'Authorization' header is provided in an invalid format.",
    );
  }
  if (switches.acceptAnyBearer) return foreignCaller(token);
  const caller = tokens.check(token, [...armAudiences, request.origin, request.origin.replace(/^http:/, "https:")]);
  if (typeof caller !== "string") return caller;
  return unauthenticated(...problems[caller](new Date(clock.now()).toISOString()));
}

function foreignCaller(token: string): Caller {
  const claims = decodeForeignToken(token);
  const clientId = textAt(claims, "appid") ?? guidOf(token);
  return { clientId, objectId: textAt(claims, "oid") ?? guidOf(clientId), tenantId: textAt(claims, "tid") ?? tenantId };
}

function unauthenticated(code: string, message: string): never {
  const challenge = `Bearer authorization_uri="https://login.windows.net/${tenantId}", error="invalid_token", error_description="${message}"`;
  refuse(armError(401, code, message, { "www-authenticate": challenge }));
}

const problems: Readonly<Record<TokenProblem, (now: string) => readonly [code: string, message: string]>> = {
  invalid: () => ["InvalidAuthenticationToken", "The access token is invalid."],
  expired: (now) => [
    "ExpiredAuthenticationToken",
    `The access token expiry UTC time is earlier than current UTC time '${now}'.`,
  ],
  "wrong-audience": () => [
    "InvalidAuthenticationTokenAudience",
    `The access token has been obtained for wrong audience or resource. It should exactly match with one of the allowed audiences ${armAudiences
      .flatMap((one) => [`'${one}/'`, `'${one}'`])
      .join(",")}.`,
  ],
};
