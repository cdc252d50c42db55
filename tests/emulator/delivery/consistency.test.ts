/** The datasets tell of one world: their totals, ids and days agree, as DuckDB adds them up. */
import { readFileSync } from "node:fs";
import {
  deliver,
  enrollmentScope,
  ofDataset,
  openReader,
  rawOf,
  runId,
  subscriptionScope,
  temporaryFolder,
} from "./kit";
import type { Delivered, Reader } from "./kit";

jest.setTimeout(60_000);

let reader: Reader;
let folder: ReturnType<typeof temporaryFolder>;
let count = 0;
beforeAll(async () => {
  reader = await openReader();
  folder = temporaryFolder();
});
afterAll(() => {
  reader.close();
  folder.remove();
});

const snappy = { format: "Parquet", compressionMode: "snappy" } as const;
const delivered = (patch: Parameters<typeof deliver>[1]): Promise<Delivered> =>
  deliver(folder.path, { container: `exports-${++count}`, ...patch });
const runOf = (from: string, to: string, submittedTime = "2025-12-31T12:00:00Z") => ({
  run: { id: runId, submittedTime, executionType: "OnDemand", from, to },
});
const table = async (patch: Parameters<typeof deliver>[1]): Promise<string> =>
  rawOf((await delivered({ ...snappy, ...patch })).files);
const actual = (): Promise<string> => table(ofDataset("ActualCost", "2021-10-01"));
const amortized = (): Promise<string> => table(ofDataset("AmortizedCost", "2021-10-01"));
const focus = (): Promise<string> => table(ofDataset("FocusCost", "1.0"));

test("the same seed gives the same bytes, another seed others", async () => {
  const bytes = async (seed: number, format: object): Promise<Buffer> => {
    const { files } = await delivered({ ...format, seed });
    return readFileSync(files[0] ?? "");
  };
  for (const format of [{}, { compressionMode: "gzip" }, snappy]) {
    const first = await bytes(7, format);
    expect((await bytes(7, format)).equals(first)).toBe(true);
    expect((await bytes(8, format)).equals(first)).toBe(false);
  }
});

test("a day is the same in every run that has it", async () => {
  const month = await table({});
  const days = await table(runOf("2025-03-10", "2025-03-12"));
  expect(await reader.query(`FROM ${days} EXCEPT ALL FROM ${month}`)).toEqual([]);
  expect(await reader.value(`SELECT count(*) FROM ${days}`)).toBe(
    await reader.value(`SELECT count(*) FROM ${month} WHERE Date BETWEEN '2025-03-10' AND '2025-03-12'`),
  );
});

test("a cost is its quantity times its price, in every dataset", async () => {
  const off = (cost: string, price: string, quantity = "Quantity"): string =>
    `abs(${cost} - (${quantity}::DOUBLE * ${price}::DOUBLE)) > 1e-6`;
  for (const [rows, wrong] of [
    [await actual(), off("CostInBillingCurrency", "EffectivePrice")],
    [await amortized(), off("CostInBillingCurrency", "EffectivePrice")],
    [
      await focus(),
      [
        off("EffectiveCost", "x_EffectiveUnitPrice", "PricingQuantity"),
        off("BilledCost", "x_BilledUnitPrice", "PricingQuantity"),
        `(CommitmentDiscountStatus IS DISTINCT FROM 'Unused' AND ${off("ContractedCost", "ContractedUnitPrice", "PricingQuantity")})`,
      ].join(" OR "),
    ],
  ] as const)
    expect(await reader.query(`FROM ${rows} WHERE ${wrong}`)).toEqual([]);
});

test("FOCUS comes to the actual cost as billed and to the amortized cost as effective, day by day", async () => {
  const days = (rows: string, column: string, day: string): Promise<readonly unknown[]> =>
    reader.query(`SELECT ${day}::DATE AS day, sum(${column}) AS total FROM ${rows} GROUP BY 1 ORDER BY 1`);
  const rows = await focus();
  const billed = await days(rows, "BilledCost", "ChargePeriodStart");
  expect(billed).toHaveLength(31);
  expect(billed).toEqual(await days(await actual(), "CostInBillingCurrency", "Date"));
  expect(await days(rows, "EffectiveCost", "ChargePeriodStart")).toEqual(
    await days(await amortized(), "CostInBillingCurrency", "Date"),
  );
});

