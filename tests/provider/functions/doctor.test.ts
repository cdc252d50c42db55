/** The doctor against the emulator: every finding is produced by the fault that it tells of, and a healthy set-up has none. */
import type { EmulatorOptions } from "../../../emulator";
import type { DoctorReport, DoctorRequest, Finding, Severity } from "../../../provider/functions/doctor";
import { checkRows, say, type Check } from "../../../provider/functions/doctor-findings";
import {
  account,
  container,
  contributor,
  ea,
  idOf,
  inDays,
  openWorld,
  otherTenant,
  subscription,
  type World,
} from "./doctor-world";

async function withWorld(options: EmulatorOptions, test: (world: World) => Promise<void>): Promise<void> {
  const world = await openWorld(options);
  try {
    await test(world);
  } finally {
    await world.close();
  }
}

const problems = ({ findings }: DoctorReport): readonly Finding[] =>
  findings.filter(({ severity }) => severity !== "ok");
const found = ({ findings }: DoctorReport, check: Check, severity: Severity): readonly Finding[] =>
  findings.filter((finding) => finding.check === check && finding.severity === severity);

const owner = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
const reader = "acdd72a7-3385-48ef-bd42-f606fba81ae7";
const costContributor = "434105ed-43f6-45c7-a02f-909b2ba83430";
const elsewhere = "22222222-3333-4444-8555-666666666666";
const stranger = "11111111-2222-4333-8444-555555555555";
const subscriptionId = subscription.slice("/subscriptions/".length);

interface Row {
  readonly check: Check;
  readonly severity: Severity;
  readonly seed: (world: World) => unknown;
  readonly subject?: string;
  /** Parts of what is told and of its cure. */
  readonly what?: string;
  readonly cure?: string;
  readonly options?: EmulatorOptions;
  readonly request?: Partial<DoctorRequest>;
  /** Other problems that the same fault brings along. */
  readonly besides?: readonly `${Check} ${Severity}`[];
}

const fault =
  (path: string, status: number, code: string, message = "The client has no authorization.") =>
  (world: World) =>
    world.emulator.control.faults.add({
      match: { pathPattern: path },
      effect: { status, body: { error: { code, message } } },
    });
const denied = (path: string) => fault(path, 403, "AuthorizationFailed");
const firewalled = (world: World, bypass = "AzureServices") =>
  world.changeAccount({ properties: { networkAcls: { defaultAction: "Deny", bypass } } });

