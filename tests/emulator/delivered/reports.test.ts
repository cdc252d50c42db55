/** Reports with a storage: links that download what exports of the same days deliver, and that end. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Emulator } from "../../../emulator";
import { download } from "../../../provider/resources/download";
import { send } from "../client";
import { rawOf } from "../delivery/kit";
import { arm, exportId, kinds, run, scope, toAccount, withStorage } from "./kit";
import type { Stored } from "./kit";

jest.setTimeout(60_000);

const enrollment = "/providers/Microsoft.Billing/billingAccounts/1234567";
const may = { timePeriod: { start: "2025-05-01", end: "2025-05-31" } };
const mayRun = { timePeriod: { from: "2025-05-01T00:00:00Z", to: "2025-05-31T00:00:00Z" } };

interface Blob {
  readonly blobLink: string;
  readonly byteCount: number;
}

interface CostDetails {
  readonly status: string;
  readonly validTill?: string;
  readonly manifest?: { readonly byteCount: number; readonly blobCount: number; readonly blobs: readonly Blob[] };
}

/** Starts a report and waits for its files: the result as the poll answers it. */
async function ask<Result>(emulator: Emulator, path: string, body?: object): Promise<Result> {
  const accepted = await arm(emulator, "POST", path, body);
  expect(accepted.status).toBe(202);
  const location = accepted.headers["location"] ?? "";
  emulator.control.clock.advance("PT1M");
  await emulator.control.settled();
  const done = await send(emulator, "GET", location);
  expect(done.status).toBe(200);
  return done.json as Result;
}

const costDetails = (emulator: Emulator, body: object = may, at = scope): Promise<CostDetails> =>
  ask(emulator, `${at}/providers/Microsoft.CostManagement/generateCostDetailsReport`, body);

const reservationDetails = async (emulator: Emulator, startDate = "2025-05-01", at = enrollment): Promise<string> => {
  const path = `${at}/providers/Microsoft.CostManagement/generateReservationDetailsReport`;
  const result = await ask<{ status: string; properties: { reportUrl: string } }>(
    emulator,
    `${path}?startDate=${startDate}&endDate=2025-05-31`,
  );
  expect(result.status).toBe("Completed");
  return result.properties.reportUrl;
};

/** As a browser does, without any header of ours. */
async function fetched({ scratch }: Stored, links: readonly string[]): Promise<readonly string[]> {
  const files: string[] = [];
  for (const [index, link] of links.entries()) {
    expect(await statusOf(link)).toBe(200);
    const file = join(scratch, `report-${index}.csv`);
    writeFileSync(file, await bytesOf(link));
    files.push(file);
  }
  return files;
}

const linksOf = ({ manifest }: CostDetails): readonly string[] =>
  (manifest?.blobs ?? []).map(({ blobLink }) => blobLink);

const statusOf = async (link: string, headers: Record<string, string> = {}): Promise<number> =>
  (await fetch(link, { headers })).status;

const bytesOf = async (link: string): Promise<Buffer> => Buffer.from(await (await fetch(link)).arrayBuffer());

/** The text files of an export's last run. */
async function exported(stored: Stored, id: string, properties: object): Promise<readonly string[]> {
  await arm(stored.emulator, "PUT", id, toAccount(properties));
  const { manifestFile } = await run(stored.emulator, id, mayRun);
  const { root } = await stored.files();
  const manifest = JSON.parse(readFileSync(join(root, manifestFile ?? ""), "utf8"));
  return manifest.blobs.map(({ blobName }: { blobName: string }) => join(root, blobName));
}

