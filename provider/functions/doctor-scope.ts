/** Checks of the surroundings of a scope: the sign-in, the tenant, whether it can be read, agreement and datasets, providers. */
import { guessedAgreement } from "../cost-management/agreements";
import { newestApiVersion } from "../cost-management/api-versions";
import type { Agreement } from "../cost-management/data-versions";
import { datasets } from "../cost-management/datasets";
import type { Problem } from "../cost-management/parse";
import { applyRules, rules } from "../cost-management/rules";
import type { Scope } from "../cost-management/scopes";
import { listOf } from "../cost-management/spelling";
import { getAt, textAt } from "../cost-management/values";
import { callerName, isChosen, unseen, type Doctor, type ScopeFacts } from "./doctor-facts";
import { say, shellWord, unknown, type Finding } from "./doctor-findings";
import type { Answer } from "./doctor-read";
import { oldGenerationVersion } from "./import";

const resourcesVersion = "2022-12-01";
const billingVersion = "2024-04-01";

/** The first call of all: without a token nothing else is asked. */
export async function checkToken({ reads, context }: Doctor): Promise<Finding> {
  const answer = await reads.get("/tenants", resourcesVersion, "");
  const refused =
    answer.type === "denied" && /^(?:Expired|Invalid)AuthenticationToken|^AuthenticationFailed/.test(answer.code);
  if (answer.type === "failed" || refused)
    return say("token", "error", "sign-in", { reason: answer.reason, advice: signInAdvice(answer.reason) });
  const { tenantId = "unknown", objectId = "unknown" } = context.caller();
  return say("token", "ok", "sign-in", { tenant: tenantId, caller: objectId });
}

/** `az login` mends neither the network nor settings that go before it. */
function signInAdvice(reason: string): string {
  if (/could not be (?:reached|discovered)/.test(reason))
    return `curl --head ${/https?:\/\/[^\s?]+/.exec(reason)?.[0] ?? "https://login.microsoftonline.com"}`;
  return /Settings found: (?!none)/.test(reason)
    ? "Set right what the message says; or take the settings that it found away, and run: az login"
    : "az login";
}

export async function checkTenant(doctor: Doctor, subscriptionId: string): Promise<Finding> {
  const subject = `/subscriptions/${subscriptionId}`;
  const answer = await doctor.reads.get(subject, resourcesVersion, subject);
  const tokenTenant = doctor.context.caller().tenantId ?? "unknown";
  if (answer.type !== "found") {
    // ARM names the tenant that it wants, in the second of the two addresses.
    const home = /must match (?:one of )?the tenants? '?https:\/\/sts\.windows\.net\/([\w-]+)/i.exec(
      answer.reason,
    )?.[1];
    return home === undefined
      ? unseen("tenant", subject, answer, doctor)
      : say("tenant", "error", subject, { tenant: home, tokenTenant });
  }
  const tenant = getAt(answer.body, "tenantId");
  if (typeof tenant !== "string" || tokenTenant === "unknown")
    return unknown("tenant", subject, "neither the subscription nor the token tells its tenant.", "az account show");
  return tenant.toLowerCase() === tokenTenant.toLowerCase()
    ? say("tenant", "ok", subject, { tenant })
    : say("tenant", "error", subject, { tenant, tokenTenant });
}

export function checkScope({ scope, newest, exports }: ScopeFacts, doctor: Doctor): Finding {
  if (newest.type === "found") return say("scope", "ok", scope.path, { count: String(exports.length) });
  if (newest.type === "failed") return unseen("scope", scope.path, newest, doctor);
  const advice = newest.type === "missing" ? listing(scope) : roleCommand(scope, newest.advice, doctor);
  return say("scope", "error", scope.path, { reason: newest.reason, advice });
}

/** What shows the ids that exist. */
function listing({ ids }: Scope): string {
  if (ids["billingAccountId"] !== undefined) return "az billing account list --query [].id";
  return ids["managementGroupId"] === undefined
    ? "az account list --query [].id"
    : "az account management-group list --query [].id";
}

/** Billing roles are assigned in the portal. */
function roleCommand({ path, ids }: Scope, advice: string, { context }: Doctor): string {
  if (ids["billingAccountId"] !== undefined) return advice;
  return `az role assignment create --role "Cost Management Contributor" --assignee ${callerName(context)} --scope ${shellWord(path)}`;
}

export async function checkRegistration(doctor: Doctor, subscriptionId: string, namespace: string): Promise<Finding> {
  const scope = `/subscriptions/${subscriptionId}`;
  const subject = `${scope}/providers/${namespace}`;
  const answer = await doctor.reads.get(subject, "2021-04-01", scope);
  if (answer.type !== "found") return unseen("registration", scope, answer, doctor);
  const state = getAt(answer.body, "registrationState");
  const facts = {
    namespace,
    subscription: subscriptionId,
    state: typeof state === "string" ? state : "in no known state",
  };
  if (state === "Registered") return say("registration", "ok", scope, facts);
  return say("registration", state === "Registering" ? "warning" : "error", scope, facts);
}

