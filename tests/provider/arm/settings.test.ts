import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readArmSettings, redact } from "../../../provider/arm";
import { ownSettings, settingRows } from "../../../provider/arm/settings";

type Values = Readonly<Record<string, string>>;

const read = (env: Values, config: Values = {}) => readArmSettings({ env, config: (key) => config[key] });
const credential = (env: Values, config?: Values) => read(env, config).credential;

const who = { ARM_CLIENT_ID: "app", ARM_TENANT_ID: "tenant" };
const application = { clientId: "app", tenantId: "tenant" };

describe("where a setting comes from", () => {
  test("config goes before ARM_ variables, those before AZURE_ ones, and empty values count as none", () => {
    const all = { ARM_SUBSCRIPTION_ID: "arm", AZURE_SUBSCRIPTION_ID: "azure" };
    expect(read(all, { "azure-native:subscriptionId": "config" }).subscriptionId).toBe("config");
    expect(read(all, { "azure-native:subscriptionId": " " }).subscriptionId).toBe("arm");
    expect(read({ ...all, ARM_SUBSCRIPTION_ID: "" }).subscriptionId).toBe("azure");
    expect(read({}).subscriptionId).toBeUndefined();
  });

  test("names of what was found are kept for messages, never values", () => {
    const settings = read({ ...who, AZURE_CLIENT_ID: "other" }, { "azure-native:clientSecret": "hush-hush" });
    expect(settings.found).toEqual(["ARM_CLIENT_ID", "ARM_TENANT_ID", "azure-native:clientSecret"]);
  });

  test("every secret of the settings is hidden in messages from then on", () => {
    for (const [name, row] of Object.entries(settingRows)) {
      if (!("secret" in row)) continue;
      const value = `value-of-${name}-9f8e7d`;
      read({ [row.variables[0]]: value });
      expect(redact(`say ${value}`)).toBe("say [hidden]");
    }
  });

  test("nothing throws, whatever the values are", () => {
    for (const value of ["", " ", "true", "\u0000", "http://", "{}", "half \ud800 pair"]) {
      const env = Object.fromEntries(
        Object.values(settingRows).flatMap(({ variables }) => variables.map((name) => [name, value])),
      );
      expect(() => read(env)).not.toThrow();
    }
  });
});