test("usage is the actual cost without its purchases", async () => {
  const usage = await table(ofDataset("Usage", "2021-10-01"));
  expect(await reader.value(`SELECT sum(CostInBillingCurrency) FROM ${usage}`)).toBe(
    await reader.value(`SELECT sum(CostInBillingCurrency) FROM ${await actual()} WHERE ChargeType = 'Usage'`),
  );
});

test("over its term a reservation costs the same as bought and as spread, used or not", async () => {
  // Two years hold a whole term of every reservation of one year; one of three years is found in four more.
  const whole = { ...snappy, size: 13, subscriptions: ["11111111-1111-4111-8111-111111111111"] };
  const purchases: string[] = [];
  const spread: string[] = [];
  for (const year of [2019, 2020, 2021, 2022, 2023, 2024]) {
    const window = runOf(`${year}-01-01`, `${year}-12-31`);
    const common = { ...whole, ...window };
    purchases.push(...(await delivered({ ...common, ...ofDataset("ActualCost", "2021-10-01") })).files);
    spread.push(...(await delivered({ ...common, ...ofDataset("AmortizedCost", "2021-10-01") })).files);
  }
  const totals = await reader.query(`
    WITH bought AS (SELECT ProductOrderId AS id, Term, sum(CostInBillingCurrency) AS paid, count(*) AS payments
      FROM ${rawOf(purchases)} WHERE ChargeType = 'Purchase' AND ProductOrderId IS NOT NULL GROUP BY ALL),
    used AS (SELECT ProductOrderId AS id, sum(CostInBillingCurrency) AS spread, count(DISTINCT Date) AS days
      FROM ${rawOf(spread)} WHERE ProductOrderId IS NOT NULL GROUP BY ALL)
    SELECT Term AS term, payments, paid, spread FROM bought JOIN used USING (id)
    WHERE days >= Term::INT * 365 / 12 ORDER BY 1, 2`);
  expect(new Set(totals.map(({ term, payments }) => `${String(term)} ${String(payments)}`))).toEqual(
    new Set(["12 1", "36 36"]),
  );
  for (const { paid, spread: amount } of totals) expect(amount).toBe(paid);
});

test("a purchase stands in the actual cost only, what lies idle in the amortized cost only", async () => {
  const kinds = async (rows: string): Promise<readonly unknown[]> =>
    (await reader.query(`SELECT DISTINCT ChargeType || ' ' || PricingModel AS kind FROM ${rows} ORDER BY 1`)).map(
      ({ kind }) => kind,
    );
  expect(await kinds(await actual())).toEqual([
    "Purchase OnDemand",
    "Purchase Reservation",
    "Usage OnDemand",
    "Usage Reservation",
  ]);
  expect(await kinds(await amortized())).toEqual([
    "Purchase OnDemand",
    "UnusedReservation Reservation",
    "Usage OnDemand",
    "Usage Reservation",
  ]);
});

test("reservation details name the reservations, resources and hours of the amortized cost", async () => {
  const details = await table(ofDataset("ReservationDetails"));
  const cost = await amortized();
  expect(
    await reader.query(`
      SELECT UsageDate, ReservationId, InstanceId, UsedHours FROM ${details} EXCEPT
      SELECT Date, ReservationId, ResourceId, Quantity FROM ${cost} WHERE ChargeType = 'Usage'`),
  ).toEqual([]);
  // What was reserved is what was used and what was not.
  expect(
    await reader.query(`
      WITH hours AS (SELECT Date, ReservationId, sum(Quantity) AS hours FROM ${cost}
        WHERE ReservationId IS NOT NULL AND ChargeType <> 'Purchase' GROUP BY ALL)
      SELECT * FROM hours JOIN ${details} AS d ON d.UsageDate = hours.Date AND d.ReservationId = hours.ReservationId
      WHERE hours <> ReservedHours`),
  ).toEqual([]);
});

