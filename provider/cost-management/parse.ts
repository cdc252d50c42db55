/**
 * From what a program wrote to inputs of the right form: unknown members, wrong types and misspelt values are found here,
 * each with its place and its cure; spellings that the service takes are put into its own.
 */
import { apiVersionRow, apiVersions, newestApiVersion, type ApiVersion, type ApiVersionRow } from "./api-versions";
import { duration, instant } from "./dates";
import { fields, hasFeature, isAnsweredOnly, type Feature, type FieldRow } from "./fields";
import { didYouMean, listOf } from "./spelling";
import { isRecord, isUnknown, unknown } from "./unknown";
import { getAt, type Filter, type Leaf } from "./values";

/** A fault or a remark, at a property path. */
export interface Problem {
  readonly property: string;
  /** What is wrong, the rule, and the cure, in sentences. */
  readonly reason: string;
  /** Where the rule comes from: an observed answer, a page, the OpenAPI files, or our inference. */
  readonly source?: string;
  /** `refuse` stops the preview; `warn` is shown and passes. */
  readonly severity: "refuse" | "warn";
}

export interface Parsed {
  /** The inputs in their own form; unknown values stand where they stood. */
  readonly inputs: Record<string, unknown>;
  readonly problems: readonly Problem[];
  readonly version: ApiVersion;
}

/** Parses what stands in the program. Never throws, whatever JSON it is given. */
export function parseInputs(raw: unknown): Parsed {
  const problems: Problem[] = [];
  const version = versionOf(raw);
  const versionKnown = !isUnknown(getAt(raw, "apiVersion"));
  const context: Context = { problems, version, versionKnown, row: apiVersions[version] };
  const inputs = parseObject(tree, isRecord(raw) ? raw : {}, "", context);
  return { inputs, problems, version };
}

/** The version that the inputs name, or the newest where they name none (or none that exists). */
export function versionOf(raw: unknown): ApiVersion {
  const named = getAt(raw, "apiVersion");
  const version = typeof named === "string" ? named.toLowerCase() : "";
  return apiVersionRow(version) === undefined ? newestApiVersion : (version as ApiVersion);
}

interface Context {
  readonly problems: Problem[];
  /** The newest while it is not known yet: the newest has all fields and values of the others. */
  readonly version: ApiVersion;
  readonly versionKnown: boolean;
  readonly row: ApiVersionRow;
}

/** Members that people bring along from other tools, with what to do about them. */
const strangers: ReadonlyMap<string, { readonly severity: "refuse" | "warn"; readonly advice: string }> = new Map([
  [
    "etag",
    {
      severity: "warn",
      advice: "It is ignored: the provider reads the eTag before each write and sends it itself. Remove it.",
    },
  ],
  ["tags", { severity: "refuse", advice: "Exports have no tags, in any api-version. Remove it." }],
  [
    "properties",
    {
      severity: "refuse",
      advice: "Write its members at the top level, as azure-native does: definition, deliveryInfo, schedule and so on.",
    },
  ],
  [
    "resourcegroupname",
    {
      severity: "refuse",
      advice:
        "Write the resource group into scope: /subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}.",
    },
  ],
  ["name", { severity: "refuse", advice: "The name of the export is exportName." }],
  // The service ignores what it sets itself (clients put back whole answers), so these are no reason to stop.
  ...["runhistory", "nextruntimeestimate", "systemsuspensioncontext", "identity.principalid", "identity.tenantid"].map(
    (path) => [path, { severity: "warn", advice: "It is ignored: the service sets it. Remove it." }] as const,
  ),
]);

type Tree = Map<string, Tree | FieldRow>;

const tree: Tree = growTree();

function growTree(): Tree {
  const root: Tree = new Map<string, Tree | FieldRow>();
  for (const row of fields) {
    const keys = row.path.split(".");
    const last = keys.pop() ?? row.path;
    let node = root;
    for (const key of keys) {
      const child = node.get(key);
      const next: Tree = child instanceof Map ? child : new Map<string, Tree | FieldRow>();
      node.set(key, next);
      node = next;
    }
    node.set(last, row);
  }
  return root;
}

