/** Which report operation a path names, and which versions have it. */
import { apiVersions } from "../../../provider/cost-management/api-versions";
import type { ApiVersionRow } from "../../../provider/cost-management/api-versions";
import { parseScope } from "../../../provider/cost-management/scopes";
import type { Scope } from "../../../provider/cost-management/scopes";
import type { ReportKind } from "./state";

export interface ReportRoute {
  readonly kind: ReportKind;
  readonly action: "start" | "poll";
  /** The resource type as the path spells it. */
  readonly type: string;
  /** Undefined: no scope that exists. */
  readonly scope: Scope | undefined;
  /** Of a poll. */
  readonly operationId: string;
}

/** The last segment but the id, in lower case. */
const types: Readonly<Record<string, Pick<ReportRoute, "kind" | "action">>> = {
  generatecostdetailsreport: { kind: "costDetails", action: "start" },
  costdetailsoperationresults: { kind: "costDetails", action: "poll" },
  generatereservationdetailsreport: { kind: "reservationDetails", action: "start" },
  reservationdetailsoperationresults: { kind: "reservationDetails", action: "poll" },
};

/** Undefined: not a path of reports. */
export function parseReportRoute(segments: readonly string[]): ReportRoute | undefined {
  const lower = segments.map((segment) => segment.toLowerCase());
  const start = lower.lastIndexOf("microsoft.costmanagement");
  const [type = "", operationId = "", ...more] = segments.slice(start + 1);
  const known = types[type.toLowerCase()];
  if (start < 1 || lower[start - 1] !== "providers" || known === undefined || more.length > 0) return undefined;
  if ((known.action === "poll") !== (operationId !== "")) return undefined;
  return { ...known, type, operationId, scope: parseReportScope(segments.slice(0, start - 1)) };
}

export const resultTypes: Readonly<Record<ReportKind, string>> = {
  costDetails: "costDetailsOperationResults",
  reservationDetails: "reservationDetailsOperationResults",
};

/** The published examples name departments and enrollment accounts without their billing account as well. */
function parseReportScope(segments: readonly string[]): Scope | undefined {
  const [providers, namespace, type = "", id, ...more] = segments;
  const short = shortForms[type.toLowerCase()];
  const billing = [providers, namespace].join("/").toLowerCase() === "providers/microsoft.billing";
  if (!billing || short === undefined || id === undefined || more.length > 0) return parseScope(segments.join("/"));
  return {
    kind: short.kind,
    path: `/providers/Microsoft.Billing/${short.type}/${id}`,
    ids: { [`${short.kind}Id`]: id },
  };
}

const shortForms: Readonly<Record<string, { readonly kind: Scope["kind"]; readonly type: string }>> = {
  departments: { kind: "department", type: "departments" },
  enrollmentaccounts: { kind: "enrollmentAccount", type: "enrollmentAccounts" },
};

/**
 * Whatever version asked for a reservation report, its result lies at this one (documented: the examples of every version
 * but 2021-10-01, which name their own).
 */
export const reservationResultsVersion = "2019-11-01";

/** The versions that have the operation, as ARM's front door lists them. */
export function reportVersions({ kind, action }: Pick<ReportRoute, "kind" | "action">): readonly string[] {
  const rows: readonly (readonly [string, ApiVersionRow])[] = Object.entries(apiVersions);
  const having = rows.filter(([, row]) => row[kind]).map(([version]) => version);
  return kind === "reservationDetails" && action === "poll" ? [reservationResultsVersion, ...having] : having;
}
