import * as fc from "fast-check";
import { isObfuscated, sameAt, sameId, sameValue } from "../../../provider/cost-management/compare";
import { fieldAt, fields, remoteFields } from "../../../provider/cost-management/fields";
import { unknown } from "../../../provider/cost-management/unknown";
import { toLeaf, type Leaf } from "../../../provider/cost-management/values";
import { anyJson, sasToken, storageAccount, subscription, valueFor } from "./kit";

type Row = readonly [path: string, left: Leaf | undefined, right: Leaf | undefined];

describe("means the same", () => {
  test.each<Row>([
    // Ids: answers come without the leading slash (specs#23704), and paths are matched without case.
    ["scope", subscription, subscription.slice(1)],
    ["scope", subscription, `${subscription}/`],
    ["scope", "/providers/Microsoft.Billing/billingAccounts/1", "providers/microsoft.billing/BILLINGACCOUNTS/1/"],
    ["scope", subscription, `/${subscription}`],
    ["deliveryInfo.destination.resourceId", storageAccount, storageAccount.toLowerCase().slice(1)],
    ["exportName", "Daily-Costs", "daily-costs"],
    // Enumerations: clients send other cases, and which one comes back is not known.
    ["definition.type", "PriceSheet", "Pricesheet"],
    ["format", "Csv", "CSV"],
    ["compressionMode", "gzip", "GZip"],
    ["identity.type", "SystemAssigned", "systemAssigned"],
    ["schedule.status", "Inactive", "InActive"],
    ["definition.dataSet.configuration.dataVersion", "1.0-preview(v1)", "1.0-Preview(V1)"],
    // ARM answers the name of a region for its label.
    ["location", "West Europe", "westeurope"],
    ["location", "global", "Global"],
    // Folders: old versions take a leading slash, new ones refuse it; both are one folder.
    ["deliveryInfo.destination.rootFolderPath", "/focus/daily", "focus/daily"],
    ["deliveryInfo.destination.rootFolderPath", "focus/daily/", "focus/daily"],
    ["deliveryInfo.destination.rootFolderPath", "/", undefined],
    // Dates: the service drops an empty fraction and turns an offset to Z.
    ["schedule.recurrencePeriod.from", "2026-12-02T00:00:00.000Z", "2026-12-02T00:00:00Z"],
    ["schedule.recurrencePeriod.from", "2026-12-02T01:00:00+01:00", "2026-12-02T00:00:00Z"],
    ["schedule.recurrencePeriod.from", "2026-12-02", "2026-12-02T00:00:00Z"],
    ["schedule.recurrencePeriod.to", "whenever", "whenever"],
    // Lists are sets.
    ["definition.dataSet.configuration.columns", ["Date", "MeterId"], ["MeterId", "Date"]],
    ["definition.dataSet.configuration.columns", ["Date"], ["date"]],
    ["definition.dataSet.configuration.columns", ["Date", "Date"], ["Date"]],
    [
      "definition.dataSet.configuration.filters",
      [
        { name: "ReservationScope", value: "Single" },
        { name: "ResourceType", value: "RedHat" },
      ],
      [
        { name: "resourceType", value: "redhat" },
        { name: "reservationScope", value: "Single" },
      ],
    ],
    // A token comes back obfuscated, in a form that nobody has recorded.
    ["deliveryInfo.destination.sasToken", sasToken, "?sv=2024-11-04&sig=*****"],
    ["deliveryInfo.destination.sasToken", sasToken, "***"],
    ["deliveryInfo.destination.sasToken", sasToken, sasToken],
    // What the service takes an absent value to be.
    ["deliveryInfo.destination.type", "AzureBlob", undefined],
    ["schedule.status", "Inactive", undefined],
    ["schedule.recurrence", "None", undefined],
    ["format", "csv", undefined],
    ["partitionData", false, undefined],
    ["dataOverwriteBehavior", "CreateNewReport", undefined],
    ["compressionMode", "None", undefined],
    ["identity.type", "None", undefined],
    ["adopt", "if-identical", undefined],
    ["onConflict", "fail", undefined],
    ["timeouts.create", "30m", undefined],
  ])("%s: %j and %j", (path, left, right) => {
    expect(sameAt(path, left, right)).toBe(true);
    expect(sameAt(path, right, left)).toBe(true);
  });

  test.each(fields.map((row) => [row.path]))("%s: not set and not set", (path) => {
    expect(sameAt(path, undefined, undefined)).toBe(true);
  });
});

