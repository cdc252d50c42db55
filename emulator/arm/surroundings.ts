/** What the exports service asks ARM about: registrations, and the settings of storage accounts that stop an export. */
import type { Condition, CostManagementOptions } from "../cost-management";
import { isObject, textAt } from "../json";
import type { JsonObject } from "../json";
import type { EmulatorRequest } from "../types";
import type { ArmContext } from "./context";
import { refuse } from "./context";
import { armError } from "./errors";
import { registrationState } from "./subscriptions";
import { decodeForeignToken } from "./tokens";

export function surroundingsOf(context: ArmContext): Pick<CostManagementOptions, "isRegistered" | "conditionsOf"> {
  const state = (subscription: string): string =>
    registrationState(context, subscription, "Microsoft.CostManagementExports");
  return {
    // A registration under way is a condition of its own: the service is unavailable, not refusing.
    isRegistered: (subscription) => ["Registered", "Registering"].includes(state(subscription)),
    conditionsOf: (storageAccountId) => {
      const subscription = storageAccountId.split("/")[2] ?? "";
      const registering: readonly Condition[] = state(subscription) === "Registering" ? ["providerRegistering"] : [];
      const account = context.store.get(storageAccountId)?.body;
      // PUT is refused by the front door; an account may go afterwards.
      const missing: readonly Condition[] =
        context.switches.strictResources && account === undefined ? ["storageAccountMissing"] : [];
      return [...registering, ...missing, ...conditionsOf(account)];
    },
  };
}

function conditionsOf(account: JsonObject | undefined): readonly Condition[] {
  const properties = account?.["properties"];
  if (!isObject(properties)) return [];
  return [
    ...(textAt(properties, "networkAcls", "defaultAction")?.toLowerCase() === "deny" ? (["firewall"] as const) : []),
    ...(properties["allowSharedKeyAccess"] === false ? (["sharedKeyDisabled"] as const) : []),
  ];
}

/**
 * Under `strictResources`, the storage account of an export must exist; its container need not, the service creates it
 * (documented). What the live service answers is not on record: status and wording are assumed.
 */
export function requireDestination({ store, switches }: ArmContext, { rawBody }: EmulatorRequest): void {
  if (!switches.strictResources) return;
  const id = textAt(parsed(rawBody), "properties", "deliveryInfo", "destination", "resourceId");
  if (id === undefined || store.get(`/${id.replace(/^\/+/, "")}`) !== undefined) return;
  refuse(
    armError(
      400,
      "BadRequest",
      `Invalid deliveryInfo destination resourceId; the storage account '${id.split("/").at(-1) ?? id}' was not found.`,
    ),
  );
}

/** Who starts a run: on the live service an e-mail address; of an application, which has none, its client id (assumed). */
export function callerOf(authorization: string | undefined): string | undefined {
  const token = /^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1];
  return token === undefined ? undefined : textAt(decodeForeignToken(token), "appid");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // The service itself refuses what is no JSON.
    return undefined;
  }
}
