/** The Azure CLI: `az rest` signs in by itself and sends what it is given, whatever the version. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tenantId } from "../../emulator";
import { clientId, environmentFor, interpreter, Refusal, scope } from "./kit";
import type { OpenClient, SeenExport, SeenRun, SignIn } from "./kit";
import { describeClient } from "./specification";

const python = interpreter("AZURE_COST_EXPORTS_AZURE_CLI");
const resource = "https://management.azure.com/";

const signInArguments = {
  "managed-identity": ["--identity"],
  "client-secret": ["--service-principal", "--username", clientId, "--password", "secret", "--tenant", tenantId],
} as const satisfies Record<SignIn, readonly string[]>;

/** The reason phrases that `az rest` puts before a refused answer. */
const statuses: Readonly<Record<string, number>> = { "Bad Request": 400, "Not Found": 404, Conflict: 409 };

const open: OpenClient = async (emulator, version, signIn) => {
  const folder = mkdtempSync(join(tmpdir(), "azure-cost-exports-az-"));
  const env = {
    ...environmentFor(emulator),
    // Everything that the CLI keeps, tokens included, goes with this folder.
    AZURE_CONFIG_DIR: folder,
    AZURE_CORE_COLLECT_TELEMETRY: "false",
    AZURE_CORE_NO_COLOR: "true",
  };
  const az = async (...args: readonly string[]): Promise<string> => {
    // What the command `az` of an installation does.
    const child = spawn(python, ["-m", "azure.cli", ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
    let [output, complaints] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (complaints += chunk.toString()));
    const [code] = (await once(child, "close")) as [number | null];
    if (code === 0) return output;
    throw refusalOf(complaints) ?? new Error(`az ${args.join(" ")} ended with ${String(code)}: ${complaints}`);
  };
  const rest = async <T>(method: string, path: string, { at = scope, body }: { at?: string; body?: unknown } = {}) => {
    const url = `/${at}/providers/Microsoft.CostManagement/exports${path}?api-version=${version}`;
    const sent = body === undefined ? [] : ["--body", JSON.stringify(body)];
    const output = await az("rest", "--method", method, "--url", url, "--resource", resource, ...sent);
    return (output.trim() === "" ? undefined : JSON.parse(output)) as T;
  };
  const close = () => rmSync(folder, { recursive: true, force: true });
  try {
    await az("cloud", "set", "--name", "Emulator");
    await az("login", ...signInArguments[signIn]);
  } catch (error) {
    close();
    throw error;
  }
  return {
    put: (name, body) => rest<SeenExport>("put", `/${name}`, { body }),
    get: (name, at) => rest<SeenExport>("get", `/${name}`, at === undefined ? {} : { at }),
    list: async () => (await rest<{ value: SeenExport[] }>("get", "")).value,
    run: (name) => rest<undefined>("post", `/${name}/run`),
    history: async (name) => (await rest<{ value: SeenRun[] }>("get", `/${name}/runHistory`)).value,
    delete: (name) => rest<undefined>("delete", `/${name}`),
    close,
  };
};

/** `ERROR: Not Found({"error":{"code":…,"message":…}})` */
function refusalOf(complaints: string): Refusal | undefined {
  const [, phrase = "", body = ""] = /ERROR: ([A-Za-z ]+)\((\{.*\})\)/s.exec(complaints) ?? [];
  if (body === "") return undefined;
  const { error } = JSON.parse(body) as { error: { code: string; message: string } };
  return new Refusal(statuses[phrase] ?? 0, error.code, error.message);
}

describeClient("az rest", open, {
  signIns: ["client-secret", "managed-identity"],
  writes: "everything",
  leadingSlash: "single",
});
