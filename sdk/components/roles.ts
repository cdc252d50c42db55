/** Roles that exports need, and names of role assignments that are the same on every machine. */
import { createHash } from "node:crypto";

/** What an export's identity needs to write. */
export const storageBlobDataContributor = "ba92f5b4-2d11-453d-a403-e96b0029c9fe";
/** What a reader of the delivered files needs. */
export const storageBlobDataReader = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1";

/** The full id of a built-in role; at the scope of the subscription that holds the resource. */
export function roleDefinitionId(scope: string, role: string): string {
  const [, , subscriptionId = ""] = scope.split("/");
  return `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${role}`;
}

/** A namespace of our own for UUIDs of version 5 (RFC 9562). */
const namespace = Buffer.from("8a5be8c6a1f54f5b9d0a3d6f5c1e7b42", "hex");

/** The name of a role assignment: a UUID of version 5 of scope, principal and role, so that the same assignment never has two. */
export function roleAssignmentName(scope: string, principalId: string, role: string): string {
  const text = [scope.replace(/\/+$/, ""), principalId, role].join("|").toLowerCase();
  const bytes = createHash("sha1").update(namespace).update(text).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
