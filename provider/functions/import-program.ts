/** The text of a program that declares exports: TypeScript as a person would write it, in the form that prettier gives it. */
import { isRecord } from "../cost-management/unknown";
import type { PlainObject } from "../resources/resource";

export interface Declared {
  readonly resourceName: string;
  readonly args: PlainObject;
  /** Printed above the declaration. */
  readonly remarks: readonly string[];
}

export interface Program {
  readonly program: string;
  /** Keys of the configuration secrets that it reads. */
  readonly secrets: readonly string[];
}

export function printProgram(exports: readonly Declared[]): Program {
  const names = identifiers(exports);
  const secrets: string[] = [];
  const declarations = exports.map(({ resourceName, args, remarks }, index) => {
    const name = names[index] ?? "";
    const text = printObject(withSecret(args, `${name}SasToken`, secrets), "", ");");
    const comments = remarks.map((remark) => `// ${remark.replace(/\s+/g, " ")}\n`).join("");
    return `${comments}const ${name} = new Export(${JSON.stringify(resourceName)}, ${text}\n`;
  });
  const head =
    secrets.length === 0
      ? 'import { Export } from "pulumi-azure-cost-exports";\n'
      : 'import * as pulumi from "@pulumi/pulumi";\nimport { Export } from "pulumi-azure-cost-exports";\n\nconst config = new pulumi.Config();\n';
  return { program: [head, ...declarations].join("\n"), secrets };
}

/** An expression instead of a value. */
class Code {
  constructor(readonly text: string) {}
}

/** A token cannot be read back, and has no place in a program: it comes from the stack's configuration. */
function withSecret(args: PlainObject, key: string, secrets: string[]): PlainObject {
  const { deliveryInfo } = args;
  const destination = isRecord(deliveryInfo) ? deliveryInfo["destination"] : undefined;
  if (!isRecord(destination) || destination["sasToken"] === undefined) return args;
  secrets.push(key);
  const sasToken = new Code(`config.requireSecret(${JSON.stringify(key)})`);
  return { ...args, deliveryInfo: { destination: { ...destination, sasToken } } };
}

const width = 80;

/** `tail` is what follows the closing brace. */
function printObject(value: PlainObject, indent: string, tail: string): string {
  const inner = `${indent}  `;
  const members = Object.entries(value).map(([key, member]) => {
    const name = /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key);
    return `${inner}${name}:${printMember(member, inner, name.length)}`;
  });
  return `{\n${members.join("\n")}\n${indent}}${tail}`;
}

/** A member's value, with the blank or the line break before it and the comma after it. */
function printMember(value: unknown, indent: string, nameLength: number): string {
  if (value instanceof Code) return ` ${value.text},`;
  if (isRecord(value)) return ` ${printObject(value, indent, ",")}`;
  const short = ` ${printInline(value)},`;
  const fits = indent.length + nameLength + 1 + short.length <= width;
  if (fits && !(Array.isArray(value) && value.length > 1 && value.every(isRecord))) return short;
  if (!Array.isArray(value)) return typeof value === "string" ? `\n${indent}  ${printInline(value)},` : short;
  return ` [\n${value.map((item) => `${indent}  ${printInline(item)},`).join("\n")}\n${indent}],`;
}

function printInline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(printInline).join(", ")}]`;
  if (isRecord(value))
    return `{ ${Object.entries(value)
      .map(([key, member]) => `${key}: ${printInline(member)}`)
      .join(", ")} }`;
  return JSON.stringify(value);
}

/** One identifier per export, made from its resource's name. */
function identifiers(exports: readonly Declared[]): readonly string[] {
  const taken = new Set(["Export", "config", "pulumi"]);
  return exports.map(({ resourceName }) => {
    const wanted = identifier(resourceName);
    let name = wanted;
    for (let count = 2; taken.has(name); count++) name = `${wanted}${count}`;
    taken.add(name);
    return name;
  });
}

function identifier(resourceName: string): string {
  const words = resourceName.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  const joined = words.map((word, index) => (index === 0 ? lower(word) : upper(word))).join("");
  if (joined === "" || /^\d/.test(joined)) return `costExport${joined}`;
  return reserved.has(joined) ? `${joined}Export` : joined;
}

/** The first letter; a word in capitals as a whole, so that `EA` becomes `ea`. */
const lower = (word: string): string =>
  /^[A-Z\d]+$/.test(word) ? word.toLowerCase() : word.charAt(0).toLowerCase() + word.slice(1);
const upper = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** Words that no identifier of a module may be, and `exports` and the like, which a CommonJS module has already. */
const reserved: ReadonlySet<string> = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export exports extends " +
    "false finally for function if implements import in instanceof interface let module new null package private protected " +
    "public require return static super switch this throw true try typeof undefined var void while with yield"
  ).split(" "),
);