test("reservation transactions are the purchases of the actual cost", async () => {
  const transactions = await table(ofDataset("ReservationTransactions"));
  const bought = `FROM ${await actual()} WHERE ChargeType = 'Purchase' AND PricingModel = 'Reservation'`;
  const payments = await reader.query(
    `SELECT EventDate AS day, ReservationOrderId AS id, Amount AS amount FROM ${transactions} ORDER BY ALL`,
  );
  expect(payments.length).toBeGreaterThan(2);
  expect(payments).toEqual(
    await reader.query(
      `SELECT Date AS day, ProductOrderId AS id, CostInBillingCurrency AS amount ${bought} ORDER BY ALL`,
    ),
  );
});

test("the price sheet has the meter and the unit price of all that was used", async () => {
  const prices = await table(ofDataset("PriceSheet"));
  expect(
    await reader.query(`
      SELECT DISTINCT MeterId, UnitPrice, PartNumber, UnitOfMeasure FROM ${await actual()} WHERE ChargeType = 'Usage' EXCEPT
      SELECT MeterID, UnitPrice, PartNumber, UnitOfMeasure FROM ${prices} WHERE PriceType = 'Consumption'`),
  ).toEqual([]);
});

test("reservation prices of EA stand in the current month's sheet only", async () => {
  const reserved = async (submitted: string): Promise<unknown> => {
    const rows = await table({ ...ofDataset("PriceSheet"), ...runOf("2025-03-01", "2025-03-31", submitted) });
    return reader.value(`SELECT count(*) FROM ${rows} WHERE PriceType = 'ReservedInstance'`);
  };
  expect(Number(await reserved("2025-03-02T00:00:00Z"))).toBeGreaterThan(0);
  expect(await reserved("2025-04-02T00:00:00Z")).toBe("0");
});

test("a narrower scope shows a part of what a wider one shows", async () => {
  const subscription = "22222222-2222-4222-8222-222222222222";
  const wide = await table({
    ...ofDataset("ActualCost", "2021-10-01"),
    scope: enrollmentScope,
    subscriptions: [subscription, "33333333-3333-4333-8333-333333333333"],
  });
  const narrow = await table({ ...ofDataset("ActualCost", "2021-10-01"), scope: `/subscriptions/${subscription}` });
  const group = await table({
    ...ofDataset("ActualCost", "2021-10-01"),
    scope: `/subscriptions/${subscription}/resourceGroups/rg-data`,
  });
  const cells = "ResourceId, Date, MeterId, Quantity, CostInBillingCurrency, SubscriptionId";
  for (const [part, whole] of [
    [narrow, wide],
    [group, narrow],
  ])
    expect(await reader.query(`SELECT ${cells} FROM ${part} EXCEPT ALL SELECT ${cells} FROM ${whole}`)).toEqual([]);
  expect(await reader.query(`SELECT DISTINCT SubscriptionId, ResourceGroup FROM ${group}`)).toEqual([
    { SubscriptionId: subscription, ResourceGroup: "rg-data" },
  ]);
});

test("a resource group that no catalogue knows has charges too", async () => {
  const rows = await table({ scope: `${subscriptionScope}/resourceGroups/somebody-elses` });
  expect(await reader.query(`SELECT DISTINCT ResourceGroup FROM ${rows}`)).toEqual([
    { ResourceGroup: "somebody-elses" },
  ]);
});

