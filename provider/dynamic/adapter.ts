/**
 * The one place that knows the quirks of Pulumi's dynamic providers: markers of unknown values, the `__provider` text,
 * results that must be pure JSON, and errors that would be taken for resources. It turns a resource of the core into what
 * `pulumi.dynamic.ResourceProvider` describes.
 */
import type * as dynamic from "@pulumi/pulumi/dynamic";
import { redact } from "../arm/redact";
import type { Problem } from "../cost-management/parse";
import { isRecord, isUnknown, unknown } from "../cost-management/unknown";
import { UnfinishedError } from "../resources/errors";
import type { PlainObject, Resource, ResourceContext } from "../resources/resource";
import { takeConfig } from "./config";

/** What the engine writes in place of a value that is not known yet, one text per type (sdk/go/common/resource/plugin). */
const unknownMarkers: ReadonlySet<string> = new Set([
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);
const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const providerKey = "__provider";

/**
 * Adapts a resource, which may be loaded on its first use: previews of stacks without it do not pay for it. `context` is made
 * on the first call that needs it, never for check and diff, which load no client.
 */
export function toDynamicProvider(
  given: Resource | (() => Promise<Resource>),
  context: () => ResourceContext | Promise<ResourceContext> = loadContext,
): dynamic.ResourceProvider {
  let loading: Promise<Resource> | undefined;
  const load = (): Resource | Promise<Resource> => (typeof given === "function" ? (loading ??= given()) : given);
  return {
    // The process asks once per provider text, and lets other calls pass while this is awaited: so nothing is awaited here.
    configure: ({ config }) => {
      takeConfig((key) => config.get(key));
      return Promise.resolve();
    },
    check: (olds, news) =>
      guarded(async () => {
        const resource = await load();
        const previous = fromEngine(olds);
        const isNew = Object.keys(previous).length === 0;
        const { inputs, failures, warnings } = resource.check(
          isNew ? undefined : previous,
          fromEngine(news),
          Date.now(),
        );
        for (const { reason } of warnings) show(redact(`warning: ${addressText(inputs)}${shortened(reason)}`));
        return {
          inputs: toEngine(inputs),
          failures: failures.map(checkFailure),
        };
      }),
    diff: (id, olds, news) =>
      guarded(async () => {
        const { changes, replaces, deleteBeforeReplace } = (await load()).diff(id, fromEngine(olds), fromEngine(news));
        return { changes, replaces: [...replaces], deleteBeforeReplace };
      }),
    create: (inputs: unknown) =>
      guarded(async () => {
        const { id, state } = await (await load()).create(fromEngine(inputs), await context());
        return { id, outs: toEngine(state) };
      }, inputs),
    read: (id, props: unknown) =>
      guarded(async () => {
        const stored = fromEngine(props);
        // A look-up (`get`) brings the provider text and nothing else.
        const isLookUp = Object.keys(stored).length === 0;
        const found = await (await load()).read(id, isLookUp ? undefined : stored, await context());
        if (found !== undefined) return { id, props: toEngine(found.state), inputs: toEngine(found.inputs) };
        // An empty answer to a look-up would be recorded as a resource without properties.
        if (isLookUp)
          throw new Error(`Nothing was found at ${id}. Look at its spelling, at the subscription, and at your rights.`);
        return {};
      }),
    update: (id, olds: unknown, news: unknown) =>
      guarded(async () => {
        const { state } = await (await load()).update(id, fromEngine(olds), fromEngine(news), await context());
        return { outs: toEngine(state) };
      }, news),
    delete: (id, props: unknown) => guarded(async () => (await load()).delete(id, fromEngine(props), await context())),
  };
}

async function loadContext(): Promise<ResourceContext> {
  return (await import("./context.js")).sharedContext();
}

/** Runs a method so that no foreign error leaves it, and an unfinished operation is recorded by the engine. */
async function guarded<T>(method: () => T | Promise<T>, inputs?: unknown): Promise<T> {
  try {
    return await method();
  } catch (error) {
    throw error instanceof UnfinishedError ? initError(error, inputs) : plainError(error);
  }
}

/** A new error with the message alone: an `id` on a foreign error would make the engine record a resource that does not exist. */
function plainError(error: unknown): Error {
  const message =
    error instanceof Error && error.message !== "" ? error.message : `Unexpected failure: ${String(error)}`;
  const plain = new Error(message);
  if (process.env["AZURE_COST_EXPORTS_DEBUG"] === "true" && error instanceof Error)
    plain.message += `\n${error.stack ?? ""}`;
  plain.stack = message;
  return plain;
}

/** The form that the engine records as "created, but not initialised"; it shows the reasons, and nothing of the message. */
function initError(error: UnfinishedError, inputs: unknown): Error {
  const text: unknown = isRecord(inputs) ? inputs[providerKey] : undefined;
  return Object.assign(plainError(error), {
    id: error.resourceId,
    // Without the text that names the provider, the engine could neither refresh nor delete what it recorded.
    properties: { ...toEngine(error.state), [providerKey]: text },
    reasons: [...error.reasons],
  });
}

/**
 * The engine prints a property with its value, which it finds at the top level only: for a path it prints `{<nil>}`. There
 * the reason names the place instead.
 */
function checkFailure({ property, reason, source }: Problem): dynamic.CheckFailure {
  const isPath = /[.[]/.test(property);
  const place = isPath && !reason.includes(property) ? `${property}: ` : "";
  const origin = source === undefined ? "" : ` [Source: ${source}]`;
  return { property: isPath ? "" : property, reason: redact(`${place}${shortened(reason)}${origin}`) };
}

function addressText(inputs: PlainObject): string {
  const name = inputs["exportName"];
  return typeof name === "string" ? `export "${name}": ` : "";
}

/** A value of a hundred thousand characters tells no more than its beginning. */
function shortened(reason: string): string {
  return reason.length > 2000 ? `${reason.slice(0, 1000)} … ${reason.slice(-500)}` : reason;
}

const shown = new Set<string>();

/** Standard output of the provider process is shown by the CLI as information about the stack. Each sentence once. */
function show(message: string): void {
  if (shown.has(message)) return;
  shown.add(message);
  console.log(message);
}

/** Plain data of the core: without the provider text, and with our own marker for unknown values. */
function fromEngine(value: unknown): Record<string, unknown> {
  const plain: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(isRecord(value) ? value : {})) {
    if (key !== providerKey) plain[key] = markUnknowns(member);
  }
  return plain;
}

function markUnknowns(value: unknown): unknown {
  if (typeof value === "string") return unknownMarkers.has(value) ? unknown : value;
  if (Array.isArray(value)) return value.map(markUnknowns);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, markUnknowns(member)]));
}

/**
 * Pure JSON: one `undefined`, bigint, function or Buffer in a result would end the provider process after the service has
 * done its work, and leave an orphan.
 */
export function toEngine(value: PlainObject): Record<string, unknown> {
  const plain = pure(value);
  return isRecord(plain) ? { ...plain } : {};
}

function pure(value: unknown): unknown {
  if (isUnknown(value)) return unknownText;
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((item) => pure(item) ?? null);
  if (!isRecord(value)) return undefined;
  const entries = Object.entries(value)
    .map(([key, member]) => [key, pure(member)] as const)
    .filter(([, member]) => member !== undefined);
  return Object.fromEntries(entries);
}
