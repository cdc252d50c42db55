/** Cost details and reservation details, asked for and polled, as the contract and its published examples describe them. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { apiVersions } from "../../provider/cost-management/api-versions";
import { subscriptionId } from "../../emulator/constants";
import type { EmulatorResponse } from "../../emulator/types";
import { raw, send, withEmulator } from "./client";
import { at, enrollment, managementGroup, refusal, subscription, world } from "./cost-management/world";
import type { At, World } from "./cost-management/world";

const provider = "/providers/Microsoft.CostManagement";
const customerAgreement = "/providers/Microsoft.Billing/billingAccounts/12345:6789";
const profile = `${customerAgreement}/billingProfiles/ABCD-EFGH`;
const may = { timePeriod: { start: "2025-05-01", end: "2025-05-31" } };
const minute = 60_000;

const ask = (azure: World, body: unknown = may, options: At = {}): EmulatorResponse =>
  azure.send("POST", `${options.scope ?? subscription}${provider}/generateCostDetailsReport`, { ...options, body });

const reserve = (azure: World, query: Record<string, string>, options: At = {}): EmulatorResponse =>
  azure.send("POST", `${options.scope ?? enrollment}${provider}/generateReservationDetailsReport`, {
    ...options,
    query: Object.fromEntries(Object.entries(query).map(([name, value]) => [name.toLowerCase(), value])),
  });

const days = { startDate: "2025-05-01", endDate: "2025-05-31" };

/** Polls an address as it was given. */
function poll(azure: World, { headers }: EmulatorResponse, more: Record<string, string> = {}): EmulatorResponse {
  const url = new URL(headers?.["location"] ?? "");
  return azure.send("GET", decodeURIComponent(url.pathname), {
    apiVersion: url.searchParams.get("api-version"),
    query: more,
  });
}

