// Before the tests that need it: the built package, as a user would load it, and for the engine tests a Pulumi CLI.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { ensurePulumi } from "../../scripts/pulumi-cli.mjs";

export default async function setUp(_global, project) {
  execFileSync(process.execPath, [join(import.meta.dirname, "../../scripts/build.mjs")], { stdio: "inherit" });
  if (project.displayName?.name === "engine") process.env.AZURE_COST_EXPORTS_TEST_CLI = (await ensurePulumi()).bin;
}
