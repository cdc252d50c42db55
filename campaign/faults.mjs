// Every fault at every call of every operation, with the real CLI: many exports in one stack, each with a fault of its own,
// so that one command tries dozens of cases. And processes killed at random moments. After one more command the cloud is
// what the program says, the state is what the cloud is, and no export is doubled or orphaned.
import { createRequire } from "node:module";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { allCases, operations } from "./faults/cases.mjs";
import { diagnosticsOf, disagreements, unclear } from "./faults/judge.mjs";
import { kill, openProject } from "./faults/project.mjs";
import { seeded, shuffled } from "./faults/random.mjs";

const require = createRequire(import.meta.url);
const { startEmulator } = require(join(import.meta.dirname, "../dist/emulator/index.js"));

const subscription = "/subscriptions/11111111-1111-1111-1111-111111111111";
const provider = "providers/Microsoft.CostManagement/exports";

/** @param {{ quick: boolean, seed: number, report: (line: string) => void, until?: number, sample?: boolean, only?: RegExp }} options
 *   `until`: when it comes to its end; `sample`: a minute, for the suite; `only`: the kinds of faults, to look into one
 */
export async function faults({ quick, seed, report, until = Infinity, sample = false, only = /./ }) {
  const random = seeded(seed);
  const tally = createTally(report);
  const rounds = plannedRounds(random, only, sample ? 10 : quick ? 50 : 100);
  const killsFor = quick ? 20_000 : 180_000;
  const roundsUntil = Math.min(Date.now() + (quick ? 60_000 : 480_000), until - killsFor);
  for (const round of sample ? rounds.slice(0, 1) : rounds) {
    const began = Date.now();
    await stackOfFaults(round, tally, sample);
    const took = Date.now() - began;
    report(`${round.length} exports, each with a fault in each operation: ${Math.round(took / 1000)} s`);
    // One more would take about as long.
    if (sample || Date.now() > roundsUntil || Date.now() + took > until - killsFor) break;
  }
  const killUntil = Math.min(Date.now() + killsFor, until);
  do await killed(random, tally, sample ? 3 : 10, sample ? ["create"] : ["create", "update", "replace", "destroy"]);
  while (!sample && Date.now() < killUntil);
  if (!sample && !quick) {
    await unreachable(random, tally);
    await tokenless(random, tally);
  }
  return tally.result();
}

/** Cases in random order, so that a bounded run tries others each time. */
function plannedRounds(random, only, size) {
  const calls = Math.max(...Object.values(operations));
  const all = Array.from({ length: calls }, (_, index) => allCases(index + 1))
    .flat()
    .filter(({ kind }) => only.test(kind.name));
  // Calls that few operations have come last.
  const ordered = shuffled(all, random).sort((one, other) => Math.ceil(one.call / 2) - Math.ceil(other.call / 2));
  return Array.from({ length: Math.ceil(ordered.length / size) }, (_, index) =>
    ordered.slice(index * size, (index + 1) * size),
  );
}

function createTally(report) {
  const figures = { tried: 0, healed: 0, nextUp: 0, clearErrors: 0, losses: 0 };
  const lost = (what) => {
    figures.losses += 1;
    report(`LOSS ${what}`);
  };
  return {
    /** `error`: what the first command said; `first`, `last`: what disagreed after it and after the next one. */
    judged: (what, { error, exportName, first, believed = false, last }) => {
      figures.tried += 1;
      if (last.length > 0) return lost(`${what}: ${last.join("; ")}${error === undefined ? "" : ` (${error})`}`);
      if (error === undefined) {
        if (first.length > 0 && !believed) return lost(`${what}: without an error, ${first.join("; ")}`);
        figures[first.length > 0 ? "nextUp" : "healed"] += 1;
        return;
      }
      figures.nextUp += 1;
      const doubt = unclear(error, exportName);
      if (doubt !== undefined) return lost(`${what}: ${doubt}`);
      figures.clearErrors += 1;
    },
    /** After a kill there is nobody left to speak: what counts is what the next command makes of it. */
    killed: (what, last, ended) => {
      figures.tried += 1;
      if (last.length > 0) return lost(`${what}: ${last.join("; ")}`);
      figures[ended ? "healed" : "nextUp"] += 1;
    },
    lost,
    result: () => ({ figures, ok: figures.losses === 0 && figures.healed + figures.nextUp === figures.tried }),
  };
}

