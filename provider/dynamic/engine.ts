/**
 * Whether the engine that started this provider process still lives. The process has a process group of its own, so a
 * killed CLI leaves it behind, working on: what it would start then, nobody records.
 */
import { connect } from "node:net";

/** The engine's address (host and port), where this is the process that hosts dynamic providers. */
export const engineAddress = /dynamic-provider/.test(process.argv[1] ?? "") ? process.argv[2] : undefined;

/** Whether an engine answers at the address; where none is known, there is nothing to outlive. */
export function engineLives(address: string | undefined): Promise<boolean> {
  const [, host = "", port = ""] = /^(?:https?:\/\/)?(.+):(\d+)$/.exec(address ?? "") ?? [];
  if (host === "" || Number(port) === 0) return Promise.resolve(true);
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port), timeout: 1000 });
    const end = (lives: boolean): void => {
      socket.destroy();
      resolve(lives);
    };
    socket.once("connect", () => end(true));
    socket.once("timeout", () => end(true));
    socket.once("error", () => end(false));
  });
}
