/** What a program can say of a component and its parts, on the real Pulumi CLI with the stand-in for azure-native. */
import { askArm, makeAccount, roleAssignments, whileTimePasses } from "../support/azure-native";
import { installAzureNative } from "../support/install-azure-native.cjs";
import { succeeded, withProject, type Project, type StoredResource } from "../support/stack";

jest.setTimeout(240_000);

/** Names are short in these: type without its module, and the resource's own. */
const namesOf = (resources: readonly StoredResource[]) =>
  resources.map(({ urn }) => urn.split("::").slice(2).join(" ").split(/[$:]/).at(-1) ?? "");
const called = (resources: readonly StoredResource[], type: string) =>
  resources.filter((resource) => resource.type.endsWith(`:${type}`));

const destination = (args: object, more = "") => `
const { ExportDestination } = require("pulumi-azure-cost-exports/components");
const place = new ExportDestination("finops-costs", {
  registerProvider: false, containerName: "costs", ...${JSON.stringify(args)},
}, { ${more} });
exports.storageAccountId = place.storageAccountId;
`;

const storage = "2024-01-01";

async function policyOf(project: Project): Promise<unknown> {
  const { storageAccountId } = await project.outputs();
  return askArm(project, "GET", `${String(storageAccountId)}/managementPolicies/default`, { apiVersion: storage });
}

test("files are tiered and deleted by age, in the container alone; the rule changes and goes with its arguments", () =>
  withProject(destination({ coolAfterDays: 30, deleteAfterDays: 400 }), async (project) => {
    installAzureNative(project);
    succeeded(await project.up());
    const rule = (actions: object) => ({
      name: "delivered-costs",
      enabled: true,
      type: "Lifecycle",
      definition: {
        actions: { baseBlob: actions },
        filters: { blobTypes: ["blockBlob"], prefixMatch: ["costs/"] },
      },
    });
    const after = (days: number) => ({ daysAfterModificationGreaterThan: days });
    expect(await policyOf(project)).toMatchObject({
      properties: { policy: { rules: [rule({ tierToCool: after(30), delete: after(400) })] } },
    });

    project.write(destination({ deleteAfterDays: 90 }));
    expect(succeeded(await project.up()).stdout).toMatch(/~ 1 updated/);
    expect(await policyOf(project)).toMatchObject({
      properties: { policy: { rules: [rule({ delete: after(90) })] } },
    });

    project.write(destination({}));
    expect(succeeded(await project.up()).stdout).toMatch(/- 1 deleted/);
    await expect(policyOf(project)).rejects.toThrow(/ManagementPolicyNotFound/);
  }));

test("what breaks a rule is refused in preview, all at once and without a stack trace", () =>
  withProject(destination({ coolAfterDays: 90, deleteAfterDays: 90, acountName: "costs" }), async (project) => {
    installAzureNative(project);
    const { code, stdout, stderr } = await project.preview();
    expect(code).not.toBe(0);
    const said = `${stdout}${stderr}`.replace(/\s+/g, " ");
    expect(said).toMatch(
      /ExportDestination "finops-costs" cannot be made of its arguments: acountName is not a property/,
    );
    expect(said).toMatch(/Did you mean accountName\? coolAfterDays \(90\) is not before deleteAfterDays \(90\)/);
    expect(said).not.toMatch(/ at .*\.js:\d+/);
  }));

test("an output that breaks a rule is refused when it is known", () => {
  const late = `
const pulumi = require("@pulumi/pulumi");
const { ExportDestination } = require("pulumi-azure-cost-exports/components");
new ExportDestination("finops", {
  storageAccountId: pulumi.output("finops"), containerName: "costs", createContainer: false, registerProvider: false,
});
`;
  return withProject(late, async (project) => {
    installAzureNative(project);
    const { code, stdout, stderr } = await project.preview();
    expect(code).not.toBe(0);
    expect(`${stdout}${stderr}`.replace(/\s+/g, " ")).toMatch(
      /ExportDestination "finops" cannot be made of its arguments: storageAccountId is "finops", which is no id of a storage/,
    );
  });
});

test("a container is handed over to others with retainOnDelete, and its files stay", () => {
  const place = (args: object, more = "") => `
const { ExportDestination } = require("pulumi-azure-cost-exports/components");
new ExportDestination("finops", {
  storageAccountId: "/subscriptions/" + process.env.ARM_SUBSCRIPTION_ID + "/resourceGroups/finops/providers/Microsoft.Storage/storageAccounts/finops",
  containerName: "costs", registerProvider: false, ...${JSON.stringify(args)},
}, { ${more} });
`;
  return withProject(place({}), async (project) => {
    installAzureNative(project);
    const container = `${await makeAccount(project)}/blobServices/default/containers/costs`;
    succeeded(await project.up());
    project.write(place({}, "retainOnDelete: true"));
    succeeded(await project.up());
    project.write(place({ createContainer: false }));
    succeeded(await project.up());
    expect(called(await project.resources(), "BlobContainer")).toEqual([]);
    expect(await askArm(project, "GET", container, { apiVersion: storage })).toMatchObject({ name: "costs" });
  });
});

