import { Export } from "../../../provider";

test("a signed URL as the name of two exports with one folder is shown in no failure and in no warning", async () => {
  const log = jest.spyOn(console, "log").mockImplementation(() => undefined);
  const inputs = (timeframe: string) => ({
    scope: "/subscriptions/5b1c0de0-3a5e-4c57-8f0e-5a1f00000001",
    exportName: "https://acct.blob.core.windows.net/costs?sig=Zm9vYmFyc2VjcmV0",
    definition: { type: "ActualCost", timeframe },
    deliveryInfo: { destination: { container: "costs", storageAccount: "acct", sasToken: "sv=2024-11-04" } },
  });
  try {
    await Export.check?.({}, inputs("MonthToDate"));
    const checked = await Export.check?.({}, inputs("TheLastMonth"));
    const text = JSON.stringify([checked?.failures, log.mock.calls]);
    expect(text).toMatch(/twice, with different definition\.timeframe/);
    expect(text).toMatch(/warning: export/);
    expect(text).not.toContain("Zm9vYmFyc2VjcmV0");
  } finally {
    log.mockRestore();
  }
});
