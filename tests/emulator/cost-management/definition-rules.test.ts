import {
  daily,
  definition,
  enrollment,
  managementGroup,
  newVersions,
  oldVersions,
  oneTime,
  refusal,
  subscription,
  world,
} from "./world";
import type { At } from "./world";

const failed = "Request properties validation failed: ";
const old = { apiVersion: "2023-11-01" };
const accepted = "201 accepted";

const priceSheet = daily({
  properties: { definition: { type: "PriceSheet", timeframe: "TheCurrentMonth", dataSet: undefined } },
});

describe("dataset by version", () => {
  const improvedOnly = ["FocusCost", "ReservationTransactions", "ReservationRecommendations", "ReservationDetails"];

  test.each(oldVersions.flatMap((version) => improvedOnly.map((type) => [version, type] as const)))(
    "%s lacks %s",
    (apiVersion, type) => {
      expect(refusal(world().put("daily", daily(definition({ type })), { apiVersion }))).toContain(
        `${failed}Invalid definition type '${type}'; valid values: 'Usage','ActualCost','AmortizedCost'.`,
      );
    },
  );

  test.each(newVersions.flatMap((version) => [...improvedOnly, "Usage"].map((type) => [version, type] as const)))(
    "%s has %s",
    (apiVersion, type) => {
      const sent = daily(definition({ type, dataSet: undefined }));

      expect(refusal(world().put("daily", sent, { apiVersion, scope: enrollment }))).toBe(accepted);
    },
  );

  test("a new version needs a type", () => {
    expect(refusal(world().put("daily", daily(definition({ type: undefined }))))).toBe(
      `400 BadRequest: ${failed}Missing definition type.`,
    );
  });
});

describe("pay-as-you-go", () => {
  const payg = { agreementOf: () => "PAYG" as const };

  test("FocusCost is refused with the agreement", () => {
    expect(refusal(world({}, payg).put("daily", daily(definition({ type: "FocusCost" }))))).toBe(
      `400 BadRequest: ${failed}Export type: FocusCost is not supported for Agreement Type: WebDirect and Subscription.`,
    );
  });

  test.each([...oldVersions, ...newVersions])("%s: cost datasets but Usage are refused", (apiVersion) => {
    for (const type of ["ActualCost", "AmortizedCost"]) {
      expect(refusal(world({}, payg).put("daily", daily(definition({ type })), { apiVersion }))).toContain(
        `Invalid definition type '${type}'; valid values: 'Usage'.`,
      );
    }
    expect(refusal(world({}, payg).put("daily", daily(definition({ type: "Usage" })), { apiVersion }))).toBe(accepted);
  });
});

describe("a management group", () => {
  const amortized = daily(definition({ type: "AmortizedCost" }));

  test.each(oldVersions)("%s: AmortizedCost is refused", (apiVersion) => {
    expect(refusal(world().put("daily", amortized, { apiVersion, scope: managementGroup, requestId: "REQ" }))).toBe(
      `400 400: ${failed}Invalid definition type 'AmortizedCost'; valid values: 'Usage'.\n (Request ID: REQ)`,
    );
  });

  test.each(newVersions)("%s: AmortizedCost passes", (apiVersion) => {
    expect(refusal(world().put("daily", amortized, { apiVersion, scope: managementGroup }))).toBe(accepted);
  });

  test.each(["ActualCost", "Usage"])("%s passes, as in the published examples", (type) => {
    expect(refusal(world().put("daily", daily(definition({ type })), { ...old, scope: managementGroup }))).toBe(
      accepted,
    );
  });

  test("FocusCost passes: its refusal is documented only", () => {
    expect(refusal(world().put("daily", daily(definition({ type: "FocusCost" })), { scope: managementGroup }))).toBe(
      accepted,
    );
  });
});

const profile = "/providers/Microsoft.Billing/billingAccounts/1:2/billingProfiles/P";
const otherScopes: readonly (readonly [string, string])[] = [
  ["a resource group", `${subscription}/resourceGroups/rg`],
  ["a management group", managementGroup],
  ["an EA enrollment account", `${enrollment}/enrollmentAccounts/1`],
  ["an MCA billing account", "/providers/Microsoft.Billing/billingAccounts/1:2"],
  ["an invoice section", `${profile}/invoiceSections/1`],
  ["a customer", "/providers/Microsoft.Billing/billingAccounts/1:2/customers/1"],
];

