import { spawn } from "node:child_process";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

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
    expect([failed.code, failed.output]).toEqual([1, expect.stringContaining("EADDRINUSE")]);
    command.child.stdin.end();
    await command.ended;
  });

  test("ends when the folder of the certificate cannot be made", async () => {
    const { code, output } = await start("emulator", "--json", "--ca-folder", __filename).ended;
    expect([code, output]).toEqual([1, expect.stringContaining("EEXIST")]);
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
  ])("refuses %j with a sentence", async (args, text) => {
    const { code, output } = await start("emulator", ...args).ended;
    expect([code, output]).toEqual([1, expect.stringContaining(text)]);
  });
});

interface Started {
  readonly child: ChildProcessWithoutNullStreams;
  readonly firstLine: Promise<string>;
  readonly ended: Promise<{ readonly code: number | null; readonly output: string }>;
}

function start(...args: readonly string[]): Started {
  const { npm_lifecycle_event: _npm, ...environment } = process.env;
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
