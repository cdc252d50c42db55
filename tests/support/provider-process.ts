/** Plays the engine against the real process that hosts dynamic providers, over gRPC, for what no unit test can prove. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { credentials, type Metadata, type ServiceError } from "@grpc/grpc-js";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Any } from "google-protobuf/google/protobuf/any_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";

type Plain = Record<string, unknown>;

/** What a failed call says: the message, and for a half-done operation what the engine would record. */
export interface CallError {
  readonly message: string;
  readonly unfinished?: { readonly id: string; readonly properties: Plain; readonly reasons: readonly string[] };
}

export interface ProviderProcess {
  check(olds: Plain, news: Plain): Promise<{ inputs: Plain; failures: { property: string; reason: string }[] }>;
  diff(
    id: string,
    olds: Plain,
    news: Plain,
  ): Promise<{ changes: boolean; replaces: string[]; deleteBeforeReplace: boolean }>;
  create(inputs: Plain): Promise<{ id: string; properties: Plain }>;
  read(id: string, properties: Plain): Promise<{ id: string; properties: Plain; inputs: Plain }>;
  update(id: string, olds: Plain, news: Plain): Promise<{ properties: Plain }>;
  delete(id: string, properties: Plain): Promise<void>;
  /** What the process wrote beside its port: what a person would see under the stack. */
  output(): string;
  close(): void;
}

export async function startProvider(
  environment: Readonly<Record<string, string>>,
  config: Plain = {},
): Promise<ProviderProcess> {
  const child = spawn(process.execPath, [require.resolve("@pulumi/pulumi/cmd/dynamic-provider"), "127.0.0.1:0"], {
    cwd: `${__dirname}/../..`,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  child.stderr.on("data", (chunk: Buffer) => lines.push(chunk.toString()));
  const port = await new Promise<string>((resolve, reject) => {
    const reader = createInterface(child.stdout);
    reader.once("line", resolve);
    reader.on("line", (line) => lines.push(line));
    child.once("exit", () => reject(new Error(`The provider process ended: ${lines.join("\n")}`)));
  });
  const client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
  const call = <Request, Response>(
    method: (request: Request, callback: (error: ServiceError | null, response: Response) => void) => unknown,
    request: Request,
  ): Promise<Response> =>
    new Promise((resolve, reject) => {
      method.call(client, request, (error, response) => (error === null ? resolve(response) : reject(decoded(error))));
    });
  const configure = new messages.ConfigureRequest();
  configure.setArgs(struct(config));
  await call(client.configure.bind(client), configure);
  return {
    check: async (olds, news) => {
      const request = new messages.CheckRequest();
      request.setOlds(struct(olds));
      request.setNews(struct(news));
      const response = await call<messages.CheckRequest, messages.CheckResponse>(client.check.bind(client), request);
      const failures = response
        .getFailuresList()
        .map((failure) => ({ property: failure.getProperty(), reason: failure.getReason() }));
      return { inputs: plain(response.getInputs()), failures };
    },
    diff: async (id, olds, news) => {
      const request = new messages.DiffRequest();
      request.setId(id);
      request.setOlds(struct(olds));
      request.setNews(struct(news));
      const response = await call<messages.DiffRequest, messages.DiffResponse>(client.diff.bind(client), request);
      return {
        changes: response.getChanges() === messages.DiffResponse.DiffChanges.DIFF_SOME,
        replaces: response.getReplacesList(),
        deleteBeforeReplace: response.getDeletebeforereplace(),
      };
    },
    create: async (inputs) => {
      const request = new messages.CreateRequest();
      request.setProperties(struct(inputs));
      const response = await call<messages.CreateRequest, messages.CreateResponse>(client.create.bind(client), request);
      return { id: response.getId(), properties: plain(response.getProperties()) };
    },
    read: async (id, properties) => {
      const request = new messages.ReadRequest();
      request.setId(id);
      request.setProperties(struct(properties));
      const response = await call<messages.ReadRequest, messages.ReadResponse>(client.read.bind(client), request);
      return { id: response.getId(), properties: plain(response.getProperties()), inputs: plain(response.getInputs()) };
    },
    update: async (id, olds, news) => {
      const request = new messages.UpdateRequest();
      request.setId(id);
      request.setOlds(struct(olds));
      request.setNews(struct(news));
      const response = await call<messages.UpdateRequest, messages.UpdateResponse>(client.update.bind(client), request);
      return { properties: plain(response.getProperties()) };
    },
    delete: async (id, properties) => {
      const request = new messages.DeleteRequest();
      request.setId(id);
      request.setProperties(struct(properties));
      await call(client.delete.bind(client), request);
    },
    output: () => lines.join("\n"),
    close: () => {
      client.close();
      child.removeAllListeners("exit");
      child.kill("SIGKILL");
    },
  };
}

function struct(value: Plain): Struct {
  return Struct.fromJavaScript(value as Parameters<typeof Struct.fromJavaScript>[0]);
}

function plain(value: Struct | undefined): Plain {
  return value?.toJavaScript() ?? {};
}

function decoded(error: ServiceError): Error & CallError {
  const [details] = (error.metadata as Metadata | undefined)?.get("grpc-status-details-bin") ?? [];
  const plainError = new Error(error.details);
  if (details === undefined || typeof details === "string") return plainError;
  const any: Any | undefined = Status.deserializeBinary(new Uint8Array(details)).getDetailsList()[0];
  if (any === undefined) return plainError;
  const failure = messages.ErrorResourceInitFailed.deserializeBinary(any.getValue_asU8());
  const unfinished = {
    id: failure.getId(),
    properties: plain(failure.getProperties()),
    reasons: failure.getReasonsList(),
  };
  return Object.assign(plainError, { unfinished });
}
