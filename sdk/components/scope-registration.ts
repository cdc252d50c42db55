import type * as pulumi from "@pulumi/pulumi";
import { ProviderRegistration } from "../resources/surroundings";

/**
 * Registers Microsoft.CostManagement in the subscription of a scope, where the program names one: billing scopes have none, and
 * the subscription of an output shows too late to decide about a resource.
 */
export function registerAtScope(
  name: string,
  scope: pulumi.Input<string>,
  opts: pulumi.CustomResourceOptions,
): ProviderRegistration | undefined {
  const subscriptionId = typeof scope === "string" ? /^\/?subscriptions\/([^/]+)/i.exec(scope)?.[1] : undefined;
  return subscriptionId === undefined
    ? undefined
    : new ProviderRegistration(name, { subscriptionId, namespace: "Microsoft.CostManagement" }, opts);
}
