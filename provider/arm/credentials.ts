/**
 * Tokens for ARM. The settings decide on one kind of credential; @azure/identity does the signing in and is loaded with the
 * first token, because it costs 150 ms and a preview needs none.
 */
import type { ClientSecretCredentialOptions } from "@azure/identity";
import { readFile } from "node:fs/promises";
import { resolveCloud, isKnownLogin, type Cloud } from "./clouds";
import { ArmError, CredentialError } from "./errors";
import { isLoopback } from "./hosts";
import { createHttp, type Http, type HttpOptions } from "./http";
import { managedIdentityToken, requestAssertion } from "./platform-tokens";
import { redact, rememberSecrets } from "./redact";
import type { ArmSettings, Assertion, CredentialChoice } from "./settings";
import type { Clock } from "./types";

const loadIdentity = () => import("@azure/identity");
type Identity = Awaited<ReturnType<typeof loadIdentity>>;

export interface Credential {
  /** A token for the scope, such as `https://management.azure.com/.default`. Rejects with `CredentialError` or another `ArmError`. */
  getToken(scope: string, timeoutMs?: number): Promise<string>;
  /** Tells that ARM refused a token: the next one is new. */
  drop?(token: string): void;
}

export interface CredentialDeps extends HttpOptions {
  readonly http?: Http | undefined;
}

export interface FreshToken {
  readonly token: string;
  readonly expiresOnTimestamp: number;
}

/** One way to a token. */
interface TokenSource {
  /** As a person would say it. */
  readonly name: string;
  getToken(scope: string): Promise<FreshToken>;
}

interface CachedToken {
  readonly token: string;
  readonly usableUntil: number;
}

/** A token is renewed this long before its end, or at half of its life if that is short. */
const refreshMargin = 5 * 60_000;
/** `az` alone takes seconds on a busy machine; beyond this something hangs, such as a metadata service that is not there. */
const tokenTimeout = 60_000;

export function createCredential(settings: ArmSettings, clock: Clock, deps: CredentialDeps = {}): Credential {
  const http = deps.http ?? createHttp(deps);
  const cache = new Map<string, CachedToken>();
  const underway = new Map<string, Promise<string>>();
  let sources: Promise<readonly TokenSource[]> | undefined;

  const open = async (): Promise<readonly TokenSource[]> => {
    sources ??= openSources(settings, clock, http, deps);
    try {
      return await sources;
    } catch (error) {
      sources = undefined;
      throw error;
    }
  };

  const request = async (scope: string): Promise<string> => {
    const { token, expiresOnTimestamp } = await firstToken(await open(), scope, settings);
    rememberSecrets(token);
    const life = expiresOnTimestamp - clock.now();
    cache.set(scope, { token, usableUntil: expiresOnTimestamp - Math.min(refreshMargin, life / 2) });
    return token;
  };

  return {
    getToken: async (scope, timeoutMs = tokenTimeout) => {
      const cached = cache.get(scope);
      if (cached !== undefined && clock.now() < cached.usableUntil) return cached.token;
      const token = underway.get(scope) ?? request(scope).finally(() => underway.delete(scope));
      underway.set(scope, token);
      return within(token, Math.min(timeoutMs, tokenTimeout), settings);
    },
    drop: (token) => {
      for (const [scope, cached] of cache) if (cached.token === token) cache.delete(scope);
      // The library keeps tokens too, and gives them up only with its object (those of a managed identity not even then).
      sources = undefined;
    },
  };
}