describe("a cost-details report", () => {
  test("is accepted, polled until it is done, and answered with its manifest", () => {
    const azure = world();
    const accepted = ask(azure, { metric: "AmortizedCost", ...may });

    expect(accepted.status).toBe(202);
    expect(accepted.body).toBeUndefined();
    expect(accepted.headers).toEqual({
      location: expect.stringMatching(
        /^https:\/\/localhost:8443\/subscriptions\/[^/]+\/providers\/Microsoft\.CostManagement\/costDetailsOperationResults\/[0-9a-f-]{36}\?api-version=2025-03-01$/,
      ),
      "retry-after": "60",
    });
    azure.advance(minute / 2);
    expect(poll(azure, accepted)).toEqual({ status: 202, headers: { ...accepted.headers, "retry-after": "30" } });
    azure.advance(minute / 2);

    const done = poll(azure, accepted);
    const id = at(done, "name");
    expect(done).toEqual({
      status: 200,
      body: {
        id: `${subscription.slice(1)}${provider}/costDetailsOperationResults/${String(id)}`,
        name: id,
        status: "Completed",
        manifest: {
          manifestVersion: "2025-03-01",
          dataFormat: "Csv",
          byteCount: 32_741,
          blobCount: 1,
          compressData: false,
          requestContext: {
            requestScope: subscription.slice(1),
            requestBody: { metric: "AmortizedCost", ...may },
          },
          blobs: [
            { blobLink: expect.stringMatching(/^https:\/\/localhost:8443\/_blob\/.*[?&]sig=/), byteCount: 32_741 },
          ],
        },
        validTill: "2025-06-15T22:01:00Z",
      },
    });
    azure.advance(minute);
    expect(poll(azure, accepted)).toEqual(done);
  });

  const having = Object.entries(apiVersions).filter(([, { costDetails }]) => costDetails);
  test.each(having)("%s has it", (apiVersion) => {
    const azure = world();
    const accepted = ask(azure, may, { apiVersion });
    azure.advance(minute);

    expect(accepted.headers?.["location"]).toContain(`?api-version=${apiVersion}`);
    expect(at(poll(azure, accepted), "manifest.manifestVersion")).toBe(apiVersion);
  });

  test.each(["2020-06-01", "2021-10-01"])("%s has not", (apiVersion) => {
    expect(refusal(ask(world(), may, { apiVersion }))).toMatch(/^400 NoRegisteredProviderFound: /);
  });

  test.each([
    ["a subscription", subscription],
    ["an EA billing account", enrollment],
    ["an MCA billing account", customerAgreement],
    ["a department", `${enrollment}/departments/1`],
    ["a department in its short form", "/providers/Microsoft.Billing/departments/1"],
    ["an enrollment account", `${enrollment}/enrollmentAccounts/1`],
    ["an enrollment account in its short form", "/providers/Microsoft.Billing/enrollmentAccounts/1"],
    ["a billing profile", profile],
    ["an invoice section", `${profile}/invoiceSections/1`],
    ["a customer", `${customerAgreement}/customers/1`],
  ])("exists at %s", (_, scope) => {
    expect(ask(world(), {}, { scope }).status).toBe(202);
  });

  test("does not exist at a resource group, which is not found (specs#23859)", () => {
    expect(refusal(ask(world(), may, { scope: `${subscription}/resourceGroups/rg` }))).toMatch(/^404 NotFound: /);
  });

  test("is refused at a management group", () => {
    expect(refusal(ask(world(), may, { scope: managementGroup }))).toMatch(/^400 BadRequest: .*management groups/);
  });

  test("is refused to an agreement of pay-as-you-go", () => {
    const azure = world({}, { agreementOf: () => "PAYG" });

    expect(refusal(ask(azure))).toMatch(/^400 UnsupportedSubscriptionType: /);
  });

  test.each([
    ["no body", "", "Invalid request payload: Unexpected end when reading JSON"],
    ["cut JSON", '{"metric":', "Invalid request payload: Unexpected end when reading JSON"],
    ["a list", [], "Invalid request payload"],
    ["a member that no version has", { ...may, force: true }, "Invalid request payload, Invalid member :force"],
    ["an unknown member of the period", { timePeriod: { ...may.timePeriod, x: 1 } }, "Invalid member :timePeriod.x"],
    ["a period that is text", { timePeriod: "2025-05" }, "Invalid member :timePeriod"],
    ["a metric of exports alone", { metric: "FocusCost" }, "valid values: 'ActualCost','AmortizedCost'."],
    [
      "two periods",
      { ...may, billingPeriod: "202505" },
      "Invalid request payload: can only have either timePeriod or invoiceId or billingPeriod.",
    ],
    ["half a period", { timePeriod: { start: "2025-05-01" } }, "Missing timePeriod end"],
    ["a moment for a day", { timePeriod: { start: "2025-05-01T00:00:00Z", end: "2025-05-02" } }, "such as 2020-03-15"],
    ["no day of the calendar", { timePeriod: { start: "2025-04-31", end: "2025-05-02" } }, "Invalid timePeriod start"],
    ["an end before the start", { timePeriod: { start: "2025-05-02", end: "2025-05-01" } }, "cannot be after"],
    [
      "more than a month",
      { timePeriod: { start: "2025-04-01", end: "2025-05-02" } },
      "The maximum allowed date range is 1 months.",
    ],
    [
      "a start before 13 months",
      { timePeriod: { start: "2024-05-14", end: "2024-05-20" } },
      "Start date must be after 2024-05-15.",
    ],
    ["no month", { billingPeriod: "202513" }, "Invalid billingPeriod '202513'"],
    ["an invoice at a subscription", { invoiceId: "M1" }, "billing profile or customer scope"],
  ])("with %s is refused", (_, body, message) => {
    const answer = refusal(ask(world(), body));

    expect(answer).toMatch(/^400 BadRequest: /);
    expect(answer).toContain(message);
  });

  test.each([
    ["the open month", subscription, {}],
    ["a day of 13 months ago", subscription, { timePeriod: { start: "2024-05-15", end: "2024-05-15" } }],
    ["a billing period of EA", enrollment, { billingPeriod: "202505" }],
    ["an invoice of a billing profile", profile, { invoiceId: "M1234567" }],
    ["an invoice of a customer", `${customerAgreement}/customers/1`, { invoiceId: "M1234567" }],
  ])("takes %s", (_, scope, body) => {
    expect(ask(world(), body, { scope }).status).toBe(202);
  });

  test.each([
    ["billingPeriod", profile, { billingPeriod: "202505" }, "EA"],
    ["invoiceId", profile, { invoiceId: "M1" }, "MCA"],
  ] as const)("%s is for its own agreement", (name, scope, body, owner) => {
    const azure = world({}, { agreementOf: () => (owner === "EA" ? "MCA" : "EA") });

    expect(refusal(ask(azure, body, { scope }))).toContain(`${name} can only be used by ${owner} customers.`);
  });

  test("may answer with its result at once, or without content, by switch", () => {
    expect(at(ask(world({ reportStart: 200 })), "status")).toBe("Completed");
    expect(ask(world({ reportStart: 204 }))).toEqual({ status: 204 });
  });
});