/** One stack through create, update, refresh, replace and destroy, with faults in each. */
async function stackOfFaults(round, tally, sample) {
  const world = await openWorld();
  const cases = round.map((plan, index) => {
    const name = `case-${String(index).padStart(3, "0")}`;
    // Some share a scope, where reads become one LIST.
    const group = index % 5 === 0 ? "shared" : name;
    return { ...plan, name, exportName: name, scope: `${subscription}/resourceGroups/${group}`, stage: "first" };
  });
  try {
    for (const operation of sample ? ["create", "update", "destroy"] : Object.keys(operations)) {
      for (const one of cases) {
        one.acted = false;
        one.adopt = undefined;
        if (operation === "update") one.stage = "second";
        if (operation !== "replace") continue;
        one.exportName = `${one.name}-b`;
        one.foreign = undefined;
      }
      await stageOf(operation, cases, world, tally);
    }
  } finally {
    await world.close();
  }
}

async function stageOf(operation, cases, world, tally) {
  const { emulator } = world;
  const gone = operation === "destroy";
  world.write(cases);
  const watch = watching(cases, emulator.control, operation);
  const began = Date.now();
  const { result, said, hit } = await (operation === "replace" ? replaced : commanded)(operation, cases, world);
  await watch.end();
  // What was sent late may still be applied.
  const late = cases.some(({ kind, name }) => kind.name === "late" && hit.has(name));
  if (late) await sleep(Math.max(0, 4000 - (Date.now() - began)));
  const first = await world.look(cases, gone);
  emulator.control.faults.clear();
  const { last, trouble, heard } = await mend(cases, world, gone, said);
  for (const one of cases) {
    if (!hit.has(one.name)) continue;
    const what = `${operation}, call ${one.call}, ${one.kind.name} (${one.span})`;
    // A replacement that another error held up meets the stranger's export in the next command.
    const told = [result.stdout, said.get(one.name) ?? "", heard].some((text) => text.includes(idOf(one)));
    const error = errorIn(said.get(one.name));
    if (one.acted && one.kind.overwrites && !gone && !told && error === undefined && operation !== "refresh")
      tally.lost(`${what}: nobody was told that another writer's export was overwritten`);
    tally.judged(what, {
      error,
      exportName: one.name,
      // A refresh makes the state like the cloud; the program has its say in the next up.
      first: operation === "refresh" ? world.drift(one) : first.get(one.name),
      // A failed command may leave a replacement half done, which its exit code tells.
      believed: (operation === "refresh" && one.kind.lies === true) || (operation === "replace" && result.code !== 0),
      last: last.get(one.name),
    });
  }
  const strangers = world.strangers(cases, gone);
  if (strangers.length > 0) tally.lost(`${operation}: exports that no program asked for: ${strangers.join(", ")}`);
  if (trouble !== undefined) tally.lost(`${operation}: ${trouble}`);
}

async function commanded(operation, cases, { project, emulator }) {
  const result = await ({ refresh: project.refresh, destroy: project.destroy }[operation] ?? project.up)();
  return { result, said: diagnosticsOf(result), hit: hitBy(emulator.control) };
}

/**
 * Pulumi 3.274 waits for ever where a deletion before a replacement fails under --continue-on-error. So the command stops at
 * the first errors, and is repeated without the faults that have had their turn.
 */
async function replaced(_operation, cases, { project, emulator }) {
  const said = new Map();
  const hit = new Set();
  let result;
  let stdout = "";
  for (let command = 0; command < 8; command++) {
    result = await project.upToError();
    stdout += result.stdout;
    for (const [name, text] of diagnosticsOf(result)) if (!said.has(name)) said.set(name, text);
    for (const name of hitBy(emulator.control)) hit.add(name);
    for (const name of hit) emulator.control.faults.remove(name);
    if (result.code === 0 || hit.size === cases.length) break;
  }
  return { result: { ...result, stdout }, said, hit };
}