describe("a price sheet", () => {
  test.each([
    ["an EA billing account", enrollment],
    ["a billing profile", profile],
    ["a billing account of unknown agreement", "/providers/Microsoft.Billing/billingAccounts/contoso"],
  ])("at %s is accepted", (_, scope) => {
    expect(refusal(world().put("prices", priceSheet, { scope }))).toBe(accepted);
  });

  test("at a subscription is unauthorized", () => {
    expect(refusal(world().put("prices", priceSheet))).toBe("401 Unauthorized: Unauthorized. Authentication failed.");
  });

  test.each([true, false])(
    "at an EA department is refused, whatever the switch says (%s)",
    (refusePriceSheetOnOtherScopes) => {
      const azure = world({ refusePriceSheetOnOtherScopes });

      expect(refusal(azure.put("prices", priceSheet, { scope: `${enrollment}/departments/1` }))).toContain(
        "Export type: PriceSheet is not supported for Agreement Type: EnterpriseAgreement and Department.",
      );
    },
  );

  test.each(otherScopes)("at %s is refused, or accepted by switch", (_, scope) => {
    expect(refusal(world().put("prices", priceSheet, { scope }))).toContain("Export type: PriceSheet is not supported");
    expect(refusal(world({ refusePriceSheetOnOtherScopes: false }).put("prices", priceSheet, { scope }))).toBe(
      accepted,
    );
  });

  const put = (patch: object, at: At = {}): string =>
    refusal(
      world().put(
        "prices",
        daily({
          properties: {
            schedule: { status: "Inactive", recurrence: undefined },
            definition: { type: "PriceSheet", timeframe: "TheCurrentMonth", dataSet: undefined, ...patch },
          },
        }),
        { scope: enrollment, ...at },
      ),
    );

  test("with the granularity Daily is refused, with Monthly not", () => {
    expect(put({ dataSet: { granularity: "Daily" } })).toBe(
      `400 BadRequest: ${failed}Invalid dataset granularity: 'Daily'.`,
    );
    expect(put({ dataSet: { granularity: "daily" } })).toContain("Invalid dataset granularity: 'daily'.");
    expect(put({ dataSet: { granularity: "Monthly" } })).toBe(accepted);
  });

  test("of another time frame is refused", () => {
    expect(put({ timeframe: "TheLastMonth" })).toBe(
      `400 BadRequest: ${failed}Invalid definition timeframe: 'TheLastMonth'; valid values: 'TheCurrentMonth','Custom'`,
    );
  });

  test("of month to date, daily, is a misfit", () => {
    const sent = daily(definition({ type: "PriceSheet", dataSet: undefined }));

    expect(refusal(world().put("prices", sent, { scope: enrollment }))).toContain(
      "Invalid timeframe 'MonthToDate' and schedule recurrence 'Daily' combination.",
    );
  });

  test("of Custom dates passes", () => {
    expect(put({ timeframe: "Custom", timePeriod: { from: "2025-05-01", to: "2025-05-31" } })).toBe(accepted);
  });
});

describe("reservation datasets", () => {
  const sent = daily(definition({ type: "ReservationDetails" }));

  test.each([
    ["an EA billing account", enrollment],
    ["a billing profile", profile],
  ])("at %s are accepted", (_, scope) => {
    expect(refusal(world().put("reservations", sent, { scope }))).toBe(accepted);
  });

  const elsewhere: typeof otherScopes = [
    ["a subscription", subscription],
    ["a department", `${enrollment}/departments/1`],
    ...otherScopes,
  ];

  test.each(elsewhere)("at %s are refused, or accepted by switch", (_, scope) => {
    expect(refusal(world().put("reservations", sent, { scope }))).toContain(
      "Export type: ReservationDetails is not supported",
    );
    expect(refusal(world({ refuseReservationOnOtherScopes: false }).put("reservations", sent, { scope }))).toBe(
      accepted,
    );
  });
});