describe.each(kinds)("with storage %s", (kind) => {
  test.each(["ActualCost", "AmortizedCost"])("cost details of %s come to what an export of the month says", (metric) =>
    withStorage(kind, {}, async (stored) => {
      const { emulator, reader } = stored;
      const result = await costDetails(emulator, { metric, ...may });
      const files = await fetched(stored, linksOf(result));
      const definition = { type: metric, timeframe: "MonthToDate", dataSet: { granularity: "Daily" } };
      const others = await exported(stored, exportId(), { definition, format: "Csv", partitionData: true });

      const totals = `SELECT count(*)::INT AS rows, sum(CostInBillingCurrency::DECIMAL(38, 9))::VARCHAR AS cost FROM`;
      const [report] = await reader.query(`${totals} ${rawOf(files)}`);
      expect(report).toEqual((await reader.query(`${totals} ${rawOf(others)}`))[0]);
      expect(report?.["rows"]).toBeGreaterThanOrEqual(31 * 12);
      expect(Number(report?.["cost"])).toBeGreaterThan(0);
      const bytes = files.map((file) => readFileSync(file).length);
      expect(result.manifest?.blobs.map(({ byteCount }) => byteCount)).toEqual(bytes);
      expect(result.manifest).toMatchObject({ blobCount: 1, byteCount: bytes[0] });
    }),
  );

  test("large cost details have several blobs, each with a header, and no row twice", () =>
    withStorage(kind, { data: { seed: 7, rows: 12, partLimits: { maxRows: 100 } } }, async (stored) => {
      const result = await costDetails(stored.emulator);
      const files = await fetched(stored, linksOf(result));
      const [counts] = await stored.reader.query(
        `SELECT count(*)::INT AS rows, count(DISTINCT (ResourceId, MeterId, Date))::INT AS lines FROM ${rawOf(files)} WHERE ChargeType = 'Usage'`,
      );

      expect(files.length).toBeGreaterThanOrEqual(4);
      expect(counts).toEqual({ rows: 31 * 12, lines: 31 * 12 });
      expect(result.manifest?.blobCount).toBe(files.length);
      expect(result.manifest?.byteCount).toBe(files.reduce((sum, file) => sum + readFileSync(file).length, 0));
    }));

  test("reservation details have the hours of an export of reservation details", () =>
    withStorage(kind, {}, async (stored) => {
      const files = await fetched(stored, [await reservationDetails(stored.emulator)]);
      const definition = { type: "ReservationDetails", timeframe: "MonthToDate" };
      const others = await exported(stored, exportId("reserved", enrollment), { definition, format: "Csv" });

      const totals = `SELECT count(*)::INT AS rows, sum(UsedHours::DECIMAL(38, 3))::VARCHAR AS hours FROM`;
      const [report] = await stored.reader.query(`${totals} ${rawOf(files)}`);
      expect(report).toEqual((await stored.reader.query(`${totals} ${rawOf(others)}`))[0]);
      expect(Number(report?.["hours"])).toBeGreaterThan(0);
    }));

  test("days without charges have no cost details, and of reservations a header alone", () =>
    withStorage(kind, { data: { emptyBefore: "2025-06-01" } }, async ({ emulator }) => {
      expect(await costDetails(emulator)).toEqual({
        id: expect.any(String),
        name: expect.any(String),
        status: "NoDataFound",
      });
      const text = await (await fetch(await reservationDetails(emulator))).text();

      expect(text.trim().split("\r\n")).toEqual([expect.stringMatching(/ReservationId.*UsedHours$/)]);
    }));

  test("a department has a report in its short form too", () =>
    withStorage(kind, {}, async ({ emulator }) => {
      const at = "/providers/Microsoft.Billing/departments/42";
      const [link = ""] = linksOf(await costDetails(emulator, may, at));

      expect(await statusOf(link)).toBe(200);
    }));

  test("a link that was touched opens nothing", () =>
    withStorage(kind, {}, async ({ emulator }) => {
      const [link = ""] = linksOf(await costDetails(emulator));
      const touched = (name: string, value: string): string => {
        const url = new URL(link);
        url.searchParams.set(name, value);
        return url.toString();
      };

      expect(await statusOf(link)).toBe(200);
      expect(await statusOf(touched("se", "2099-01-01T00:00:00Z"))).toBe(403);
      expect(await statusOf(touched("sig", "c2lnbmVkIGJ5IG5vYm9keQ=="))).toBe(403);
      // Azurite knows of no such blob to anyone without a signature.
      expect([403, 404]).toContain(await statusOf(link.replace(/\?.*/, "")));
    }));

  test("our own download verifies it, and goes on where it was cut", () =>
    withStorage(kind, { data: { seed: 7, rows: 200 } }, async ({ emulator, scratch }) => {
      const { manifest } = await costDetails(emulator);
      const [{ blobLink: link, byteCount } = { blobLink: "", byteCount: 0 }] = manifest?.blobs ?? [];
      // Azurite's answers are not the emulator's to cut.
      if (kind === "folder")
        emulator.control.faults.add({ match: { category: "blob" }, effect: { damage: "truncate" }, times: 1 });
      const target = join(scratch, "report.csv");
      expect((await download({ link, target, byteCount })).byteCount).toBe(byteCount);

      expect(readFileSync(target).equals(await bytesOf(link))).toBe(true);
      if (kind !== "folder") return;
      const asked = emulator.control.requests.list({ category: "blob" });
      expect(asked.map(({ status }) => status)).toEqual([200, 206, 200]);
      expect(JSON.stringify(emulator.control.requests.list())).not.toContain(new URL(link).searchParams.get("sig"));
    }));
});

