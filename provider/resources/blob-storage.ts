/**
 * Reading blobs of a storage account: with the caller's own sign-in (Storage Blob Data Reader), or where that is refused with
 * a read-only SAS that ARM signs for the container (Microsoft.Storage/storageAccounts/listServiceSas/action). Signatures and
 * tokens go to the account alone, and are never shown.
 */
import { ArmError } from "../arm/errors";
import { rememberSecrets } from "../arm/redact";
import { isLoopback } from "../arm/hosts";
import { isRecord } from "../cost-management/unknown";
import { getAt } from "../cost-management/values";
import { blobRequest, textOf } from "./blob-request";
import type { ResourceContext } from "./resource";

export interface BlobPlace {
  /** Id of the storage account. */
  readonly accountId: string;
  readonly container: string;
}

/** Where a blob is, and what is sent along to read it. Both may hold a secret. */
export interface BlobAddress {
  readonly link: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Container {
  /** The address of a blob for people and state: nothing secret in it. */
  readonly urlOf: (blobName: string) => string;
  readonly address: (blobName: string) => Promise<BlobAddress>;
}

/** The storage cannot be read; the message tells the cure. */
export class StorageError extends Error {
  override readonly name: string = "StorageError";
}

/** What a run delivered is there no more. */
export class MissingFilesError extends StorageError {
  override readonly name = "MissingFilesError";
}

/** An emulator that was started without a storage: its runs end, and deliver nothing. */
export class NoStorageError extends StorageError {
  override readonly name = "NoStorageError";
}

const storageVersion = "2023-05-01";
/** Of the blob service: any since the first that takes tokens will do. */
const blobVersion = { "x-ms-version": "2021-08-06" };
/** Accounts with the endpoint of a DNS zone (documented). */
const zoned = /^[a-z0-9]+\.z\d+\.blob\.storage\.azure\.(?:net|cn|us)$/;
const sasLifetime = 6 * 60 * 60_000;

/** Finds a way to read the container that works for `probe`, a blob in it; whether that blob exists does not matter. */
export async function openContainer(
  place: BlobPlace,
  probe: string,
  context: ResourceContext,
  deadline: number,
): Promise<Container> {
  const storage = await context.arm.blobStorage();
  const endpoint = await endpointOf(place, storage, context, deadline);
  const urlOf = (blobName: string): string =>
    `${endpoint}/${place.container}/${blobName.split("/").map(encodeURIComponent).join("/")}`;
  const bySignIn = async (blobName: string): Promise<BlobAddress> => ({
    link: urlOf(blobName),
    headers: { ...blobVersion, authorization: `Bearer ${await storage.token(context.clock.now() + 60_000)}` },
  });
  const refusals: string[] = [];
  // A token goes to storage of this cloud alone, whatever address an account names; an emulator's account knows no tokens.
  const { hostname } = new URL(endpoint);
  if (!storage.local && (hostname.endsWith(`.blob.${storage.suffix}`) || zoned.test(hostname))) {
    const refusal = await tryOut(bySignIn, probe);
    if (refusal === undefined) return { urlOf, address: bySignIn };
    refusals.push(`your sign-in: ${refusal}`);
  }
  const bySas = async (): Promise<Container["address"]> => {
    const sas = await containerSas(place, storage.local, context, deadline);
    return (blobName) => Promise.resolve({ link: `${urlOf(blobName)}?${sas}`, headers: blobVersion });
  };
  try {
    const address = await bySas();
    const refusal = await tryOut(address, probe);
    if (refusal === undefined) return { urlOf, address };
    // What answers without a code is no blob service.
    if (storage.local && /^HTTP \d+$/.test(refusal)) throw noStorage(place);
    refusals.push(`a SAS: ${refusal}`);
  } catch (error) {
    if (!(error instanceof ArmError)) throw error;
    refusals.push(`a SAS: ${error.message}`);
  }
  throw new StorageError(
    `The container "${place.container}" of ${place.accountId} cannot be read.\n${refusals.map((one) => `  ${one}`).join("\n")}\n` +
      `Give yourself the role: az role assignment create --role "Storage Blob Data Reader" --assignee {your object id} --scope ${place.accountId}; behind a firewall, read from a network that it lets in.`,
  );
}

/** ARM tells where an account's blobs are; who may not ask it gets the address that accounts have by their name. */
async function endpointOf(
  { accountId }: BlobPlace,
  { suffix, local }: { readonly suffix: string; readonly local: boolean },
  context: ResourceContext,
  deadline: number,
): Promise<string> {
  const name = accountId.replace(/\/+$/, "").split("/").at(-1) ?? "";
  let told: unknown;
  try {
    const { status, body } = await askArm("GET", accountId, "", undefined, context, deadline);
    if (local && status === 404) throw noAccount({ accountId });
    told = getAt(body, "properties.primaryEndpoints.blob");
  } catch (error) {
    if (!(error instanceof ArmError)) throw error;
  }
  const endpoint = typeof told === "string" && URL.canParse(told) ? told : `https://${name}.blob.${suffix}`;
  const url = new URL(endpoint);
  if (local && !isLoopback(url)) {
    throw noStorage({ accountId });
  }
  if (!local && url.protocol !== "https:")
    throw new StorageError(`The blobs of ${accountId} are at no https address, so they are not read.`);
  return url.href.replace(/\/+$/, "");
}

function noAccount({ accountId }: Pick<BlobPlace, "accountId">): NoStorageError {
  return new NoStorageError(
    `The emulator has no storage account ${accountId}, though it delivers there. To read its files make the account, in the program or with: az storage account create.`,
  );
}

function noStorage({ accountId }: Pick<BlobPlace, "accountId">): NoStorageError {
  return new NoStorageError(
    `The emulator holds no files of ${accountId}. Start it with a storage: startEmulator({ storage: "azurite" }), or --storage azurite.`,
  );
}

/** A SAS of the container that allows to read and nothing else, over https but where an emulator's storage has none; good for six hours. */
async function containerSas(
  place: BlobPlace,
  local: boolean,
  context: ResourceContext,
  deadline: number,
): Promise<string> {
  const name = place.accountId.split("/").at(-1) ?? "";
  const expiry = new Date(context.arm.serviceTime() + sasLifetime).toISOString().replace(/\.\d+Z$/, "Z");
  const body = {
    canonicalizedResource: `/blob/${name}/${place.container}`,
    signedResource: "c",
    signedPermission: "r",
    signedProtocol: local ? "https,http" : "https",
    signedExpiry: expiry,
  };
  const { body: answer } = await askArm("POST", place.accountId, "/ListServiceSas", body, context, deadline);
  const token = isRecord(answer) ? answer["serviceSasToken"] : undefined;
  if (typeof token !== "string" || token === "") throw new StorageError(`${place.accountId} gave no SAS.`);
  const sas = token.replace(/^\?/, "");
  rememberSecrets(sas);
  return sas;
}

function askArm(
  method: "GET" | "POST",
  accountId: string,
  action: string,
  body: unknown,
  context: ResourceContext,
  deadline: number,
): ReturnType<ResourceContext["arm"]["send"]> {
  const id = `/${accountId.replace(/^\/+|\/+$/g, "")}`;
  return context.arm.send({
    method,
    path: `${id}${action}`,
    apiVersion: storageVersion,
    ...(body === undefined ? {} : { body }),
    operation: "read",
    scope: id.split("/").slice(0, 3).join("/"),
    deadline,
  });
}

/** Why the blob may not be read this way; undefined where it may, or is not there. */
async function tryOut(address: Container["address"], probe: string): Promise<string | undefined> {
  try {
    const { link, headers } = await address(probe);
    const { statusCode, headers: answered, close } = await blobRequest(link, { method: "HEAD", headers });
    close();
    const code = answered["x-ms-error-code"];
    if (statusCode < 400 || code === "BlobNotFound") return undefined;
    return `HTTP ${statusCode}${typeof code === "string" ? ` (${code})` : ""}`;
  } catch (error) {
    // Errors of the client may carry the link.
    const code = (error as { readonly code?: unknown }).code;
    return error instanceof ArmError ? error.message : `no answer${typeof code === "string" ? ` (${code})` : ""}`;
  }
}

/** A small text, such as a manifest; undefined where there is no such blob. */
export async function readText(container: Container, blobName: string): Promise<string | undefined> {
  const { link, headers } = await container.address(blobName);
  const answer = await blobRequest(link, { headers });
  try {
    if (answer.statusCode === 404) return undefined;
    if (answer.statusCode !== 200)
      throw new StorageError(`${container.urlOf(blobName)} answered HTTP ${answer.statusCode}.`);
    if (Number(answer.headers["content-length"] ?? 0) > largestText)
      throw new StorageError(`${container.urlOf(blobName)} is too large for a manifest.`);
    return await textOf(answer);
  } finally {
    answer.close();
  }
}

const largestText = 64 * 1024 * 1024;

/** Bytes of a blob; undefined where there is none. */
export async function sizeOf(container: Container, blobName: string): Promise<number | undefined> {
  const { link, headers } = await container.address(blobName);
  const { statusCode, headers: answered, close } = await blobRequest(link, { method: "HEAD", headers });
  close();
  if (statusCode === 404) return undefined;
  if (statusCode !== 200) throw new StorageError(`${container.urlOf(blobName)} answered HTTP ${statusCode}.`);
  return Number(answered["content-length"]);
}
