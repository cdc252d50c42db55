import {
  ArmConnectionError,
  ArmResponseError,
  createArmClient,
  CredentialError,
  DeadlineError,
  OutcomeUnknownError,
  readArmSettings,
  SettingsError,
} from "../../../provider/arm";
import { serve } from "../../support/http-routes";
import { exportPath, leapingClock, metadata, refused, rejection, request, scope, withArm } from "./kit";

const ok = { body: { name: "daily" } };
const busy = refused(503, "ServiceUnavailable", "The provider registers.");
const throttled = refused(429, "429", "Too many requests. Please retry.");

describe("the service's time", () => {
  test.each([
    ["the clock's, before any answer", undefined, 0],
    ["the answer's, where the clock is a day behind", 86_400_000, 86_400_000],
    ["the answer's, where the clock is an hour ahead", -3_600_000, -3_600_000],
    ["the clock's, where the difference is the way of the answer", -4000, 0],
  ])("is %s", async (_what, difference, ahead) => {
    const date = (now: number) => ({ date: new Date(now + (difference ?? 0)).toUTCString() });
    const start = Math.floor(leapingClock().now() / 1000) * 1000;
    await withArm([{ ...ok, headers: date(start) }], async ({ client, clock }) => {
      if (difference !== undefined) await client.send(request(clock));
      expect(Math.abs(client.serviceTime() - clock.now() - ahead)).toBeLessThan(2000);
    });
  });
});

describe("what is sent", () => {
  test("a GET carries the bearer, the client type, the package's name and ids of its own", async () => {
    await withArm([ok], async ({ client, clock, seen }) => {
      await client.send(request(clock, { query: { $expand: "runHistory" } }));
      const [sent] = seen();
      expect(sent).toMatchObject({
        method: "GET",
        url: `${exportPath}?api-version=2025-03-01&$expand=runHistory`,
        body: "",
      });
      expect(sent!.headers).toMatchObject({
        authorization: "Bearer token-number-1",
        clienttype: "pulumi-azure-cost-exports",
        "user-agent": expect.stringMatching(/^pulumi-azure-cost-exports\/\d+\.\d+\.\d+ /),
        "x-ms-client-request-id": expect.stringMatching(/^[0-9a-f-]{36}$/),
        "x-ms-correlation-request-id": expect.stringMatching(/^[0-9a-f-]{36}$/),
      });
      expect(sent!.headers["content-type"]).toBeUndefined();
    });
  });

  test("a PUT sends its body as JSON, byte for byte", async () => {
    await withArm([{ status: 201, body: {} }], async ({ client, clock, seen }) => {
      const body = { eTag: '"1d8"', properties: { text: "ä → 𝄞", empty: {}, nothing: null } };
      await client.send(request(clock, { method: "PUT", body }));
      expect(seen()[0]).toMatchObject({ body: JSON.stringify(body), headers: { "content-type": "application/json" } });
    });
  });

  test("a POST without a body sends none, not even an empty object", async () => {
    await withArm([{ status: 200 }], async ({ client, clock, seen }) => {
      await client.send(request(clock, { method: "POST", path: `${exportPath}/run`, operation: "run" }));
      expect(seen()[0]).toMatchObject({ body: "", headers: { "content-length": "0" } });
      expect(seen()[0]!.headers["content-type"]).toBeUndefined();
    });
  });

  test("colons of a scope stay as they are", async () => {
    await withArm([ok], async ({ client, clock, seen }) => {
      const path =
        "/providers/Microsoft.Billing/billingAccounts/a:b_2019-05-31/providers/Microsoft.CostManagement/exports/x";
      await client.send(request(clock, { path }));
      expect(seen()[0]!.url).toBe(`${path}?api-version=2025-03-01`);
    });
  });

  test("the client type can be chosen", async () => {
    await withArm([ok], async ({ clock, routes, seen }) => {
      const config = (key: string) => (key === "azure-cost-exports:clientType" ? "finops-hub" : undefined);
      const settings = readArmSettings({ env: { ARM_METADATA_HOSTNAME: routes.origin }, config });
      await createArmClient(settings, { clock, credential: { getToken: () => Promise.resolve("t") } }).send(
        request(clock),
      );
      expect(seen()[0]!.headers["clienttype"]).toBe("finops-hub");
    });
  });

  test("repeated attempts share the correlation id and have request ids of their own", async () => {
    await withArm([busy, ok], async ({ client, clock, seen }) => {
      await client.send(request(clock));
      const [first, second] = seen();
      expect(first!.headers["x-ms-correlation-request-id"]).toBe(second!.headers["x-ms-correlation-request-id"]);
      expect(first!.headers["x-ms-client-request-id"]).not.toBe(second!.headers["x-ms-client-request-id"]);
    });
  });

  test.each(["exports/x", "//evil.example/x", "/a/../b", "/a/%2E%2e/b", "/a?b", "/a#b", "/a b", "/a\\b", "/"])(
    "the path %j is refused before anything is sent",
    async (path) => {
      await withArm([ok], async ({ client, clock, seen }) => {
        await expect(client.send(request(clock, { path }))).rejects.toThrow(SettingsError);
        expect(seen()).toEqual([]);
      });
    },
  );
});

