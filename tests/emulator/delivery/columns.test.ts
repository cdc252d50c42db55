/** The columns of every file: how many, which, in which order, and that something is known of each. */
import { knownVersions, schemaOf } from "../../../emulator/delivery";
import type { Agreement } from "../../../emulator/delivery";
import type { Dataset } from "../../../provider/cost-management/datasets";
import { deliver, ofDataset, openReader, rawOf, subscriptionScope, temporaryFolder } from "./kit";
import type { Reader } from "./kit";

const namesOf = (dataset: Dataset, agreement: Agreement, dataVersion?: string, generation: "old" | "new" = "new") =>
  schemaOf({ dataset, agreement, dataVersion, generation }).columns.map(({ name }) => name);

test.each<[Dataset, Agreement, string, number]>([
  ["ActualCost", "EA", "2024-08-01", 57],
  ["ActualCost", "EA", "2023-12-01-preview", 55],
  ["ActualCost", "EA", "2021-10-01", 55],
  ["ActualCost", "EA", "2021-01-01", 53],
  ["ActualCost", "EA", "2020-01-01", 52],
  ["ActualCost", "EA", "2019-10-01", 27],
  ["ActualCost", "MCA", "2023-12-01-preview", 65],
  ["ActualCost", "MCA", "2021-10-01", 65],
  ["ActualCost", "MCA", "2021-01-01", 62],
  ["ActualCost", "MCA", "2019-11-01", 60],
  ["ActualCost", "MCA", "2019-10-01", 60],
  ["ActualCost", "MPA", "2023-12-01-preview", 70],
  ["ActualCost", "MPA", "2021-01-01", 67],
  ["ActualCost", "MPA", "2019-11-01", 66],
  ["ActualCost", "CSP", "2023-12-01-preview", 56],
  ["ActualCost", "CSP", "2021-01-01", 53],
  ["ActualCost", "CSP", "2019-11-01", 52],
  ["Usage", "PAYG", "2019-11-01", 24],
  ["FocusCost", "EA", "1.0", 96],
  ["FocusCost", "EA", "1.0r2", 96],
  ["FocusCost", "EA", "1.2-preview", 105],
  ["FocusCost", "EA", "1.2", 104],
  ["FocusCost", "EA", "1.0-preview(v1)", 94],
  ["PriceSheet", "EA", "2023-05-01", 23],
  ["PriceSheet", "MCA", "2023-05-01", 25],
  ["ReservationDetails", "EA", "2023-03-01", 11],
  ["ReservationRecommendations", "EA", "2023-05-01", 17],
  ["ReservationRecommendations", "MCA", "2023-05-01", 17],
  ["ReservationTransactions", "EA", "2023-05-01", 23],
  ["ReservationTransactions", "MCA", "2023-05-01", 20],
])("%s of %s has in version %s %i columns, each once", (dataset, agreement, version, count) => {
  const found = namesOf(dataset, agreement, version);
  expect(found).toHaveLength(count);
  expect(new Set(found).size).toBe(count);
});

test("exports of the old generation have the columns of the file that was observed, under EA", () => {
  const old = namesOf("ActualCost", "EA", undefined, "old");
  expect(old).toHaveLength(55);
  expect(old.slice(0, 3)).toEqual(["BillingAccountId", "BillingAccountName", "BillingPeriodStartDate"]);
  expect(old).toEqual(expect.arrayContaining(["Product", "Cost", "BillingCurrency", "InvoiceSection"]));
});

test("FOCUS columns are in alphabetical order, the x_ columns last", () => {
  for (const version of knownVersions("FocusCost", "EA")) {
    const found = namesOf("FocusCost", "EA", version);
    expect(found).toEqual(
      [...found].sort((a, b) => Number(a.startsWith("x_")) - Number(b.startsWith("x_")) || (a < b ? -1 : 1)),
    );
  }
});

test("an unset version is the latest, an unknown one the latest before it", () => {
  expect(schemaOf({ dataset: "ActualCost", agreement: "EA", generation: "new" }).dataVersion).toBe("2024-08-01");
  const known = (dataVersion: string): string =>
    schemaOf({ dataset: "ActualCost", agreement: "EA", generation: "new", dataVersion }).dataVersion;
  expect([known("2030-01-01"), known("2021-06-01"), known("2010-01-01")]).toEqual([
    "2024-08-01",
    "2021-01-01",
    "2019-10-01",
  ]);
});

test("partners' price and reservation files are those of MCA", () => {
  for (const dataset of ["PriceSheet", "ReservationTransactions"] as const)
    expect(namesOf(dataset, "MPA")).toEqual(namesOf(dataset, "MCA"));
  expect(namesOf("ReservationRecommendations", "MCA")).toContain("Cost With No ReservedInstances");
});

test("a partner's file at a subscription is that of its customer", async () => {
  const { path, remove } = temporaryFolder();
  const reader: Reader = await openReader();
  const header = async (container: string, patch: Parameters<typeof deliver>[1]): Promise<number> => {
    const { files } = await deliver(path, { ...patch, container, agreement: "MPA", size: 2 });
    return (await reader.query(`DESCRIBE SELECT * FROM ${rawOf(files)}`)).length;
  };
  try {
    expect(await header("above", {})).toBe(70);
    expect(await header("below", { scope: subscriptionScope })).toBe(56);
  } finally {
    reader.close();
    remove();
  }
});

test("the columns of the old generation are what was asked for, in that order, under the file's names", async () => {
  const { path, remove } = temporaryFolder();
  const reader: Reader = await openReader();
  try {
    const columns = ["costInBillingCurrency", "Date", "InstanceId", "NoSuchColumn", "Date"];
    const { files, rowCount } = await deliver(path, {
      generation: "old",
      definition: { type: "Usage", timeframe: "MonthToDate", dataSet: { configuration: { columns } } },
    });
    const header = await reader.query(`DESCRIBE SELECT * FROM ${rawOf(files)}`);
    expect(header.map(({ column_name: name }) => name)).toEqual(["Cost", "Date", "ResourceId"]);
    expect(rowCount).toBe(3 * 24 * 31);
    const all = await deliver(path, { ...ofDataset("ActualCost"), generation: "old", container: "all-columns" });
    expect(await reader.query(`DESCRIBE SELECT * FROM ${rawOf(all.files)}`)).toHaveLength(55);
  } finally {
    reader.close();
    remove();
  }
});
