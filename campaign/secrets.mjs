// A whole life at the most verbose level, with a SAS token, a client secret, reports with signed links, and errors that quote
// them: no token, secret, SAS or signed link is in state, logs, errors, previews, the emulator's log, or where it does not
// belong on the wire. The wire is read raw, so that no redaction hides a leak.
import { createRequire } from "node:module";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { captureTraffic } from "./faults/capture.mjs";
import { openProject } from "./faults/project.mjs";

const require = createRequire(import.meta.url);
const { startEmulator } = require(join(import.meta.dirname, "../dist/emulator/index.js"));

const account = "/providers/Microsoft.Billing/billingAccounts/123456";
const verbose = ["--logtostderr", "-v=9", "--logflow"];
const tenant = "22222222-2222-2222-2222-222222222222";

/**
 * At -v=9 Pulumi's SDK prints the whole answer to every registration of a resource, secrets in clear, whoever made it: the
 * witness below proves that. Nothing of ours is in that line; anything else that holds a secret is a leak.
 */
const pulumiLine =
  /^\{"time":"[^"]+","level":"[A-Z]+","msg":"(?:eventSink::Debug\(<\{%reset%\}>)?(RegisterResource RPC finished): /;
const witness = "witness-of-a-secret-that-is-none-of-ours";

/** @param {{ quick: boolean, seed: number, report: (line: string) => void, sample?: boolean }} options */
export async function secrets({ quick, seed, report, sample = false }) {
  const words = ["first", "second"].map((word) => `${word}${String(seed).padStart(6, "0")}${"q".repeat(24)}`);
  const [sas, newer] = words.map((word) => `?sv=2024-11-04&ss=b&srt=sco&sp=rwdlac&sig=${word}%3D`);
  const clientSecret = `hush~${seed}.${"x".repeat(24)}`;
  const capture = captureTraffic();
  const emulator = await startEmulator({ seed: String(seed), reportTimes: { processingMs: 200, linksMs: 3_600_000 } });
  const project = await openProject({
    ...emulator.environmentOverTls,
    AZURE_COST_EXPORTS_DEBUG: "true",
    ARM_USE_MSI: "false",
    ARM_MSI_ENDPOINT: "",
    IDENTITY_ENDPOINT: "",
    IDENTITY_HEADER: "",
    ARM_CLIENT_ID: "33333333-3333-3333-3333-333333333333",
    ARM_TENANT_ID: emulator.environment.ARM_TENANT_ID ?? tenant,
  });
  try {
    // As a secret of the stack's configuration, which the engine decrypts and hands to the provider.
    const configured = ["--secret", "--config-file", project.configFile];
    await project.run(["config", "set", "azure-native:clientSecret", clientSecret, ...configured]);
    const texts = await life({ project, emulator, sas, newer, clientSecret, count: sample ? 1 : quick ? 3 : 7 });
    const searched = [
      ...words.map((word) => ({ what: "the SAS token", needle: word })),
      { what: "the client secret", needle: clientSecret },
      { what: "the client secret in a URL", needle: encodeURIComponent(clientSecret) },
      ...issued(capture.exchanges),
    ];
    const found = [...inTexts(texts, searched), ...onWire(capture.exchanges, searched)];
    const ofPulumi = found.filter(({ pulumi }) => pulumi !== undefined);
    const leaks = found.filter(({ pulumi }) => pulumi === undefined);
    const proven = texts.some(({ text }) =>
      text.split("\n").some((line) => pulumiLine.test(line) && line.includes(witness)),
    );
    for (const { what, where } of unique(leaks).slice(0, 20)) report(`LEAK of ${what}: ${where}`);
    report(
      `${ofPulumi.length} lines of Pulumi's own log hold secrets; those of other providers' resources ${proven ? "do" : "do not"} as well`,
    );
    report(`${texts.length} texts, ${capture.exchanges.length} exchanges, ${searched.length} secrets searched`);
    return {
      figures: { leaks: leaks.length, pulumiLines: ofPulumi.length },
      // A search that found nothing to search for, or an excuse without its proof, proves nothing.
      ok: leaks.length === 0 && searched.length > 4 && (ofPulumi.length === 0 || proven),
    };
  } finally {
    capture.end();
    project.close();
    await emulator.close();
  }
}

/** Every command of a life, with what it printed; and at its stations the state, the emulator's log and the files. */
async function life({ project, emulator, sas, newer, clientSecret, count }) {
  const texts = [];
  const { control } = emulator;
  const keep = (name, text) => texts.push({ name, text });
  const run = async (name, command, args) => {
    const { stdout, stderr } = await project[command]([...args, ...verbose]);
    keep(`${name}: stdout`, stdout);
    keep(`${name}: stderr`, stderr);
    keep(`${name}: state`, JSON.stringify(await project.exportState()));
  };
  const write = (token, description) => writeFileSync(join(project.folder, "index.js"), program(token, description));

  write(sas, "first");
  if (count > 1) await run("preview", "preview", []);
  await run("create", "up", []);
  if (count > 1) {
    await run("refresh", "refresh", ["--diff"]);
    write(newer, "second");
    await run("preview of an update", "preview", []);
    await run("update", "up", ["--diff"]);
  }
  for (const [name, fault] of errors(newer, clientSecret).slice(0, count)) {
    write(newer, name);
    for (const rule of fault) control.faults.add(rule);
    await run(name, "up", []);
    control.faults.clear();
  }
  if (count > 1) await conflict({ control, write: () => write(newer, "conflicting"), run });
  await run("destroy", "destroy", []);
  // Answers that we made up quote secrets on purpose.
  const log = control.requests
    .list()
    .map((entry) => ({ ...entry, ...(entry.fault === undefined ? {} : { responseBody: "" }) }));
  keep("the emulator's log", JSON.stringify(log));
  for (const file of filesUnder(project.home))
    keep(`file ${file.slice(project.home.length)}`, readFileSync(file, "latin1"));
  return texts;
}

async function conflict({ control, write, run }) {
  control.exports.edit(`${account}/providers/Microsoft.CostManagement/exports/daily`, {
    properties: { exportDescription: "portal" },
  });
  write();
  await run("conflict", "up", []);
  await run("refresh after a conflict", "refresh", []);
  await run("outputs", "run", ["stack", "output", "--json"]);
}

function program(sasToken, description) {
  return `
const pulumi = require("@pulumi/pulumi");
class Other extends pulumi.dynamic.Resource {}
new Other({ create: async (inputs) => ({ id: "other", outs: inputs }) }, "other", { value: pulumi.secret("${witness}") });
const { CostDetailsReport, Export } = require("pulumi-azure-cost-exports");
const made = new Export("daily", {
  scope: "${account}",
  definition: { type: "ActualCost", timeframe: "MonthToDate" },
  exportDescription: ${JSON.stringify(description)},
  schedule: { status: "Inactive" },
  deliveryInfo: { destination: { container: "costs", storageAccount: "partner", sasToken: ${JSON.stringify(sasToken)} } },
  timeouts: { create: "3s", update: "3s", delete: "20s" },
});
const report = new CostDetailsReport("costs", { scope: "${account}" });
exports.delivery = made.deliveryInfo;
exports.blobs = report.blobs;
`;
}

/** Answers that quote what they were sent, as services, gateways and libraries do. */
function errors(sas, clientSecret) {
  const quoting = `Bad: {"sasToken":"${sas}"} at https://partner.blob.core.windows.net/costs${sas}, with client_secret=${clientSecret}`;
  const put = { operation: "exports.put" };
  return [
    [
      "a refusal that quotes",
      [{ match: put, effect: { status: 400, body: { error: { code: "400", message: quoting } } } }],
    ],
    [
      "a page that quotes",
      [
        {
          match: put,
          effect: {
            status: 403,
            headers: { "content-type": "text/html" },
            body: `<html><title>${quoting}</title></html>`,
          },
        },
      ],
    ],
    [
      "an unknown end",
      [
        { match: put, effect: { reset: "after" } },
        {
          match: { operation: "exports.get" },
          effect: { status: 503, body: { error: { code: "503", message: quoting } } },
          skip: 1,
        },
      ],
    ],
    [
      "a refused token",
      [
        {
          match: { category: "arm" },
          effect: { status: 401, body: { error: { code: "InvalidAuthenticationToken", message: quoting } } },
        },
      ],
    ],
    [
      "a refused secret",
      [
        {
          match: { category: "token" },
          effect: { status: 401, body: { error: "invalid_client", error_description: quoting } },
        },
      ],
    ],
    [
      "a redirect with a signed address",
      [{ match: put, effect: { status: 307, headers: { location: `https://elsewhere.example/${sas}` } } }],
    ],
    ["no JSON", [{ match: put, effect: { status: 200, body: quoting } }]],
  ];
}

/** Tokens that were handed out, and signatures of links that were answered. */
function issued(exchanges) {
  const tokens = new Set();
  const signatures = new Set();
  for (const { answer } of exchanges) {
    for (const [, token] of answer.matchAll(/"access_token":"([^"]+)"/g)) tokens.add(token);
    for (const [, signature] of answer.matchAll(/[?&]sig=([^&"\s]{8,})/g))
      if (!/q{24}/.test(signature)) signatures.add(signature);
  }
  return [
    ...[...tokens].map((needle) => ({ what: "an access token", needle })),
    // The signature of a token by itself is as good as the token to whoever looks for it.
    ...[...tokens].map((token) => ({ what: "a part of an access token", needle: token.split(".")[1] ?? token })),
    ...[...signatures].map((needle) => ({ what: "a signed link", needle })),
  ];
}

function inTexts(texts, searched) {
  return texts.flatMap(({ name, text }) =>
    searched.flatMap(({ what, needle }) => {
      if (!text.includes(needle)) return [];
      return text
        .split("\n")
        .filter((line) => line.includes(needle))
        .map((line) => ({ what, where: name, pulumi: pulumiLine.exec(line)?.[1] }));
    }),
  );
}

/** On the wire each secret has its one place. */
function onWire(exchanges, searched) {
  return exchanges.flatMap((exchange) => {
    const { method, url, headers, body } = exchange;
    const { authorization = "", ...others } = headers;
    const toArm = /^\/(subscriptions|providers)\//.test(url);
    const toLogin = /\/oauth2\//.test(url);
    const places = {
      "its address": url,
      "its headers": JSON.stringify(others),
      "its authorization": toArm ? "" : authorization,
      "its body": toLogin ? body.replace(/client_secret=[^&]*/, "") : withoutSas(body, method, toArm),
    };
    return searched.flatMap(({ what, needle }) =>
      Object.entries(places)
        .filter(([, text]) => text.includes(needle))
        .map(([place]) => ({ what, where: `${method} ${url.split("?")[0]}, ${place}` })),
    );
  });
}

/** The body of an export's PUT holds the SAS token, in its member and nowhere else. */
function withoutSas(body, method, toArm) {
  return toArm && method === "PUT" ? body.replace(/"sasToken":"[^"]*"/g, "") : body;
}

function unique(findings) {
  return [...new Map(findings.map((one) => [`${one.what} ${one.where}`, one])).values()];
}

function filesUnder(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesUnder(path);
    // Plugins and sockets hold nothing of ours.
    return entry.isFile() ? [path] : [];
  });
}
