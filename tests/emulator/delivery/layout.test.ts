/** Where the files of a run lie, and what the manifests beside them say. */
import { layoutOf } from "../../../emulator/delivery/layout";
import { runPaths } from "../../../emulator/cost-management/runs";
import { parseManifest } from "../../../provider/cost-management/manifest";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { container, deliver, enrollmentScope, filesBelow, runId, temporaryFolder } from "./kit";

const withFolder = async (test: (path: string) => Promise<void>): Promise<void> => {
  const { path, remove } = temporaryFolder();
  try {
    await test(path);
  } finally {
    remove();
  }
};
const small = { size: 2, subscriptions: ["11111111-1111-4111-8111-111111111111"] };
const blobsIn = (path: string): readonly string[] => filesBelow(join(path, container));

test("old, not partitioned: one file named after the export and the run, and no manifest", () =>
  withFolder(async (path) => {
    const run = await deliver(path, { ...small, generation: "old" });
    const file = `costs/all/daily/20250301-20250331/daily_${runId}.csv`;
    expect(blobsIn(path)).toEqual([file]);
    expect([run.fileName, run.manifestFile]).toEqual([file, undefined]);
  }));

test("old, partitioned: numbered files in a folder by time and run, with _manifest.json", () =>
  withFolder(async (path) => {
    const run = await deliver(path, { ...small, generation: "old", partitionData: true, partLimits: { maxRows: 40 } });
    const folder = `costs/all/daily/20250301-20250331/202503311833/${runId}`;
    expect(blobsIn(path)).toEqual([`${folder}/000001.csv`, `${folder}/000002.csv`, `${folder}/_manifest.json`]);
    expect([run.fileName, run.manifestFile]).toEqual([undefined, `${folder}/_manifest.json`]);
    expect(run.manifest).toEqual({
      manifestVersion: "2021-01-01",
      dataFormat: "csv",
      blobCount: 2,
      byteCount: run.byteCount,
      dataRowCount: run.rowCount,
      blobs: run.blobs.map(({ blobName, byteCount, dataRowCount, contentMd5 }) => ({
        blobName,
        byteCount,
        dataRowCount,
        headerRowCount: 1,
        contentMD5: contentMd5,
      })),
    });
  }));

test.each([
  [{ format: "Csv" }, "csv"],
  [{ format: "CSV", compressionMode: "GZip" }, "csv.gz"],
  [{ format: "Parquet" }, "parquet"],
  [{ format: "Parquet", compressionMode: "Snappy" }, "snappy.parquet"],
])(
  "new, creating reports, as %j: part_0_0001.%s in a folder by time and run, with manifest.json",
  (format, extension) =>
    withFolder(async (path) => {
      await deliver(path, { ...small, ...format, partitionData: true, partLimits: { maxRows: 40 } });
      const folder = `costs/all/daily/20250301-20250331/202503311833/${runId}`;
      expect(blobsIn(path)).toEqual([
        `${folder}/manifest.json`,
        `${folder}/part_0_0001.${extension}`,
        `${folder}/part_0_0002.${extension}`,
      ]);
    }),
);

test("the new manifest tells the export, the delivery, the run and the blobs, as in the vendor's example", () =>
  withFolder(async (path) => {
    const run = await deliver(path, {
      ...small,
      partitionData: true,
      compressionMode: "gzip",
      definition: { type: "focuscost", timeframe: "MonthToDate", dataSet: { granularity: "Daily" } },
    });
    expect(run.manifest).toEqual({
      manifestVersion: "2024-04-01",
      byteCount: run.byteCount,
      blobCount: 1,
      dataRowCount: run.rowCount,
      exportConfig: {
        exportName: "daily",
        resourceId: `${enrollmentScope}/providers/Microsoft.CostManagement/exports/daily`,
        dataVersion: "1.2-preview",
        apiVersion: "2025-03-01",
        type: "FocusCost",
        timeFrame: "MonthToDate",
        granularity: "Daily",
      },
      deliveryConfig: {
        partitionData: true,
        dataOverwriteBehavior: "CreateNewReport",
        fileFormat: "Csv",
        compressionMode: "gzip",
        containerUri: expect.stringMatching(/storageAccounts\/costs$/),
        rootFolderPath: "costs/all",
      },
      runInfo: {
        executionType: "OnDemand",
        submittedTime: "2025-03-31T18:33:03.1030000Z",
        runId,
        startDate: "2025-03-01T00:00:00",
        endDate: "2025-03-31T00:00:00",
      },
      blobs: run.blobs.map(({ blobName, byteCount, dataRowCount }) => ({ blobName, byteCount, dataRowCount })),
    });
  }));

test("a one-time export says so in the manifest, and its folder has the dates that were asked for", () =>
  withFolder(async (path) => {
    const run = await deliver(path, {
      ...small,
      definition: { type: "ActualCost", timeframe: "Custom" },
      run: {
        id: runId,
        submittedTime: "2025-06-15T10:00:00Z",
        executionType: "OnDemand",
        from: "2025-03-10T00:00:00Z",
        to: "2025-03-20T00:00:00Z",
      },
    });
    expect(run.manifest.exportConfig.timeFrame).toBe("OneTime");
    expect(run.manifestFile).toBe(`costs/all/daily/20250310-20250320/202506151000/${runId}/manifest.json`);
  }));