describe("time frame", () => {
  test.each([...oldVersions, ...newVersions])("%s: an unknown one is refused with the list", (apiVersion) => {
    const list =
      "'WeekToDate','MonthToDate','TheLastMonth','BillingMonthToDate','TheLastBillingMonth','TheLast7Days','Custom'";
    const more = newVersions.includes(apiVersion) ? `${list},'TheCurrentMonth'` : list;

    expect(refusal(world().put("daily", daily(definition({ timeframe: "TheLastWeek" })), { apiVersion }))).toContain(
      `Invalid definition timeframe: 'TheLastWeek'; valid values: ${more}`,
    );
  });

  test.each([...oldVersions, ...newVersions])(
    "%s: TheLast7Days is accepted although no enumeration has it",
    (apiVersion) => {
      expect(refusal(world().put("daily", daily(definition({ timeframe: "TheLast7Days" })), { apiVersion }))).toBe(
        accepted,
      );
    },
  );

  test("TheCurrentMonth is for new versions, with any dataset", () => {
    const sent = daily(definition({ timeframe: "TheCurrentMonth" }));

    expect(refusal(world().put("daily", sent))).toBe(accepted);
    expect(refusal(world().put("daily", sent, old))).toContain("Invalid definition timeframe: 'TheCurrentMonth'");
  });

  test("none is refused", () => {
    expect(refusal(world().put("daily", daily(definition({ timeframe: undefined }))))).toContain(
      "Missing definition timeframe.",
    );
  });

  const pairs: readonly (readonly [string, string])[] = [
    ["MonthToDate", "Monthly"],
    ["TheLastMonth", "Daily"],
  ];
  const pair = (timeframe: string, recurrence: string): Record<string, unknown> =>
    daily({ properties: { definition: { timeframe }, schedule: { recurrence } } });

  test.each(newVersions.flatMap((version) => pairs.map((one) => [version, ...one] as const)))(
    "%s: %s does not fit %s",
    (apiVersion, timeframe, recurrence) => {
      expect(refusal(world().put("daily", pair(timeframe, recurrence), { apiVersion }))).toBe(
        `400 BadRequest: ${failed}Invalid timeframe '${timeframe}' and schedule recurrence '${recurrence}' combination.`,
      );
    },
  );

  test.each(pairs)("old versions take %s with %s", (timeframe, recurrence) => {
    expect(refusal(world().put("daily", pair(timeframe, recurrence), old))).toBe(accepted);
  });

  test.each([
    ["MonthToDate", "Daily"],
    ["MonthToDate", "Weekly"],
    ["TheLastMonth", "Monthly"],
    ["TheLastBillingMonth", "Daily"],
    ["WeekToDate", "Annually"],
  ])("new versions take %s with %s", (timeframe, recurrence) => {
    expect(refusal(world().put("daily", pair(timeframe, recurrence)))).toBe(accepted);
  });
});

