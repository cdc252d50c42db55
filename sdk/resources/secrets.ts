import * as pulumi from "@pulumi/pulumi";
import type { ExportDeliveryInfoArgs } from "./export-args";

/** Marks the SAS token as a secret wherever it stands, so that no program can write it to state in clear. */
export function hideSasToken(
  deliveryInfo: pulumi.Input<ExportDeliveryInfoArgs> | undefined,
): pulumi.Input<ExportDeliveryInfoArgs> | undefined {
  return within(deliveryInfo, "destination", (destination) =>
    within(destination, "sasToken", (token) => pulumi.secret(token)),
  );
}

/**
 * Changes one member of an object that may be an output. A plain object keeps its form, so that only the member becomes
 * secret; of an output the whole does, because Pulumi marks outputs whole.
 */
function within(value: unknown, key: string, change: (member: unknown) => unknown): never {
  if (pulumi.Output.isInstance(value) || value instanceof Promise) {
    return pulumi.output(value).apply((resolved) => within(resolved, key, change)) as never;
  }
  if (typeof value !== "object" || value === null || !(key in value)) return value as never;
  const member = (value as Record<string, unknown>)[key];
  return (member === undefined ? value : { ...value, [key]: change(member) }) as never;
}
