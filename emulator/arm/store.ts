/** What ARM holds, but for the exports: resources by id, registrations of resource providers. Plain JSON throughout. */
import { copyJson, isObject } from "../json";
import type { JsonObject } from "../json";

export interface StoredResource {
  /** Segments' case as at creation. */
  readonly id: string;
  /** Such as `Microsoft.Storage/storageAccounts`. */
  readonly type: string;
  /** What GET answers. */
  readonly body: JsonObject;
}

export interface Registration {
  readonly registered: boolean;
  /** When it was asked for, on the emulator's clock. */
  readonly since: number;
}

export interface ArmStore {
  readonly get: (id: string) => StoredResource | undefined;
  readonly put: (resource: StoredResource) => void;
  readonly delete: (id: string) => boolean;
  /** The resources of a type whose id lies under the given one, in order of creation. */
  readonly under: (id: string, type?: string) => readonly StoredResource[];
  /** Removes the resource and everything under it. */
  readonly deleteTree: (id: string) => void;
  readonly registration: (subscription: string, namespace: string) => Registration | undefined;
  readonly register: (subscription: string, namespace: string, registration: Registration) => void;
  readonly snapshot: () => unknown;
  readonly restore: (state: unknown) => void;
}

export function createArmStore(): ArmStore {
  const resources = new Map<string, StoredResource>();
  const registrations = new Map<string, Registration>();
  const under = (id: string, type?: string): StoredResource[] => {
    const prefix = `${key(id)}/`;
    return [...resources.values()].filter(
      (one) => key(one.id).startsWith(prefix) && (type === undefined || one.type === type),
    );
  };
  const registrationKey = (subscription: string, namespace: string): string =>
    `${subscription}/${namespace}`.toLowerCase();
  return {
    get: (id) => resources.get(key(id)),
    put: (resource) => {
      resources.set(key(resource.id), resource);
    },
    delete: (id) => resources.delete(key(id)),
    under,
    deleteTree: (id) => {
      for (const child of under(id)) resources.delete(key(child.id));
      resources.delete(key(id));
    },
    registration: (subscription, namespace) => registrations.get(registrationKey(subscription, namespace)),
    register: (subscription, namespace, registration) => {
      registrations.set(registrationKey(subscription, namespace), registration);
    },
    snapshot: () => copyJson({ resources: [...resources.values()], registrations: Object.fromEntries(registrations) }),
    restore: (state) => {
      resources.clear();
      registrations.clear();
      if (state === undefined) return;
      if (!isObject(state) || !Array.isArray(state["resources"]) || !isObject(state["registrations"])) {
        throw new TypeError("Not a snapshot of the emulator's ARM resources.");
      }
      const copy = structuredClone(state) as {
        resources: StoredResource[];
        registrations: Record<string, Registration>;
      };
      for (const resource of copy.resources) resources.set(key(resource.id), resource);
      for (const [name, registration] of Object.entries(copy.registrations)) registrations.set(name, registration);
    },
  };
}

const key = (id: string): string => id.toLowerCase().replace(/\/+$/, "");