function hitBy(control) {
  return new Set(
    control.faults
      .list()
      .filter(({ hits }) => hits > 0)
      .map(({ id }) => id),
  );
}

/** One more command; where a person has to decide (a conflict, a stranger's export), what the messages advise. */
async function mend(cases, world, gone, said) {
  const { project } = world;
  let mended = await (gone ? project.destroy() : project.upToError());
  let last = await world.look(cases, gone);
  let heard = mended.stdout;
  const agree = () => mended.code === 0 && [...last.values()].every((found) => found.length === 0);
  // A command stops at the first export that somebody has to decide about; the next one meets the next.
  for (let again = 0; !gone && !agree() && again < 4; again++) {
    for (const text of [said, diagnosticsOf(mended)])
      for (const one of cases) if (/adopt to "always"/.test(text.get(one.name) ?? "")) one.adopt = "always";
    world.write(cases);
    await project.refresh();
    mended = await project.upToError();
    heard += mended.stdout;
    last = await world.look(cases, gone);
  }
  const pending = (await project.exportState()).deployment.pending_operations ?? [];
  const trouble =
    pending.length > 0
      ? `pending operations stay: ${JSON.stringify(pending).slice(0, 500)}`
      : mended.code === 0
        ? undefined
        : `the mending command failed: ${mended.stdout.slice(-3000)}${mended.stderr.slice(-500)}`;
  return { last, trouble, heard };
}

function errorIn(text) {
  return text !== undefined && /^(error|\* )|\berror: /m.test(text) ? text : undefined;
}

/** Places the faults, and lets the other writer act while the request that was hit waits. */
function watching(cases, control, operation) {
  for (const one of cases) {
    const times = { once: 1, thrice: 3 }[one.span];
    const path = operation === "refresh" && one.scope.endsWith("shared") ? "/shared/" : `/${one.name}`;
    control.faults.add({
      id: one.name,
      match: { path, category: "arm" },
      effect: one.kind.effect,
      skip: one.call - 1,
      ...(times === undefined ? {} : { times }),
    });
  }
  let ended = false;
  const loop = async () => {
    while (!ended) {
      await sleep(10);
      const hits = new Map(control.faults.list().map((rule) => [rule.id, rule.hits]));
      for (const one of cases)
        if (one.kind.act !== undefined && !one.acted && hits.get(one.name) > 0) act(one, control);
    }
  };
  const running = loop();
  return {
    end: async () => {
      ended = true;
      await running;
    },
  };
}

function act(one, control) {
  const id = idOf(one);
  one.acted = true;
  one.kind.act({
    control,
    id,
    live: () => liveAt(control, id),
    foreign: (fields) => (one.foreign = fields),
    forgotten: () => (one.foreign = undefined),
    body: (description) => ({ properties: { ...bodyOf(one), exportDescription: description } }),
  });
}

function liveAt(control, id) {
  try {
    return control.exports.get(id);
  } catch {
    return undefined;
  }
}

