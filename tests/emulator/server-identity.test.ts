import { createPublicKey, verify } from "node:crypto";
import { tenantId, subscriptionId } from "../../emulator/constants";
import type { Emulator } from "../../emulator";
import { managedIdentityToken, raw, send, withEmulator } from "./client";

const arm = "https://management.azure.com/";
const subscription = `/subscriptions/${subscriptionId}?api-version=2022-12-01`;
const form = { "content-type": "application/x-www-form-urlencoded" };

describe("the cloud's own documents", () => {
  test.each([
    ["2022-09-01", (json: unknown) => json],
    ["2019-05-01", (json: readonly unknown[]) => json[0]],
  ])("endpoints of %s point at the emulator", (version, cloud) =>
    withEmulator({}, async (emulator) => {
      const { json } = await raw(emulator, "GET", `/metadata/endpoints?api-version=${version}`);
      expect(cloud(json)).toMatchObject({
        name: "AzureCloud",
        resourceManager: `${emulator.httpUrl}/`,
        authentication: {
          loginEndpoint: emulator.httpUrl,
          tenant: "common",
          identityProvider: "AAD",
          audiences: ["https://management.core.windows.net/", "https://management.azure.com/"],
        },
      });
    }),
  );

  test("the Azure CLI finds a cloud by a name of its own", () =>
    withEmulator({}, async (emulator) => {
      const { json } = await raw(emulator, "GET", emulator.environmentOverTls["ARM_CLOUD_METADATA_URL"] ?? "");
      expect(json[1]).toMatchObject({ name: "Emulator", authentication: { loginEndpoint: emulator.httpsUrl } });
    }));

  test.each(["1.0", "2015-01-01"])("endpoints of %s are flat", (version) =>
    withEmulator({}, async (emulator) => {
      const { json } = await raw(emulator, "GET", `/metadata/endpoints?api-version=${version}`);
      expect(json).toMatchObject({
        galleryEndpoint: `${emulator.httpUrl}/`,
        authentication: { loginEndpoint: `${emulator.httpUrl}/` },
      });
    }),
  );

  test("discovery and OpenID documents lead to the token endpoint", () =>
    withEmulator({}, async (emulator) => {
      const discovery = await raw(emulator, "GET", "/common/discovery/instance?api-version=1.1");
      const openId = await raw(emulator, "GET", discovery.json.tenant_discovery_endpoint);
      expect(openId.json.token_endpoint).toBe(`${emulator.httpUrl}/${tenantId}/oauth2/v2.0/token`);
      expect(openId.json.issuer).toBe(`https://sts.windows.net/${tenantId}/`);
      const adfs = await raw(emulator, "GET", "/adfs/.well-known/openid-configuration");
      expect(adfs.json.token_endpoint).toBe(`${emulator.httpUrl}/adfs/oauth2/v2.0/token`);
    }));

  test("tokens can be verified with the published key", () =>
    withEmulator({}, async (emulator) => {
      const openId = await raw(emulator, "GET", `/${tenantId}/v2.0/.well-known/openid-configuration`);
      const keys = await raw(emulator, "GET", openId.json.jwks_uri);
      const [header, payload, signature] = (await managedIdentityToken(emulator)).split(".");
      const key = createPublicKey({ key: keys.json.keys[0], format: "jwk" });
      const signed = Buffer.from(`${header}.${payload}`);
      expect(
        verify("sha256", signed, { key, dsaEncoding: "ieee-p1363" }, Buffer.from(signature ?? "", "base64url")),
      ).toBe(true);
    }));
});

