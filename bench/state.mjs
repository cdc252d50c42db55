// Bytes per export in the exported state, against its bare inputs and outputs as JSON. `ratio` is what the package stores;
// `wholeEntry` counts also what the engine adds to any resource (urn, parent, dependencies, dates, stack trace).
import { exportsProgram, openProject, startEmulator } from "./project.mjs";

export async function state() {
  const emulator = await startEmulator();
  const project = await openProject(exportsProgram(20), emulator.environment);
  try {
    await project.up();
    const { deployment } = await project.exportState();
    const resources = deployment.resources.filter(({ type }) => type.endsWith(":Export"));
    const stored = sum(resources.map(({ inputs, outputs }) => bytes(inputs) + bytes(outputs)));
    const bare = sum(resources.map(({ inputs, outputs }) => bytes(withoutOurs(inputs)) + bytes(withoutOurs(outputs))));
    return { figures: { ratio: stored / bare, wholeEntry: sum(resources.map(bytes)) / bare }, limits: { ratio: 1.3 } };
  } finally {
    project.close();
    await emulator.close();
  }
}

/** Inputs and outputs without what the package adds for itself. */
function withoutOurs({ __provider, unset, ...rest }) {
  return rest;
}

const bytes = (value) => Buffer.byteLength(JSON.stringify(value));
const sum = (values) => values.reduce((total, value) => total + value, 0);
