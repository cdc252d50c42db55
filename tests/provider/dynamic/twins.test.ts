import { unknown } from "../../../provider/cost-management/unknown";
import { withTwins } from "../../../provider/dynamic/twins";
import { exportResource } from "../../../provider/resources/export";

const scope = "/subscriptions/5b1c0de0-3a5e-4c57-8f0e-5a1f00000001";
const inputs = (changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  scope,
  exportName: "daily",
  definition: { type: "ActualCost", timeframe: "MonthToDate" },
  deliveryInfo: {
    destination: {
      resourceId: `${scope}/resourceGroups/r/providers/Microsoft.Storage/storageAccounts/a`,
      container: "costs",
    },
  },
  ...changes,
});

/** What the last of several checks of one process says of twins; each has the stored inputs of its resource, and its program. */
function said(...checks: readonly (readonly [Record<string, unknown> | undefined, Record<string, unknown>])[]) {
  const resource = withTwins(exportResource);
  const last = checks
    .map(([stored, program]) => resource.check(stored, program, Date.parse("2026-03-10T12:00:00Z")))
    .at(-1);
  const ofTwins = (problems: readonly { readonly reason: string }[] = []) =>
    problems.map(({ reason }) => reason).filter((reason) => /declares the export/.test(reason));
  return { refused: ofTwins(last?.failures), warned: ofTwins(last?.warnings) };
}

const monthly = { definition: { type: "ActualCost", timeframe: "TheLastMonth" } };

test.each([
  ["both new", undefined, undefined],
  ["both deployed", inputs(), inputs(monthly)],
  ["one deployed", inputs(), undefined],
])("one export declared with different values is refused: %s", (_name, first, second) => {
  const { refused, warned } = said(
    [first, inputs()],
    [second, inputs({ ...monthly, scope: `${scope.toUpperCase()}/` })],
  );
  expect(refused).toEqual([
    expect.stringMatching(/exports\/daily twice, with different definition\.timeframe: .*another exportName/),
  ]);
  expect(warned).toEqual([]);
});

test.each([
  ["both new", undefined, undefined],
  ["both deployed", inputs(), inputs()],
  ["the second deployed", undefined, inputs()],
])("with the same values it is warned of: %s", (_name, first, second) => {
  const { refused, warned } = said([first, inputs()], [second, inputs()]);
  expect(refused).toEqual([]);
  expect(warned).toEqual([expect.stringMatching(/twice\. When one of the two is removed/)]);
});

test("one that is replaced is checked twice, and is no twin of itself", () => {
  expect(said([inputs({ exportName: "old" }), inputs()], [undefined, inputs()])).toEqual({ refused: [], warned: [] });
});

test.each([
  ["another name", { exportName: "other" }],
  ["another scope", { scope: "/subscriptions/5b1c0de0-3a5e-4c57-8f0e-5a1f00000002" }],
  ["a name that is not known yet", { exportName: unknown }],
  ["a scope that is not known yet", { scope: unknown }],
])("%s is another export", (_name, change) => {
  expect(said([undefined, inputs()], [undefined, inputs({ ...monthly, ...change })])).toEqual({
    refused: [],
    warned: [],
  });
});

test("what one of them leaves out, or does not know yet, contradicts nothing", () => {
  const { refused } = said(
    [undefined, inputs({ exportDescription: unknown })],
    [undefined, inputs({ exportDescription: "b", format: "Csv" })],
  );
  expect(refused).toEqual([]);
});
