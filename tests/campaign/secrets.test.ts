/** A life at the most verbose level, searched for every secret that it had. A sample of what `npm run campaign -- secrets` does at length. */
import { sampleOf } from "./run";

jest.setTimeout(180_000);

test("no token, secret, SAS or signed link is where it does not belong", async () => {
  const { figures, said, ok } = await sampleOf("secrets");
  expect({ said: ok ? [] : said, ...figures }).toMatchObject({ said: [], ...{ leaks: 0 } });
});
