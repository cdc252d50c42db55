// What can go wrong at a call, as data: the emulator's fault, how long it lasts, and what another writer does meanwhile.

const throttled = { error: { code: "429", message: "Too many requests. Please retry." } };
const failing = (status) => ({
  status,
  body: { error: { code: "ServiceFailure", message: "The service is not well." } },
});
const stale = {
  error: { code: "400", message: "There are changes made to the export. Please get the latest to avoid overwrite." },
};
const expired = { error: { code: "ExpiredAuthenticationToken", message: "The access token expiry has passed." } };
const throttling = (name, headers) => ({ name, effect: { status: 429, headers, body: throttled }, lasts: true });
const meanwhile = (name, act, more = {}) => ({
  name,
  effect: { delayMs: 250 },
  act,
  lasts: false,
  timeout: "6s",
  ...more,
});
const cost = "x-ms-ratelimit-microsoft.costmanagement";

/**
 * `lasts`: whether it is also tried without end, until the next command; `act`: done while the request waits;
 * `timeout`: of the operations, where the default is not meant; `lies`: a single read cannot tell; `overwrites`: the other
 * writer's work may be written over, but not in silence.
 */
export const kinds = [
  throttling("429 without header", {}),
  throttling("429 Retry-After", { "retry-after": "1" }),
  throttling("429 Retry-After date", { "retry-after": new Date(0).toUTCString() }),
  throttling("429 retry-after-ms", { "x-ms-retry-after-ms": "300" }),
  throttling("429 consumption", { "x-ms-ratelimit-microsoft.consumption-retry-after": "1" }),
  throttling("429 entity", { [`${cost}-entity-retry-after`]: "1" }),
  throttling("429 qpu", { [`${cost}-qpu-retry-after`]: "1" }),
  throttling("429 tenant", { [`${cost}-tenant-retry-after`]: "1" }),
  ...[408, 500, 502, 503, 504].map((status) => ({ name: String(status), effect: failing(status), lasts: true })),
  { name: "503 after applying", effect: { ...failing(503), apply: true }, lasts: true },
  {
    name: "404 in words of the service",
    effect: { status: 404, body: { error: { code: "404", message: "No export found for it." } } },
    lasts: false,
    lies: true,
  },
  {
    name: "404 page",
    effect: { status: 404, headers: { "content-type": "text/html" }, body: "<html><title>Not here</title></html>" },
    lasts: false,
  },
  { name: "reset before", effect: { reset: "before" }, lasts: true },
  { name: "reset after", effect: { reset: "after" }, lasts: true },
  { name: "truncated", effect: { damage: "truncate" }, lasts: true },
  { name: "invalid JSON", effect: { damage: "invalid-json" }, lasts: true },
  { name: "HTML page", effect: { damage: "html" }, lasts: true },
  { name: "HTML page, not applied", effect: { damage: "html", apply: false }, lasts: false },
  { name: "empty success", effect: { status: 200 }, lasts: true },
  { name: "late", effect: { delayMs: 4000 }, lasts: false, timeout: "2s" },
  { name: "stale 400", effect: { status: 400, body: stale }, lasts: true },
  { name: "stale 409", effect: { status: 409, body: stale }, lasts: true },
  { name: "stale 412", effect: { status: 412, body: stale }, lasts: true },
  { name: "token refused", effect: { status: 401, body: expired }, lasts: true },
  { name: "redirect", effect: { status: 307, headers: { location: "https://elsewhere.example/" } }, lasts: false },
  meanwhile("token expires meanwhile", ({ control }) => control.tokens.expire()),
  meanwhile("edited meanwhile (a field that the program leaves alone)", (world) => {
    if (world.live() === undefined) return;
    world.control.exports.edit(world.id, { properties: { compressionMode: "gzip" } });
    world.foreign({ compressionMode: "gzip" });
  }),
  meanwhile("edited meanwhile (a field that the program sets)", (world) => {
    if (world.live() !== undefined)
      world.control.exports.edit(world.id, { properties: { exportDescription: "portal" } });
  }),
  meanwhile("deleted meanwhile", (world) => {
    world.control.exports.delete(world.id);
    world.forgotten();
  }),
  meanwhile(
    "made or replaced meanwhile",
    (world) => {
      world.control.exports.delete(world.id);
      world.control.exports.put(world.id, world.body("portal"));
      world.forgotten();
    },
    { overwrites: true },
  ),
];

/** The calls of each operation on an export, at most, in their order (held by the campaign's first round). */
export const operations = { create: 3, update: 3, refresh: 2, replace: 5, destroy: 2 };

/** Every kind at every call, once and lasting; each on an export of its own. */
export function allCases(call) {
  return kinds.flatMap((kind) =>
    (kind.lasts ? ["once", "thrice", "lasting"] : ["once"]).map((span) => ({ kind, span, call })),
  );
}