async function openWorld(options = {}) {
  let emulator = await startEmulator({ seed: "campaign", ...options });
  const project = await openProject(emulator.environment);
  const port = Number(new URL(emulator.httpUrl).port);
  let stored = [];
  const all = () =>
    emulator.control.snapshot().exports.store.exports.map(({ scope, name }) => `${scope}/${provider}/${name}`);
  return {
    project,
    get emulator() {
      return emulator;
    },
    /** The service is gone, and comes back where it was, with all that it held. */
    outage: async () => {
      const snapshot = emulator.control.snapshot();
      await emulator.close();
      return async () => {
        emulator = await startEmulator({ seed: "campaign", httpPort: port, ...options });
        emulator.control.restore(snapshot);
      };
    },
    write: (cases) => project.write(Object.fromEntries(cases.map((one) => [one.name, argsOf(one)]))),
    /** What disagrees, by name of the case. */
    look: async (cases, gone) => {
      const { deployment } = await project.exportState();
      stored = (deployment.resources ?? []).filter(({ type }) => type.endsWith(":Export"));
      return new Map(
        cases.map((one) => {
          const mine = stored.filter(({ urn }) => urn.endsWith(`::${one.name}`));
          const found = disagreements({
            id: idOf(one),
            wanted: gone ? undefined : argsOf(one),
            cloud: liveAt(emulator.control, idOf(one)),
            stored: mine[0],
            foreign: one.foreign,
          });
          return [one.name, mine.length > 1 ? [...found, `it is ${mine.length} times in state`] : found];
        }),
      );
    },
    /** What disagrees between state and cloud, at the last look. */
    drift: (one) => {
      const mine = stored.find(({ urn }) => urn.endsWith(`::${one.name}`));
      const [known, live] = [mine?.outputs.eTag, liveAt(emulator.control, idOf(one))?.eTag];
      return known === live ? [] : [`the eTag in state is ${known}, in the cloud ${live}`];
    },
    strangers: (cases, gone) => {
      const known = new Set(gone ? [] : cases.map((one) => idOf(one).toLowerCase()));
      return all().filter((id) => !known.has(id.toLowerCase()));
    },
    close: async () => {
      project.close();
      await emulator.close();
    },
  };
}

const idOf = ({ scope, exportName }) => `${scope}/${provider}/${exportName}`;

function bodyOf({ name, stage }) {
  return {
    definition: { type: "FocusCost", timeframe: "MonthToDate", dataSet: { configuration: { dataVersion: "1.0" } } },
    schedule: { status: "Inactive" },
    format: "Csv",
    partitionData: stage === "first",
    exportDescription: stage,
    deliveryInfo: {
      destination: {
        resourceId: `${subscription}/resourceGroups/finops/providers/Microsoft.Storage/storageAccounts/finopscosts`,
        container: "costs",
        rootFolderPath: name,
      },
    },
  };
}

function argsOf(one) {
  const limit = one.kind?.timeout ?? (one.span === "lasting" ? "4s" : "15s");
  return {
    scope: one.scope,
    exportName: one.exportName,
    ...bodyOf(one),
    ...(one.adopt === undefined ? {} : { adopt: one.adopt }),
    timeouts: { create: limit, read: limit, update: limit, delete: limit },
  };
}

/** Processes killed in the middle: the one that hosts the provider, or the CLI, which leaves the former behind. */
async function killed(random, tally, size, steps) {
  const world = await openWorld();
  const { project } = world;
  const cases = Array.from({ length: size }, (_, index) => {
    const name = `case-${String(index).padStart(3, "0")}`;
    return { name, exportName: name, scope: `${subscription}/resourceGroups/${name}`, stage: "first" };
  });
  try {
    for (const operation of steps) {
      const victim = random() < 0.5 ? "provider" : "cli";
      const gone = operation === "destroy";
      for (const one of cases) {
        if (operation === "update") one.stage = "second";
        if (operation === "replace") one.exportName = `${one.name}-b`;
      }
      world.write(cases);
      const { control } = world.emulator;
      // Every answer takes its time, so that the end comes at any place of the flow.
      for (const { name } of cases)
        control.faults.add({ match: { path: `/${name}`, category: "arm" }, effect: { delayMs: 50 + random() * 250 } });
      const running = gone ? project.destroy() : project.upToError();
      const hit = await killOnce(project, victim, control, random, running);
      const result = await running;
      if (random() < 0.5) for (const pid of project.processes("provider")) kill(pid);
      await sleep(400);
      control.faults.clear();
      const what = `${operation}, ${victim} killed`;
      if (victim === "cli") await project.run(["cancel", "--yes"]);
      // The CLI advises either: to go on, or to have pending creations cleared.
      if (random() < 0.5) await project.refresh(["--clear-pending-creates"]);
      const { last, trouble } = await mendAfterKill(cases, world, gone);
      if (!hit) continue;
      for (const one of cases) tally.killed(what, last.get(one.name), result.code === 0);
      const strangers = world.strangers(cases, gone);
      if (strangers.length > 0) tally.lost(`${what}: exports that no program asked for: ${strangers.join(", ")}`);
      if (trouble !== undefined) tally.lost(`${what}: ${trouble}`);
    }
  } finally {
    await world.close();
  }
}

