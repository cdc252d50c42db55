// Holds recorded traffic against the published OpenAPI files, with Azure's own validator (oav): every answer of the
// emulator, and every request of our provider. Usage: node tests/contract/validate-traffic.mjs FOLDER [--json]
import { createRequire } from "node:module";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");
const require = createRequire(import.meta.url);
const { LiveValidator } = require("oav/dist/lib/liveValidation/liveValidator.js");
const { apiVersions } = require(join(root, "dist/provider/cost-management/api-versions.js"));
const { knownException } = require(join(root, "dist/emulator/cost-management/contract-exceptions.js"));

const files = ["costmanagement.exports.json", "costmanagement.generatecostdetailsreport.json", "costmanagement.json"];
const [folder] = process.argv.slice(2);
const json = process.argv.includes("--json");
const specification = process.env.AZURE_SPEC_DIR ?? join(root, "../shared/azure-spec");

if (!existsSync(join(specification, "specification"))) {
  console.warn(
    `SKIPPED: the OpenAPI files are not at ${specification}; set AZURE_SPEC_DIR to a folder that holds "specification/".`,
  );
  finish({ passed: 0, failed: 0, skipped: 1 });
} else {
  finish(await validate());
}

async function validate() {
  const copy = withoutExamples(specification);
  try {
    const validator = new LiveValidator(
      {
        directory: copy,
        swaggerPathsPattern: files.map((name) => `specification/cost-management/**/${name}`),
        git: { shouldClone: false },
        isPathCaseSensitive: false,
        loadValidatorInBackground: false,
        loadValidatorInInitialize: true,
      },
      () => undefined,
    );
    await validator.initialize();
    const seen = new Map();
    for (const exchange of readTraffic(folder)) {
      for (const [key, check] of checksOf(exchange)) if (!seen.has(key)) seen.set(key, { exchange, check });
    }
    let failed = 0;
    const excused = new Map();
    for (const { exchange, check } of seen.values()) {
      const { errors, excuses } = await check(validator);
      for (const { name } of excuses) excused.set(name, (excused.get(name) ?? 0) + 1);
      if (errors.length === 0) continue;
      failed += 1;
      if (failed <= 20) console.error(report(exchange, errors));
    }
    const leaves = [...excused].map(([name, count]) => `${name} (${count})`).join(", ");
    console.log(`oav: ${seen.size} distinct requests and answers held against the contract.`);
    if (leaves !== "") console.log(`Known places where the live service leaves its own contract: ${leaves}.`);
    return { passed: seen.size - failed, failed, skipped: 0 };
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** The specification without its examples, of which some are not stored, and without operations that nobody here calls. */
function withoutExamples(from) {
  const copy = mkdtempSync(join(tmpdir(), "azure-cost-exports-spec-"));
  cpSync(join(from, "specification"), join(copy, "specification"), {
    recursive: true,
    filter: (path) => !/[\\/]examples$/.test(path),
  });
  for (const path of readdirSync(copy, { recursive: true }).filter((name) => name.endsWith(".json"))) {
    const file = join(copy, path);
    const text = readFileSync(file, "utf8");
    const content = JSON.parse(text, (key, value) => (key === "x-ms-examples" ? undefined : value));
    if (path.endsWith("/costmanagement.json")) {
      const reports = Object.entries(content.paths).filter(([name]) =>
        name.includes("generateReservationDetailsReport"),
      );
      content.paths = Object.fromEntries(reports);
    }
    writeFileSync(file, JSON.stringify(content));
  }
  return copy;
}

function* readTraffic(from) {
  for (const name of readdirSync(from)) {
    for (const line of readFileSync(join(from, name), "utf8").split("\n")) if (line !== "") yield JSON.parse(line);
  }
}

/** What of an exchange is held against the contract: the answer always, the request where our provider wrote it. */
function* checksOf(exchange) {
  const version = new URL(exchange.url, "https://localhost").searchParams.get("api-version") ?? "";
  const operation = describedOperation(exchange, version);
  // Versions and paths that do not exist are answered by the front door, which no specification describes.
  if (operation === undefined) return;
  const { url, model } = operation;
  yield [
    `answer ${model} ${shapeOf(operation)} ${exchange.status} ${JSON.stringify(exchange.responseBody)}`,
    async (validator) => {
      const body = exchange.responseBody ?? undefined;
      const answer = {
        statusCode: String(exchange.status),
        headers: exchange.responseHeaders,
        ...(body === undefined ? {} : { body }),
      };
      return sort(exchange, await validator.validateLiveResponse(answer, operation), "response");
    },
  ];
  const ours = String(exchange.requestHeaders["clienttype"] ?? "") === "pulumi-azure-cost-exports";
  if (!ours || exchange.status >= 400) return;
  yield [
    `request ${model} ${shapeOf(operation)} ${JSON.stringify(exchange.requestBody)}`,
    async (validator) => {
      const request = {
        url,
        method: operation.method,
        headers: exchange.requestHeaders,
        query: Object.fromEntries(new URL(url).searchParams),
        body: exchange.requestBody ?? undefined,
      };
      return sort(exchange, await validator.validateLiveRequest(request), "request");
    },
  ];
}

/** The operation of the contract that an exchange is held against; undefined where none describes it. */
function describedOperation({ url, method }, version) {
  const [, type] = /\/providers\/microsoft\.costmanagement\/([a-z]+)/i.exec(url) ?? [];
  const row = apiVersions[version];
  const at = (model, asked = url) => ({
    model,
    method,
    url: canonical(asked.replace(`api-version=${version}`, `api-version=${model}`)),
  });
  switch (type?.toLowerCase()) {
    case "exports":
      return row && at(row.sameModelAs);
    case "generatecostdetailsreport":
    case "costdetailsoperationresults":
      // No file of 2022-10-01 and 2023-03-01 is stored; the report of the next one is the same.
      return row?.costDetails
        ? at(apiVersions[row.sameModelAs].costDetails ? row.sameModelAs : "2023-11-01")
        : undefined;
    case "generatereservationdetailsreport":
      return row?.reservationDetails ? at(row.sameModelAs) : undefined;
    case "reservationdetailsoperationresults":
      // No file describes the result's address; its result is that of the request (documented).
      return method === "GET" && version === "2019-11-01"
        ? {
            ...at(
              "2025-03-01",
              url.replace(/reservationDetailsOperationResults\/[^/?]+/i, "generateReservationDetailsReport"),
            ),
            method: "POST",
          }
        : undefined;
    default:
      return undefined;
  }
}

/** The validator finds an operation by its URL: whole, single slashes, and segments in the specification's case. */
function canonical(url) {
  const { pathname, search } = new URL(url, "https://management.azure.com");
  const path = `/${pathname.split("/").filter(Boolean).join("/")}`;
  return `https://management.azure.com${path}${search}`;
}

/** Exchanges of one operation, whatever they name: each distinct answer is checked once. */
function shapeOf({ method, url }) {
  const { pathname } = new URL(url);
  return `${method} ${pathname.split("/").length} ${/Report$|Results(?=\/)/.exec(pathname)?.[0] ?? ""}`;
}

function sort(exchange, result, side) {
  // A refused verb or address is no operation of the contract; an accepted one must be.
  const unknown = result.runtimeException?.code?.startsWith("OPERATION_NOT_FOUND") ?? false;
  if (unknown && exchange.status >= 400) return { errors: [], excuses: [] };
  if (result.runtimeException)
    return { errors: [{ code: "RUNTIME", message: result.runtimeException.message }], excuses: [] };
  const version = new URL(exchange.url, "https://localhost").searchParams.get("api-version");
  const excuses = [];
  const errors = result.errors.filter((error) => {
    const paths =
      error.code === "INVALID_RESPONSE_CODE"
        ? [`Exports_${exchange.method === "DELETE" ? "Delete" : exchange.method} ${exchange.status}`]
        : (error.jsonPathsInPayload ?? error.pathsInPayload ?? []);
    const excuse = paths.map((path) => knownException({ where: side, code: error.code, path, version })).find(Boolean);
    if (excuse !== undefined) excuses.push(excuse);
    return excuse === undefined;
  });
  return { errors, excuses };
}

function report({ method, url, status, responseBody, requestBody }, errors) {
  const told = errors.map(
    ({ code, message, pathsInPayload }) => `  ${code}: ${message} ${(pathsInPayload ?? []).join(" ")}`,
  );
  return `${method} ${url} ${status}\n${told.join("\n")}\n  sent ${JSON.stringify(requestBody)}\n  answered ${JSON.stringify(responseBody)}`;
}

function finish(counts) {
  if (json) console.log(JSON.stringify(counts));
  else console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  process.exitCode = counts.failed > 0 ? 1 : 0;
}
