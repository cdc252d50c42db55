// Before the tests that load the package as a user does. A file of its own, because Jest runs a set-up file once, whatever
// number of projects name it, for the first of them.
import { execFileSync } from "node:child_process";
import { join } from "node:path";

export default function build() {
  execFileSync(process.execPath, [join(import.meta.dirname, "../../scripts/build.mjs")], { stdio: "inherit" });
}