describe("client credentials", () => {
  test("a secret is exchanged for a token of v2, with numbers", () =>
    withEmulator({}, async (emulator) => {
      const reply = await clientToken(emulator, { client_secret: "s", scope: `${arm}.default` });
      expect(reply.json).toMatchObject({ token_type: "Bearer", expires_in: 3600 });
      expect(claims(reply.json.access_token)).toMatchObject({
        iss: `https://sts.windows.net/${tenantId}/`,
        aud: arm.slice(0, -1),
        appid: "app",
        emulator_credential: "client-secret",
      });
      expect((await send(emulator, "GET", subscription, { token: reply.json.access_token })).status).toBe(200);
    }));

  test("v1 wants a resource, and answers with texts", () =>
    withEmulator({}, async (emulator) => {
      const body = new URLSearchParams({
        grant_type: "client_credentials",
        client_id: "app",
        client_secret: "s",
        resource: arm,
      });
      const reply = await raw(emulator, "POST", `/${tenantId}/oauth2/token`, { headers: form, text: body.toString() });
      expect(reply.json).toMatchObject({ expires_in: "3600", resource: arm });
    }));

  test("a federated token of the emulator's own CI is exchanged", () =>
    withEmulator({}, async (emulator) => {
      const assertion = await ciToken(emulator, "api://AzureADTokenExchange");
      const reply = await clientToken(emulator, { client_assertion: assertion, scope: `${arm}.default` });
      expect(claims(reply.json.access_token)["emulator_credential"]).toBe("federated-token");
    }));

  test.each([
    ["a refused secret", { client_secret: "s" }, 401, "invalid_client", 7000215],
    ["no secret", {}, 401, "invalid_client", 7000218],
    ["an assertion that is none", { client_assertion: "no token" }, 401, "invalid_client", 50027],
    ["an unknown grant", { client_secret: "s", grant_type: "password" }, 400, "unsupported_grant_type", 70003],
    ["a scope without .default", { client_secret: "s", scope: arm }, 400, "invalid_scope", 1002012],
  ])("%s is refused as Entra does", (_, fields, status, error, code) =>
    withEmulator({ switches: { refuseClientSecrets: true } }, async (emulator) => {
      const reply = await clientToken(emulator, { scope: `${arm}.default`, ...fields });
      expect(reply.status).toBe(status);
      expect(reply.json).toMatchObject({ error, error_codes: [code] });
      expect(reply.json.error_description).toContain(`AADSTS${code}`);
    }),
  );

  test("an assertion for another audience is refused", () =>
    withEmulator({}, async (emulator) => {
      const reply = await clientToken(emulator, {
        client_assertion: await ciToken(emulator, "other"),
        scope: `${arm}.default`,
      });
      expect(reply.json.error_codes).toEqual([700212]);
    }));

  test("the CI endpoint wants its request token", () =>
    withEmulator({}, async (emulator) => {
      expect((await raw(emulator, "GET", emulator.oidc.requestUrl)).status).toBe(401);
    }));
});

describe("managed identity", () => {
  test("App Service style", () =>
    withEmulator({}, async (emulator) => {
      const url = `/msi/token?api-version=2019-08-01&resource=${arm}`;
      const reply = await raw(emulator, "GET", url, {
        headers: { "x-identity-header": emulator.environment["IDENTITY_HEADER"] ?? "" },
      });
      expect(reply.json).toMatchObject({ token_type: "Bearer", resource: arm });
      expect(Number(reply.json.expires_on)).toBeGreaterThan(Date.now() / 1000 + 3_000);
      expect((await raw(emulator, "GET", url, { headers: { "x-identity-header": "wrong" } })).status).toBe(401);
    }));

  test.each(["/metadata/identity/oauth2/token", "/metadata/identity/oauth2/token/", "/msi/token"])(
    "IMDS style at %s",
    (path) =>
      withEmulator({}, async (emulator) => {
        const url = `${path}?api-version=2018-02-01&resource=${arm}`;
        expect((await raw(emulator, "GET", url, { headers: { metadata: "true" } })).json.token_type).toBe("Bearer");
        const without = await raw(emulator, "GET", url);
        expect(without.status).toBe(400);
        expect(without.json.error).toBe("invalid_request");
      }),
  );

  test("a POST of a form, as the Azure CLI sends", () =>
    withEmulator({}, async (emulator) => {
      const reply = await raw(emulator, "POST", "/msi/token", {
        headers: { ...form, metadata: "true" },
        text: `resource=${encodeURIComponent(arm)}`,
      });
      expect(claims(reply.json.access_token)["aud"]).toBe(arm);
    }));

  test("a user-assigned identity is another caller", () =>
    withEmulator({}, async (emulator) => {
      const ask = async (more: string) =>
        claims(
          (await raw(emulator, "GET", `/msi/token?resource=${arm}${more}`, { headers: { metadata: "true" } })).json
            .access_token,
        );
      const own = await ask("");
      const other = await ask("&client_id=11111111-1111-1111-1111-111111111111");
      expect(other["appid"]).toBe("11111111-1111-1111-1111-111111111111");
      expect(other["oid"]).not.toBe(own["oid"]);
    }));
});

