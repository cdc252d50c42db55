/**
 * The ProviderRegistration resource: a resource provider registered in a subscription. Exports need
 * Microsoft.CostManagementExports in the subscription of the storage account; the portal registers it silently, the API
 * answers "RP Not Registered" (ftk#1409).
 */
import { duration } from "../cost-management/dates";
import { isUnknown, isRecord } from "../cost-management/unknown";
import { getAt } from "../cost-management/values";
import type { Problem } from "../cost-management/parse";
import { ResourceError } from "./errors";
import { withCure } from "./explain";
import { pick, text } from "./plain";
import type { PlainObject, Resource, ResourceContext } from "./resource";

const apiVersion = "2021-04-01";
const inputKeys = ["subscriptionId", "namespace", "timeouts"] as const;
const defaultNamespace = "Microsoft.CostManagementExports";

export const providerRegistrationResource: Resource = {
  check: (_previous, inputs) => ({
    inputs: { namespace: defaultNamespace, ...pick(inputs, inputKeys) },
    failures: problemsOf(inputs),
    warnings: [],
  }),
  diff: (_id, state, inputs) => {
    const replaces = ["subscriptionId", "namespace"].filter(
      (key) => isUnknown(inputs[key]) || text(state[key]).toLowerCase() !== text(inputs[key]).toLowerCase(),
    );
    return { changes: replaces.length > 0, replaces, deleteBeforeReplace: false };
  },
  create: async (inputs, context) => ({ id: pathOf(inputs), state: await register(inputs, context) }),
  update: (_id, state, inputs) => Promise.resolve({ state: { ...state, ...pick(inputs, inputKeys) } }),
  read: async (id, state, context) => {
    const match = /^\/subscriptions\/([^/]+)\/providers\/([^/]+)$/i.exec(id);
    const address = state ?? { subscriptionId: match?.[1] ?? "", namespace: match?.[2] ?? "" };
    const registrationState = await stateOf(address, context.clock.now() + 5 * 60_000, context);
    if (registrationState !== "Registered") return undefined;
    return { state: { ...pick(address, inputKeys), registrationState }, inputs: pick(address, inputKeys) };
  },
  // Others in the subscription may need the provider: it stays registered.
  delete: () => Promise.resolve(),
};

function problemsOf({ subscriptionId, namespace }: PlainObject): readonly Problem[] {
  const problems: Problem[] = [];
  const refuse = (property: string, reason: string): void => {
    problems.push({ property, reason, severity: "refuse" });
  };
  if (!isUnknown(subscriptionId) && (typeof subscriptionId !== "string" || !/^[0-9a-f-]{36}$/i.test(subscriptionId))) {
    refuse(
      "subscriptionId",
      `subscriptionId ${text(subscriptionId)} is no GUID. Write the subscription's id, without the path.`,
    );
  }
  if (
    namespace !== undefined &&
    !isUnknown(namespace) &&
    (typeof namespace !== "string" || !/^[a-z]+(?:\.[a-z0-9]+)+$/i.test(namespace))
  ) {
    refuse(
      "namespace",
      `namespace ${text(namespace)} is no resource provider. It has a form such as ${defaultNamespace}.`,
    );
  }
  return problems;
}

function pathOf({ subscriptionId, namespace }: PlainObject): string {
  return `/subscriptions/${String(subscriptionId)}/providers/${String(namespace)}`;
}

/** Registers where that is due, and waits until it is done: an export that comes earlier is refused. */
async function register(inputs: PlainObject, context: ResourceContext): Promise<PlainObject> {
  const timeouts = isRecord(inputs["timeouts"]) ? inputs["timeouts"] : {};
  const limit = timeouts["create"];
  const deadline = context.clock.now() + (duration(typeof limit === "string" ? limit : "30m") ?? 0);
  try {
    let state = await stateOf(inputs, deadline, context);
    if (state !== "Registered" && state !== "Registering") {
      const path = `${pathOf(inputs)}/register`;
      await context.arm.send({
        method: "POST",
        path,
        apiVersion,
        operation: "write",
        scope: scopeOf(inputs),
        deadline,
      });
      state = await stateOf(inputs, deadline, context);
    }
    for (let attempt = 1; state !== "Registered"; attempt++) {
      const wait = context.waitUnit * Math.min(6, attempt);
      if (context.clock.now() + wait >= deadline) {
        throw new ResourceError(
          "StillRunning",
          `${pathOf(inputs)} is still ${state ?? "not registered"}. Run "pulumi up" again in some minutes.`,
        );
      }
      await context.clock.sleep(wait);
      state = await stateOf(inputs, deadline, context);
    }
    return { ...pick(inputs, inputKeys), registrationState: state };
  } catch (error) {
    throw withCure(`Cannot register ${pathOf(inputs)}`, error);
  }
}

async function stateOf(inputs: PlainObject, deadline: number, context: ResourceContext): Promise<string | undefined> {
  const response = await context.arm.send({
    method: "GET",
    path: pathOf(inputs),
    apiVersion,
    operation: "read",
    scope: scopeOf(inputs),
    deadline,
  });
  if (response.status === 404)
    throw new ResourceError(
      "NotFound",
      `There is no ${pathOf(inputs)}. Look at the namespace, the subscription, and your rights.`,
    );
  const state = getAt(response.body, "registrationState");
  return typeof state === "string" ? state : undefined;
}

function scopeOf({ subscriptionId }: PlainObject): string {
  return `/subscriptions/${String(subscriptionId)}`;
}
