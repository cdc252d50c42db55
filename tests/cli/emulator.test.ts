import { spawn, spawnSync } from "node:child_process";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BlobServiceClient } from "@azure/storage-blob";

jest.setTimeout(60_000);

const root = join(__dirname, "../..");
describe("azure-cost-exports emulator --json", () => {
  test("says where it is in one line, and ends with its standard input", async () => {
    const command = start("emulator", "--json");
    const ready = JSON.parse(await command.firstLine) as Record<string, string>;
    expect(Object.keys(ready)).toEqual(["httpUrl", "httpsUrl", "caFile", "controlUrl"]);
    const metadata = await fetch(`${String(ready["httpUrl"])}/metadata/endpoints?api-version=2022-09-01`);
    expect(metadata.status).toBe(200);
    command.child.stdin.end();
    expect(await command.ended).toEqual({ code: 0, output: expect.stringMatching(/^[^\n]+\n$/) });
    expect(existsSync(String(ready["caFile"]))).toBe(false);
  });

  test.each(["SIGTERM", "SIGINT"] as const)("ends on %s", async (signal) => {
    const command = start("emulator", "--json");
    await command.firstLine;
    command.child.kill(signal);
    expect((await command.ended).code).toBe(0);
  });

  test("takes switches and ports", async () => {
    const command = start("emulator", "--json", "--switch", "staleETagStatus=412", "--switch", "quotas=realistic");
    const { controlUrl } = JSON.parse(await command.firstLine) as { controlUrl: string };
    expect(await (await fetch(`${controlUrl}/switches`)).json()).toMatchObject({
      staleETagStatus: 412,
      quotas: "realistic",
    });
    const taken = start("emulator", "--http-port", new URL(controlUrl).port);
    const failed = await taken.ended;
    expect([failed.code, failed.output]).toEqual([1, expect.stringContaining("is taken by another program")]);
    command.child.stdin.end();
    await command.ended;
  });

  test("ends when the folder of the certificate cannot be made", async () => {
    const { code, output } = await start("emulator", "--json", "--ca-folder", __filename).ended;
    expect([code, output]).toEqual([1, expect.stringContaining("there is a file of that name")]);
  });
});

describe("azure-cost-exports emulator", () => {
  test("prints variables that a shell can take", async () => {
    const command = start("emulator");
    await command.firstLine;
    command.child.stdin.end();
    const { output } = await command.ended;
    expect(output).toMatch(/^export ARM_METADATA_HOSTNAME=http:\/\/127\.0\.0\.1:\d+$/m);
    expect(output).toMatch(/^export ARM_METADATA_HOSTNAME=localhost:\d+$/m);
    expect(output).toMatch(/^export IDENTITY_HEADER=\S+$/m);
  });

  test.each([
    [["--http-port", "many"], "whole number"],
    [["--switch", "noSuchSwitch=1"], "There is no switch"],
    [["--switch", "staleETagStatus"], "name=value"],
    [["--rows", "0"], "whole number from 1 on"],
    [["--run-time", "soon"], "as 5s, 30m or 1h30m"],
  ])("refuses %j with a sentence", async (args, text) => {
    const { code, output } = await start("emulator", ...args).ended;
    expect([code, output]).toEqual([1, expect.stringContaining(text)]);
  });
});

test("azure-cost-exports emulator --run-time says how long runs take", async () => {
  const command = start("emulator", "--json", "--run-time", "1h30m");
  const { controlUrl } = JSON.parse(await command.firstLine) as { controlUrl: string };
  const post = (path: string, body: object) =>
    fetch(`${controlUrl}${path}`, { method: "POST", body: JSON.stringify(body) });
  const pending = async (): Promise<number> => {
    const { value } = (await (await fetch(`${controlUrl}/runs`)).json()) as { value: readonly unknown[] };
    return value.length;
  };
  const scope = "/subscriptions/11111111-1111-1111-1111-111111111111";
  const resourceId = `${scope}/resourceGroups/costs/providers/Microsoft.Storage/storageAccounts/costs0001`;
  const recurrencePeriod = { from: "2025-06-16T00:00:00Z", to: "2025-06-18T00:00:00Z" };
  await post("/clock", { set: "2025-06-15T10:00:00Z" });
  await post("/exports/put", {
    id: `${scope}/providers/Microsoft.CostManagement/exports/daily`,
    body: {
      properties: {
        schedule: { status: "Active", recurrence: "Daily", recurrencePeriod },
        definition: { type: "ActualCost", timeframe: "MonthToDate" },
        deliveryInfo: { destination: { resourceId, container: "exports" } },
      },
    },
  });
  await post("/clock", { set: "2025-06-17T00:29:00Z" });
  expect(await pending()).toBe(1);
  await post("/clock", { advance: "PT2M" });
  expect(await pending()).toBe(0);
  command.child.stdin.end();
  await command.ended;
});

