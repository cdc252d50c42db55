import { subscriptionId, tenantId } from "../../emulator/constants";
import type { Emulator } from "../../emulator";
import { send, withEmulator } from "./client";
import type { SendOptions } from "./client";

const subscription = `/subscriptions/${subscriptionId}`;
const group = `${subscription}/resourceGroups/rg`;
const account = `${group}/providers/Microsoft.Storage/storageAccounts/costs`;
const container = `${account}/blobServices/default/containers/exports`;
const contributor = "ba92f5b4-2d11-453d-a403-e96b0029c9fe";

/** Sends with an api-version that every resource takes. */
const ask = (emulator: Emulator, method: string, path: string, options: SendOptions & { query?: string } = {}) =>
  send(emulator, method, `${path}?api-version=2023-01-01${options.query ?? ""}`, options);

const createGroup = (emulator: Emulator) =>
  ask(emulator, "PUT", group, { body: { location: "West Europe", tags: { team: "finops" } } });
const createAccount = (emulator: Emulator, path = account) =>
  ask(emulator, "PUT", path, {
    body: {
      kind: "StorageV2",
      location: "westeurope",
      sku: { name: "Standard_LRS" },
      properties: { allowSharedKeyAccess: false },
    },
  });

describe("the front door", () => {
  test.each([
    ["no api-version", "GET", subscription, 400, "MissingApiVersionParameter"],
    ["an api-version that is no date", "GET", `${subscription}?api-version=latest`, 400, "InvalidApiVersionParameter"],
    [
      "a type that exists nowhere, read",
      "GET",
      `${group}/providers/Microsoft.Storage/nothing/x?api-version=2023-01-01`,
      404,
      "InvalidResourceType",
    ],
    [
      "a type that exists nowhere, written",
      "PUT",
      `${group}/providers/Microsoft.Storage/nothing/x?api-version=2023-01-01`,
      400,
      "NoRegisteredProviderFound",
    ],
    [
      "a namespace that exists nowhere",
      "GET",
      `${group}/providers/Contoso.Things/x/y?api-version=2023-01-01`,
      404,
      "InvalidResourceNamespace",
    ],
    [
      "a namespace that Azure has and the emulator has not",
      "GET",
      `${group}/providers/Microsoft.Web/sites/x?api-version=2023-01-01`,
      501,
      "EmulatorNotSupported",
    ],
    [
      "a type that Azure has and the emulator has not",
      "POST",
      `${subscription}/providers/Microsoft.CostManagement/query?api-version=2025-03-01`,
      501,
      "EmulatorNotSupported",
    ],
    [
      "a method that the emulator has not",
      "PATCH",
      `${subscription}?api-version=2023-01-01`,
      501,
      "EmulatorNotSupported",
    ],
    ["a path of no kind", "GET", "/nowhere?api-version=2023-01-01", 501, "EmulatorNotSupported"],
  ])("refuses %s", (_, method, target, status, code) =>
    withEmulator({}, async (emulator) => {
      const reply = await send(emulator, method, target);
      expect(reply.status).toBe(status);
      expect(reply.json.error.code).toBe(code);
      if (status === 501) expect(reply.json.error.message).toContain(`${method} ${target.split("?")[0] ?? ""}`);
    }),
  );

  test("takes doubled slashes and any case", () =>
    withEmulator({}, async (emulator) => {
      await createGroup(emulator);
      const reply = await ask(emulator, "GET", `//SUBSCRIPTIONS/${subscriptionId.toUpperCase()}//resourcegroups/RG/`);
      expect(reply.json.id).toBe(group);
    }));

  test("returns request and correlation ids", () =>
    withEmulator({}, async (emulator) => {
      const correlation = "0f0e0d0c-0b0a-4908-8706-050403020100";
      const reply = await ask(emulator, "GET", subscription, {
        headers: { "x-ms-correlation-request-id": correlation },
      });
      expect(reply.headers["x-ms-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
      expect(reply.headers["x-ms-correlation-request-id"]).toBe(correlation);
    }));

  test("refuses a body that is no JSON", () =>
    withEmulator({}, async (emulator) => {
      const reply = await ask(emulator, "PUT", group, { body: '{"location":' });
      expect(reply.status).toBe(400);
      expect(reply.json.error.code).toBe("InvalidRequestContent");
    }));
});

describe("tenants and subscriptions", () => {
  test("one of each is there", () =>
    withEmulator({}, async (emulator) => {
      expect((await ask(emulator, "GET", "/tenants")).json.value[0].tenantId).toBe(tenantId);
      expect((await ask(emulator, "GET", "/subscriptions")).json.value).toMatchObject([
        { subscriptionId, state: "Enabled", tenantId },
      ]);
    }));

  test("any subscription is there, unless resources are strict", () =>
    withEmulator({}, async (emulator) => {
      const other = "/subscriptions/11111111-1111-1111-1111-111111111111";
      expect((await ask(emulator, "GET", other)).status).toBe(200);
      emulator.control.switches.patch({ strictResources: true });
      expect((await ask(emulator, "GET", other)).json.error.code).toBe("SubscriptionNotFound");
    }));

  test("further subscriptions can be given", () =>
    withEmulator(
      { strictResources: true, subscriptions: ["22222222-2222-2222-2222-222222222222"] },
      async (emulator) => {
        expect((await ask(emulator, "GET", "/subscriptions/22222222-2222-2222-2222-222222222222")).status).toBe(200);
      },
    ));
});

describe("resource providers", () => {
  const path = `${subscription}/providers/Microsoft.CostManagementExports`;

  test("a registration takes its time", () =>
    withEmulator({ strictResources: true, frozen: true }, async (emulator) => {
      expect((await ask(emulator, "GET", path)).json.registrationState).toBe("NotRegistered");
      expect((await ask(emulator, "POST", `${path}/register`)).json.registrationState).toBe("Registering");
      emulator.control.clock.advance("PT1M");
      expect((await ask(emulator, "GET", path)).json).toMatchObject({
        namespace: "Microsoft.CostManagementExports",
        registrationState: "Registered",
      });
    }));

  test("it can be undone", () =>
    withEmulator({ frozen: true }, async (emulator) => {
      expect((await ask(emulator, "POST", `${path}/unregister`)).json.registrationState).toBe("Unregistering");
      emulator.control.clock.advance("PT1M");
      expect((await ask(emulator, "GET", path)).json.registrationState).toBe("Unregistered");
    }));

  test("registering again changes nothing", () =>
    withEmulator({ frozen: true }, async (emulator) => {
      expect((await ask(emulator, "POST", `${path}/register`)).json.registrationState).toBe("Registered");
    }));

  test("the list holds the provider, an unknown one is refused", () =>
    withEmulator({}, async (emulator) => {
      const { json } = await ask(emulator, "GET", `${subscription}/providers`);
      expect(json.value.map((one: { namespace: string }) => one.namespace)).toContain("Microsoft.CostManagement");
      expect((await ask(emulator, "GET", `${subscription}/providers/Microsoft.Nothing`)).json.error.code).toBe(
        "InvalidResourceNamespace",
      );
    }));
});

describe("resource groups", () => {
  test("create, read, list, update", () =>
    withEmulator({}, async (emulator) => {
      expect((await ask(emulator, "HEAD", group)).status).toBe(404);
      expect((await createGroup(emulator)).status).toBe(201);
      expect((await createGroup(emulator)).status).toBe(200);
      expect((await ask(emulator, "HEAD", group)).status).toBe(204);
      expect((await ask(emulator, "GET", group)).json).toMatchObject({
        name: "rg",
        location: "westeurope",
        tags: { team: "finops" },
      });
      expect((await ask(emulator, "PATCH", group, { body: { tags: {} } })).json.tags).toEqual({});
      expect((await ask(emulator, "GET", `${subscription}/resourceGroups`)).json.value).toHaveLength(1);
    }));

  test.each([
    ["no location", {}, 400, "LocationRequired"],
    ["another location", { location: "northeurope" }, 409, "InvalidResourceGroupLocation"],
  ])("%s is refused", (_, body, status, code) =>
    withEmulator({}, async (emulator) => {
      await createGroup(emulator);
      const reply = await ask(emulator, "PUT", group, { body });
      expect([reply.status, reply.json.error.code]).toEqual([status, code]);
    }),
  );

  test("deleting one deletes what is in it", () =>
    withEmulator({}, async (emulator) => {
      await createGroup(emulator);
      await createAccount(emulator);
      expect((await ask(emulator, "DELETE", group)).status).toBe(200);
      expect((await ask(emulator, "GET", group)).json.error.code).toBe("ResourceGroupNotFound");
      expect((await ask(emulator, "GET", account)).json.error.code).toBe("ResourceNotFound");
      expect((await ask(emulator, "DELETE", group)).status).toBe(404);
    }));
});

describe("storage accounts", () => {
  test("what is sent comes back, with what the service adds", () =>
    withEmulator({ blobEndpoint: "http://127.0.0.1:10000" }, async (emulator) => {
      await createGroup(emulator);
      expect((await createAccount(emulator)).status).toBe(200);
      expect((await ask(emulator, "GET", account)).json).toMatchObject({
        id: account,
        kind: "StorageV2",
        sku: { name: "Standard_LRS", tier: "Standard" },
        properties: {
          allowSharedKeyAccess: false,
          provisioningState: "Succeeded",
          primaryEndpoints: { blob: "http://127.0.0.1:10000/costs/" },
        },
      });
      expect(
        (await ask(emulator, "GET", `${subscription}/providers/Microsoft.Storage/storageAccounts`)).json.value,
      ).toHaveLength(1);
      expect((await ask(emulator, "GET", `${group}/resources`)).json.value).toMatchObject([{ name: "costs" }]);
      expect(
        (await ask(emulator, "PATCH", account, { body: { properties: { minimumTlsVersion: "TLS1_3" } } })).json
          .properties,
      ).toMatchObject({
        minimumTlsVersion: "TLS1_3",
        allowSharedKeyAccess: false,
      });
      expect((await ask(emulator, "POST", `${account}/listKeys`)).json.keys).toHaveLength(2);
    }));

  test("it needs its resource group, a good name and its members", () =>
    withEmulator({}, async (emulator) => {
      expect((await createAccount(emulator)).json.error.code).toBe("ResourceGroupNotFound");
      await createGroup(emulator);
      const bad = account.replace("/costs", "/Costs-1");
      expect((await createAccount(emulator, bad)).json.error.code).toBe("AccountNameInvalid");
      expect((await ask(emulator, "PUT", account, { body: { location: "westeurope" } })).status).toBe(400);
    }));

  test("a name exists once in all of Azure", () =>
    withEmulator({}, async (emulator) => {
      await createGroup(emulator);
      await ask(emulator, "PUT", `${subscription}/resourceGroups/other`, { body: { location: "westeurope" } });
      await createAccount(emulator);
      expect((await createAccount(emulator, account.replace("/rg/", "/other/"))).json.error.code).toBe(
        "StorageAccountAlreadyTaken",
      );
      const check = `${subscription}/providers/Microsoft.Storage/checkNameAvailability`;
      expect((await ask(emulator, "POST", check, { body: { name: "costs" } })).json.nameAvailable).toBe(false);
      expect((await ask(emulator, "POST", check, { body: { name: "free" } })).json.nameAvailable).toBe(true);
    }));

  test("containers live and die with it", () =>
    withEmulator({}, async (emulator) => {
      await createGroup(emulator);
      await createAccount(emulator);
      expect((await ask(emulator, "GET", container)).json.error.code).toBe("ContainerNotFound");
      expect((await ask(emulator, "PUT", container)).status).toBe(201);
      expect((await ask(emulator, "PUT", container, { body: { properties: { publicAccess: "None" } } })).status).toBe(
        200,
      );
      expect((await ask(emulator, "GET", container)).json.properties).toMatchObject({
        publicAccess: "None",
        hasLegalHold: false,
      });
      expect((await ask(emulator, "GET", `${account}/blobServices/default/containers`)).json.value).toHaveLength(1);
      expect((await ask(emulator, "PUT", `${account}/blobServices/default/containers/No`)).status).toBe(400);
      expect((await ask(emulator, "DELETE", container)).status).toBe(200);
      expect((await ask(emulator, "DELETE", container)).status).toBe(204);
      expect((await ask(emulator, "DELETE", account)).status).toBe(200);
      expect((await ask(emulator, "DELETE", account)).status).toBe(204);
      expect((await ask(emulator, "PUT", container)).json.error.code).toBe("ResourceNotFound");
    }));

  test("the blob service keeps its settings", () =>
    withEmulator({}, async (emulator) => {
      await createGroup(emulator);
      await createAccount(emulator);
      const service = `${account}/blobServices/default`;
      await ask(emulator, "PUT", service, { body: { properties: { isVersioningEnabled: true } } });
      expect((await ask(emulator, "GET", service)).json.properties.isVersioningEnabled).toBe(true);
    }));
});

describe("the lifecycle policy of an account", () => {
  const policy = `${account}/managementPolicies/default`;
  const rule = (change: object = {}) => ({
    name: "old-files",
    type: "Lifecycle",
    enabled: true,
    definition: {
      filters: { blobTypes: ["blockBlob"], prefixMatch: ["exports/"] },
      actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: 90 } } },
    },
    ...change,
  });
  const put = (emulator: Emulator, ...rules: object[]) =>
    ask(emulator, "PUT", policy, { body: { properties: { policy: { rules } } } });

  test("is written, read, and goes alone or with its account", () =>
    withEmulator({}, async (emulator) => {
      await createGroup(emulator);
      expect((await put(emulator, rule())).json.error.code).toBe("ResourceNotFound");
      await createAccount(emulator);
      expect((await ask(emulator, "GET", policy)).json.error.code).toBe("ManagementPolicyNotFound");
      expect((await put(emulator, rule())).status).toBe(200);
      expect((await ask(emulator, "GET", policy)).json).toMatchObject({
        id: policy,
        name: "DefaultManagementPolicy",
        properties: { policy: { rules: [rule()] } },
      });
      expect((await ask(emulator, "DELETE", policy)).status).toBe(200);
      expect((await ask(emulator, "DELETE", policy)).status).toBe(204);
      await put(emulator, rule());
      await ask(emulator, "DELETE", account);
      await createAccount(emulator);
      expect((await ask(emulator, "GET", policy)).status).toBe(404);
    }));

  test.each([
    ["no rules", []],
    ["two rules of one name", [rule(), rule()]],
    ["a name with blanks", [rule({ name: "old files" })]],
    ["another type", [rule({ type: "Retention" })]],
    [
      "no blob types",
      [
        rule({
          definition: { filters: {}, actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: 1 } } } },
        }),
      ],
    ],
    ["no action", [rule({ definition: { filters: { blobTypes: ["blockBlob"] }, actions: {} } })]],
    [
      "an action that is none",
      [
        rule({
          definition: {
            filters: { blobTypes: ["blockBlob"] },
            actions: { baseBlob: { burn: { daysAfterModificationGreaterThan: 1 } } },
          },
        }),
      ],
    ],
    [
      "an action without an age",
      [rule({ definition: { filters: { blobTypes: ["blockBlob"] }, actions: { baseBlob: { delete: {} } } } })],
    ],
  ])("with %s is refused", (_, rules) =>
    withEmulator({}, async (emulator) => {
      await createGroup(emulator);
      await createAccount(emulator);
      const { status, json } = await put(emulator, ...rules);
      expect([status, json.error.code]).toEqual([400, "InvalidRequestPropertyValue"]);
    }),
  );
});

