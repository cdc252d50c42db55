/** GET /providers/Microsoft.CostManagement/operations: what the emulated provider does, as the published example lists it. */
import type { EmulatorResponse } from "../types";

const provider = "Microsoft.CostManagement";

const rows = [
  ["exports/read", "Exports", "List exports", "List the exports by scope."],
  ["exports/write", "Exports", "Create and update export", "Create or update the specified export."],
  ["exports/delete", "Exports", "Delete export", "Delete the specified export."],
  ["exports/action", "Exports", "Run export", "Run the specified export."],
  ["exports/run/action", "exports/run", "Run exports", "Run exports."],
  [
    "operations/read",
    "Operations",
    "List supported operations",
    "List all supported operations by Microsoft.CostManagement resource provider.",
  ],
] as const;

export function operationsAnswer(): EmulatorResponse {
  const value = rows.map(([operation, resource, title, description]) => ({
    id: `${provider}/${operation}`,
    name: `${provider}/${operation}`,
    display: { provider, resource, operation: title, description },
  }));
  return { status: 200, body: { value } };
}
