/** GUIDs: random, or from a seed so that a run of the emulator can be repeated to the letter. */
import { createHash, randomUUID } from "node:crypto";

export function idSource(seed?: string | number): () => string {
  if (seed === undefined) return randomUUID;
  let count = 0;
  return () => guidOf(`${seed}/${++count}`);
}

/** The same GUID for the same text, such as the object id of an application. */
export function guidOf(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