describe("roles", () => {
  const definitions = `${subscription}/providers/Microsoft.Authorization/roleDefinitions`;
  const assignment = (name: string, scope = container) =>
    `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`;
  const [first, second] = ["00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"] as const;
  const body = {
    properties: {
      roleDefinitionId: `${definitions}/${contributor}`,
      principalId: first,
      principalType: "ServicePrincipal",
    },
  };

  test("definitions are found by id and by name", () =>
    withEmulator({}, async (emulator) => {
      const byId = await ask(emulator, "GET", `${definitions}/${contributor}`);
      expect(byId.json.properties.roleName).toBe("Storage Blob Data Contributor");
      const byName = await ask(emulator, "GET", definitions, {
        query: `&$filter=${encodeURIComponent("roleName eq 'Cost Management Contributor'")}`,
      });
      expect(byName.json.value).toMatchObject([{ name: "434105ed-43f6-45c7-a02f-909b2ba83430" }]);
      expect(
        (await ask(emulator, "GET", `/providers/Microsoft.Authorization/roleDefinitions/${first}`)).json.error.code,
      ).toBe("RoleDefinitionDoesNotExist");
    }));

  test("an assignment is created once", () =>
    withEmulator({}, async (emulator) => {
      expect((await ask(emulator, "PUT", assignment(first), { body })).status).toBe(201);
      expect((await ask(emulator, "PUT", assignment(first), { body })).status).toBe(200);
      const twin = await ask(emulator, "PUT", assignment(second), { body });
      expect([twin.status, twin.json.error.code]).toEqual([409, "RoleAssignmentExists"]);
      const changed = { properties: { ...body.properties, principalId: second } };
      expect((await ask(emulator, "PUT", assignment(first), { body: changed })).json.error.code).toBe(
        "RoleAssignmentUpdateNotPermitted",
      );
      expect((await ask(emulator, "GET", assignment(first))).json.properties.scope).toBe(container);
      expect((await ask(emulator, "DELETE", assignment(first))).status).toBe(200);
      expect((await ask(emulator, "DELETE", assignment(first))).status).toBe(204);
      expect((await ask(emulator, "GET", assignment(first))).json.error.code).toBe("RoleAssignmentNotFound");
    }));

  test("a list looks up and down, and takes filters", () =>
    withEmulator({}, async (emulator) => {
      await ask(emulator, "PUT", assignment(first), { body });
      await ask(emulator, "PUT", assignment(second, subscription), {
        body: { properties: { ...body.properties, principalId: second } },
      });
      const list = async (scope: string, filter = "") =>
        (
          await ask(emulator, "GET", `${scope}/providers/Microsoft.Authorization/roleAssignments`, {
            query: filter && `&$filter=${encodeURIComponent(filter)}`,
          })
        ).json;
      expect((await list(group)).value).toHaveLength(2);
      expect((await list(group, "atScope()")).value).toMatchObject([{ name: second }]);
      expect((await list(subscription, `principalId eq '${first}'`)).value).toMatchObject([{ name: first }]);
      expect((await list(subscription, "createdBy eq 'x'")).error.code).toBe("EmulatorNotSupported");
    }));

  test.each([
    [
      "a principal that is unknown yet, where its type is not said",
      { principalsMissing: true },
      { properties: { roleDefinitionId: body.properties.roleDefinitionId, principalId: first } },
      "PrincipalNotFound",
    ],
    [
      "a role that is none",
      {},
      { properties: { ...body.properties, roleDefinitionId: `${definitions}/${first}` } },
      "RoleDefinitionDoesNotExist",
    ],
    [
      "a principal that is no GUID",
      {},
      { properties: { ...body.properties, principalId: "me" } },
      "InvalidPrincipalId",
    ],
  ])("%s is refused", (_, switches, sent, code) =>
    withEmulator({ switches }, async (emulator) => {
      expect((await ask(emulator, "PUT", assignment(first), { body: sent })).json.error.code).toBe(code);
    }),
  );

  test("a principal that is unknown yet is taken where its type is said", () =>
    withEmulator({ switches: { principalsMissing: true } }, async (emulator) => {
      expect((await ask(emulator, "PUT", assignment(first), { body })).status).toBe(201);
    }));

  test("who may not assign roles on an account writes and deletes none there, nor below; elsewhere all may", () =>
    withEmulator({}, async (emulator) => {
      await ask(emulator, "PUT", assignment(first), { body });
      emulator.control.conditions.set(account, ["roleAssignmentsDenied"]);
      for (const [method, verb, scope] of [
        ["PUT", "write", account],
        ["PUT", "write", container],
        ["DELETE", "delete", container],
      ] as const) {
        const { status, json } = await ask(emulator, method, assignment(first, scope), { body });
        expect([status, json.error.code]).toEqual([403, "AuthorizationFailed"]);
        expect(json.error.message).toContain(`roleAssignments/${verb}' over scope '${scope}'`);
      }
      expect((await ask(emulator, "GET", assignment(first))).status).toBe(200);
      expect((await ask(emulator, "PUT", assignment(second, group), { body })).status).toBe(201);
      expect((await ask(emulator, "PUT", assignment(second, `${account}2`), { body })).status).toBe(201);
    }));
});
