/** An emulator with a storage: an export is written, runs, and its files are there, for clients that know nothing of it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  ContainerSASPermissions,
  BlobServiceClient,
  StorageSharedKeyCredential,
  generateBlobSASQueryParameters,
} from "@azure/storage-blob";
import { startEmulator } from "../../../emulator";
import { rawOf } from "../delivery/kit";
import { account, arm, blobService, container, createAccount, exportId, group, kinds, run, runs } from "./kit";
import { toAccount, withStorage } from "./kit";
import type { Stored } from "./kit";

jest.setTimeout(60_000);

const rowsIn = async ({ reader }: Stored, paths: readonly string[]): Promise<unknown> =>
  reader.value(`SELECT count(*)::INT FROM ${rawOf(paths)}`);
const put = (stored: Stored, body: object, version?: string) => arm(stored.emulator, "PUT", exportId(), body, version);

describe.each(kinds)("with storage %s", (kind) => {
  test("a run of the new generation leaves parts and a manifest that tells of them", () =>
    withStorage(kind, {}, async (stored) => {
      const shape = { format: "Parquet", compressionMode: "snappy", partitionData: true };
      await put(stored, toAccount(shape));
      const { status, manifestFile, fileName } = await run(stored.emulator);
      expect([status, fileName]).toEqual(["Completed", null]);

      const { root, names } = await stored.files();
      const manifest = JSON.parse(readFileSync(join(root, manifestFile ?? ""), "utf8"));
      const blobs: { blobName: string; byteCount: number; dataRowCount: number }[] = manifest.blobs;
      expect([...blobs.map(({ blobName }) => blobName), manifestFile].sort()).toEqual(names);
      for (const { blobName, byteCount, dataRowCount } of blobs) {
        const path = join(root, blobName);
        expect([readFileSync(path).length, await rowsIn(stored, [path])]).toEqual([byteCount, dataRowCount]);
      }
      // Twelve meters on fifteen days, beside what is bought.
      expect(manifest.dataRowCount).toBeGreaterThanOrEqual(180);
      expect(
        await rowsIn(
          stored,
          blobs.map(({ blobName }) => join(root, blobName)),
        ),
      ).toBe(manifest.dataRowCount);
      expect(manifest.exportConfig).toMatchObject({ exportName: "daily", type: "ActualCost" });
    }));

  test("a run of the old generation leaves one file under its name", () =>
    withStorage(kind, {}, async (stored) => {
      await put(stored, toAccount(), "2023-11-01");
      const { status, fileName } = await run(stored.emulator);
      expect(status).toBe("Completed");

      const { root, names } = await stored.files();
      expect(names).toEqual([fileName]);
      expect(fileName).toMatch(/^costs\/daily\/20250601-20250630\/daily_[0-9a-f-]{36}\.csv$/);
      expect(await rowsIn(stored, [join(root, fileName ?? "")])).toBeGreaterThanOrEqual(180);
    }));

  test("a container that is missing is created, in the storage and in ARM", () =>
    withStorage(kind, {}, async (stored) => {
      expect((await arm(stored.emulator, "GET", container)).status).toBe(404);
      await put(stored, toAccount());
      expect((await run(stored.emulator)).status).toBe("Completed");

      expect((await arm(stored.emulator, "GET", container)).status).toBe(200);
      expect((await stored.files()).names).toHaveLength(2);
    }));

  test("moving the clock runs what is scheduled, and delivers it", () =>
    withStorage(kind, {}, async (stored) => {
      const recurrencePeriod = { from: "2025-06-16T00:00:00Z", to: "2026-06-16T00:00:00Z" };
      await put(stored, toAccount({ schedule: { status: "Active", recurrence: "Daily", recurrencePeriod } }));
      stored.emulator.control.clock.advance("P3D");
      await stored.emulator.control.settled();

      const history = await runs(stored.emulator);
      expect(history.length).toBeGreaterThanOrEqual(2);
      expect(history.every(({ status }) => status === "Completed")).toBe(true);
      const { root, names } = await stored.files();
      for (const { manifestFile } of history) {
        const { dataRowCount, blobs } = JSON.parse(readFileSync(join(root, manifestFile ?? ""), "utf8"));
        expect(dataRowCount).toBeGreaterThan(0);
        expect(names).toContain(blobs[0].blobName);
      }
      const first = JSON.parse(readFileSync(join(root, history[0]?.manifestFile ?? ""), "utf8"));
      const last = JSON.parse(readFileSync(join(root, history.at(-1)?.manifestFile ?? ""), "utf8"));
      expect(last.dataRowCount).toBeGreaterThan(first.dataRowCount);
    }));

  test("nothing is written of a run that the account stops", () =>
    withStorage(kind, {}, async (stored) => {
      await put(stored, toAccount());
      await createAccount(stored.emulator, { networkAcls: { defaultAction: "Deny" } });
      expect(await run(stored.emulator)).toMatchObject({ status: "Failed", fileName: null, manifestFile: null });

      expect((await stored.files()).names).toEqual([]);
    }));

  test("nothing is written for an identity without its role", () =>
    withStorage(kind, { enforceRoles: true }, async (stored) => {
      await put(stored, toAccount({}, { identity: { type: "SystemAssigned" }, location: "westeurope" }));
      const roles = `${container}/providers/Microsoft.Authorization/roleAssignments`;
      const [own] = (await arm(stored.emulator, "GET", roles)).json.value;
      expect((await run(stored.emulator)).status).toBe("Completed");
      const before = (await stored.files()).names;
      await arm(stored.emulator, "DELETE", String(own.id));
      const { status, error } = await run(stored.emulator);

      expect([status, error?.code]).toEqual(["Failed", "AuthorizationPermissionMismatch"]);
      expect((await stored.files()).names).toEqual(before);
    }));

  test("a month before the first charges ends without data, and nothing is written", () =>
    withStorage(kind, { data: { seed: 7, rows: 2, emptyBefore: "2025-05-01" } }, async (stored) => {
      await put(stored, toAccount());
      const april = { timePeriod: { from: "2025-04-01T00:00:00Z", to: "2025-04-30T00:00:00Z" } };

      expect((await run(stored.emulator, exportId(), april)).status).toBe("DataNotAvailable");
      expect((await stored.files()).names).toEqual([]);
    }));

  test("the same seed writes the same bytes", async () => {
    const bytes: string[] = [];
    for (const seed of ["one", "one", "other"]) {
      await withStorage(kind, { data: { seed, rows: 3 } }, async (stored) => {
        await put(stored, toAccount(), "2023-11-01");
        const { fileName } = await run(stored.emulator);
        bytes.push(readFileSync(join((await stored.files()).root, fileName ?? ""), "utf8"));
      });
    }
    expect(bytes[0]).toBe(bytes[1]);
    expect(bytes[0]).not.toBe(bytes[2]);
  });
});

describe("Azurite", () => {
  test("serves accounts and containers as soon as ARM has created them", () =>
    withStorage("azurite", {}, async ({ emulator }) => {
      await arm(emulator, "PUT", container);
      const service = await blobService(emulator);

      expect(await service.getContainerClient("exports").exists()).toBe(true);
      await service.getContainerClient("exports").getBlockBlobClient("mine.txt").upload("mine", 4);
    }));

  test("serves accounts that only an export names, by the connection string that control tells", () =>
    withStorage("azurite", {}, async (stored) => {
      const { emulator } = stored;
      const destination = { resourceId: account.replace("costs0001", "costs0002"), container: "exports" };
      await put(stored, toAccount({ deliveryInfo: { destination } }));
      const { manifestFile } = await run(emulator);
      const answer = await fetch(`${emulator.controlUrl}/storage/costs0002`);
      const { connectionString } = (await answer.json()) as { connectionString: string };

      const client = BlobServiceClient.fromConnectionString(connectionString);
      const blob = client.getContainerClient("exports").getBlobClient(manifestFile ?? "");
      expect(JSON.parse((await blob.downloadToBuffer()).toString()).dataRowCount).toBeGreaterThan(0);
      expect(emulator.control.storage.connectionString("costs0002")).toBe(connectionString);
    }));

  test("is written to with the export's SAS token, as far as it reaches", () =>
    withStorage("azurite", {}, async (stored) => {
      const { emulator } = stored;
      const key: string = (await arm(emulator, "POST", `${account}/listKeys`)).json.keys[0].value;
      const tokenFor = (containerName: string, permissions: string): string =>
        generateBlobSASQueryParameters(
          {
            containerName,
            permissions: ContainerSASPermissions.parse(permissions),
            expiresOn: new Date(Date.now() + 3_600_000),
          },
          new StorageSharedKeyCredential("costs0001", key),
        ).toString();
      const deliver = async (sasToken: string) => {
        const { json } = await arm(emulator, "GET", exportId());
        const destination = { container: "partner", storageAccount: "costs0001", sasToken };
        const written = await put(stored, { ...toAccount({ deliveryInfo: { destination } }), eTag: json?.eTag });
        expect(written.status).toBeLessThan(300);
        expect(written.text).not.toContain("sig=");
        return run(emulator);
      };
      await arm(emulator, "PUT", container.replace("/exports", "/partner"));

      expect((await deliver(tokenFor("partner", "racwdl"))).status).toBe("Completed");
      expect((await stored.files("partner")).names).toHaveLength(2);
      const failed = await deliver(tokenFor("partner", "r"));
      expect(failed).toMatchObject({ status: "Failed", error: { code: "AuthorizationPermissionMismatch" } });
      expect(failed.error?.message).not.toContain("sig=");
      expect((await deliver(tokenFor("another", "racwdl"))).error?.code).toBe("AuthorizationFailure");
    }));

  test("serves what a snapshot of another emulator brings", () =>
    withStorage("azurite", {}, async ({ emulator }) => {
      await arm(emulator, "PUT", container);
      const snapshot = emulator.control.snapshot();
      const other = await startEmulator({ storage: "azurite" });
      try {
        other.control.restore(snapshot);
        await other.control.settled();
        const client = BlobServiceClient.fromConnectionString(other.control.storage.connectionString("costs0001"));

        expect(await client.getContainerClient("exports").exists()).toBe(true);
      } finally {
        await other.close();
      }
    }));

  test("ends with its emulator", async () => {
    const emulator = await startEmulator({ storage: "azurite" });
    const endpoint = `${emulator.blobEndpoint ?? ""}/costs0001`;
    expect((await fetch(endpoint)).status).toBeGreaterThanOrEqual(400);
    await emulator.close();

    await expect(fetch(endpoint)).rejects.toThrow("fetch failed");
  });
});

describe("startEmulator", () => {
  test("refuses a storage that is none, naming what there is", async () => {
    const wrong: unknown = "azurit";
    await expect(startEmulator({ storage: wrong as "azurite" })).rejects.toThrow(
      'There is no storage "azurit": say "azurite", or { folder: "a path" }, or give a function.',
    );
    await expect(startEmulator({ storage: { folder: "" } })).rejects.toThrow("There is no storage");
  });

  test("refuses rows that are no number of rows", () =>
    withStorage("folder", {}, async ({ scratch }) => {
      await expect(startEmulator({ storage: { folder: scratch }, data: { rows: 0 } })).rejects.toThrow(
        "data.rows is 0: rows a day of a subscription are a whole number from 1 on.",
      );
    }));

  test("over HTTP, control waits until nothing is being delivered", () =>
    withStorage("folder", {}, async (stored) => {
      await put(stored, toAccount());
      await arm(stored.emulator, "POST", `${exportId()}/run`);
      await fetch(`${stored.emulator.controlUrl}/clock`, { method: "POST", body: '{ "advance": "PT15M" }' });
      const settled = await fetch(`${stored.emulator.controlUrl}/settled`, { method: "POST" });

      expect(settled.status).toBe(204);
      expect((await stored.files()).names).toHaveLength(2);
    }));
});

test("a billing scope sees the emulator's subscriptions and some more", () =>
  withStorage("folder", {}, async (stored) => {
    const id = exportId("all", "/providers/Microsoft.Billing/billingAccounts/1234567");
    await arm(stored.emulator, "PUT", id, toAccount());
    await run(stored.emulator, id);
    const { root, names } = await stored.files();
    const file = names.find((name) => name.endsWith(".csv")) ?? "";
    const found = await stored.reader.query(
      `SELECT DISTINCT SubscriptionId AS id FROM ${rawOf([join(root, file)])} WHERE SubscriptionId IS NOT NULL`,
    );

    expect(found).toHaveLength(3);
    expect(found).toContainEqual({ id: group.split("/")[2] });
  }));
