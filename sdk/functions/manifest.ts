import type { Manifest } from "../../provider/cost-management/manifest";

export type { Manifest, ManifestBlob } from "../../provider/cost-management/manifest";

/**
 * Reads the text of a manifest (`manifest.json`, or `_manifest.json` of the older generation): which files a run delivered,
 * their bytes and rows. `empty` tells a run without data, which some manifests are about.
 */
export async function readManifest(text: string): Promise<Manifest> {
  const { parseManifest } = await import("../../provider/functions/manifest.js");
  return parseManifest(text);
}
