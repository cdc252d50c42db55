/** Imported before all that needs azure-native: where this optional peer is missing, the error says what to install. */
import { readFileSync } from "node:fs";
import { RunError } from "@pulumi/pulumi";

const peer = "@pulumi/azure-native";

try {
  require.resolve(`${peer}/package.json`);
} catch (error) {
  // Anything else that is wrong with it is told best by its own import.
  if ((error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND") throw new RunError(cure());
}

function cure(): string {
  const file = require.resolve("pulumi-azure-cost-exports/package.json");
  const { peerDependencies } = JSON.parse(readFileSync(file, "utf8")) as { peerDependencies: Record<string, string> };
  return `pulumi-azure-cost-exports/components is built on ${peer}, which is not installed. Run "npm install ${peer}" (version ${peerDependencies[peer] ?? ""}).`;
}
