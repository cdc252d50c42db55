/** Arguments that a component refuses when it is made: JavaScript, `as any` and configuration know no types. */
import * as pulumi from "@pulumi/pulumi";
import { CostExport, ExportAccess, ExportDestination, FinOpsExports } from "../../sdk/components";

const subscription = "/subscriptions/00000000-0000-0000-0000-000000000000";
const account = `${subscription}/resourceGroups/r/providers/Microsoft.Storage/storageAccounts/a`;
const principalId = "99999999-0000-4000-8000-000000000001";
const group = { principalId, principalType: "Group" };
const later = <Value>(value: Value) => pulumi.output(value);

const made: string[] = [];
beforeAll(() =>
  pulumi.runtime.setMocks({
    newResource: ({ type, name, inputs }) => {
      made.push(`${type} ${name}`);
      return { id: type.endsWith("StorageAccount") ? account : name, state: inputs };
    },
    call: () => ({}),
  }),
);

const components = { CostExport, ExportAccess, ExportDestination, FinOpsExports };
type Component = keyof typeof components;

/** As a program without types would. */
const make = (component: Component, args: unknown, name: unknown = "costs") =>
  new components[component](name as string, args as never);

/** The problems, without the line that names the component. */
function problemsOf(component: Component, args: unknown): readonly string[] {
  try {
    make(component, args);
  } catch (error) {
    expect(pulumi.RunError.isInstance(error)).toBe(true);
    const [first, ...rest] = (error as Error).message.split("\n  ");
    expect(first).toBe(`${component} "costs" cannot be made of its arguments:`);
    return rest;
  }
  return [];
}

