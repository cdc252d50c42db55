// A process that writes as `pulumi up` does: the Export resource and the real client, with a memory (the state) and a program
// of its own. It tells its parent of every operation.
import { createRequire } from "node:module";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { seeded } from "../faults/random.mjs";
import { fieldsOf, instant } from "./ledger.mjs";

const require = createRequire(import.meta.url);
const load = (path) => require(join(import.meta.dirname, "../../dist/provider", path));
const { createArmClient, readArmSettings, systemClock } = load("arm/index.js");
const { createHttp, HttpFailure } = load("arm/http.js");
const { createExportReader } = load("resources/export-reader.js");
const { exportResource } = load("resources/export.js");

const { name, seed, exports, apiVersion } = JSON.parse(process.argv[2]);
const random = seeded(seed);
const http = createHttp();
let writer = name;
let warnings = [];

/** Every request says whose and of which operation it is; now and then an answer is lost on its way back. */
const telling = async (request) => {
  const answer = await http({ ...request, headers: { ...request.headers, ClientType: writer } });
  if (request.method === "PUT" && random() < 0.05)
    throw new HttpFailure("ECONNRESET", true, true, "the connection was reset");
  return answer;
};
const settings = readArmSettings({ env: process.env });
const arm = createArmClient(settings, { http: telling });

/** A new one for each operation: reads are joined within one command, never between commands. */
const context = () => ({
  arm,
  clock: systemClock,
  reader: createExportReader(arm, systemClock),
  warn: (message) => warnings.push(message),
  progress: () => undefined,
  waitUnit: 20,
  journal: { claim: () => Promise.resolve(undefined), write: () => undefined, remove: () => undefined },
  assertEngine: () => Promise.resolve(),
});

const memories = new Map();
let count = 0;

async function round() {
  const id = exports[Math.floor(random() * exports.length)];
  count += 1;
  writer = `${name}/${count}`;
  warnings = [];
  const memory = memories.get(id) ?? (await look(id));
  memories.set(id, memory);
  if (random() < 0.1) return void (await refresh(id, memory));
  const { field, value, program } = change(memory.program);
  const operation = { writer, known: [fieldsOf(memory.state), wantedOf(memory.state)], told: "" };
  try {
    const { state } = await exportResource.update(id, memory.state, program, context());
    memories.set(id, { state, program });
    operation.acknowledged = value === undefined ? undefined : { id, field, value };
  } catch (error) {
    operation.told = error.message;
    // What the engine does: an unfinished operation is recorded, a failed one leaves everything as it was.
    if (error.name === "UnfinishedError") memories.set(id, { state: error.state, program });
    else await refresh(id, memory);
  }
  operation.told += warnings.join(" ");
  process.send(operation);
}

/** What an operation of ours whose end is not known wanted: where that is live, nobody else wrote it. */
function wantedOf({ unfinished }) {
  const wanted = unfinished?.wanted ?? {};
  return {
    container: wanted["deliveryInfo.destination.container"],
    rootFolderPath: wanted["deliveryInfo.destination.rootFolderPath"],
    to: instant(wanted["schedule.recurrencePeriod.to"]),
  };
}

/** As `pulumi import` begins. */
async function look(id) {
  const { state, inputs } = await exportResource.read(id, undefined, context());
  return { state, program: { ...inputs, timeouts: { update: "20s" } } };
}

/** What `pulumi refresh` records; the program takes the live values over, as a person would who was told of a conflict. */
async function refresh(id, memory) {
  const found = await exportResource.read(id, memory.state, context());
  const { onConflict } = memory.program;
  memories.set(id, {
    state: found.state,
    program: { ...found.inputs, ...(onConflict === undefined ? {} : { onConflict }), timeouts: { update: "20s" } },
  });
}

function change(before) {
  const program = JSON.parse(JSON.stringify(before));
  const unique = `${name}-${count}`;
  const destination = program.deliveryInfo.destination;
  program.onConflict = random() < 0.4 ? "overwrite" : "fail";
  if (apiVersion !== undefined) program.apiVersion = apiVersion;
  const choice = random();
  if (choice < 0.4) {
    destination.container = unique;
    return { field: "container", value: unique, program };
  }
  if (choice < 0.75) {
    destination.rootFolderPath = unique;
    return { field: "rootFolderPath", value: unique, program };
  }
  if (choice < 0.85) {
    // The program lets go of a field.
    delete destination.rootFolderPath;
    return { field: "rootFolderPath", value: undefined, program };
  }
  const minutes = (Number(name.replace(/\D/g, "")) * 100_000 + count) * 60_000;
  const to = new Date(Date.UTC(2035, 0, 1) + minutes).toISOString();
  program.schedule = {
    ...program.schedule,
    recurrencePeriod: { ...program.schedule?.recurrencePeriod, to },
  };
  return { field: "to", value: instant(to), program };
}

process.on("message", async ({ rounds }) => {
  for (let index = 0; index < rounds; index++) {
    await round();
    await sleep(random() * 15);
  }
  process.send({ done: true });
});
