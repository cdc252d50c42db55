/** Clients that know nothing of the emulator: Azure's own identity library and its generated Cost Management client. */
import { readFileSync } from "node:fs";
import { CostManagementClient } from "@azure/arm-costmanagement";
import { ClientAssertionCredential, ClientSecretCredential, ManagedIdentityCredential } from "@azure/identity";
import type { TokenCredential } from "@azure/identity";
import { subscriptionId, tenantId } from "../../emulator";
import type { Emulator } from "../../emulator";
import { raw, withEmulator } from "./client";

const scope = `subscriptions/${subscriptionId}`;
const start = { now: "2026-03-10T12:00:00Z" } as const;
const clientId = "11111111-2222-4333-8444-555555555555";

describe("@azure/identity", () => {
  test("a client secret", () =>
    withEmulator(start, async (emulator) =>
      expectToken(new ClientSecretCredential(tenantId, clientId, "secret", authority(emulator))),
    ));

  test("a refused client secret", () =>
    withEmulator({ ...start, switches: { refuseClientSecrets: true } }, async (emulator) => {
      const credential = new ClientSecretCredential(tenantId, clientId, "secret", authority(emulator));
      await expect(credential.getToken("https://management.azure.com/.default")).rejects.toThrow(/AADSTS7000215/);
    }));

  test("a CI job's identity token", () =>
    withEmulator(start, async (emulator) => {
      const assertion = async () => {
        const url = `${emulator.oidc.requestUrl}&audience=api://AzureADTokenExchange`;
        return String(
          (await raw(emulator, "GET", url, { headers: { authorization: `bearer ${emulator.oidc.requestToken}` } })).json
            .value,
        );
      };
      await expectToken(new ClientAssertionCredential(tenantId, clientId, assertion, authority(emulator)));
    }));

  test("a managed identity, by the emulator's environment", () =>
    withEmulator(start, (emulator) =>
      withVariables(emulator.environment, () => expectToken(new ManagedIdentityCredential())),
    ));
});

describe("@azure/arm-costmanagement", () => {
  test("creates, lists, runs and deletes an export over HTTPS", () =>
    withEmulator(start, async (emulator) => {
      const client = clientOf(emulator);
      const created = await client.exports.createOrUpdate(scope, "sdk", {
        format: "Csv",
        definition: { type: "ActualCost", timeframe: "MonthToDate" },
        deliveryInfo: {
          destination: {
            resourceId: `/${scope}/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/costs`,
            container: "exports",
          },
        },
      });
      expect(created).toMatchObject({ name: "sdk", type: "Microsoft.CostManagement/exports" });
      expect((await client.exports.list(scope)).value).toHaveLength(1);
      await client.exports.execute(scope, "sdk");
      expect((await client.exports.getExecutionHistory(scope, "sdk")).value).toHaveLength(1);
      expect((await client.exports.get(`/${scope}`, "sdk")).eTag).toBe(created.eTag);
      await client.exports.delete(scope, "sdk");
      await expect(client.exports.get(scope, "sdk")).rejects.toMatchObject({ statusCode: 404 });
    }));

  test("retries what its own policy retries", () =>
    withEmulator(start, async (emulator) => {
      emulator.control.faults.add({
        match: { operation: "exports.list" },
        effect: { status: 429, headers: { "retry-after": "0" } },
        times: 1,
      });
      expect((await clientOf(emulator).exports.list(scope)).value).toEqual([]);
      expect(emulator.control.requests.count({ operation: "exports.list" })).toBe(2);
    }));
});

async function expectToken(credential: TokenCredential): Promise<void> {
  const token = await credential.getToken("https://management.azure.com/.default");
  expect(token?.expiresOnTimestamp).toBeGreaterThan(Date.now());
}

function authority(emulator: Emulator) {
  return {
    authorityHost: emulator.httpsUrl,
    disableInstanceDiscovery: true,
    tlsOptions: { ca: readFileSync(emulator.caFile) },
  } as const;
}

function clientOf(emulator: Emulator): CostManagementClient {
  return new CostManagementClient(new ClientSecretCredential(tenantId, clientId, "secret", authority(emulator)), {
    endpoint: emulator.httpsUrl,
    $host: emulator.httpsUrl,
    credentialScopes: "https://management.azure.com/.default",
    tlsOptions: { ca: readFileSync(emulator.caFile) },
  });
}

async function withVariables(variables: Readonly<Record<string, string>>, test: () => Promise<void>): Promise<void> {
  const before = { ...process.env };
  Object.assign(process.env, variables);
  try {
    await test();
  } finally {
    process.env = before;
  }
}
