// Import time of the package, each in a process of its own: `./provider`; `.` beyond @pulumi/pulumi's own; `.` with
// `./components` beyond that of @pulumi/azure-native/storage, which a program with an account imports anyhow.
import { execFileSync } from "node:child_process";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const rounds = 7;

export function start() {
  const providerMs = median(rounds, () => timed('require("pulumi-azure-cost-exports/provider")'));
  const sdkMs = median(rounds, () => timed('require("pulumi-azure-cost-exports")', 'require("@pulumi/pulumi")'));
  const both = 'require("pulumi-azure-cost-exports"); require("pulumi-azure-cost-exports/components")';
  const componentsMs = median(rounds, () => timed(both, 'require("@pulumi/azure-native/storage")'));
  return {
    figures: { providerMs, sdkMs, componentsMs },
    limits: { providerMs: 30, sdkMs: 30, componentsMs: 30 },
  };
}

/** Milliseconds that the text takes, after the preparation. */
function timed(text, preparation = "") {
  const script = `${preparation}; const began = performance.now(); ${text}; console.log(performance.now() - began)`;
  return Number(execFileSync(process.execPath, ["-e", script], { cwd: root, encoding: "utf8" }));
}

function median(count, measure) {
  return Array.from({ length: count }, measure).sort((a, b) => a - b)[Math.floor(count / 2)];
}
