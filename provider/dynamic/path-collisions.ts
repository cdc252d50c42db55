/**
 * Two exports of one program that write to the same folder overwrite each other's files: a folder is named after the export,
 * and names are unique within a scope only (the portal warns of it, service reference 6.6). No rule that looks at one export
 * can see that, so the process remembers what it checked.
 */
import type { Problem } from "../cost-management/parse";
import { parseScope } from "../cost-management/scopes";
import { flatten, textAt, type Values } from "../cost-management/values";
import type { Resource } from "../resources/resource";

/** The resource, with a warning where another export of the process has the same folder. */
export function withPathCollisions(resource: Resource): Resource {
  const folders = createFolderRegistry();
  return {
    ...resource,
    check: (previous, inputs, now) => {
      const checked = resource.check(previous, inputs, now);
      const collision = folders.note(flatten(checked.inputs));
      return collision === undefined ? checked : { ...checked, warnings: [...checked.warnings, collision] };
    },
  };
}

interface Occupant {
  readonly scope: string;
  readonly exportName: string;
}

function createFolderRegistry(): { readonly note: (values: Values) => Problem | undefined } {
  /** By folder, then by export. */
  const folders = new Map<string, Map<string, Occupant>>();
  return {
    note: (values) => {
      const folder = folderOf(values);
      const occupant = occupantOf(values);
      if (folder === undefined || occupant === undefined) return undefined;
      const key = `${occupant.scope} ${occupant.exportName}`.toLowerCase();
      // An export that was checked before may have had another folder then.
      for (const occupants of folders.values()) occupants.delete(key);
      const occupants = folders.get(folder) ?? new Map<string, Occupant>();
      folders.set(folder, occupants.set(key, occupant));
      const [other] = [...occupants].filter(([one]) => one !== key).map(([, value]) => value);
      return other === undefined ? undefined : collision(values, occupant, other);
    },
  };
}

const destination = "deliveryInfo.destination";

/** Undefined while a part of it is not known. Blob paths have a case, accounts and containers none. */
function folderOf(values: Values): string | undefined {
  const account = accountName(values);
  const container = textAt(values, `${destination}.container`);
  const exportName = textAt(values, "exportName");
  const root = values.get(`${destination}.rootFolderPath`) ?? "";
  if (account === undefined || container === undefined || exportName === undefined || typeof root !== "string")
    return undefined;
  return [account.toLowerCase(), container.toLowerCase(), ...`${root}/${exportName}`.split("/").filter(Boolean)].join(
    "/",
  );
}

/** Names of storage accounts are unique in the world, so the name is enough. */
function accountName(values: Values): string | undefined {
  const id = textAt(values, `${destination}.resourceId`);
  return id?.split("/").filter(Boolean).at(-1) ?? textAt(values, `${destination}.storageAccount`);
}

function occupantOf(values: Values): Occupant | undefined {
  const scope = parseScope(textAt(values, "scope") ?? "")?.path;
  const exportName = textAt(values, "exportName");
  return scope === undefined || exportName === undefined ? undefined : { scope, exportName };
}

function collision(values: Values, { scope, exportName }: Occupant, other: Occupant): Problem {
  const folder = [textAt(values, `${destination}.rootFolderPath`), exportName].filter(Boolean).join("/");
  return {
    property: `${destination}.rootFolderPath`,
    reason: `The exports of ${other.scope} and of ${scope} both write to the folder "${folder}" of container ${textAt(values, `${destination}.container`) ?? ""}, and overwrite each other's files. Give one of them another exportName or ${destination}.rootFolderPath.`,
    severity: "warn",
  };
}