function parseObject(
  node: Tree,
  raw: Readonly<Record<string, unknown>>,
  at: string,
  context: Context,
): Record<string, unknown> {
  const parsed: Record<string, unknown> = {};
  const spellings = new Map<string, string>();
  for (const [key, value] of Object.entries(raw)) {
    if (value === undefined || value === null) continue;
    const known = node.has(key) ? key : [...node.keys()].find((name) => name.toLowerCase() === key.toLowerCase());
    if (known === undefined) {
      reportStranger(key, node, at, context);
      continue;
    }
    const child = node.get(known);
    const path = at === "" ? known : `${at}.${known}`;
    const other = spellings.get(known);
    spellings.set(known, key);
    if (other !== undefined) {
      refuse(context, path, `${path} stands twice, as ${other} and as ${key}. Names match without case: remove one.`);
      continue;
    }
    const result =
      child instanceof Map ? parseContainer(child, value, path, context) : child && parseField(child, value, context);
    if (result !== undefined) parsed[known] = result;
  }
  for (const [key, child] of node) {
    if (!(child instanceof Map) && child.required === true && parsed[key] === undefined) {
      const taken = impliedOnOldVersions(child, context);
      if (taken !== undefined) parsed[key] = taken;
      else if (context.versionKnown || !hasImpliedValue(child)) reportMissing(child, context);
    }
    if (child instanceof Map && parsed[key] === undefined) reportMissingWithin(child, context);
  }
  return parsed;
}

function parseContainer(node: Tree, value: unknown, path: string, context: Context): unknown {
  if (isUnknown(value)) return value;
  if (!isRecord(value)) {
    refuse(context, path, `${path} must be an object with ${listOf([...node.keys()])}, not ${describe(value)}.`);
    return undefined;
  }
  const parsed = parseObject(node, value, path, context);
  return Object.keys(parsed).length === 0 ? undefined : parsed;
}

function reportMissing(row: FieldRow, context: Context): void {
  const said = context.problems.some((problem) => problem.property === row.path && problem.severity === "refuse");
  if (!said) refuse(context, row.path, `${row.path} is missing. ${missingCure[row.path] ?? "Set it."}`);
}

function hasImpliedValue(row: FieldRow): boolean {
  return row.path === "definition.type";
}

/** Old versions take Usage for a missing type, though their specification calls it required (observed: CLI recordings). */
function impliedOnOldVersions(row: FieldRow, context: Context): string | undefined {
  const refused = context.problems.some(({ property, severity }) => property === row.path && severity === "refuse");
  if (!hasImpliedValue(row) || context.row.generation !== "old" || refused) return undefined;
  context.problems.push({
    property: row.path,
    reason: `${row.path} is missing; the service takes Usage for it in api-version ${context.version}. Set it, so that it is seen.`,
    severity: "warn",
  });
  return "Usage";
}

const missingCure: Readonly<Record<string, string>> = {
  scope: "Set the scope whose costs are exported, such as /subscriptions/{subscriptionId}.",
  exportName: "Set the name of the export.",
  "definition.type": "Set the dataset, such as FocusCost or ActualCost.",
  "definition.timeframe": "Set the time frame of the data, such as MonthToDate.",
  "deliveryInfo.destination.container":
    "Set the container that receives the files; the service creates it where it is missing.",
};

function reportMissingWithin(node: Tree, context: Context): void {
  for (const child of node.values()) {
    if (child instanceof Map) reportMissingWithin(child, context);
    else if (
      child.required === true &&
      !context.problems.some((problem) => child.path.startsWith(`${problem.property}.`))
    ) {
      reportMissing(child, context);
    }
  }
}

