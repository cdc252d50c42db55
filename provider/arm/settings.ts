/**
 * Reads the settings that azure-native users already have: `azure-native:*` config first, then `ARM_*` variables, then
 * `AZURE_*` ones and what build systems set. Decides one kind of credential. Never throws and never calls anyone: what is
 * wrong comes out with the first request, so that a preview needs no credentials. docs/credentials.md is the table for users.
 */
import { chooseCloud, type CloudChoice } from "./clouds";
import { rememberSecrets } from "./redact";

export interface SettingsSource {
  readonly env: NodeJS.ProcessEnv;
  /** Stack configuration, by full key such as `azure-native:clientId`. */
  readonly config?: ((key: string) => string | undefined) | undefined;
}

export interface ArmSettings {
  readonly cloud: CloudChoice;
  readonly credential: CredentialChoice;
  /** Names of the credential settings that have a value, for error messages. */
  readonly found: readonly string[];
  readonly subscriptionId: string | undefined;
  readonly disableInstanceDiscovery: boolean;
  /** The quota bucket of Cost Management that our calls count against (service reference, 5.11). */
  readonly clientType: string;
  /** Unit of all waits between attempts, in milliseconds. */
  readonly retryFloorMs: number;
}

interface Application {
  readonly tenantId: string;
  readonly clientId: string;
}

/** Where the token comes from that an application proves its identity with. */
export type Assertion =
  | { readonly from: "value"; readonly token: string }
  | { readonly from: "file"; readonly path: string }
  | { readonly from: "github"; readonly url: string; readonly token: string; readonly audience: string }
  | {
      readonly from: "azure-devops";
      readonly url: string;
      readonly token: string;
      readonly serviceConnectionId: string;
    };

export type CredentialChoice =
  | ({ readonly type: "certificate"; readonly path: string; readonly password: string | undefined } & Application)
  | ({ readonly type: "secret"; readonly secret: string } & Application)
  | ({ readonly type: "oidc"; readonly assertion: Assertion } & Application)
  | {
      readonly type: "managed-identity";
      readonly clientId: string | undefined;
      /** An endpoint of the user's; undefined leaves it to the platform's own variables. */
      readonly endpoint: string | undefined;
      readonly header: string | undefined;
    }
  | { readonly type: "default"; readonly tenantId: string | undefined; readonly clientId: string | undefined }
  /** Nothing is set: workload identity where its variables are complete, else az login. */
  | {
      readonly type: "ambient";
      readonly workload: (Application & { readonly path: string }) | undefined;
      readonly tenantId: string | undefined;
      readonly subscriptionId: string | undefined;
    }
  | { readonly type: "incomplete"; readonly problem: string };

interface SettingRow {
  /** Key below `azure-native:`, or undefined where azure-native has none. */
  readonly config?: string;
  readonly variables: readonly string[];
  readonly secret?: true;
}

/**
 * Names as azure-native documents them (its provider's readAuthConfig), then those of the Azure SDKs and of build systems.
 */