const rows: readonly Row[] = [
  {
    check: "token",
    severity: "error",
    seed: fault("msi/token", 400, "invalid_request", "Identity not found"),
    subject: "sign-in",
    what: "No token could be used",
    cure: "Set right what the message says",
  },
  {
    check: "token",
    severity: "error",
    seed: fault("^/tenants\\?", 401, "InvalidAuthenticationToken", "The access token is invalid."),
    cure: "az login",
  },
  {
    check: "token",
    severity: "error",
    seed: ({ emulator }) =>
      emulator.control.faults.add({ match: { category: "metadata" }, effect: { status: 500, body: {} } }),
    what: "could not be discovered",
    cure: "curl --head http://127.0.0.1:",
  },
  {
    check: "tenant",
    severity: "error",
    seed: () => undefined,
    options: { tenants: { [elsewhere]: otherTenant } },
    request: { scopes: [`/subscriptions/${elsewhere}`], storage: [] },
    subject: `/subscriptions/${elsewhere}`,
    what: `It belongs to tenant ${otherTenant}`,
    cure: `az login --tenant ${otherTenant}`,
    besides: ["scope error", "agreement unknown", "registration unknown", "scopeRights unknown"],
  },
  {
    check: "tenant",
    severity: "unknown",
    seed: denied(`^/subscriptions/${subscriptionId}\\?`),
    cure: `--role Reader`,
  },
  {
    check: "scope",
    severity: "error",
    seed: denied("CostManagement/exports\\?"),
    subject: subscription,
    what: "AuthorizationFailed",
    cure: 'az role assignment create --role "Cost Management Contributor" --assignee ',
  },
  {
    check: "scope",
    severity: "error",
    seed: fault("CostManagement/exports\\?", 404, "SubscriptionNotFound", "The subscription could not be found."),
    cure: "az account list",
  },
  {
    check: "scope",
    severity: "unknown",
    seed: fault("CostManagement/exports\\?", 400, "Strange", "Nothing that anybody knows."),
    what: "Nothing that anybody knows",
  },
  {
    check: "agreement",
    severity: "warning",
    seed: (world) => world.putExport("usage", { type: "Usage" }),
    options: { agreements: { [subscription]: "PAYG" } },
    what: "PAYG",
    cure: '"Usage"',
  },
  {
    check: "agreement",
    severity: "unknown",
    seed: denied("billingProperty"),
    options: { agreements: { [subscription]: "MCA" } },
    cure: "az role assignment create --role Reader",
  },
  {
    check: "dataset",
    severity: "error",
    // Written before the subscription left its enterprise agreement.
    seed: (world) => {
      world.putExport("focus", { type: "FocusCost" });
      world.emulator.control.faults.add({
        match: { path: "billingProperty" },
        effect: {
          status: 200,
          body: { properties: { billingAccountAgreementType: "MicrosoftOnlineServicesProgram" } },
        },
      });
    },
    subject: idOf("focus"),
    what: "FocusCost is refused",
    cure: "Usage",
    besides: ["agreement warning"],
  },
  {
    check: "dataset",
    severity: "warning",
    seed: (world) =>
      world.emulator.control.exports.edit(world.putExport("details"), {
        properties: { definition: { type: "ReservationDetails" } },
      }),
    subject: idOf("details"),
    what: "ReservationDetails is not documented",
  },
  {
    check: "registration",
    severity: "error",
    seed: async (world) => {
      await world.arm("POST", `${subscription}/providers/Microsoft.CostManagementExports/unregister`);
      world.emulator.control.clock.advance("PT2M");
    },
    subject: subscription,
    what: "Microsoft.CostManagementExports is Unregistered",
    cure: `az provider register --namespace Microsoft.CostManagementExports --subscription ${subscriptionId} --wait`,
  },
  {
    check: "registration",
    severity: "error",
    seed: async (world) => {
      await world.arm("POST", `${subscription}/providers/Microsoft.CostManagement/unregister`);
      world.emulator.control.clock.advance("PT2M");
    },
    what: "Microsoft.CostManagement is Unregistered",
    cure: "az provider register --namespace Microsoft.CostManagement ",
  },
  {
    check: "registration",
    severity: "warning",
    seed: async (world) => {
      const provider = `${subscription}/providers/Microsoft.CostManagementExports`;
      await world.arm("POST", `${provider}/unregister`);
      world.emulator.control.clock.advance("PT2M");
      await world.arm("POST", `${provider}/register`);
    },
    what: "Registering",
    cure: "az provider show",
  },
  { check: "registration", severity: "unknown", seed: denied("providers/Microsoft.CostManagementExports\\?") },
  {
    check: "scopeRights",
    severity: "error",
    seed: async (world) => world.assignRole(subscription, reader, await world.caller()),
    what: "exports/write",
    cure: 'az role assignment create --role "Cost Management Contributor" --assignee ',
    besides: ["storageRights warning"],
  },
  {
    check: "scopeRights",
    severity: "warning",
    seed: (world) =>
      world.emulator.control.faults.add({
        match: { pathPattern: `^${subscription}/providers/Microsoft.Authorization/permissions` },
        effect: {
          status: 200,
          body: { value: [{ actions: ["*"], notActions: ["Microsoft.CostManagement/*/delete"] }] },
        },
      }),
    what: "The caller may not do Microsoft.CostManagement/exports/delete.",
  },
  {
    check: "scopeRights",
    severity: "unknown",
    seed: () => undefined,
    request: { scopes: [ea] },
    subject: ea,
    what: "billing roles",
  },
  {
    check: "account",
    severity: "error",
    seed: (world) => world.arm("DELETE", account),
    subject: account,
    cure: `az storage account list --subscription ${subscriptionId}`,
  },
  {
    check: "account",
    severity: "unknown",
    seed: denied("storageAccounts/finopscosts\\?"),
    subject: account,
    cure: `--scope ${account}`,
  },
  {
    check: "kind",
    severity: "error",
    seed: (world) => world.changeAccount({ kind: "FileStorage", sku: { name: "Premium_LRS" } }),
    what: "FileStorage holds no blobs",
    cure: "--kind StorageV2 --sku Standard_LRS",
  },
  {
    check: "kind",
    severity: "warning",
    seed: (world) => world.changeAccount({ sku: { name: "Premium_LRS" } }),
    what: "page blobs",
  },
  {
    check: "firewall",
    severity: "error",
    seed: async (world) => {
      world.putExport("plain", { identity: false });
      await firewalled(world);
    },
    subject: account,
    what: "no identity: plain",
    cure: 'identity: { type: "SystemAssigned" }',
  },
  {
    check: "firewall",
    severity: "error",
    seed: async (world) => {
      world.putExport("plain", { identity: false });
      await world.changeAccount({ properties: { publicNetworkAccess: "Disabled" } });
    },
    what: "no identity: plain",
  },
  { check: "firewall", severity: "warning", seed: (world) => firewalled(world), what: "need an identity" },
  {
    check: "trustedServices",
    severity: "error",
    seed: async (world) => {
      world.putExport("daily");
      await firewalled(world, "Logging, Metrics");
    },
    what: "bypass: Logging, Metrics",
    cure: `az storage account update --ids ${account} --bypass Logging Metrics AzureServices`,
  },
  {
    check: "sharedKey",
    severity: "error",
    seed: async (world) => {
      world.putExport("plain", { identity: false });
      await world.changeAccount({ properties: { allowSharedKeyAccess: false } });
    },
    what: "no identity: plain",
    cure: "pulumi up",
  },
  {
    check: "sharedKey",
    severity: "warning",
    seed: (world) => world.changeAccount({ properties: { allowSharedKeyAccess: false } }),
  },
  {
    check: "copyScope",
    severity: "error",
    seed: (world) => world.changeAccount({ properties: { allowedCopyScope: "AAD" } }),
    what: "allowedCopyScope is AAD",
    cure: "az rest --method patch",
  },
  {
    check: "container",
    severity: "warning",
    seed: (world) => world.arm("DELETE", container),
    what: "Container costs does not exist",
    cure: `az storage container-rm create --storage-account ${account} --name costs`,
  },
  { check: "container", severity: "unknown", seed: denied("containers/costs\\?") },
  {
    check: "replication",
    severity: "error",
    seed: (world) =>
      world.arm("PUT", `${account}/objectReplicationPolicies/default`, {
        properties: {
          sourceAccount: account.replace("finopscosts", "source"),
          destinationAccount: account,
          rules: [{ ruleId: "rule-1", sourceContainer: "any", destinationContainer: "costs" }],
        },
      }),
    what: "container costs",
    cure: "--rule-id rule-1",
  },
  { check: "replication", severity: "unknown", seed: denied("objectReplicationPolicies") },
  {
    check: "storageRights",
    severity: "error",
    seed: async (world) => {
      world.putExport("daily");
      await world.assignRole(subscription, costContributor, await world.caller());
    },
    subject: account,
    what: "Microsoft.Authorization/roleAssignments/write",
    cure: 'az role assignment create --role "Role Based Access Control Administrator"',
  },
  {
    check: "storageRights",
    severity: "warning",
    seed: async (world) => {
      world.putExport("plain", { identity: false });
      await world.assignRole(subscription, costContributor, await world.caller());
    },
    what: "Microsoft.Storage/storageAccounts/write",
  },
  {
    check: "storageRights",
    severity: "unknown",
    seed: denied("finopscosts/providers/Microsoft.Authorization/permissions"),
  },
  {
    check: "deliveryRole",
    severity: "warning",
    seed: async (world) => {
      world.putExport("daily");
      const list = await world.arm("GET", `${container}/providers/Microsoft.Authorization/roleAssignments`);
      for (const { id } of list["value"] as { id: string }[]) await world.arm("DELETE", id);
    },
    subject: container,
    what: "The identity of daily",
    cure: `--scope ${container}`,
  },
  {
    check: "deliveryRole",
    severity: "unknown",
    seed: denied("roleAssignments"),
    besides: ["orphanedRole unknown"],
  },
  {
    check: "orphanedRole",
    severity: "warning",
    seed: (world) => world.emulator.control.exports.delete(world.putExport("gone")),
    subject: account,
    what: "Nobody known uses it",
    cure: `az role assignment delete --ids ${container}/providers/Microsoft.Authorization/roleAssignments/`,
  },
  {
    check: "orphanedRole",
    severity: "warning",
    seed: (world) => world.assignRole(account, contributor, stranger),
    what: stranger,
  },
  {
    check: "orphanedRole",
    severity: "unknown",
    seed: async (world) => {
      await world.assignRole(account, contributor, stranger);
      denied("CostManagement/exports\\?")(world);
    },
    besides: ["scope error"],
  },
  {
    check: "recorded",
    severity: "error",
    seed: () => undefined,
    request: { exports: [idOf("gone")] },
    subject: idOf("gone"),
    cure: "pulumi up --refresh",
  },
  {
    check: "generations",
    severity: "warning",
    seed: (world) => {
      world.putExport("new");
      world.putExport("old", { apiVersion: "2023-11-01" });
    },
    subject: subscription,
    what: "Hidden from tools that speak older api-versions: new. Seen by all: old.",
  },
  {
    check: "generations",
    severity: "unknown",
    seed: (world) =>
      world.emulator.control.faults.add({
        match: { path: "CostManagement/exports", apiVersion: "2023-11-01" },
        effect: { status: 403, body: { error: { code: "AuthorizationFailed", message: "No." } } },
      }),
  },
  {
    check: "twins",
    severity: "warning",
    seed: (world) => {
      world.putExport("daily");
      world.putExport("daily", { apiVersion: "2023-11-01" });
    },
    subject: idOf("daily"),
    cure: "api-version=2023-11-01",
  },
  {
    check: "collision",
    severity: "warning",
    seed: (world) => {
      world.putExport("daily", { folder: "shared" });
      world.putExport("daily", { folder: "shared", scope: ea });
    },
    request: { scopes: [subscription, ea] },
    what: "finopscosts/costs/shared/daily",
    besides: ["scopeRights unknown"],
  },
  {
    check: "schedule",
    severity: "warning",
    seed: (world) =>
      world.putExport("daily", {
        properties: {
          schedule: { status: "Active", recurrence: "Daily", recurrencePeriod: { from: inDays(1), to: inDays(30) } },
        },
      }),
    subject: idOf("daily"),
    what: "Its schedule ends in 30 days",
    cure: "schedule.recurrencePeriod.to",
  },
  {
    check: "schedule",
    severity: "error",
    seed: (world) =>
      world.emulator.control.exports.edit(world.putExport("daily"), {
        properties: { schedule: { recurrencePeriod: { from: inDays(-400), to: inDays(-30) } } },
      }),
    what: `Its schedule ended on ${inDays(-30).slice(0, 10)}`,
  },
  {
    check: "suspended",
    severity: "error",
    seed: (world) =>
      world.emulator.control.exports.edit(world.putExport("daily"), {
        properties: {
          schedule: { status: "SystemSuspended" },
          systemSuspensionContext: { suspensionCode: "StorageGone", suspensionReason: "The account was deleted." },
        },
      }),
    what: "The service has suspended it",
    cure: '"Active"',
  },
  {
    check: "lastRun",
    severity: "error",
    seed: async (world) => {
      const id = world.putExport("daily");
      await runOnce(world, id);
      world.emulator.control.runs.settle({
        status: "Failed",
        error: { code: "BadRequest", message: "RP Not Registered. Register destination storage account subscription." },
      });
    },
    subject: idOf("daily"),
    what: "ended as Failed: RP Not Registered",
    cure: `az provider register --namespace Microsoft.CostManagementExports`,
  },
  {
    check: "lastRun",
    severity: "unknown",
    seed: (world) => {
      world.putExport("daily");
      denied("runHistory")(world);
    },
    subject: idOf("daily"),
  },
];

