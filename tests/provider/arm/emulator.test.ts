/** Every kind of credential against the emulator: its login over TLS under its own authority, its identity endpoints in the clear. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { startEmulator, type Emulator } from "../../../emulator";
import { compileArm } from "./child";

jest.setTimeout(60_000);

const compiled = compileArm();
const folder = mkdtempSync(join(tmpdir(), "arm-emulator-"));
let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator();
});
beforeEach(() => emulator.control.requests.clear());
afterAll(async () => {
  await emulator.close();
  compiled.remove();
  rmSync(folder, { recursive: true, force: true });
});

const application = {
  ARM_CLIENT_ID: "22222222-2222-2222-2222-222222222222",
  ARM_TENANT_ID: "11111111-1111-1111-1111-111111111111",
};

const overTls = () => ({
  ARM_METADATA_HOSTNAME: new URL(emulator.httpsUrl).host,
  NODE_EXTRA_CA_CERTS: emulator.caFile,
});
const inTheClear = () => ({ ARM_METADATA_HOSTNAME: emulator.httpUrl });

/** Reads the list of subscriptions; answers with the status, or with the error's message. */
const listSubscriptions = `
  const request = { method: "GET", path: "/subscriptions", apiVersion: "2022-12-01", operation: "list", scope: "/", deadline: Date.now() + 30000 };
  arm.createArmClient(arm.readArmSettings({ env: process.env })).send(request).then(
    (response) => console.log(JSON.stringify(response.status)),
    (error) => console.log(JSON.stringify(error.name + ": " + error.message)),
  );`;

const tokenOperations = () => emulator.control.requests.list({ category: "token" }).map(({ operation }) => operation);

test("client secret", async () => {
  await expect(
    compiled.run(listSubscriptions, { ...overTls(), ...application, ARM_CLIENT_SECRET: "hush-hush" }),
  ).resolves.toBe(200);
  expect(tokenOperations()).toEqual(["token.client"]);
});

test("workload identity, by the variables of a pod", async () => {
  const file = join(folder, "federated");
  writeFileSync(file, foreignToken());
  const env = {
    AZURE_CLIENT_ID: application.ARM_CLIENT_ID,
    AZURE_TENANT_ID: application.ARM_TENANT_ID,
    AZURE_FEDERATED_TOKEN_FILE: file,
  };
  await expect(compiled.run(listSubscriptions, { ...overTls(), ...env })).resolves.toBe(200);
  expect(tokenOperations()).toEqual(["token.client"]);
});

test("OIDC token file", async () => {
  const file = join(folder, "oidc");
  writeFileSync(file, foreignToken());
  const env = { ...application, ARM_USE_OIDC: "true", ARM_OIDC_TOKEN_FILE_PATH: file };
  await expect(compiled.run(listSubscriptions, { ...overTls(), ...env })).resolves.toBe(200);
});

test("identity token of a GitHub job", async () => {
  const { requestUrl, requestToken } = emulator.oidc;
  const env = {
    ...application,
    ARM_USE_OIDC: "true",
    ACTIONS_ID_TOKEN_REQUEST_URL: requestUrl,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken,
  };
  await expect(compiled.run(listSubscriptions, { ...overTls(), ...env })).resolves.toBe(200);
  // The library asks for the identity token more than once.
  expect([...new Set(tokenOperations())]).toEqual(["token.oidc-request", "token.client"]);
});

test("managed identity by the variables that the emulator prints, all in the clear on loopback", async () => {
  await expect(compiled.run(listSubscriptions, { ...emulator.environment })).resolves.toBe(200);
  expect(tokenOperations()).toEqual(["token.managed-identity"]);
});

test("managed identity of App Service, by the platform's variables", async () => {
  const { IDENTITY_ENDPOINT = "", IDENTITY_HEADER = "" } = emulator.environment;
  await expect(
    compiled.run(listSubscriptions, { ...inTheClear(), ARM_USE_MSI: "true", IDENTITY_ENDPOINT, IDENTITY_HEADER }),
  ).resolves.toBe(200);
  expect(tokenOperations()).toEqual(["token.managed-identity"]);
});

test("managed identity of the metadata service, by the platform's variable", async () => {
  const env = { ARM_USE_MSI: "true", AZURE_POD_IDENTITY_AUTHORITY_HOST: emulator.httpUrl };
  await expect(compiled.run(listSubscriptions, { ...inTheClear(), ...env })).resolves.toBe(200);
  expect(tokenOperations()).toEqual(["token.imds"]);
});

test("the default credential, by the variables of the Azure SDKs", async () => {
  const env = {
    ARM_USE_DEFAULT_AZURE_CREDENTIAL: "true",
    AZURE_CLIENT_ID: application.ARM_CLIENT_ID,
    AZURE_TENANT_ID: application.ARM_TENANT_ID,
    AZURE_CLIENT_SECRET: "hush-hush",
  };
  await expect(compiled.run(listSubscriptions, { ...overTls(), ...env })).resolves.toBe(200);
  expect(tokenOperations()).toEqual(["token.client"]);
});

