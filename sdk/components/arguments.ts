/**
 * What a program gives to a component, checked before anything is made: types don't hold JavaScript, `as any` and
 * configuration. All problems of a component are one error. An output is not known yet, and is checked when it is.
 */
import * as pulumi from "@pulumi/pulumi";
import { didYouMean, listOf } from "../../provider/cost-management/spelling";

/** The problems of a value, each with its cure. `path` is what the program calls it, such as `readers[0].principalId`. */
export type Rule = (value: unknown, path: string) => readonly string[];

/** An object of arguments, as its rules have it. */
export interface Shape<Args> {
  /** What messages call it, such as `CostExport`. */
  readonly owner: string;
  /** For each argument that is given. */
  readonly rules: { readonly [Key in keyof Required<Args>]: Rule };
  /** What must be given, with the cure where it is not. */
  readonly required?: { readonly [Key in keyof Args]?: string };
  readonly together?: Together<Args>;
}

/** Problems of arguments that don't go together; `at` is the path of one. */
export type Together<Args> = (given: Given<Args>, at: (key: keyof Args & string) => string) => readonly string[];

/** What may be anything yet. */
type Given<Args> = Readonly<Partial<Record<keyof Args, unknown>>>;

/** Refuses arguments that break a rule, with all their problems. */
export function checkArguments<Args>(shape: Shape<Args>, name: string, args: unknown): void {
  const named = matching(/\S/, "name", `Name it first, as in new ${shape.owner}("costs", { … }).`);
  refuse(shape.owner, name, [...named(name, "name"), ...object(shape)(args === undefined ? {} : args, "")]);
}

/** The text, refused when it is known and breaks the rule. */
export function whenKnown(
  owner: string,
  name: string,
  path: string,
  value: pulumi.Input<string>,
  rule: Rule,
): pulumi.Output<string> {
  return pulumi.output(value).apply((known) => {
    refuse(owner, name, rule(known, path));
    return known;
  });
}

/** Without a stack trace: the name says where in the program it is, better than the lines of this package. */
function refuse(owner: string, name: string, problems: readonly string[]): void {
  if (problems.length > 0)
    throw new pulumi.RunError([`${owner} "${name}" cannot be made of its arguments:`, ...problems].join("\n  "));
}

/** For what may be an output. */
export function input(rule: Rule): Rule {
  return (value, path) => (isLater(value) ? [] : rule(value, path));
}

/** For what decides which resources there are, and so cannot be an output. */
export function plain(rule: Rule): Rule {
  return (value, path) =>
    isLater(value)
      ? [
          `${path} is an output, but decides which resources are made, so it must be known while the program runs. Give a plain value, such as one of pulumi.Config.`,
        ]
      : rule(value, path);
}

/** For what others check. */
export const anything: Rule = () => [];

/** A value that passes a test; else it is "no" something, with the cure. */
export function must(test: (value: unknown) => boolean, what: string, cure: string): Rule {
  return (value, path) => (test(value) ? [] : [`${path} is ${shown(value)}, which is no ${what}. ${cure}`]);
}

export function matching(pattern: RegExp, what: string, cure: string): Rule {
  return must((value) => typeof value === "string" && pattern.test(value), what, cure);
}

export const text = matching(/\S/, "text", "Write a text that is not empty, or leave it out.");

/** The form that timeouts have throughout the package. */
export const span = matching(
  /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/,
  "duration",
  "Write it as 90s, 5m or 1h30m, or leave it out.",
);

export const flag = must((value) => typeof value === "boolean", "boolean", "Write true or false, without quotes.");

export const properties = must(isObject, "object", "Write an object, or leave it out.");

export function oneOf(...words: readonly string[]): Rule {
  const quoted = words.map((word) => `"${word}"`);
  return (value, path) => {
    if (typeof value === "string" && words.includes(value)) return [];
    const near = typeof value === "string" ? didYouMean(value, words) : undefined;
    const cure = near === undefined ? "Write one of them." : `Did you mean "${near}"?`;
    return [`${path} is ${shown(value)}, which is none of ${listOf(quoted)}. ${cure}`];
  };
}

export function list(item: Rule): Rule {
  return (value, path) =>
    Array.isArray(value)
      ? value.flatMap((one: unknown, index) => item(one, `${path}[${index}]`))
      : [`${path} is ${shown(value)}, which is no list. Write it in brackets, even where it holds one value.`];
}

/** A list without repetitions, by a key without regard to case; items whose key is undefined are passed over. */
export function distinct(item: Rule, keyOf: (item: unknown) => string | undefined, cure: string): Rule {
  return (value, path) => {
    const keys = Array.isArray(value) ? value.map((one) => keyOf(one)?.toLowerCase()) : [];
    const repeated = keys.flatMap((key, index) => {
      const first = keys.indexOf(key);
      return key === undefined || first === index
        ? []
        : [`${path}[${index}] is the same as ${path}[${first}], "${key}". ${cure}`];
    });
    return [...list(item)(value, path), ...repeated];
  };
}

export function object<Args>({ owner, rules, required = {}, together }: Shape<Args>): Rule {
  const known = Object.keys(rules);
  const isGiven = (value: unknown): value is Given<Args> => isObject(value);
  return (value, path) => {
    const at = (key: string): string => (path === "" ? key : `${path}.${key}`);
    if (!isGiven(value))
      return [
        `${path === "" ? "args" : path} is ${shown(value)}, which is no object. Write an object with ${listOf(known)}.`,
      ];
    return [
      ...Object.keys(value)
        .filter((key) => !known.includes(key))
        .map((key) => `${at(key)} is not a property of ${owner}. ${nearest(key, known, at)}`),
      ...Object.entries<string | undefined>(required)
        .filter(([key]) => isMissing(value, key))
        .map(([key, cure = ""]) => `${at(key)} is missing. ${cure}`),
      ...Object.entries<Rule>(rules)
        .filter(([key]) => !isMissing(value, key))
        .flatMap(([key, rule]) => rule(Reflect.get(value, key), at(key))),
      ...(together?.(value, at) ?? []),
    ];
  };
}

/** A member of what may be no object. */
export function memberOf(value: unknown, key: string): unknown {
  return isObject(value) ? Reflect.get(value, key) : undefined;
}

function isMissing(value: object, key: string): boolean {
  return Reflect.get(value, key) === undefined;
}

/** A word that was cut short or drawn out is near, too. */
function nearest(key: string, known: readonly string[], at: (key: string) => string): string {
  const word = key.toLowerCase();
  const near =
    didYouMean(key, known) ??
    known.find((other) => other.toLowerCase().startsWith(word) || word.startsWith(other.toLowerCase()));
  return near === undefined ? `It has ${listOf(known)}.` : `Did you mean ${at(near)}?`;
}

/** Whether the value is known only later. */
export function isLater(value: unknown): boolean {
  return pulumi.Output.isInstance(value) || value instanceof Promise;
}

function isObject(value: unknown): value is object {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !isLater(value) &&
    !pulumi.Resource.isInstance(value)
  );
}

function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (isLater(value)) return "an output";
  if (pulumi.Resource.isInstance(value)) return "a resource";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "function") return "a function";
  return typeof value === "object" && value !== null ? "an object" : String(value);
}
