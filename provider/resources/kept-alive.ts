/**
 * A guard against a silent loss. Renaming a resource without an alias makes the engine create first and delete after: the new
 * resource takes the live export over as it is, and the delete of the old one would then remove it. So an export that a create
 * of this deployment made or took over is not deleted by the same deployment. A replacement is not affected: its delete comes
 * before its create.
 */
import type { Resource } from "./resource";

export function withKeptAlive(resource: Resource): Resource {
  const owned = new Set<string>();
  return {
    ...resource,
    create: async (inputs, context) => {
      const made = await resource.create(inputs, context);
      owned.add(made.id.toLowerCase());
      return made;
    },
    delete: async (id, state, context) => {
      if (!owned.has(id.toLowerCase())) return resource.delete(id, state, context);
      context.warn(
        `${id} is not deleted: another resource of this deployment has just taken it over. This is what happens when a resource is renamed; with an alias (aliases: [{ name: "the old name" }]) nothing is created or deleted at all.`,
      );
    },
  };
}