interface KnownAgreement {
  readonly agreement: Agreement | undefined;
  readonly source: string;
  /** What kept the service from telling. */
  readonly answer: Answer;
}

/** The agreement, which datasets it has, and those of the exports that it has not. */
export async function checkAgreement(facts: ScopeFacts, doctor: Doctor): Promise<readonly Finding[]> {
  const { scope } = facts;
  const { agreement, source, answer } = await agreementOf(scope, doctor);
  return [agreementFinding(scope, agreement, source, answer, doctor), ...datasetFindings(facts, agreement, doctor)];
}

function agreementFinding(
  scope: Scope,
  agreement: Agreement | undefined,
  source: string,
  answer: Answer,
  doctor: Doctor,
): Finding {
  if (agreement === undefined) {
    if (answer.type !== "found") return unseen("agreement", scope.path, answer, doctor);
    const cure = `Set agreement in your programs, where you know it: ${listOf(["EA", "MCA", "MPA", "PAYG"])}.`;
    return unknown("agreement", scope.path, `${source} tells none that this package knows.`, cure);
  }
  const offered = datasets
    .map(({ type }) => type)
    .filter((type) => judge(scope, type, agreement, true, doctor).length === 0);
  return say("agreement", agreement === "PAYG" ? "warning" : "ok", scope.path, {
    agreement,
    source,
    datasets: listOf(offered),
  });
}

/** Billing scopes by their account, subscriptions and resource groups by the subscription's billing property. */
async function agreementOf({ kind, ids, path }: Scope, { reads }: Doctor): Promise<KnownAgreement> {
  const none: Answer = { type: "found", body: undefined };
  if (kind === "managementGroup")
    return { agreement: "EA", source: "management groups have exports under it alone", answer: none };
  const { billingAccountId, subscriptionId } = ids;
  const guess = guessedAgreement({ kind, ids, path });
  const subscription = `/subscriptions/${subscriptionId ?? ""}`;
  const answer =
    billingAccountId === undefined
      ? await reads.get(
          `${subscription}/providers/Microsoft.Billing/billingProperty/default`,
          billingVersion,
          subscription,
        )
      : await reads.get(`/providers/Microsoft.Billing/billingAccounts/${billingAccountId}`, billingVersion, path);
  const body = answer.type === "found" ? answer.body : undefined;
  const told = getAt(body, "properties.agreementType") ?? getAt(body, "properties.billingAccountAgreementType");
  const agreement = typeof told === "string" ? agreementTypes[told.toLowerCase()] : undefined;
  if (agreement !== undefined) return { agreement, source: "the billing account says so", answer };
  if (guess !== undefined) return { agreement: guess, source: "guessed from the form of the scope", answer };
  const offer = subscriptionId === undefined ? none : await reads.get(subscription, resourcesVersion, subscription);
  const quotaId = offer.type === "found" ? getAt(offer.body, "subscriptionPolicies.quotaId") : undefined;
  // The offers of other agreements share their ids, and say nothing.
  if (typeof quotaId === "string" && quotaId.startsWith("EnterpriseAgreement_"))
    return { agreement: "EA", source: `the subscription's offer is ${quotaId}`, answer };
  return { agreement: undefined, source: typeof told === "string" ? `"${told}"` : "the service", answer };
}

const agreementTypes: Readonly<Record<string, Agreement>> = {
  enterpriseagreement: "EA",
  microsoftcustomeragreement: "MCA",
  microsoftpartneragreement: "MPA",
  microsoftonlineservicesprogram: "PAYG",
};

function datasetFindings(
  { scope, exports }: ScopeFacts,
  agreement: Agreement | undefined,
  doctor: Doctor,
): readonly Finding[] {
  const problems = exports.filter(isChosen(doctor)).flatMap(({ id, live, generation }) => {
    const named = textAt(live.values, "definition.type") ?? "";
    const dataset = datasets.find(({ type }) => type.toLowerCase() === named.toLowerCase())?.type;
    if (dataset === undefined) return [];
    return judge(scope, dataset, agreement, generation !== "old", doctor).map(({ severity, reason }) =>
      say("dataset", severity === "refuse" ? "error" : "warning", id, { dataset, advice: reason }),
    );
  });
  return problems.length > 0 || exports.length === 0 ? problems : [say("dataset", "ok", scope.path)];
}

/** The package's own rules of datasets, scopes and agreements: those that look at nothing else. */
const datasetRules = rules.filter(
  ({ needs }) =>
    needs.includes("definition.type") &&
    (needs.includes("scope") || needs.includes("agreement")) &&
    needs.every((path) => ["scope", "definition.type", "agreement", "apiVersion"].includes(path)),
);

function judge(
  scope: Scope,
  dataset: string,
  agreement: Agreement | undefined,
  newest: boolean,
  { context }: Doctor,
): readonly Problem[] {
  const values = new Map([
    ["scope", scope.path],
    ["definition.type", dataset],
    ...(agreement === undefined ? [] : [["agreement", agreement] as const]),
  ]);
  const version = newest ? newestApiVersion : oldGenerationVersion;
  return applyRules({ values, version, creating: false, now: context.clock.now() }, datasetRules);
}