test("the provider reads both manifests", () =>
  withFolder(async (path) => {
    for (const generation of ["old", "new"] as const) {
      const run = await deliver(path, { ...small, generation, partitionData: true });
      const read = parseManifest(readFileSync(join(path, container, run.manifestFile ?? ""), "utf8"));
      expect(read).toMatchObject({ byteCount: run.byteCount, dataRowCount: run.rowCount, empty: false });
      expect(read.blobs.map(({ blobName }) => blobName)).toEqual(run.blobs.map(({ blobName }) => blobName));
    }
  }));

describe("an export that replaces its reports", () => {
  const second = "cccccccc-9a05-4de6-84ab-c72b568a03b4";
  const replacing = { ...small, partitionData: true, dataOverwriteBehavior: "OverwritePreviousReport" };
  const runAt = (id: string, submittedTime: string, from = "2025-03-01") => ({
    run: { id, submittedTime, executionType: "Scheduled", from, to: "2025-03-31" },
  });

  test("has no folder by time, and removes the run before of the same dates", () =>
    withFolder(async (path) => {
      await deliver(path, { ...replacing, ...runAt(runId, "2025-03-30T10:00:00Z") });
      expect(blobsIn(path).every((name) => name.startsWith(`costs/all/daily/20250301-20250331/${runId}/`))).toBe(true);
      await deliver(path, { ...replacing, ...runAt(second, "2025-03-31T10:00:00Z") });
      expect(blobsIn(path).map((name) => name.split("/").at(-2))).toEqual([second, second]);
    }));

  test("leaves other dates, reports that were created to stay, and other people's files alone", () =>
    withFolder(async (path) => {
      const kept = await deliver(path, { ...small, partitionData: true });
      await deliver(path, {
        ...replacing,
        run: {
          id: runId,
          submittedTime: "2025-02-28",
          executionType: "OnDemand",
          from: "2025-02-01",
          to: "2025-02-28",
        },
      });
      await deliver(path, { ...replacing, ...runAt(second, "2025-03-31T10:00:00Z") });
      expect(blobsIn(path)).toEqual(expect.arrayContaining(kept.blobs.map(({ blobName }) => blobName)));
      expect(blobsIn(path).some((name) => name.includes(`20250201-20250228/${runId}/`))).toBe(true);
    }));

  test("removes the run that it is told to replace, and no other", () =>
    withFolder(async (path) => {
      const third = "dddddddd-9a05-4de6-84ab-c72b568a03b4";
      await deliver(path, { ...replacing, ...runAt(runId, "2025-03-29T10:00:00Z") });
      await deliver(path, { ...replacing, ...runAt(second, "2025-03-30T10:00:00Z"), previousRun: { id: "none" } });
      await deliver(path, { ...replacing, ...runAt(third, "2025-03-31T10:00:00Z"), previousRun: { id: runId } });
      expect(new Set(blobsIn(path).map((name) => name.split("/").at(-2)))).toEqual(new Set([second, third]));
    }));

  test("keeps the run before when it has no data", () =>
    withFolder(async (path) => {
      await deliver(path, { ...replacing, ...runAt(runId, "2025-03-30T10:00:00Z") });
      const empty = await deliver(path, {
        ...replacing,
        ...runAt(second, "2025-03-31T10:00:00Z"),
        emptyBefore: "2026-01-01",
      });
      expect(empty.status).toBe("DataNotAvailable");
      expect(blobsIn(path)).toHaveLength(2);
    }));
});

describe("the paths are those that the run history tells", () => {
  const timeframes = ["MonthToDate", "TheLastMonth", "WeekToDate", "TheLast7Days", "Custom", "TheCurrentMonth"];
  const cases = timeframes.flatMap((timeframe) =>
    (["old", "new"] as const).flatMap((generation) =>
      [true, false].flatMap((partitionData) =>
        [true, false].map((overwrites) => ({ timeframe, generation, partitionData, overwrites })),
      ),
    ),
  );
  test.each(cases)("%j", ({ timeframe, generation, partitionData, overwrites }) => {
    const [submitted, from, to] = ["2025-06-15T10:04:00Z", "2025-06-08", "2025-06-14"].map((text) =>
      Date.parse(text),
    ) as [number, number, number];
    const told = runPaths({
      name: "daily",
      createdWith: generation,
      run: {
        id: runId,
        executionType: "OnDemand",
        submittedBy: "System",
        submitted,
        from,
        to,
        oneTime: timeframe === "Custom",
        settings: {
          partitionData,
          dataOverwriteBehavior: overwrites ? "OverwritePreviousReport" : "CreateNewReport",
          definition: { timeframe },
          deliveryInfo: { destination: { rootFolderPath: "/costs/" } },
        },
      },
    });
    const written = layoutOf({
      generation,
      exportName: "daily",
      rootFolderPath: "/costs/",
      partitionData,
      overwrites,
      timeframe,
      runId,
      submitted,
      from,
      to,
      extension: "csv",
    });
    expect([written.part(1), written.part(12), written.manifest]).toEqual([told.part(1), told.part(12), told.manifest]);
  });
});

test.each([
  [{ format: "Parquet", compressionMode: "gzip" }, "writes no Parquet with compression gzip"],
  [{ format: "Csv", compressionMode: "snappy" }, "writes no Csv with compression snappy"],
  [{ definition: { type: "Budgets" } }, "no dataset Budgets"],
  [{ exportResourceId: "/somewhere/else" }, "Not a scope"],
  [{ size: 0 }, "A size is"],
])("what cannot be delivered is refused: %j", (patch, message) =>
  withFolder(async (path) => {
    await expect(deliver(path, patch)).rejects.toThrow(message);
    expect(filesBelow(path)).toEqual([]);
  }),
);
