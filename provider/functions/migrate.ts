/**
 * What other tools remember of an export, as arguments of ours. The mapping is pure; what a migration takes over is read
 * from Azure (`planImport`), because a tool remembers the fields that it knows, and not those that others set since.
 */
import { apiVersionRow, newestApiVersion, type ApiVersion } from "../cost-management/api-versions";
import { sameValue } from "../cost-management/compare";
import { remoteFields } from "../cost-management/fields";
import { parseInputs } from "../cost-management/parse";
import { isRecord } from "../cost-management/unknown";
import { flatten } from "../cost-management/values";
import { exportId } from "../cost-management/wire";
import type { PlainObject } from "../resources/resource";
import { oldGenerationVersion, type PlannedExport } from "./import";

/** An export of another tool in our arguments. */
export interface Migrated {
  /** In normal form; what cannot be said in it is left out. */
  readonly args: PlainObject;
  /** What was left out, and why. */
  readonly remarks: readonly string[];
}

/** Tools whose state can be read: azure-native, terraform's azurerm, and the older Pulumi provider that wraps it. */
export type Tool = "azure-native" | "azurerm" | "azure";

/** One export in another tool's state. */
export interface Remembered extends Migrated {
  readonly id: string;
  /** What the tool calls it: a URN, or a Terraform address. */
  readonly address: string;
  /** The name and the parent of its resource, where it is one of Pulumi's. */
  readonly resourceName?: string;
  readonly parent?: string;
  /** The command with which the tool forgets it, without a change in Azure. */
  readonly forget: string;
}

/**
 * Inputs of `azure-native.costmanagement.Export`: the names and the nesting are ours. The eTag goes, because the provider
 * handles it; older api-versions become the newest one of their generation.
 */
export function fromAzureNative(inputs: PlainObject, apiVersion?: string): Migrated {
  const { eTag: _eTag, __defaults: _defaults, ...known } = inputs;
  const version = apiVersion === undefined ? undefined : versionFor(apiVersion);
  return normal(version === undefined ? known : { ...known, apiVersion: version });
}

/** The version to go on with; undefined for the newest, which needs no saying. */
function versionFor(apiVersion: string): ApiVersion | undefined {
  // Versions that the package does not know are newer than it, or previews between the two generations.
  const isNew = (apiVersionRow(apiVersion)?.generation ?? previews[apiVersion] ?? guess(apiVersion)) === "new";
  return isNew ? undefined : oldGenerationVersion;
}

const previews: Readonly<Record<string, "old" | "new">> = { "2023-04-01-preview": "old", "2024-10-01-preview": "new" };
const guess = (apiVersion: string): "old" | "new" => (apiVersion >= newestApiVersion ? "new" : "old");

/** Resource types of azurerm, and of Pulumi's azure provider, with the attribute that names the scope. */
const scopeAttributes: Readonly<Record<string, string>> = {
  azurerm_subscription_cost_management_export: "subscription_id",
  azurerm_resource_group_cost_management_export: "resource_group_id",
  azurerm_billing_account_cost_management_export: "billing_account_id",
  "azure:core/subscriptionCostManagementExport:SubscriptionCostManagementExport": "subscription_id",
  "azure:core/resourceGroupCostManagementExport:ResourceGroupCostManagementExport": "resource_group_id",
  "azure:billing/accountCostManagementExport:AccountCostManagementExport": "billing_account_id",
};

/**
 * Attributes of the three `azurerm_…_cost_management_export` resources, or, in camel case, of their counterparts in Pulumi's
 * azure provider.
 */
