/** Blobs in a storage account that speaks HTTP, by Azure's own client: an optional peer dependency, loaded on the first use. */
import type { Sink } from "./sink";

export interface BlobAccount {
  readonly name: string;
  readonly keys: readonly [string, string?];
  /** Where the account's blobs are: `http://127.0.0.1:PORT/{account}` */
  readonly blobUrl: string;
}

/** Two blocks of this size are in memory at a time. */
const blockBytes = 4 * 1024 * 1024;

export async function createBlobSink({ name, keys, blobUrl }: BlobAccount): Promise<Sink> {
  const { BlobServiceClient, StorageSharedKeyCredential } = await loadClient();
  const service = new BlobServiceClient(blobUrl, new StorageSharedKeyCredential(name, keys[0]));
  return {
    ensureContainer: async (container) => {
      await service.getContainerClient(container).createIfNotExists();
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

async function loadClient() {
  try {
    return await import("@azure/storage-blob");
  } catch (error) {
    throw new Error(
      "The client of blob storage is not installed. The emulator writes to Azurite with it: npm install --save-dev azurite @azure/storage-blob",
      { cause: error },
    );
  }
}