const refusals: readonly (readonly [Component, unknown, RegExp])[] = [
  // What is no property.
  [
    "CostExport",
    { scope: subscription, rootFolder: "x" },
    /^rootFolder is not .* of CostExport\. Did you mean rootFolderPath\?/,
  ],
  ["CostExport", { scope: subscription, reader: [] }, /^reader is not .*\. Did you mean readers\?/],
  [
    "CostExport",
    { scope: subscription, colour: "red" },
    /^colour is not .*\. It has scope, definition, .* or export\.$/,
  ],
  [
    "CostExport",
    { scope: subscription, destination: { container: "x" } },
    /^destination\.container is not a property of ExportDestination\. Did you mean destination\.containerName\?/,
  ],
  [
    "CostExport",
    { scope: subscription, readers: [{ ...group, objectId: "x" }] },
    /^readers\[0\]\.objectId is not a property of a reader/,
  ],
  [
    "ExportDestination",
    { firewall: { allowed: [] } },
    /^firewall\.allowed is not .* Did you mean firewall\.allowedAddresses\?/,
  ],
  ["FinOpsExports", { scopes: [subscription], definition: {} }, /^definition is not a property of FinOpsExports/],

  // What is of another kind.
  ["CostExport", "focus", /^args is "focus", which is no object\. Write an object with scope/],
  ["CostExport", null, /^args is null, which is no object/],
  ["CostExport", { scope: 5 }, /^scope is 5, which is no scope\. Give the scope whose costs are exported/],
  ["CostExport", { scope: subscription, run: "true" }, /^run is "true", which is no boolean\. Write true or false/],
  ["CostExport", { scope: subscription, export: later({}) }, /^export is an output, but decides/],
  ["CostExport", { scope: subscription, destination: null }, /^destination is null, which is no object/],
  [
    "CostExport",
    { scope: subscription, grantTimeout: "5 minutes" },
    /^grantTimeout is "5 minutes", which is no duration\. Write it as 90s/,
  ],
  [
    "ExportDestination",
    { deleteAfterDays: "90" },
    /^deleteAfterDays is "90", which is no number of days\. Write a whole number without quotes/,
  ],
  ["ExportDestination", { coolAfterDays: -1 }, /^coolAfterDays is -1, which is no number of days/],
  [
    "ExportDestination",
    { accountName: "Costs" },
    /^accountName is "Costs", which is no name of a storage account\. Use 3 to 24/,
  ],
  ["ExportDestination", { containerName: "my_costs" }, /^containerName is "my_costs", which is no name of a container/],
  ["ExportDestination", { firewall: true }, /^firewall is true, which is no object/],
  [
    "ExportDestination",
    { firewall: { allowedAddresses: "203.0.113.7" } },
    /^firewall\.allowedAddresses is "203\.0\.113\.7", which is no list/,
  ],
  [
    "ExportDestination",
    { storageAccountId: `${account}/blobServices/default` },
    /^storageAccountId is ".*", which is no id of a storage account\. Write \/subscriptions\/\{id\}/,
  ],
  [
    "ExportDestination",
    { storageAccountId: account, containerName: "x-y", createContainer: later(false) },
    /^createContainer is an output/,
  ],
  ["ExportAccess", { storageAccountId: "a", containerName: "costs" }, /^storageAccountId is "a", which is no id/],

  // What has few values.
  [
    "CostExport",
    { scope: subscription, grant: "Service" },
    /^grant is "Service", which is none of "service", "account" or "none"\. Did you mean "service"\?/,
  ],
  ["FinOpsExports", { scopes: [subscription], grant: true }, /^grant is true, which is none of .*\. Write one of them/],
  [
    "ExportAccess",
    { storageAccountId: account, containerName: "costs", readers: [{ ...group, principalType: "group" }] },
    /^readers\[0\]\.principalType is "group", .* Did you mean "Group"\?/,
  ],

  // Readers.
  [
    "CostExport",
    { scope: subscription, readers: group },
    /^readers is an object, which is no list\. Write it in brackets/,
  ],
  [
    "CostExport",
    { scope: subscription, readers: [{ principalType: "Group" }] },
    /^readers\[0\]\.principalId is missing\. Give the object id/,
  ],
  [
    "CostExport",
    { scope: subscription, readers: [{ principalId }] },
    /^readers\[0\]\.principalType is missing\. Write "User"/,
  ],
  [
    "CostExport",
    { scope: subscription, readers: [{ ...group, principalId: "anna@example.com" }] },
    /^readers\[0\]\.principalId is "anna@example\.com", which is no object id\. Write the GUID/,
  ],
  [
    "CostExport",
    { scope: subscription, readers: [{ ...group, principalId: later(principalId) }] },
    /^readers\[0\]\.name is missing: .* is an output, .* such as \{ name: "analysts"/,
  ],
  [
    "CostExport",
    { scope: subscription, readers: [group, { ...group, name: "team" }, group] },
    /^readers\[2\] is the same as readers\[0\], "99999999-.*"\. Name each reader once/,
  ],

  // Scopes of a set.
  ["FinOpsExports", undefined, /^scopes is missing\. List the scopes to cover/],
  ["FinOpsExports", { scopes: [] }, /^scopes is an empty list, .* Name a scope, such as/],
  [
    "FinOpsExports",
    { scopes: subscription },
    /^scopes is "\/subscriptions\/.*", which is no list\. Write it in brackets/,
  ],
  ["FinOpsExports", { scopes: later([subscription]) }, /^scopes is an output, but decides which resources are made/],
  ["FinOpsExports", { scopes: [later(subscription)] }, /^scopes\[0\] is an output, which is no scope/],
  [
    "FinOpsExports",
    { scopes: ["/subscriptions/a", "/SUBSCRIPTIONS/A/"] },
    /^scopes\[1\] is the same as scopes\[0\], .* List each scope once: its costs would count twice/,
  ],

  // Backfills.
  [
    "CostExport",
    { scope: subscription, backfill: "2026-01" },
    /^backfill is "2026-01", which is no object\. Write an object with from or to/,
  ],
  [
    "CostExport",
    { scope: subscription, backfill: { from: "2026-01" } },
    /^backfill\.to is missing\. Name the last month/,
  ],
  [
    "CostExport",
    { scope: subscription, backfill: { from: "2026-1", to: "2026-03" } },
    /^backfill\.from is "2026-1", which is no month\. Write it as 2026-03/,
  ],
  [
    "FinOpsExports",
    { scopes: [subscription], backfill: { from: "2026-03", to: "2026-13" } },
    /^backfill\.to is "2026-13", which is no month/,
  ],
  [
    "CostExport",
    { scope: subscription, backfill: { from: "2026-03", to: "2026-01" } },
    /^backfill\.to is "2026-01", which is before backfill\.from, "2026-03"\. Exchange/,
  ],

  // What does not go together.
  [
    "ExportDestination",
    { storageAccountId: account, firewall: {} },
    /^firewall is for a new account, but storageAccountId names an existing one/,
  ],
  ["ExportDestination", { storageAccountId: later(account), location: "westeurope" }, /^location is for a new account/],
  [
    "ExportDestination",
    { createContainer: false, containerName: "costs" },
    /^storageAccountId is missing: createContainer is false/,
  ],
  [
    "ExportDestination",
    { createContainer: false, storageAccountId: account },
    /^containerName is missing: createContainer is false/,
  ],
  [
    "CostExport",
    { scope: subscription, destination: { createContainer: false, storageAccountId: account } },
    /^destination\.containerName is missing: destination\.createContainer is false/,
  ],
  [
    "ExportDestination",
    { coolAfterDays: 90, deleteAfterDays: 90 },
    /^coolAfterDays \(90\) is not before deleteAfterDays \(90\)/,
  ],
  [
    "ExportAccess",
    { storageAccountId: account, containerName: "costs", grant: "account" },
    /^grant is for an export's identity, but exportId is missing/,
  ],
  [
    "CostExport",
    { scope: subscription, grant: "none", grantTimeout: "5m" },
    /^grantTimeout is for grant "service", but grant is "none", which waits for nothing/,
  ],
  [
    "CostExport",
    { scope: subscription, rootFolderPath: "x", export: { deliveryInfo: {} } },
    /^rootFolderPath is replaced by export\.deliveryInfo\. Leave out one/,
  ],
];

test.each(refusals)("%s refuses %j", (component, args, problem) => {
  const before = made.length;
  const problems = problemsOf(component, args);
  expect(problems).toEqual([expect.stringMatching(problem)]);
  expect(made.length).toBe(before);
});

test("all problems of a component are one error, those of its parts too", () => {
  const args = { grants: "none", destination: { accountName: "A", deleteAfterDays: "90" }, readers: [{}], run: 1 };
  expect(problemsOf("CostExport", args).map((problem) => problem.replace(/ .*/, ""))).toEqual([
    "grants",
    "scope",
    "destination.accountName",
    "destination.deleteAfterDays",
    "readers[0].principalId",
    "readers[0].principalType",
    "run",
  ]);
});

test("no arguments at all name what is missing", () => {
  expect(problemsOf("CostExport", undefined)).toEqual([
    "scope is missing. Give the scope whose costs are exported, such as /subscriptions/{subscriptionId}.",
  ]);
  expect(() => make("CostExport", undefined, { scope: subscription })).toThrow(
    /name is an object, which is no name\. Name it first, as in new CostExport\("costs"/,
  );
});

test("another resource in the place of a destination is refused, and the cure is said", () => {
  class Other extends pulumi.ComponentResource {}
  const destination = new Other("test:index:Other", "other");
  expect(problemsOf("CostExport", { scope: subscription, destination })).toEqual([
    expect.stringMatching(
      /^destination is a resource, which is no ExportDestination of this package\. Give one, or what/,
    ),
  ]);
});

test("outputs are let through where a value may be one, and so are promises", () => {
  const args = {
    scope: later(subscription),
    destination: { storageAccountId: Promise.resolve(account), containerName: later("costs"), createContainer: false },
    readers: [{ name: "team", principalId: later(principalId), principalType: later("Group") }],
    grantTimeout: later("5m"),
    backfill: { from: later("2026-01"), to: "2026-03" },
  };
  expect(problemsOf("CostExport", args)).toEqual([]);
});
