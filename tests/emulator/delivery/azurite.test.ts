/** Runs in Azurite, started either way, read by Azure's own client. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { BlobServiceClient, StorageSharedKeyCredential } from "@azure/storage-blob";
import { deliverRun, startAzurite } from "../../../emulator/delivery";
import type { Azurite, AzuriteAccount, AzuriteOptions } from "../../../emulator/delivery";
import { compileDelivery, deliver, requestTo, temporaryFolder } from "./kit";
import { spawn } from "node:child_process";
import { join } from "node:path";

jest.setTimeout(60_000);

const withAzurite = async (options: AzuriteOptions, test: (azurite: Azurite) => Promise<void>): Promise<void> => {
  const azurite = await startAzurite(options);
  try {
    await test(azurite);
  } finally {
    await azurite.close();
  }
};
const clientOf = ({ name, keys, blobUrl }: AzuriteAccount): BlobServiceClient =>
  new BlobServiceClient(blobUrl, new StorageSharedKeyCredential(name, keys[0]));
const small = { size: 2, partitionData: true, partLimits: { maxRows: 100 } };

test("the inner modules of the installed Azurite are those that were tried", () =>
  withAzurite({ mode: "inside" }, (azurite) => {
    expect(azurite.mode).toBe("inside");
    expect(azurite.blobEndpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    return Promise.resolve();
  }));

describe.each(["inside", "child"] as const)("Azurite %s", (mode) => {
  test("holds the same files as a folder, with their types", () =>
    withAzurite({ mode }, async (azurite) => {
      const { path, remove } = temporaryFolder();
      try {
        const request = requestTo(path, small);
        const inFolder = await deliver(path, small);
        const run = await deliverRun({ ...request, sink: await azurite.sinkFor("costs0001") });
        expect(run.blobs).toEqual(inFolder.blobs);

        const box = clientOf(await azurite.ensureAccount("costs0001")).getContainerClient("exports");
        for (const [index, { blobName, contentMd5 }] of run.blobs.entries()) {
          const bytes = await box.getBlobClient(blobName).downloadToBuffer();
          expect(createHash("md5").update(bytes).digest("base64")).toBe(contentMd5);
          expect(bytes.equals(readFileSync(inFolder.files[index] ?? ""))).toBe(true);
          expect((await box.getBlobClient(blobName).getProperties()).contentType).toBe("text/csv");
        }
        const manifest = await box.getBlobClient(run.manifestFile ?? "").downloadToBuffer();
        expect(JSON.parse(manifest.toString())).toEqual(inFolder.manifest);
      } finally {
        remove();
      }
    }));

  test("replaces the run before", () =>
    withAzurite({ mode }, async (azurite) => {
      const sink = await azurite.sinkFor("costs0001");
      const second = "cccccccc-9a05-4de6-84ab-c72b568a03b4";
      const replacing = { ...requestTo("unused", small), sink, dataOverwriteBehavior: "OverwritePreviousReport" };
      await deliverRun(replacing);
      await deliverRun({ ...replacing, run: { ...replacing.run, id: second } });
      const folders = (await sink.list("exports", "costs/")).map(({ name }) => name.split("/").at(-2));
      expect(new Set(folders)).toEqual(new Set([second]));
    }));

  test("has the accounts that were asked for, with their keys, and no other", () =>
    withAzurite({ mode, keysOf: () => ["Zmlyc3Q=", "c2Vjb25k"] }, async (azurite) => {
      const account = await azurite.ensureAccount("costs0001");
      expect(account.blobUrl).toBe(`${azurite.blobEndpoint}/costs0001`);
      for (const key of ["Zmlyc3Q=", "c2Vjb25k"])
        await clientOf({ ...account, keys: [key] })
          .getContainerClient(`box-${key.slice(0, 3).toLowerCase()}`)
          .create();
      await expect(
        clientOf({ ...account, keys: ["d3Jvbmc="] })
          .getContainerClient("box")
          .create(),
      ).rejects.toMatchObject({
        statusCode: 403,
      });
      expect((await fetch(`${azurite.blobEndpoint}/devstoreaccount1/box?restype=container`)).status).toBe(404);

      // Another one later leaves the first as it was.
      await azurite.ensureAccount("costs0002");
      expect(await clientOf(account).getContainerClient("box-zml").exists()).toBe(true);
    }));
});

test("two inside one process have blobs of their own", async () => {
  await withAzurite({ mode: "inside" }, (one) =>
    withAzurite({ mode: "inside" }, async (other) => {
      await deliverRun({ ...requestTo("unused", small), sink: await one.sinkFor("costs0001") });
      const sink = await other.sinkFor("costs0001");
      await sink.ensureContainer("exports");
      expect(await sink.list("exports", "")).toEqual([]);
    }),
  );
});

test("a folder keeps blobs over a restart", async () => {
  const { path, remove } = temporaryFolder();
  try {
    await withAzurite({ folder: path }, async (azurite) => {
      await deliverRun({ ...requestTo("unused", small), sink: await azurite.sinkFor("costs0001") });
    });
    await withAzurite({ folder: path }, async (azurite) => {
      const sink = await azurite.sinkFor("costs0001");
      expect((await sink.list("exports", "costs/")).length).toBeGreaterThan(1);
    });
  } finally {
    remove();
  }
});

test("a child ends when its parent is killed", async () => {
  const { path, remove } = temporaryFolder();
  try {
    const script = `require(${JSON.stringify(compileDelivery(path))}).startAzurite({ mode: "child", folder: ${JSON.stringify(join(path, "blobs"))} }).then(({ blobEndpoint }) => console.log(blobEndpoint)); setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
    const endpoint = await new Promise<string>((resolve) =>
      parent.stdout.once("data", (chunk: Buffer) => resolve(chunk.toString().trim())),
    );
    const answers = (): Promise<boolean> =>
      fetch(`${endpoint}/nobody/box?restype=container`).then(
        () => true,
        () => false,
      );
    expect(await answers()).toBe(true);
    parent.kill("SIGKILL");
    const deadline = Date.now() + 10_000;
    while ((await answers()) && Date.now() < deadline) await new Promise((wake) => setTimeout(wake, 50));
    expect(await answers()).toBe(false);
  } finally {
    remove();
  }
});
