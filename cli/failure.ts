/**
 * A failure as the command line tells it: one sentence, and what to do. The provider speaks to programs, of properties and of
 * the next deployment; here are options, and the command is called again.
 */
import { redact } from "../provider/arm/redact";

/** What of a sentence is said in other words here. */
export type Words = readonly (readonly [RegExp, string])[];

export function inWords(text: string, words: Words): string {
  return words.reduce((said, [pattern, here]) => said.replace(pattern, here), text);
}

export function sentenceOf(error: Error): string {
  return inWords(systemSentence(error) ?? error.message, deployments);
}

/** The stacks of a failure and of what caused it, for reports of bugs: nothing in them is secret, whoever threw it. */
export function stacksOf(error: Error): string {
  const { cause } = error;
  const stack = redact(error.stack ?? error.message);
  return cause instanceof Error ? `${stack}\nCaused by: ${stacksOf(cause)}` : stack;
}

/** Why a file could not be read or written. */
export function reasonOf(error: unknown): string {
  const { code = "", message = String(error) } = error as { readonly code?: string; readonly message?: string };
  return reasons[code] ?? message;
}

function systemSentence(error: Error): string | undefined {
  const { code = "", path, port } = error as NodeJS.ErrnoException & { readonly port?: number };
  if (port !== undefined && code === "EADDRINUSE")
    return `Port ${port} is taken by another program. Choose another port, or name none for a free one.`;
  if (port !== undefined && code === "EACCES")
    return `Port ${port} is not for every user. Choose a port from 1024 on, or name none for a free one.`;
  return path === undefined || reasons[code] === undefined ? undefined : `Cannot use ${path}: ${reasons[code]}.`;
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: "there is no permission for it",
  EEXIST: "there is a file of that name",
  EISDIR: "it is a folder",
  ENOENT: "there is no such file or folder",
  ENOSPC: "the disk is full",
  ENOTDIR: "a part of its path is a file",
  EPERM: "there is no permission for it",
  EROFS: "the disk cannot be written to",
};

const deployments: Words = [
  [
    /\b([Rr])un (?:"pulumi up" again|the deployment again)(?:: it looks at the live resource first)?/g,
    "$1un the command again",
  ],
  [/ A slow service may need longer timeouts\./, ""],
  [
    /Set azure-native:clientId, tenantId and clientSecret \(or (ARM_CLIENT_ID, [^)]+)\), or useOidc, or useMsi;/,
    "Set $1, or ARM_USE_OIDC, or ARM_USE_MSI;",
  ],
  [/Set azure-native:\w+(?: and azure-native:\w+)? \(or ([^)]+)\)/, "Set $1"],
  [/ Run it after it is created: pass exportId: myExport\.id\./, " Look at its spelling, and at your rights."],
];
