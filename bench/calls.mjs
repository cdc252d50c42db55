// ARM calls per export and operation, counted by the emulator (tokens and discovery are not counted).
import { exportsProgram, openProject, startEmulator } from "./project.mjs";

export async function calls() {
  const emulator = await startEmulator();
  const project = await openProject(exportsProgram(1), emulator.environment);
  const counted = async (run) => {
    emulator.control.requests.clear();
    await run();
    return emulator.control.requests.list({ category: "arm" }).length;
  };
  try {
    const preview = await counted(project.preview);
    const create = await counted(project.up);
    const unchangedUp = await counted(project.up);
    project.write(exportsProgram(1, "changed"));
    const update = await counted(project.up);
    project.write(exportsProgram(100, "changed"));
    await project.up();
    const refresh100 = await counted(project.refresh);
    project.write(exportsProgram(1, "changed"));
    await project.up();
    const remove = await counted(project.destroy);
    return {
      figures: { preview, create, unchangedUp, update, delete: remove, refresh100 },
      limits: { preview: 0, create: 2, unchangedUp: 0, update: 2, delete: 2, refresh100: 2 },
    };
  } finally {
    project.close();
    await emulator.close();
  }
}
