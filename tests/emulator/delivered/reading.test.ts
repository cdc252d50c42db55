/** What a run delivered, read back by the package: manifests, counts and downloads, with a SAS that ARM signs. */
import { existsSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createArmClient, readArmSettings } from "../../../provider/arm";
import { exportRunResource, type RunRecord } from "../../../provider/resources/export-run";
import { createExportReader } from "../../../provider/resources/export-reader";
import type { ResourceContext } from "../../../provider/resources/resource";
import { downloadExport } from "../../../provider/functions/download-export";
import { readLatestRun } from "../../../provider/functions/runs";
import { UnfinishedError } from "../../../provider/resources/errors";
import { costDetailsReportResource } from "../../../provider/resources/report";
import { memoryJournal } from "../../support/fake-arm";
import { rawOf } from "../delivery/kit";
import { account, arm, blobService, exportId, kinds, run, scope, toAccount, withStorage } from "./kit";
import type { Kind, Stored } from "./kit";

interface Program extends ResourceContext {
  readonly told: string[];
}

/** Waits move the emulator's clock, and let what is due be delivered. */
function program({ emulator }: Stored): Program {
  const clock = {
    now: () => emulator.control.clock.now(),
    sleep: async (milliseconds: number) => {
      emulator.control.clock.advance(milliseconds);
      await emulator.control.settled();
    },
  };
  const client = createArmClient(readArmSettings({ env: emulator.environment }), { clock });
  const told: string[] = [];
  return {
    arm: client,
    clock,
    reader: createExportReader(client, clock),
    warn: () => undefined,
    progress: (message) => void told.push(message),
    journal: memoryJournal(),
    waitUnit: 5000,
    assertEngine: () => Promise.resolve(),
    told,
  };
}

async function removeBlob(kind: Kind, stored: Stored, name: string): Promise<void> {
  if (kind === "azurite") await (await blobService(stored.emulator)).getContainerClient("exports").deleteBlob(name);
  else rmSync(join((await stored.files()).root, name));
}

const parquet = { format: "Parquet", compressionMode: "snappy", partitionData: true };