describe("differs", () => {
  test.each<Row>([
    ["scope", subscription, `${subscription}/resourceGroups/finops`],
    ["exportName", "daily", "monthly"],
    ["definition.type", "ActualCost", "AmortizedCost"],
    ["location", "westeurope", "northeurope"],
    ["deliveryInfo.destination.container", "costs", "Costs"],
    ["deliveryInfo.destination.rootFolderPath", "focus", "Focus"],
    ["deliveryInfo.destination.rootFolderPath", "focus/daily", "focus"],
    ["deliveryInfo.destination.rootFolderPath", "focus", undefined],
    ["schedule.recurrencePeriod.from", "2026-12-02T00:00:00Z", "2026-12-02T00:00:01Z"],
    ["schedule.recurrencePeriod.from", "2026-12-02T00:00:00.007Z", "2026-12-02T00:00:00Z"],
    ["schedule.recurrencePeriod.from", "2026-12-02T00:00:00Z", undefined],
    ["definition.dataSet.configuration.columns", ["Date"], ["Date", "MeterId"]],
    ["definition.dataSet.configuration.columns", ["Date"], undefined],
    [
      "definition.dataSet.configuration.filters",
      [{ name: "ReservationScope", value: "Single" }],
      [{ name: "ReservationScope", value: "Shared" }],
    ],
    ["definition.dataSet.configuration.filters", [{ name: "a=b", value: "c" }], [{ name: "a", value: "b=c" }]],
    ["deliveryInfo.destination.sasToken", sasToken, sasToken.replaceAll("a", "b")],
    ["deliveryInfo.destination.sasToken", sasToken, undefined],
    ["exportDescription", "costs", "Costs"],
    ["definition.dataSet.granularity", "Daily", undefined],
    ["partitionData", true, undefined],
    ["format", "Parquet", undefined],
    ["schedule.status", "Active", undefined],
  ])("%s: %j and %j", (path, left, right) => {
    expect(sameAt(path, left, right)).toBe(false);
    expect(sameAt(path, right, left)).toBe(false);
  });

  test.each(fields.map((row) => [row.path]))("%s: an unknown value and anything, even another unknown one", (path) => {
    const others: readonly (Leaf | undefined)[] = [unknown, fieldAt(path).default, "text", undefined];
    for (const other of others) {
      expect(sameAt(path, unknown, other)).toBe(false);
      expect(sameAt(path, other, unknown)).toBe(false);
    }
  });
});

describe("an obfuscated SAS token", () => {
  test.each([
    "?sv=2024&sig=***",
    "sig=",
    "",
    "sv=2024-11-04&se=2027-01-01",
    "?sv=2024&sig=abc%3D",
    "?mysig=" + "a".repeat(43),
  ])("%j is one", (token) => {
    expect(isObfuscated(token)).toBe(true);
  });

  test.each([sasToken, sasToken.slice(1), `?sig=${"Z0/+".repeat(11)}&sv=2024`])("%j is none", (token) => {
    expect(isObfuscated(token)).toBe(false);
  });
});

test("ids are compared without case, and without slashes at either end or doubled", () => {
  expect(sameId("/Subscriptions/A//resourceGroups/B/", "subscriptions/a/resourcegroups/b")).toBe(true);
  expect(sameId("/subscriptions/a", "/subscriptions/a/b")).toBe(false);
});

test("each value of each field means the same as itself", () => {
  fc.assert(
    fc.property(
      fc
        .constantFrom(...fields)
        .chain((row) => valueFor(row, "2025-03-01").map((value) => [row, toLeaf(value)] as const)),
      ([row, value]) => {
        expect(sameValue(row, value, value)).toBe(true);
      },
    ),
  );
});

test("whatever a field is given, the comparison answers, and both ways round the same", () => {
  fc.assert(
    fc.property(fc.constantFrom(...remoteFields), anyJson, anyJson, (row, one, other) => {
      const left = toLeaf(one);
      const right = toLeaf(other);
      expect(sameValue(row, left, right)).toBe(sameValue(row, right, left));
    }),
    { numRuns: 2000 },
  );
});
