/** `pulumi up` that is killed, with all processes that it started, while it works. */
import { spawn, spawnSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import type { Project } from "./stack";

/**
 * Kills the deployment a moment after it has got as far as told, and takes its lock off the stack. The process of the provider
 * lives on, in a group of its own, until `end` is called.
 */
export async function killedUp(project: Project, farEnough: () => boolean): Promise<{ readonly end: () => void }> {
  const words = ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive", "--stack", project.name];
  const killed = spawn("setsid", [...words, "--config-file", project.configFile], {
    cwd: project.folder,
    env: project.environment,
    stdio: "ignore",
  });
  while (!farEnough()) {
    if (killed.exitCode !== null) throw new Error("The deployment ended before it could be killed.");
    await sleep(100);
  }
  await sleep(300);
  process.kill(-(killed.pid ?? 0), "SIGKILL");
  await sleep(300);
  await project.run(["cancel", "--yes"]);
  return { end: () => void spawnSync("pkill", ["-KILL", "--session", String(killed.pid)]) };
}