export const settingRows = {
  clientId: { config: "clientId", variables: ["ARM_CLIENT_ID", "AZURE_CLIENT_ID"] },
  tenantId: { config: "tenantId", variables: ["ARM_TENANT_ID", "AZURE_TENANT_ID"] },
  subscriptionId: { config: "subscriptionId", variables: ["ARM_SUBSCRIPTION_ID", "AZURE_SUBSCRIPTION_ID"] },
  clientSecret: { config: "clientSecret", variables: ["ARM_CLIENT_SECRET"], secret: true },
  clientCertificatePath: { config: "clientCertificatePath", variables: ["ARM_CLIENT_CERTIFICATE_PATH"] },
  clientCertificatePassword: {
    config: "clientCertificatePassword",
    variables: ["ARM_CLIENT_CERTIFICATE_PASSWORD", "AZURE_CLIENT_CERTIFICATE_PASSWORD"],
    secret: true,
  },
  useOidc: { config: "useOidc", variables: ["ARM_USE_OIDC"] },
  oidcToken: { config: "oidcToken", variables: ["ARM_OIDC_TOKEN"], secret: true },
  oidcTokenFilePath: {
    config: "oidcTokenFilePath",
    variables: ["ARM_OIDC_TOKEN_FILE_PATH", "AZURE_FEDERATED_TOKEN_FILE"],
  },
  oidcRequestUrl: { config: "oidcRequestUrl", variables: ["ARM_OIDC_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_URL"] },
  oidcRequestToken: {
    config: "oidcRequestToken",
    variables: ["ARM_OIDC_REQUEST_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"],
    secret: true,
  },
  oidcAudience: { config: "oidcAudience", variables: ["ARM_OIDC_AUDIENCE"] },
  devOpsRequestUrl: { variables: ["SYSTEM_OIDCREQUESTURI"] },
  devOpsToken: { variables: ["SYSTEM_ACCESSTOKEN"], secret: true },
  devOpsServiceConnection: {
    variables: [
      "ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID",
      "ARM_OIDC_AZURE_SERVICE_CONNECTION_ID",
      "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID",
    ],
  },
  useMsi: { config: "useMsi", variables: ["ARM_USE_MSI"] },
  msiEndpoint: { config: "msiEndpoint", variables: ["ARM_MSI_ENDPOINT"] },
  identityHeader: { variables: ["IDENTITY_HEADER"], secret: true },
  useDefaultAzureCredential: { config: "useDefaultAzureCredential", variables: ["ARM_USE_DEFAULT_AZURE_CREDENTIAL"] },
  environmentSecret: { variables: ["AZURE_CLIENT_SECRET"], secret: true },
  environmentCertificate: { variables: ["AZURE_CLIENT_CERTIFICATE_PATH"] },
  workloadTokenFile: { variables: ["AZURE_FEDERATED_TOKEN_FILE"] },
  environment: { config: "environment", variables: ["ARM_ENVIRONMENT", "AZURE_ENVIRONMENT"] },
  metadataHost: { config: "metadataHost", variables: ["ARM_METADATA_HOSTNAME", "ARM_METADATA_HOST"] },
  authorityHost: { variables: ["AZURE_AUTHORITY_HOST"] },
  disableInstanceDiscovery: { config: "disableInstanceDiscovery", variables: ["ARM_DISABLE_INSTANCE_DISCOVERY"] },
} as const satisfies Record<string, SettingRow>;

type SettingName = keyof typeof settingRows;

/** Settings of our own. The variable of the waits is meant for emulators: a real service asks for real waits. */
export const ownSettings = {
  clientType: { config: "azure-cost-exports:clientType", variable: "AZURE_COST_EXPORTS_CLIENT_TYPE" },
  retryFloorMs: { variable: "AZURE_COST_EXPORTS_MIN_RETRY_DELAY" },
} as const;

const defaultClientType = "pulumi-azure-cost-exports";
const defaultRetryFloor = 5000;

export function readArmSettings(source: SettingsSource): ArmSettings {
  const values = new Map<SettingName, { readonly value: string; readonly origin: string }>();
  for (const [name, row] of Object.entries(settingRows) as [SettingName, SettingRow][]) {
    const found = readRow(row, source);
    if (found === undefined) continue;
    values.set(name, found);
    if (row.secret === true) rememberSecrets(found.value);
  }
  const get = (name: SettingName): string | undefined => values.get(name)?.value;
  const clientType = source.config?.(ownSettings.clientType.config) ?? source.env[ownSettings.clientType.variable];
  return {
    cloud: chooseCloud(get("environment"), get("metadataHost"), get("authorityHost")),
    credential: chooseCredential(get),
    found: [...new Set([...values.values()].map(({ origin }) => origin))],
    subscriptionId: get("subscriptionId"),
    disableInstanceDiscovery: isTrue(get("disableInstanceDiscovery")),
    clientType: clientType !== undefined && /^[\w.-]{1,64}$/.test(clientType) ? clientType : defaultClientType,
    retryFloorMs: retryFloor(source.env[ownSettings.retryFloorMs.variable]),
  };
}

function readRow(row: SettingRow, { env, config }: SettingsSource): { value: string; origin: string } | undefined {
  const origins = [...(row.config === undefined ? [] : [`azure-native:${row.config}`]), ...row.variables];
  for (const origin of origins) {
    const value = (origin.startsWith("azure-native:") ? config?.(origin) : env[origin])?.trim();
    if (value !== undefined && value !== "") return { value, origin };
  }
  return undefined;
}

type Get = (name: SettingName) => string | undefined;

