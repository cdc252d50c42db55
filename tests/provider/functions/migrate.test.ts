/** What other tools remember of an export, in our arguments. The states are as azure-native 2 and 3, Terraform and azurerm 4 write them. */
import { driftOf, fromAzureNative, fromAzurerm, readState } from "../../../provider/functions/migrate";
import { exportResource } from "../../../provider/resources/export";
import type { PlainObject } from "../../../provider/resources/resource";

const subscription = "/subscriptions/12345678-1234-9876-4563-123456789012";
const account = `${subscription}/resourceGroups/example-resources/providers/Microsoft.Storage/storageAccounts/example`;
const now = Date.parse("2026-12-01T10:00:00Z");

/** The example of azure-native's documentation, as a deployed stack has it. */
const native = {
  definition: {
    dataSet: {
      configuration: { columns: ["Date", "MeterId", "ResourceId", "ResourceLocation", "Quantity"] },
      granularity: "Daily",
    },
    timeframe: "MonthToDate",
    type: "ActualCost",
  },
  deliveryInfo: { destination: { container: "exports", resourceId: account, rootFolderPath: "ad-hoc" } },
  exportName: "TestExport",
  format: "Csv",
  schedule: {
    recurrence: "Weekly",
    recurrencePeriod: { from: "2020-06-01T00:00:00Z", to: "2030-10-31T00:00:00Z" },
    status: "Active",
  },
  scope: "providers/Microsoft.Billing/billingAccounts/123456",
};

/** Checked as a takeover is: the export exists, so its start may lie in the past. */
const accepted = (args: PlainObject) => exportResource.check(args, args, now).failures;

describe("azure-native", () => {
  test("inputs are ours but for the eTag", () => {
    const { args, remarks } = fromAzureNative({ ...native, eTag: '"1d4ff9fe66f1d10"' });
    expect(args).toEqual(native);
    expect(remarks).toEqual([]);
    expect(accepted(args)).toEqual([]);
  });

  test("older api-versions become the newest of their generation, newer ones need no saying", () => {
    const versionOf = (version: string) => fromAzureNative(native, version).args["apiVersion"];
    for (const version of ["2019-11-01", "2020-06-01", "2023-03-01", "2023-04-01-preview", "2023-08-01", "2024-08-01"])
      expect([version, versionOf(version)]).toEqual([version, "2023-11-01"]);
    for (const version of ["2023-07-01-preview", "2024-10-01-preview", "2025-03-01", "2027-01-01"])
      expect([version, versionOf(version)]).toEqual([version, undefined]);
  });

  test("what we cannot say is left out, with the reason", () => {
    const { args, remarks } = fromAzureNative({
      ...native,
      identity: { type: "SystemAssigned" },
      location: "global",
      deliveryInfo: { destination: { ...native.deliveryInfo.destination, fabricWorkspace: "x" } },
    });
    expect(args).toMatchObject({ identity: { type: "SystemAssigned" }, deliveryInfo: native.deliveryInfo });
    expect(remarks).toEqual([expect.stringMatching(/fabricWorkspace/)]);
  });

  const stack = (...resources: object[]) =>
    JSON.stringify({
      version: 3,
      deployment: {
        manifest: { time: "2026-11-30T10:00:00Z", magic: "", version: "v3.274.1" },
        resources: [
          {
            urn: "urn:pulumi:dev::finops::pulumi:pulumi:Stack::finops-dev",
            custom: false,
            type: "pulumi:pulumi:Stack",
          },
          ...resources,
        ],
      },
    });
  const resource = (type: string, extra: object = {}) => ({
    urn: `urn:pulumi:dev::finops::${type}::costs`,
    custom: true,
    id: `/${native.scope}/providers/Microsoft.CostManagement/exports/TestExport`,
    type,
    inputs: native,
    outputs: { ...native, azureApiVersion: "2024-08-01", eTag: '"1d4ff9fe66f1d10"', name: "TestExport", type: "x" },
    parent: "urn:pulumi:dev::finops::pulumi:pulumi:Stack::finops-dev",
    ...extra,
  });

  test.each([
    ["azure-native:costmanagement:Export", "2023-11-01"],
    ["azure-native:costmanagement/v20230801:Export", "2023-11-01"],
    ["azure-native:costmanagement/v20230701preview:Export", undefined],
    ["azure-native_costmanagement_v20250301:costmanagement:Export", undefined],
  ])("a stack's %s is found", (type, apiVersion) => {
    const found = readState("azure-native", stack(resource(type), resource("azure-native:storage:StorageAccount")));
    expect(found).toEqual([
      {
        args: apiVersion === undefined ? native : { ...native, apiVersion },
        remarks: [],
        id: "/providers/Microsoft.Billing/billingAccounts/123456/providers/Microsoft.CostManagement/exports/TestExport",
        address: `urn:pulumi:dev::finops::${type}::costs`,
        resourceName: "costs",
        forget: `pulumi state delete 'urn:pulumi:dev::finops::${type}::costs' --yes`,
      },
    ]);
  });

  test("a parent is kept, protection is lifted by name, and resources that wait for deletion or were only read are left", () => {
    const type = "azure-native:costmanagement:Export";
    const parent = "urn:pulumi:dev::finops::my:Costs::main";
    const urn = `urn:pulumi:dev::finops::my:Costs$${type}::costs`;
    const found = readState(
      "azure-native",
      stack(
        resource(type, { urn, parent, protect: true }),
        resource(type, { delete: true }),
        resource(type, { external: true }),
      ),
    );
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ parent, forget: `pulumi state delete '${urn}' --yes --force` });
  });

  test("secrets of an exported stack are passed over", () => {
    const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:abc" };
    const destination = { container: "exports", storageAccount: "partner", sasToken: secret };
    const inputs = { ...native, deliveryInfo: { destination } };
    const [one] = readState("azure-native", stack(resource("azure-native:costmanagement:Export", { inputs })));
    expect(one?.args["deliveryInfo"]).toEqual({ destination: { container: "exports", storageAccount: "partner" } });
  });
});

