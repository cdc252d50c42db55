// A hundred exports against a hundred trivial dynamic resources, on the real engine, turn and turn about in one run. The
// trivial ones have the same inputs and do nothing with them, so that the ratio is the cost of what we do; against resources
// with one short input (`oneField`) it also holds what the engine takes for larger inputs, whoever's they are.
import { exportArgs, exportsProgram, openProject, startEmulator } from "./project.mjs";

const rounds = 3;
const operations = ["up", "unchangedUp", "refresh", "destroy"];

export async function engine() {
  const emulator = await startEmulator();
  const programs = {
    trivial: trivialProgram(exportArgs()),
    ours: exportsProgram(100),
    oneField: trivialProgram({ text: "bench" }),
  };
  const times = { ours: collect(), trivial: collect(), oneField: collect() };
  try {
    for (let round = 0; round < rounds; round++) {
      for (const [kind, program] of Object.entries(programs)) {
        const project = await openProject(program, emulator.environment);
        try {
          times[kind].up.push((await project.up()).ms);
          times[kind].unchangedUp.push((await project.up()).ms);
          times[kind].refresh.push((await project.refresh()).ms);
          times[kind].destroy.push((await project.destroy()).ms);
        } finally {
          project.close();
        }
      }
    }
  } finally {
    await emulator.close();
  }
  const against = (kind) =>
    Object.fromEntries(operations.map((name) => [name, median(times.ours[name]) / median(times[kind][name])]));
  return {
    figures: { ...against("trivial"), oneField: against("oneField") },
    limits: Object.fromEntries(operations.map((name) => [name, 1.25])),
  };
}

function collect() {
  return Object.fromEntries(operations.map((name) => [name, []]));
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** What any dynamic resource costs: a hundred of a provider that does nothing. */
function trivialProgram(inputs) {
  return `
const pulumi = require("@pulumi/pulumi");
const provider = {
  create: async (inputs) => ({ id: "id-" + Math.random(), outs: inputs }),
  read: async (id, props) => ({ id, props }),
  diff: async () => ({ changes: false }),
};
class Trivial extends pulumi.dynamic.Resource {}
for (let index = 0; index < 100; index++) new Trivial(provider, "trivial-" + index, ${JSON.stringify(inputs)});
`;
}