describe("a reservation-details report", () => {
  test.each(["2021-10-01", "2023-11-01", "2025-03-01"])(
    "%s: its result lies at 2019-11-01, whatever version asked",
    (apiVersion) => {
      const azure = world();
      const accepted = reserve(azure, days, { apiVersion });

      expect(accepted.status).toBe(202);
      expect(accepted.headers?.["location"]).toMatch(
        /^https:\/\/localhost:8443\/providers\/Microsoft\.Billing\/billingAccounts\/123456\/providers\/Microsoft\.CostManagement\/reservationDetailsOperationResults\/[0-9a-f-]{36}\?api-version=2019-11-01$/,
      );
      expect(poll(azure, accepted)).toEqual(accepted);
      azure.advance(minute);
      expect(poll(azure, accepted)).toEqual({
        status: 200,
        body: {
          status: "Completed",
          properties: {
            reportUrl: expect.stringMatching(/\/details\/20250615\/[0-9a-f-]{36}\?.*sig=/),
            validUntil: "2025-06-15T22:01:00Z",
          },
        },
      });
    },
  );

  test("is found at the version that asked too, and with the dates that some clients repeat", () => {
    const azure = world();
    const accepted = reserve(azure, days);
    azure.advance(minute);
    const path = decodeURIComponent(new URL(accepted.headers?.["location"] ?? "").pathname);

    expect(poll(azure, accepted, { startdate: days.startDate, enddate: days.endDate }).status).toBe(200);
    expect(azure.send("GET", path, { apiVersion: "2025-03-01" }).status).toBe(200);
    expect(refusal(azure.send("GET", path, { apiVersion: "2020-06-01" }))).toMatch(/^400 NoRegisteredProviderFound/);
  });

  test("exists at a billing profile", () => {
    expect(reserve(world(), days, { scope: profile }).status).toBe(202);
  });

  test.each([
    ["a subscription", subscription],
    ["an invoice section", `${profile}/invoiceSections/1`],
    ["an MCA billing account", customerAgreement],
  ])("is refused at %s", (_, scope) => {
    expect(reserve(world(), days, { scope }).status).toBe(400);
  });

  test.each([
    ["no dates", {}, "Missing startDate."],
    ["no end", { startDate: "2025-05-01" }, "Missing endDate."],
    ["another form", { ...days, endDate: "05/31/2025" }, 'Invalid endDate "05/31/2025"'],
    ["an end before the start", { startDate: "2025-05-02", endDate: "2025-05-01" }, "cannot be after"],
  ])("with %s is refused", (_, query, message) => {
    expect(refusal(reserve(world(), query))).toContain(message);
  });

  test("has no answer without content: it is accepted", () => {
    expect(reserve(world({ reportStart: 204 }), days).status).toBe(202);
  });

  test("that fails says no more than that: the contract has no error", () => {
    const azure = world();
    azure.part.setConditions(enrollment, ["reportFails"]);
    const accepted = reserve(azure, days);
    azure.advance(minute);

    expect(poll(azure, accepted)).toEqual({ status: 200, body: { status: "Failed" } });
  });
});

describe("how a report ends otherwise", () => {
  const ended = (azure: World, body: unknown = may): EmulatorResponse => {
    const accepted = ask(azure, body);
    azure.advance(minute);
    return poll(azure, accepted);
  };

  test("without charges: NoDataFound, and neither manifest nor end of validity", () => {
    const azure = world();
    azure.part.setConditions(subscription, ["noCharges"]);

    expect(ended(azure).body).toEqual({
      id: expect.any(String),
      name: expect.any(String),
      status: "NoDataFound",
    });
  });

  test("of a month that has not begun there are no charges", () => {
    expect(at(ended(world(), { billingPeriod: "202507" }), "status")).toBe("NoDataFound");
  });

  test("Failed, with its error", () => {
    const azure = world();
    azure.part.setConditions(subscription, ["reportFails"]);

    const answer = ended(azure);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      status: "Failed",
      error: { code: "InternalServerError", message: "An unknown error occurred" },
    });
  });

  test.each([
    ["billingAccessDenied", "403 BillingAccessDenied"],
    ["appTokenUnauthorized", "401 Unauthorized"],
    ["rbacAccessDenied", "403 RBACAccessDenied"],
    ["costDataNotSupported", "404 NotFound"],
  ] as const)("under %s it is refused", (condition, status) => {
    const azure = world();
    azure.part.setConditions(subscription, [condition]);

    expect(refusal(ask(azure))).toContain(`${status}: `);
  });
});

