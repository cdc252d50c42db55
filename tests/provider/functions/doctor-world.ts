/** A healthy set-up on the emulator, for tests that make one thing in it wrong. */
import { startEmulator, subscriptionId, tenantId, type Emulator, type EmulatorOptions } from "../../../emulator";
import {
  createDoctorContext,
  runDoctor,
  type DoctorReport,
  type DoctorRequest,
} from "../../../provider/functions/doctor";
import { managedIdentityToken, send } from "../../emulator/client";

export const subscription = `/subscriptions/${subscriptionId}`;
export const account = `${subscription}/resourceGroups/finops/providers/Microsoft.Storage/storageAccounts/finopscosts`;
export const container = `${account}/blobServices/default/containers/costs`;
export const ea = "/providers/Microsoft.Billing/billingAccounts/123456";
export const contributor = "ba92f5b4-2d11-453d-a403-e96b0029c9fe";
export const otherTenant = "7e2d1a10-0c5e-4f6a-9b0e-5a1f0000000f";
export { tenantId };

const day = 86_400_000;
export const inDays = (days: number): string => new Date(Date.now() + days * day).toISOString();
export const idOf = (name: string, scope = subscription): string =>
  `${scope}/providers/Microsoft.CostManagement/exports/${name}`;

export interface World {
  readonly emulator: Emulator;
  /** Answers the body; fails where ARM refuses. */
  arm(method: string, path: string, body?: object): Promise<Record<string, unknown>>;
  /** Merges into the account, which is read first: an account's PUT replaces what it names. */
  changeAccount(change: { kind?: string; sku?: object; properties?: object }): Promise<void>;
  /** Puts an export as the portal would, over the usual body. */
  putExport(name: string, change?: ExportChange): string;
  assignRole(scope: string, role: string, principal: string): Promise<void>;
  /** Object id of the caller. */
  caller(): Promise<string>;
  doctor(request?: Partial<DoctorRequest>): Promise<DoctorReport>;
}

export interface ExportChange {
  readonly scope?: string;
  readonly apiVersion?: string;
  readonly identity?: boolean;
  readonly type?: string;
  readonly folder?: string;
  readonly properties?: object;
}

export async function openWorld(options: EmulatorOptions = {}): Promise<World & { close(): Promise<void> }> {
  const emulator = await startEmulator(options);
  const arm: World["arm"] = async (method, path, body) => {
    const reply = await send(emulator, method, `${path}?api-version=2025-03-01`, body === undefined ? {} : { body });
    if (reply.status >= 400) throw new Error(`${method} ${path}: ${reply.text}`);
    return reply.json as Record<string, unknown>;
  };
  const sku = { name: "Standard_LRS" };
  try {
    await arm("PUT", `${subscription}/resourceGroups/finops`, { location: "westeurope" });
    await arm("PUT", account, { kind: "StorageV2", location: "westeurope", sku });
    await arm("PUT", container);
  } catch (error) {
    // An emulator that stays open keeps the tests from ending.
    await emulator.close();
    throw error;
  }
  return {
    emulator,
    arm,
    changeAccount: async (change) => {
      const before = await arm("GET", account);
      const properties = { ...(before["properties"] as object), ...change.properties };
      await arm("PUT", account, { ...before, ...change, properties });
    },
    putExport: (name, change = {}) => {
      const { scope = subscription, apiVersion, identity = true, type = "ActualCost", folder = name } = change;
      const properties = {
        definition: { type, timeframe: "MonthToDate" },
        schedule: {
          status: "Active",
          recurrence: "Daily",
          recurrencePeriod: { from: inDays(1), to: inDays(1000) },
        },
        deliveryInfo: { destination: { resourceId: account, container: "costs", rootFolderPath: folder } },
        ...change.properties,
      };
      const body = identity ? { identity: { type: "SystemAssigned" }, location: "global", properties } : { properties };
      emulator.control.exports.put(idOf(name, scope), body, apiVersion);
      return idOf(name, scope);
    },
    assignRole: async (scope, role, principal) => {
      const name = crypto.randomUUID();
      const roleDefinitionId = `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${role}`;
      await arm("PUT", `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`, {
        properties: { roleDefinitionId, principalId: principal, principalType: "ServicePrincipal" },
      });
    },
    caller: async () => {
      const [, claims = ""] = (await managedIdentityToken(emulator)).split(".");
      return (JSON.parse(Buffer.from(claims, "base64url").toString()) as { oid: string }).oid;
    },
    doctor: (request = {}) => {
      const environment = { ...emulator.environment, AZURE_COST_EXPORTS_MIN_RETRY_DELAY: "1" };
      return runDoctor(
        { scopes: [subscription], storage: [{ id: account, container: "costs" }], ...request },
        createDoctorContext(() => undefined, environment),
      );
    },
    close: () => emulator.close(),
  };
}
