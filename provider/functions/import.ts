/**
 * Takes exports that exist already into a stack: reads them, and plans the file for `pulumi import --file` and the program
 * that goes with it, so that the preview after the import shows no change. (Pulumi's own `import` cannot read a resource of
 * a dynamic provider: it asks for it without saying which provider. A file with inputs and outputs needs no reading.)
 */
import { newestApiVersion, type ApiVersion } from "../cost-management/api-versions";
import { sameAt, sameId, sameValue } from "../cost-management/compare";
import { duration } from "../cost-management/dates";
import { fieldAt, remoteFields } from "../cost-management/fields";
import type { Problem } from "../cost-management/parse";
import { validate } from "../cost-management/validate";
import { flatten, getAt, setAt, textAt, unflatten, type Leaf, type Values } from "../cost-management/values";
import { exportId, parseExportId, type LiveExport } from "../cost-management/wire";
import { toEngine } from "../dynamic/adapter";
import { createContext } from "../dynamic/context";
import { withCure } from "../resources/explain";
import { stateOf } from "../resources/export-state";
import type { PlainObject, ResourceContext } from "../resources/resource";
import { printProgram } from "./import-program";

export interface ImportRequest {
  /** Scopes whose exports are taken over, in any spelling. Scopes below them are not searched: the service lists none of these. */
  readonly scopes?: readonly string[];
  /** Only exports whose name fits one of these, with `*` and `?` as wildcards, without regard to case. Default: all. */
  readonly names?: readonly string[];
  /** Single exports by id, beside those of `scopes`. */
  readonly exports?: readonly ({ readonly id: string } & Origin)[];
  /** Put before the name of each resource that has no name of its own yet. */
  readonly namePrefix?: string;
  /**
   * Whether an export of the older generation stays there: its program then names `apiVersion: "2023-11-01"`. Otherwise it
   * moves to the newest version with the first change, out of sight of every tool that speaks an older one. Default: true.
   */
  readonly keepVersion?: boolean;
}

/** What is known already of an export's resource. */
export interface Origin {
  readonly resourceName?: string;
  /** URN of the parent, where it is not the stack. */
  readonly parent?: string;
  /**
   * The arguments that a program states already. Live values beyond them, and the api-version, are remembered as not the
   * program's: then both that program and the printed one preview without a change. Default: those of the printed one.
   */
  readonly args?: PlainObject;
}

/** What planning needs of a ResourceContext. */
export type ImportContext = Pick<ResourceContext, "reader" | "clock">;

export interface ImportPlan {
  /** In the order of the scopes, then by name. */
  readonly exports: readonly PlannedExport[];
  /** Exports that no program could declare as they are, with the reasons. */
  readonly skipped: readonly { readonly id: string; readonly reasons: readonly string[] }[];
  /** Ids that were asked for and are not there, or not visible. */
  readonly missing: readonly string[];
  /** The content of the file for `pulumi import --file`. */
  readonly file: ImportFile;
  /** A TypeScript program that declares them. */
  readonly program: string;
  /** Keys of configuration secrets that the program reads: `pulumi config set --secret {key}`. */
  readonly secrets: readonly string[];
}

export interface PlannedExport {
  readonly resourceName: string;
  readonly id: string;
  /** The arguments in the program; a SAS token stands there as a configuration secret. */
  readonly args: PlainObject;
  /** What `check` makes of them, as the import file holds it. */
  readonly inputs: PlainObject;
  /** State as `create` would return it, as the import file holds it. */
  readonly outputs: PlainObject;
  readonly parent?: string;
  /** What a person should know of it. */
  readonly remarks: readonly string[];
}

/** The file that `pulumi import --file` reads (Pulumi 3.254 or later). */
export interface ImportFile {
  readonly nameTable?: Readonly<Record<string, string>>;
  readonly resources: readonly {
    readonly type: string;
    readonly name: string;
    readonly id: string;
    readonly version: "";
    readonly parent?: string;
    readonly inputs: PlainObject;
    readonly outputs: PlainObject;
  }[];
}

/** The version for exports of the older generation: the newest of it, with every field that older ones have. */
export const oldGenerationVersion: ApiVersion = "2023-11-01";

/** Both are promises of the sdk's Export class (docs/architecture.md), repeated here because the provider imports no sdk. */
export const exportType = "pulumi-nodejs:dynamic/azure-cost-exports:Export";
export const exportHandler = 'exports.handler=()=>require("pulumi-azure-cost-exports/provider").Export';

/**
 * Stands for a SAS token in the file. The live token is answered obfuscated, in a form that nobody has recorded: it is of no
 * use, and might still hold parts of the real one. Whatever carries no signature equals any token, so the program's own
 * makes no difference until the next update, which then sends it.
 */
