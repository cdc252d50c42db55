/** Blobs in Azurite, for every storage account that ARM creates or an export names, with the keys that ARM answers. */
import { accountKeys } from "../server/account-keys";
import { startAzurite } from "./azurite";
import { createBlobSink, loadBlobClient, signedLink } from "./azurite-sink";
import type { Place } from "./place";

export async function azuritePlace(): Promise<Place> {
  // Said at the start, not in the history of the first run.
  await loadBlobClient();
  const azurite = await startAzurite({ keysOf: accountKeys });
  const { blobEndpoint } = azurite;
  return {
    blobEndpoint,
    open: async (account, container) => {
      if (container === undefined) await azurite.ensureAccount(account);
      else await (await azurite.sinkFor(account)).ensureContainer(container);
    },
    sinkFor: async (account, sasToken) => {
      if (sasToken === undefined) return azurite.sinkFor(account);
      const { blobUrl } = await azurite.ensureAccount(account);
      return createBlobSink({ blobUrl, sasToken });
    },
    linkTo: async ({ account, container, name }, { real }) =>
      signedLink(await azurite.ensureAccount(account), container, name, real),
    connectionString: (account) =>
      [
        "DefaultEndpointsProtocol=http",
        `AccountName=${account}`,
        `AccountKey=${accountKeys(account)[0]}`,
        `BlobEndpoint=${blobEndpoint}/${account}`,
      ].join(";"),
    close: () => azurite.close(),
  };
}
