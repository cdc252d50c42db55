/**
 * The ExportPrincipal resource: the managed identity of an export, kept apart from it. In the preview of an update every
 * output of the updated resource turns unknown, so a role assignment that hangs on the export itself would show as replaced
 * at each change. The export's id stays known, so this resource, and what hangs on it, stays as it is.
 */
import { newestApiVersion } from "../cost-management/api-versions";
import { isUnknown } from "../cost-management/unknown";
import { parseExportId } from "../cost-management/wire";
import { ResourceError } from "./errors";
import { withCure } from "./explain";
import { pick, text } from "./plain";
import type { PlainObject, Resource, ResourceContext } from "./resource";

const timeLimit = 10 * 60_000;

export const exportPrincipalResource: Resource = {
  check: (_previous, inputs) => {
    const { exportId } = inputs;
    const fine = isUnknown(exportId) || (typeof exportId === "string" && parseExportId(exportId) !== undefined);
    const reason = `exportId ${text(isUnknown(exportId) ? null : exportId)} is no id of an export. Use the id of an Export, such as myExport.id.`;
    return {
      inputs: pick(inputs, ["exportId"]),
      failures: fine ? [] : [{ property: "exportId", reason, severity: "refuse" }],
      warnings: [],
    };
  },
  // A replaced export has another principal, even under the same id: then its id is unknown in preview.
  diff: (_id, state, { exportId }) => {
    const moved = isUnknown(exportId) || text(state["exportId"]).toLowerCase() !== text(exportId).toLowerCase();
    return { changes: moved, replaces: moved ? ["exportId"] : [], deleteBeforeReplace: moved };
  },
  create: async (inputs, context) => {
    const state = await principalOf(inputs, context);
    if (state === undefined) throw new ResourceError("NotFound", `There is no export ${String(inputs["exportId"])}.`);
    return { id: String(state["principalId"]), state };
  },
  update: (_id, state) => Promise.resolve({ state }),
  read: async (id, state, context) => {
    if (state === undefined)
      throw new ResourceError(
        "NotFound",
        `${id}: a principal is looked up by its export: make an ExportPrincipal with exportId.`,
      );
    const found = await principalOf(state, context).catch((error: unknown) => {
      // An export without identity has no principal any more: gone, and made anew where the program still wants it.
      if (error instanceof ResourceError && error.code === "Refused") return undefined;
      throw error;
    });
    return found === undefined ? undefined : { state: found, inputs: pick(state, ["exportId"]) };
  },
  // The service removes the identity with the export.
  delete: () => Promise.resolve(),
};

async function principalOf(inputs: PlainObject, context: ResourceContext): Promise<PlainObject | undefined> {
  const exportId = String(inputs["exportId"]);
  try {
    const live = await context.reader.get(exportId, newestApiVersion, context.clock.now() + timeLimit);
    if (live === undefined) return undefined;
    const { principalId, tenantId } = live;
    if (principalId === undefined) {
      throw new ResourceError(
        "Refused",
        `The export ${exportId} has no managed identity. Give it identity: { type: "SystemAssigned" } and location: "global".`,
      );
    }
    return { exportId, principalId, ...(tenantId === undefined ? {} : { tenantId }) };
  } catch (error) {
    throw withCure(`Cannot read the identity of ${exportId}`, error);
  }
}