export const tokenPlaceholder = "not known here: the service does not show the token";

const sasToken = "deliveryInfo.destination.sasToken";
const timeout = duration("5m") ?? 0;
/** Scopes that are read at the same time; the client's own quota sees to the rest. */
const scopesAtOnce = 8;

export async function planImport(
  request: ImportRequest,
  config?: (key: string) => string | undefined,
  context: ImportContext = createContext(config),
): Promise<ImportPlan> {
  const wanted = wantedOf(request, context.clock.now());
  const found = await findAll(wanted, request.keepVersion ?? true, context);
  const named = nameAll(
    found.filter(({ id, scope, live }) => wanted.includes(id, scope, live.name ?? "")),
    wanted,
    request.namePrefix ?? "",
  );
  const planned = named.map((one) => planExport(one, context.clock.now()));
  const taken = planned.flatMap((one) => ("reasons" in one ? [] : [one]));
  const { program, secrets } = printProgram(taken);
  return {
    exports: taken,
    skipped: planned.flatMap((one) => ("reasons" in one ? [one] : [])),
    missing: wanted.ids.filter((id) => !found.some((one) => sameId(one.id, id))),
    file: fileOf(taken),
    program,
    secrets,
  };
}

/** The request, with its faults said at once. */
interface Wanted {
  readonly scopes: readonly string[];
  readonly ids: readonly string[];
  readonly includes: (id: string, scope: string, name: string) => boolean;
  readonly originOf: (id: string) => Origin;
}

function wantedOf({ scopes = [], names = ["*"], exports = [] }: ImportRequest, now: number): Wanted {
  const faults: string[] = [];
  const listed = scopes.map((scope) => {
    const { values, failures } = validate({ scope }, undefined, now);
    faults.push(...failures.filter(({ property }) => property === "scope").map(({ reason }) => reason));
    return exportScope(textAt(values, "scope") ?? scope);
  });
  const single = exports.map(({ id, ...origin }) => {
    const address = parseExportId(id);
    if (address === undefined)
      faults.push(`"${id}" is no id of an export: {scope}/providers/Microsoft.CostManagement/exports/{name}.`);
    return { id: exportId(address?.scope ?? "", address?.exportName ?? ""), scope: address?.scope ?? "", origin };
  });
  if (listed.length + single.length === 0) faults.push("There is no scope to read exports from.");
  if (faults.length > 0) throw new Error(faults.join("\n"));
  const patterns = names.map(patternOf);
  return {
    scopes: distinct([...listed, ...single.map(({ scope }) => scope)]),
    ids: single.map(({ id }) => id),
    includes: (id, scope, name) =>
      single.some((one) => sameId(one.id, id)) ||
      (listed.some((one) => sameId(one, scope)) && patterns.some((pattern) => pattern.test(name))),
    originOf: (id) => single.find((one) => sameId(one.id, id))?.origin ?? {},
  };
}

/** A scope in canonical form, by way of the id of an export there. */
function exportScope(scope: string): string {
  return parseExportId(exportId(scope, "any"))?.scope ?? scope;
}

function distinct(scopes: readonly string[]): string[] {
  return scopes.filter((scope, index) => scopes.findIndex((other) => sameId(other, scope)) === index);
}

function patternOf(glob: string): RegExp {
  const source = glob
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "i");
}

interface Found {
  readonly id: string;
  readonly scope: string;
  readonly live: LiveExport;
  readonly version: ApiVersion;
  /** Whether the program must name the version. */
  readonly pinned: boolean;
  readonly remarks: readonly string[];
}

async function findAll({ scopes }: Wanted, keepVersion: boolean, context: ImportContext): Promise<readonly Found[]> {
  const found: (readonly Found[])[] = [];
  const faults: string[] = [];
  for (let start = 0; start < scopes.length; start += scopesAtOnce) {
    const reading = scopes.slice(start, start + scopesAtOnce).map((scope) => findIn(scope, keepVersion, context));
    for (const result of await Promise.allSettled(reading)) {
      if (result.status === "fulfilled") found.push(result.value);
      else faults.push(result.reason instanceof Error ? result.reason.message : String(result.reason));
    }
  }
  if (faults.length > 0) throw new Error(faults.join("\n"));
  return found.flat();
}

/**
 * The newest version lists the exports of both generations, an older one those of its own: so two calls tell for each
 * export where it belongs.
 */
