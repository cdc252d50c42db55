/** A bare HTTP client for the emulator's own tests: nothing of the provider's, which they must not lean on. */
import { readFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { startEmulator } from "../../emulator";
import type { Emulator, EmulatorOptions } from "../../emulator";

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The parsed body; undefined when there is none or it is no JSON. */
  readonly json: ReturnType<typeof JSON.parse>;
}

export interface SendOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; a text is sent as it is. */
  readonly body?: unknown;
  /** Default: the emulator's managed-identity token. `null` sends none. */
  readonly token?: string | null;
}

/** Gives a test its own emulator and closes it. */
export async function withEmulator(
  options: EmulatorOptions,
  test: (emulator: Emulator) => Promise<void>,
): Promise<void> {
  const emulator = await startEmulator(options);
  try {
    await test(emulator);
  } finally {
    await emulator.close();
  }
}

/** Sends to the emulator's HTTP door, or to a complete URL; never decodes or normalises the path. */
export async function send(
  emulator: Emulator,
  method: string,
  target: string,
  options: SendOptions = {},
): Promise<Reply> {
  const { headers = {}, body, token } = options;
  const bearer = token === null ? undefined : (token ?? (await managedIdentityToken(emulator)));
  const text = body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body);
  return raw(emulator, method, target, {
    text,
    headers: {
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
      ...(typeof body === "object" ? { "content-type": "application/json" } : {}),
      ...headers,
    },
  });
}

export async function managedIdentityToken(
  emulator: Emulator,
  resource = "https://management.azure.com/",
): Promise<string> {
  const url = `/msi/token?api-version=2019-08-01&resource=${encodeURIComponent(resource)}`;
  const reply = await raw(emulator, "GET", url, {
    headers: { "x-identity-header": emulator.environment["IDENTITY_HEADER"] ?? "" },
  });
  return String(reply.json.access_token);
}

export function raw(
  emulator: Emulator,
  method: string,
  target: string,
  {
    headers = {},
    text,
  }: { readonly headers?: Readonly<Record<string, string>>; readonly text?: string | undefined } = {},
): Promise<Reply> {
  const base = /^https?:/.exec(target) === null ? emulator.httpUrl : "";
  const whole = base + target;
  const { protocol, hostname, port, origin } = new URL(whole);
  const secure = protocol === "https:";
  return new Promise((resolve, reject) => {
    const message = (secure ? httpsRequest : httpRequest)(
      {
        hostname,
        port,
        method,
        path: whole.slice(origin.length) || "/",
        agent: false,
        headers: { ...headers, ...(text === undefined ? {} : { "content-length": String(Buffer.byteLength(text)) }) },
        ...(secure ? { ca: readFileSync(emulator.caFile) } : {}),
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const body = Buffer.concat(chunks).toString("utf8");
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers as Record<string, string>,
            text: body,
            json: parse(body),
          });
        });
      },
    );
    message.on("error", reject);
    message.end(text);
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