describe("a Custom period", () => {
  const custom = (timePeriod: unknown): Record<string, unknown> => oneTime(definition({ timePeriod }));

  test.each([
    ["left out", undefined],
    ["null", null],
    ["without an end", { from: "2025-05-01" }],
    ["without a start", { to: "2025-05-31" }],
  ])("%s is missing", (_, timePeriod) => {
    expect(
      refusal(world().put("once", daily({ properties: { definition: { timeframe: "Custom", timePeriod } } }))),
    ).toBe(`400 BadRequest: ${failed}Missing definition timePeriod; specify a period in the past.`);
  });

  test("in the future is refused", () => {
    expect(refusal(world().put("once", custom({ from: "2025-06-01", to: "2025-06-16" })))).toBe(
      `400 BadRequest: ${failed}Invalid definition timePeriod; 'to' value cannot be in the future.`,
    );
  });

  test("until today's midnight passes, until its last second not", () => {
    expect(refusal(world().put("once", custom({ from: "2025-06-01", to: "2025-06-15T00:00:00Z" })))).toBe(accepted);
    expect(refusal(world().put("once", custom({ from: "2025-06-01", to: "2025-06-15T23:59:59Z" })))).toContain(
      "future",
    );
  });

  test("that ends before it starts is refused", () => {
    expect(refusal(world().put("once", custom({ from: "2025-05-02", to: "2025-05-01" })))).toContain(
      "Invalid definition timePeriod; 'from' value cannot be after 'to' value",
    );
  });

  test("of one day is legal", () => {
    expect(refusal(world().put("once", custom({ from: "2025-05-02", to: "2025-05-02" })))).toBe(accepted);
  });

  test("of an active export passes", () => {
    const sent = daily(definition({ timeframe: "Custom", timePeriod: { from: "2025-05-01", to: "2025-05-31" } }));

    expect(refusal(world().put("daily", sent))).toBe(accepted);
  });

  test("with another time frame is not judged", () => {
    const sent = daily(definition({ timePeriod: { from: "2035-05-01", to: "2035-05-31" } }));

    expect(refusal(world().put("daily", sent))).toBe(accepted);
  });

  test.each([
    ["2023-11-01", "2025-01-01", "2025-04-01", "2025-04-02", "3 months"],
    ["2023-07-01-preview", "2025-01-15", "2025-02-15", "2025-02-16", "1 month"],
    ["2025-03-01", "2025-01-15", "2025-01-31", "2025-02-01", "1 calendar month"],
  ])("%s: of more than the version documents passes, or is refused by switch", (apiVersion, from, last, over, text) => {
    expect(refusal(world().put("once", custom({ from, to: over }), { apiVersion }))).toBe(accepted);
    const strict = world({ customPeriodLimitRefused: true });
    expect(refusal(strict.put("fits", custom({ from, to: last }), { apiVersion }))).toBe(accepted);
    expect(refusal(strict.put("over", custom({ from, to: over }), { apiVersion }))).toContain(`longer than ${text}.`);
  });
});

describe("granularity", () => {
  test("Monthly is for new versions", () => {
    const sent = daily(definition({ dataSet: { granularity: "Monthly" } }));

    expect(refusal(world().put("daily", sent))).toBe(accepted);
    expect(refusal(world().put("daily", sent, old))).toContain("Invalid dataset granularity: 'Monthly'.");
  });

  test("an unknown one is refused", () => {
    expect(refusal(world().put("daily", daily(definition({ dataSet: { granularity: "Hourly" } }))))).toContain(
      "Invalid dataset granularity: 'Hourly'.",
    );
  });

  test("of reservation datasets passes", () => {
    const sent = daily(definition({ type: "ReservationTransactions", dataSet: { granularity: "Daily" } }));

    expect(refusal(world().put("daily", sent, { scope: enrollment }))).toBe(accepted);
  });
});

describe("dataVersion", () => {
  const put = (type: string, dataVersion: string, at: At = {}, agreement?: "EA" | "MCA" | "PAYG"): string =>
    refusal(
      world({}, { agreementOf: () => agreement }).put(
        "daily",
        daily(
          definition({
            type,
            timeframe: type === "PriceSheet" ? "TheCurrentMonth" : "MonthToDate",
            dataSet: { granularity: undefined, configuration: { dataVersion } },
          }),
        ),
        at,
      ),
    );

  test("an unknown one is refused", () => {
    expect(put("PriceSheet", "2023-03-01", { scope: enrollment })).toBe(
      `400 BadRequest: ${failed}Export data version: 2023-03-01 is not supported.`,
    );
    expect(put("ActualCost", "1999-01-01")).toContain("Export data version: 1999-01-01 is not supported.");
  });

  test.each(["1.0-preview(v1)", "1.0", "1.0R2", "1.2-preview"])("FOCUS %s is known", (version) => {
    expect(put("FocusCost", version)).toBe(accepted);
  });

  test("a known agreement narrows the list", () => {
    expect(put("PriceSheet", "2024-08-01", { scope: enrollment })).toContain("is not supported");
    expect(put("PriceSheet", "2024-08-01", { scope: profile })).toBe(accepted);
    expect(put("Usage", "2021-10-01", {}, "PAYG")).toContain("is not supported");
    expect(put("Usage", "2019-11-01", {}, "PAYG")).toBe(accepted);
  });
});