async function findIn(scope: string, keepVersion: boolean, context: ImportContext): Promise<readonly Found[]> {
  const list = async (version: ApiVersion): Promise<Listed> => {
    try {
      return byName(await context.reader.list(scope, version, context.clock.now() + timeout));
    } catch (error) {
      const hint = version === newestApiVersion ? "" : ` with api-version ${version}, to tell the generation of each`;
      throw withCure(`Cannot list the exports of ${scope}${hint}`, error);
    }
  };
  const newest = await list(newestApiVersion);
  // Nothing in the newest version's sight means nothing at all.
  const older: Listed = keepVersion && newest.size > 0 ? await list(oldGenerationVersion) : new Map();
  const names = [...newest.keys()].sort();
  return Promise.all(names.map((name) => place(scope, newest.get(name) ?? [], older.get(name)?.[0], context)));
}

/** Exports by name in lower case: one each, but for twins in both generations. */
type Listed = ReadonlyMap<string, readonly LiveExport[]>;

function byName(listed: readonly LiveExport[]): Listed {
  const named = new Map<string, readonly LiveExport[]>();
  for (const live of listed) {
    const key = live.name?.toLowerCase();
    if (key !== undefined) named.set(key, [...(named.get(key) ?? []), live]);
  }
  return named;
}

/** Where an export belongs, by what each generation's list shows under its name. */
async function place(
  scope: string,
  shown: readonly LiveExport[],
  older: LiveExport | undefined,
  context: ImportContext,
): Promise<Found> {
  const [first] = shown;
  const id = exportId(scope, first?.name ?? "");
  const inNewest = { id, scope, version: newestApiVersion, pinned: false };
  if (first === undefined) throw new RangeError("A name without an export.");
  if (older === undefined) return { ...inNewest, live: first, remarks: [] };
  const newer = await twinOf(id, shown, older, context);
  if (newer === undefined) return { id, scope, live: older, version: oldGenerationVersion, pinned: true, remarks: [] };
  const remark = `There is a second export of this name in the older generation, which only api-versions such as ${oldGenerationVersion} show. It is not taken over.`;
  return { ...inNewest, live: newer, remarks: [remark] };
}

/**
 * Two exports of one name, one in each generation, are told apart by their eTags. Where the newest list shows one only,
 * another eTag may also mean that somebody wrote between the two lists: then both are read once more.
 */
async function twinOf(
  id: string,
  shown: readonly LiveExport[],
  older: LiveExport,
  { reader, clock }: ImportContext,
): Promise<LiveExport | undefined> {
  const newer = shown.find(({ eTag }) => older.eTag !== undefined && eTag !== undefined && eTag !== older.eTag);
  if (newer === undefined || shown.length > 1) return newer;
  const read = (version: ApiVersion) => reader.get(id, version, clock.now() + timeout);
  const [now, before] = [await read(newestApiVersion), await read(oldGenerationVersion)];
  return now?.eTag === before?.eTag ? undefined : now;
}

type Named = Found & Origin & { readonly resourceName: string };

/** Resources are named like their exports; where two would share a name, each also gets the last part of its scope. */
function nameAll(found: readonly Found[], wanted: Wanted, prefix: string): readonly Named[] {
  const given = found.map((one) => wanted.originOf(one.id).resourceName ?? `${prefix}${one.live.name ?? ""}`);
  const told = found.map((one, index) => {
    const name = given[index] ?? "";
    const shared = given.filter((other) => other === name).length > 1;
    return shared && wanted.originOf(one.id).resourceName === undefined
      ? `${name}-${one.scope.split("/").at(-1) ?? ""}`
      : name;
  });
  const taken = new Set<string>();
  return found.map((one, index) => {
    const name = told[index] ?? "";
    let resourceName = name;
    for (let count = 2; taken.has(resourceName); count++) resourceName = `${name}-${count}`;
    taken.add(resourceName);
    const { parent, args } = wanted.originOf(one.id);
    return {
      ...one,
      resourceName,
      ...(parent === undefined ? {} : { parent }),
      ...(args === undefined ? {} : { args }),
    };
  });
}

function planExport(one: Named, now: number): PlannedExport | { readonly id: string; readonly reasons: string[] } {
  const remarks = [...one.remarks];
  const live = withoutToken(one.live);
  const program = new Map(programOf(one, live, remarks));
  for (;;) {
    const args = unflatten(program);
    const { inputs, failures } = validate(args, args, now);
    if (failures.length === 0) {
      const state = stateOf(live, statedIn(inputs, one.args), one.version);
      return {
        resourceName: one.resourceName,
        id: one.id,
        args: one.resourceName === one.live.name ? withoutName(inputs) : inputs,
        inputs: forFile(inputs),
        outputs: forFile(state),
        ...(one.parent === undefined ? {} : { parent: one.parent }),
        remarks,
      };
    }
    const removed = failures.flatMap((failure) => remove(program, failure));
    if (removed.length === 0) return { id: one.id, reasons: [...remarks, ...failures.map(({ reason }) => reason)] };
    remarks.push(...removed);
  }
}

