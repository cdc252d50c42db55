/** From the end of a run to its files: what stands in the way, and where they lie. */
import { subscriptionId } from "../../emulator";
import type { Emulator, EmulatorOptions } from "../../emulator";
import { send, withEmulator } from "./client";
import { daily, schedule } from "./cost-management/world";

const group = `/subscriptions/${subscriptionId}/resourceGroups/costs`;
const account = `${group}/providers/Microsoft.Storage/storageAccounts/costs0001`;
const container = `${account}/blobServices/default/containers/exports`;
const exportId = (name: string): string =>
  `/subscriptions/${subscriptionId}/providers/Microsoft.CostManagement/exports/${name}`;
const contributor = "ba92f5b4-2d11-453d-a403-e96b0029c9fe";
const start: EmulatorOptions = { now: "2025-06-15T10:00:00Z", frozen: true };

/** An inactive export into the container, which runs when it is told to. */
const toContainer = (patch: object = {}): Record<string, unknown> => {
  const export_ = daily(schedule({ status: "Inactive" }));
  return {
    ...export_,
    ...patch,
    properties: {
      ...(export_["properties"] as object),
      deliveryInfo: { destination: { resourceId: account, container: "exports", rootFolderPath: "costs" } },
    },
  };
};
const withIdentity = { identity: { type: "SystemAssigned" }, location: "westeurope" };

async function arm(emulator: Emulator, method: string, id: string, body?: unknown) {
  const apiVersion = id.includes("Microsoft.CostManagement") ? "2025-03-01" : "2022-04-01";
  const [path, query] = id.split("?");
  const url = `${String(path)}?api-version=${apiVersion}${query === undefined ? "" : `&${query}`}`;
  return send(emulator, method, url, body === undefined ? {} : { body });
}

async function createAccount(emulator: Emulator, properties: object = {}): Promise<void> {
  await arm(emulator, "PUT", group, { location: "westeurope" });
  const sku = { name: "Standard_LRS" };
  await arm(emulator, "PUT", account, { location: "westeurope", kind: "StorageV2", sku, properties });
}

interface Run {
  readonly status: string;
  readonly fileName: string | null;
  readonly manifestFile: string | null;
  readonly error?: { readonly code: string; readonly message: string };
}

/** Runs the export and waits for the end, as told by the history. */
async function run(emulator: Emulator, name = "daily"): Promise<Run> {
  expect((await arm(emulator, "POST", `${exportId(name)}/run`)).status).toBe(200);
  emulator.control.clock.advance("PT15M");
  await emulator.control.settled();
  const { json } = await arm(emulator, "GET", `${exportId(name)}/runHistory`);
  return json.value.at(-1).properties as Run;
}

const assignments = async (
  emulator: Emulator,
): Promise<readonly { id: string; properties: Record<string, string> }[]> =>
  (await arm(emulator, "GET", `${container}/providers/Microsoft.Authorization/roleAssignments`)).json.value;