test("what is said of the account is laid over the defaults, and transforms reach every part", () => {
  const tagged = `transforms: [({ type, props, opts }) =>
    type === "azure-native:storage:StorageAccount" ? { props: { ...props, tags: { team: "finops" } }, opts } : undefined]`;
  const args = { storageAccount: { allowSharedKeyAccess: true, sku: { name: "Standard_ZRS" } }, firewall: {} };
  return withProject(destination(args, tagged), async (project) => {
    installAzureNative(project);
    succeeded(await project.up());
    const { storageAccountId } = await project.outputs();
    expect(await askArm(project, "GET", String(storageAccountId), { apiVersion: storage })).toMatchObject({
      sku: { name: "Standard_ZRS" },
      tags: { team: "finops" },
      properties: {
        allowSharedKeyAccess: true,
        allowBlobPublicAccess: false,
        minimumTlsVersion: "TLS1_2",
        supportsHttpsTrafficOnly: true,
        networkAcls: { defaultAction: "Deny", bypass: "AzureServices", ipRules: [] },
      },
    });
  });
});

const costs = (name: string, { args = {}, opts = "", before = "" } = {}) => `
const pulumi = require("@pulumi/pulumi");
const { CostExport } = require("pulumi-azure-cost-exports/components");
${before}
const costs = new CostExport("${name}", {
  scope: "/subscriptions/" + process.env.ARM_SUBSCRIPTION_ID,
  rootFolderPath: "focus",
  export: { exportName: "focus" },
  destination: { deleteAfterDays: 400, registerProvider: false },
  readers: [{ name: "team", principalId: pulumi.output("99999999-0000-4000-8000-000000000001"), principalType: "Group" }],
  ...${JSON.stringify(args)},
}, { ${opts} });
`;

test("a component that is renamed with an alias makes, changes and deletes nothing, the storage account above all", () =>
  withProject(costs("focus-costs", { args: { grant: "account" } }), async (project) => {
    installAzureNative(project);
    succeeded(await project.up());
    project.emulator.control.requests.clear();
    project.write(costs("all-costs", { args: { grant: "account" }, opts: 'aliases: [{ name: "focus-costs" }]' }));
    const { stdout } = succeeded(await project.up());
    expect(stdout).not.toMatch(/created|updated|replaced|deleted/);
    expect(project.emulator.control.requests.list({ category: "arm" })).toEqual([]);
    expect(namesOf(await project.resources()).filter((name) => /focus-?costs/.test(name))).toEqual([]);
  }));

test("a component that is renamed without an alias meets its own export, and the cure is said", () =>
  withProject(costs("focus"), async (project) => {
    installAzureNative(project);
    succeeded(await project.up());
    project.write(costs("all"));
    const { code, stdout, stderr } = await project.up();
    expect(code).not.toBe(0);
    expect(`${stdout}${stderr}`.replace(/\s+/g, " ")).toMatch(
      /exists already, and differs .* that was renamed, deploy that once more by its old name, then rename it with the option aliases: \[\{ name: "old" \}\]/,
    );

    project.write(costs("focus"));
    expect(succeeded(await project.up()).stdout).not.toMatch(/created|updated|replaced/);
    project.write(costs("all", { opts: 'aliases: [{ name: "focus" }]' }));
    expect(succeeded(await project.up()).stdout).not.toMatch(/created|updated|replaced|deleted/);
  }));

test("a protected component keeps all of its parts", () =>
  withProject(costs("focus", { opts: "protect: true" }), async (project) => {
    installAzureNative(project);
    succeeded(await project.up());
    const parts = (await project.resources()).filter(({ urn }) => urn.includes("CostExport$"));
    expect(parts.length).toBeGreaterThan(8);
    expect(parts.filter((part) => (part as { protect?: boolean }).protect !== true)).toEqual([]);
    const { code, stdout, stderr } = await project.destroy();
    expect(code).not.toBe(0);
    expect(`${stdout}${stderr}`).toMatch(/protect/);
    expect(await project.exports()).toHaveLength(1);
  }));

test("a provider of the program's own makes the parts of azure-native", () => {
  const before = `
const { Provider } = require("@pulumi/azure-native");
const own = new Provider("own", { subscriptionId: process.env.ARM_SUBSCRIPTION_ID });`;
  return withProject(costs("focus", { before, opts: "providers: [own]" }), async (project) => {
    installAzureNative(project);
    succeeded(await project.up());
    const native = (await project.resources()).filter(({ type }) => type.startsWith("azure-native:"));
    expect(native.length).toBeGreaterThan(4);
    for (const resource of native) expect((resource as { provider?: string }).provider).toMatch(/::own::/);
  });
});