describe("which credential is chosen", () => {
  test.each<[string, Values, object]>([
    [
      "a certificate",
      { ...who, ARM_CLIENT_CERTIFICATE_PATH: "/c.pem", ARM_CLIENT_SECRET: "s" },
      { type: "certificate", path: "/c.pem", ...application },
    ],
    [
      "a secret",
      { ...who, ARM_CLIENT_SECRET: "s", ARM_USE_OIDC: "true", ARM_USE_MSI: "true" },
      { type: "secret", secret: "s", ...application },
    ],
    [
      "OIDC before managed identity",
      { ...who, ARM_USE_OIDC: "true", ARM_OIDC_TOKEN: "t", ARM_USE_MSI: "true" },
      { type: "oidc", assertion: { from: "value", token: "t" } },
    ],
    [
      "managed identity",
      { ARM_USE_MSI: "true", AZURE_CLIENT_SECRET: "s", ...who },
      { type: "managed-identity", clientId: "app", endpoint: undefined },
    ],
    [
      "the default credential",
      { ARM_USE_DEFAULT_AZURE_CREDENTIAL: "true", ARM_CLIENT_SECRET: "s" },
      { type: "default" },
    ],
    [
      "the Azure SDKs' secret",
      { AZURE_CLIENT_ID: "app", AZURE_TENANT_ID: "tenant", AZURE_CLIENT_SECRET: "s" },
      { type: "secret", ...application },
    ],
    [
      "the Azure SDKs' certificate",
      { AZURE_CLIENT_ID: "app", AZURE_TENANT_ID: "tenant", AZURE_CLIENT_CERTIFICATE_PATH: "/c" },
      { type: "certificate" },
    ],
    [
      "workload identity",
      { AZURE_CLIENT_ID: "app", AZURE_TENANT_ID: "tenant", AZURE_FEDERATED_TOKEN_FILE: "/f" },
      { type: "ambient", workload: { path: "/f", ...application } },
    ],
    ["az login", { ARM_SUBSCRIPTION_ID: "s" }, { type: "ambient", workload: undefined, subscriptionId: "s" }],
  ])("%s", (_what, env, expected) => {
    expect(credential(env)).toMatchObject(expected);
  });

  test("a flag is true as true or 1, in any case", () => {
    for (const value of ["true", "True", "1"]) expect(credential({ ARM_USE_MSI: value }).type).toBe("managed-identity");
    for (const value of ["false", "0", "yes"]) expect(credential({ ARM_USE_MSI: value }).type).toBe("ambient");
  });

  test("config alone is enough", () => {
    const config = {
      "azure-native:clientId": "app",
      "azure-native:tenantId": "tenant",
      "azure-native:clientSecret": "s",
    };
    expect(credential({}, config)).toEqual({ type: "secret", secret: "s", ...application });
  });

  test("variables of a GitHub job choose nothing unless OIDC is asked for", () => {
    const job = { ACTIONS_ID_TOKEN_REQUEST_URL: "https://x", ACTIONS_ID_TOKEN_REQUEST_TOKEN: "t" };
    expect(credential(job).type).toBe("ambient");
    expect(credential({ ...job, ...who, ARM_USE_OIDC: "true" })).toMatchObject({
      assertion: { from: "github", url: "https://x", token: "t", audience: "api://AzureADTokenExchange" },
    });
  });

  test.each<[string, Values, object]>([
    ["a token", { ARM_OIDC_TOKEN: "t", ARM_OIDC_TOKEN_FILE_PATH: "/f" }, { from: "value" }],
    [
      "a file",
      { ARM_OIDC_TOKEN_FILE_PATH: "/f", ARM_OIDC_REQUEST_URL: "u", ARM_OIDC_REQUEST_TOKEN: "t" },
      { from: "file", path: "/f" },
    ],
    ["the file of workload identity", { AZURE_FEDERATED_TOKEN_FILE: "/f" }, { from: "file", path: "/f" }],
    [
      "a request",
      { ARM_OIDC_REQUEST_URL: "u", ARM_OIDC_REQUEST_TOKEN: "t", ARM_OIDC_AUDIENCE: "a" },
      { from: "github", audience: "a" },
    ],
    [
      "Azure Pipelines",
      { SYSTEM_OIDCREQUESTURI: "u", SYSTEM_ACCESSTOKEN: "t", ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID: "c" },
      { from: "azure-devops", url: "u", token: "t", serviceConnectionId: "c" },
    ],
  ])("OIDC signs in with %s", (_what, env, assertion) => {
    expect(credential({ ...who, ARM_USE_OIDC: "1", ...env })).toMatchObject({ type: "oidc", assertion });
  });

  test.each<[string, Values, RegExp]>([
    [
      "a secret without a tenant",
      { ARM_CLIENT_SECRET: "s", ARM_CLIENT_ID: "a" },
      /client secret is set, but not tenantId.*azure-native:tenantId.*ARM_TENANT_ID/,
    ],
    ["a certificate without anyone", { ARM_CLIENT_CERTIFICATE_PATH: "/c" }, /but not clientId and tenantId/],
    [
      "OIDC without a token",
      { ...who, ARM_USE_OIDC: "true" },
      /no token to sign in with.*id-token: write.*SYSTEM_ACCESSTOKEN/,
    ],
    [
      "OIDC without an application",
      { ARM_USE_OIDC: "true", ARM_OIDC_TOKEN: "t" },
      /OIDC is set, but not clientId and tenantId/,
    ],
  ])("%s is incomplete, and says what is missing", (_what, env, problem) => {
    expect(credential(env)).toMatchObject({ type: "incomplete", problem: expect.stringMatching(problem) });
  });
});

describe("our own settings", () => {
  test("the client type is the package's name unless a usable one is given", () => {
    expect(read({}).clientType).toBe("pulumi-azure-cost-exports");
    expect(read({ AZURE_COST_EXPORTS_CLIENT_TYPE: "hub.v2" }).clientType).toBe("hub.v2");
    expect(read({ AZURE_COST_EXPORTS_CLIENT_TYPE: "a\r\nb: c" }).clientType).toBe("pulumi-azure-cost-exports");
  });

  test("waits can be made short for an emulator", () => {
    expect(read({}).retryFloorMs).toBe(5000);
    expect(read({ AZURE_COST_EXPORTS_MIN_RETRY_DELAY: "20" }).retryFloorMs).toBe(20);
    for (const value of ["soon", "", "0", "-1"])
      expect(read({ AZURE_COST_EXPORTS_MIN_RETRY_DELAY: value }).retryFloorMs).toBe(5000);
  });
});

test("docs/credentials.md names every setting", () => {
  const page = join(__dirname, "../../../docs/credentials.md");
  expect(existsSync(page)).toBe(true);
  const text = readFileSync(page, "utf8");
  const names = Object.values(settingRows).flatMap((row) => [
    ...("config" in row ? [`\`${row.config}\``] : []),
    ...row.variables.map((name) => `\`${name}\``),
  ]);
  const own = Object.values(ownSettings)
    .flatMap((setting) => Object.values(setting))
    .map((name) => `\`${name}\``);
  for (const name of [...names, ...own]) expect(text).toContain(name);
});
