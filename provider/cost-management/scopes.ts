/**
 * The nine kinds of scope at which exports live, as data. A scope is an ARM path; the service takes it with or without
 * leading and trailing slashes and in any case, and answers without a leading slash (specs#23704).
 */

export type ScopeKind =
  | "subscription"
  | "resourceGroup"
  | "managementGroup"
  | "billingAccount"
  | "department"
  | "enrollmentAccount"
  | "billingProfile"
  | "invoiceSection"
  | "customer";

export interface ScopeRow {
  readonly kind: ScopeKind;
  /** What people call it. */
  readonly label: string;
  /** The canonical form; `{name}` stands for one path segment. */
  readonly form: string;
}

const account = "/providers/Microsoft.Billing/billingAccounts/{billingAccountId}";

export const scopes: readonly ScopeRow[] = [
  { kind: "subscription", label: "subscription", form: "/subscriptions/{subscriptionId}" },
  {
    kind: "resourceGroup",
    label: "resource group",
    form: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}",
  },
  {
    kind: "managementGroup",
    label: "management group",
    form: "/providers/Microsoft.Management/managementGroups/{managementGroupId}",
  },
  { kind: "billingAccount", label: "billing account", form: account },
  { kind: "department", label: "EA department", form: `${account}/departments/{departmentId}` },
  {
    kind: "enrollmentAccount",
    label: "EA enrollment account",
    form: `${account}/enrollmentAccounts/{enrollmentAccountId}`,
  },
  { kind: "billingProfile", label: "billing profile", form: `${account}/billingProfiles/{billingProfileId}` },
  {
    kind: "invoiceSection",
    label: "invoice section",
    form: `${account}/billingProfiles/{billingProfileId}/invoiceSections/{invoiceSectionId}`,
  },
  { kind: "customer", label: "customer", form: `${account}/customers/{customerId}` },
];

export interface Scope {
  readonly kind: ScopeKind;
  /** Leading slash, no trailing slash, fixed segments in the API's own case, ids as given. */
  readonly path: string;
  /** The values of the form's placeholders, such as `subscriptionId`. */
  readonly ids: Readonly<Record<string, string>>;
}

/** Parses a scope in any spelling; undefined when it is none of the nine forms. */
export function parseScope(text: string): Scope | undefined {
  const segments = text.split("/").filter((segment) => segment !== "");
  for (const row of scopes) {
    const form = row.form.split("/").filter((segment) => segment !== "");
    if (form.length !== segments.length) continue;
    const ids: Record<string, string> = {};
    const canonical: string[] = [];
    const fits = form.every((part, index) => {
      const segment = segments[index] ?? "";
      const placeholder = /^\{(.+)\}$/.exec(part)?.[1];
      canonical.push(placeholder === undefined ? part : segment);
      if (placeholder === undefined) return part.toLowerCase() === segment.toLowerCase();
      ids[placeholder] = segment;
      return true;
    });
    if (fits) return { kind: row.kind, path: `/${canonical.join("/")}`, ids };
  }
  return undefined;
}
