/** What a client reads before it deploys: permissions, replication policies, agreements, and tenants of subscriptions. */
import { subscriptionId, tenantId } from "../../emulator/constants";
import type { Emulator } from "../../emulator";
import { managedIdentityToken, send, withEmulator } from "./client";

const subscription = `/subscriptions/${subscriptionId}`;
const group = `${subscription}/resourceGroups/rg`;
const account = `${group}/providers/Microsoft.Storage/storageAccounts/costs`;
const reader = "acdd72a7-3385-48ef-bd42-f606fba81ae7";
const contributor = "b24988ac-6180-42a0-ab88-20f7382dd24c";

const ask = (emulator: Emulator, method: string, path: string, body?: object) =>
  send(emulator, method, `${path}?api-version=2023-01-01`, body === undefined ? {} : { body });

async function withAccount(test: (emulator: Emulator) => Promise<void>): Promise<void> {
  await withEmulator({}, async (emulator) => {
    await ask(emulator, "PUT", group, { location: "westeurope" });
    await ask(emulator, "PUT", account, { kind: "StorageV2", location: "westeurope", sku: { name: "Standard_LRS" } });
    await test(emulator);
  });
}

describe("permissions", () => {
  const permissions = async (emulator: Emulator, scope: string) =>
    (await ask(emulator, "GET", `${scope}/providers/Microsoft.Authorization/permissions`)).json.value;
  const assign = async (emulator: Emulator, scope: string, role: string) => {
    const [, claims = ""] = (await managedIdentityToken(emulator)).split(".");
    const { oid } = JSON.parse(Buffer.from(claims, "base64url").toString()) as { oid: string };
    const roleDefinitionId = `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${role}`;
    const reply = await ask(
      emulator,
      "PUT",
      `${scope}/providers/Microsoft.Authorization/roleAssignments/${crypto.randomUUID()}`,
      { properties: { roleDefinitionId, principalId: oid } },
    );
    expect(reply.status).toBe(201);
  };

  test("a caller without roles is taken for an owner", () =>
    withEmulator({}, async (emulator) => {
      expect(await permissions(emulator, account)).toEqual([
        { actions: ["*"], notActions: [], dataActions: [], notDataActions: [] },
      ]);
    }));

  test("a caller with roles has those at the scope and above, and no others", () =>
    withEmulator({}, async (emulator) => {
      await assign(emulator, subscription, reader);
      await assign(emulator, group, contributor);
      expect(await permissions(emulator, subscription)).toMatchObject([{ actions: ["*/read"] }]);
      expect(await permissions(emulator, account)).toMatchObject([
        { actions: ["*/read"] },
        {
          actions: ["*"],
          notActions: ["Microsoft.Authorization/*/Delete", "Microsoft.Authorization/*/Write", expect.any(String)],
        },
      ]);
      expect(await permissions(emulator, "/subscriptions/22222222-3333-4444-8555-666666666666")).toEqual([]);
    }));
});

describe("object replication policies", () => {
  const policies = `${account}/objectReplicationPolicies`;
  const properties = {
    sourceAccount: account.replace("costs", "source"),
    destinationAccount: account,
    rules: [{ sourceContainer: "a", destinationContainer: "b" }],
  };

  test("the service names the policy and its rules; it is listed, read and deleted", () =>
    withAccount(async (emulator) => {
      const made = await ask(emulator, "PUT", `${policies}/default`, { properties });
      const { policyId } = made.json.properties as { policyId: string };
      expect([made.status, policyId]).toEqual([200, expect.stringMatching(/^[0-9a-f-]{36}$/)]);
      expect(made.json.properties.rules).toEqual([{ ...properties.rules[0], ruleId: expect.any(String) }]);
      expect((await ask(emulator, "GET", policies)).json.value).toEqual([made.json]);
      expect((await ask(emulator, "GET", `${policies}/${policyId}`)).json).toEqual(made.json);
      expect((await ask(emulator, "DELETE", `${policies}/${policyId}`)).status).toBe(200);
      expect((await ask(emulator, "DELETE", `${policies}/${policyId}`)).status).toBe(204);
      expect((await ask(emulator, "GET", `${policies}/${policyId}`)).json.error.code).toBe(
        "ObjectReplicationPolicyNotFound",
      );
    }));

  test("without an account, or without a destination, there is none", () =>
    withAccount(async (emulator) => {
      expect((await ask(emulator, "GET", policies.replace("costs", "other"))).json.error.code).toBe("ResourceNotFound");
      const { destinationAccount, ...half } = properties;
      expect((await ask(emulator, "PUT", `${policies}/default`, { properties: half })).status).toBe(400);
    }));
});

describe("agreements", () => {
  test.each([
    ["/providers/Microsoft.Billing/billingAccounts/123456", "EnterpriseAgreement"],
    ["/providers/Microsoft.Billing/billingAccounts/1:2_2019-05-31", "MicrosoftCustomerAgreement"],
    ["/providers/Microsoft.Billing/billingAccounts/partner", "MicrosoftPartnerAgreement"],
    ["/providers/Microsoft.Billing/billingAccounts/odd", "Other"],
  ])("%s is of %s", (path, agreementType) =>
    withEmulator(
      { agreements: { "/providers/Microsoft.Billing/billingAccounts/partner": "MPA" } },
      async (emulator) => {
        expect((await ask(emulator, "GET", path)).json).toMatchObject({ id: path, properties: { agreementType } });
      },
    ),
  );

  test.each([
    [undefined, "EnterpriseAgreement", "EnterpriseAgreement_2014-09-01"],
    ["PAYG", "MicrosoftOnlineServicesProgram", "PayAsYouGo_2014-09-01"],
  ] as const)("a subscription under %s", (agreement, billingAccountAgreementType, quotaId) =>
    withEmulator(agreement === undefined ? {} : { agreements: { [subscription]: agreement } }, async (emulator) => {
      const property = await ask(
        emulator,
        "GET",
        `${subscription}/providers/Microsoft.Billing/billingProperty/default`,
      );
      expect(property.json.properties).toEqual({ billingAccountAgreementType });
      expect((await ask(emulator, "GET", subscription)).json.subscriptionPolicies).toMatchObject({ quotaId });
    }),
  );
});

test("a subscription of another tenant takes no token of ours, and names its own", () =>
  withEmulator({ tenants: { [subscriptionId]: "7e2d1a10-0c5e-4f6a-9b0e-5a1f0000000f" } }, async (emulator) => {
    const reply = await ask(emulator, "GET", group);
    expect([reply.status, reply.json.error.code]).toEqual([401, "InvalidAuthenticationTokenTenant"]);
    expect(reply.json.error.message).toContain(`'https://sts.windows.net/${tenantId}/'. It must match the tenant`);
  }));
