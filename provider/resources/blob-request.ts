/**
 * Requests to blob storage, with the client of ARM's: through the proxy that the environment names (HTTPS_PROXY, NO_PROXY), and to
 * this machine without one. A redirect is an answer like another, and is not followed. Errors of axios end here: they carry the
 * link, which may be signed.
 */
import type { Readable } from "node:stream";
import { isLoopback } from "../arm/hosts";
import { failureOf, loadAxios, plainHeaders } from "../arm/http";

export interface BlobAnswer {
  readonly statusCode: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Hands all bytes to `write`, in order; a piece is good until its promise resolves. */
  readonly pour: (write: (bytes: Buffer) => Promise<void>) => Promise<void>;
  readonly close: () => void;
}

/** A server that says nothing for so long has gone. */
const silence = 60_000;

/** Rejects with `HttpFailure` only. */
export async function blobRequest(
  link: string | URL,
  { method = "GET", headers }: { readonly method?: "GET" | "HEAD"; readonly headers: Readonly<Record<string, string>> },
): Promise<BlobAnswer> {
  const url = new URL(link);
  const axios = await loadAxios();
  try {
    const {
      status,
      headers: answered,
      data,
    } = await axios.request<Readable>({
      url: url.href,
      method,
      headers: { Accept: "*/*", "Accept-Encoding": "identity", ...headers },
      responseType: "stream",
      timeout: silence,
      maxRedirects: 0,
      decompress: false,
      validateStatus: () => true,
      ...(isLoopback(url) ? { proxy: false as const } : {}),
    });
    const pour: BlobAnswer["pour"] = async (write) => {
      for await (const chunk of data) await write(chunk as Buffer);
    };
    return { statusCode: status, headers: plainHeaders(answered), pour, close: () => data.destroy() };
  } catch (error) {
    throw failureOf(error, silence, false);
  }
}

/** The body as text, where it is small: an error, a manifest. */
export async function textOf({ pour }: BlobAnswer): Promise<string> {
  const chunks: Buffer[] = [];
  await pour((bytes) => Promise.resolve(void chunks.push(Buffer.from(bytes))));
  return Buffer.concat(chunks).toString("utf8");
}
