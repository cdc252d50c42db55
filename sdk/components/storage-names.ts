/** Names of storage accounts and containers, and what an account's id is made of. */
import { matching } from "./arguments";

export interface AccountAddress {
  readonly subscriptionId: string;
  readonly resourceGroupName: string;
  readonly accountName: string;
}

const idForm =
  /^\/subscriptions\/([^/\s]+)\/resourceGroups\/([^/\s]+)\/providers\/Microsoft\.Storage\/storageAccounts\/([^/\s]+)\/?$/i;

export const accountIdRule = matching(
  idForm,
  "id of a storage account",
  "Write /subscriptions/{id}/resourceGroups/{name}/providers/Microsoft.Storage/storageAccounts/{name}: the account's id, without container and without URL.",
);

/** Parts of an id that keeps the rule. */
export function addressOf(id: string): AccountAddress {
  const [, subscriptionId = "", resourceGroupName = "", accountName = ""] = idForm.exec(id) ?? [];
  return { subscriptionId, resourceGroupName, accountName };
}

export const accountNameRule = matching(
  /^[a-z0-9]{3,24}$/,
  "name of a storage account",
  "Use 3 to 24 lower-case letters and digits, or leave it out: one is made of the component's name.",
);

/** `$root` and `$web` are Azure's own. */
export const containerNameRule = matching(
  /^(?:(?=.{3,63}$)[a-z0-9]+(?:-[a-z0-9]+)*|\$root|\$web)$/,
  "name of a container",
  "Use 3 to 63 lower-case letters, digits and single hyphens.",
);