describe.each(kinds)("with storage %s", (kind) => {
  test("a backfill tells the files, bytes and rows of each month", () =>
    withStorage(kind, { data: { seed: 7, rows: 12, partLimits: { maxRows: 200 } } }, async (stored) => {
      await arm(stored.emulator, "PUT", exportId(), toAccount(parquet));
      const { state } = await exportRunResource.create(
        { exportId: exportId(), months: { from: "2025-04", to: "2025-05" } },
        program(stored),
      );
      const records = state["runs"] as readonly RunRecord[];
      const { root } = await stored.files();
      expect(records).toHaveLength(2);
      for (const { byteCount, rowCount, blobUrls = [], manifestUrl, manifestFile } of records) {
        expect(manifestUrl?.endsWith(`/costs0001/exports/${manifestFile ?? "?"}`)).toBe(true);
        expect(manifestUrl).not.toContain("?");
        expect(blobUrls.length).toBeGreaterThan(1);
        const paths = blobUrls.map((url) => join(root, url.slice(url.indexOf("/exports/") + "/exports/".length)));
        expect(paths.reduce((sum, path) => sum + statSync(path).size, 0)).toBe(byteCount);
        expect(await stored.reader.value(`SELECT count(*)::INT FROM ${rawOf(paths)}`)).toBe(rowCount);
      }
      expect(JSON.stringify(state)).not.toContain("sig=");
    }));

  test("without manifests nothing is asked of the storage", () =>
    withStorage(kind, {}, async (stored) => {
      await arm(stored.emulator, "PUT", exportId(), toAccount(parquet));
      const { state } = await exportRunResource.create({ exportId: exportId(), manifests: false }, program(stored));
      expect((state["runs"] as readonly RunRecord[])[0]).not.toHaveProperty("blobUrls");
      expect(stored.emulator.control.requests.count({ operation: "storageAccounts.listServiceSas" })).toBe(0);
    }));

  test("the newest run is downloaded whole, and not again", () =>
    withStorage(kind, { data: { seed: 7, rows: 12, partLimits: { maxRows: 50 } } }, async (stored) => {
      await arm(stored.emulator, "PUT", exportId(), toAccount(parquet));
      await run(stored.emulator);
      const folder = join(stored.scratch, "out");
      const context = program(stored);
      const first = await downloadExport({ exportId: exportId(), folder }, context);
      expect(first.files.length).toBeGreaterThan(2);
      // A folder knows no checksums.
      const verifiedBy = kind === "azurite" ? "checksum" : "size";
      expect(first.files.every(({ kept, verified }) => kept === undefined && verified === verifiedBy)).toBe(true);
      const { root } = await stored.files();
      for (const { target } of first.files)
        expect(readFileSync(target)).toEqual(readFileSync(join(root, target.slice(folder.length + 1))));
      const paths = first.files.map(({ target }) => target);
      expect(await stored.reader.value(`SELECT count(*)::INT FROM ${rawOf(paths)}`)).toBe(first.rowCount);

      truncateSync(paths[0] ?? "", 10);
      const second = await downloadExport({ exportId: exportId(), folder }, context);
      expect(second.files.filter(({ kept }) => kept === true)).toHaveLength(first.files.length - 1);
      expect(readFileSync(paths[0] ?? "")).toEqual(readFileSync(join(root, (paths[0] ?? "").slice(folder.length + 1))));
    }));

  test("a month, or a run by its id; a month without data is said", () =>
    withStorage(kind, {}, async (stored) => {
      await arm(stored.emulator, "PUT", exportId(), toAccount({ ...parquet, partitionData: true }));
      await run(stored.emulator, exportId(), {
        timePeriod: { from: "2025-04-01T00:00:00Z", to: "2025-04-30T00:00:00Z" },
      });
      await run(stored.emulator);
      const context = program(stored);
      const folder = join(stored.scratch, "out");
      const april = await downloadExport({ exportId: exportId(), month: "2025-04", folder, flat: true }, context);
      expect(april.run.startDate?.slice(0, 10)).toBe("2025-04-01");
      expect(readdirSync(folder)).toEqual(["part_0_0001.snappy.parquet"]);
      const again = await downloadExport({ exportId: exportId(), runId: april.run.runId, folder }, context);
      expect(again.byteCount).toBe(april.byteCount);
      await expect(downloadExport({ exportId: exportId(), month: "2024-01", folder }, context)).rejects.toThrow(
        /no run with data of 2024-01\. It has delivered: 2025-06, 2025-04\./,
      );
    }));

  test("the older generation: one file, or parts with a manifest of their own", () =>
    withStorage(kind, {}, async (stored) => {
      await arm(stored.emulator, "PUT", exportId("one"), toAccount(), "2023-11-01");
      await arm(stored.emulator, "PUT", exportId("parts"), toAccount({ partitionData: true }), "2023-11-01");
      await run(stored.emulator, exportId("one"));
      await run(stored.emulator, exportId("parts"));
      const context = program(stored);
      const folder = join(stored.scratch, "out");
      const one = await downloadExport({ exportId: exportId("one"), folder }, context);
      expect(one.files.map(({ target }) => target)).toEqual([expect.stringMatching(/one_[0-9a-f-]{36}\.csv$/)]);
      expect(one.rowCount).toBeUndefined();
      const parts = await downloadExport({ exportId: exportId("parts"), folder }, context);
      expect(parts.files.map(({ target }) => target)).toEqual([expect.stringMatching(/000001\.csv$/)]);
      expect(parts.rowCount).toBeGreaterThan(100);
    }));

  test("a report is downloaded where the program asks for it", () =>
    withStorage(kind, { data: { seed: 7, rows: 12, partLimits: { maxRows: 100 } } }, async (stored) => {
      const folder = join(stored.scratch, "reports");
      const inputs = { scope, timePeriod: { start: "2025-05-01", end: "2025-05-31" }, download: folder };
      const context = program(stored);
      const { state } = await costDetailsReportResource.create(inputs, context);
      const files = state["files"] as readonly { path: string; byteCount: number }[];
      expect(files.length).toBeGreaterThan(1);
      expect(files.map(({ path }) => path)).toEqual(
        files.map((_, index) => join(folder, `cost-details-${index + 1}.csv`)),
      );
      expect(files.reduce((sum, { path }) => sum + statSync(path).size, 0)).toBe(state["byteCount"]);
      expect(context.told.join()).toContain(files[0]?.path);
      expect(context.told.join()).not.toContain("sig=");
    }));

  test("a report whose files did not arrive is recorded; the next up downloads them, or makes a new one", () =>
    withStorage(kind, {}, async (stored) => {
      const folder = join(stored.scratch, "taken");
      writeFileSync(folder, "a file where a folder should be");
      const inputs = { scope, timePeriod: { start: "2025-05-01", end: "2025-05-31" }, download: folder };
      const context = program(stored);
      const failure: unknown = await costDetailsReportResource.create(inputs, context).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(UnfinishedError);
      const { resourceId: id, state, reasons } = failure as UnfinishedError;
      expect(reasons.join("\n")).toMatch(/Cannot download to .*taken.*\nThe report is made\. Run "pulumi up" again/s);
      expect(reasons.join("\n")).not.toContain("sig=");
      expect(costDetailsReportResource.diff(id, state, inputs)).toMatchObject({ changes: true, replaces: [] });
      rmSync(folder);

      const posts = () => stored.emulator.control.requests.count({ method: "POST", status: 202 });
      const before = posts();
      const { state: mended } = await costDetailsReportResource.update(id, state, inputs, context);
      expect(existsSync(join(folder, "cost-details.csv"))).toBe(true);
      expect([mended["unfinished"], posts() - before]).toEqual([undefined, 0]);

      stored.emulator.control.clock.advance("P2D");
      const { state: anew } = await costDetailsReportResource.update(id, state, inputs, context);
      expect([anew["unfinished"], posts() - before]).toEqual([undefined, 1]);
    }));

  test("the latest run is the newest whose data are there", () =>
    withStorage(kind, {}, async (stored) => {
      const { emulator } = stored;
      await arm(emulator, "PUT", exportId(), toAccount(parquet));
      await run(emulator);
      emulator.control.clock.advance("P1D");
      const newest = await run(emulator);
      const context = program(stored);
      const ask = (more = {}) => readLatestRun({ exportId: exportId(), ...more }, undefined, context);
      const first = await ask();
      expect(first).toMatchObject({ manifestFile: newest.manifestFile, rowCount: expect.any(Number) });
      expect(first?.blobUrls).toHaveLength(1);
      await removeBlob(kind, stored, newest.manifestFile ?? "");
      emulator.control.clock.advance("PT10M");
      const second = await ask();
      expect(second?.manifestFile).toEqual(expect.any(String));
      expect(second?.manifestFile).not.toBe(newest.manifestFile);
      expect((await ask({ files: false }))?.manifestFile).toBe(newest.manifestFile);
    }));

  test("what somebody deleted is said, with its address and without a signature", () =>
    withStorage(kind, {}, async (stored) => {
      await arm(stored.emulator, "PUT", exportId(), toAccount(parquet));
      const { manifestFile } = await run(stored.emulator);
      const context = program(stored);
      await removeBlob(kind, stored, manifestFile ?? "");
      const error: unknown = await downloadExport({ exportId: exportId(), folder: stored.scratch }, context).catch(
        (caught: unknown) => caught,
      );
      expect(String(error)).toMatch(/manifest\.json is not there: the run's files were deleted, or moved\./);
      expect(String(error)).not.toContain("sig=");
    }));
});

test("who may sign no SAS is told what to ask for, and a run counts all the same", () =>
  withStorage("azurite", {}, async (stored) => {
    await arm(stored.emulator, "PUT", exportId(), toAccount(parquet));
    stored.emulator.control.faults.add({
      match: { operation: "storageAccounts.listServiceSas" },
      effect: { status: 403, body: { error: { code: "AuthorizationFailed", message: "The client has no right." } } },
    });
    const context = program(stored);
    const { state } = await exportRunResource.create({ exportId: exportId() }, context);
    expect(state).toMatchObject({ succeeded: 1 });
    expect(context.told.join("\n")).toMatch(
      /files of run .* are not told: The container "exports" .* cannot be read\.\n {2}a SAS: .*AuthorizationFailed.*Storage Blob Data Reader.*set manifests to false/s,
    );
  }));

test("an emulator without a storage is no reason for a word", () =>
  withStorage("folder", { storage: undefined }, async (stored) => {
    await arm(stored.emulator, "PUT", exportId(), toAccount(parquet));
    const context = program(stored);
    const { state } = await exportRunResource.create({ exportId: exportId() }, context);
    expect(state).toMatchObject({ succeeded: 1 });
    expect(context.told.join("\n")).not.toMatch(/not told/);
    await expect(downloadExport({ exportId: exportId(), folder: stored.scratch }, context)).rejects.toThrow(
      /holds no files .* Start it with a storage/,
    );
  }));

test.each(["../../escaped.parquet", "focus/./a.parquet", "C:\\a.parquet", "c:a.parquet"])(
  "a manifest that names the blob %s makes no file, outside the folder or in it",
  (blobName) =>
    withStorage("folder", {}, async (stored) => {
      await arm(stored.emulator, "PUT", exportId(), toAccount(parquet));
      await run(stored.emulator);
      const { root, names } = await stored.files();
      const manifest = join(root, names.find((name) => name.endsWith("manifest.json")) ?? "");
      const told = JSON.parse(readFileSync(manifest, "utf8")) as { blobs: { blobName: string }[] };
      told.blobs.push({ ...told.blobs[0], blobName });
      writeFileSync(manifest, JSON.stringify(told));
      const folder = join(stored.scratch, "out");
      await expect(downloadExport({ exportId: exportId(), folder }, program(stored))).rejects.toThrow(
        "has a name that cannot be a path below a folder",
      );
      expect(readdirSync(stored.scratch)).toEqual([]);
    }),
);

test("an account that only exports name has its files, and is said to be missing", () =>
  withStorage("folder", {}, async (stored) => {
    await arm(stored.emulator, "DELETE", account);
    await arm(stored.emulator, "PUT", exportId(), toAccount(parquet));
    const context = program(stored);
    const { state } = await exportRunResource.create({ exportId: exportId() }, context);
    expect(state).toMatchObject({ succeeded: 1 });
    await expect(downloadExport({ exportId: exportId(), folder: stored.scratch }, context)).rejects.toThrow(
      /no storage account .*storageAccounts\/costs0001, though it delivers there.*az storage account create/,
    );
  }));

test("a SAS of one container reads nothing beside it", () =>
  withStorage("folder", {}, async (stored) => {
    const { emulator } = stored;
    await arm(emulator, "PUT", exportId(), toAccount(parquet));
    await run(emulator);
    const { root } = await stored.files();
    writeFileSync(join(root, "../secret.txt"), "secret");
    const { json } = await arm(emulator, "POST", `${account}/ListServiceSas`, {
      canonicalizedResource: "/blob/costs0001/exports",
      signedResource: "c",
      signedPermission: "r",
      signedExpiry: "2025-06-15T11:00:00Z",
    });
    const sas: string = json.serviceSasToken;
    const [name = ""] = (await stored.files()).names;
    const get = async (path: string) => (await fetch(`${emulator.httpUrl}/_blob/costs0001/${path}?${sas}`)).status;
    expect(existsSync(join(root, "../secret.txt"))).toBe(true);
    expect(await get(`exports/${name}`)).toBe(200);
    expect(await get("exports/%2e%2e/secret.txt")).toBe(403);
    expect(await get("exports/..%2fsecret.txt")).toBe(403);
    expect(await get("other/x")).toBe(403);
    emulator.control.clock.advance("PT2H");
    expect(await get(`exports/${name}`)).toBe(403);
  }));
