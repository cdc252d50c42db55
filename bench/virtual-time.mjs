// A clock for programs in this process and the emulator together: time jumps to the next sleeper's hour whenever nobody
// works, so that hours of quota take seconds, and in the order in which they would happen.
const idle = 3;

/** @param {{ now(): number, advance(ms: number): void }} emulatorClock frozen, so that only we move it */
export function virtualTime(emulatorClock) {
  const sleepers = [];
  let working = 0;
  let timer;
  const settle = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (working > 0 || sleepers.length === 0) return;
      sleepers.sort((a, b) => a.at - b.at);
      const next = sleepers[0].at;
      emulatorClock.advance(Math.max(0, next - emulatorClock.now()));
      while (sleepers.length > 0 && sleepers[0].at <= next) sleepers.shift().wake();
      settle();
    }, idle);
  };
  return {
    clock: {
      now: () => emulatorClock.now(),
      sleep: (milliseconds) =>
        new Promise((wake) => {
          sleepers.push({ at: emulatorClock.now() + milliseconds, wake });
          settle();
        }),
    },
    /** Wraps the transport: while a request is under way, time stands. */
    counted: (http) => async (request) => {
      working += 1;
      try {
        return await http(request);
      } finally {
        working -= 1;
        settle();
      }
    },
  };
}
