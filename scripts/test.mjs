// The whole suite: build, checks, Jest, and the traffic of all emulators held against the OpenAPI contract. With arguments
// (a path, -t "name" …) Jest alone. Ends with a line "N passed, N failed", whatever fails.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { check } from "./check.mjs";

const root = join(import.meta.dirname, "..");
const args = process.argv.slice(2);
if (args.includes("--help")) {
  console.log(`npm test [-- PATH… -t NAME …]

Everything; or, with a path or any option of Jest, the tests that these choose. The last line counts what passed and failed.`);
  process.exit(0);
}
const whole = args.length === 0;
const folder = mkdtempSync(join(tmpdir(), "azure-cost-exports-test-"));
const traffic = join(folder, "traffic");
const counts = { passed: 0, failed: 0, skipped: 0 };

try {
  if (!whole) {
    add(jest());
  } else if (build()) {
    add(await check());
    add(jest());
    add(contract());
  } else {
    // The compiler has said why; what comes after would only repeat it.
    add({ failed: 1 });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : "";
console.log(`\n${counts.passed} passed, ${counts.failed} failed${skipped}`);
process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;

function build() {
  return node(["scripts/build.mjs"], { stdio: ["ignore", "inherit", "inherit"] }).status === 0;
}

function jest() {
  const report = join(folder, "jest.json");
  const { status } = node(["node_modules/jest/bin/jest.js", "--json", "--outputFile", report, ...args], {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, ...(whole ? { AZURE_COST_EXPORTS_TRAFFIC_DIR: traffic } : {}) },
  });
  try {
    const result = JSON.parse(readFileSync(report, "utf8"));
    // A file that does not load fails without counting a test.
    const broken = result.testResults.filter(
      (file) => file.status === "failed" && file.assertionResults.length === 0,
    ).length;
    return { passed: result.numPassedTests, failed: result.numFailedTests + broken, skipped: result.numPendingTests };
  } catch {
    return { failed: status === 0 ? 0 : 1 };
  }
}

function contract() {
  const recorded = countFiles(traffic);
  if (recorded === 0) {
    console.error("No traffic was recorded: the contract was not checked.");
    return { failed: 1 };
  }
  const { stdout } = node(["tests/contract/validate-traffic.mjs", traffic, "--json"], {
    stdio: ["ignore", "pipe", "inherit"],
    encoding: "utf8",
  });
  const lines = stdout.trim().split("\n");
  console.log(lines.slice(0, -1).join("\n"));
  try {
    return JSON.parse(lines.at(-1));
  } catch {
    return { failed: 1 };
  }
}

function countFiles(path) {
  try {
    return readdirSync(path).length;
  } catch {
    return 0;
  }
}

function node(nodeArgs, options) {
  return spawnSync(process.execPath, nodeArgs, { cwd: root, maxBuffer: 1 << 28, ...options });
}

function add({ passed = 0, failed = 0, skipped = 0 }) {
  counts.passed += passed;
  counts.failed += failed;
  counts.skipped += skipped;
}
