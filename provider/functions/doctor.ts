/**
 * The doctor: looks at everything that an export needs around it, before a deployment and after, and says what is missing
 * and which command mends it. It only reads. A check that may not see something says so and leaves the others alone.
 */
import { parseScope, type Scope } from "../cost-management/scopes";
import { exportId, parseExportId } from "../cost-management/wire";
import type { DoctorContext } from "./doctor-caller";
import { checkCollisions, checkExports } from "./doctor-exports";
import { readScope, readStorage, storageOf, type Doctor, type ScopeFacts, type WantedStorage } from "./doctor-facts";
import type { Finding, Severity } from "./doctor-findings";
import { createReads } from "./doctor-read";
import { checkRoles, checkScopeRights, checkStorageRights, type KnownPrincipals } from "./doctor-rights";
import { checkAgreement, checkRegistration, checkScope, checkTenant, checkToken } from "./doctor-scope";
import { checkStorage } from "./doctor-storage";

export { createDoctorContext, type DoctorContext } from "./doctor-caller";
export type { Check, Finding, Severity } from "./doctor-findings";

export interface DoctorRequest {
  /** Scopes of exports, in any spelling. */
  readonly scopes: readonly string[];
  /** Storage accounts, by id, with a container each. Default: those that the exports of the scopes deliver to. */
  readonly storage?: readonly WantedStorage[];
  /** Ids of the exports that are looked at one by one, and missed where Azure has them not. Default: all of the scopes. */
  readonly exports?: readonly string[];
  /** Principals that are in use beside those of the exports that are found. */
  readonly principals?: readonly string[];
}

export interface DoctorReport {
  /** Errors first, then warnings, what is not known, and what is fine. */
  readonly findings: readonly Finding[];
  readonly summary: Readonly<Record<Severity, number>>;
}

export async function runDoctor(request: DoctorRequest, context: DoctorContext): Promise<DoctorReport> {
  const { scopes, storage, chosen } = checked(request);
  const doctor: Doctor = { reads: createReads(context.arm, context.clock), context, chosen };
  const token = await checkToken(doctor);
  if (token.severity === "error") return reportOf([token]);

  const facts = await Promise.all(scopes.map((scope) => readScope(doctor, scope)));
  const exportsFound = facts.flatMap((one) => one.exports);
  const accounts = storageOf(storage, exportsFound);
  const known: KnownPrincipals = {
    ids: [...exportsFound.flatMap(({ live }) => live.principalId ?? []), ...(request.principals ?? [])],
    complete: facts.every(({ newest }) => newest.type === "found"),
  };
  const ofScopes = subscriptionsOf(scopes.map(({ path }) => path));
  const ofStorage = subscriptionsOf(accounts.map(({ id }) => id));
  const findings = await Promise.all([
    ...distinct([...ofScopes, ...ofStorage]).map(async (id) => [await checkTenant(doctor, id)]),
    ...ofScopes.map(async (id) => [await checkRegistration(doctor, id, "Microsoft.CostManagement")]),
    ...ofStorage.map(async (id) => [await checkRegistration(doctor, id, "Microsoft.CostManagementExports")]),
    ...facts.map((one) => checksOfScope(one, doctor)),
    ...accounts.map(async (account) => {
      const one = await readStorage(doctor, account, exportsFound);
      if (one.account.type !== "found") return checkStorage(one, doctor);
      return [
        ...(await checkStorage(one, doctor)),
        await checkStorageRights(one, doctor),
        ...(await checkRoles(one, known, doctor)),
      ];
    }),
  ]);
  const [first] = scopes;
  return reportOf([token, ...findings.flat(), ...checkCollisions(exportsFound, first?.path ?? "")]);
}

async function checksOfScope(facts: ScopeFacts, doctor: Doctor): Promise<readonly Finding[]> {
  const [agreement, rights, ofExports] = await Promise.all([
    checkAgreement(facts, doctor),
    checkScopeRights(facts.scope, doctor),
    checkExports(facts, doctor),
  ]);
  return [checkScope(facts, doctor), ...agreement, rights, ...ofExports];
}

interface Checked {
  readonly scopes: readonly Scope[];
  readonly storage: readonly WantedStorage[];
  readonly chosen: readonly string[] | undefined;
}

/** Every fault of the request at once, before anything is asked. */
function checked({ scopes, storage = [], exports: named }: DoctorRequest): Checked {
  const faults: string[] = [];
  const parsed = scopes.flatMap((text) => {
    const scope = parseScope(text);
    if (scope === undefined)
      faults.push(
        `scope "${text}" is none of the nine forms at which exports exist, such as /subscriptions/{subscriptionId}.`,
      );
    return scope ?? [];
  });
  const accounts = storage.map(({ id, ...rest }) => {
    const path = `/${id.replace(/^\/+|\/+$/g, "")}`;
    if (
      !/^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Storage\/storageAccounts\/[^/]+$/i.test(
        path,
      )
    )
      faults.push(
        `storage "${id}" is no id of a storage account: /subscriptions/{id}/resourceGroups/{name}/providers/Microsoft.Storage/storageAccounts/{name}.`,
      );
    return { id: path, ...rest };
  });
  if (scopes.length === 0) faults.push("There is no scope to look at.");
  if (faults.length > 0) throw new Error(faults.join("\n"));
  const unique = parsed.filter(
    ({ path }, index) => parsed.findIndex((other) => other.path.toLowerCase() === path.toLowerCase()) === index,
  );
  const chosen = named?.map((id) => {
    const address = parseExportId(id);
    return address === undefined ? id : exportId(address.scope, address.exportName);
  });
  return { scopes: unique, storage: accounts, chosen };
}

function subscriptionsOf(paths: readonly string[]): readonly string[] {
  return distinct(paths.flatMap((path) => /^\/subscriptions\/([^/]+)/i.exec(path)?.[1]?.toLowerCase() ?? []));
}

const distinct = (texts: readonly string[]): readonly string[] => [...new Set(texts)];

const order: readonly Severity[] = ["error", "warning", "unknown", "ok"];

function reportOf(findings: readonly Finding[]): DoctorReport {
  const sorted = order.flatMap((severity) => findings.filter((finding) => finding.severity === severity));
  const count = (severity: Severity): number => findings.filter((finding) => finding.severity === severity).length;
  return {
    findings: sorted,
    summary: { error: count("error"), warning: count("warning"), unknown: count("unknown"), ok: count("ok") },
  };
}