describe("what is returned", () => {
  test.each([
    [200, { value: [] }],
    [201, { eTag: "x" }],
    [202, undefined],
    [204, undefined],
    [404, { error: { code: "404", message: "No export found." } }],
  ])("status %d, with headers in lower case and the parsed body", async (status, body) => {
    await withArm([{ status, body, headers: { "X-Ms-Request-Id": "r1" } }], async ({ client, clock }) => {
      const response = await client.send(request(clock, { method: "PUT", body: {} }));
      expect(response).toEqual({ status, body, headers: expect.objectContaining({ "x-ms-request-id": "r1" }) });
    });
  });
});

describe("refusals", () => {
  test("the message names request, code, text, status and both ids, and the error holds them as fields", async () => {
    const answer = refused(
      400,
      "BadRequest",
      "Invalid schedule recurrencePeriod; 'from' value cannot be in the past.",
      {
        "x-ms-request-id": "req-1",
        "x-ms-correlation-request-id": "cor-1",
      },
    );
    await withArm([answer], async ({ client, clock }) => {
      const error = await rejection(client.send(request(clock, { method: "PUT", body: {} })));
      expect(error).toBeInstanceOf(ArmResponseError);
      expect(error.message).toBe(
        `PUT ${exportPath} was refused, HTTP 400 BadRequest: Invalid schedule recurrencePeriod; 'from' value cannot be in the past. (request id req-1, correlation id cor-1)`,
      );
      expect(error).toMatchObject({
        name: "ArmResponseError",
        code: "BadRequest",
        status: 400,
        serviceMessage: "Invalid schedule recurrencePeriod; 'from' value cannot be in the past.",
        requestId: "req-1",
        correlationId: "cor-1",
      });
      expect("id" in error).toBe(false);
      expect(Object.keys(error)).not.toContain("stack");
    });
  });

  test.each([400, 403, 409, 412, 413, 501, 505])("HTTP %d is not repeated", async (status) => {
    await withArm([refused(status, "Word", "text")], async ({ client, clock, seen }) => {
      await expect(client.send(request(clock))).rejects.toMatchObject({ name: "ArmResponseError", status });
      expect(seen()).toHaveLength(1);
    });
  });

  test("a gateway's HTML page is told from the service's answer", async () => {
    const page = "<html><head><title>502 Bad Gateway</title></head><body><h1>nginx</h1></body></html>";
    await withArm(
      [{ status: 403, body: page, headers: { "content-type": "text/html" } }],
      async ({ client, clock }) => {
        await expect(client.send(request(clock))).rejects.toThrow(/HTML page.*proxy.*"502 Bad Gateway"/);
      },
    );
  });

  test("an HTML page with status 404 is no proof that the export is gone", async () => {
    await withArm([{ status: 404, body: "<html>no such site</html>" }], async ({ client, clock }) => {
      await expect(client.send(request(clock))).rejects.toMatchObject({ name: "ArmResponseError", status: 404 });
    });
  });
});

