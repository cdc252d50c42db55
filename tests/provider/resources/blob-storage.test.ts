/** Where a token for storage goes: docs/security.md promises blob endpoints of the cloud, whatever address an account names. */
import { blobRequest } from "../../../provider/resources/blob-request";
import { openContainer } from "../../../provider/resources/blob-storage";
import type { ResourceContext } from "../../../provider/resources/resource";
import { fakeArm, respond } from "../../support/fake-arm";

jest.mock("../../../provider/resources/blob-request");

const accountId = "/subscriptions/1/resourceGroups/finops/providers/Microsoft.Storage/storageAccounts/finopscosts";
const asked = jest.mocked(blobRequest);

beforeEach(() => {
  asked.mockReset();
  asked.mockResolvedValue({ statusCode: 200, headers: {}, pour: () => Promise.resolve(), close: () => undefined });
});

/** ARM says that the account's blobs are there, and signs a SAS when it is asked; `posted` gets what it is asked for. */
function contextOf(endpoint: string, { local = false, posted = [] as unknown[] } = {}): ResourceContext {
  const { arm, ...rest } = fakeArm();
  return {
    ...rest,
    arm: {
      ...arm,
      blobStorage: () =>
        Promise.resolve({ suffix: "core.windows.net", local, token: () => Promise.resolve("for-storage") }),
      send: ({ method, body }) => {
        if (method !== "POST")
          return Promise.resolve(respond(200, { properties: { primaryEndpoints: { blob: endpoint } } }));
        posted.push(body);
        return Promise.resolve(respond(200, { serviceSasToken: "sp=r&sig=x" }));
      },
    },
  };
}

/** Opens a container there; tells the bearers that were sent. */
async function bearersAt(endpoint: string): Promise<readonly unknown[]> {
  await openContainer({ accountId, container: "costs" }, "manifest.json", contextOf(endpoint), Infinity);
  return asked.mock.calls.map(([, { headers }]) => headers["authorization"]);
}

test.each(["https://finopscosts.blob.core.windows.net/", "https://finopscosts.z12.blob.storage.azure.net/"])(
  "a host of the cloud's storage gets it: %s",
  async (endpoint) => {
    expect(await bearersAt(endpoint)).toEqual(["Bearer for-storage"]);
  },
);

test.each([
  "https://costs.example.org/",
  "https://finopscosts.blob.core.windows.net.example.org/",
  "https://blob.core.windows.net@example.org/",
  "https://finopscosts.blob.core.usgovcloudapi.net/",
])("any other address gets none, but a SAS that reads: %s", async (endpoint) => {
  expect(await bearersAt(endpoint)).toEqual([undefined]);
});

test.each([
  [false, "https://costs.example.org/", "https"],
  [true, "http://127.0.0.1:10000/finopscosts", "https,http"],
])(
  "a SAS reads one container, and without TLS of an emulator's storage alone (local: %s)",
  async (local, endpoint, protocol) => {
    const posted: unknown[] = [];
    await openContainer({ accountId, container: "costs" }, "m", contextOf(endpoint, { local, posted }), Infinity);
    expect(posted).toEqual([
      expect.objectContaining({ signedResource: "c", signedPermission: "r", signedProtocol: protocol }),
    ]);
  },
);

test("an address without TLS is not asked at all", async () => {
  await expect(
    openContainer({ accountId, container: "costs" }, "m", contextOf("http://finopscosts.blob.core.windows.net/"), 0),
  ).rejects.toThrow(/no https address/);
  expect(asked).not.toHaveBeenCalled();
});
