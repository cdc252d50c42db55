/** Blobs in a storage account that speaks HTTP, by Azure's own client: an optional peer dependency, loaded on the first use. */
import type { Sink } from "./sink";

export type BlobAccount = KeyedAccount | SasAccount;

export interface KeyedAccount {
  readonly name: string;
  readonly keys: readonly [string, string?];
  /** Where the account's blobs are: `http://127.0.0.1:PORT/{account}` */
  readonly blobUrl: string;
}

/** Access by a token of the caller's; what it does not allow is refused by the service. */
export interface SasAccount {
  readonly sasToken: string;
  readonly blobUrl: string;
}

/** Two blocks of this size are in memory at a time. */
const blockBytes = 4 * 1024 * 1024;

export async function createBlobSink(account: BlobAccount): Promise<Sink> {
  const { BlobServiceClient, StorageSharedKeyCredential } = await loadBlobClient();
  const bySas = "sasToken" in account;
  const service = pastProxies(() =>
    bySas
      ? new BlobServiceClient(`${account.blobUrl}?${account.sasToken.replace(/^\?/, "")}`)
      : new BlobServiceClient(account.blobUrl, new StorageSharedKeyCredential(account.name, account.keys[0])),
  );
  return {
    ensureContainer: async (container) => {
      try {
        await service.getContainerClient(container).createIfNotExists();
      } catch (error) {
        // A token for a container cannot create it, and need not where it is there: the upload tells.
        if (!bySas || !(error instanceof Error && "statusCode" in error && error.statusCode === 403)) throw error;
      }
    },
    put: async (container, blobName, stream, { contentType }) => {
      await service
        .getContainerClient(container)
        .getBlockBlobClient(blobName)
        .uploadStream(stream, blockBytes, 2, { blobHTTPHeaders: { blobContentType: contentType } });
    },
    delete: async (container, prefix) => {
      const client = service.getContainerClient(container);
      for await (const blob of client.listBlobsFlat({ prefix })) await client.deleteBlob(blob.name);
    },
    list: async (container, prefix) => {
      const found: { readonly name: string; readonly byteCount: number }[] = [];
      for await (const blob of service.getContainerClient(container).listBlobsFlat({ prefix })) {
        found.push({ name: blob.name, byteCount: blob.properties.contentLength ?? 0 });
      }
      return found;
    },
  };
}

const proxyVariables = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"].flatMap((name) => [name, name.toLowerCase()]);

/** Azure's clients read the proxy's address when they are made, and would look for this machine's loopback there. */
function pastProxies<Client>(create: () => Client): Client {
  const before = proxyVariables.map((name) => [name, process.env[name]] as const);
  for (const name of proxyVariables) Reflect.deleteProperty(process.env, name);
  try {
    return create();
  } finally {
    for (const [name, value] of before) if (value !== undefined) process.env[name] = value;
  }
}

/** A link by which anyone reads the blob until then, to the second. A secret. */
export async function signedLink(
  { name, keys, blobUrl }: KeyedAccount,
  container: string,
  blobName: string,
  expiresOn: Date,
): Promise<string> {
  const { BlobSASPermissions, generateBlobSASQueryParameters, StorageSharedKeyCredential } = await loadBlobClient();
  const query = generateBlobSASQueryParameters(
    { containerName: container, blobName, permissions: BlobSASPermissions.parse("r"), expiresOn },
    new StorageSharedKeyCredential(name, keys[0]),
  );
  return `${blobUrl}/${container}/${blobName}?${query.toString()}`;
}

export async function loadBlobClient() {
  try {
    return await import("@azure/storage-blob");
  } catch (error) {
    throw new Error(
      "The client of blob storage is not installed. The emulator writes to Azurite with it: npm install --save-dev azurite @azure/storage-blob. Without it the emulator can write to a folder: storage { folder }, or --storage FOLDER.",
      { cause: error },
    );
  }
}
