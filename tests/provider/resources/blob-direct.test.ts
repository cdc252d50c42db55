import { createHash, randomBytes } from "node:crypto";
import { createServer as createTlsServer } from "node:https";
import { createServer, type Server } from "node:http";
import { createServer as createSocketServer } from "node:net";
import tls from "node:tls";
import { createCertificates } from "../../../emulator/server/certificates";
import { openDirect } from "../../../provider/resources/blob-direct";

const content = randomBytes(20_000_000);
const digest = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
const open: { close: () => unknown }[] = [];

afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

async function listen(server: Server | ReturnType<typeof createSocketServer>, protocol = "http"): Promise<URL> {
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return new URL(`${protocol}://127.0.0.1:${(server.address() as { port: number }).port}/costs.csv?sig=x`);
}

/** Answers with exactly this text. */
function raw(text: string | Buffer): Promise<URL> {
  return listen(
    createSocketServer((socket) => void socket.on("error", () => undefined).once("data", () => socket.end(text))),
  );
}

async function poured(url: URL, pause: () => Promise<void> = () => Promise.resolve()) {
  const answer = await openDirect(url, {});
  if (answer === undefined) return undefined;
  // Long enough for the other side to fill whatever it can.
  await new Promise((resolve) => setTimeout(resolve, 50));
  const pieces: Buffer[] = [];
  await answer.pour(async (bytes) => {
    await pause();
    pieces.push(Buffer.from(bytes));
  });
  return { ...answer, bytes: Buffer.concat(pieces) };
}

const pauses = {
  "at once": () => Promise.resolve(),
  slowly: () => new Promise<void>((resolve) => setTimeout(resolve, 10)),
};

test.each(Object.entries(pauses))("all bytes come in order, written %s", async (_name, pause) => {
  const url = await listen(
    createServer((_request, response) => response.setHeader("content-length", content.length).end(content)),
  );
  const got = await poured(url, pause);
  expect(got?.statusCode).toBe(200);
  expect(digest(got?.bytes ?? Buffer.of())).toBe(digest(content));
});

test.each(Object.entries(pauses))("over TLS too, written %s", async (_name, pause) => {
  const { ca, key, certificate: cert } = createCertificates();
  const server = createTlsServer({ key, cert }, (_request, response) =>
    response.setHeader("content-length", content.length).end(content),
  );
  const url = await listen(server, "https");
  expect(await openDirect(url, {})).toBeUndefined();
  const connect = tls.connect.bind(tls) as (options: tls.ConnectionOptions) => tls.TLSSocket;
  const trusting = jest
    .spyOn(tls, "connect")
    .mockImplementation(((options: tls.ConnectionOptions) => connect({ ...options, ca })) as typeof tls.connect);
  try {
    expect(digest((await poured(url, pause))?.bytes ?? Buffer.of())).toBe(digest(content));
  } finally {
    trusting.mockRestore();
  }
});

test("an empty body, and one that comes with its head", async () => {
  expect((await poured(await raw("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")))?.bytes).toHaveLength(0);
  const got = await poured(await raw('HTTP/1.1 206 Partial Content\r\nContent-Length: 3\r\nETag: "1"\r\n\r\nabcdef'));
  expect(got).toMatchObject({ statusCode: 206, headers: { etag: '"1"' } });
  expect(got?.bytes.toString()).toBe("abc");
});

test("a body that ends early gives what there was", async () => {
  const got = await poured(
    await raw(
      Buffer.concat([
        Buffer.from("HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n"),
        content.subarray(0, 5_000_000),
      ]),
    ),
  );
  expect(got?.bytes).toHaveLength(5_000_000);
});

test("a writer that fails is heard, and the connection let go", async () => {
  const url = await listen(
    createServer((_request, response) => response.setHeader("content-length", content.length).end(content)),
  );
  const answer = await openDirect(url, {});
  await expect(answer?.pour(() => Promise.reject(new Error("disk full")))).rejects.toThrow("disk full");
});

test.each([
  ["chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"],
  ["no length", "HTTP/1.1 200 OK\r\n\r\nabc"],
  ["two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc"],
  ["an odd length", "HTTP/1.1 200 OK\r\nContent-Length: 3, 4\r\n\r\nabc"],
  ["an interim answer", "HTTP/1.1 103 Early Hints\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"],
  ["a folded header", "HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 3\r\n\r\nabc"],
  ["another protocol", "SSH-2.0-OpenSSH_9.6\r\n\r\n"],
  ["an endless head", `HTTP/1.1 200 OK\r\n${"X: a\r\n".repeat(40_000)}`],
  ["nothing", ""],
])("what is not plain is left to the HTTP client: %s", async (_name, text) => {
  expect(await openDirect(await raw(text), {})).toBeUndefined();
});

test("so is what is behind a proxy, a host that is not there, and a header that would break its line", async () => {
  const url = await raw("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  expect(await openDirect(url, { "x-odd": "a\r\nb: c" })).toBeUndefined();
  expect(await openDirect(new URL("http://127.0.0.1:1/"), {})).toBeUndefined();
  process.env["HTTPS_PROXY"] = "http://127.0.0.1:1";
  try {
    expect(await openDirect(new URL("https://costs.blob.core.windows.net/"), {})).toBeUndefined();
  } finally {
    delete process.env["HTTPS_PROXY"];
  }
});
