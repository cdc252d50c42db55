/** What the components decide with no engine: names, and mistakes of a program. */
import * as pulumi from "@pulumi/pulumi";
import { formerNames } from "../../sdk/components/aliases";
import { ExportAccess } from "../../sdk/components/export-access";
import { roleAssignmentName, roleDefinitionId, storageBlobDataReader } from "../../sdk/components/roles";
import { addressOf } from "../../sdk/components/storage-names";

const account = "/subscriptions/s/resourceGroups/r/providers/Microsoft.Storage/storageAccounts/a";
const principal = "99999999-0000-4000-8000-000000000001";

interface Made {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
}
const made: Made[] = [];

beforeAll(() =>
  pulumi.runtime.setMocks({
    newResource: ({ type, name, inputs }) => {
      const given = inputs as Record<string, unknown>;
      made.push({ type, name, inputs: given });
      return { id: name, state: given };
    },
    call: () => ({}),
  }),
);

describe("names of role assignments", () => {
  test("are the same on every machine, whatever the case and slashes of the scope", () => {
    // By another implementation of RFC 9562 (Python's uuid).
    const name = "7ca4599b-e3c4-5193-a384-517b03fbcba7";
    expect(roleAssignmentName(account, principal, storageBlobDataReader)).toBe(name);
    expect(roleAssignmentName(`${account.toUpperCase()}/`, principal, storageBlobDataReader)).toBe(name);
  });

  test("differ where scope, principal or role do", () => {
    const names = [
      roleAssignmentName(account, principal, storageBlobDataReader),
      roleAssignmentName(`${account}b`, principal, storageBlobDataReader),
      roleAssignmentName(account, principal.replace(/1$/, "2"), storageBlobDataReader),
      roleAssignmentName(account, principal, "ba92f5b4-2d11-453d-a403-e96b0029c9fe"),
    ];
    expect(new Set(names).size).toBe(4);
  });

  test("a role is that of the subscription of its scope", () => {
    expect(roleDefinitionId(account, storageBlobDataReader)).toBe(
      `/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/${storageBlobDataReader}`,
    );
  });
});

test("former names are those that aliases say, each once, and not the present one", () => {
  const urn = "urn:pulumi:dev::finops::azure-cost-exports:index:CostExport::older";
  const aliases = [{ name: "old" }, urn, { name: "old" }, { name: "now" }, { parent: pulumi.rootStackResource }];
  expect(formerNames("now", { aliases })).toEqual(["old", "older"]);
  expect(formerNames("now", undefined)).toEqual([]);
});

describe("readers", () => {
  const place = { storageAccountId: account, containerName: "costs" };
  const group = (principalId: pulumi.Input<string>, name?: string) => ({
    principalId,
    principalType: "Group" as const,
    ...(name === undefined ? {} : { name }),
  });

  test("are called after their principal, or as the program names them", () => {
    const { readers } = new ExportAccess("costs", {
      ...place,
      readers: [group(principal), group(pulumi.output(principal), "team")],
    });
    expect(Object.keys(readers)).toEqual([principal, "team"]);
  });

  test("need no export, and then there is no identity to speak of", () => {
    const { principal: none, serviceGrant } = new ExportAccess("costs", { ...place, readers: [group(principal)] });
    expect([none, serviceGrant]).toEqual([undefined, undefined]);
  });
});

test.each([
  ["service", [true]],
  ["account", [false]],
  ["none", []],
] as const)("grant %s: whether the service's assignment is required: %j", async (grant, required) => {
  const exportId = "/subscriptions/s/providers/Microsoft.CostManagement/exports/daily";
  const name = `by-${grant}`;
  const access = new ExportAccess(name, { exportId, storageAccountId: account, containerName: "costs", grant });
  expect(access.principal === undefined).toBe(grant === "none");
  await new Promise((resolve) => pulumi.output(access.serviceGrant?.urn).apply(resolve));
  const grants = made.filter((one) => one.type.endsWith(":ServiceGrant") && one.name === name);
  expect(grants.map(({ inputs }) => inputs["required"])).toEqual(required);
});

test("an account's id is taken apart, with a slash at its end too", () => {
  expect(addressOf(`${account}/`)).toEqual({ subscriptionId: "s", resourceGroupName: "r", accountName: "a" });
});
