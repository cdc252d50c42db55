/** The reads of exports that programs call, against the emulator. */
import { startEmulator, type Emulator } from "../../../emulator";
import { readExport, readExports } from "../../../provider/functions/exports";
import { callerOf } from "./kit";

const subscription = "/subscriptions/11111111-1111-1111-1111-111111111111";
const account = "/providers/Microsoft.Billing/billingAccounts/1:2_2019-05-31";
const destination = {
  container: "costs",
  resourceId: `${subscription}/resourceGroups/r/providers/Microsoft.Storage/storageAccounts/a`,
};
const body = {
  properties: { definition: { type: "Usage", timeframe: "MonthToDate" }, deliveryInfo: { destination } },
};

let emulator: Emulator;
beforeEach(async () => {
  emulator = await startEmulator();
});
afterEach(() => emulator.close());

/** Problems 23 and 24: other tools' lists at these scopes are empty. */
test.each([
  ["subscription", subscription],
  ["resource group", `${subscription}/resourceGroups/finops`],
  ["management group", "/providers/Microsoft.Management/managementGroups/root"],
  ["billing account", account],
  ["department", "/providers/Microsoft.Billing/billingAccounts/123456/departments/4711"],
  ["enrollment account", "/providers/Microsoft.Billing/billingAccounts/123456/enrollmentAccounts/815"],
  ["billing profile", `${account}/billingProfiles/ABCD`],
  ["invoice section", `${account}/billingProfiles/ABCD/invoiceSections/EFGH`],
  ["customer", `${account}/customers/22222222-2222-2222-2222-222222222222`],
])("lists the exports of a %s, of both generations", async (_kind, scope) => {
  const id = (name: string) => `${scope}/providers/Microsoft.CostManagement/exports/${name}`;
  emulator.control.exports.put(id("older"), body, "2023-11-01");
  emulator.control.exports.put(id("newer"), body, "2025-03-01");
  const found = await readExports({ scope }, undefined, callerOf(emulator));
  expect(found.map((one) => one["id"]).sort()).toEqual([id("newer"), id("older")]);
  const one = await readExport({ scope, exportName: "newer" }, undefined, callerOf(emulator));
  expect(one).toMatchObject({ id: id("newer"), definition: { type: "Usage" } });
});

test("an export that hides from an older version is told of, with the cure", async () => {
  emulator.control.exports.put(`${subscription}/providers/Microsoft.CostManagement/exports/newer`, body, "2025-03-01");
  const old = { scope: subscription, exportName: "newer", apiVersion: "2023-11-01" };
  await expect(readExport(old, undefined, callerOf(emulator))).rejects.toThrow(
    /hidden from 2023-11-01\. Set apiVersion to 2025-03-01/,
  );
  expect(await readExports({ scope: subscription, apiVersion: "2023-11-01" }, undefined, callerOf(emulator))).toEqual(
    [],
  );
});
