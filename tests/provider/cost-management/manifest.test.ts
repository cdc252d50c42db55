import { parseManifest } from "../../../provider/cost-management/manifest";

const current = {
  manifestVersion: "x",
  byteCount: 32741,
  blobCount: 1,
  dataRowCount: 136,
  exportConfig: {
    exportName: "daily",
    resourceId: "/subscriptions/1/providers/Microsoft.CostManagement/exports/daily",
    dataVersion: "1.0",
    type: "FocusCost",
  },
  deliveryConfig: { fileFormat: "Csv", compressionMode: "None" },
  runInfo: {
    runId: "r",
    submittedTime: "2025-02-03T18:33:03.1032074Z",
    startDate: "2025-01-01T00:00:00",
    endDate: "2025-01-31T00:00:00",
  },
  blobs: [{ blobName: "cost/daily/part_0_0001.csv", byteCount: 32741, dataRowCount: 136 }],
};

test("the manifest of the newer generation", () => {
  expect(parseManifest(`\uFEFF${JSON.stringify(current)}`)).toEqual({
    manifestVersion: "x",
    exportId: "/subscriptions/1/providers/Microsoft.CostManagement/exports/daily",
    exportName: "daily",
    dataset: "FocusCost",
    dataVersion: "1.0",
    compressionMode: "None",
    format: "Csv",
    runId: "r",
    submittedTime: "2025-02-03T18:33:03.1032074Z",
    startDate: "2025-01-01T00:00:00",
    endDate: "2025-01-31T00:00:00",
    byteCount: 32741,
    blobCount: 1,
    dataRowCount: 136,
    blobs: [{ blobName: "cost/daily/part_0_0001.csv", byteCount: 32741, dataRowCount: 136 }],
    empty: false,
  });
});

test("the manifest of the older generation", () => {
  const blob = { blobName: "a/000001.csv", byteCount: 5, dataRowCount: 1, headerRowCount: 1, contentMD5: "x==" };
  const legacy = { manifestVersion: "2021-01-01", dataFormat: "csv", blobCount: 1, dataRowCount: 1, blobs: [blob] };
  const manifest = parseManifest(JSON.stringify(legacy));
  expect(manifest).toMatchObject({ dataRowCount: 1, blobs: [{ blobName: "a/000001.csv", contentMd5: "x==" }] });
  expect(manifest.empty).toBe(false);
});

test.each([
  ["no rows", { ...current, dataRowCount: 0 }],
  ["no blobs", { ...current, blobs: [] }],
])("a manifest with %s is empty", (_name, body) => {
  expect(parseManifest(JSON.stringify(body)).empty).toBe(true);
});

test.each([
  ["a,b\n1,2", /no JSON/],
  ["[]", /no manifest/],
  ['{"value":[]}', /no manifest/],
])("%j is refused", (text, message) => {
  expect(() => parseManifest(text)).toThrow(message);
});