describe("the address of a report", () => {
  test("that never was is not found; neither is one of another scope, nor of the other report", () => {
    const azure = world();
    const accepted = ask(azure, may, { scope: enrollment });
    const path = new URL(accepted.headers?.["location"] ?? "").pathname;
    const other = (from: string, to: string): EmulatorResponse => azure.send("GET", path.replace(from, to));

    expect(other("123456", "123456").status).toBe(202);
    expect(refusal(other("123456", "654321"))).toMatch(/^404 NotFound: /);
    expect(other("costDetails", "reservationDetails").status).toBe(404);
    expect(azure.send("GET", `${subscription}${provider}/costDetailsOperationResults/none`).status).toBe(404);
  });

  test("is found in any case", () => {
    const azure = world();
    const path = new URL(ask(azure).headers?.["location"] ?? "").pathname;

    expect(azure.send("GET", path.toUpperCase()).status).toBe(202);
  });

  test("takes GET, and the start takes POST", () => {
    const azure = world();
    const path = new URL(ask(azure).headers?.["location"] ?? "").pathname;

    expect(azure.send("POST", path).status).toBe(405);
    expect(azure.send("GET", `${subscription}${provider}/generateCostDetailsReport`).status).toBe(405);
  });

  test("survives a snapshot", () => {
    const azure = world();
    const accepted = ask(azure);
    const snapshot = azure.part.snapshot();
    azure.part.restore(undefined);
    expect(poll(azure, accepted).status).toBe(404);

    azure.part.restore(snapshot);
    expect(poll(azure, accepted).status).toBe(202);
  });
});

describe("under realistic quotas", () => {
  const throttled = (): World => {
    const azure = world();
    Object.assign(azure.switches, { quotas: "realistic" });
    return azure;
  };

  test("a scope may ask for two reports a minute, and is told how long to wait", () => {
    const azure = throttled();
    expect([ask(azure).status, ask(azure).status]).toEqual([202, 202]);

    const third = ask(azure);
    expect(third).toMatchObject({ status: 429, headers: { "retry-after": "30" } });
    expect(ask(azure, {}, { scope: enrollment }).status).toBe(202);
    azure.advance(30_000);
    expect(ask(azure).status).toBe(202);
  });

  test("and for ten an hour", () => {
    const azure = throttled();
    const statuses = Array.from({ length: 12 }, () => {
      azure.advance(minute);
      return ask(azure).status;
    });

    expect(statuses.filter((status) => status === 202).length).toBeLessThan(12);
  });

  test("an operation may be polled twice at once, then as often as told", () => {
    const azure = throttled();
    const accepted = ask(azure);

    expect([poll(azure, accepted).status, poll(azure, accepted).status]).toEqual([202, 202]);
    expect(poll(azure, accepted)).toMatchObject({ status: 429, headers: { "retry-after": "30" } });
    azure.advance(minute);
    expect(poll(azure, accepted).status).toBe(200);
  });

  test("a reservation report may be asked for ten times a minute", () => {
    const azure = throttled();
    const statuses = Array.from({ length: 11 }, () => reserve(azure, days).status);

    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 202), 429]);
    expect(reserve(azure, { ...days, endDate: "2025-05-30" }).status).toBe(202);
  });
});

test("over the wire the address is the emulator's own, at the door that was used", () =>
  withEmulator({ reportTimes: { processingMs: 0, linksMs: minute } }, async (emulator) => {
    const path = `/subscriptions/${subscriptionId}${provider}/generateCostDetailsReport?api-version=2025-03-01`;
    const accepted = await send(emulator, "POST", path, { body: {} });
    expect(accepted.status).toBe(202);
    expect(accepted.headers["location"]).toMatch(new RegExp(`^${emulator.httpUrl}/subscriptions/`));

    const done = await send(emulator, "GET", accepted.headers["location"] ?? "");
    expect(done.json.status).toBe("Completed");
    expect(emulator.control.requests.list({ operation: "costDetails.poll" })).toHaveLength(1);
    expect((await raw(emulator, "GET", accepted.headers["location"] ?? "")).status).toBe(401);
  }));