describe("reads and deletes are repeated", () => {
  test.each(["GET", "DELETE"] as const)("%s after 503, a reset connection and half an answer", async (method) => {
    const answers = [busy, { reset: true } as const, { ...ok, truncate: true } as const, ok];
    await withArm(answers, async ({ client, clock, seen, log }) => {
      await expect(client.send(request(clock, { method }))).resolves.toMatchObject({ status: 200 });
      expect(seen()).toHaveLength(4);
      expect(clock.sleeps).toEqual([1000, 2000, 4000]);
      expect(log).toHaveLength(3);
      expect(log[0]).toMatch(
        /^(GET|DELETE) .* was refused, HTTP 503 ServiceUnavailable.* The next attempt is in 1 s\.$/,
      );
    });
  });

  test("a GET after a success that is no JSON", async () => {
    await withArm(
      [{ body: '{"name": "dai' }, { body: "<html>sign in to the hotel</html>" }, ok],
      async ({ client, clock }) => {
        await expect(client.send(request(clock))).resolves.toMatchObject({ body: { name: "daily" } });
      },
    );
  });

  test("the service's hint is kept, and a 429 waits at least 5, 20, 40, 60 s", async () => {
    const hint = { ...throttled, headers: { "x-ms-ratelimit-microsoft.costmanagement-entity-retry-after": "33" } };
    await withArm([throttled, hint, throttled, throttled, ok], async ({ client, clock }) => {
      await client.send(request(clock));
      expect(clock.sleeps).toEqual([5000, 33_000, 40_000, 60_000]);
    });
  });

  test("a wait beyond the deadline ends it at once, with the real error and the wait", async () => {
    const answer = refused(429, "429", "Too many requests. Please retry.", { "retry-after": "7200" });
    await withArm([answer], async ({ client, clock }) => {
      const error = await rejection(client.send(request(clock)));
      expect(error).toMatchObject({ name: "ArmResponseError", status: 429, retryAfterMs: 7_200_000 });
      expect(error.message).toMatch(
        /Too many requests.*The next attempt would be in 7200 s, after the operation's time limit\.$/,
      );
      expect(clock.sleeps).toEqual([]);
    });
  });

  test("a service that fails for five minutes is told", async () => {
    await withArm([busy], async ({ client, clock, seen }) => {
      await expect(client.send(request(clock))).rejects.toThrow(/HTTP 503 .* It was tried 11 times\.$/);
      expect(seen()).toHaveLength(11);
      expect(clock.sleeps.reduce((sum, wait) => sum + wait, 0)).toBeGreaterThanOrEqual(300_000);
    });
  });

  test("a success that stays unreadable is a connection error, not a success", async () => {
    await withArm([{ body: "<html>sign in</html>" }], async ({ client, clock }) => {
      const error = await rejection(client.send(request(clock)));
      expect(error).toBeInstanceOf(ArmConnectionError);
      expect(error.message).toContain("the answer is an HTML page");
    });
  });
});

describe.each(["PUT", "POST"] as const)("%s is repeated only where it surely was not applied", (method) => {
  const write = { method, body: {} };

  test("after 429", async () => {
    await withArm([throttled, ok], async ({ client, clock, seen }) => {
      await expect(client.send(request(clock, write))).resolves.toMatchObject({ status: 200 });
      expect(seen()).toHaveLength(2);
    });
  });

  test.each([
    ["503", busy],
    ["500", refused(500, "InternalServerError", "x")],
    ["408", refused(408, "RequestTimeout", "x")],
    ["a reset connection", { reset: true } as const],
    ["half an answer", { ...ok, truncate: true } as const],
    ["a success that is no JSON", { body: "<html></html>" }],
  ])("not after %s: the outcome is unknown", async (_what, answer) => {
    await withArm([answer], async ({ client, clock, seen }) => {
      const error = await rejection(client.send(request(clock, write)));
      expect(error).toBeInstanceOf(OutcomeUnknownError);
      expect(error.message).toMatch(/Whether it was applied is not known\.$/);
      expect(seen()).toHaveLength(1);
      expect(clock.sleeps).toEqual([]);
    });
  });

  test("the unknown outcome tells status and the wait that the service asked for", async () => {
    const answer = refused(503, "ServiceUnavailable", "Registering.", { "retry-after": "17" });
    await withArm([answer], async ({ client, clock }) => {
      await expect(client.send(request(clock, write))).rejects.toMatchObject({
        code: "ServiceUnavailable",
        status: 503,
        retryAfterMs: 17_000,
      });
    });
  });

  test("not when no answer comes in time", async () => {
    await withArm([{ hang: true }], async ({ client, clock }) => {
      const error = await rejection(client.send(request(clock, { ...write, deadline: clock.now() + 300 })));
      expect(error).toMatchObject({ name: "OutcomeUnknownError", code: "Timeout" });
    });
  });
});

