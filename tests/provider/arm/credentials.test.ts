/** Each kind of credential against a small login server; the emulator's own endpoints are tried in emulator.test.ts. */
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCertificates } from "../../../emulator/server/certificates";
import { createCredential, CredentialError, readArmSettings, redact, type Credential } from "../../../provider/arm";
import { serve, type Answer, type Routes, type SeenRequest } from "../../support/http-routes";
import { leapingClock, rejection, type LeapingClock } from "./kit";

jest.setTimeout(30_000);

const certificates = createCertificates();
const tenant = "11111111-1111-1111-1111-111111111111";
const application = { ARM_CLIENT_ID: "22222222-2222-2222-2222-222222222222", ARM_TENANT_ID: tenant };
const armScope = "https://management.azure.com/.default";
const folder = mkdtempSync(join(tmpdir(), "credentials-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Login {
  readonly routes: Routes;
  readonly clock: LeapingClock;
  /** A credential for the cloud of this login server. */
  readonly credential: (env: Record<string, string>) => Credential;
  /** The forms that were posted to the token endpoint. */
  readonly forms: () => Record<string, string>[];
}

const fresh = (seconds = 3600) => ({
  token_type: "Bearer",
  expires_in: seconds,
  access_token: `token-${String(Math.random()).slice(2)}`,
});

async function withLogin(
  test: (login: Login) => Promise<void>,
  answer: (request: SeenRequest) => Answer | undefined = () => undefined,
): Promise<void> {
  const routes: Routes = await serve(
    (request) => {
      const { pathname } = new URL(request.url, "https://x");
      if (pathname === "/metadata/endpoints") {
        return {
          body: {
            resourceManager: routes.origin,
            authentication: { loginEndpoint: routes.origin, audiences: ["https://management.azure.com"] },
          },
        };
      }
      if (pathname.endsWith("/.well-known/openid-configuration")) return { body: openId(routes.origin) };
      return answer(request) ?? { body: fresh() };
    },
    { key: certificates.key, cert: certificates.certificate },
  );
  const clock = leapingClock(Date.now());
  try {
    await test({
      routes,
      clock,
      credential: (env) =>
        createCredential(readArmSettings({ env: { ARM_METADATA_HOSTNAME: routes.origin, ...env } }), clock, {
          ca: certificates.ca,
        }),
      forms: () =>
        routes.seen
          .filter(({ url }) => url.includes("/token"))
          .map(({ body }) => Object.fromEntries(new URLSearchParams(body))),
    });
  } finally {
    await routes.close();
  }
}

function openId(origin: string): unknown {
  return {
    issuer: `https://sts.windows.net/${tenant}/`,
    token_endpoint: `${origin}/${tenant}/oauth2/v2.0/token`,
    authorization_endpoint: `${origin}/${tenant}/oauth2/v2.0/authorize`,
    jwks_uri: `${origin}/${tenant}/discovery/v2.0/keys`,
  };
}

describe("signing in", () => {
  test("with a client secret, at the cloud's login host and at no other", async () => {
    await withLogin(async ({ credential, forms, routes }) => {
      const token = await credential({ ...application, ARM_CLIENT_SECRET: "a~secret" }).getToken(armScope);
      expect(token).toMatch(/^token-/);
      expect(forms()).toEqual([
        expect.objectContaining({
          grant_type: "client_credentials",
          client_id: application.ARM_CLIENT_ID,
          client_secret: "a~secret",
          scope: armScope,
        }),
      ]);
      expect(routes.seen.map(({ url }) => url.split("?")[0])).toEqual([
        "/metadata/endpoints",
        `/${tenant}/v2.0/.well-known/openid-configuration`,
        `/${tenant}/oauth2/v2.0/token`,
      ]);
    });
  });

  test("a token is hidden in messages from then on, also one that is no JWT", async () => {
    await withLogin(async ({ credential }) => {
      const token = await credential({ ...application, ARM_CLIENT_SECRET: "a~secret" }).getToken(armScope);
      expect(redact(`the header held ${token}.`)).toBe("the header held [hidden].");
    });
  });

  test("with a client certificate", async () => {
    // The library signs with the file's key and names the file's certificate; whether the two belong together is Entra's to say.
    const key = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs8", format: "pem" });
    const path = join(folder, "client.pem");
    writeFileSync(path, `${certificates.certificate}\n${String(key)}`);
    await withLogin(async ({ credential, forms }) => {
      await credential({ ...application, ARM_CLIENT_CERTIFICATE_PATH: path }).getToken(armScope);
      expect(forms()[0]).toMatchObject({
        client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        client_assertion: expect.stringMatching(/^eyJ/),
      });
    });
  });

  test("with an OIDC token", async () => {
    await withLogin(async ({ credential, forms }) => {
      await credential({ ...application, ARM_USE_OIDC: "true", ARM_OIDC_TOKEN: "foreign-token" }).getToken(armScope);
      expect(forms()[0]).toMatchObject({ client_assertion: "foreign-token" });
    });
  });

  test("with a token file, read anew for every sign-in", async () => {
    const path = join(folder, "token");
    writeFileSync(path, "first-token\n");
    await withLogin(async ({ credential, forms }) => {
      const signIn = credential({ ...application, ARM_USE_OIDC: "true", ARM_OIDC_TOKEN_FILE_PATH: path });
      const token = await signIn.getToken(armScope);
      writeFileSync(path, "second-token\n");
      signIn.drop?.(token);
      await signIn.getToken(armScope);
      expect(forms().map((form) => form["client_assertion"])).toEqual(["first-token", "second-token"]);
    });
  });

  test("with workload identity where nothing is configured", async () => {
    const path = join(folder, "federated");
    writeFileSync(path, "pod-token");
    const env = {
      AZURE_CLIENT_ID: application.ARM_CLIENT_ID,
      AZURE_TENANT_ID: tenant,
      AZURE_FEDERATED_TOKEN_FILE: path,
    };
    await withLogin(async ({ credential, forms }) => {
      await credential(env).getToken(armScope);
      expect(forms()[0]).toMatchObject({ client_assertion: "pod-token", client_id: application.ARM_CLIENT_ID });
    });
  });

  test("with the identity token of a GitHub job", async () => {
    const github = await serve([{ body: { value: "job-token" } }]);
    await withLogin(async ({ credential, forms }) => {
      const job = {
        ACTIONS_ID_TOKEN_REQUEST_URL: `${github.origin}/request?api-version=2.0`,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: "request-token",
      };
      await credential({ ...application, ...job, ARM_USE_OIDC: "true" }).getToken(armScope);
      expect(github.seen[0]).toMatchObject({
        method: "GET",
        url: "/request?api-version=2.0&audience=api%3A%2F%2FAzureADTokenExchange",
        headers: { authorization: "Bearer request-token" },
      });
      expect(forms()[0]).toMatchObject({ client_assertion: "job-token" });
    });
    await github.close();
  });

  test("with the identity token of an Azure Pipelines step", async () => {
    const devOps = await serve([{ body: { oidcToken: "step-token" } }]);
    await withLogin(async ({ credential, forms }) => {
      const step = {
        SYSTEM_OIDCREQUESTURI: `${devOps.origin}/oidctoken`,
        SYSTEM_ACCESSTOKEN: "step-access",
        ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID: "sc 1",
      };
      await credential({ ...application, ...step, ARM_USE_OIDC: "true" }).getToken(armScope);
      expect(devOps.seen[0]).toMatchObject({
        method: "POST",
        url: "/oidctoken?api-version=7.1&serviceConnectionId=sc+1",
        headers: { authorization: "Bearer step-access" },
      });
      expect(forms()[0]).toMatchObject({ client_assertion: "step-token" });
    });
    await devOps.close();
  });

  test("the request token of a job does not leave in the clear", async () => {
    await withLogin(async ({ credential, forms }) => {
      const job = { ARM_OIDC_REQUEST_URL: "http://10.1.2.3/request", ARM_OIDC_REQUEST_TOKEN: "request-token" };
      const error = await rejection(credential({ ...application, ...job, ARM_USE_OIDC: "true" }).getToken(armScope));
      expect(error.message).toMatch(/OIDC \(GitHub Actions\): .*nothing is sent without TLS/);
      expect(forms()).toEqual([]);
    });
  });
});

describe("managed identity at an endpoint of the user's", () => {
  const answers: Answer[] = [
    {
      body: { access_token: "identity-token", expires_on: String(Math.floor(Date.now() / 1000) + 3600), resource: "x" },
    },
  ];

  test("speaks the metadata service's protocol", async () => {
    const identity = await serve(answers);
    await withLogin(async ({ credential }) => {
      const env = { ARM_USE_MSI: "true", ARM_MSI_ENDPOINT: `${identity.origin}/msi`, ARM_CLIENT_ID: "user-assigned" };
      await expect(credential(env).getToken(armScope)).resolves.toBe("identity-token");
      expect(identity.seen[0]).toMatchObject({
        method: "GET",
        url: "/msi?api-version=2018-02-01&resource=https%3A%2F%2Fmanagement.azure.com&client_id=user-assigned",
        headers: { metadata: "true" },
      });
      expect(identity.seen[0]!.headers["x-identity-header"]).toBeUndefined();
    });
    await identity.close();
  });

  test("speaks App Service's protocol where IDENTITY_HEADER is set", async () => {
    const identity = await serve(answers);
    await withLogin(async ({ credential }) => {
      const env = { ARM_USE_MSI: "true", ARM_MSI_ENDPOINT: identity.origin, IDENTITY_HEADER: "header-secret" };
      await credential(env).getToken(armScope);
      expect(identity.seen[0]).toMatchObject({
        url: "/?api-version=2019-08-01&resource=https%3A%2F%2Fmanagement.azure.com",
        headers: { "x-identity-header": "header-secret" },
      });
    });
    await identity.close();
  });

  test("its refusal is told with host, status and text, without the header's secret", async () => {
    const identity = await serve([
      { status: 400, body: { error: "invalid_request", error_description: "No identity here for header-secret" } },
    ]);
    await withLogin(async ({ credential }) => {
      const env = { ARM_USE_MSI: "true", ARM_MSI_ENDPOINT: identity.origin, IDENTITY_HEADER: "header-secret" };
      const error = await rejection(credential(env).getToken(armScope));
      expect(error.message).toMatch(
        /managed identity: localhost:\d+ answered with HTTP 400 \(invalid_request\): No identity here for \[hidden\]/,
      );
      expect(error.message).toMatch(/has a managed identity; a user-assigned one is named by clientId/);
    });
    await identity.close();
  });

  test("is not asked in the clear over a network", async () => {
    await withLogin(async ({ credential }) => {
      const env = { ARM_USE_MSI: "true", ARM_MSI_ENDPOINT: "http://10.1.2.3/msi" };
      await expect(credential(env).getToken(armScope)).rejects.toThrow(/nothing is sent without TLS/);
    });
  });
});

describe("keeping tokens", () => {
  const secret = { ...application, ARM_CLIENT_SECRET: "a~secret" };

  test("one request for many that ask at once, and none while the token is good", async () => {
    await withLogin(async ({ credential, forms, clock }) => {
      const signIn = credential(secret);
      const tokens = await Promise.all(Array.from({ length: 20 }, () => signIn.getToken(armScope)));
      expect(new Set(tokens).size).toBe(1);
      clock.time += 54 * 60_000;
      await signIn.getToken(armScope);
      expect(forms()).toHaveLength(1);
    });
  });

  test("a dropped token is not given again", async () => {
    await withLogin(async ({ credential, forms }) => {
      const signIn = credential(secret);
      const first = await signIn.getToken(armScope);
      signIn.drop?.(first);
      expect(await signIn.getToken(armScope)).not.toBe(first);
      expect(forms()).toHaveLength(2);
    });
  });

  test("a token is renewed five minutes before its end, a short one at half of its life", async () => {
    const identity = await serve((_request, index) => ({
      body: { access_token: `token ${index}`, expires_in: index === 0 ? "3600" : "60" },
    }));
    await withLogin(async ({ credential, clock }) => {
      const signIn = credential({ ARM_USE_MSI: "true", ARM_MSI_ENDPOINT: identity.origin });
      expect(await signIn.getToken(armScope)).toBe("token 0");
      clock.time += 55 * 60_000 - 1;
      expect(await signIn.getToken(armScope)).toBe("token 0");
      clock.time += 1;
      expect(await signIn.getToken(armScope)).toBe("token 1");
      clock.time += 29_999;
      expect(await signIn.getToken(armScope)).toBe("token 1");
      clock.time += 1;
      expect(await signIn.getToken(armScope)).toBe("token 2");
    });
    await identity.close();
  });

  test("a failure is not kept", async () => {
    let count = 0;
    const identity = await serve(() =>
      ++count === 1 ? { status: 400, body: {} } : { body: { access_token: "t-later", expires_in: 3600 } },
    );
    await withLogin(async ({ credential }) => {
      const signIn = credential({ ARM_USE_MSI: "true", ARM_MSI_ENDPOINT: identity.origin });
      await expect(signIn.getToken(armScope)).rejects.toThrow(CredentialError);
      await expect(signIn.getToken(armScope)).resolves.toBe("t-later");
    });
    await identity.close();
  });
});

describe("failures", () => {
  test("a wrong secret is told with Entra's words, the cure and the settings that were found, without the secret", async () => {
    const refusal = {
      status: 401,
      body: {
        error: "invalid_client",
        error_description: "AADSTS7000215: Invalid client secret provided: a~secret.",
        error_codes: [7000215],
      },
    };
    await withLogin(
      async ({ credential }) => {
        const error = await rejection(credential({ ...application, ARM_CLIENT_SECRET: "a~secret" }).getToken(armScope));
        expect(error).toMatchObject({ name: "CredentialError", code: "CredentialUnavailable" });
        expect(error.message).toMatch(
          /^No token for Azure could be had\. Tried client secret: .*AADSTS7000215.*\. Check that the secret is the value and not its id/,
        );
        expect(error.message).toContain(
          "Settings found: ARM_CLIENT_ID, ARM_TENANT_ID, ARM_CLIENT_SECRET, ARM_METADATA_HOSTNAME.",
        );
        expect(`${error.message} ${error.stack ?? ""}`).not.toContain("a~secret");
        expect(error.cause).toBeUndefined();
        expect("id" in error).toBe(false);
      },
      ({ url }) => (url.includes("/oauth2/v2.0/token") ? refusal : undefined),
    );
  });

  test.each([
    ["is missing", join(folder, "none.pem"), undefined],
    ["is no PEM", join(folder, "bad.pem"), "PKCS12 bytes"],
  ])("a certificate file that %s is told with the cure", async (_what, path, content) => {
    if (content !== undefined) writeFileSync(path, content);
    await withLogin(async ({ credential }) => {
      await expect(
        credential({ ...application, ARM_CLIENT_CERTIFICATE_PATH: path }).getToken(armScope),
      ).rejects.toThrow(/Tried client certificate: .*openssl pkcs12 -in file\.pfx/);
    });
  });

  test.each([
    ["a tenant that is none", { ARM_TENANT_ID: "not a tenant" }, "Set tenantId"],
    ["a login host without https", { AZURE_AUTHORITY_HOST: "http://127.0.0.1:1" }, "set metadataHost"],
    ["a login host out of reach", { AZURE_AUTHORITY_HOST: "https://127.0.0.1:1" }, "could not be reached"],
  ])("%s is told with its own cure, not with the secret's", async (_what, settings, cure) => {
    await withLogin(async ({ credential }) => {
      const { message } = await rejection(
        credential({
          ...application,
          ARM_CLIENT_SECRET: "a~secret",
          ARM_METADATA_HOSTNAME: "",
          ...settings,
        }).getToken(armScope),
      );
      expect(message).toContain(cure);
      expect(message).not.toContain("Check that the secret");
    });
  });

  test("a missing token file is told by its path", async () => {
    const path = join(folder, "no-such-token");
    await withLogin(async ({ credential }) => {
      await expect(
        credential({ ...application, ARM_USE_OIDC: "true", ARM_OIDC_TOKEN_FILE_PATH: path }).getToken(armScope),
      ).rejects.toThrow(/Tried OIDC \(token file\): .*no-such-token/);
    });
  });

  test("an incomplete choice is told without asking anyone", async () => {
    await withLogin(async ({ credential, routes }) => {
      await expect(credential({ ARM_CLIENT_SECRET: "a~secret" }).getToken(armScope)).rejects.toThrow(
        /but not clientId and tenantId/,
      );
      expect(routes.seen).toEqual([]);
    });
  });

  test("an endpoint that cannot be reached, or does not answer, is given up in time", async () => {
    const silent = await serve([{ hang: true }]);
    await withLogin(async ({ credential }) => {
      const nowhere = credential({ ARM_USE_MSI: "true", ARM_MSI_ENDPOINT: "https://localhost:1/" });
      await expect(nowhere.getToken(armScope)).rejects.toThrow(
        /managed identity: localhost:1: the connection was refused/,
      );
      const waiting = credential({ ARM_USE_MSI: "true", ARM_MSI_ENDPOINT: silent.origin });
      await expect(waiting.getToken(armScope, 300)).rejects.toThrow(/managed identity: no answer within 0\.3 s/);
    });
    await silent.close();
  });
});
