/** What the tests of delivered files share: an emulator with a storage, and its files read by clients that know nothing of it. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { BlobServiceClient, StorageSharedKeyCredential } from "@azure/storage-blob";
import { subscriptionId } from "../../../emulator";
import type { Emulator, EmulatorOptions } from "../../../emulator";
import { send, withEmulator } from "../client";
import type { Reply } from "../client";
import { daily, schedule } from "../cost-management/world";
import { filesBelow, openReader, temporaryFolder } from "../delivery/kit";
import type { Reader } from "../delivery/kit";

export const scope = `/subscriptions/${subscriptionId}`;
export const group = `${scope}/resourceGroups/costs`;
export const account = `${group}/providers/Microsoft.Storage/storageAccounts/costs0001`;
export const container = `${account}/blobServices/default/containers/exports`;
export const exportId = (name = "daily", at = scope): string =>
  `${at}/providers/Microsoft.CostManagement/exports/${name}`;

export type Kind = "azurite" | "folder";
export const kinds: readonly Kind[] = ["azurite", "folder"];

export interface Stored {
  readonly emulator: Emulator;
  readonly reader: Reader;
  /** A scratch folder. */
  readonly scratch: string;
  /** The files of a container, as files: names from the container's root, and where the container lies. */
  files(container?: string): Promise<{ readonly root: string; readonly names: readonly string[] }>;
}

/** In the middle of June 2025, with a clock that stands still, a storage account, and few rows. */
export async function withStorage(
  kind: Kind,
  options: EmulatorOptions,
  test: (stored: Stored) => Promise<void>,
): Promise<void> {
  const folder = temporaryFolder();
  const scratch = temporaryFolder();
  const reader = await openReader();
  const storage = kind === "azurite" ? kind : { folder: folder.path };
  const start: EmulatorOptions = { now: "2025-06-15T10:00:00Z", frozen: true, storage, data: { seed: 7, rows: 12 } };
  try {
    await withEmulator({ ...start, ...options }, async (emulator) => {
      await createAccount(emulator);
      let copies = 0;
      const files: Stored["files"] = async (name = "exports") => {
        const root =
          kind === "folder"
            ? join(folder.path, "costs0001", name)
            : await copied(emulator, name, join(scratch.path, String(++copies)));
        return { root, names: existsSync(root) ? filesBelow(root) : [] };
      };
      await test({ emulator, reader, scratch: scratch.path, files });
    });
  } finally {
    reader.close();
    folder.remove();
    scratch.remove();
  }
}

export async function arm(
  emulator: Emulator,
  method: string,
  id: string,
  body?: unknown,
  version = "2025-03-01",
): Promise<Reply> {
  const apiVersion = id.includes("Microsoft.CostManagement/") ? version : "2022-04-01";
  const [path = "", query] = id.split("?");
  const url = `${path}?api-version=${apiVersion}${query === undefined ? "" : `&${query}`}`;
  return send(emulator, method, url, body === undefined ? {} : { body });
}

export async function createAccount(emulator: Emulator, properties: object = {}): Promise<void> {
  await arm(emulator, "PUT", group, { location: "westeurope" });
  const sku = { name: "Standard_LRS" };
  await arm(emulator, "PUT", account, { location: "westeurope", kind: "StorageV2", sku, properties });
}

/** The blob service as ARM tells of it: its address and its key. */
export async function blobService(emulator: Emulator): Promise<BlobServiceClient> {
  const { json } = await arm(emulator, "GET", account);
  const key: string = (await arm(emulator, "POST", `${account}/listKeys`)).json.keys[0].value;
  const endpoint: string = json.properties.primaryEndpoints.blob;
  return new BlobServiceClient(endpoint.replace(/\/$/, ""), new StorageSharedKeyCredential("costs0001", key));
}

async function copied(emulator: Emulator, name: string, root: string): Promise<string> {
  mkdirSync(root);
  const box = (await blobService(emulator)).getContainerClient(name);
  if (!(await box.exists())) return root;
  for await (const blob of box.listBlobsFlat()) {
    const target = join(root, blob.name);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, await box.getBlobClient(blob.name).downloadToBuffer());
  }
  return root;
}

/** An inactive export of the month to date into the account, merged with a patch of its properties. */
export function toAccount(properties: object = {}, others: object = {}): Record<string, unknown> {
  const base = daily(schedule({ status: "Inactive" }));
  const destination = { resourceId: account, container: "exports", rootFolderPath: "costs" };
  return {
    ...base,
    ...others,
    properties: { ...(base["properties"] as object), deliveryInfo: { destination }, ...properties },
  };
}

export interface Run {
  readonly status: string;
  readonly fileName: string | null;
  readonly manifestFile: string | null;
  readonly error?: { readonly code: string; readonly message: string };
}

/** Runs the export and waits for its files; the run as its history tells. */
export async function run(emulator: Emulator, id = exportId(), body?: object): Promise<Run> {
  const started = await arm(emulator, "POST", `${id}/run`, body);
  expect(started.status).toBe(200);
  emulator.control.clock.advance("PT15M");
  await emulator.control.settled();
  return (await runs(emulator, id)).at(-1) ?? { status: "none", fileName: null, manifestFile: null };
}

export async function runs(emulator: Emulator, id = exportId()): Promise<readonly Run[]> {
  const { json } = await arm(emulator, "GET", `${id}/runHistory`);
  return json.value.map(({ properties }: { properties: Run }) => properties);
}