export function fromAzurerm(attributes: PlainObject, resourceType: string): Migrated {
  const scopeAttribute = scopeAttributes[resourceType];
  if (scopeAttribute === undefined)
    throw new Error(`"${resourceType}" is no export of azurerm. Known: ${Object.keys(scopeAttributes).join(", ")}.`);
  const at = (name: string): unknown => attribute(attributes, name);
  const location = block(at("export_data_storage_location"));
  const options = block(at("export_data_options"));
  const container = text(attribute(location, "container_id"));
  const [, resourceId, containerName] =
    /^(.*\/storageAccounts\/[^/]+)\/blobServices\/[^/]+\/containers\/([^/]+)\/?$/i.exec(container ?? "") ?? [];
  const migrated = normal({
    scope: at(scopeAttribute),
    exportName: at("name"),
    definition: { type: options["type"], timeframe: attribute(options, "time_frame") },
    deliveryInfo: {
      destination: {
        resourceId,
        container: containerName,
        // "/x" and "x" are one folder, and newer api-versions refuse the slash.
        rootFolderPath: text(attribute(location, "root_folder_path"))?.replace(/^\/+/, ""),
      },
    },
    schedule: {
      status: at("active") === false ? "Inactive" : "Active",
      recurrence: at("recurrence_type"),
      recurrencePeriod: { from: at("recurrence_period_start_date"), to: at("recurrence_period_end_date") },
    },
    format: at("file_format"),
  });
  if (container === undefined || resourceId !== undefined) return migrated;
  const remark = `container_id "${container}" is not the id of a container (…/storageAccounts/{name}/blobServices/default/containers/{name}).`;
  return { ...migrated, remarks: [remark, ...migrated.remarks] };
}

function normal(raw: PlainObject): Migrated {
  const { inputs, problems } = parseInputs(raw);
  return { args: inputs, remarks: problems.map(({ reason }) => reason) };
}

/** Terraform writes names with underscores, Pulumi in camel case. */
function attribute(attributes: PlainObject, name: string): unknown {
  return attributes[name] ?? attributes[name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())];
}