/** The values that the program states: all of the printed one, or of these only what the program that stays states, too. */
function statedIn(inputs: PlainObject, args: PlainObject | undefined): Values {
  const printed = flatten(inputs);
  if (args === undefined) return printed;
  const stated = flatten(args);
  const isStated = (path: string): boolean =>
    path === sasToken || fieldAt(path).place === "address" || (path !== "apiVersion" && stated.has(path));
  return new Map([...printed].filter(([path]) => isStated(path)));
}

/** Whether a destination goes by token is told by the account beside it, too: the token itself may not be answered. */
function withoutToken(live: LiveExport): LiveExport {
  const byAccount =
    live.values.has("deliveryInfo.destination.storageAccount") &&
    !live.values.has("deliveryInfo.destination.resourceId");
  if (!live.values.has(sasToken) && !byAccount) return live;
  return { ...live, values: new Map<string, Leaf>([...live.values, [sasToken, tokenPlaceholder]]) };
}

/** What the program sets: everything live that is not a default, but what the service chose or what means nothing there. */
function programOf({ scope, version, pinned }: Named, live: LiveExport, remarks: string[]): Values {
  const program = new Map<string, Leaf>([["scope", scope]]);
  if (live.name !== undefined) program.set("exportName", live.name);
  const repeats = !sameAt("schedule.recurrence", live.values.get("schedule.recurrence"), undefined);
  for (const row of remoteFields) {
    const value = live.values.get(row.path);
    if (value === undefined || leftOut[row.path]?.(live.values, remarks) === true) continue;
    // A recurrence without a status would leave a reader to guess, so Inactive is said beside it though it is the default.
    const told = row.path === "schedule.status" && repeats;
    if (told || !sameValue(row, value, undefined)) program.set(row.path, value);
  }
  if (pinned) program.set("apiVersion", version);
  return program;
}

const always = (): boolean => true;
const outsideCustom = (values: Values): boolean =>
  !sameAt("definition.timeframe", values.get("definition.timeframe"), "Custom");

/** Live values that stay out of the program; state remembers them as chosen by others, and updates keep them. */
const leftOut: Readonly<Record<string, (values: Values, remarks: string[]) => boolean>> = {
  // A program needs no clock: the dates of a schedule are remembered, like those that a create chooses.
  "schedule.recurrencePeriod.from": always,
  "schedule.recurrencePeriod.to": always,
  "definition.timePeriod.from": outsideCustom,
  "definition.timePeriod.to": outsideCustom,
  location: (values) => !sameAt("identity.type", values.get("identity.type"), "SystemAssigned"),
  "schedule.status": (values, remarks) => {
    if (!sameAt("schedule.status", values.get("schedule.status"), "SystemSuspended")) return false;
    remarks.push(
      "The service has suspended this export. schedule.status is left out of the program; when the cause is mended, set it to Active.",
    );
    return true;
  },
};

/** Takes a value that a program may not state out of it; says which and why, or nothing where the export needs it. */
function remove(program: Map<string, Leaf>, { property, reason }: Problem): string[] {
  const named = property.replace(/\[\d+\]$/, "");
  // An identity needs a location: where none is answered, the identity cannot be stated either.
  const path = named === "location" && !program.has(named) ? "identity.type" : named;
  if (!program.has(path) || fieldAt(path).required === true) return [];
  program.delete(path);
  return [
    `${path} is left out of the program, because a program may not state its live value; updates keep it. ${reason}`,
  ];
}

function withoutName({ exportName: _name, ...args }: PlainObject): PlainObject {
  return args;
}

/** As the import file holds it: pure JSON, with the text that names the provider, and the token marked as a secret. */
function forFile(value: PlainObject): PlainObject {
  const plain: Record<string, unknown> = { __provider: exportHandler, ...toEngine(value) };
  if (getAt(plain, sasToken) !== undefined) setAt(plain, sasToken, secretOf(tokenPlaceholder));
  return plain;
}

/** A secret as Pulumi writes it, with its text as JSON; `pulumi import` encrypts it. */
function secretOf(text: string): PlainObject {
  return { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", plaintext: JSON.stringify(text) };
}

function fileOf(taken: readonly PlannedExport[]): ImportFile {
  const parents = [...new Set(taken.flatMap(({ parent }) => parent ?? []))];
  const nameOf = (parent: string): string => `parent${parents.indexOf(parent) + 1}`;
  return {
    ...(parents.length === 0 ? {} : { nameTable: Object.fromEntries(parents.map((urn) => [nameOf(urn), urn])) }),
    resources: taken.map(({ resourceName, id, parent, inputs, outputs }) => ({
      type: exportType,
      name: resourceName,
      id,
      version: "",
      ...(parent === undefined ? {} : { parent: nameOf(parent) }),
      inputs,
      outputs,
    })),
  };
}
