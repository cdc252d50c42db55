/** Faults at the calls of many exports at once, and a process killed, on the real CLI. A sample of what `npm run campaign -- faults` does at length. */
import { sampleOf } from "./run";

jest.setTimeout(180_000);

test("after one more command cloud, state and program agree, and every error named export, cause and cure", async () => {
  const { figures, said, ok } = await sampleOf("faults");
  expect({ said: ok ? [] : said, ...figures }).toMatchObject({ said: [], ...{ losses: 0 } });
  expect(figures["tried"]).toBeGreaterThan(10);
});
