import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { download } from "../../../provider/resources/download";

const content = randomBytes(3_000_000);
const md5 = createHash("md5").update(content).digest("base64");

let server: Server;
let folder: string;
let target: string;
let requests: IncomingMessage[];
let answer: (request: IncomingMessage, response: ServerResponse, count: number) => void;

beforeEach(async () => {
  requests = [];
  folder = mkdtempSync(join(tmpdir(), "azure-cost-exports-download-"));
  target = join(folder, "deep", "costs.csv");
  answer = (request, response) => blob(request, response);
  server = createServer((request, response) => {
    requests.push(request);
    answer(request, response, requests.length);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

const link = () => `http://127.0.0.1:${(server.address() as { port: number }).port}/costs.csv?sig=${"s".repeat(43)}`;

/** Answers as blob storage does, ranges and preconditions included; `cut` ends the connection after so many bytes. */
function blob(
  request: IncomingMessage,
  response: ServerResponse,
  options: { cut?: number; eTag?: string; checksum?: string; body?: Buffer } = {},
): void {
  const { cut, eTag = '"1"', checksum = md5, body = content } = options;
  if (request.headers["if-match"] !== undefined && request.headers["if-match"] !== eTag)
    return void response.writeHead(412).end();
  const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
  const rest = body.subarray(from);
  response.writeHead(from > 0 ? 206 : 200, {
    etag: eTag,
    "content-length": rest.length,
    "x-ms-blob-content-md5": checksum,
    ...(from > 0 ? { "content-range": `bytes ${from}-${body.length - 1}/${body.length}` } : {}),
  });
  if (cut === undefined) response.end(rest);
  else response.write(rest.subarray(0, cut), () => setTimeout(() => response.destroy(), 50));
}

test("downloads, verifies by checksum, and leaves nothing beside the file", async () => {
  const seen: number[] = [];
  const done = await download({
    link: link(),
    target,
    byteCount: content.length,
    progress: (bytes) => seen.push(bytes),
  });
  expect(done).toEqual({ target, byteCount: content.length, verified: "checksum" });
  expect(readFileSync(target).equals(content)).toBe(true);
  expect(readdirSync(join(folder, "deep"))).toEqual(["costs.csv"]);
  expect(seen.at(-1)).toBe(content.length);
  expect(requests[0]?.headers.authorization).toBeUndefined();
});

test("goes on where the connection was cut", async () => {
  answer = (request, response, count) => blob(request, response, count === 1 ? { cut: 1_000_000 } : {});
  await download({ link: link(), target });
  expect(readFileSync(target).equals(content)).toBe(true);
  expect(Number(/\d+/.exec(requests[1]?.headers.range ?? "")?.[0])).toBeGreaterThan(0);
});

test("goes on where another process was cut", async () => {
  await download({ link: link(), target });
  rmSync(target);
  writeFileSync(`${target}.part`, content.subarray(0, 500_000));
  writeFileSync(`${target}.part.etag`, '"1"');
  await download({ link: link(), target });
  expect(requests[1]?.headers.range).toBe("bytes=500000-");
  expect(readFileSync(target).equals(content)).toBe(true);
});

test("a file that changed meanwhile is taken from the start", async () => {
  const other = randomBytes(1_000_000);
  const checksum = createHash("md5").update(other).digest("base64");
  answer = (request, response, count) =>
    count === 1
      ? blob(request, response, { cut: 500_000 })
      : blob(request, response, { eTag: '"2"', body: other, checksum });
  await download({ link: link(), target });
  expect(readFileSync(target).equals(other)).toBe(true);
});

/** Half of the file, and the rest a moment later. */
function slowly(request: IncomingMessage, response: ServerResponse, pause: number, eTag?: string): void {
  const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
  const rest = content.subarray(from);
  const half = Math.floor(rest.length / 2);
  response.writeHead(from > 0 ? 206 : 200, {
    ...(eTag === undefined ? {} : { etag: eTag }),
    "content-length": rest.length,
    "x-ms-blob-content-md5": md5,
    ...(from > 0 ? { "content-range": `bytes ${from}-${content.length - 1}/${content.length}` } : {}),
  });
  response.write(rest.subarray(0, half));
  setTimeout(() => response.end(rest.subarray(half)), pause);
}

async function second(): Promise<ReturnType<typeof download>> {
  while (requests.length === 0) await sleep(5);
  await sleep(100);
  return download({ link: link(), target });
}

test.each([
  ["the first ends first", 300, 600],
  ["the second ends first", 600, 300],
])("two downloads of one file at once both end with the whole file: %s", async (_name, one, other) => {
  answer = (request, response, count) => slowly(request, response, count === 1 ? one : other, '"1"');
  const done = await Promise.all([download({ link: link(), target }), second()]);
  expect(requests[1]?.headers.range).toMatch(/^bytes=[1-9]/);
  expect(done.map(({ verified }) => verified)).toEqual(["checksum", "checksum"]);
  expect(readFileSync(target).equals(content)).toBe(true);
  expect(readdirSync(join(folder, "deep"))).toEqual(["costs.csv"]);
});

test("of two downloads that cannot share a file the later one makes it", async () => {
  answer = (request, response, count) => slowly(request, response, count === 1 ? 500 : 300);
  const [first, later] = await Promise.allSettled([download({ link: link(), target }), second()]);
  expect(first).toMatchObject({
    status: "rejected",
    reason: { message: expect.stringMatching(/began beside this one/) },
  });
  expect(later).toMatchObject({ status: "fulfilled" });
  expect(readFileSync(target).equals(content)).toBe(true);
});

test("a file of another size than announced is refused, and the old one stays", async () => {
  await download({ link: link(), target });
  await expect(download({ link: link(), target, byteCount: 5 })).rejects.toThrow(
    /3000000 bytes, where 5 were announced/,
  );
  expect(readFileSync(target).equals(content)).toBe(true);
  expect(existsSync(`${target}.part`)).toBe(false);
});

test("a damaged file is taken again, and refused where it stays damaged", async () => {
  answer = (request, response, count) => blob(request, response, count === 1 ? { checksum: "AAAA" } : {});
  await download({ link: link(), target });
  expect(requests).toHaveLength(2);
});

test.each([
  [403, /answered 403 \(AuthenticationFailed\)\. The link has expired/],
  [404, /answered 404.*The file is gone/],
])("an answer of %i is said with its cure, without the link, and not repeated", async (status, message) => {
  const text = status === 403 ? "<Error><Code>AuthenticationFailed</Code></Error>" : "";
  answer = (_request, response) => void response.writeHead(status, { "content-length": text.length }).end(text);
  const error = (await download({ link: link(), target }).catch((caught: unknown) => caught)) as Error;
  expect(error.message).toMatch(message);
  expect(JSON.stringify(error) + error.message + (error.stack ?? "")).not.toContain("s".repeat(20));
  expect(requests).toHaveLength(1);
});

test.each(["http://example.com/x", "ftp://127.0.0.1/x", "file:///etc/passwd", "nonsense"])(
  "the link %s is not followed",
  async (odd) => {
    await expect(download({ link: odd, target })).rejects.toThrow(/leads to no https address/);
  },
);

test("a redirect is not followed", async () => {
  answer = (_request, response) => void response.writeHead(302, { location: "http://example.com/" }).end();
  await expect(download({ link: link(), target })).rejects.toThrow(/answered 302/);
});

test("goes through the proxy that the environment names, and to this machine without one", async () => {
  const tunnels: string[] = [];
  const proxy = createServer((_request, response) => void response.writeHead(400).end());
  proxy.on("connect", (request, socket) => {
    tunnels.push(`${request.url} ${JSON.stringify(request.headers)}`);
    socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const { port } = proxy.address() as { port: number };
  process.env["HTTPS_PROXY"] = process.env["HTTP_PROXY"] = `http://127.0.0.1:${port}`;
  try {
    await download({ link: link(), target });
    expect(tunnels).toEqual([]);
    const foreign = `https://costs.blob.core.windows.net/costs.csv?sig=${"s".repeat(43)}`;
    const error = await download({ link: foreign, target }).catch((failure: unknown) => String(failure));
    expect(error).toMatch(/Cannot download to .*403/);
    expect(error).not.toContain("sssss");
    expect(tunnels.join()).toContain("costs.blob.core.windows.net:443");
    expect(tunnels.join()).not.toContain("sssss");
  } finally {
    delete process.env["HTTPS_PROXY"];
    delete process.env["HTTP_PROXY"];
    await new Promise((resolve) => proxy.close(resolve));
  }
});
