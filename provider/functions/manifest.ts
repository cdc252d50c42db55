/** Manifests for programs. */
export { parseManifest } from "../cost-management/manifest";