describe("the identity of an export", () => {
  const made = async (emulator: Emulator, patch: object = withIdentity) => {
    const created = await arm(emulator, "PUT", exportId("daily"), toContainer(patch));
    expect(created.status).toBe(201);
    return created.json;
  };

  test("is given Storage Blob Data Contributor on the container by the service, once", () =>
    withEmulator(start, async (emulator) => {
      const { identity, eTag } = await made(emulator);
      await arm(emulator, "PUT", exportId("daily"), { ...toContainer(withIdentity), eTag });

      const found = await assignments(emulator);
      expect(found).toHaveLength(1);
      expect(found[0]?.properties).toMatchObject({
        principalId: identity.principalId,
        principalType: "ServicePrincipal",
        scope: container,
        roleDefinitionId: expect.stringMatching(new RegExp(`/${contributor}$`)),
      });
      expect((await arm(emulator, "GET", String(found[0]?.id))).status).toBe(200);
    }));

  test("is given nothing twice that it already has above", () =>
    withEmulator(start, async (emulator) => {
      const { identity, eTag } = await made(emulator);
      const [own] = await assignments(emulator);
      await arm(emulator, "DELETE", String(own?.id));
      await arm(
        emulator,
        "PUT",
        `${group}/providers/Microsoft.Authorization/roleAssignments/11111111-1111-4111-8111-111111111111`,
        { properties: { roleDefinitionId: contributor, principalId: identity.principalId } },
      );
      await arm(emulator, "PUT", exportId("daily"), { ...toContainer(withIdentity), eTag });

      expect((await assignments(emulator)).map(({ properties }) => properties["scope"])).toEqual([group]);
    }));

  test("that the caller may not assign a role to is refused, and nothing is created", () =>
    withEmulator(start, async (emulator) => {
      emulator.control.conditions.set(account, ["roleAssignmentsDenied"]);

      const refused = await arm(emulator, "PUT", exportId("daily"), toContainer(withIdentity));
      expect([refused.status, refused.json.error.code]).toEqual([401, "Unauthorized"]);
      expect((await arm(emulator, "GET", exportId("daily"))).status).toBe(404);
      expect(await assignments(emulator)).toEqual([]);
    }));

  test("leaves its role behind when the export is deleted, unless the switch says otherwise", async () => {
    for (const deletingRemovesRoles of [false, true]) {
      await withEmulator({ ...start, switches: { deletingRemovesRoles } }, async (emulator) => {
        await made(emulator);
        await arm(emulator, "DELETE", exportId("daily"));

        expect(await assignments(emulator)).toHaveLength(deletingRemovesRoles ? 0 : 1);
      });
    }
  });

  test("that lost its role fails the run where roles are enforced, and not elsewhere", async () => {
    for (const enforceRoles of [false, true]) {
      await withEmulator({ ...start, enforceRoles }, async (emulator) => {
        await made(emulator);
        expect((await run(emulator)).status).toBe("Completed");
        const [own] = await assignments(emulator);
        await arm(emulator, "DELETE", String(own?.id));

        const { status, error } = await run(emulator);
        expect(status).toBe(enforceRoles ? "Failed" : "Completed");
        if (enforceRoles) expect(error?.code).toBe("AuthorizationPermissionMismatch");
      });
    }
  });

  test("is missed by no role where there is none: keys are used then", () =>
    withEmulator({ ...start, enforceRoles: true }, async (emulator) => {
      await made(emulator, {});

      expect((await run(emulator)).status).toBe("Completed");
    }));
});

describe("a run fails", () => {
  const failure = async (emulator: Emulator): Promise<string> => {
    const { status, error, fileName, manifestFile } = await run(emulator);
    expect([status, fileName, manifestFile]).toEqual(["Failed", null, null]);
    return error?.message ?? "";
  };
  const made = async (emulator: Emulator, patch: object = {}): Promise<void> => {
    await createAccount(emulator);
    expect((await arm(emulator, "PUT", exportId("daily"), toContainer(patch))).status).toBe(201);
  };

  test("behind a firewall without an identity", () =>
    withEmulator(start, async (emulator) => {
      await made(emulator);
      await createAccount(emulator, { networkAcls: { defaultAction: "Deny" } });

      expect(await failure(emulator)).toContain("not authorized to access the specified storage account 'costs0001'");
    }));

  test("without keys and without an identity", () =>
    withEmulator(start, async (emulator) => {
      await made(emulator);
      await createAccount(emulator, { allowSharedKeyAccess: false });

      expect(await failure(emulator)).toContain("Key-based authentication is currently disabled");
    }));

  test("not behind either of them with an identity", () =>
    withEmulator(start, async (emulator) => {
      await made(emulator, withIdentity);
      await createAccount(emulator, { allowSharedKeyAccess: false, networkAcls: { defaultAction: "Deny" } });

      expect((await run(emulator)).status).toBe("Completed");
    }));

  test("when the exports' provider is unregistered in the storage account's subscription", () =>
    withEmulator(start, async (emulator) => {
      await made(emulator);
      const provider = `/subscriptions/${subscriptionId}/providers/Microsoft.CostManagementExports`;
      await arm(emulator, "POST", `${provider}/unregister`);
      emulator.control.clock.advance("PT2M");

      expect(await failure(emulator)).toContain("RP Not Registered");
    }));

  test("when the storage account is gone, where resources must exist", () =>
    withEmulator({ ...start, strictResources: true }, async (emulator) => {
      const provider = `/subscriptions/${subscriptionId}/providers/Microsoft.CostManagementExports`;
      await arm(emulator, "POST", `${provider}/register`);
      emulator.control.clock.advance("PT2M");
      await made(emulator);
      await arm(emulator, "DELETE", account);

      expect(await failure(emulator)).toBe("The storage account 'costs0001' was not found.");
    }));

  test("never begins with an id that is none: the export is refused", () =>
    withEmulator(start, async (emulator) => {
      const export_ = toContainer();
      const destination = { resourceId: "/providers/Microsoft.Storage/x", container: "exports" };
      const properties = { ...(export_["properties"] as object), deliveryInfo: { destination } };

      const refused = await arm(emulator, "PUT", exportId("daily"), { ...export_, properties });
      expect(refused.json.error.message).toContain("ServiceToServiceAuthorizationProvider.IsRPRegistered");
    }));
});