describe("the published examples", () => {
  const root = process.env["AZURE_SPEC_DIR"] ?? resolve(__dirname, "../../../shared/azure-spec");
  const provided = join(root, "specification/cost-management/resource-manager/Microsoft.CostManagement");
  const folders: Readonly<Record<string, string>> = {
    "2021-10-01": "stable/2021-10-01",
    "2023-07-01-preview": "preview/2023-07-01-preview",
    "2023-11-01": "stable/2023-11-01",
    "2024-08-01": "stable/2024-08-01",
    "2025-03-01": "CostManagement/stable/2025-03-01",
  };
  interface Example {
    readonly parameters: {
      readonly scope: string;
      readonly parameters: object;
      readonly billingAccountId: string;
      readonly billingProfileId?: string;
      readonly startDate: string;
      readonly endDate: string;
    };
    readonly responses: { readonly 202: { readonly headers: Readonly<Record<string, string>> }; readonly 200: object };
  }
  const examples = (pattern: RegExp): (readonly [string, string, Example])[] =>
    Object.entries(folders).flatMap(([apiVersion, folder]) => {
      const home = join(provided, folder, "examples");
      if (!existsSync(home)) return [];
      return readdirSync(home)
        .filter((name) => pattern.test(name))
        .map((name) => [apiVersion, name, JSON.parse(readFileSync(join(home, name), "utf8")) as Example] as const);
    });
  const costDetails = examples(/^GenerateCostDetailsReport/);
  const reservations = examples(/^GenerateReservationDetailsReport/);

  /** What differs from day to day is made equal: ids, times, hosts, sizes, signed addresses. */
  const anonymous = (value: unknown): unknown =>
    JSON.parse(
      JSON.stringify(value, (name, one: unknown) => {
        if (name === "blobLink" || name === "reportUrl") return "a signed address";
        return name === "validTill" || name === "validUntil" ? "a time" : one;
      })
        .replaceAll(/https:\/\/(management\.azure\.com|localhost:8443)/g, "")
        .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "a guid"),
    );
  const inApril2020 = (): World => {
    const azure = world();
    azure.clock.time = Date.parse("2020-04-10T00:00:00Z");
    return azure;
  };

  test(existsSync(provided) ? "are there" : "are not beside this copy: nothing is compared", () => {
    expect(costDetails.length).toBe(existsSync(provided) ? 28 : 0);
    expect(reservations.length).toBe(existsSync(provided) ? 10 : 0);
  });

  for (const [apiVersion, name, { parameters, responses }] of costDetails) {
    test(`${apiVersion} ${name}`, () => {
      const azure = inApril2020();
      const accepted = ask(azure, parameters.parameters, { apiVersion, scope: `/${parameters.scope}` });
      const { Location, "Retry-After": retryAfter } = responses[202].headers;
      expect(accepted.status).toBe(202);
      expect(anonymous(accepted.headers)).toEqual(anonymous({ location: Location, "retry-after": retryAfter }));

      azure.clock.time = Date.parse("2022-06-10T00:00:00Z");
      // Those with an invoice echo another request than was sent: a known slip.
      const slip = "invoiceId" in parameters.parameters;
      const expected = anonymous(Reflect.get(responses[200], "body"));
      const answered = anonymous(poll(azure, accepted).body);
      if (slip) expect(Reflect.get(Object(answered), "status")).toBe("Completed");
      else expect(answered).toEqual(expected);
    });
  }

  for (const [apiVersion, name, { parameters, responses }] of reservations) {
    test(`${apiVersion} ${name}`, () => {
      const { billingAccountId, billingProfileId, startDate, endDate } = parameters;
      const account = `/providers/Microsoft.Billing/billingAccounts/${billingAccountId}`;
      const scope = billingProfileId === undefined ? account : `${account}/billingProfiles/${billingProfileId}`;
      const azure = inApril2020();
      const accepted = reserve(azure, { startDate, endDate }, { apiVersion, scope });
      const { Location, "Retry-After": retryAfter } = responses[202].headers;
      // The oldest names its own version where all later ones name 2019-11-01.
      const location = Location?.replace("api-version=2021-10-01", "api-version=2019-11-01");
      expect(anonymous(accepted.headers)).toEqual(anonymous({ location, "retry-after": retryAfter }));

      azure.advance(minute);
      expect(anonymous(poll(azure, accepted).body)).toEqual(anonymous(Reflect.get(responses[200], "body")));
    });
  }
});
