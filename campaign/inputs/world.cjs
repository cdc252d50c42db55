/** The provider's real client and resource on an emulated service in the same process: every layer but the sockets. */
"use strict";

const { URL } = require("node:url");

/** `onWire` sees each request first: it may change it, act as another writer, or answer in the service's place. */
function createWorld(modules, { now, switches = {}, agreementOf, onWire = () => undefined }) {
  const { createArmClient, createExportReader, createCostManagement, defaultSwitches } = modules;
  const clock = {
    time: now,
    now: () => clock.time,
    sleep: (milliseconds) => {
      clock.time += milliseconds;
      return Promise.resolve();
    },
  };
  let ids = 0;
  const part = createCostManagement({
    clock,
    switches: { ...defaultSwitches, ...switches },
    newId: () => `00000000-0000-4000-8000-${String(++ids).padStart(12, "0")}`,
    ...(agreementOf === undefined ? {} : { agreementOf }),
  });
  const exchanges = [];
  const arm = createArmClient(settings(modules), {
    clock,
    credential: { getToken: () => Promise.resolve("token") },
    http: ({ method, url, headers, body }) => {
      const request = { method, url, headers, body };
      const response = onWire(request, part) ?? answer(part, request);
      exchanges.push({ method, url, requestHeaders: lowered(headers), requestBody: body, response });
      return Promise.resolve({
        status: response.status,
        headers: { "content-type": "application/json; charset=utf-8", ...response.headers },
        text: response.body === undefined ? "" : JSON.stringify(response.body),
      });
    },
  });
  const warnings = [];
  const context = {
    arm,
    clock,
    reader: createExportReader(arm, clock),
    warn: (message) => warnings.push(message),
    progress: () => undefined,
    journal: { claim: () => Promise.resolve(undefined), write: () => undefined, remove: () => undefined },
    assertEngine: () => Promise.resolve(),
  };
  return { part, clock, arm, context, exchanges, warnings };
}

function settings({ readArmSettings }) {
  return readArmSettings({ env: { ARM_SUBSCRIPTION_ID: "5b1c0de0-3a5e-4c57-8f0e-5a1f00000002" } });
}

function answer(part, { method, url, headers, body }) {
  const { pathname, searchParams } = new URL(url);
  const response = part.handle({
    method,
    rawPath: pathname,
    segments: pathname.split("/").filter(Boolean).map(decodeURIComponent),
    query: Object.fromEntries([...searchParams].map(([name, value]) => [name.toLowerCase(), value])),
    headers: lowered(headers),
    rawBody: body ?? "",
    origin: "https://management.azure.com",
    requestId: "0e0e0e0e-1111-4222-8333-444455556666",
  });
  if (response === undefined) throw new Error(`No answer to ${method} ${url}.`);
  return response;
}

const lowered = (headers) =>
  Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));

module.exports = { createWorld };
