/** Checks of a storage account, by the service's conditions for deliveries (service reference, section 9). */
import { sameId } from "../cost-management/compare";
import { listOf } from "../cost-management/spelling";
import { isRecord } from "../cost-management/unknown";
import { getAt } from "../cost-management/values";
import { storageVersion, unseen, type Doctor, type StorageFacts } from "./doctor-facts";
import { say, type Facts, type Finding } from "./doctor-findings";
import { itemsOf } from "./doctor-read";

export async function checkStorage(facts: StorageFacts, doctor: Doctor): Promise<readonly Finding[]> {
  const { id, subscription, account } = facts;
  if (account.type === "missing") return [say("account", "error", id, { reason: account.reason, subscription })];
  if (account.type !== "found") return [unseen("account", id, account, doctor)];
  const { body } = account;
  const kind = textOr(body, "kind", "unknown kind");
  const sku = textOr(body, "sku.name", "unknown sku");
  const [containers, replication] = await Promise.all([
    Promise.all(facts.containers.map((container) => checkContainer(facts, container, doctor))),
    facts.containers.length === 0 ? [] : checkReplication(facts, doctor),
  ]);
  return [
    say("account", "ok", id, { kind, sku, location: textOr(body, "location", "unknown location") }),
    checkKind(facts, kind, sku),
    ...checkFirewall(facts, body),
    checkSharedKey(facts, body),
    checkCopyScope(id, body),
    ...containers,
    ...replication,
  ];
}

function checkKind({ id, group, subscription }: StorageFacts, kind: string, sku: string): Finding {
  const facts = { kind, sku, group, subscription };
  if (/^FileStorage$/i.test(kind)) return say("kind", "error", id, facts);
  // Premium block blobs are a kind of their own, BlockBlobStorage.
  const pageBlobs = /^Storage(?:V2)?$/i.test(kind) && /^Premium/i.test(sku);
  return say("kind", pageBlobs ? "warning" : "ok", id, facts);
}

/** Public access that is disabled works like a firewall that lets nothing through but trusted services (documented). */
function checkFirewall(facts: StorageFacts, body: unknown): readonly Finding[] {
  const { id, exports } = facts;
  const isClosed =
    textOr(body, "properties.publicNetworkAccess", "Enabled").toLowerCase() === "disabled" ||
    textOr(body, "properties.networkAcls.defaultAction", "Allow").toLowerCase() === "deny";
  if (!isClosed) {
    const state = "all networks may reach it";
    return [say("firewall", "ok", id, { state }), say("trustedServices", "ok", id, { state })];
  }
  const bypass = textOr(body, "properties.networkAcls.bypass", "None");
  const kept = bypass.split(/[\s,]+/).filter((name) => name !== "" && !/^none$/i.test(name));
  const passes = kept.some((name) => /^AzureServices$/i.test(name));
  return [
    identityNeeded("firewall", id, exports, "it has a firewall, and every export that delivers here has an identity"),
    passes
      ? say("trustedServices", "ok", id, { state: "the firewall's bypass holds AzureServices" })
      : say("trustedServices", "error", id, { bypass, wanted: [...kept, "AzureServices"].join(" ") }),
  ];
}

function checkSharedKey({ id, exports }: StorageFacts, body: unknown): Finding {
  if (getAt(body, "properties.allowSharedKeyAccess") !== false)
    return say("sharedKey", "ok", id, { state: "shared keys are enabled" });
  return identityNeeded(
    "sharedKey",
    id,
    exports,
    "shared keys are disabled, and every export that delivers here has an identity",
  );
}

function identityNeeded(
  check: "firewall" | "sharedKey",
  id: string,
  found: StorageFacts["exports"],
  state: string,
): Finding {
  if (found.length === 0) return say(check, "warning", id, { exports: "the exports that will deliver here" });
  const without = found.filter(({ hasIdentity }) => !hasIdentity).map(({ name }) => name);
  return without.length === 0 ? say(check, "ok", id, { state }) : say(check, "error", id, { exports: listOf(without) });
}

function checkCopyScope(id: string, body: unknown): Finding {
  const value = textOr(body, "properties.allowedCopyScope", "");
  return value === "" ? say("copyScope", "ok", id) : say("copyScope", "error", id, { value });
}

async function checkContainer({ id, subscription }: StorageFacts, container: string, doctor: Doctor): Promise<Finding> {
  const path = `${id}/blobServices/default/containers/${container}`;
  const answer = await doctor.reads.get(path, storageVersion, `/subscriptions/${subscription}`);
  if (answer.type === "found") return say("container", "ok", id, { container });
  return answer.type === "missing"
    ? say("container", "warning", id, { container })
    : unseen("container", id, answer, doctor);
}

async function checkReplication(facts: StorageFacts, doctor: Doctor): Promise<readonly Finding[]> {
  const { id, containers, subscription, group, name: account } = facts;
  const path = `${id}/objectReplicationPolicies`;
  const answer = await doctor.reads.get(path, storageVersion, `/subscriptions/${subscription}`);
  if (answer.type !== "found") return [unseen("replication", id, answer, doctor)];
  const hits = itemsOf(answer)
    .filter((policy) => isThis(textOr(policy, "properties.destinationAccount", ""), id, account))
    .flatMap((policy) => {
      const policyId = textOr(policy, "properties.policyId", textOr(policy, "name", ""));
      const rules: unknown = getAt(policy, "properties.rules");
      return (Array.isArray(rules) ? (rules as readonly unknown[]) : []).filter(isRecord).flatMap((rule): Facts[] => {
        const container = textOr(rule, "destinationContainer", "").toLowerCase();
        if (!containers.includes(container)) return [];
        return [{ container, account, group, subscription, policy: policyId, rule: textOr(rule, "ruleId", "") }];
      });
    });
  return hits.length === 0
    ? [say("replication", "ok", id, { containers: listOf(containers) })]
    : hits.map((hit) => say("replication", "error", id, hit));
}

/** Policies name accounts by id, and those of older api-versions by name. */
function isThis(destination: string, id: string, name: string): boolean {
  return sameId(destination, id) || destination.toLowerCase() === name.toLowerCase();
}

function textOr(body: unknown, path: string, fallback: string): string {
  const value = getAt(body, path);
  return typeof value === "string" && value !== "" ? value : fallback;
}