describe("a link ends", () => {
  test("from Azurite by the real clock", () =>
    withStorage("azurite", { reportTimes: { processingMs: 60_000, linksMs: 2_500 } }, async ({ emulator }) => {
      const [link = ""] = linksOf(await costDetails(emulator));
      expect(await statusOf(link)).toBe(200);
      await sleep(3_000);

      expect(await statusOf(link)).toBe(403);
    }));

  test("from a folder by the emulator's clock", () =>
    withStorage("folder", {}, async ({ emulator }) => {
      const result = await costDetails(emulator);
      const [link = ""] = linksOf(result);
      expect(result.validTill).toBe("2025-06-15T22:01:00Z");
      emulator.control.clock.set("2025-06-15T22:00:59Z");
      expect(await statusOf(link)).toBe(200);
      emulator.control.clock.set("2025-06-15T22:01:00Z");

      const answer = await fetch(link);
      expect([answer.status, answer.headers.get("x-ms-error-code")]).toEqual([403, "AuthenticationFailed"]);
      expect(await answer.text()).toContain("<Code>AuthenticationFailed</Code>");
    }));
});

describe("a file of the folder is served", () => {
  const withLink = (test: (link: string) => Promise<void>) =>
    withStorage("folder", {}, async ({ emulator }) => {
      const [link = ""] = linksOf(await costDetails(emulator));
      await test(link);
    });

  test("in ranges, as it was when the download began", () =>
    withLink(async (link) => {
      const bytes = await bytesOf(link);
      const whole = await fetch(link, { method: "HEAD" });
      const size = Number(whole.headers.get("content-length"));
      const part = await fetch(link, {
        headers: { range: "bytes=100-199", "if-match": whole.headers.get("etag") ?? "" },
      });
      expect([part.status, part.headers.get("content-range")]).toEqual([206, `bytes 100-199/${size}`]);
      expect(Buffer.from(await part.arrayBuffer())).toEqual(bytes.subarray(100, 200));
      expect(await statusOf(link, { range: `bytes=${size}-` })).toBe(416);
      expect(await statusOf(link, { "if-match": '"another"' })).toBe(412);
    }));

  test("to be read only", () =>
    withLink(async (link) => {
      expect((await fetch(link, { method: "DELETE" })).status).toBe(405);
      expect(await statusOf(link)).toBe(200);
    }));

  test("at the door that was used", () =>
    withStorage("folder", {}, async ({ emulator }) => {
      const path = `${scope}/providers/Microsoft.CostManagement/generateCostDetailsReport?api-version=2025-03-01`;
      const { headers } = await send(emulator, "POST", `${emulator.httpsUrl}${path}`, { body: may });
      emulator.control.clock.advance("PT1M");
      await emulator.control.settled();
      const [link = ""] = linksOf((await send(emulator, "GET", headers["location"] ?? "")).json as CostDetails);

      expect(link).toMatch(new RegExp(`^${emulator.httpsUrl}/_blob/emulatorreports/armreports/20250615/`));
      expect((await send(emulator, "GET", link, { token: null })).status).toBe(200);
    }));
});