const runOnce = (world: World, id: string): Promise<unknown> => world.arm("POST", `${id}/run`);

test.each(rows.map((row, index) => [`${row.check} ${row.severity} (${index + 1})`, row] as const))(
  "%s",
  async (_, row) =>
    withWorld(row.options ?? {}, async (world) => {
      await row.seed(world);
      const report = await world.doctor(row.request);
      const [finding] = found(report, row.check, row.severity);
      expect(finding).toMatchObject({
        ...(row.subject === undefined ? {} : { subject: row.subject }),
        what: expect.stringContaining(row.what ?? "") as string,
        why: checkRows[row.check].why,
        cure: expect.stringContaining(row.cure ?? "") as string,
      });
      expect(finding?.cure).not.toBe("");
      const others = problems(report).map(({ check, severity }) => `${check} ${severity}`);
      expect(new Set(others)).toEqual(new Set([`${row.check} ${row.severity}`, ...(row.besides ?? [])]));
    }),
);

test("every row of the table is produced by a row above", () => {
  const wanted = Object.entries(checkRows).flatMap(([check, row]) => [
    ...(row.warning === undefined ? [] : [`${check} warning`]),
    ...(row.error === undefined ? [] : [`${check} error`]),
    ...(row.reads === undefined ? [] : [`${check} unknown`]),
  ]);
  const tried = new Set(rows.map(({ check, severity }) => `${check} ${severity}`));
  expect(wanted.filter((one) => !tried.has(one))).toEqual([]);
});

