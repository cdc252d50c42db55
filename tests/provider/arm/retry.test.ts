import fc from "fast-check";
import {
  delayBefore,
  judge,
  noHistory,
  outOfPatience,
  remember,
  retryAfter,
  type Outcome,
} from "../../../provider/arm/retry";

const answer = (status: number, usable = true, headers: Record<string, string> = {}): Outcome => ({
  type: "answer",
  status,
  headers,
  usable,
});
const failure = (sent: boolean, transient = true): Outcome => ({ type: "failure", sent, transient });
const now = Date.parse("2026-12-01T10:00:00Z");

describe("what becomes of an attempt", () => {
  test.each([
    // outcome, GET and DELETE, PUT and POST
    ["200", answer(200), "return", "return"],
    ["204", answer(204), "return", "return"],
    ["404", answer(404), "return", "return"],
    ["404 that is no JSON", answer(404, false), "refuse", "refuse"],
    ["400", answer(400), "refuse", "refuse"],
    ["302", answer(302), "refuse", "refuse"],
    ["401", answer(401), "refuse", "refuse"],
    ["409", answer(409), "refuse", "refuse"],
    ["429", answer(429), "repeat", "repeat"],
    ["408", answer(408), "repeat", "unknown"],
    ["500", answer(500), "repeat", "unknown"],
    ["501", answer(501), "refuse", "refuse"],
    ["503", answer(503), "repeat", "unknown"],
    ["504", answer(504), "repeat", "unknown"],
    ["505", answer(505), "refuse", "refuse"],
    ["a connection that failed before sending", failure(false), "repeat", "repeat"],
    ["a connection that failed after sending", failure(true), "repeat", "unknown"],
    ["a certificate that is not trusted", failure(false, false), "fail", "fail"],
    ["an answer that is too large", failure(true, false), "fail", "unknown"],
  ] as const)("%s", (_what, outcome, safe, write) => {
    expect([judge("GET", outcome), judge("DELETE", outcome)]).toEqual([safe, safe]);
    expect([judge("PUT", outcome), judge("POST", outcome)]).toEqual([write, write]);
  });

  test("a success that cannot be read is repeated for a GET, unknown for a write, and enough for a DELETE", () => {
    expect((["GET", "PUT", "POST", "DELETE"] as const).map((method) => judge(method, answer(200, false)))).toEqual([
      "repeat",
      "unknown",
      "unknown",
      "return",
    ]);
  });

  test("a write that was sent is never repeated, but after 429", () => {
    const status = fc.integer({ min: 200, max: 599 }).filter((code) => code !== 429);
    fc.assert(fc.property(status, fc.boolean(), (code, usable) => judge("POST", answer(code, usable)) !== "repeat"));
  });
});

describe("hints", () => {
  test.each([
    ["seconds", { "retry-after": "7" }, 7000],
    ["a date", { "retry-after": "Tue, 01 Dec 2026 10:00:30 GMT" }, 30_000],
    ["a date that is over", { "retry-after": "Tue, 01 Dec 2026 09:00:00 GMT" }, 0],
    ["milliseconds", { "retry-after-ms": "250" }, 250],
    ["milliseconds of ARM", { "x-ms-retry-after-ms": "1250" }, 1250],
    ["the header of the consumption API", { "x-ms-ratelimit-microsoft.consumption-retry-after": "9" }, 9000],
    ["any header of Cost Management", { "x-ms-ratelimit-microsoft.costmanagement-qpu-retry-after": "11" }, 11_000],
    [
      "the longest of several",
      { "retry-after": "3", "x-ms-ratelimit-microsoft.costmanagement-tenant-retry-after": "40", "retry-after-ms": "9" },
      40_000,
    ],
    ["none", { "content-type": "application/json" }, undefined],
    ["nonsense", { "retry-after": "soon" }, undefined],
    ["a negative number", { "retry-after": "-5" }, undefined],
  ])("%s", (_what, headers, expected) => {
    expect(retryAfter(headers, now)).toBe(expected);
  });
});

describe("waits", () => {
  const waits = (outcome: Outcome, count: number): number[] => {
    let history = noHistory;
    return Array.from({ length: count }, () => {
      history = remember(history, outcome, now);
      return delayBefore(outcome, history, 5000, 0, now);
    });
  };

  test("grow from 5 to 60 s after 429", () =>
    expect(waits(answer(429), 6)).toEqual([5000, 20_000, 40_000, 60_000, 60_000, 60_000]));
  test("double from 1 to 60 s after failures", () =>
    expect(waits(failure(false), 8)).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]));
  test("start over when the failure is another", () => {
    const afterThrottle = remember(remember(noHistory, answer(503), now), answer(429), now);
    expect(afterThrottle).toEqual({ throttled: 1, failed: 0, failingSince: undefined });
  });

  test("are never shorter than the hint or the floor, and at most a quarter longer", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 600 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.integer({ min: 1, max: 9 }),
        (hint, chance, times) => {
          const outcome = answer(429, true, { "retry-after": String(hint) });
          const history = { ...noHistory, throttled: times };
          const least = Math.max(hint * 1000, delayBefore(answer(429), history, 5000, 0, now));
          const wait = delayBefore(outcome, history, 5000, chance, now);
          return wait >= least && wait <= Math.ceil(least * 1.25);
        },
      ),
    );
  });
});

test("failures are borne for five minutes and six attempts, throttling for ever", () => {
  const failing = { throttled: 0, failed: 6, failingSince: now };
  expect(outOfPatience(failing, 5000, now + 299_999)).toBe(false);
  expect(outOfPatience(failing, 5000, now + 300_000)).toBe(true);
  expect(outOfPatience({ ...failing, failed: 5 }, 5000, now + 300_000)).toBe(false);
  expect(outOfPatience({ throttled: 99, failed: 0, failingSince: undefined }, 5000, now + 9e9)).toBe(false);
});