/** Whether the process was killed before the command ended. */
async function killOnce(project, victim, control, random, running) {
  let over = false;
  void running.then(() => (over = true));
  // The first call of the operation marks the begin of what is interesting.
  const before = control.requests.counters().byCategory.arm;
  while (!over && control.requests.counters().byCategory.arm === before && project.processes("provider").length === 0)
    await sleep(20);
  await sleep(100 + random() * 1200);
  if (over) return false;
  const pids = project.processes(victim);
  for (const pid of pids) kill(pid);
  return pids.length > 0;
}

async function mendAfterKill(cases, world, gone) {
  const outcome = await mend(cases, world, gone, new Map());
  if (outcome.trouble === undefined || !/pending/.test(outcome.trouble)) return outcome;
  await world.project.refresh(["--clear-pending-creates"]);
  return mend(cases, world, gone, new Map());
}

/** The connection is refused: for a moment, and for a whole command. */
async function unreachable(random, tally) {
  const world = await openWorld();
  const { project } = world;
  const cases = Array.from({ length: 8 }, (_, index) => {
    const name = `case-${String(index).padStart(3, "0")}`;
    return { name, exportName: name, scope: `${subscription}/resourceGroups/${name}`, stage: "first", span: "lasting" };
  });
  try {
    for (const operation of ["create", "update", "refresh", "replace", "destroy"]) {
      const gone = operation === "destroy";
      for (const lasting of operation === "destroy" ? [true] : [false, true]) {
        for (const one of cases) {
          if (operation === "update") one.stage = lasting ? "third" : "second";
          if (operation === "replace" || (operation === "create" && lasting)) one.exportName = `${one.name}-${lasting}`;
        }
        world.write(cases);
        const bringBack = await world.outage();
        const command = { refresh: project.refresh, destroy: project.destroy }[operation] ?? project.upToError;
        const running = command();
        if (!lasting) {
          await sleep(1500 + random() * 700);
          await bringBack();
        }
        const result = await running;
        if (lasting) await bringBack();
        const said = diagnosticsOf(result);
        const first = await world.look(cases, gone);
        const { last, trouble } = await mend(cases, world, gone, said);
        const what = `${operation}, no connection ${lasting ? "for the whole command" : "for a moment"}`;
        for (const one of cases)
          tally.judged(what, {
            error: errorIn(said.get(one.name)),
            exportName: one.name,
            first: first.get(one.name),
            last: last.get(one.name),
          });
        if (trouble !== undefined) tally.lost(`${what}: ${trouble}`);
      }
    }
  } finally {
    await world.close();
  }
}

/** What comes before the first call: the token, and the cloud's metadata. */
async function tokenless(random, tally) {
  const world = await openWorld();
  const one = { name: "case-000", exportName: "case-000", scope: subscription, stage: "first", span: "lasting" };
  try {
    const plans = allCases(1).filter(
      ({ kind, span }) => kind.act === undefined && kind.name !== "late" && span !== "thrice",
    );
    for (const category of ["token", "metadata"]) {
      for (const { kind, span } of shuffled(plans, random).slice(0, 12)) {
        one.stage = `${category} ${kind.name} ${span}`;
        world.write([one]);
        const { control } = world.emulator;
        control.faults.add({ match: { category }, effect: kind.effect, ...(span === "once" ? { times: 1 } : {}) });
        const result = await world.project.up();
        const first = await world.look([one], false);
        control.faults.clear();
        const said = diagnosticsOf(result);
        const { last, trouble } = await mend([one], world, false, said);
        const what = `${category}, ${kind.name} (${span})`;
        tally.judged(what, {
          error: errorIn(said.get(one.name)),
          exportName: one.exportName,
          first: first.get(one.name),
          last: last.get(one.name),
        });
        if (trouble !== undefined) tally.lost(`${what}: ${trouble}`);
      }
    }
  } finally {
    await world.close();
  }
}
