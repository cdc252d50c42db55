// A blob of a gigabyte from Azurite: our download, which resumes, verifies and replaces in one step, against bare clients that
// do nothing but write what they get. Each in a process of its own, in turns; the best of each counts.
import { execFile } from "node:child_process";
import { createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { get } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";

const require = createRequire(import.meta.url);
const dist = join(import.meta.dirname, "../dist");
const megabyte = 1024 * 1024;
const sizes = { tiny: 1, small: 100, large: 1000 };
const rounds = 3;
const run = promisify(execFile);

export async function download() {
  const folder = mkdtempSync(join(tmpdir(), "azure-cost-exports-bench-"));
  const { startAzurite } = require(join(dist, "emulator/delivery/index.js"));
  const azurite = await startAzurite({ mode: "child", folder: join(folder, "blobs") });
  try {
    const links = await upload(azurite);
    const target = join(folder, "file");
    const measure = async (client, link) => {
      const { stdout } = await run(process.execPath, [import.meta.filename, client, links.tiny, link, target]);
      rmSync(target, { force: true });
      return JSON.parse(stdout);
    };
    const others = ["http", "fetch", "storageBlob", ...((await hasCurl()) ? ["curl"] : [])];
    const best = Object.fromEntries(["ours", ...others].map((name) => [name, Infinity]));
    let peakMB1000 = 0;
    for (let round = 0; round < rounds; round++) {
      for (const name of Object.keys(best)) {
        const { ms, peakMB } = await measure(name, links.large);
        best[name] = Math.min(best[name], ms);
        if (name === "ours") peakMB1000 = Math.max(peakMB1000, peakMB);
      }
    }
    const { peakMB: peakMB100 } = await measure("ours", links.small);
    const fastest = Math.min(...others.map((name) => best[name]));
    const speeds = Object.fromEntries(
      Object.entries(best).map(([name, ms]) => [name, Math.round((sizes.large / ms) * 1000)]),
    );
    return {
      figures: { ratio: fastest / best.ours, peakMB100, peakMB1000, mbPerSecond: speeds },
      least: { ratio: 0.9 },
      limits: { peakMB100: 150, peakMB1000: 150 },
    };
  } finally {
    await azurite.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function upload(azurite) {
  const {
    BlobServiceClient,
    BlobSASPermissions,
    StorageSharedKeyCredential,
    generateBlobSASQueryParameters,
  } = require("@azure/storage-blob");
  const { name, keys, blobUrl } = await azurite.ensureAccount("bench");
  const credential = new StorageSharedKeyCredential(name, keys[0]);
  const container = new BlobServiceClient(blobUrl, credential).getContainerClient("files");
  await container.createIfNotExists();
  const links = {};
  for (const [blobName, size] of Object.entries(sizes)) {
    const blob = container.getBlockBlobClient(blobName);
    const chunk = Buffer.alloc(megabyte, "date,meter,quantity,cost\n");
    await blob.uploadStream(Readable.from(Array.from({ length: size }, () => chunk)), 8 * megabyte, 2);
    const sas = generateBlobSASQueryParameters(
      {
        containerName: "files",
        blobName,
        permissions: BlobSASPermissions.parse("r"),
        expiresOn: new Date(Date.now() + 3_600_000),
      },
      credential,
    );
    links[blobName] = `${blob.url}?${sas.toString()}`;
  }
  return links;
}

const hasCurl = () =>
  run("curl", ["--version"]).then(
    () => true,
    () => false,
  );

const clients = {
  http: (link, target) =>
    new Promise((resolve, reject) => {
      get(link, (response) => pipeline(response, createWriteStream(target)).then(resolve, reject)).on("error", reject);
    }),
  fetch: async (link, target) => {
    const { body } = await fetch(link);
    await pipeline(Readable.fromWeb(body), createWriteStream(target));
  },
  storageBlob: async (link, target) => {
    await new (require("@azure/storage-blob").BlobClient)(link).downloadToFile(target);
  },
  curl: (link, target) => run("curl", ["--silent", "--fail", "--noproxy", "*", "--output", target, link]),
  ours: async (link, target) => {
    const { download: ours } = require(join(dist, "provider/resources/download.js"));
    await ours({ link, target });
  },
};

if (process.argv[1] === import.meta.filename) {
  const [client, small, link, target] = process.argv.slice(2);
  // What is loaded on the first use is no part of the download.
  await clients[client](small, target);
  const began = performance.now();
  await clients[client](link, target);
  const ms = performance.now() - began;
  console.log(JSON.stringify({ ms, peakMB: Math.round(process.resourceUsage().maxRSS / 1024) }));
}
