// Puts the stand-in for the azure-native plugin (azure-native-stand-in.cjs) where a stack's CLI looks for plugins.
const { chmodSync, mkdirSync, readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");

/** @param {{ home: string }} stack as `openStack` answers it */
function installAzureNative({ home }) {
  const { version } = JSON.parse(readFileSync(require.resolve("@pulumi/azure-native/package.json"), "utf8"));
  const folder = join(home, "home", "plugins", `resource-azure-native-v${version.replace(/^v/, "")}`);
  mkdirSync(folder, { recursive: true });
  const script = join(folder, "pulumi-resource-azure-native");
  const program = join(__dirname, "azure-native-stand-in.cjs");
  writeFileSync(script, `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`);
  chmodSync(script, 0o755);
}

module.exports = { installAzureNative };
