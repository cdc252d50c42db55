/** Samples of what `npm run campaign -- inputs` does at length, with a seed of their own so that they stay the same. */
import fc from "fast-check";
import { exportInputs, now } from "../../campaign/inputs/generate.cjs";
import { createJudge } from "../../campaign/inputs/judge.cjs";
import { anything, brokenProperties, fullExports, readBack, spellings } from "../../campaign/inputs/properties.cjs";
import { unknown } from "../../provider/cost-management/unknown";
import { modules } from "./modules";

const seed = 20_260_310;

describe("check and the emulated service agree", () => {
  const { judge } = createJudge(modules, now);
  const findings = fc.sample(exportInputs(fc), { numRuns: 3_000, seed }).flatMap((raw) => judge(raw).findings);
  const of = (kind: string): readonly unknown[] => findings.filter((finding) => finding.kind === kind).slice(0, 5);

  test("what check accepts without a word, the service takes", () => {
    expect(of("unsound")).toEqual([]);
  });

  test("what the service refuses, check names", () => {
    expect(of("incomplete")).toEqual([]);
  });

  test("what check refuses, the service refuses too", () => {
    expect(of("overstrict")).toEqual([]);
  });
});

test("check and diff answer anything, always the same, and see no difference where there is none", () => {
  const some = fc.sample(anything(fc, unknown), { numRuns: 400, seed });
  const sensible = fc.sample(exportInputs(fc), { numRuns: 400, seed });
  const broken = some.flatMap((one, index) => [
    ...brokenProperties(modules, one, sensible[index]),
    ...brokenProperties(modules, sensible[index], sensible.at(index - 1)),
  ]);
  expect(broken.slice(0, 5)).toEqual([]);
});

test("every dataset in every version reads back as it was written, whatever its spelling", async () => {
  const ways = Object.entries(spellings);
  const broken: string[] = [];
  for (const [index, full] of fullExports().entries()) {
    // Each export in three of the spellings; together they meet all of them many times.
    for (const step of [0, 7, 14]) {
      const [spelling, spelt] = ways[(index + step) % ways.length] ?? ["plain", (inputs) => inputs];
      const result = await readBack(modules, spelt(full), index % 2 === 0 ? {} : { enumCase: "canonical" });
      broken.push(...result.broken.map((sentence) => `${spelling}: ${sentence}`));
    }
  }
  expect(broken.slice(0, 5)).toEqual([]);
});
