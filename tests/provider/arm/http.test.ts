import { createServer, type IncomingMessage, type Server } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { createCertificates } from "../../../emulator/server/certificates";
import { createHttp, type HttpRequest } from "../../../provider/arm/http";
import { serve, type Answer, type Routes } from "../../support/http-routes";

const get = (origin: string, timeoutMs = 5000): HttpRequest => ({
  method: "GET",
  url: `${origin}/path`,
  headers: {},
  timeoutMs,
});

async function withServer(answers: readonly Answer[], test: (routes: Routes) => Promise<void>): Promise<void> {
  const routes = await serve(answers);
  try {
    await test(routes);
  } finally {
    await routes.close();
  }
}

test("a compressed answer is unpacked", async () => {
  await withServer([{ body: gzipSync('{"a":1}'), headers: { "content-encoding": "gzip" } }], async ({ origin }) => {
    await expect(createHttp()(get(origin))).resolves.toMatchObject({ status: 200, text: '{"a":1}' });
  });
});

test.each([
  ["plain", { body: { a: 1 } }],
  ["compressed", { body: gzipSync(Buffer.alloc(5000, "abc")), headers: { "content-encoding": "gzip" } }],
])("half of a %s answer is a failure, not a shorter answer", async (_what, answer) => {
  await withServer([{ ...answer, truncate: true }], async ({ origin }) => {
    await expect(createHttp()(get(origin))).rejects.toMatchObject({
      code: "TruncatedAnswer",
      sent: true,
      transient: true,
    });
  });
});

test("an answer that trickles is cut at the timeout", async () => {
  await withServer([{ trickle: true }], async ({ origin }) => {
    await expect(createHttp()(get(origin, 300))).rejects.toMatchObject({
      name: "HttpFailure",
      code: "Timeout",
      sent: true,
    });
  });
});

test("a reset connection was sent, a refused one was not", async () => {
  const routes = await serve([{ reset: true }]);
  await expect(createHttp()(get(routes.origin))).rejects.toMatchObject({
    code: "ECONNRESET",
    sent: true,
    transient: true,
  });
  await routes.close();
  await expect(createHttp()(get(routes.origin))).rejects.toMatchObject({
    code: "ECONNREFUSED",
    sent: false,
    transient: true,
  });
});

test("an unknown host was not sent to, and may be known later", async () => {
  const failure = await createHttp()(get("https://no-such-host.invalid")).catch((error: unknown) => error);
  expect(failure).toMatchObject({ name: "HttpFailure", sent: false, transient: true });
});

test("connections are kept alive and shared", async () => {
  await withServer([{ body: {} }], async ({ origin, seen }) => {
    const http = createHttp();
    await http(get(origin));
    await http(get(origin));
    expect(seen.map(({ port }) => port)).toEqual([seen[0]!.port, seen[0]!.port]);
  });
});

describe("TLS", () => {
  const certificates = createCertificates();

  test("a server of a trusted authority is reached", async () => {
    const routes = await serve([{ body: { a: 1 } }], { key: certificates.key, cert: certificates.certificate });
    await expect(createHttp({ ca: certificates.ca })(get(routes.origin))).resolves.toMatchObject({ status: 200 });
    await routes.close();
  });

  test("an untrusted certificate ends it at once, with the cure", async () => {
    const routes = await serve([{ body: {} }], { key: certificates.key, cert: certificates.certificate });
    const failure = createHttp()(get(routes.origin));
    await expect(failure).rejects.toMatchObject({ sent: false, transient: false });
    await expect(failure).rejects.toThrow(/certificate is not trusted.*NODE_EXTRA_CA_CERTS/);
    expect(routes.seen).toEqual([]);
    await routes.close();
  });

  test("https to a server that speaks plain http was not sent", async () => {
    await withServer([{ body: {} }], async ({ origin, seen }) => {
      const failure = createHttp()(get(origin.replace("http:", "https:")));
      await expect(failure).rejects.toMatchObject({ sent: false, transient: false });
      expect(seen).toEqual([]);
    });
  });
});