test("the parts wait for what the component depends on, and what depends on the component waits for its parts", () => {
  const before = `
const slow = { create: async () => { await new Promise((done) => setTimeout(done, 2000)); return { id: "slow", outs: { at: Date.now() } }; } };
class Slow extends pulumi.dynamic.Resource {
  constructor(name, opts) { super(slow, name, { at: undefined }, opts); }
}
const first = new Slow("first");
exports.first = first.at;`;
  const after = `exports.last = new Slow("last", { dependsOn: [costs] }).at;`;
  return withProject(costs("focus", { before, opts: "dependsOn: [first]" }) + after, async (project) => {
    installAzureNative(project);
    succeeded(await project.up());
    const { first, last } = await project.outputs();
    const real = (await project.resources()).filter(({ urn }) => urn.includes("CostExport$"));
    const times = real
      .map((resource) => (resource as { created?: string }).created)
      .filter((time) => time !== undefined)
      .map((time) => Date.parse(time));
    expect(times.length).toBeGreaterThan(6);
    // The engine's clock is written after the create has answered.
    expect(Math.min(...times)).toBeGreaterThanOrEqual(Number(first));
    expect(Math.max(...times)).toBeLessThanOrEqual(Number(last));
  });
});

const access = (...readers: readonly object[]) => `
const { ExportAccess } = require("pulumi-azure-cost-exports/components");
new ExportAccess("costs", {
  storageAccountId: "/subscriptions/" + process.env.ARM_SUBSCRIPTION_ID + "/resourceGroups/finops/providers/Microsoft.Storage/storageAccounts/finops",
  containerName: "costs",
  readers: ${JSON.stringify(readers)},
});
`;

test("readers get Storage Blob Data Reader on the container; one that leaves takes no other's right along", () => {
  const [one, two] = ["1", "2"].map((digit) => ({
    principalId: `99999999-0000-4000-8000-00000000000${digit}`,
    principalType: "Group",
  }));
  return withProject(access(one ?? {}, two ?? {}), async (project) => {
    installAzureNative(project);
    const account = await makeAccount(project);
    succeeded(await project.up());
    const before = [...(await roleAssignments(project))].sort((a, b) =>
      a.properties.principalId.localeCompare(b.properties.principalId),
    );
    expect(before.map(({ properties }) => [properties.principalId, properties.scope])).toEqual([
      [one?.principalId, `${account}/blobServices/default/containers/costs`],
      [two?.principalId, `${account}/blobServices/default/containers/costs`],
    ]);
    for (const { id, properties } of before) {
      expect(properties.roleDefinitionId).toMatch(/\/2a2b9908-6ea1-4ae2-8e65-a410df84e7d1$/);
      // A UUID of version 5.
      expect(id).toMatch(/\/[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }

    project.write(access(two ?? {}));
    expect(succeeded(await project.up()).stdout).toMatch(/- 1 deleted/);
    expect(await roleAssignments(project)).toEqual([before[1]]);

    // The same names for the same readers, whatever was there before.
    succeeded(await project.destroy());
    project.write(access(two ?? {}, one ?? {}));
    succeeded(await project.up());
    expect((await roleAssignments(project)).map(({ id }) => id).sort()).toEqual(before.map(({ id }) => id).sort());
  });
});

const set = (groups: readonly string[], { name = "finops", args = {}, opts = "" } = {}) => `
const { FinOpsExports } = require("pulumi-azure-cost-exports/components");
const subscription = "/subscriptions/" + process.env.ARM_SUBSCRIPTION_ID;
new FinOpsExports("${name}", {
  scopes: ${JSON.stringify(groups)}.map((group) => subscription + "/resourceGroups/" + group),
  destination: { registerProvider: false },
  readers: [{ principalId: "99999999-0000-4000-8000-000000000001", principalType: "Group" }],
  ...${JSON.stringify(args)},
}, { ${opts} });
`;

test("a FinOps set grows and shrinks without touching the exports of its other scopes", () =>
  withProject(set(["b"]), async (project) => {
    installAzureNative(project);
    succeeded(await whileTimePasses(project, project.up()));
    project.write(set(["a", "b"]));
    expect(succeeded(await project.up()).stdout).toMatch(/Resources:\s+\+ 11 created\s+\d+ unchanged/);
    project.write(set(["a"]));
    expect(succeeded(await project.up()).stdout).toMatch(/Resources:\s+- 11 deleted\s+\d+ unchanged/);
    expect(called(await project.resources(), "RoleAssignment")).toHaveLength(1);
    expect(await project.exports()).toHaveLength(2);
  }));

test("a FinOps set that is renamed with an alias keeps all, its exports by the old prefix", () =>
  withProject(set(["a"]), async (project) => {
    installAzureNative(project);
    succeeded(await whileTimePasses(project, project.up()));
    const renamed = { name: "all-costs", opts: 'aliases: [{ name: "finops" }]' };
    project.write(set(["a"], renamed));
    expect(succeeded(await project.preview()).stdout).toMatch(/to replace/);

    project.emulator.control.requests.clear();
    project.write(set(["a"], { ...renamed, args: { exportNamePrefix: "finops" } }));
    expect(succeeded(await project.up()).stdout).not.toMatch(/created|updated|replaced|deleted/);
    expect(project.emulator.control.requests.list({ category: "arm" })).toEqual([]);
  }));
