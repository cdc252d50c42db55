import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { connect } from "node:tls";
import { startEmulator } from "../../emulator";
import { subscriptionId } from "../../emulator/constants";
import { createCertificates } from "../../emulator/server/certificates";
import { raw, send, withEmulator } from "./client";

describe("the two doors", () => {
  test("HTTP and HTTPS answer alike, each with its own origin", () =>
    withEmulator({}, async (emulator) => {
      const overHttp = await raw(emulator, "GET", "/metadata/endpoints?api-version=2022-09-01");
      const overHttps = await raw(emulator, "GET", `${emulator.httpsUrl}/metadata/endpoints?api-version=2022-09-01`);
      expect(overHttp.json.resourceManager).toBe(`${emulator.httpUrl}/`);
      expect(overHttps.json.resourceManager).toBe(`${emulator.httpsUrl}/`);
    }));

  test("only loopback names are answered", () =>
    withEmulator({}, async (emulator) => {
      const reply = await raw(emulator, "GET", "/metadata/endpoints?api-version=2022-09-01", {
        headers: { host: "evil.example.com" },
      });
      expect(reply.status).toBe(421);
    }));

  test("a port that is taken is an error, and leaves nothing open", () =>
    withEmulator({}, async (emulator) => {
      const httpPort = Number(new URL(emulator.httpUrl).port);
      await expect(startEmulator({ httpPort })).rejects.toThrow(/EADDRINUSE/);
    }));

  test("close ends connections that are kept open", async () => {
    const emulator = await startEmulator();
    const agent = new Agent({ keepAlive: true });
    await new Promise<void>((resolve, reject) => {
      request(`${emulator.httpUrl}/metadata/endpoints?api-version=2022-09-01`, { agent }, (response) => {
        response.resume();
        response.on("end", resolve);
      })
        .on("error", reject)
        .end();
    });
    const started = performance.now();
    await emulator.close();
    expect(performance.now() - started).toBeLessThan(1_000);
    agent.destroy();
  });

  test("a start takes little time", async () => {
    await (await startEmulator()).close();
    const started = performance.now();
    for (let count = 0; count < 10; count += 1) await (await startEmulator()).close();
    expect((performance.now() - started) / 10).toBeLessThan(100);
  });

  test("a body over 4 MB is refused", () =>
    withEmulator({}, async (emulator) => {
      const reply = await send(
        emulator,
        "PUT",
        `/subscriptions/${subscriptionId}/resourceGroups/a?api-version=2021-04-01`,
        { body: " ".repeat(5 * 1024 * 1024) },
      );
      expect(reply.status).toBe(413);
    }));
});

describe("the certificate authority", () => {
  test("Node's TLS trusts localhost and 127.0.0.1 through the CA", () =>
    withEmulator({}, async (emulator) => {
      const port = Number(new URL(emulator.httpsUrl).port);
      const ca = readFileSync(emulator.caFile);
      for (const servername of ["localhost", "127.0.0.1"]) {
        const authorised = await new Promise<boolean>((resolve, reject) => {
          const socket = connect(
            { host: servername, port, ca, ...(servername === "localhost" ? { servername } : {}) },
            () => {
              resolve(socket.authorized);
              socket.destroy();
            },
          ).on("error", reject);
        });
        expect(authorised).toBe(true);
      }
    }));

  test("without the CA it is not trusted", () =>
    withEmulator({}, async (emulator) => {
      const port = Number(new URL(emulator.httpsUrl).port);
      await expect(
        new Promise((resolve, reject) =>
          connect({ host: "127.0.0.1", port, servername: "localhost" }, () => resolve(true)).on("error", reject),
        ),
      ).rejects.toThrow(/unable to verify|self.signed/i);
    }));

  test("the certificates say what they are for", () => {
    const { ca, certificate } = createCertificates();
    const authority = new X509Certificate(ca);
    const leaf = new X509Certificate(certificate);
    expect(authority.ca).toBe(true);
    expect(leaf.ca).toBe(false);
    expect(leaf.checkIssued(authority)).toBe(true);
    expect(leaf.verify(authority.publicKey)).toBe(true);
    expect(leaf.subjectAltName).toBe(
      "DNS:localhost, DNS:*.localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1",
    );
    expect(leaf.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1"]);
    expect(new Date(leaf.validTo).getTime()).toBeGreaterThan(Date.now() + 300 * 86_400_000);
  });

  test("openssl accepts the chain, strictly", () =>
    withEmulator({}, async (emulator) => {
      if (!hasOpenssl()) return;
      const { port } = new URL(emulator.httpsUrl);
      const { stdout, stderr } = await runOpenssl([
        "s_client",
        "-connect",
        `127.0.0.1:${port}`,
        "-servername",
        "localhost",
        "-verify_hostname",
        "localhost",
        "-x509_strict",
        "-CAfile",
        emulator.caFile,
        "-verify_return_error",
      ]);
      expect(stdout + stderr).toMatch(/Verify return code: 0 \(ok\)/);
    }));

  test("the file holds the certificate and no key, for its owner only, and goes with the emulator", async () => {
    const emulator = await startEmulator();
    const text = readFileSync(emulator.caFile, "utf8");
    expect(text).toMatch(/^-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n$/);
    expect(statSync(emulator.caFile).mode & 0o777).toBe(0o600);
    await emulator.close();
    expect(existsSync(dirname(emulator.caFile))).toBe(false);
  });

  test("a folder that was given is kept", async () => {
    const caFolder = mkdtempSync(join(tmpdir(), "ca-"));
    const emulator = await startEmulator({ caFolder });
    await emulator.close();
    expect(existsSync(join(caFolder, "ca.pem"))).toBe(true);
    rmSync(caFolder, { recursive: true });
  });
});

function hasOpenssl(): boolean {
  try {
    execFileSync("openssl", ["version"]);
    return true;
  } catch {
    return false;
  }
}

async function runOpenssl(args: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  const { spawn } = await import("node:child_process");
  return new Promise((resolve) => {
    const child = spawn("openssl", args);
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    child.on("close", () => resolve({ stdout, stderr }));
    child.stdin.end();
  });
}