describe("azure-cost-exports emulator --storage", () => {
  let scratch: string;
  beforeEach(() => {
    scratch = mkdtempSync(join(tmpdir(), "azure-cost-exports-cli-"));
  });
  afterEach(() => rmSync(scratch, { recursive: true, force: true }));

  /** Writes an export as the portal would, runs it, waits for its files, and ends the emulator. */
  async function runExport(args: readonly string[], env: object = {}): Promise<Record<string, string>> {
    const command = startIn(env, "emulator", "--json", "--seed", "7", "--rows", "3", ...args);
    const ready = JSON.parse(await command.firstLine) as Record<string, string>;
    const control = async (path: string, body: object = {}): Promise<void> => {
      const url = `${String(ready["controlUrl"])}${path}`;
      const { ok } = await fetch(url, { method: "POST", body: JSON.stringify(body) });
      expect([path, ok]).toEqual([path, true]);
    };
    const scope = "/subscriptions/11111111-1111-1111-1111-111111111111";
    const resourceId = `${scope}/resourceGroups/costs/providers/Microsoft.Storage/storageAccounts/costs0001`;
    const recurrencePeriod = { from: "2025-06-16T00:00:00Z", to: "2025-06-18T00:00:00Z" };
    await control("/clock", { set: "2025-06-15T10:00:00Z" });
    await control("/exports/put", {
      id: `${scope}/providers/Microsoft.CostManagement/exports/daily`,
      body: {
        properties: {
          schedule: { status: "Active", recurrence: "Daily", recurrencePeriod },
          definition: { type: "ActualCost", timeframe: "MonthToDate", dataSet: { granularity: "Daily" } },
          deliveryInfo: { destination: { resourceId, container: "exports" } },
        },
      },
    });
    await control("/clock", { advance: "P2D" });
    await control("/settled");
    if (ready["blobEndpoint"] !== undefined) {
      const account = await fetch(`${String(ready["controlUrl"])}/storage/costs0001`);
      const { connectionString } = (await account.json()) as { connectionString: string };
      const box = BlobServiceClient.fromConnectionString(connectionString).getContainerClient("exports");
      const names: string[] = [];
      for await (const { name } of box.listBlobsFlat()) names.push(name);
      ready["blobs"] = names.join("\n");
    }
    command.child.stdin.end();
    expect(await command.ended).toEqual({ code: 0, output: expect.stringMatching(/^[^\n]+\n$/) });
    return ready;
  }

  test("writes the files of runs to a folder", async () => {
    const folder = join(scratch, "files");
    expect(await runExport(["--storage", folder])).not.toHaveProperty("blobEndpoint");

    const files = readdirSync(join(folder, "costs0001", "exports"), { recursive: true, encoding: "utf8" });
    expect(files.some((name) => name.endsWith("manifest.json"))).toBe(true);
    expect(files.some((name) => name.endsWith("part_0_0001.csv"))).toBe(true);
  });

  test("writes them to Azurite, past any proxy, and says nothing but where it is", async () => {
    const proxy = "http://127.0.0.1:9";
    const { blobEndpoint, blobs } = await runExport(["--storage", "azurite"], {
      HTTP_PROXY: proxy,
      HTTPS_PROXY: proxy,
    });

    expect(blobEndpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(blobs).toContain("manifest.json");
  });

  test("says how to do without Azurite where it is not installed", () => {
    for (const part of ["emulator", "provider/cost-management"])
      cpSync(join(root, "dist", part), join(scratch, "dist", part), { recursive: true });
    const script = `require("./dist/emulator").startEmulator({ storage: "azurite" }).catch((error) => { console.log(error.message); process.exit(3); })`;
    const { status, stdout } = spawnSync(process.execPath, ["-e", script], { cwd: scratch, encoding: "utf8" });

    expect([status, stdout]).toEqual([
      3,
      expect.stringMatching(/npm install .*azurite.*storage \{ folder \}, or --storage FOLDER/),
    ]);
  });

  test("costs those nothing who do without: none of it is loaded", () => {
    const loadedWith = (options: object): readonly string[] => {
      const script = `require("./dist/emulator").startEmulator(${JSON.stringify(options)}).then((emulator) => emulator.close()).then(() => console.log(JSON.stringify(Object.keys(require.cache))))`;
      const { stdout } = spawnSync(process.execPath, ["-e", script], { cwd: root, encoding: "utf8" });
      const files = JSON.parse(stdout) as readonly string[];
      return files.filter((file) => /emulator\/delivery|azurite|storage-blob/.test(file));
    };

    expect(loadedWith({})).toEqual([]);
    expect(loadedWith({ storage: { folder: scratch } })).toContainEqual(expect.stringContaining("emulator/delivery/"));
  });
});

interface Started {
  readonly child: ChildProcessWithoutNullStreams;
  readonly firstLine: Promise<string>;
  readonly ended: Promise<{ readonly code: number | null; readonly output: string }>;
}

const start = (...args: readonly string[]): Started => startIn({}, ...args);

function startIn(env: object, ...args: readonly string[]): Started {
  const { npm_lifecycle_event: _npm, ...inherited } = process.env;
  const environment = { ...inherited, ...env };
  const child = spawn(process.execPath, [join(root, "dist/cli/main.js"), ...args], { env: environment });
  let output = "";
  const ended = new Promise<{ code: number | null; output: string }>((resolve) =>
    child.on("close", (code) => resolve({ code, output })),
  );
  const firstLine = new Promise<string>((resolve, reject) => {
    const take = (chunk: Buffer): void => {
      output += chunk.toString();
      if (output.includes("\n")) resolve(output.slice(0, output.indexOf("\n")));
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    child.on("close", () => reject(new Error(`It ended before it was ready: ${output}`)));
  });
  // Tests of refusals look at the end only.
  firstLine.catch(() => undefined);
  return { child, firstLine, ended };
}
