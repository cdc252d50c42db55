/** Azure's generated Python client over HTTPS: `azure-mgmt-costmanagement`, with the credentials of `azure-identity`. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { tenantId } from "../../emulator";
import { clientId, environmentFor, interpreter, parsed, Refusal, scope } from "./kit";
import type { ForeignClient, OpenClient, SeenExport, SeenRun } from "./kit";
import { describeClient } from "./specification";

interface Answer {
  readonly value?: unknown;
  readonly refusal?: { readonly status: number; readonly code: string; readonly message: string };
}

const python = interpreter("AZURE_COST_EXPORTS_PYTHON_SDK");

const open: OpenClient = async (emulator, version, signIn) => {
  const script = join(__dirname, "python/client.py");
  const child = spawn(python, [script, emulator.httpsUrl, tenantId, clientId, version, signIn], {
    env: environmentFor(emulator),
  });
  await once(child, "spawn");
  let complaints = "";
  child.stderr.on("data", (chunk: Buffer) => (complaints += chunk.toString()));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const call = async <T>(operation: string, request: object): Promise<T> => {
    child.stdin.write(`${JSON.stringify({ operation, scope, ...request })}\n`);
    const { done, value: line } = await lines.next();
    if (done === true) throw new Error(`The Python client ended: ${complaints}`);
    const { value, refusal } = parsed(line) as Answer;
    if (refusal !== undefined) throw new Refusal(refusal.status, refusal.code, refusal.message);
    return value as T;
  };
  return {
    put: (name, body) => call<SeenExport>("put", { name, body }),
    get: (name, at = scope) => call<SeenExport>("get", { name, scope: at }),
    list: () => call<SeenExport[]>("list", {}),
    run: (name) => call<undefined>("run", { name }),
    history: (name) => call<SeenRun[]>("history", { name }),
    delete: (name) => call<undefined>("delete", { name }),
    close: () => void child.kill(),
  } satisfies ForeignClient;
};

describeClient("azure-mgmt-costmanagement", open, {
  signIns: ["client-secret", "managed-identity"],
  writes: "its own model",
  leadingSlash: "single",
});