/** Real time, not the clock's: it bounds a process or a network call that hangs. */
async function within(token: Promise<string>, timeoutMs: number, settings: ArmSettings): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const seconds = Math.round(timeoutMs / 100) / 10;
      reject(noToken(settings, [`${kindNames[settings.credential.type]}: no answer within ${seconds} s`]));
    }, timeoutMs);
  });
  try {
    return await Promise.race([token, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** Several sources exist only where nothing was configured: the first that works is used. */
async function firstToken(sources: readonly TokenSource[], scope: string, settings: ArmSettings): Promise<FreshToken> {
  const reasons: string[] = [];
  for (const source of sources) {
    try {
      return await source.getToken(scope);
    } catch (error) {
      reasons.push(`${source.name}: ${reasonOf(error)}`);
    }
  }
  throw noToken(settings, reasons);
}

function noToken(settings: ArmSettings, reasons: readonly string[]): CredentialError {
  const found = settings.found.length === 0 ? "none" : settings.found.join(", ");
  return new CredentialError(
    `No token for Azure could be had. Tried ${reasons.join("; ")}. ${cureFor(settings, reasons)} ` +
      `Settings found: ${found}. The package's docs/credentials.md tells which settings are read and in which order.`,
  );
}

/** What the library says of hosts and tenants has another cure than what the login host says of the credential. */
const libraryCures: readonly (readonly [RegExp, string])[] = [
  [
    /authorityHost address must use the 'https' protocol/,
    "This kind of credential is sent over https only: set metadataHost (ARM_METADATA_HOSTNAME) to an https address; an emulator prints its own.",
  ],
  [/Invalid tenant id/i, "Set tenantId (ARM_TENANT_ID) to the tenant's GUID or one of its domains."],
  [
    /network_error|endpoints_resolution_error|ENOTFOUND|EAI_AGAIN|ECONNREFUSED/,
    "The login host could not be reached: check the network, HTTPS_PROXY and the cloud (environment or metadataHost).",
  ],
];

function cureFor(settings: ArmSettings, reasons: readonly string[]): string {
  const { type } = settings.credential;
  // A machine without an identity shows as an address that cannot be reached.
  if (type !== "certificate" && type !== "secret" && type !== "oidc") return cures[type];
  const known = libraryCures.find(([sign]) => reasons.some((reason) => sign.test(reason)));
  return known?.[1] ?? cures[type];
}

const cures: Readonly<Record<CredentialChoice["type"], string>> = {
  certificate:
    "The file must be PEM and hold the certificate and its private key; a .pfx file is converted by: openssl pkcs12 -in file.pfx -out file.pem -nodes.",
  secret:
    "Check that the secret is the value and not its id, has not expired, and belongs to this application and tenant.",
  oidc: "Check that the application has a federated credential for this issuer, subject and audience.",
  "managed-identity": "Check that this machine has a managed identity; a user-assigned one is named by clientId.",
  default: "Check what the Azure SDK's default credential needs, or configure one kind of credential.",
  ambient:
    "Set azure-native:clientId, tenantId and clientSecret (or ARM_CLIENT_ID, ARM_TENANT_ID and ARM_CLIENT_SECRET), or useOidc, or useMsi; or run az login.",
  incomplete: "",
};

/** Messages of the library hold trace ids and time stamps over many lines. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : "it failed without a reason";
  const line = redact(message)
    .replace(/\s+/g, " ")
    .replace(/[.\s]+$/, "")
    .trim();
  return line.length > 600 ? `${line.slice(0, 600)}…` : line;
}

const kindNames: Readonly<Record<CredentialChoice["type"], string>> = {
  certificate: "client certificate",
  secret: "client secret",
  oidc: "OIDC",
  "managed-identity": "managed identity",
  default: "default Azure credential",
  ambient: "workload identity and az login",
  incomplete: "the configured credential",
};

async function openSources(
  settings: ArmSettings,
  clock: Clock,
  http: Http,
  deps: CredentialDeps,
): Promise<readonly TokenSource[]> {
  const choice = settings.credential;
  if (choice.type === "incomplete") throw new CredentialError(choice.problem);
  const cloud = await resolveCloud(settings.cloud, http, clock);
  if (choice.type === "managed-identity" && choice.endpoint !== undefined) {
    const { endpoint, header, clientId } = choice;
    return [
      {
        name: kindNames[choice.type],
        getToken: (scope) => managedIdentityToken(http, clock, { endpoint, header, clientId }, scope),
      },
    ];
  }
  try {
    const identity = await loadIdentity();
    return sourcesFor(choice, { identity, http, options: libraryOptions(cloud, settings, deps) });
  } catch (error) {
    throw error instanceof ArmError ? error : noToken(settings, [`${kindNames[choice.type]}: ${reasonOf(error)}`]);
  }
}

interface LibraryCredential {
  getToken(scope: string): Promise<FreshToken | null>;
}

interface Context {
  readonly identity: Identity;
  readonly http: Http;
  readonly options: ReturnType<typeof libraryOptions>;
}

function sourcesFor(
  choice: Exclude<CredentialChoice, { type: "incomplete" }>,
  { identity, http, options }: Context,
): TokenSource[] {
  const source = (name: string, credential: LibraryCredential): TokenSource => ({
    name,
    getToken: async (scope) => {
      const token = await credential.getToken(scope);
      if (token === null) throw new Error("it gave no token");
      return token;
    },
  });
  const asserted = (name: string, who: { tenantId: string; clientId: string }, assertion: Assertion): TokenSource =>
    source(
      name,
      new identity.ClientAssertionCredential(
        who.tenantId,
        who.clientId,
        () => assertionToken(assertion, http),
        options,
      ),
    );

  switch (choice.type) {
    case "certificate": {
      const file = {
        certificatePath: choice.path,
        ...(choice.password === undefined ? {} : { certificatePassword: choice.password }),
      };
      return [
        source(
          kindNames.certificate,
          new identity.ClientCertificateCredential(choice.tenantId, choice.clientId, file, options),
        ),
      ];
    }
    case "secret":
      return [
        source(
          kindNames.secret,
          new identity.ClientSecretCredential(choice.tenantId, choice.clientId, choice.secret, options),
        ),
      ];
    case "oidc":
      return [asserted(`${kindNames.oidc} (${assertionNames[choice.assertion.from]})`, choice, choice.assertion)];
    case "managed-identity":
      return [
        source(
          kindNames["managed-identity"],
          new identity.ManagedIdentityCredential({
            ...(choice.clientId === undefined ? {} : { clientId: choice.clientId }),
          }),
        ),
      ];
    case "default":
      return [
        source(
          kindNames.default,
          new identity.DefaultAzureCredential({
            ...options,
            ...(choice.tenantId === undefined ? {} : { tenantId: choice.tenantId }),
            ...(choice.clientId === undefined ? {} : { managedIdentityClientId: choice.clientId }),
          }),
        ),
      ];
    case "ambient":
      return [
        choice.workload === undefined
          ? unavailable(
              "workload identity",
              "AZURE_FEDERATED_TOKEN_FILE, AZURE_CLIENT_ID and AZURE_TENANT_ID are not all set",
            )
          : asserted("workload identity", choice.workload, { from: "file", path: choice.workload.path }),
        source("az login", new identity.AzureCliCredential(cliOptions(choice))),
      ];
  }
}

function unavailable(name: string, reason: string): TokenSource {
  return { name, getToken: () => Promise.reject(new Error(reason)) };
}

/** The CLI accepts a tenant or a subscription, not both. */
function cliOptions({ tenantId, subscriptionId }: Extract<CredentialChoice, { type: "ambient" }>): object {
  const account =
    tenantId !== undefined ? { tenantId } : subscriptionId !== undefined ? { subscription: subscriptionId } : {};
  return { ...account, processTimeoutInMs: tokenTimeout };
}

const assertionNames: Readonly<Record<Assertion["from"], string>> = {
  value: "oidcToken",
  file: "token file",
  github: "GitHub Actions",
  "azure-devops": "Azure Pipelines",
};

/** Asked again for every sign-in: the platforms renew these tokens, and they live for minutes. */
async function assertionToken(assertion: Assertion, http: Http): Promise<string> {
  const token = await readAssertion(assertion, http);
  rememberSecrets(token);
  return token;
}

async function readAssertion(assertion: Assertion, http: Http): Promise<string> {
  switch (assertion.from) {
    case "value":
      return assertion.token;
    case "file":
      return (await readFile(assertion.path, "utf8")).trim();
    case "github":
    case "azure-devops":
      return requestAssertion(http, assertion);
  }
}

/** Options that all credentials of the library share. */
function libraryOptions(cloud: Cloud, settings: ArmSettings, deps: HttpOptions) {
  const login = new URL(cloud.loginHost);
  return {
    authorityHost: cloud.loginHost,
    // Without this the library asks login.microsoftonline.com whether it may trust a login host that it does not know.
    disableInstanceDiscovery: settings.disableInstanceDiscovery || !isKnownLogin(cloud.loginHost),
    ...(deps.ca === undefined ? {} : { tlsOptions: { ca: deps.ca } }),
    ...(isLoopback(login) ? { additionalPolicies: [{ policy: withoutProxy, position: "perRetry" as const }] } : {}),
  };
}

type Policy = NonNullable<ClientSecretCredentialOptions["additionalPolicies"]>[number]["policy"];

/** The library's proxy policy has already put the proxy's agent into the request; this machine is reached without one. */
const withoutProxy: Policy = {
  name: "loopbackWithoutProxy",
  sendRequest: (request, next) => {
    delete request.agent;
    return next(request);
  },
};
