// Several writers at the same exports in random interleavings: our provider in processes of its own, a client of an old
// api-version that reads and writes with an eTag, and the portal. No acknowledged change disappears without a word.
import { fork } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { seeded } from "./faults/random.mjs";
import { createLedger, instant } from "./races/ledger.mjs";

const require = createRequire(import.meta.url);
const { startEmulator } = require(join(import.meta.dirname, "../dist/emulator/index.js"));

const subscription = "/subscriptions/11111111-1111-1111-1111-111111111111";
const exportsPath = `${subscription}/providers/Microsoft.CostManagement/exports`;
const exportCount = 4;
const processes = 3;
/** Of each writer, per round of the others: the provider's take longest. */
const shares = { provider: 0.2, oldClient: 0.25, portal: 0.15 };

/** @param {{ quick: boolean, seed: number, report: (line: string) => void, sample?: boolean }} options */
export async function races({ quick, seed, report, sample = false }) {
  const rounds = sample ? 120 : quick ? 300 : 2_400;
  const ids = Array.from({ length: exportCount }, (_, index) => `${exportsPath}/race-${index}`);
  // Both generations see the same exports only where a new write leaves them to the old one.
  const emulator = await startEmulator({ seed: String(seed), switches: { newPutOnOldExport: "keep" } });
  const ledger = createLedger();
  const follow = following(emulator.control, ledger);
  try {
    for (const id of ids) emulator.control.exports.put(id, start(), "2024-08-01");
    follow();
    const each = Math.ceil(rounds * shares.provider);
    const tail = followed(follow);
    const work = await Promise.all([
      ...Array.from({ length: processes }, (_, index) =>
        provider({ emulator, ids, name: `w${index + 1}`, seed: seed + index, rounds: each, ledger }),
      ),
      oldClient({ emulator, ids, random: seeded(seed + 100), rounds: Math.ceil(rounds * shares.oldClient), ledger }),
      portal({ emulator, ids, random: seeded(seed + 200), rounds: Math.ceil(rounds * shares.portal), ledger, follow }),
    ]);
    await tail();
    const lost = ledger.lost();
    for (const what of lost.slice(0, 10)) report(`LOST ${what}`);
    const done = work.reduce((sum, count) => sum + count, 0);
    const { changes, acknowledged } = ledger.counts();
    report(`${acknowledged} acknowledged writes, ${changes} values overwritten`);
    return { figures: { rounds: done, lost: lost.length }, ok: lost.length === 0 && done >= rounds };
  } finally {
    await emulator.close();
  }
}

function start() {
  return {
    properties: {
      definition: { type: "ActualCost", timeframe: "MonthToDate" },
      format: "Csv",
      schedule: {
        status: "Inactive",
        recurrence: "Daily",
        recurrencePeriod: { from: "2034-01-01T00:00:00Z", to: "2034-12-31T00:00:00Z" },
      },
      deliveryInfo: {
        destination: {
          resourceId: `${subscription}/resourceGroups/finops/providers/Microsoft.Storage/storageAccounts/finopscosts`,
          container: "start",
          rootFolderPath: "start",
        },
      },
    },
  };
}

/** Reads the emulator's log from where it stood: each exchange is in it in the order in which it was carried out. */
function following(control, ledger) {
  let last = 0;
  return () => {
    for (const entry of control.requests.list().filter(({ number }) => number > last)) {
      last = entry.number;
      const id = `${exportsPath}/${entry.path.split("/").at(-1)}`;
      const body = entry.status < 300 ? entry.responseBody : undefined;
      if (entry.operation === "exports.put" || entry.operation === "exports.get") {
        const writer = entry.requestHeaders.clienttype;
        const client = writer.startsWith("old");
        ledger.exchange({ id, writer, client, writes: entry.method === "PUT", properties: body?.properties });
      }
    }
  };
}