/** Terraform keeps a block that may stand once as a list of one; Pulumi as an object. */
function block(value: unknown): PlainObject {
  const one: unknown = Array.isArray(value) ? value[0] : value;
  return isRecord(one) ? one : {};
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/**
 * The exports in another tool's state: what `pulumi stack export` prints, `terraform show -json`, or Terraform's state file.
 */
export function readState(tool: Tool, json: string): readonly Remembered[] {
  let state: unknown;
  try {
    state = JSON.parse(json);
  } catch (error) {
    throw new Error(`The state is no JSON. ${stateSources[tool]}`, { cause: error });
  }
  const resources = tool === "azurerm" ? terraformResources(state) : pulumiResources(state);
  if (resources === undefined) throw new Error(`This is no state that ${tool} keeps. ${stateSources[tool]}`);
  return resources.flatMap((resource) => rememberedBy(tool, resource) ?? []);
}

const stateSources: Readonly<Record<Tool, string>> = {
  "azure-native": 'Write it with "pulumi stack export --file state.json".',
  azure: 'Write it with "pulumi stack export --file state.json".',
  azurerm: 'Write it with "terraform show -json > state.json".',
};

/** A resource of either tool. */
interface StateResource {
  readonly address: string;
  readonly type: string;
  readonly id: string | undefined;
  readonly values: PlainObject;
  readonly outputs: PlainObject;
  readonly isProtected: boolean;
  readonly parent: string | undefined;
}

function pulumiResources(state: unknown): readonly StateResource[] | undefined {
  const deployment = isRecord(state) ? state["deployment"] : undefined;
  const resources: unknown = isRecord(deployment) ? (deployment["resources"] ?? []) : undefined;
  if (!Array.isArray(resources)) return undefined;
  return resources.filter(isRecord).flatMap((resource) => {
    const address = text(resource["urn"]);
    // Those that wait for their deletion, and those that were only read, are not the stack's.
    if (address === undefined || resource["delete"] === true || resource["external"] === true) return [];
    const parent = text(resource["parent"]);
    return {
      address,
      type: text(resource["type"]) ?? "",
      id: text(resource["id"]),
      values: block(resource["inputs"]),
      outputs: block(resource["outputs"]),
      isProtected: resource["protect"] === true,
      parent: parent?.includes("::pulumi:pulumi:Stack::") === true ? undefined : parent,
    };
  });
}

function terraformResources(state: unknown): readonly StateResource[] | undefined {
  if (!isRecord(state)) return undefined;
  const values = state["values"];
  if (isRecord(values)) return shownResources(values["root_module"]);
  if (!Array.isArray(state["resources"])) return state["format_version"] === undefined ? undefined : [];
  return state["resources"].filter(isRecord).flatMap((resource) => {
    const [type, name, module] = [text(resource["type"]), text(resource["name"]), text(resource["module"])];
    const instances: unknown = resource["instances"];
    if (resource["mode"] !== "managed" || type === undefined || name === undefined || !Array.isArray(instances))
      return [];
    return instances.filter(isRecord).map((instance) => {
      const key = instance["index_key"];
      const index = key === undefined || key === null ? "" : `[${JSON.stringify(key)}]`;
      const address = `${module === undefined ? "" : `${module}.`}${type}.${name}${index}`;
      return terraformResource(address, type, block(instance["attributes"]));
    });
  });
}

/** Resources of a module as `terraform show -json` prints it, and of the modules in it. */
function shownResources(module: unknown): readonly StateResource[] {
  if (!isRecord(module)) return [];
  return [
    ...listAt(module, "resources")
      .filter(isRecord)
      .flatMap((resource) => {
        const [address, type] = [text(resource["address"]), text(resource["type"])];
        return resource["mode"] !== "managed" || address === undefined || type === undefined
          ? []
          : terraformResource(address, type, block(resource["values"]));
      }),
    ...listAt(module, "child_modules").flatMap(shownResources),
  ];
}

function listAt(value: PlainObject, key: string): readonly unknown[] {
  const list: unknown = value[key];
  return Array.isArray(list) ? (list as readonly unknown[]) : [];
}

function terraformResource(address: string, type: string, values: PlainObject): StateResource {
  return { address, type, id: text(values["id"]), values, outputs: {}, isProtected: false, parent: undefined };
}

function rememberedBy(tool: Tool, resource: StateResource): Remembered | undefined {
  const migrated = migratedBy(tool, resource);
  if (migrated === undefined) return undefined;
  const { address, isProtected, parent } = resource;
  const { scope, exportName } = migrated.args;
  const id = resource.id ?? exportId(text(scope) ?? "", text(exportName) ?? "");
  if (tool === "azurerm") return { ...migrated, id, address, forget: `terraform state rm ${quoted(address)}` };
  return {
    ...migrated,
    id,
    address,
    resourceName: address.split("::").slice(3).join("::"),
    ...(parent === undefined ? {} : { parent }),
    forget: `pulumi state delete ${quoted(address)} --yes${isProtected ? " --force" : ""}`,
  };
}

function migratedBy(tool: Tool, { type, values, outputs }: StateResource): Migrated | undefined {
  if (tool !== "azure-native") return type in scopeAttributes ? fromAzurerm(values, type) : undefined;
  // The version stands in the type of a module or package made for it, and beside the outputs of newer providers.
  const match = /^azure-native(?:_costmanagement_(v\w+))?:costmanagement(?:\/(v\w+))?:Export$/.exec(type);
  if (match === null) return undefined;
  const [, ofPackage, ofModule] = match;
  return fromAzureNative(withoutSecrets(values), versionIn(ofPackage ?? ofModule) ?? text(outputs["azureApiVersion"]));
}

/** `v20230701preview` is 2023-07-01-preview. */
function versionIn(named: string | undefined): string | undefined {
  const [, year, month, day, rest = ""] = /^v(\d{4})(\d{2})(\d{2})(\w*)$/.exec(named ?? "") ?? [];
  return year === undefined ? undefined : [year, month, day, ...(rest === "" ? [] : [rest])].join("-");
}

/** An exported state holds secrets encrypted: nothing that could be compared, or handed on. */
function withoutSecrets(value: PlainObject): PlainObject {
  const entries = Object.entries(value).filter(
    ([, member]) => !isRecord(member) || member["4dabf18193072939515e22adb298388d"] === undefined,
  );
  return Object.fromEntries(entries.map(([key, member]) => [key, isRecord(member) ? withoutSecrets(member) : member]));
}

const quoted = (value: string): string => `'${value.replaceAll("'", `'\\''`)}'`;

/** Where Azure has something else than the other tool remembers: changed since, or in a form that the tool reads otherwise. */
export function driftOf({ args }: Migrated, planned: Pick<PlannedExport, "outputs">): readonly string[] {
  const [remembered, live] = [flatten(args), flatten(planned.outputs)];
  return remoteFields.flatMap((row) => {
    const before = remembered.get(row.path);
    const now = live.get(row.path);
    if (before === undefined || row.kind === "secret" || sameValue(row, before, now)) return [];
    const inAzure = now === undefined ? "not set" : JSON.stringify(now);
    return [`${row.path} is ${JSON.stringify(before)} in the state, and ${inAzure} in Azure.`];
  });
}
