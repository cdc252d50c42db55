import { validate } from "../../../provider/cost-management/validate";

const scope = "/subscriptions/5b1c0de0-3a5e-4c57-8f0e-5a1f00000001";
const signature = "Zm9vYmFy/c2VjcmV0%2Bc2ln%3D";
const signed = `https://acct.blob.core.windows.net/costs?sv=2024-11-04&sig=${signature}`;

/** What is said of an export whose destination, or another part, is this. */
function said(destination: object, others: object = {}) {
  const inputs = {
    scope,
    exportName: "daily",
    definition: { type: "ActualCost", timeframe: "MonthToDate" },
    deliveryInfo: {
      destination: {
        resourceId: `${scope}/resourceGroups/r/providers/Microsoft.Storage/storageAccounts/acct`,
        container: "costs",
        ...destination,
      },
    },
    ...others,
  };
  const { failures, warnings } = validate(inputs, undefined, Date.parse("2026-03-10T12:00:00Z"));
  return { failures, all: [...failures, ...warnings].map(({ reason }) => reason).join("\n") };
}

test.each([
  ["deliveryInfo.destination.container", { container: signed }, {}],
  ["deliveryInfo.destination.resourceId", { resourceId: signed }, {}],
  ["deliveryInfo.destination.rootFolderPath", { rootFolderPath: `focus?sig=${signature}` }, {}],
  ["exportName", {}, { exportName: signed }],
  ["scope", {}, { scope: signed }],
  ["format", {}, { format: signed }],
])("a signed URL as %s is refused with its cure, and not shown in any spelling", (property, destination, others) => {
  const { failures, all } = said(destination, others);
  expect(failures.map((failure) => failure.property)).toContain(property);
  expect(all).toMatch(/holds a SAS token or a signed URL.*at deliveryInfo\.destination\.sasToken/);
  expect(all.toLowerCase().replace(/[^a-z0-9]/g, "")).not.toContain("zm9vymfyc2vjcmv0");
});

test("a token at its own place leaves what is said of other fields as it is", () => {
  const { all } = said({ sasToken: `sv=2024-11-04&sig=${signature}`, container: "Costs" });
  expect(all).toMatch(/"Costs" is no container name.*such as "costs"/);
  expect(all).not.toMatch(/holds a SAS token/);
});
