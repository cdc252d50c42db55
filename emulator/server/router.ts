/** A small table of routes: a pattern, a name for the log, and what each method does. */
import type { EmulatorRequest, EmulatorResponse } from "../types";

export type Parameters = Readonly<Record<string, string>>;

export type Handler = (request: EmulatorRequest, parameters: Parameters) => EmulatorResponse;

export interface Route {
  /**
   * Segments match without case; `{name}` takes one segment. A leading `{scope*}` takes any number of segments, so that
   * extension resources can hang on any scope.
   */
  readonly pattern: string;
  /** What the log calls the operations, before `.` and the verb; or the whole name where there is one verb only. */
  readonly name: string;
  /** By method; a handler for GET answers HEAD too. */
  readonly methods: Readonly<Record<string, Handler>>;
  /** Replaces the usual verb of the method in the log's name. */
  readonly verb?: string;
}

export interface RouteMatch {
  readonly route: Route;
  readonly parameters: Parameters;
  readonly operation: string;
  /** Undefined: the route exists, the method does not. */
  readonly handler: Handler | undefined;
}

export function matchRoute(
  routes: readonly Route[],
  method: string,
  segments: readonly string[],
): RouteMatch | undefined {
  for (const route of routes) {
    const parameters = matchPattern(route.pattern, segments);
    if (parameters === undefined) continue;
    const handler = route.methods[method] ?? (method === "HEAD" ? route.methods["GET"] : undefined);
    return { route, parameters, operation: `${route.name}.${route.verb ?? verbOf(method, route.pattern)}`, handler };
  }
  return undefined;
}

function verbOf(method: string, pattern: string): string {
  if (method === "GET") return pattern.endsWith("}") || pattern.endsWith("/default") ? "get" : "list";
  return method.toLowerCase();
}

function matchPattern(pattern: string, segments: readonly string[]): Parameters | undefined {
  const parts = pattern.split("/").filter((part) => part !== "");
  const open = parts[0] === "{scope*}";
  const fixed = open ? parts.slice(1) : parts;
  const start = segments.length - fixed.length;
  if (start < 0 || (!open && start > 0)) return undefined;
  const parameters: Record<string, string> = open
    ? {
        scope: segments
          .slice(0, start)
          .map((one) => `/${one}`)
          .join(""),
      }
    : {};
  const fits = fixed.every((part, index) => {
    const segment = segments[start + index] ?? "";
    if (!part.startsWith("{")) return part.toLowerCase() === segment.toLowerCase();
    parameters[part.slice(1, -1)] = segment;
    return true;
  });
  return fits ? parameters : undefined;
}

/** A parameter of the pattern that was matched; a name that the pattern lacks is a bug in the table. */
export function parameter(parameters: Parameters, name: string): string {
  const value = parameters[name];
  if (value === undefined) throw new Error(`The route has no parameter ${name}.`);
  return value;
}
