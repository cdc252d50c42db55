import { DeadlineError, type Clock } from "../../../provider/arm";
import { createLimiter, type Limiter, type Turn } from "../../../provider/arm/quota";

/** Time moves only when the test says so. */
function manualClock() {
  let time = 1_000_000;
  let sleepers: { at: number; wake: () => void }[] = [];
  const clock: Clock = {
    now: () => time,
    sleep: (milliseconds) => new Promise((wake) => sleepers.push({ at: time + milliseconds, wake })),
  };
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const advance = async (milliseconds: number): Promise<void> => {
    const end = time + milliseconds;
    for (;;) {
      const next = sleepers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      time = Math.max(time, next.at);
      sleepers = sleepers.filter((sleeper) => sleeper !== next);
      next.wake();
      await settle();
    }
    time = end;
    await settle();
  };
  return { clock, advance, sleeping: () => sleepers.length };
}

const turn = (overrides: Partial<Turn> = {}): Turn => ({
  operation: "read",
  scope: "/subscriptions/1",
  deadline: Infinity,
  repeated: false,
  ...overrides,
});

/** Takes turns and keeps who had theirs; a turn is over at once unless `hold` is set. */
function crowd(limiter: Limiter) {
  const served: string[] = [];
  const releases: (() => void)[] = [];
  const failed: unknown[] = [];
  const join = (name: string, overrides: Partial<Turn> = {}, hold = false): void => {
    limiter.acquire(turn(overrides)).then(
      (release) => {
        served.push(name);
        if (hold) releases.push(release);
        else release();
      },
      (error: unknown) => failed.push(error),
    );
  };
  return { served, releases, failed, join };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

test("eight requests go at a time, the others in the order they came", async () => {
  const { clock, sleeping } = manualClock();
  const { join, served, releases } = crowd(createLimiter(clock, true));
  for (let index = 0; index < 11; index += 1) join(String(index), { scope: `/subscriptions/${index}` }, true);
  await settle();
  expect(served).toEqual(["0", "1", "2", "3", "4", "5", "6", "7"]);
  releases[3]!();
  releases[3]!();
  await settle();
  expect(served.slice(8)).toEqual(["8"]);
  releases[0]!();
  releases[1]!();
  await settle();
  expect(served.slice(8)).toEqual(["8", "9", "10"]);
  expect(sleeping()).toBe(0);
});

test("ten runs go at once, whatever their scope, then one every six seconds; reads are not held up", async () => {
  const { clock, advance } = manualClock();
  const { join, served } = crowd(createLimiter(clock, true));
  for (let index = 0; index < 12; index += 1) join(`run ${index}`, { operation: "run" });
  join("run elsewhere", { operation: "run", scope: "/subscriptions/2" });
  join("read", {});
  await settle();
  expect(served).toHaveLength(11);
  expect(served.slice(10)).toEqual(["read"]);
  await advance(5999);
  expect(served).toHaveLength(11);
  await advance(1);
  expect(served.slice(11)).toEqual(["run 10"]);
  await advance(6000);
  expect(served.slice(11)).toEqual(["run 10", "run 11"]);
  await advance(6000);
  expect(served.slice(11)).toEqual(["run 10", "run 11", "run elsewhere"]);
});

test("a scope's spelling does not open a second quota", async () => {
  const { clock } = manualClock();
  const { join, served } = crowd(createLimiter(clock, true));
  for (const scope of ["/subscriptions/A", "/Subscriptions/a", "/SUBSCRIPTIONS/A"])
    join(scope, { operation: "report", scope });
  await settle();
  expect(served).toHaveLength(2);
});

test("a 429 pauses its own kind, and the pace after it is careful", async () => {
  const { clock, advance } = manualClock();
  const limiter = createLimiter(clock, true);
  const { join, served } = crowd(limiter);
  limiter.throttled(
    turn(),
    { "x-ms-ratelimit-microsoft.costmanagement-entity-retry-after": "20" },
    clock.now() + 20_000,
  );
  for (const name of ["a", "b", "c"]) join(name);
  join("other", { scope: "/subscriptions/2" });
  await settle();
  expect(served).toEqual(["other"]);
  await advance(19_999);
  expect(served).toEqual(["other"]);
  await advance(1);
  expect(served).toContain("a");
  const before = served.length;
  for (let index = 0; index < 40; index += 1) join(`later ${index}`);
  await advance(10_000);
  // 30 a minute is one every two seconds.
  expect(served.length - before).toBeLessThanOrEqual(16);
});

test("after a 429 the reads and writes of a scope share its careful pace, less the time of the pause; runs do not", async () => {
  const { clock, advance } = manualClock();
  const limiter = createLimiter(clock, true);
  const { join, served } = crowd(limiter);
  limiter.throttled(turn(), {}, clock.now() + 6000);
  for (let index = 0; index < 20; index += 1) {
    join(`read ${index}`);
    join(`write ${index}`, { operation: "write" });
  }
  join("run", { operation: "run" });
  await settle();
  expect(served).toEqual(["run"]);
  await advance(6000);
  // What the service's quota gained meanwhile: one every two seconds.
  expect(served).toHaveLength(1 + 3);
  await advance(20_000);
  expect(served).toHaveLength(1 + 3 + 10);
});

test.each(["tenant", "client", "clienttype", "qpu"])("a quota of the %s pauses everything", async (name) => {
  const { clock, advance } = manualClock();
  const limiter = createLimiter(clock, true);
  const { join, served } = crowd(limiter);
  limiter.throttled(
    turn(),
    { [`x-ms-ratelimit-microsoft.costmanagement-${name}-retry-after`]: "20" },
    clock.now() + 20_000,
  );
  join("other", { scope: "/subscriptions/2", operation: "write" });
  await advance(19_999);
  expect(served).toEqual([]);
  await advance(1);
  expect(served).toEqual(["other"]);
});

test("a repeated request goes before those that came meanwhile", async () => {
  const { clock, advance } = manualClock();
  const limiter = createLimiter(clock, true);
  const { join, served } = crowd(limiter);
  limiter.throttled(turn(), {}, clock.now() + 5000);
  join("new");
  join("repeated", { repeated: true });
  await advance(20_000);
  expect(served).toEqual(["repeated", "new"]);
});

test("who cannot have a turn before the deadline is told at once, with the wait", async () => {
  const { clock } = manualClock();
  const limiter = createLimiter(clock, true);
  const { join, failed } = crowd(limiter);
  limiter.throttled(turn(), {}, clock.now() + 60_000);
  join("late", { deadline: clock.now() + 10_000 });
  await settle();
  expect(failed[0]).toBeInstanceOf(DeadlineError);
  expect(failed[0]).toMatchObject({
    waitMs: 60_000,
    message: expect.stringMatching(/allows the next one in 60 s.*longer timeouts/),
  });
});

test("an emulator on this machine is not slowed down, but may ask for a pause", async () => {
  const { clock, advance } = manualClock();
  const limiter = createLimiter(clock, false);
  const { join, served } = crowd(limiter);
  for (let index = 0; index < 100; index += 1) join(String(index), { operation: "report" });
  await settle();
  expect(served).toHaveLength(100);
  limiter.throttled(turn({ operation: "report" }), {}, clock.now() + 1000);
  join("paused", { operation: "report" });
  await settle();
  expect(served).toHaveLength(100);
  await advance(1000);
  expect(served).toHaveLength(101);
});

test("eight times as many waiting requests take about eight times as long, not sixty-four", async () => {
  const timeOf = async (count: number): Promise<number> => {
    const { clock } = manualClock();
    const { join, served } = crowd(createLimiter(clock, false));
    const started = process.hrtime.bigint();
    for (let index = 0; index < count; index += 1) join(String(index), { scope: `/subscriptions/${index % 50}` });
    while (served.length < count) await settle();
    return Number(process.hrtime.bigint() - started);
  };
  await timeOf(1000);
  const few = Math.min(await timeOf(1000), await timeOf(1000));
  const many = Math.min(await timeOf(8000), await timeOf(8000));
  expect(many / few).toBeLessThan(30);
});