function reportStranger(key: string, node: Tree, at: string, context: Context): void {
  const path = at === "" ? key : `${at}.${key}`;
  const stranger = strangers.get(at === "" || key.toLowerCase() === "etag" ? key.toLowerCase() : path.toLowerCase());
  if (stranger !== undefined) {
    context.problems.push({
      property: path,
      reason: `${path} is not a property of an export. ${stranger.advice}`,
      severity: stranger.severity,
    });
    return;
  }
  const elsewhere = homesOf(key).filter((home) => home !== path);
  const near = didYouMean(key, [...node.keys()]);
  const cure =
    elsewhere.length > 0
      ? `It belongs at ${listOf(elsewhere)}.`
      : near !== undefined
        ? `Did you mean ${at === "" ? near : `${at}.${near}`}?`
        : `${at === "" ? "An export" : at} has ${listOf([...node.keys()])}.`;
  const local = [...node.values()].every((child) => !(child instanceof Map) && child.place === "local");
  const rule = local ? "does not exist" : "is not a property that the service knows; it refuses unknown members";
  refuse(context, path, `${path} ${rule}. ${cure}`);
}

/** Where a member of this name belongs: for properties written at the wrong level. */
function homesOf(key: string): readonly string[] {
  const homes = new Set<string>();
  for (const row of fields) {
    const keys = row.path.split(".");
    keys.forEach((name, index) => {
      if (name.toLowerCase() === key.toLowerCase()) homes.add(keys.slice(0, index + 1).join("."));
    });
  }
  return [...homes];
}

function parseField(row: FieldRow, value: unknown, context: Context): Leaf | undefined {
  if (isUnknown(value)) return unknown;
  if (value === "" || (Array.isArray(value) && value.length === 0)) return undefined;
  if (!hasFeature(context.row, row.feature)) {
    const versions = versionsWith(row.feature);
    refuse(
      context,
      row.path,
      `${row.path} does not exist in api-version ${context.version}. It exists in ${listOf(versions)}: set apiVersion to one of these, or remove the property.`,
    );
    return undefined;
  }
  switch (row.kind) {
    case "boolean":
      return parseBoolean(row, value, context);
    case "names":
      return parseNames(row, value, context);
    case "filters":
      return parseFilters(row, value, context);
    default:
      return parseText(row, value, context);
  }
}

function versionsWith(feature: Feature | undefined): readonly string[] {
  return offeredVersions.filter((version) => hasFeature(apiVersions[version], feature));
}

export const offeredVersions: readonly ApiVersion[] = (Object.keys(apiVersions) as ApiVersion[]).filter(
  (version) => apiVersions[version].offered,
);

function parseBoolean(row: FieldRow, value: unknown, context: Context): boolean | undefined {
  // The service takes "true" for true (a client sends it so), and programs read configuration as text.
  if (typeof value === "boolean") return value;
  if (typeof value === "string" && /^(?:true|false)$/i.test(value)) return value.toLowerCase() === "true";
  refuse(context, row.path, `${row.path} must be true or false, not ${describe(value)}.`);
  return undefined;
}

function parseNames(row: FieldRow, value: unknown, context: Context): readonly string[] | typeof unknown | undefined {
  if (Array.isArray(value) && value.some(isUnknown)) return unknown;
  // Empty names are "not set", as everywhere.
  const names: string[] = [];
  if (!Array.isArray(value)) refuse(context, row.path, `${row.path} must be a list of names, not ${describe(value)}.`);
  else {
    for (const [index, item] of value.entries()) {
      const at = `${row.path}[${index}]`;
      if (typeof item === "string" && item !== "") names.push(item);
      else if (item !== "" && item !== null && item !== undefined)
        refuse(context, at, `${at} must be a name, not ${describe(item)}.`);
    }
  }
  return names.length === 0 ? undefined : names;
}

