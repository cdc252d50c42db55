/** Which hosts are this machine. */

export function isLoopback(url: URL): boolean {
  const host = url.hostname.toLowerCase();
  return host === "localhost" || host.endsWith(".localhost") || host === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** Azure's metadata service answers on 169.254.169.254, over plain http, to this machine alone. */
export function isLinkLocal(url: URL): boolean {
  return /^169\.254\.\d+\.\d+$/.test(url.hostname);
}