describe("bearer tokens at ARM", () => {
  test.each([
    ["none", null, "AuthenticationFailed"],
    ["a stranger's", "a.b.c", "InvalidAuthenticationToken"],
  ])("%s is refused", (_, token, code) =>
    withEmulator({}, async (emulator) => {
      const reply = await send(emulator, "GET", subscription, { token });
      expect(reply.status).toBe(401);
      expect(reply.json.error.code).toBe(code);
      expect(reply.headers["www-authenticate"]).toContain("Bearer authorization_uri=");
    }),
  );

  test("another scheme is refused", () =>
    withEmulator({}, async (emulator) => {
      const reply = await send(emulator, "GET", subscription, {
        token: null,
        headers: { authorization: "Basic YTpi" },
      });
      expect(reply.json.error.code).toBe("AuthenticationFailed");
    }));

  test("a token for another audience is refused", () =>
    withEmulator({}, async (emulator) => {
      const reply = await send(emulator, "GET", subscription, {
        token: await managedIdentityToken(emulator, "https://vault.azure.net"),
      });
      expect(reply.json.error.code).toBe("InvalidAuthenticationTokenAudience");
    }));

  test.each(["https://management.azure.com", "https://management.core.windows.net/"])(
    "a token for %s is good",
    (audience) =>
      withEmulator({}, async (emulator) => {
        expect(
          (await send(emulator, "GET", subscription, { token: await managedIdentityToken(emulator, audience) })).status,
        ).toBe(200);
      }),
  );

  test("a token for the endpoint itself is good, whichever door asked for it", () =>
    withEmulator({}, async (emulator) => {
      const token = await managedIdentityToken(emulator, emulator.httpsUrl);
      expect((await send(emulator, "GET", emulator.httpsUrl + subscription, { token })).status).toBe(200);
    }));

  test("moving the clock leaves cached tokens good, unless the switch says otherwise", () =>
    withEmulator({}, async (emulator) => {
      const token = await managedIdentityToken(emulator);
      emulator.control.clock.advance("P2D");
      expect((await send(emulator, "GET", subscription, { token })).status).toBe(200);
      emulator.control.switches.patch({ clockAgesTokens: true });
      expect((await send(emulator, "GET", subscription, { token })).json.error.code).toBe("ExpiredAuthenticationToken");
    }));

  test("tokens can be made to expire at once", () =>
    withEmulator({}, async (emulator) => {
      const token = await managedIdentityToken(emulator);
      emulator.control.tokens.expire();
      expect((await send(emulator, "GET", subscription, { token })).json.error.code).toBe("ExpiredAuthenticationToken");
      expect((await send(emulator, "GET", subscription)).status).toBe(200);
    }));

  test("with acceptAnyBearer anything goes", () =>
    withEmulator({ switches: { acceptAnyBearer: true } }, async (emulator) => {
      expect((await send(emulator, "GET", subscription, { token: "anything" })).status).toBe(200);
    }));

  test("a token cached from another emulator of this process is good", () =>
    withEmulator({}, (first) =>
      withEmulator({}, async (second) => {
        expect((await send(second, "GET", subscription, { token: await managedIdentityToken(first) })).status).toBe(
          200,
        );
      }),
    ));
});

async function clientToken(emulator: Emulator, fields: Record<string, string>) {
  const body = new URLSearchParams({ grant_type: "client_credentials", client_id: "app", ...fields });
  return raw(emulator, "POST", `/${tenantId}/oauth2/v2.0/token`, { headers: form, text: body.toString() });
}

async function ciToken({ oidc, ...emulator }: Emulator, audience: string): Promise<string> {
  const url = `${oidc.requestUrl}&audience=${encodeURIComponent(audience)}`;
  const reply = await raw({ oidc, ...emulator }, "GET", url, {
    headers: { authorization: `bearer ${oidc.requestToken}` },
  });
  return String(reply.json.value);
}

function claims(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
}