describe("a healthy set-up", () => {
  test.each([
    ["open", {}],
    [
      "firewalled and without shared keys",
      { allowSharedKeyAccess: false, networkAcls: { defaultAction: "Deny", bypass: "AzureServices" } },
    ],
  ])("%s gives no problem, and names every check", async (_, properties) =>
    withWorld({}, async (world) => {
      await world.changeAccount({ properties });
      const id = world.putExport("daily");
      await runOnce(world, id);
      world.emulator.control.runs.settle();
      const report = await world.doctor({ exports: [id] });
      expect(problems(report)).toEqual([]);
      expect(new Set(report.findings.map(({ check }) => check))).toEqual(new Set(Object.keys(checkRows)));
      expect(report.summary).toEqual({ error: 0, warning: 0, unknown: 0, ok: report.findings.length });
      expect(found(report, "lastRun", "ok")[0]?.what).toBe("No last run failed: 1 delivered.");
    }),
  );

  test("before anything is deployed has none either", async () =>
    withWorld({}, async (world) => {
      expect(problems(await world.doctor())).toEqual([]);
    }));

  test("is only read, each path once", async () =>
    withWorld({}, async (world) => {
      world.putExport("daily");
      world.emulator.control.requests.clear();
      await world.doctor();
      const asked = world.emulator.control.requests.list({ category: "arm" });
      expect(asked.filter(({ method }) => method !== "GET")).toEqual([]);
      const keys = asked.map(({ path, apiVersion }) => `${path} ${String(apiVersion)}`);
      expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
    }));
});

