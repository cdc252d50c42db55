/**
 * What `check` says of an input against what the emulated service does with it. The two share no rule; where they disagree,
 * one of them is wrong. The modules come from outside: built for the campaign, as sources for the test.
 */
"use strict";

const { URL } = require("node:url");

const local = ["scope", "exportName", "apiVersion", "adopt", "onConflict", "timeouts", "agreement"];

/** Positions of the emulator's switches that decide whether a PUT is refused: the default, everything and nothing. */
const positions = {
  default: {},
  strict: {
    refuseMismatchedCompression: true,
    refuseReservationOnOtherScopes: true,
    refusePriceSheetOnOtherScopes: true,
    customPeriodLimitRefused: true,
    partitionDataRefusedForEa: true,
    recurrenceOnInactiveRefused: true,
  },
  tolerant: {
    refuseMismatchedCompression: false,
    refuseReservationOnOtherScopes: false,
    refusePriceSheetOnOtherScopes: false,
    customPeriodLimitRefused: false,
    partitionDataRefusedForEa: false,
    recurrenceOnInactiveRefused: false,
    systemSuspendedAccepted: true,
  },
};

/** Which property a refusal speaks of, by its words. Where it speaks of a pair, either of the two may be named. */
const refusedProperties = [
  [/Invalid member :(?:properties\.)?(\S+)/, (path) => [path.replace(/\[.*$/, "")]],
  [/Missing definition timePeriod;/, () => ["definition.timePeriod"]],
  [/Missing location/, () => ["location"]],
  [/Missing (.+ filters) name and value/, (member) => [member.replaceAll(" ", ".")]],
  [/Missing (.+)\.\s/, (member) => [member.replaceAll(" ", ".")]],
  [/Invalid export name/, () => ["exportName"]],
  [/Invalid definition type 'AmortizedCost'.*'Usage'\.\s/i, () => ["definition.type", "scope"]],
  [/Invalid definition type/, () => ["definition.type"]],
  [/Export type: .* is not supported for Agreement/, () => ["definition.type", "scope"]],
  [/Unauthorized\. Authentication failed/, () => ["definition.type", "scope"]],
  [/Invalid definition timeframe/, () => ["definition.timeframe"]],
  [/Invalid timeframe .* and schedule recurrence/, () => ["definition.timeframe", "schedule.recurrence"]],
  [/Invalid definition timePeriod/, () => ["definition.timePeriod"]],
  [/Invalid dataset granularity/, () => ["definition.dataSet.granularity"]],
  [/data version: /, () => ["definition.dataSet.configuration.dataVersion"]],
  [/Invalid schedule recurrencePeriod/, () => ["schedule.recurrencePeriod"]],
  [/Delivery format parquet/, () => ["format"]],
  [/Invalid compressionMode/, () => ["compressionMode", "format"]],
  [/PartitionData/, () => ["partitionData"]],
  [/rootFolderPath/, () => ["deliveryInfo.destination.rootFolderPath"]],
  [/destination container/, () => ["deliveryInfo.destination.container"]],
  [/InvalidSubscriptionId/, () => ["deliveryInfo.destination.resourceId"]],
  [/did not have a subscription/, () => ["scope"]],
  [/another address/, () => ["scope", "exportName"]],
  [/api-version/, () => ["apiVersion"]],
];

/**
 * Refusals that are left to the service on purpose: whether they happen is in doubt, and the sources disagree (service
 * reference, 6.3: azps#27730 against the FinOps hub).
 */
const leftToTheService = [/Invalid member :properties\.schedule\.recurrence$/];

function createJudge(
  {
    validate,
    decideCreate,
    requestBody,
    exportId,
    remoteFields,
    apiVersions,
    agreements,
    createCostManagement,
    defaultSwitches,
  },
  now,
) {
  // What a program states is true here: what it says of another world than its own is not judged.
  let stated;
  const services = Object.entries(positions).map(([position, switches]) => {
    let ids = 0;
    const part = createCostManagement({
      clock: { now: () => now },
      switches: { ...defaultSwitches, ...switches },
      newId: () => `00000000-0000-4000-8000-${String(++ids).padStart(12, "0")}`,
      agreementOf: () => stated,
    });
    return { position, part };
  });

  /** The service's answer to a PUT: undefined where it takes it, else its words. */
  function put(part, { scope, exportName }, version, body) {
    const url = new URL(`https://localhost/`);
    try {
      // As a client that trusts its input would write it.
      url.href = `https://localhost/${String(scope)}/providers/Microsoft.CostManagement/exports/${String(exportName)}?api-version=${encodeURIComponent(version)}`;
    } catch {
      return { refused: "another address" };
    }
    const segments = url.pathname.split("/").filter(Boolean).map(decoded);
    // Another address than the one that was meant: a character ended it, a segment climbed, or there is no text.
    const meant = [scope, "providers/Microsoft.CostManagement/exports", exportName].map(String).join("/").split("/");
    const there = segments.join("/") === meant.filter(Boolean).join("/") && segments.at(-1) === exportName;
    if (!there || typeof scope !== "string") return { refused: "another address" };
    const request = {
      method: "PUT",
      rawPath: url.pathname,
      segments,
      query: Object.fromEntries(url.searchParams),
      headers: {},
      rawBody: JSON.stringify(body),
      origin: url.origin,
      requestId: "0e0e0e0e-1111-4222-8333-444455556666",
    };
    const response = part.handle(request);
    part.restore(undefined);
    const exchange = { request, response, url };
    if (response === undefined) return { refused: "another address", exchange };
    if (response.status >= 300) {
      const { code, message } = response.body.error;
      // Both shapes end alike for the patterns above.
      return { refused: `${code} ${message.replace(/\s*\(Request ID: .*\)$/, "")} `, exchange };
    }
    const asked = exportId(String(scope), String(exportName)).split("/").filter(Boolean).join("/").toLowerCase();
    return response.body.id.toLowerCase() === asked ? { exchange } : { refused: "another address", exchange };
  }

  /** Judges one input. `findings` are disagreements; the figures say how often the two met, and how. */
  function judge(raw, exchanges) {
    const checked = validate(raw, undefined, now);
    stated = agreements.find((one) => one === checked.values.get("agreement"));
    // Settings of the package's own are for check alone, and silence the rules that look at them: the rest is judged mended.
    const mended = withoutBroken(raw, checked.failures);
    if (mended !== raw) return judge(mended, exchanges);
    const failures = checked.failures.map(({ property }) => property);
    const warnings = checked.warnings.map(({ property }) => property);
    const findings = [];
    const outcome = { accepted: 0, refused: 0, warned: 0, repaired: 0, masked: 0 };
    for (const { position, part } of services) {
      const found = judgeAt(position, part, { raw, checked, failures, warnings, exchanges });
      if (found.outcome !== undefined) outcome[found.outcome] += 1;
      if (found.kind !== undefined) findings.push({ ...found, position, raw, failures, warnings });
    }
    return { findings, outcome };
  }

  function judgeAt(position, part, { raw, checked, failures, warnings, exchanges }) {
    const ours = wireOf(checked, now);
    const sent = put(part, ours.address, checked.version, ours.body);
    if (position === "default" && sent.exchange?.response !== undefined) exchanges?.(sent.exchange);
    const mentioned = (properties, text) =>
      properties.some((property) => refusedIn(text).some((refused) => related(property, refused)));
    const onPurpose = (text) => leftToTheService.some((pattern) => pattern.test(text.trim()));

    if (failures.length === 0 && sent.refused !== undefined) {
      if (mentioned(warnings, sent.refused)) return { outcome: "warned" };
      if (position === "strict" && onPurpose(sent.refused)) return { outcome: "warned" };
      return { kind: "unsound", refused: sent.refused };
    }
    const written = wireOfRaw(raw);
    const answer = put(part, written.address, written.version, written.body);
    if (failures.length === 0) {
      if (answer.refused === undefined) return { outcome: "accepted" };
      // What the program wrote is refused and what we send is not: the form was mended on the way.
      return mentioned(warnings, answer.refused) ? { outcome: "warned" } : { outcome: "repaired" };
    }
    if (answer.refused === undefined) return { kind: "overstrict", refused: undefined };
    if (mentioned(failures, answer.refused)) return { outcome: "refused" };
    if (mentioned(warnings, answer.refused)) return { outcome: "warned" };
    if (position === "strict" && onPurpose(answer.refused)) return { outcome: "warned" };
    // Another property is named. Where what is left after parsing is refused for the same reason, nobody named it.
    return sent.refused !== undefined && sent.refused === answer.refused
      ? { kind: "incomplete", refused: answer.refused }
      : { outcome: "masked" };
  }

  /** What the provider would send. */
  function wireOf({ values, version }) {
    const decision = decideCreate(undefined, remoteOf(values), now);
    return {
      address: { scope: values.get("scope") ?? "", exportName: values.get("exportName") ?? "" },
      body: requestBody(decision.target, apiVersions[version]),
    };
  }

  function remoteOf(values) {
    return new Map([...values].filter(([path]) => remoteFields.some((row) => row.path === path)));
  }

  /** What a client without any judgement would send: the same members, moved to where REST has them. */
  function wireOfRaw(raw) {
    const body = { properties: {} };
    const address = { scope: "", exportName: "" };
    let version = "2025-03-01";
    for (const [key, value] of Object.entries(typeof raw === "object" && raw !== null ? raw : {})) {
      const name = key.toLowerCase();
      if (name === "scope" && value !== undefined && value !== null) address.scope = value;
      else if (name === "exportname" && value !== undefined && value !== null) address.exportName = value;
      else if (name === "apiversion" && typeof value === "string" && Object.hasOwn(apiVersions, value.toLowerCase()))
        version = value.toLowerCase();
      else if (local.some((one) => one.toLowerCase() === name)) continue;
      else if (name === "identity" || name === "location" || name === "etag") body[key] = value;
      else Object.defineProperty(body.properties, key, { value, enumerable: true, configurable: true, writable: true });
    }
    return { address, version, body };
  }

  return { judge, put, services, wireOf, wireOfRaw };
}

/** Properties of the package's own, which the service never sees. */
function ownProperty(property) {
  return local
    .slice(2)
    .some((name) => property.toLowerCase() === name.toLowerCase() || property.startsWith(`${name}.`));
}

function withoutBroken(raw, failures) {
  const broken = failures.filter(({ property }) => ownProperty(property)).map(({ property }) => property.toLowerCase());
  if (broken.length === 0) return raw;
  return Object.fromEntries(
    Object.entries(raw).filter(([key]) => !broken.some((one) => one.split(".")[0] === key.toLowerCase())),
  );
}

function refusedIn(text) {
  for (const [pattern, properties] of refusedProperties) {
    const match = pattern.exec(text);
    if (match !== null) return properties(match[1] ?? "");
  }
  return [];
}

/** One is the other, or holds it. */
function related(left, right) {
  const [a, b] = [left, right].map((path) => path.replace(/\[\d+\]/g, "").toLowerCase());
  return a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`) || b === "properties";
}

function decoded(segment) {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

module.exports = { createJudge, positions };