test("monthly rows add up to the daily ones", async () => {
  const monthly = async (type: string): Promise<string> =>
    table({
      definition: {
        type,
        timeframe: "TheLastMonth",
        dataSet: { granularity: "Monthly", configuration: { dataVersion: "2021-10-01" } },
      },
      ...runOf("2025-02-01", "2025-03-31"),
    });
  const daily = async (type: string): Promise<string> =>
    table({ ...ofDataset(type, "2021-10-01"), ...runOf("2025-02-01", "2025-03-31") });
  const sums = (rows: string): Promise<readonly unknown[]> =>
    reader.query(`SELECT date_trunc('month', Date)::DATE AS month, ResourceId, MeterId, ReservationId,
      sum(Quantity) AS quantity, sum(CostInBillingCurrency) AS cost FROM ${rows} GROUP BY ALL ORDER BY ALL`);
  for (const type of ["ActualCost", "AmortizedCost"]) {
    const rows = await monthly(type);
    expect(await sums(rows)).toEqual(await sums(await daily(type)));
    expect(await reader.query(`SELECT DISTINCT Date::DATE::VARCHAR AS day FROM ${rows} ORDER BY 1`)).toEqual([
      { day: "2025-02-01" },
      { day: "2025-03-01" },
    ]);
  }
});

test("every charge lies in its billing month", async () => {
  const rows = await table({ ...ofDataset("FocusCost", "1.2-preview"), ...runOf("2025-02-01", "2025-04-30") });
  expect(
    await reader.query(`FROM ${rows} WHERE ChargePeriodStart < BillingPeriodStart OR ChargePeriodEnd > BillingPeriodEnd
      OR BillingPeriodEnd <> BillingPeriodStart + INTERVAL 1 MONTH`),
  ).toEqual([]);
});

test("an idle reservation has no subscription: nothing on the new generation, zeros on the old", async () => {
  const of = async (generation: "old" | "new"): Promise<readonly unknown[]> => {
    const { files } = await delivered({ ...ofDataset("AmortizedCost"), generation });
    return reader.query(
      `SELECT DISTINCT SubscriptionId AS id FROM ${rawOf(files)} WHERE ChargeType = 'UnusedReservation'`,
    );
  };
  expect(await of("new")).toEqual([{ id: null }]);
  expect(await of("old")).toEqual([{ id: "00000000-0000-0000-0000-000000000000" }]);
});

test("filters choose among the recommendations, in any case", async () => {
  const of = async (filters: readonly { name: string; value: string }[]): Promise<string> =>
    table({
      definition: {
        type: "ReservationRecommendations",
        timeframe: "MonthToDate",
        dataSet: { configuration: { filters } },
      },
    });
  const some = await of([
    { name: "reservationScope", value: "single" },
    { name: "LookBackPeriod", value: "Last30Days" },
    { name: "ResourceType", value: "virtualmachines" },
  ]);
  expect(await reader.query(`SELECT DISTINCT Scope, LookBackPeriod, ResourceType FROM ${some}`)).toEqual([
    { Scope: "Single", LookBackPeriod: "Last30Days", ResourceType: "VirtualMachines" },
  ]);
  expect(await reader.value(`SELECT count(DISTINCT LookBackPeriod) FROM ${await of([])}`)).toBe("3");
});

describe("a run delivers nothing", () => {
  test.each([
    ["for a month before the first charge", { ...runOf("2020-05-01", "2020-05-31"), emptyBefore: "2020-06-01" }],
    ["for a month that has not begun", runOf("2026-01-01", "2026-01-31")],
    ["where a file has no row", { ...ofDataset("ReservationDetails"), agreement: "PAYG" as const }],
  ])("%s", async (_, patch) => {
    const run = await delivered(patch);
    expect(run).toEqual({ status: "DataNotAvailable", blobs: [], files: [], rowCount: 0, byteCount: 0 });
  });

  test("before the first charge in a month that has some: the days after it are there", async () => {
    const rows = await table({ emptyBefore: "2025-03-15" });
    expect(await reader.value(`SELECT min(Date)::DATE::VARCHAR FROM ${rows}`)).toBe("2025-03-15");
  });

  test("for days after the run was asked for", async () => {
    const rows = await table(runOf("2025-03-01", "2025-03-31", "2025-03-20T08:00:00Z"));
    expect(await reader.value(`SELECT max(Date)::DATE::VARCHAR FROM ${rows}`)).toBe("2025-03-20");
  });
});
