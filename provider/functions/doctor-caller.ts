/** Who the doctor's calls are made as: read from the token itself, which goes nowhere but to ARM. */
import {
  createArmClient,
  createCredential,
  readArmSettings,
  systemClock,
  type ArmClient,
  type Clock,
  type Credential,
} from "../arm";
import { isRecord } from "../cost-management/unknown";

export interface Caller {
  readonly tenantId: string | undefined;
  /** The object id: what roles are assigned to. */
  readonly objectId: string | undefined;
}

export interface DoctorContext {
  readonly arm: ArmClient;
  readonly clock: Clock;
  /** As the newest token says; all undefined before the first call, and for a token that is no JWT. */
  readonly caller: () => Caller;
}

/** Signs in as the provider does, from the environment. `log` is told of every wait. */
export function createDoctorContext(
  log: (message: string) => void,
  env: NodeJS.ProcessEnv = process.env,
): DoctorContext {
  const settings = readArmSettings({ env });
  const credential = createCredential(settings, systemClock);
  let caller: Caller = nobody;
  const watched: Credential = {
    getToken: async (scope, timeoutMs) => {
      const token = await credential.getToken(scope, timeoutMs);
      caller = callerOf(token);
      return token;
    },
    drop: (token) => credential.drop?.(token),
  };
  const arm = createArmClient(settings, { clock: systemClock, credential: watched, log });
  return { arm, clock: systemClock, caller: () => caller };
}

const nobody: Caller = { tenantId: undefined, objectId: undefined };

/** The claims are not verified: ARM does that, and nothing is decided by them. */
export function callerOf(token: string): Caller {
  let claims: unknown;
  try {
    claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
  } catch {
    return nobody;
  }
  const text = (name: string): string | undefined => {
    const value = isRecord(claims) ? claims[name] : undefined;
    return typeof value === "string" ? value : undefined;
  };
  return { tenantId: text("tid"), objectId: text("oid") };
}