/** The example of azurerm's documentation, as its state has it. */
const azurerm = {
  active: true,
  export_data_options: [{ time_frame: "WeekToDate", type: "Usage" }],
  export_data_storage_location: [
    { container_id: `${account}/blobServices/default/containers/examplecontainer`, root_folder_path: "/root/updated" },
  ],
  file_format: "Csv",
  id: `${subscription}/providers/Microsoft.CostManagement/exports/example`,
  name: "example",
  recurrence_period_end_date: "2020-09-18T00:00:00Z",
  recurrence_period_start_date: "2020-08-18T00:00:00Z",
  recurrence_type: "Monthly",
  subscription_id: subscription,
  timeouts: null,
};
const expected = {
  scope: subscription,
  exportName: "example",
  definition: { type: "Usage", timeframe: "WeekToDate" },
  deliveryInfo: { destination: { resourceId: account, container: "examplecontainer", rootFolderPath: "root/updated" } },
  schedule: {
    status: "Active",
    recurrence: "Monthly",
    recurrencePeriod: { from: "2020-08-18T00:00:00Z", to: "2020-09-18T00:00:00Z" },
  },
  format: "Csv",
};

describe("azurerm", () => {
  test.each([
    ["azurerm_subscription_cost_management_export", "subscription_id", subscription],
    ["azurerm_resource_group_cost_management_export", "resource_group_id", `${subscription}/resourceGroups/web`],
    [
      "azurerm_billing_account_cost_management_export",
      "billing_account_id",
      "/providers/Microsoft.Billing/billingAccounts/12345678",
    ],
  ])("attributes of %s", (type, attribute, scope) => {
    const { subscription_id: _, ...others } = azurerm;
    const { args, remarks } = fromAzurerm({ ...others, [attribute]: scope }, type);
    expect(args).toEqual({ ...expected, scope });
    expect(remarks).toEqual([]);
    expect(accepted(args)).toEqual([]);
  });

  test("an export that is not active is Inactive; a time frame outside the API's list is kept", () => {
    const { args } = fromAzurerm(
      { ...azurerm, active: false, export_data_options: [{ type: "ActualCost", time_frame: "TheLast7Days" }] },
      "azurerm_subscription_cost_management_export",
    );
    expect(args).toMatchObject({
      definition: { type: "ActualCost", timeframe: "TheLast7Days" },
      schedule: { status: "Inactive", recurrence: "Monthly" },
    });
  });

  test("another type is refused; a container in another form is left out, with the reason", () => {
    expect(() => fromAzurerm(azurerm, "azurerm_storage_account")).toThrow(/is no export of azurerm/);
    const container_id = "https://example.blob.core.windows.net/examplecontainer";
    const { remarks } = fromAzurerm(
      { ...azurerm, export_data_storage_location: [{ container_id, root_folder_path: "/" }] },
      "azurerm_subscription_cost_management_export",
    );
    expect(remarks[0]).toMatch(/container_id "https.*not the id of a container/);
  });

  test("terraform show -json: the root module and the modules in it", () => {
    const type = "azurerm_subscription_cost_management_export";
    const shown = (address: string, values: object, mode = "managed") => ({ address, mode, type, name: "x", values });
    const state = {
      format_version: "1.0",
      terraform_version: "1.9.0",
      values: {
        root_module: {
          resources: [shown(`${type}.example`, azurerm), shown(`data.${type}.y`, azurerm, "data")],
          child_modules: [
            {
              address: 'module.costs["eu"]',
              child_modules: [{ resources: [shown(`module.costs["eu"].module.x.${type}.it's[0]`, azurerm)] }],
            },
          ],
        },
      },
    };
    const found = readState("azurerm", JSON.stringify(state));
    expect(found.map(({ forget }) => forget)).toEqual([
      `terraform state rm '${type}.example'`,
      `terraform state rm 'module.costs["eu"].module.x.${type}.it'\\''s[0]'`,
    ]);
    expect(found[0]).toMatchObject({ id: azurerm.id, args: expected, address: `${type}.example` });
  });

  test("Terraform's state file: counted, named and module instances", () => {
    const type = "azurerm_subscription_cost_management_export";
    const resource = (extra: object, ...keys: unknown[]) => ({
      mode: "managed",
      type,
      name: "example",
      provider: 'provider["registry.terraform.io/hashicorp/azurerm"]',
      instances: keys.map((index_key) => ({ index_key, schema_version: 0, attributes: azurerm })),
      ...extra,
    });
    const state = {
      version: 4,
      terraform_version: "1.9.0",
      resources: [
        resource({}, undefined),
        resource({ module: "module.costs" }, 0, "eu"),
        resource({ mode: "data" }, 1),
      ],
    };
    expect(readState("azurerm", JSON.stringify(state)).map(({ address }) => address)).toEqual([
      `${type}.example`,
      `module.costs.${type}.example[0]`,
      `module.costs.${type}.example["eu"]`,
    ]);
  });
});

test("Pulumi's azure provider: the same in camel case, blocks as objects", () => {
  const type = "azure:core/subscriptionCostManagementExport:SubscriptionCostManagementExport";
  const inputs = {
    __defaults: ["name"],
    active: true,
    exportDataOptions: { __defaults: [], timeFrame: "WeekToDate", type: "Usage" },
    exportDataStorageLocation: {
      __defaults: [],
      containerId: `${account}/blobServices/default/containers/examplecontainer`,
      rootFolderPath: "/root/updated",
    },
    fileFormat: "Csv",
    name: "example",
    recurrencePeriodEndDate: "2020-09-18T00:00:00Z",
    recurrencePeriodStartDate: "2020-08-18T00:00:00Z",
    recurrenceType: "Monthly",
    subscriptionId: subscription,
  };
  const urn = `urn:pulumi:dev::finops::${type}::example`;
  const state = {
    version: 3,
    deployment: { resources: [{ urn, custom: true, type, id: azurerm.id, inputs, outputs: inputs }] },
  };
  const [one] = readState("azure", JSON.stringify(state));
  expect(one).toMatchObject({ args: expected, remarks: [], resourceName: "example", id: azurerm.id });
  expect(readState("azure-native", JSON.stringify(state))).toEqual([]);
});

test.each([
  ["azurerm", "terraform{", /no JSON.*terraform show -json/],
  ["azure-native", "[]", /no state that azure-native keeps.*pulumi stack export/],
  ["azurerm", '{"deployment":{}}', /no state that azurerm keeps/],
] as const)(
  "%s: a state of another kind is refused, with the command that writes the right one",
  (tool, text, message) => {
    expect(() => readState(tool, text)).toThrow(message);
  },
);

test("a stack and a configuration without resources hold nothing", () => {
  expect(readState("azure-native", '{"version":3,"deployment":{}}')).toEqual([]);
  expect(readState("azurerm", '{"format_version":"1.0"}')).toEqual([]);
});

test("drift between the state and Azure is told by meaning", () => {
  const migrated = fromAzurerm(azurerm, "azurerm_subscription_cost_management_export");
  const outputs: PlainObject = {
    ...expected,
    format: "csv",
    definition: { type: "ActualCost", timeframe: "WEEKTODATE" },
  };
  expect(driftOf(migrated, { outputs })).toEqual([
    'definition.type is "Usage" in the state, and "ActualCost" in Azure.',
  ]);
  const { schedule: _schedule, ...unscheduled } = outputs;
  expect(driftOf(migrated, { outputs: unscheduled })).toContain(
    'schedule.recurrence is "Monthly" in the state, and not set in Azure.',
  );
});
