/** The role that the service assigns: found, waited for, missed with a cure, and removed with nothing else. */
import type { ArmResponse } from "../../../provider/arm";
import { unknown } from "../../../provider/cost-management/unknown";
import { serviceGrantResource } from "../../../provider/resources/service-grant";
import { fakeArm, refusal, respond, type FakeArm } from "../../support/fake-arm";

const subscription = "/subscriptions/11111111-1111-1111-1111-111111111111";
const account = `${subscription}/resourceGroups/r/providers/Microsoft.Storage/storageAccounts/costs`;
const container = `${account}/blobServices/default/containers/exports`;
const exportId = `${subscription}/providers/Microsoft.CostManagement/exports/daily`;
const principalId = "22222222-2222-4222-8222-222222222222";
const contributor = "ba92f5b4-2d11-453d-a403-e96b0029c9fe";
const assignmentId = `${container}/providers/Microsoft.Authorization/roleAssignments/33333333-3333-4333-8333-333333333333`;
const inputs = { exportId, principalId, storageAccountId: account, containerName: "exports", required: true };
const state = { ...inputs, assignmentId };

const assignment = (change: { id?: string; role?: string; principalId?: string; scope?: string } = {}) => ({
  id: change.id ?? assignmentId,
  properties: {
    principalId: change.principalId ?? principalId,
    scope: change.scope ?? container,
    roleDefinitionId: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${change.role ?? contributor}`,
  },
});

/** An ARM that answers lists of assignments with these, one after the other, the last one for ever. */
function withLists(...lists: readonly (readonly object[])[]): FakeArm {
  const fake = fakeArm();
  let asked = 0;
  fake.intercept = ({ path }) =>
    path.endsWith("/roleAssignments") ? respond(200, { value: lists[Math.min(asked++, lists.length - 1)] }) : undefined;
  return fake;
}

const calls = ({ requests }: FakeArm) => requests.map(({ method, path }) => `${method} ${path}`);
const listed = `GET ${container}/providers/Microsoft.Authorization/roleAssignments`;

describe("check", () => {
  const failuresOf = (change: object) =>
    serviceGrantResource
      .check(undefined, { ...inputs, ...change }, 0)
      .failures.map(({ property, reason }) => [property, reason]);

  test("takes what is right, and what is not known yet", () => {
    expect(failuresOf({ timeouts: { create: "90s", delete: "1h" } })).toEqual([]);
    expect(failuresOf({ exportId: unknown, principalId: unknown, storageAccountId: unknown })).toEqual([]);
  });

  test("an assignment is required unless the program says otherwise", () => {
    const { required: _required, ...others } = inputs;
    expect(serviceGrantResource.check(undefined, others, 0).inputs).toEqual(inputs);
    expect(serviceGrantResource.check(undefined, { ...others, required: false }, 0).inputs["required"]).toBe(false);
  });

  test.each([
    ["exportId", { exportId: "daily" }, /is no id of an export/],
    ["principalId", { principalId: "me" }, /"me" is no GUID\. Use principalId of an ExportPrincipal/],
    ["storageAccountId", { storageAccountId: container }, /is no id of a storage account\. Write/],
    ["containerName", { containerName: "Costs" }, /"Costs" is no name of a container/],
    ["required", { required: "yes" }, /neither true nor false/],
    ["timeouts.create", { timeouts: { create: "soon" } }, /"soon" is no duration/],
    ["timeouts.creat", { timeouts: { creat: "1m" } }, /did you mean create\?/],
  ])("names %s, the value and the rule", (property, change, rule) => {
    expect(failuresOf(change)).toEqual([[property, expect.stringMatching(rule)]]);
  });
});

describe("diff", () => {
  const diff = (change: object) => serviceGrantResource.diff(assignmentId, state, { ...inputs, ...change });

  test("sees no change in another spelling of ids", () => {
    const change = { exportId: exportId.toUpperCase(), storageAccountId: `${account}/`, principalId };
    expect(diff(change)).toEqual({ changes: false, replaces: [], deleteBeforeReplace: false });
  });

  test.each([
    ["another principal", { principalId: "44444444-4444-4444-8444-444444444444" }, ["principalId"]],
    ["a principal that is not known yet", { principalId: unknown }, ["principalId"]],
    ["another container", { containerName: "other" }, ["containerName"]],
    ["another account", { storageAccountId: `${account}2` }, ["storageAccountId"]],
    ["another export", { exportId: `${exportId}2` }, ["exportId"]],
  ])("%s is another assignment, found before the old one goes", (_, change, replaces) => {
    expect(diff(change)).toEqual({ changes: true, replaces, deleteBeforeReplace: false });
  });

  test("other timeouts update", () => {
    expect(diff({ timeouts: { create: "5m" } })).toEqual({ changes: true, replaces: [], deleteBeforeReplace: false });
  });
});

describe("create", () => {
  test("remembers the service's assignment", async () => {
    const fake = withLists([assignment()]);
    expect(await serviceGrantResource.create(inputs, fake)).toEqual({ id: assignmentId, state });
    expect(fake.requests.map(({ query }) => query)).toEqual([{ $filter: `principalId eq '${principalId}'` }]);
    expect(calls(fake)).toEqual([listed]);
  });

  test("waits until it shows, and says so once", async () => {
    const fake = withLists([], [], [assignment()]);
    const said: string[] = [];
    await serviceGrantResource.create(inputs, { ...fake, progress: (message) => void said.push(message) });
    expect(calls(fake)).toEqual([listed, listed, listed]);
    expect(said).toEqual([`Waiting for the role that the service assigns to ${principalId}.`]);
  });

  test.each([
    ["another role", assignment({ role: "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1" })],
    ["another principal", assignment({ principalId: "44444444-4444-4444-8444-444444444444" })],
    ["another container", assignment({ scope: `${container}-old` })],
    ["a scope above, whose assignment is not the service's", assignment({ scope: account })],
  ])("doesn't take an assignment of %s for it", async (_, other) => {
    await expect(serviceGrantResource.create(inputs, withLists([other]))).rejects.toThrow(/did not assign/);
  });

  test("reads the further pages of the list", async () => {
    const fake = fakeArm();
    const next = "https://management.azure.com/next";
    fake.intercept = ({ location }): ArmResponse =>
      location === next ? respond(200, { value: [assignment()] }) : respond(200, { value: [], nextLink: next });
    expect((await serviceGrantResource.create(inputs, fake)).id).toBe(assignmentId);
  });

  test("where it never shows, the error names principal, container, role and the commands that help", async () => {
    const fake = withLists([]);
    const began = fake.clock.time;
    const failed = serviceGrantResource.create(inputs, fake);
    await expect(failed).rejects.toMatchObject({ name: "ResourceError", code: "NotFound" });
    await expect(failed).rejects.toThrow(
      `az role assignment create --role "Storage Blob Data Contributor" --assignee-object-id ${principalId} --assignee-principal-type ServicePrincipal --scope "${container}"`,
    );
    await expect(failed).rejects.toThrow(/grant: "account".*grant: "none".*2m; timeouts\.create/s);
    // Two minutes unless the program says otherwise.
    expect(fake.clock.time - began).toBeLessThan(120_000);
    expect(fake.clock.time - began).toBeGreaterThan(90_000);
  });

  describe("an assignment that somebody removed", () => {
    /** The export is there, and the service assigns the role when it is written. */
    const withExport = (principal = principalId): FakeArm => {
      const fake = fakeArm();
      const properties = { format: "Parquet", exportDescription: "the portal's" };
      const identity = { type: "SystemAssigned", principalId: principal };
      fake.exports.set(exportId.toLowerCase().slice(1), {
        body: { id: exportId, name: "daily", eTag: "1", location: "global", identity, properties },
        generation: "new",
      });
      const written = () => fake.requests.some(({ method }) => method === "PUT");
      fake.intercept = ({ path }) =>
        path.endsWith("/roleAssignments") ? respond(200, { value: written() ? [assignment()] : [] }) : undefined;
      return fake;
    };

    test("comes back when the export is written again, as it is", async () => {
      const fake = withExport();
      const before = structuredClone([...fake.exports.values()][0]?.body["properties"]);
      expect((await serviceGrantResource.create(inputs, fake)).id).toBe(assignmentId);
      expect(fake.requests.filter(({ method }) => method === "PUT")).toHaveLength(1);
      expect([...fake.exports.values()][0]?.body["properties"]).toEqual(before);
    });

    test("where the export may not be written, that is said, and the assignment still waited for", async () => {
      const fake = withExport();
      fake.intercept = ({ method, path }) => {
        if (method === "PUT") throw refusal(403, "no authorization to perform exports/write", "AuthorizationFailed");
        return path.endsWith("/roleAssignments") ? respond(200, { value: [] }) : undefined;
      };
      await expect(serviceGrantResource.create(inputs, fake)).rejects.toThrow(/did not assign/);
      expect(fake.warnings).toEqual([expect.stringMatching(/could not be written again.*exports\/write/s)]);
    });

    test("an export with another identity is not written", async () => {
      const fake = withExport("44444444-4444-4444-8444-444444444444");
      await expect(serviceGrantResource.create(inputs, fake)).rejects.toThrow(/did not assign/);
      expect(fake.requests.map(({ method }) => method)).not.toContain("PUT");
    });
  });

  test("the time to wait is the program's", async () => {
    const fake = withLists([]);
    const began = fake.clock.time;
    await expect(serviceGrantResource.create({ ...inputs, timeouts: { create: "20s" } }, fake)).rejects.toThrow(/20s/);
    expect(fake.clock.time - began).toBeLessThan(20_000);
  });

  test("where none is required, one look is enough and nothing is an error", async () => {
    const fake = withLists([]);
    const made = await serviceGrantResource.create({ ...inputs, required: false }, fake);
    expect(made).toEqual({ id: `${container}/principals/${principalId}`, state: { ...inputs, required: false } });
    expect(calls(fake)).toEqual([listed]);
  });

  test("who may not look is told the service's answer; where none is required, it is a warning", async () => {
    const fake = fakeArm();
    fake.intercept = () => {
      throw refusal(403, "no authorization to perform roleAssignments/read", "AuthorizationFailed");
    };
    await expect(serviceGrantResource.create(inputs, fake)).rejects.toThrow(/Cannot read the role assignments on/);
    const { state: made } = await serviceGrantResource.create({ ...inputs, required: false }, fake);
    expect(made["assignmentId"]).toBeUndefined();
    expect(fake.warnings).toEqual([expect.stringMatching(/stays behind when the export goes/)]);
  });
});

describe("update", () => {
  test("looks for the assignment where it has become required", async () => {
    const before = { ...inputs, required: false };
    const fake = withLists([assignment()]);
    expect((await serviceGrantResource.update("id", before, inputs, fake)).state).toEqual(state);
    await expect(serviceGrantResource.update("id", before, inputs, withLists([]))).rejects.toThrow(/did not assign/);
  });

  test("keeps what is known, with no call", async () => {
    const fake = withLists([]);
    const timeouts = { create: "5m" };
    const updated = await serviceGrantResource.update(assignmentId, state, { ...inputs, timeouts }, fake);
    expect(updated.state).toEqual({ ...state, timeouts });
    expect(calls(fake)).toEqual([]);
  });
});

describe("read", () => {
  test.each([
    ["is there", 200, { state, inputs }],
    ["is gone", 404, undefined],
  ])("an assignment that %s", async (_, status, expected) => {
    const fake = fakeArm();
    fake.intercept = () => respond(status, assignment());
    expect(await serviceGrantResource.read(assignmentId, state, fake)).toEqual(expected);
    expect(calls(fake)).toEqual([`GET ${assignmentId}`]);
  });

  test("asks nothing where there was none", async () => {
    const fake = fakeArm();
    const without = { ...inputs, required: false };
    expect(await serviceGrantResource.read("id", without, fake)).toEqual({ state: without, inputs: without });
    expect(calls(fake)).toEqual([]);
  });

  test("a look-up by id alone says how it is done", async () => {
    await expect(serviceGrantResource.read(assignmentId, undefined, fakeArm())).rejects.toThrow(/make a ServiceGrant/);
  });
});

describe("delete", () => {
  const history = (...statuses: string[]) => ({
    value: statuses.map((status, index) => ({ id: `${exportId}/run/${index}`, properties: { status } })),
  });
  const removed = `DELETE ${assignmentId}`;
  const looked = `GET ${exportId}/runHistory`;

  test.each([200, 204, 404])("removes exactly that assignment; an answer of %d is the end", async (status) => {
    const fake = fakeArm();
    fake.intercept = ({ method }) => (method === "DELETE" ? respond(status) : respond(200, history("Completed")));
    await serviceGrantResource.delete(assignmentId, state, fake);
    expect(calls(fake)).toEqual([looked, removed]);
  });

  test("has nothing to do where there was none", async () => {
    const fake = fakeArm();
    await serviceGrantResource.delete("id", { ...inputs, required: false }, fake);
    expect(calls(fake)).toEqual([]);
  });

  test("waits for the end of a run that is under way", async () => {
    const fake = fakeArm();
    const answers = ["Queued", "InProgress", "Completed"];
    fake.intercept = ({ method }) =>
      method === "DELETE" ? respond(200) : respond(200, history(answers.shift() ?? "Completed"));
    await serviceGrantResource.delete(assignmentId, state, fake);
    expect(calls(fake)).toEqual([looked, looked, looked, removed]);
  });

  test("doesn't wait for ever, and says what it does", async () => {
    const fake = fakeArm();
    fake.intercept = ({ method }) => (method === "DELETE" ? respond(200) : respond(200, history("InProgress")));
    const began = fake.clock.time;
    await serviceGrantResource.delete(assignmentId, { ...state, timeouts: { delete: "5m" } }, fake);
    expect(fake.clock.time - began).toBeLessThan(5 * 60_000);
    expect(fake.clock.time - began).toBeGreaterThan(4 * 60_000);
    expect(calls(fake).at(-1)).toBe(removed);
    expect(fake.warnings).toEqual([expect.stringMatching(/still under way after 5m \(timeouts\.delete\)/)]);
  });

  test("isn't stopped by runs that cannot be seen", async () => {
    const fake = fakeArm();
    fake.intercept = ({ method }) => {
      if (method === "GET") throw refusal(401, "no", "Unauthorized");
      return respond(200);
    };
    await serviceGrantResource.delete(assignmentId, state, fake);
    expect(fake.warnings).toEqual([expect.stringMatching(/cannot be seen; its role is removed/)]);
  });

  test("who may not remove it is given the command", async () => {
    const fake = fakeArm();
    fake.intercept = ({ method }) => {
      if (method === "DELETE") throw refusal(403, "not allowed", "AuthorizationFailed");
      return respond(200, history());
    };
    const failed = serviceGrantResource.delete(assignmentId, state, fake);
    await expect(failed).rejects.toMatchObject({ code: "Refused" });
    await expect(failed).rejects.toThrow(`az role assignment delete --ids "${assignmentId}"`);
  });
});