describe("az login", () => {
  /** A stand-in for the CLI that writes down how it was called. */
  function stubAz(body: string): { path: string; called: string } {
    const bin = mkdtempSync(join(folder, "bin-"));
    const called = join(bin, "called");
    const file = join(bin, "az");
    writeFileSync(file, `#!/bin/sh\necho "$@" > "${called}"\n${body}\n`);
    chmodSync(file, 0o755);
    return { path: `${bin}${delimiter}${process.env["PATH"] ?? ""}`, called };
  }

  test("is used where nothing is configured, for the cloud's audience", async () => {
    const token = await armToken();
    const az = stubAz(`echo '{"accessToken":"${token}","expires_on":${Math.floor(Date.now() / 1000) + 3600}}'`);
    await expect(
      compiled.run(listSubscriptions, { ...inTheClear(), PATH: az.path, ARM_SUBSCRIPTION_ID: "sub-1" }),
    ).resolves.toBe(200);
    expect(readFileSync(az.called, "utf8")).toMatch(
      /^account get-access-token --output json --resource https:\/\/management\.\S+ --subscription sub-1\n$/,
    );
  });

  test("that has not happened is told with every way that was tried", async () => {
    const az = stubAz(`echo "ERROR: Please run 'az login' to setup account." >&2; exit 1`);
    const answer = await compiled.run(listSubscriptions, { ...inTheClear(), PATH: az.path });
    expect(answer).toMatch(
      /^CredentialError: No token for Azure could be had\. Tried workload identity: AZURE_FEDERATED_TOKEN_FILE, .* not all set; az login: Please run 'az login' .*\. Set azure-native:clientId, tenantId and clientSecret/,
    );
    expect(answer).toMatch(/Settings found: ARM_METADATA_HOSTNAME\./);
  });

  /** A token of the emulator's, as the CLI would have it. */
  async function armToken(): Promise<string> {
    const { IDENTITY_ENDPOINT = "", IDENTITY_HEADER = "" } = emulator.environment;
    const url = `${IDENTITY_ENDPOINT}?api-version=2019-08-01&resource=https://management.azure.com`;
    const response = await fetch(url, { headers: { "X-IDENTITY-HEADER": IDENTITY_HEADER } });
    return ((await response.json()) as { access_token: string }).access_token;
  }
});

describe("failures", () => {
  test("without the emulator's authority the cure is named", async () => {
    const answer = await compiled.run(listSubscriptions, { ARM_METADATA_HOSTNAME: new URL(emulator.httpsUrl).host });
    expect(answer).toMatch(
      /^ArmConnectionError: The cloud could not be discovered .* certificate is not trusted .*NODE_EXTRA_CA_CERTS/,
    );
  });

  test("a refused secret is told in Entra's words, without the secret", async () => {
    emulator.control.switches.patch({ refuseClientSecrets: true });
    try {
      const answer = await compiled.run(listSubscriptions, {
        ...overTls(),
        ...application,
        ARM_CLIENT_SECRET: "hush-hush",
      });
      expect(answer).toMatch(/^CredentialError: .*Tried client secret: .*AADSTS7000215/);
      expect(answer).not.toContain("hush-hush");
    } finally {
      emulator.control.switches.patch({ refuseClientSecrets: false });
    }
  });

  test("an expired token is replaced without a word", async () => {
    // The answer of ARM is the only way to know: the emulator ends the token's life early, as a revocation does.
    const script = `
      const client = arm.createArmClient(arm.readArmSettings({ env: process.env }));
      const request = () => ({ method: "GET", path: "/subscriptions", apiVersion: "2022-12-01", operation: "list", scope: "/", deadline: Date.now() + 30000 });
      (async () => {
        await client.send(request());
        await fetch(process.env.CONTROL + "/tokens/expire", { method: "POST" });
        console.log(JSON.stringify((await client.send(request())).status));
      })().catch((error) => console.log(JSON.stringify(error.message)));`;
    const env = { ...overTls(), ...application, ARM_CLIENT_SECRET: "hush-hush", CONTROL: emulator.controlUrl };
    await expect(compiled.run(script, env)).resolves.toBe(200);
    expect(tokenOperations()).toEqual(["token.client", "token.client"]);
  });

  test("a proxy that is not there does not keep anyone from this machine", async () => {
    const env = {
      ...overTls(),
      ...application,
      ARM_CLIENT_SECRET: "hush-hush",
      HTTPS_PROXY: "http://127.0.0.1:1",
      HTTP_PROXY: "http://127.0.0.1:1",
    };
    await expect(compiled.run(listSubscriptions, env)).resolves.toBe(200);
  });
});

/** A token of some other issuer. */
function foreignToken(): string {
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = {
    iss: "https://kubernetes.example",
    aud: "api://AzureADTokenExchange",
    exp: Math.floor(Date.now() / 1000) + 600,
  };
  return `${encode({ alg: "RS256", typ: "JWT" })}.${encode(claims)}.c2ln`;
}
