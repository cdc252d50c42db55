/**
 * A value that is not known yet: in a preview, the output of a resource that does not exist. The adapter of each engine
 * translates its own marker into this one, so that no rule mistakes a marker for text.
 */
export const unknown: unique symbol = Symbol("unknown value");

export function isUnknown(value: unknown): value is typeof unknown {
  return value === unknown;
}

/** Whether an unknown stands anywhere inside the value. */
export function containsUnknown(value: unknown): boolean {
  if (isUnknown(value)) return true;
  if (Array.isArray(value)) return value.some(containsUnknown);
  return isRecord(value) && Object.values(value).some(containsUnknown);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
