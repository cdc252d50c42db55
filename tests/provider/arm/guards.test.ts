/**
 * The four promises of the transport: no redirect and no Location to another host is followed, no token goes without TLS to
 * anything but this machine, none goes to another host than ARM, and no secret is in any error or log line.
 */
import { inspect } from "node:util";
import { startEmulator } from "../../../emulator";
import { createArmClient, readArmSettings, redact, systemClock } from "../../../provider/arm";
import { createHttp, type Http } from "../../../provider/arm/http";
import { exportResource } from "../../../provider/resources/export";
import { createExportReader } from "../../../provider/resources/export-reader";
import { fakeArm } from "../../support/fake-arm";
import { serve } from "../../support/http-routes";
import { leapingClock, metadata, refused, rejection, request, withArm } from "./kit";

const secretToken = "eyJhbGciOiJub25lIn0.eyJhdWQiOiJhcm0ifQ.c2lnbmF0dXJl";
const credential = { getToken: () => Promise.resolve(secretToken) };

describe("addresses in answers", () => {
  test.each([301, 302, 303, 307, 308])("a redirect with HTTP %d is an error that names the host", async (status) => {
    const other = await serve([{ body: {} }]);
    const { host } = new URL(other.origin);
    await withArm([{ status, headers: { location: `${other.origin}/stolen` } }], async ({ client, clock, seen }) => {
      const error = await rejection(client.send(request(clock)));
      expect(error).toMatchObject({ name: "ArmResponseError", status, code: "RedirectRefused" });
      expect(error.message).toContain(`it points to the host ${host}, which is not followed`);
      expect(seen()).toHaveLength(1);
    });
    expect(other.seen).toEqual([]);
    await other.close();
  });

  test("a redirect within the same host is not followed either", async () => {
    await withArm(
      [{ status: 307, headers: { location: "/elsewhere" } }, { body: {} }],
      async ({ client, clock, seen }) => {
        await expect(client.send(request(clock))).rejects.toMatchObject({ code: "RedirectRefused" });
        expect(seen()).toHaveLength(1);
      },
    );
  });

  test("the Location of a new export, outside ARM, is not asked", async () => {
    const other = await serve([{ body: {} }]);
    const created = {
      status: 201,
      body: {},
      headers: { location: `${other.origin}/subscriptions/1`, "azure-asyncoperation": other.origin },
    };
    await withArm([created], async ({ client, clock, seen }) => {
      const response = await client.send(request(clock, { method: "PUT", body: {} }));
      expect(response.status).toBe(201);
      expect(seen()).toHaveLength(1);
    });
    expect(other.seen).toEqual([]);
    await other.close();
  });
});

describe("an address that the service names to go on at", () => {
  test.each([
    "https://elsewhere.example/operations/1",
    "http://127.0.0.1:1/operations/1",
    "//elsewhere.example/operations/1",
    "https://127.0.0.1@elsewhere.example/operations/1",
  ])("%s is refused, and nothing is sent", async (location) => {
    await withArm([{ body: {} }], async ({ client, clock, seen }) => {
      const error = await rejection(client.send(request(clock, { location, operation: "poll" })));
      expect(error).toMatchObject({ name: "SettingsError" });
      expect(error.message).toMatch(/The service named an address on .* to go on at; only .* is asked/);
      expect(seen()).toEqual([]);
    });
  });

  test("one that carries a name and a password is refused on ARM's own host too", async () => {
    await withArm([{ body: {} }], async ({ client, clock, seen, routes }) => {
      const location = routes.origin.replace("://", "://name:password@");
      await expect(client.send(request(clock, { location: `${location}/operations/1` }))).rejects.toThrow(/only/);
      expect(seen()).toEqual([]);
    });
  });

  test("the emulator names a foreign host for each new export, as the service does; a create asks ARM alone", async () => {
    const emulator = await startEmulator();
    const hosts = new Set<string>();
    const http = createHttp();
    const arm = createArmClient(readArmSettings({ env: emulator.environment }), {
      http: (sent) => {
        hosts.add(new URL(sent.url).host);
        return http(sent);
      },
    });
    try {
      const scope = "/subscriptions/11111111-1111-1111-1111-111111111111";
      const inputs = {
        scope,
        exportName: "daily",
        definition: { type: "FocusCost", timeframe: "MonthToDate" },
        deliveryInfo: {
          destination: {
            resourceId: `${scope}/resourceGroups/finops/providers/Microsoft.Storage/storageAccounts/costs`,
            container: "costs",
          },
        },
      };
      await exportResource.create(inputs, {
        ...fakeArm(),
        arm,
        reader: createExportReader(arm, systemClock),
        clock: systemClock,
      });
      const [created] = emulator.control.requests.list({ operation: "exports.put" });
      const named = created?.responseHeaders["location"] ?? "";
      expect(created?.status).toBe(201);
      expect(new URL(named).host).not.toBe(new URL(emulator.httpUrl).host);
      expect([...hosts]).toEqual([new URL(emulator.httpUrl).host]);
    } finally {
      await emulator.close();
    }
  });
});

