import { withPathCollisions } from "../../../provider/dynamic/path-collisions";
import { unknown } from "../../../provider/cost-management/unknown";
import { exportResource } from "../../../provider/resources/export";

const [first, second] = ["1", "2"].map((digit) => `/subscriptions/5b1c0de0-3a5e-4c57-8f0e-5a1f0000000${digit}`);
const account = "/subscriptions/x/resourceGroups/finops/providers/Microsoft.Storage/storageAccounts/finopscosts";

interface Changes {
  readonly scope?: unknown;
  readonly exportName?: unknown;
  readonly destination?: Readonly<Record<string, unknown>>;
}

function inputs({ scope = first, exportName = "daily", destination }: Changes = {}): Record<string, unknown> {
  return {
    scope,
    exportName,
    definition: { type: "ActualCost", timeframe: "MonthToDate" },
    deliveryInfo: {
      destination: { resourceId: account, container: "costs", rootFolderPath: "exports", ...destination },
    },
  };
}

/** The warnings about folders that the last of several exports of one process gets. */
function warned(...programs: readonly Record<string, unknown>[]): readonly string[] {
  const resource = withPathCollisions(exportResource);
  const answers = programs.map((program) => resource.check(undefined, program, Date.parse("2026-03-10T12:00:00Z")));
  return (answers.at(-1)?.warnings ?? []).map(({ reason }) => reason).filter((reason) => /overwrite/.test(reason));
}

test("two exports of one name in one folder are warned of, with both scopes, the folder and the cure", () => {
  const [reason, ...others] = warned(inputs(), inputs({ scope: second }));
  expect(others).toEqual([]);
  for (const part of [first, second, '"exports/daily"', "container costs", "another exportName"])
    expect(reason).toContain(part);
});

test.each([
  ["the account's id in another case", { resourceId: account.toUpperCase() }],
  ["slashes at the folder's ends", { rootFolderPath: "/exports/" }],
  [
    "the account by name, with a SAS token",
    { resourceId: undefined, storageAccount: "finopscosts", sasToken: "sig=x" },
  ],
])("the same folder is recognised by %s", (_name, destination) => {
  expect(warned(inputs(), inputs({ scope: second, destination }))).toHaveLength(1);
});

test.each<readonly [string, Changes]>([
  ["name", { exportName: "monthly" }],
  ["folder", { destination: { rootFolderPath: "others" } }],
  ["container", { destination: { container: "others" } }],
  ["account", { destination: { resourceId: account.replace("finopscosts", "others") } }],
  ["folder that is not known yet", { destination: { rootFolderPath: unknown } }],
  ["scope that is not known yet", { scope: unknown }],
])("another %s is no collision", (_name, change) => {
  expect(warned(inputs(), inputs({ scope: second, ...change }))).toEqual([]);
});

test("an export that is checked again does not collide with itself, whatever the spelling of its scope", () => {
  expect(warned(inputs(), inputs(), inputs({ scope: `${String(first).toUpperCase().slice(1)}/` }))).toEqual([]);
});

test("an export that moved to another folder left its old one", () => {
  const moved = inputs({ destination: { rootFolderPath: "moved" } });
  expect(warned(inputs(), moved, inputs({ scope: second }))).toEqual([]);
});

test("each process has a memory of its own", () => {
  warned(inputs());
  expect(warned(inputs({ scope: second }))).toEqual([]);
});
