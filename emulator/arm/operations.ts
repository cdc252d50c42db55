/** Names for the operations of Microsoft.CostManagement, by which logs are read and faults are aimed. */

export interface CostManagementSegments {
  /** With a leading slash, in the client's spelling. */
  readonly scope: string;
  /** What follows the namespace. */
  readonly types: readonly string[];
}

/** Undefined for other namespaces, and for the registration of the provider itself in a subscription. */
export function costManagementSegments(segments: readonly string[]): CostManagementSegments | undefined {
  const lower = segments.map((segment) => segment.toLowerCase());
  // The last one: a scope holds other providers, never this one.
  const namespace = lower.lastIndexOf("microsoft.costmanagement");
  const types = segments.slice(namespace + 1);
  if (namespace < 1 || lower[namespace - 1] !== "providers" || types.length === 0) return undefined;
  if (types.length === 1 && ["register", "unregister"].includes(lower[namespace + 1] ?? "")) return undefined;
  return {
    scope: segments
      .slice(0, namespace - 1)
      .map((segment) => `/${segment}`)
      .join(""),
    types,
  };
}

export function costManagementOperation(method: string, types: readonly string[]): string {
  const [type = "", , action] = types.map((one) => one.toLowerCase());
  if (type !== "exports") return `${named[type] ?? types[0] ?? ""}.${reportVerbs[type] ?? method.toLowerCase()}`;
  if (action === "run" || action === "runhistory") return `exports.${action === "run" ? "run" : "history"}`;
  if (method === "GET") return types.length === 1 ? "exports.list" : "exports.get";
  return `exports.${method.toLowerCase()}`;
}

const named: Readonly<Record<string, string>> = {
  generatecostdetailsreport: "costDetails",
  costdetailsoperationresults: "costDetails",
  generatereservationdetailsreport: "reservationDetails",
  reservationdetailsoperationresults: "reservationDetails",
};

const reportVerbs: Readonly<Record<string, string>> = {
  generatecostdetailsreport: "start",
  costdetailsoperationresults: "poll",
  generatereservationdetailsreport: "start",
  reservationdetailsoperationresults: "poll",
  operations: "list",
};