/**
 * The order is azure-native's (its newSingleMethodAuthCredential), so that one stack signs in as one identity. The Azure
 * SDKs' variables for a secret or a certificate come after it: azure-native does not know them.
 */
function chooseCredential(get: Get): CredentialChoice {
  const clientId = get("clientId");
  const tenantId = get("tenantId");
  if (isTrue(get("useDefaultAzureCredential"))) return { type: "default", tenantId, clientId };
  const certificate = get("clientCertificatePath");
  if (certificate !== undefined) return certificateChoice(get, certificate);
  const secret = get("clientSecret");
  if (secret !== undefined)
    return forApplication(get, "a client secret", (who) => ({ type: "secret", secret, ...who }));
  if (isTrue(get("useOidc"))) return oidcChoice(get);
  if (isTrue(get("useMsi"))) {
    return { type: "managed-identity", clientId, endpoint: get("msiEndpoint"), header: get("identityHeader") };
  }
  const environmentCertificate = get("environmentCertificate");
  if (environmentCertificate !== undefined) return certificateChoice(get, environmentCertificate);
  const environmentSecret = get("environmentSecret");
  if (environmentSecret !== undefined) {
    return forApplication(get, "a client secret", (who) => ({ type: "secret", secret: environmentSecret, ...who }));
  }
  const path = get("workloadTokenFile");
  const workload =
    path === undefined || tenantId === undefined || clientId === undefined ? undefined : { path, tenantId, clientId };
  return { type: "ambient", workload, tenantId, subscriptionId: get("subscriptionId") };
}

function certificateChoice(get: Get, path: string): CredentialChoice {
  const password = get("clientCertificatePassword");
  return forApplication(get, "a client certificate", (who) => ({ type: "certificate", path, password, ...who }));
}

function oidcChoice(get: Get): CredentialChoice {
  const assertion = assertionOf(get);
  if (assertion === undefined) {
    return {
      type: "incomplete",
      problem:
        "useOidc is set, but no token to sign in with. Set oidcToken or oidcTokenFilePath; on GitHub Actions give the job the permission id-token: write; " +
        "on Azure Pipelines pass SYSTEM_ACCESSTOKEN to the step and set ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID.",
    };
  }
  return forApplication(get, "OIDC", (who) => ({ type: "oidc", assertion, ...who }));
}

/** What Entra ID expects as audience of a foreign token, unless the application says otherwise. */
const exchangeAudience = "api://AzureADTokenExchange";

function assertionOf(get: Get): Assertion | undefined {
  const token = get("oidcToken");
  if (token !== undefined) return { from: "value", token };
  const path = get("oidcTokenFilePath");
  if (path !== undefined) return { from: "file", path };
  const url = get("oidcRequestUrl");
  const requestToken = get("oidcRequestToken");
  if (url !== undefined && requestToken !== undefined) {
    return { from: "github", url, token: requestToken, audience: get("oidcAudience") ?? exchangeAudience };
  }
  const devOpsUrl = get("devOpsRequestUrl");
  const devOpsToken = get("devOpsToken");
  const serviceConnectionId = get("devOpsServiceConnection");
  if (devOpsUrl !== undefined && devOpsToken !== undefined && serviceConnectionId !== undefined) {
    return { from: "azure-devops", url: devOpsUrl, token: devOpsToken, serviceConnectionId };
  }
  return undefined;
}

function forApplication(get: Get, kind: string, make: (who: Application) => CredentialChoice): CredentialChoice {
  const clientId = get("clientId");
  const tenantId = get("tenantId");
  if (clientId !== undefined && tenantId !== undefined) return make({ clientId, tenantId });
  const missing = [...(clientId === undefined ? ["clientId"] : []), ...(tenantId === undefined ? ["tenantId"] : [])];
  const variables = missing.map((name) => (name === "clientId" ? "ARM_CLIENT_ID" : "ARM_TENANT_ID"));
  return {
    type: "incomplete",
    problem:
      `${kind} is set, but not ${missing.join(" and ")}. Set ${missing.map((name) => `azure-native:${name}`).join(" and ")} ` +
      `(or ${variables.join(" and ")}).`,
  };
}

function isTrue(value: string | undefined): boolean {
  return value !== undefined && /^(true|1)$/i.test(value);
}

function retryFloor(value: string | undefined): number {
  const floor = Number(value);
  return Number.isFinite(floor) && floor > 0 ? floor : defaultRetryFloor;
}
