/** Brings about one row of the catalogue, and tells what the provider made of it. */
"use strict";

const { now } = require("../inputs/generate.cjs");
const { createWorld } = require("../inputs/world.cjs");
const { impossible, inputs, put, scenarios } = require("./scenarios.cjs");

/** What is missing, in sentences; nothing where the row was met, explained and, where it could be, foreseen. */
async function reproduce(modules, scenario) {
  const row = modules.catalogue.find(({ name }) => name === scenario.row);
  if (row === undefined) return [`The catalogue has no row "${scenario.row}".`];
  const missing = [...unforeseen(modules, scenario)];
  const { message, explained } = await meet(modules, scenario);
  if (message === undefined) missing.push("The service refuses nothing.");
  else if (explained !== row.name) missing.push(`The answer is taken for "${explained}": ${message}`);
  else if (!message.includes(row.cure)) missing.push(`The cure is not told: ${message}`);
  if (scenario.heals !== undefined) {
    const { message: told } = await meet(modules, {
      create: scenario.heals.inputs,
      world: { onWire: scenario.heals.onWire },
    });
    if (told !== undefined) missing.push(`The provider does not get over it: ${told}`);
  }
  return missing;
}

/** What check says, against what the scenario claims. */
function unforeseen(modules, scenario) {
  const program = scenario.inputs ?? scenario.create ?? scenario.run;
  if (program === undefined) return [];
  const resource = scenario.run === undefined ? modules.exportResource : modules.exportRunResource;
  const judged = (more) => resource.check(undefined, { ...program, ...more }, now);
  const { failures, warnings } = judged({});
  const said = {
    refuses: failures.length > 0,
    warns: failures.length === 0 && warnings.length > 0,
    mends: failures.length === 0 && warnings.length > 0,
    cannot: failures.length === 0,
  };
  const problems = said[scenario.check] ? [] : [`check does not do what it can (${scenario.check}).`];
  if (scenario.stated !== undefined && judged(scenario.stated).failures.length === 0)
    problems.push(`check lets it pass although the program states ${JSON.stringify(scenario.stated)}.`);
  return problems;
}

/** The message that a person reads, and the row that it was taken for; nothing where all went well. */
async function meet(modules, scenario) {
  const { refuseAll, ...options } = scenario.world ?? {};
  const world = createWorld(modules, {
    now,
    ...options,
    ...(refuseAll === undefined ? {} : { onWire: () => refused(modules, refuseAll) }),
  });
  if (scenario.run !== undefined && scenario.withoutExport !== true)
    await world.arm.send(armRequest(put(inputs({ scope: scenario.run.scope }), "2025-03-01"), world));
  scenario.prepare?.(world.part);
  let answered = undefined;
  try {
    if (scenario.create !== undefined) await modules.exportResource.create(scenario.create, world.context);
    if (scenario.run !== undefined) await modules.exportRunResource.create(scenario.run, world.context);
    for (const request of scenario.send ?? []) answered = await world.arm.send(armRequest(request, world));
  } catch (error) {
    return explainedBy(modules, error, world);
  }
  // The transport hands "not found" back: for reads and deletes it is an answer.
  return answered?.status === 404 ? explainedBy(modules, notFound(answered), world) : {};
}

function notFound({ status, body }) {
  return Object.assign(new Error(body.error.message), { status, code: body.error.code });
}

/** The last refusal on the wire names the row; the provider's own message must hold its cure. */
function explainedBy({ explain, withCure }, error, { exchanges }) {
  const { response } = exchanges.findLast(({ response }) => response.status >= 300) ?? exchanges.at(-1);
  const { code = "", message = "" } = response.body?.error ?? {};
  const row = explain(response.status, code, message);
  const own = error.code === code || error.status === response.status;
  const told = withCure("Cannot do what was asked", error);
  // Where the request was sent as other clients do, nobody but this explains it.
  const text = [error.message, ...(error.reasons ?? []), told.message, own ? (row?.cure ?? "") : ""].join("\n");
  return { message: text, explained: row?.name };
}

function refused({ errors, refuse }, name) {
  return refuse(errors[name](), { generation: "new", errorShape: "by-generation", requestId: "0e0e0e0e" });
}

function armRequest({ method, scope, exportName, apiVersion, body }, { clock }) {
  return {
    method,
    path: `${scope}/providers/Microsoft.CostManagement/exports/${exportName}`,
    apiVersion,
    ...(body === undefined ? {} : { body }),
    operation: method === "PUT" ? "write" : "run",
    scope,
    deadline: clock.now() + 600_000,
  };
}

module.exports = { impossible, reproduce, scenarios };
