/** The provider in several processes, an old client and the portal, at the same exports. A sample of what `npm run campaign -- races` does at length. */
import { sampleOf } from "./run";

jest.setTimeout(180_000);

test("no acknowledged change disappears without a word", async () => {
  const { figures, said, ok } = await sampleOf("races");
  expect({ said: ok ? [] : said, ...figures }).toMatchObject({ said: [], ...{ lost: 0 } });
  expect(figures["rounds"]).toBeGreaterThanOrEqual(120);
});
