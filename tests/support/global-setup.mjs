// Before the engine tests: the built package, and a Pulumi CLI.
import { ensurePulumi } from "../../scripts/pulumi-cli.mjs";
import build from "./build-setup.mjs";

export default async function setUp() {
  build();
  process.env.AZURE_COST_EXPORTS_TEST_CLI = (await ensurePulumi()).bin;
}