/** The log keeps the last ten thousand exchanges: it is read before they are gone. */
function followed(follow) {
  let ended = false;
  const running = (async () => {
    while (!ended) {
      follow();
      await sleep(200);
    }
    follow();
  })();
  return () => {
    ended = true;
    return running;
  };
}

function provider({ emulator, ids, name, seed, rounds, ledger }) {
  // One of them stays with the old generation.
  const apiVersion = name === "w3" ? "2024-08-01" : undefined;
  const child = fork(
    join(import.meta.dirname, "races/writer.mjs"),
    [JSON.stringify({ name, seed, exports: ids, apiVersion })],
    {
      execArgv: [],
      env: { ...process.env, ...emulator.environment, AZURE_COST_EXPORTS_MIN_RETRY_DELAY: "20" },
    },
  );
  return new Promise((resolve, reject) => {
    child.on("exit", (code) => reject(new Error(`The writer ${name} ended with ${code}.`)));
    child.on("message", (message) => {
      if (message.done) {
        child.removeAllListeners("exit");
        child.kill();
        return resolve(rounds);
      }
      ledger.operation(message);
      if (message.acknowledged !== undefined) {
        const { id, field, value } = message.acknowledged;
        ledger.acknowledged(id, field, value);
      }
    });
    child.send({ rounds });
  });
}

/** Another tool: GET, a change, PUT with the eTag, and no second try. */
async function oldClient({ emulator, ids, random, rounds, ledger }) {
  const token = await tokenOf(emulator);
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json", clienttype: "old" };
  for (let count = 1; count <= rounds; count++) {
    const id = ids[Math.floor(random() * ids.length)];
    const url = `${emulator.httpUrl}${id}?api-version=2023-11-01`;
    const live = await (await fetch(url, { headers })).json();
    await sleep(random() * 20);
    const value = `old-${count}`;
    const { properties, eTag } = live;
    const field = random() < 0.5 ? "container" : "rootFolderPath";
    properties.deliveryInfo.destination[field] = value;
    const { status } = await fetch(url, {
      method: "PUT",
      headers,
      body: JSON.stringify({ eTag, properties: sendable(properties) }),
    });
    if (status < 300) ledger.acknowledged(id, field, value);
    await sleep(random() * 40);
  }
  return rounds;
}

/** What the service adds to its answers, it does not take back. */
function sendable({ definition, deliveryInfo, format, partitionData, schedule }) {
  return { definition, deliveryInfo, format, partitionData, schedule };
}

async function tokenOf(emulator) {
  const { IDENTITY_ENDPOINT, IDENTITY_HEADER } = emulator.environment;
  const url = `${IDENTITY_ENDPOINT}?api-version=2019-08-01&resource=${encodeURIComponent(emulator.httpUrl)}`;
  const answer = await fetch(url, { headers: { "x-identity-header": IDENTITY_HEADER } });
  if (!answer.ok) throw new Error(`No token: ${await answer.text()}`);
  return (await answer.json()).access_token;
}

/** A person in the portal: an edit in one step, written into the ledger before anybody else's next one. */
async function portal({ emulator, ids, random, rounds, ledger, follow }) {
  for (let count = 1; count <= rounds; count++) {
    const id = ids[Math.floor(random() * ids.length)];
    const choice = random();
    const field = choice < 0.4 ? "container" : choice < 0.7 ? "rootFolderPath" : "to";
    const to = new Date(Date.UTC(2036, 0, 1) + count * 60_000).toISOString();
    const value = field === "to" ? instant(to) : `portal-${count}`;
    const patch =
      field === "to"
        ? { schedule: { recurrencePeriod: { to } } }
        : { deliveryInfo: { destination: { [field]: value } } };
    follow();
    const { properties } = emulator.control.exports.edit(id, { properties: patch });
    ledger.exchange({ id, writer: undefined, writes: true, properties });
    ledger.acknowledged(id, field, value);
    await sleep(random() * 60);
  }
  return rounds;
}