describe("where a token goes", () => {
  /** Records what would be sent, instead of sending it. */
  const recorder = (resourceManager: string) => {
    const urls: string[] = [];
    const http: Http = (sent) => {
      urls.push(sent.url);
      const body = sent.url.includes("/metadata/") ? metadata(resourceManager) : {};
      return Promise.resolve({ status: 200, headers: {}, text: JSON.stringify(body) });
    };
    return { http, urls };
  };

  test.each(["/@evil.example/x", "/.evil.example/x", "/:80@evil.example", "/evil.example%2f..%2fx"])(
    "the path %j stays on ARM's host",
    async (path) => {
      const { http, urls } = recorder("");
      const clock = leapingClock();
      await createArmClient(readArmSettings({ env: {} }), { http, clock, credential }).send(request(clock, { path }));
      expect(urls.map((url) => new URL(url).host)).toEqual(["management.azure.com"]);
    },
  );

  test("a metadata document cannot send tokens to a foreign host in the clear", async () => {
    const { http, urls } = recorder("http://arm.example.com");
    const clock = leapingClock();
    const settings = readArmSettings({ env: { ARM_METADATA_HOSTNAME: "arm.example.com" } });
    await expect(createArmClient(settings, { http, clock, credential }).send(request(clock))).rejects.toThrow(
      /names no usable resourceManager/,
    );
    expect(urls).toEqual(["https://arm.example.com/metadata/endpoints?api-version=2022-09-01"]);
  });

  test("a metadata host in the clear is for this machine only", async () => {
    const { http, urls } = recorder("https://arm.example.com");
    const clock = leapingClock();
    const settings = readArmSettings({ env: { ARM_METADATA_HOSTNAME: "http://arm.example.com" } });
    await expect(createArmClient(settings, { http, clock, credential }).send(request(clock))).rejects.toThrow(
      /http:\/\/ is accepted for this machine only/,
    );
    expect(urls).toEqual([]);
  });

  test.each([
    "http://management.azure.com/x",
    "http://10.0.0.1/x",
    "http://localhost.example.com/x",
    "ftp://localhost/x",
  ])("whoever asks for it, nothing is sent to %s", async (url) => {
    const sent = createHttp()({ method: "GET", url, headers: { authorization: "Bearer t" }, timeoutMs: 2000 });
    await expect(sent).rejects.toMatchObject({ code: "PlainHttpRefused", sent: false });
  });

  test("the link-local metadata service gets no bearer", async () => {
    const url = "http://169.254.169.254/metadata/identity/oauth2/token";
    const sent = createHttp()({ method: "GET", url, headers: { Authorization: "Bearer t" }, timeoutMs: 2000 });
    await expect(sent).rejects.toMatchObject({ code: "PlainHttpRefused" });
  });
});