/** A proxy that tunnels to where it is told, whatever host was asked for. */
async function startProxy(tunnelTo: (target: string) => number | undefined) {
  const seen: { line: string; headers: IncomingMessage["headers"]; bytes: Buffer[] }[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((incoming, response) => {
    seen.push({ line: `${incoming.method ?? ""} ${incoming.url ?? ""}`, headers: incoming.headers, bytes: [] });
    response.writeHead(502).end();
  });
  server.on("connection", (socket) => sockets.add(socket));
  server.on("connect", (incoming: IncomingMessage, socket: Socket) => {
    const entry = { line: `CONNECT ${incoming.url ?? ""}`, headers: incoming.headers, bytes: [] as Buffer[] };
    seen.push(entry);
    const port = tunnelTo(incoming.url ?? "");
    socket.on("data", (chunk: Buffer) => entry.bytes.push(chunk));
    socket.on("error", () => undefined);
    if (port === undefined) {
      socket.end("HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n");
      return;
    }
    const upstream = connect(port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      upstream.pipe(socket);
      socket.pipe(upstream);
    });
    sockets.add(upstream);
    upstream.on("error", () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    seen,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

describe("proxies", () => {
  const names = [
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
    "NO_PROXY",
    "no_proxy",
    "ALL_PROXY",
    "all_proxy",
  ];
  const saved = new Map(names.map((name) => [name, process.env[name]]));
  beforeEach(() => names.forEach((name) => Reflect.deleteProperty(process.env, name)));
  afterAll(() => saved.forEach((value, name) => value !== undefined && Reflect.set(process.env, name, value)));

  const certificates = createCertificates();
  const bearer = { Authorization: "Bearer secret-token-for-arm" };

  test("HTTPS_PROXY is asked for a tunnel, and sees neither path nor token", async () => {
    const routes = await serve([{ body: {} }], { key: certificates.key, cert: certificates.certificate });
    const port = Number(new URL(routes.origin).port);
    const proxy = await startProxy(() => port);
    process.env["HTTPS_PROXY"] = proxy.url.replace("http://", "http://user:word@");
    // With its dot the name counts as a foreign one here, and still matches the certificate.
    const url = `https://localhost.:${port}/path?x=1`;
    const answer = await createHttp({ ca: certificates.ca })({ method: "GET", url, headers: bearer, timeoutMs: 5000 });
    expect(answer.status).toBe(200);
    expect(routes.seen[0]).toMatchObject({ url: "/path?x=1", headers: { authorization: bearer.Authorization } });
    expect(proxy.seen).toHaveLength(1);
    expect(proxy.seen[0]).toMatchObject({
      line: `CONNECT localhost.:${port}`,
      headers: { "proxy-authorization": `Basic ${Buffer.from("user:word").toString("base64")}` },
    });
    expect(proxy.seen[0]!.headers["authorization"]).toBeUndefined();
    expect(Buffer.concat(proxy.seen[0]!.bytes).toString("latin1")).not.toMatch(/secret-token|path\?x/);
    await proxy.close();
    await routes.close();
  });

  test("a proxy that wants a password is told by its status, and gets no token", async () => {
    const proxy = await startProxy(() => undefined);
    process.env["HTTPS_PROXY"] = proxy.url;
    const url = "https://arm.example.test/path";
    const answer = await createHttp()({ method: "PUT", url, headers: bearer, body: "{}", timeoutMs: 5000 });
    expect(answer.status).toBe(407);
    expect(Buffer.concat(proxy.seen[0]!.bytes).toString("latin1")).not.toContain("secret-token");
    await proxy.close();
  });

  test("NO_PROXY is honoured", async () => {
    const proxy = await startProxy(() => undefined);
    process.env["HTTPS_PROXY"] = proxy.url;
    process.env["NO_PROXY"] = ".invalid";
    await expect(createHttp()(get("https://arm.invalid"))).rejects.toMatchObject({ sent: false });
    expect(proxy.seen).toEqual([]);
    await proxy.close();
  });

  test("this machine is reached without a proxy", async () => {
    const proxy = await startProxy(() => undefined);
    process.env["HTTPS_PROXY"] = process.env["HTTP_PROXY"] = proxy.url;
    await withServer([{ body: {} }], async ({ origin }) => {
      await expect(createHttp()(get(origin))).resolves.toMatchObject({ status: 200 });
    });
    const routes = await serve([{ body: {} }], { key: certificates.key, cert: certificates.certificate });
    await expect(createHttp({ ca: certificates.ca })(get(routes.origin))).resolves.toMatchObject({ status: 200 });
    await routes.close();
    expect(proxy.seen).toEqual([]);
    await proxy.close();
  });
});
