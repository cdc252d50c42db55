/** What the doctor's checks share: the exports of each scope, and the storage accounts that these deliver to. */
import { newestApiVersion } from "../cost-management/api-versions";
import { sameAt, sameId } from "../cost-management/compare";
import type { Scope } from "../cost-management/scopes";
import { textAt } from "../cost-management/values";
import { exportId, parseLive, type LiveExport } from "../cost-management/wire";
import type { DoctorContext } from "./doctor-caller";
import { shellWord, unknown, type Check, type Finding } from "./doctor-findings";
import { itemsOf, type Answer, type Reads } from "./doctor-read";
import { oldGenerationVersion } from "./import";

export interface Doctor {
  readonly reads: Reads;
  readonly context: DoctorContext;
  /** Exports that are looked at one by one; undefined for all of a scope. */
  readonly chosen: readonly string[] | undefined;
}

export interface ExportFacts {
  readonly id: string;
  readonly name: string;
  readonly scope: Scope;
  readonly live: LiveExport;
  /** Which tools see it; undefined where the older list could not be read. */
  readonly generation: "old" | "new" | undefined;
  readonly hasIdentity: boolean;
  /** The id of the account, with a leading slash; undefined for a destination by SAS token. */
  readonly accountId: string | undefined;
  readonly container: string | undefined;
}

export interface ScopeFacts {
  readonly scope: Scope;
  /** The list in the newest version's sight, and in that of the older generation. */
  readonly newest: Answer;
  readonly older: Answer;
  readonly exports: readonly ExportFacts[];
}

export interface StorageFacts {
  readonly id: string;
  readonly subscription: string;
  readonly group: string;
  readonly name: string;
  readonly containers: readonly string[];
  /** The exports, among those that were found, that deliver here. */
  readonly exports: readonly ExportFacts[];
  readonly account: Answer;
}

export async function readScope({ reads }: Doctor, scope: Scope): Promise<ScopeFacts> {
  const path = `${scope.path}/providers/Microsoft.CostManagement/exports`;
  const [newest, older] = await Promise.all([
    reads.get(path, newestApiVersion, scope.path),
    reads.get(path, oldGenerationVersion, scope.path),
  ]);
  const inSight = (name: string): ExportFacts["generation"] => {
    if (older.type !== "found") return undefined;
    return exportsIn(older).some((other) => sameAt("exportName", other.name, name)) ? "old" : "new";
  };
  return {
    scope,
    newest,
    older,
    exports: exportsIn(newest).flatMap((live) =>
      live.name === undefined ? [] : [factsOf(scope, live, live.name, inSight)],
    ),
  };
}

export function exportsIn(answer: Answer): readonly LiveExport[] {
  return itemsOf(answer).flatMap((item) => parseLive(item) ?? []);
}

function factsOf(
  scope: Scope,
  live: LiveExport,
  name: string,
  inSight: (name: string) => ExportFacts["generation"],
): ExportFacts {
  const accountId = textAt(live.values, "deliveryInfo.destination.resourceId");
  return {
    id: exportId(scope.path, name),
    name,
    scope,
    live,
    generation: inSight(name),
    hasIdentity: sameAt("identity.type", live.values.get("identity.type"), "SystemAssigned"),
    accountId: accountId === undefined ? undefined : `/${accountId.replace(/^\/+|\/+$/g, "")}`,
    container: textAt(live.values, "deliveryInfo.destination.container"),
  };
}

export interface WantedStorage {
  readonly id: string;
  readonly container?: string;
}

export async function readStorage(
  { reads }: Doctor,
  { id, containers }: { readonly id: string; readonly containers: readonly string[] },
  found: readonly ExportFacts[],
): Promise<StorageFacts> {
  const [, , subscription = "", , group = ""] = id.split("/");
  return {
    id,
    subscription,
    group,
    name: id.slice(id.lastIndexOf("/") + 1),
    containers,
    exports: found.filter(({ accountId }) => accountId !== undefined && sameId(accountId, id)),
    account: await reads.get(id, storageVersion, `/subscriptions/${subscription}`),
  };
}

/** Accounts that were asked for, else those that the exports deliver to; each once, with its containers. */
export function storageOf(
  wanted: readonly WantedStorage[],
  found: readonly ExportFacts[],
): readonly { readonly id: string; readonly containers: readonly string[] }[] {
  const delivered = found.flatMap(({ accountId: id, container }) =>
    id === undefined ? [] : [{ id, ...(container === undefined ? {} : { container }) }],
  );
  const named = wanted.length === 0 ? delivered : wanted;
  const ids = named
    .map(({ id }) => id)
    .filter((id, index, all) => all.findIndex((other) => sameId(other, id)) === index);
  return ids.map((id) => {
    const inUse = [...named, ...delivered]
      .filter((one) => sameId(one.id, id))
      .flatMap(({ container }) => container ?? []);
    return { id, containers: [...new Set(inUse.map((one) => one.toLowerCase()))] };
  });
}

/** Whether an export is one of those that are looked at one by one. */
export function isChosen({ chosen }: Doctor): (one: ExportFacts) => boolean {
  const wanted = chosen === undefined ? undefined : new Set(chosen.map((id) => id.toLowerCase()));
  return ({ id }) => wanted?.has(id.toLowerCase()) ?? true;
}

export const storageVersion = "2023-05-01";
export const authorizationVersion = "2022-04-01";

/** A check that could not see what it needs: which right would show it, where that is the reason. */
export function unseen(
  check: Check,
  subject: string,
  answer: Exclude<Answer, { readonly type: "found" }>,
  { context }: Doctor,
): Finding {
  const { reason, advice } = answer;
  return unknown(check, subject, reason, answer.type === "denied" ? readerCommand(subject, context) : advice);
}

function readerCommand(subject: string, context: DoctorContext): string {
  const scope = subject.split("/providers/Microsoft.Authorization/")[0] ?? subject;
  if (/^\/providers\/Microsoft\.Billing\//i.test(scope))
    return "Have a reader role on the billing account assigned to the caller: in the portal, Cost Management + Billing, Access control (IAM).";
  return `az role assignment create --role Reader --assignee ${callerName(context)} --scope ${shellWord(scope)}`;
}

export function callerName({ caller }: DoctorContext): string {
  return caller().objectId ?? "CALLER-OBJECT-ID";
}