test("without a storage account named, those of the exports are looked at", async () =>
  withWorld({}, async (world) => {
    world.putExport("daily");
    await world.changeAccount({ properties: { allowedCopyScope: "AAD" } });
    const report = await world.doctor({ storage: [] });
    expect(found(report, "copyScope", "error").map(({ subject }) => subject)).toEqual([account]);
  }));

test("where everything is refused, every check says so and none is lost", async () =>
  withWorld({}, async (world) => {
    world.emulator.control.faults.add({
      match: { category: "arm", pathPattern: "^/subscriptions" },
      effect: { status: 403, body: { error: { code: "AuthorizationFailed", message: "No." } } },
    });
    const report = await world.doctor();
    expect(found(report, "token", "ok")).toHaveLength(1);
    expect(problems(report).map(({ check, severity }) => `${check} ${severity}`)).toEqual([
      "scope error",
      ...["tenant", "registration", "registration", "agreement", "scopeRights", "account"].map(
        (check) => `${check} unknown`,
      ),
    ]);
  }));

test("lists of many pages are read to their end", async () =>
  withWorld({}, async (world) => {
    const next = `${world.emulator.httpUrl}${account}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01&page=2`;
    world.emulator.control.faults.add({
      match: { pathPattern: "roleAssignments\\?api-version=2022-04-01$" },
      effect: { status: 200, body: { value: [], nextLink: next } },
    });
    await world.assignRole(container, contributor, stranger);
    expect(found(await world.doctor(), "orphanedRole", "warning")).toHaveLength(1);
  }));

test.each([
  [{ scopes: [] }, /There is no scope to look at/],
  [{ scopes: ["123"] }, /scope "123" is none of the nine forms/],
  [{ storage: [{ id: "finopscosts" }] }, /storage "finopscosts" is no id of a storage account/],
])("%j is refused before anything is asked", async (request, message) =>
  withWorld({}, async (world) => {
    world.emulator.control.requests.clear();
    await expect(world.doctor(request)).rejects.toThrow(message);
    expect(world.emulator.control.requests.list({ category: "arm" })).toEqual([]);
  }),
);

test("a cure is fit for a shell", () => {
  const subject = `${subscription}/resourceGroups/finops(prod)`;
  const { cure } = say("scopeRights", "error", subject, { actions: "all", caller: owner });
  expect(cure).toContain(`--scope '${subject}'`);
});
