// What the demo shows of delivered files: read with DuckDB, which shares no code with what wrote them.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";

const main = join(import.meta.dirname, "../dist/cli/main.js");

/** The FOCUS files of runs, by their manifests: rows, total and cost by service, month by month. */
export async function costByService(container, manifestFiles) {
  const months = [];
  const database = await openDatabase();
  try {
    for (const manifestFile of manifestFiles) {
      const manifest = JSON.parse(readFileSync(join(container, manifestFile), "utf8"));
      const files = manifest.blobs.map(({ blobName }) => `'${join(container, blobName)}'`).join(", ");
      const source = `read_parquet([${files}])`;
      const [{ rows, total }] = await database.query(
        `SELECT count(*)::INT AS rows, ${sumOf("BilledCost")} AS total FROM ${source}`,
      );
      months.push({
        month: manifest.runInfo.startDate.slice(0, 7),
        rows,
        promised: manifest.dataRowCount,
        total: Number(total),
        services: await database.query(
          `SELECT ServiceName AS service, ${sumOf("BilledCost")} AS cost FROM ${source} GROUP BY 1`,
        ),
      });
    }
    return months.sort((one, other) => (one.month < other.month ? -1 : 1));
  } finally {
    database.close();
  }
}

/** Lines of a table: a row for each service, a column for each month, the dearest of the last closed month first. */
export function serviceTable(months, count) {
  const costs = new Map();
  for (const { month, services } of months)
    for (const { service, cost } of services) costs.set(service, { ...costs.get(service), [month]: Number(cost) });
  const line = (name, cells) => `${name.padEnd(28)}${cells.map((cell) => cell.padStart(14)).join("")}`;
  const money = (value) => value.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const last = months.at(-2)?.month;
  const sorted = [...costs].sort(([, one], [, other]) => (other[last] ?? 0) - (one[last] ?? 0));
  const rest = sorted.slice(count);
  return [
    line(
      "billed cost, USD",
      months.map(({ month }) => month),
    ),
    ...sorted.slice(0, count).map(([service, cost]) =>
      line(
        service,
        months.map(({ month }) => money(cost[month] ?? 0)),
      ),
    ),
    line(
      `${rest.length} others`,
      months.map(({ month }) => money(rest.reduce((sum, [, cost]) => sum + (cost[month] ?? 0), 0))),
    ),
    line(
      "total",
      months.map(({ total }) => money(total)),
    ),
    line(
      "rows",
      months.map(({ rows }) => rows.toLocaleString("en-US")),
    ),
  ];
}

/** A cost-details report of a closed month, made and downloaded by the command line: its files and what they come to. */
export async function downloadCostDetails({ scope, month, folder, environment }) {
  const [year, number] = month.split("-").map(Number);
  const to = new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10);
  const days = ["--from", `${month}-01`, "--to", to];
  const { code, stdout, stderr } = await run(
    ["report", "cost-details", "--scope", scope, ...days, "--out", join(folder, "report"), "--json"],
    { ...process.env, ...environment, XDG_STATE_HOME: join(folder, "state") },
  );
  if (code !== 0) throw new Error(`azure-cost-exports report ended with ${code}:\n${stderr}`);
  const { files } = JSON.parse(stdout);
  const database = await openDatabase();
  try {
    const list = files.map(({ target }) => `'${target}'`).join(", ");
    const [{ total }] = await database.query(
      `SELECT ${sumOf("CostInBillingCurrency")} AS total FROM read_csv([${list}], all_varchar = true, header = true)`,
    );
    return { files, bytes: files.reduce((sum, { byteCount }) => sum + byteCount, 0), total: Number(total) };
  } finally {
    database.close();
  }
}

/** Exact, so that totals can be held against each other. */
const sumOf = (column) => `sum("${column}"::DECIMAL(38, 9))::VARCHAR`;

async function openDatabase() {
  const instance = await DuckDBInstance.create(":memory:", { autoinstall_known_extensions: "false" });
  const connection = await instance.connect();
  return {
    query: async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJson(),
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

function run(args, env) {
  const child = spawn(process.execPath, [main, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => (stdout += chunk));
  child.stderr.on("data", (chunk) => (stderr += chunk));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}
