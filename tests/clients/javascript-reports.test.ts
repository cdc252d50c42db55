/** The pollers of Azure's generated JavaScript client finish both reports, over HTTPS, and their links download. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CostManagementClient } from "@azure/arm-costmanagement";
import { ClientSecretCredential } from "@azure/identity";
import { startEmulator, tenantId } from "../../emulator";
import type { Emulator } from "../../emulator";
import { openReader, rawOf, temporaryFolder } from "../emulator/delivery/kit";
import { clientId, scope } from "./kit";

jest.setTimeout(60_000);

/** Reports take a second of real time here: the poller waits as it is told. */
async function withClient(
  test: (
    client: CostManagementClient,
    sum: (links: readonly string[], column: string) => Promise<number>,
  ) => Promise<void>,
): Promise<void> {
  const folder = temporaryFolder();
  const reader = await openReader();
  let emulator: Emulator | undefined;
  try {
    emulator = await startEmulator({
      now: "2025-06-15T10:00:00Z",
      storage: "azurite",
      data: { seed: 7, rows: 12, partLimits: { maxRows: 200 } },
      reportTimes: { processingMs: 1_000, linksMs: 3_600_000 },
    });
    const { caFile, httpsUrl } = emulator;
    const tlsOptions = { ca: readFileSync(caFile) };
    const credential = new ClientSecretCredential(tenantId, clientId, "secret", {
      authorityHost: httpsUrl,
      disableInstanceDiscovery: true,
      tlsOptions,
    });
    const client = new CostManagementClient(credential, {
      endpoint: httpsUrl,
      $host: httpsUrl,
      credentialScopes: "https://management.azure.com/.default",
      tlsOptions,
    });
    await test(client, async (links, column) => {
      const files: string[] = [];
      for (const link of links) {
        const answer = await fetch(link);
        expect(answer.status).toBe(200);
        const file = join(folder.path, `${files.length}.csv`);
        writeFileSync(file, Buffer.from(await answer.arrayBuffer()));
        files.push(file);
      }
      return Number(await reader.value(`SELECT sum("${column}"::DOUBLE) FROM ${rawOf(files)}`));
    });
  } finally {
    await emulator?.close();
    reader.close();
    folder.remove();
  }
}

test("cost details: several blobs, whose sizes and costs are there", () =>
  withClient(async (client, sum) => {
    const {
      status,
      blobs = [],
      blobCount,
      byteCount,
      validTill,
    } = await client.generateCostDetailsReport.beginCreateOperationAndWait(scope, {
      metric: "ActualCost",
      timePeriod: { start: "2025-05-01", end: "2025-05-31" },
    });

    expect([status, blobCount]).toEqual(["Completed", blobs.length]);
    expect(blobs.length).toBeGreaterThan(1);
    expect(byteCount).toBe(blobs.reduce((total, blob) => total + (blob.byteCount ?? 0), 0));
    expect(validTill?.getTime()).toBeGreaterThan(Date.parse("2025-06-15T11:00:00Z"));
    expect(
      await sum(
        blobs.map(({ blobLink = "" }) => blobLink),
        "CostInBillingCurrency",
      ),
    ).toBeGreaterThan(0);
  }));

test("reservation details of a billing account", () =>
  withClient(async ({ generateReservationDetailsReport: reports }, sum) => {
    const result = await reports.beginByBillingAccountIdAndWait("1234567", "2025-05-01", "2025-05-31");

    expect(result.status).toBe("Completed");
    expect(await sum([String(result.reportUrl)], "UsedHours")).toBeGreaterThan(0);
  }));

test("reservation details of a billing profile", () =>
  withClient(async ({ generateReservationDetailsReport: reports }, sum) => {
    const result = await reports.beginByBillingProfileIdAndWait("12345:6789", "ABCD-EFGH", "2025-05-01", "2025-05-31");

    expect(result.status).toBe("Completed");
    expect(await sum([String(result.reportUrl)], "UsedHours")).toBeGreaterThan(0);
  }));
