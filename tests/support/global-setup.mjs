// Before any test: the built package (engine and package tests load it as a user would), and a Pulumi CLI.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { ensurePulumi } from "../../scripts/pulumi-cli.mjs";

export default async function setUp() {
  execFileSync(process.execPath, [join(import.meta.dirname, "../../scripts/build.mjs")], { stdio: "inherit" });
  process.env.AZURE_COST_EXPORTS_TEST_CLI = (await ensurePulumi()).bin;
}