function parseFilters(row: FieldRow, value: unknown, context: Context): readonly Filter[] | typeof unknown | undefined {
  if (!Array.isArray(value)) {
    refuse(context, row.path, `${row.path} must be a list of { name, value }, not ${describe(value)}.`);
    return undefined;
  }
  const items: Filter[] = [];
  for (const [index, item] of value.entries()) {
    const at = `${row.path}[${index}]`;
    const name = getAt(item, "name");
    const text = getAt(item, "value");
    if (isUnknown(name) || isUnknown(text)) return unknown;
    const extra = isRecord(item) ? Object.keys(item).filter((key) => !/^(?:name|value)$/i.test(key)) : [];
    if (typeof name === "string" && name !== "" && typeof text === "string" && text !== "" && extra.length === 0)
      items.push({ name, value: text });
    else if (extra.length > 0)
      refuse(context, at, `${at} has ${listOf(extra)}, which the service does not know. A filter has name and value.`);
    else refuse(context, at, `${at} must be { name, value } with texts, not ${describe(item)}.`);
  }
  return items.length === 0 ? undefined : items;
}

function parseText(row: FieldRow, value: unknown, context: Context): string | undefined {
  if (typeof value !== "string") {
    refuse(context, row.path, `${row.path} must be text, not ${describe(value)}.`);
    return undefined;
  }
  if (row.kind === "enum") return parseEnum(row, value, context);
  if (row.kind === "date" && instant(value) === undefined) {
    refuse(
      context,
      row.path,
      `${row.path} is "${value}", which is no date. Write it in ISO 8601, such as 2026-01-31T00:00:00Z.`,
    );
    return undefined;
  }
  if (row.kind === "duration" && duration(value) === undefined) {
    refuse(context, row.path, `${row.path} is "${value}", which is no duration. Write it as 90s, 30m, 1h30m or 2d.`);
    return undefined;
  }
  return value;
}

function parseEnum(row: FieldRow, value: string, context: Context): string | undefined {
  const allowed = valuesOf(row, context.row);
  if (allowed === undefined) return value;
  const match = allowed.find((candidate) => candidate.toLowerCase() === value.toLowerCase());
  if (match !== undefined) return match;
  if (isAnsweredOnly(row, value)) return undefined;
  refuse(context, row.path, enumMessage(row, value, allowed, context));
  return undefined;
}

/** The allowed values of a field in a version; undefined where any text may stand. */
export function valuesOf(row: FieldRow, version: ApiVersionRow): readonly string[] | undefined {
  if (row.values === undefined) return undefined;
  if (row.values === "apiVersions") return offeredVersions;
  return typeof row.values === "string" ? version[row.values] : row.values;
}

function enumMessage(row: FieldRow, value: string, allowed: readonly string[], context: Context): string {
  const elsewhere = offeredVersions.filter((version) =>
    valuesOf(row, apiVersions[version])?.some((candidate) => candidate.toLowerCase() === value.toLowerCase()),
  );
  if (elsewhere.length > 0) {
    return `${row.path} "${value}" does not exist in api-version ${context.version}. It exists in ${listOf(elsewhere)}: set apiVersion to one of these, or choose ${listOf(allowed)}.`;
  }
  const near = didYouMean(value, allowed);
  const userAssigned = row.path === "identity.type" && /user/i.test(value);
  const hint = userAssigned
    ? "No supported api-version takes user-assigned identities."
    : near === undefined
      ? ""
      : `Did you mean ${near}?`;
  const whose = row.place === "local" ? "is not one of its values" : "is not a value that the service knows";
  return `${row.path} "${value}" ${whose}. ${hint}${hint === "" ? "" : " "}Valid values: ${listOf(allowed)}.`;
}

function refuse(context: Context, property: string, reason: string): void {
  const own = ownNames.has(property.split(".")[0] ?? "");
  const source = own ? {} : { source: `OpenAPI, api-version ${context.version}` };
  context.problems.push({ property, reason, severity: "refuse", ...source });
}

/** Members that the package added, at the top: no page of the service tells of them. */
const ownNames: ReadonlySet<string> = new Set(
  fields.filter(({ place }) => place === "local").map(({ path }) => path.split(".")[0] ?? path),
);

/** What a value is, never what it holds: it might be a secret at the wrong place. */
function describe(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  switch (typeof value) {
    case "string":
      return "text";
    case "boolean":
    case "number":
      return `the ${typeof value} ${String(value)}`;
    default:
      return "an object";
  }
}