describe("a service that cannot be reached", () => {
  test("a refused connection is repeated for a write too, and told in the end", async () => {
    const gone = await serve([]);
    await gone.close();
    const metadataServer = await serve([{ body: metadata(gone.origin) }]);
    await withArm([ok], async ({ clock }) => {
      const settings = readArmSettings({ env: { ARM_METADATA_HOSTNAME: metadataServer.origin } });
      const client = createArmClient(settings, { clock, credential: { getToken: () => Promise.resolve("t") } });
      const error = await rejection(
        client.send(request(clock, { method: "PUT", body: {} })).finally(() => metadataServer.close()),
      );
      expect(error).toMatchObject({ name: "ArmConnectionError", code: "ECONNREFUSED" });
      expect(error.message).toMatch(
        /got no answer: the connection was refused \(ECONNREFUSED\) \(correlation id .*It was tried 11 times/,
      );
    });
  });

  test("nothing is sent after the deadline", async () => {
    await withArm([ok], async ({ client, clock, seen }) => {
      await expect(client.send(request(clock, { deadline: clock.now() }))).rejects.toThrow(DeadlineError);
      expect(seen()).toEqual([]);
    });
  });

  test("a read that hangs until its deadline is a connection error", async () => {
    await withArm([{ hang: true }], async ({ client, clock }) => {
      const error = await rejection(client.send(request(clock, { deadline: clock.now() + 300 })));
      expect(error).toMatchObject({ name: "ArmConnectionError", code: "Timeout" });
    });
  });
});

describe("tokens", () => {
  test("a refused token is dropped and asked for once more, for a write too", async () => {
    const expired = refused(401, "ExpiredAuthenticationToken", "The access token expiry UTC time is earlier than now.");
    await withArm([expired, ok], async ({ client, clock, seen, tokens }) => {
      await client.send(request(clock, { method: "PUT", body: {} }));
      expect(tokens.dropped).toEqual(["token-number-1"]);
      expect(seen().map(({ headers }) => headers["authorization"])).toEqual([
        "Bearer token-number-1",
        "Bearer token-number-2",
      ]);
    });
  });

  test("a second refusal is the answer", async () => {
    await withArm([refused(401, "Unauthorized", "No.")], async ({ client, clock, seen }) => {
      await expect(client.send(request(clock))).rejects.toMatchObject({ name: "ArmResponseError", status: 401 });
      expect(seen()).toHaveLength(2);
    });
  });

  test("the token is asked for with the cloud's audience", async () => {
    const scopes: string[] = [];
    const credential = { getToken: (asked: string) => Promise.resolve((scopes.push(asked), "t")) };
    await withArm([ok], async ({ client, clock }) => expect(client.send(request(clock))).resolves.toBeDefined(), {
      credential,
    });
    expect(scopes).toEqual(["https://management.core.windows.net//.default"]);
  });

  test("an error of a foreign credential becomes one of ours", async () => {
    const credential = { getToken: () => Promise.reject(Object.assign(new Error("vault is sealed"), { id: "x" })) };
    const deps = { credential };
    await withArm(
      [ok],
      async ({ client, clock }) => {
        const error = await rejection(client.send(request(clock)));
        expect(error).toBeInstanceOf(CredentialError);
        expect(error.message).toContain("vault is sealed");
        expect("id" in error).toBe(false);
      },
      deps,
    );
  });
});

test("throttled requests of one scope wait together, and other scopes go on", async () => {
  await withArm(
    ({ url }, index) => (url.startsWith(scope) && index === 0 ? throttled : ok),
    async ({ client, clock, seen }) => {
      const other = "/subscriptions/00000000-0000-0000-0000-000000000002";
      await client.send(request(clock));
      await client.send(request(clock, { scope: other, path: `${other}/providers/x` }));
      expect(seen()).toHaveLength(3);
      expect(clock.sleeps).toContain(5000);
    },
  );
});

test("settings that cannot be used are told with the first request, not before", async () => {
  const clock = leapingClock();
  const client = createArmClient(readArmSettings({ env: { ARM_ENVIRONMENT: "mars" } }), { clock });
  await expect(client.send(request(clock))).rejects.toThrow(/"mars" is no Azure cloud.*public, usgovernment or china/);
});
