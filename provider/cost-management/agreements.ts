/**
 * The agreement under which a scope is billed: stated by the program, or guessed from the form of the scope (assumed:
 * enrollment numbers are digits, accounts of the modern agreements have a colon). A guess may warn, never refuse.
 */
import type { Agreement } from "./data-versions";
import type { Scope, ScopeKind } from "./scopes";

export const agreements: readonly Agreement[] = ["EA", "MCA", "MPA", "PAYG"];

/** Scopes that exist under one agreement only. A billing profile exists under MPA too, with MCA as the wider one. */
const byKind: Readonly<Partial<Record<ScopeKind, Agreement>>> = {
  department: "EA",
  enrollmentAccount: "EA",
  billingProfile: "MCA",
  invoiceSection: "MCA",
  customer: "MPA",
};

/** Undefined where the form tells nothing: subscriptions, resource groups, management groups, and ids of no known form. */
export function guessedAgreement(scope: Scope | undefined): Agreement | undefined {
  if (scope === undefined) return undefined;
  const account = scope.ids["billingAccountId"] ?? "";
  return byKind[scope.kind] ?? (/^\d+$/.test(account) ? "EA" : account.includes(":") ? "MCA" : undefined);
}

/** Whether a scope of this form can be billed under the agreement. Management groups hold costs of EA alone (documented). */
export function fitsScope(agreement: Agreement, scope: Scope): boolean {
  if (scope.kind === "managementGroup") return agreement === "EA";
  const guessed = guessedAgreement(scope);
  // What looks modern may be of either of the two; an unusual id tells nothing.
  return guessed === undefined || guessed === agreement || (guessed === "MCA" && agreement === "MPA");
}
