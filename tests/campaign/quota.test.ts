/** 200 exports over 40 scopes under the realistic quota, on a virtual clock. A sample of what `npm run campaign -- quota` does at length. */
import { sampleOf } from "./run";

jest.setTimeout(180_000);

test("the quota alone says how long it takes, and nothing fails", async () => {
  const { figures, said, ok } = await sampleOf("quota");
  expect({ said: ok ? [] : said, ...figures }).toMatchObject({ said: [], ...{ failed: 0 } });
  expect(figures["ratio"]).toBeLessThanOrEqual(1.05);
});
