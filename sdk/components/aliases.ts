/** Aliases of a component, for the children that don't inherit them. */
import type * as pulumi from "@pulumi/pulumi";

/**
 * What the component was called before. Children that are called after it inherit its aliases from Pulumi; a child whose name
 * is made of the component's in another way (a storage account takes no hyphens) needs one of its own, or a renamed component
 * would replace it.
 */
export function formerNames(name: string, opts: pulumi.ComponentResourceOptions | undefined): readonly string[] {
  const names = (opts?.aliases ?? []).flatMap((alias) => {
    if (typeof alias === "string") return [alias.slice(alias.lastIndexOf("::") + 2)];
    // An output is not known while resources are named.
    if (typeof alias !== "object" || !("name" in alias) || typeof alias.name !== "string") return [];
    return [alias.name];
  });
  return [...new Set(names)].filter((former) => former !== name);
}
