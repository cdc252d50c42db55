/** Where a cloud's ARM and login are: three known clouds, and whatever a metadata document describes. */
import { ArmConnectionError, SettingsError } from "./errors";
import { isLoopback } from "./hosts";
import { HttpFailure, type Http } from "./http";
import { isObject, parseJson } from "./service-error";
import type { Clock } from "./types";

export interface Cloud {
  readonly name: string;
  /** ARM's endpoint, without a slash at the end. The only place a token is sent to. */
  readonly resourceManager: string;
  readonly loginHost: string;
  /** What a token for ARM is asked for. */
  readonly audience: string;
  /** Blobs of an account are at `https://{account}.blob.{storageSuffix}`. */
  readonly storageSuffix: string;
}

export type CloudChoice =
  | { readonly type: "known"; readonly cloud: Cloud }
  | { readonly type: "metadata"; readonly host: string }
  | { readonly type: "invalid"; readonly problem: string };

/** As in the Azure SDK for .NET (ArmEnvironment) and in azcore/cloud of the one for Go (login hosts). */
export const knownClouds = {
  public: {
    name: "public",
    resourceManager: "https://management.azure.com",
    loginHost: "https://login.microsoftonline.com",
    audience: "https://management.azure.com",
    storageSuffix: "core.windows.net",
  },
  usgovernment: {
    name: "usgovernment",
    resourceManager: "https://management.usgovcloudapi.net",
    loginHost: "https://login.microsoftonline.us",
    audience: "https://management.usgovcloudapi.net",
    storageSuffix: "core.usgovcloudapi.net",
  },
  china: {
    name: "china",
    resourceManager: "https://management.chinacloudapi.cn",
    loginHost: "https://login.chinacloudapi.cn",
    audience: "https://management.chinacloudapi.cn",
    storageSuffix: "core.chinacloudapi.cn",
  },
} as const satisfies Record<string, Cloud>;

/** The spellings that azure-native, azurerm and the Azure CLI accept, in lower case. */
const cloudNames: Readonly<Record<string, Cloud>> = {
  public: knownClouds.public,
  azurecloud: knownClouds.public,
  azurepubliccloud: knownClouds.public,
  usgovernment: knownClouds.usgovernment,
  usgov: knownClouds.usgovernment,
  azureusgovernment: knownClouds.usgovernment,
  azureusgovernmentcloud: knownClouds.usgovernment,
  china: knownClouds.china,
  azurechina: knownClouds.china,
  azurechinacloud: knownClouds.china,
};

/** A metadata host goes before a name, as in azure-native. `AZURE_AUTHORITY_HOST` tells the cloud where nothing else does. */
export function chooseCloud(environment?: string, metadataHost?: string, authorityHost?: string): CloudChoice {
  if (metadataHost !== undefined) return { type: "metadata", host: metadataHost };
  if (environment !== undefined) {
    const cloud = cloudNames[environment.toLowerCase()];
    if (cloud !== undefined) return { type: "known", cloud };
    return {
      type: "invalid",
      problem: `"${environment}" is no Azure cloud that is known here. Set environment to public, usgovernment or china; for any other cloud set metadataHost.`,
    };
  }
  const login = authorityHost?.replace(/\/+$/, "").toLowerCase();
  const byLogin = Object.values(knownClouds).find((cloud) => cloud.loginHost === login);
  if (byLogin !== undefined || authorityHost === undefined)
    return { type: "known", cloud: byLogin ?? knownClouds.public };
  return {
    type: "known",
    cloud: { ...knownClouds.public, name: "custom", loginHost: authorityHost.replace(/\/+$/, "") },
  };
}

export function isKnownLogin(loginHost: string): boolean {
  return Object.values(knownClouds).some((cloud) => cloud.loginHost === loginHost);
}

/** One discovery per way out and host, for as long as the process lives. A failed one is forgotten. */
const discovered = new WeakMap<Http, Map<string, Promise<Cloud>>>();

export async function resolveCloud(choice: CloudChoice, http: Http, clock: Clock): Promise<Cloud> {
  if (choice.type === "invalid") throw new SettingsError(choice.problem);
  if (choice.type === "known") return choice.cloud;
  const memory = discovered.get(http) ?? new Map<string, Promise<Cloud>>();
  discovered.set(http, memory);
  const discovery = memory.get(choice.host) ?? discover(choice.host, http, clock);
  memory.set(choice.host, discovery);
  try {
    return await discovery;
  } catch (error) {
    memory.delete(choice.host);
    throw error;
  }
}

const metadataPath = "/metadata/endpoints?api-version=2022-09-01";
const metadataAttempts = 3;

async function discover(host: string, http: Http, clock: Clock): Promise<Cloud> {
  const url = metadataUrl(host);
  for (let attempt = 1; ; attempt += 1) {
    try {
      const response = await http({ method: "GET", url, headers: {}, timeoutMs: 30_000 });
      if (response.status >= 500 && attempt < metadataAttempts) {
        await clock.sleep(attempt * 1000);
        continue;
      }
      if (response.status !== 200) throw noMetadata(url, `it answered with HTTP ${response.status}`);
      return readMetadata(parseJson(response.text), url);
    } catch (error) {
      if (!(error instanceof HttpFailure)) throw error;
      if (!error.transient || attempt >= metadataAttempts) throw noMetadata(url, error.message);
      await clock.sleep(attempt * 1000);
    }
  }
}

/** A host, a host with a port, or a whole URL; https where no scheme is given. */
function metadataUrl(host: string): string {
  const text = host.includes("://") ? host : `https://${host}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !isAllowed(url)) {
    throw new SettingsError(
      `metadataHost "${host}" cannot be used. Give a host such as management.example.com, with a port or https:// if need be; http:// is accepted for this machine only.`,
    );
  }
  return new URL(metadataPath, url).href;
}

/** The document of api-version 2022-09-01, as far as it matters here. */
function readMetadata(document: unknown, url: string): Cloud {
  const authentication = isObject(document) && isObject(document["authentication"]) ? document["authentication"] : {};
  const audiences = authentication["audiences"];
  const resourceManager = endpoint(isObject(document) ? document["resourceManager"] : undefined);
  const loginHost = endpoint(authentication["loginEndpoint"]);
  if (resourceManager === undefined || loginHost === undefined) {
    throw noMetadata(
      url,
      "its document names no usable resourceManager and authentication.loginEndpoint (https, or http on this machine)",
    );
  }
  const audience: unknown = Array.isArray(audiences) ? audiences[0] : undefined;
  const name = isObject(document) ? document["name"] : undefined;
  const suffixes = isObject(document) && isObject(document["suffixes"]) ? document["suffixes"] : {};
  const storage = suffixes["storage"];
  return {
    name: typeof name === "string" ? name : "custom",
    resourceManager,
    loginHost,
    audience: typeof audience === "string" && audience !== "" ? audience : resourceManager,
    storageSuffix: typeof storage === "string" && /^[a-z0-9.-]+$/i.test(storage) ? storage : "core.windows.net",
  };
}

function endpoint(value: unknown): string | undefined {
  if (typeof value !== "string" || !URL.canParse(value)) return undefined;
  const url = new URL(value);
  return isAllowed(url) && url.search === "" ? url.href.replace(/\/+$/, "") : undefined;
}

function isAllowed(url: URL): boolean {
  return url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url));
}

function noMetadata(url: string, reason: string): ArmConnectionError {
  return new ArmConnectionError("NoMetadata", `The cloud could not be discovered at ${url} (metadataHost): ${reason}.`);
}