describe("secrets", () => {
  const everything = (error: Error): string =>
    `${error.message} ${error.stack ?? ""} ${inspect(error, { depth: 8, showHidden: true })} ${JSON.stringify(error)}`;

  test.each([
    [
      "a refusal that quotes the token",
      refused(400, "BadRequest", `Bearer ${secretToken} is no good, nor is ${secretToken}`),
    ],
    ["a busy service that quotes it", refused(503, "Busy", `Bearer ${secretToken} must wait`)],
    ["a reset connection", { reset: true } as const],
    ["half an answer", { body: { token: secretToken }, truncate: true } as const],
    [
      "a page that quotes it",
      { status: 403, body: `<html><title>Authorization: Bearer ${secretToken}</title></html>` },
    ],
  ])("%s tells no token in the error or the log", async (_what, answer) => {
    await withArm(
      [answer],
      async ({ client, clock, log }) => {
        for (const method of ["GET", "PUT"] as const) {
          const error = await rejection(
            client.send(request(clock, { method, ...(method === "PUT" ? { body: {} } : {}) })),
          );
          expect(everything(error)).not.toContain(secretToken);
          expect(everything(error)).not.toMatch(/c2lnbmF0dXJl/);
        }
        expect(log.join()).not.toMatch(/c2lnbmF0dXJl/);
      },
      { credential },
    );
  });

  test("errors of axios, which hold the request, do not get out", async () => {
    await withArm([{ reset: true }], async ({ client, clock }) => {
      const error = await rejection(
        client.send(request(clock, { method: "PUT", body: { sasToken: "sv=1&sig=abcdef" } })),
      );
      expect(error.cause).toBeUndefined();
      expect(everything(error)).not.toMatch(/config|axios|abcdef|Authorization/i);
    });
  });

  test("a secret from the settings is gone from messages, however it is written", () => {
    const clientSecret = 'p~W8Q"/+secret value';
    readArmSettings({ env: { ARM_CLIENT_SECRET: clientSecret } });
    for (const form of [clientSecret, encodeURIComponent(clientSecret), JSON.stringify({ value: clientSecret })]) {
      expect(redact(`AADSTS7000215: ${form} was given`)).toMatch(/^AADSTS7000215: .*\[hidden\].* was given$/);
      expect(redact(form)).not.toContain("W8Q");
    }
  });

  test.each([
    ["a bearer", "Authorization: Bearer abc.def-123", "Authorization: Bearer [hidden]"],
    ["a JWT", `token ${secretToken} here`, "token [hidden] here"],
    [
      "a signed link",
      "at https://a.blob.core.windows.net/c/b.csv?sv=2024&se=x&sig=AbC%2Fd%3D&sp=r now",
      "at https://a.blob.core.windows.net/c/b.csv?[hidden] now",
    ],
    ["an encoded signed link", "x=https://a.example/c?sv%3D1&sig%3DAbC.", "x=https://a.example/c?[hidden]"],
    ["a SAS by itself", "sv=2024-08-04&sr=c&sig=AbC%2Fd%3D&sp=rl", "sv=2024-08-04&sr=c&sig=[hidden]&sp=rl"],
    ["a form", "client_id=1&client_secret=hush&scope=x", "client_id=1&client_secret=[hidden]&scope=x"],
    ["a JSON member", '{"access_token":"hu\\"sh","expires_in":1}', '{"access_token":"[hidden]","expires_in":1}'],
    ["a connection string", "AccountName=a;AccountKey=aGVsbG8=;x=1", "AccountName=a;AccountKey=[hidden];x=1"],
  ])("%s is hidden", (_what, text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  test.each([
    "the export's signature date",
    "Configuration of the password policy",
    "sig of nature",
    "https://example.com/page?x=1",
  ])("%j stays as it is", (text) => {
    expect(redact(text)).toBe(text);
  });
});
