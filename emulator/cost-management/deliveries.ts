/**
 * Files are written in the background, one delivery after another, while the service itself stays synchronous: whoever asks
 * meanwhile sees a run or a report under way. A delivery that outlives a reset or a restored snapshot reports to nobody.
 */
export interface Deliveries {
  /** Does nothing when one of that key is under way; `work` gives what is to be done with its result. */
  start(key: string, work: () => Promise<() => void>): void;
  /** When all that was started has ended. */
  idle(): Promise<void>;
  underWay(): boolean;
  forget(): void;
}

export function createDeliveries(): Deliveries {
  let keys = new Set<string>();
  let last: Promise<void> = Promise.resolve();
  return {
    start: (key, work) => {
      const mine = keys;
      if (mine.has(key)) return;
      mine.add(key);
      last = last.then(async () => {
        if (mine !== keys) return;
        const report = await work();
        if (mine !== keys) return;
        mine.delete(key);
        report();
      });
    },
    idle: () => last,
    underWay: () => keys.size > 0,
    forget: () => {
      keys = new Set();
    },
  };
}
