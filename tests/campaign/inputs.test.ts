import fc from "fast-check";
import { exportInputs, now } from "../../campaign/inputs/generate.cjs";
import { createJudge } from "../../campaign/inputs/judge.cjs";
import { createCostManagement } from "../../emulator/cost-management";
import { defaultSwitches } from "../../emulator/types";
import * as apiVersions from "../../provider/cost-management/api-versions";
import * as fields from "../../provider/cost-management/fields";
import { validate } from "../../provider/cost-management/validate";
import * as wire from "../../provider/cost-management/wire";
import { decideCreate } from "../../provider/resources/export-decide";

/** A sample of what `npm run campaign -- inputs` does at length, with a seed of its own so that it stays the same. */
const seed = 20_260_310;

const judge = createJudge(
  { ...apiVersions, ...fields, ...wire, validate, decideCreate, createCostManagement, defaultSwitches },
  now,
);

describe("check and the emulated service agree", () => {
  const findings = fc.sample(exportInputs(fc), { numRuns: 3_000, seed }).flatMap((raw) => judge.judge(raw).findings);
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
