/** Chance that can be repeated: numbers are a function of a seed and of what they are for, never of what came before. */

/** 32 bits of a text (FNV-1a). */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return scatter(hash);
}

/** 32 bits of several numbers. */
export function mix(first: number, ...others: readonly number[]): number {
  let hash = first;
  for (const other of others) hash = scatter(Math.imul(hash, 31) ^ scatter(other + 0x9e3779b9));
  return hash >>> 0;
}

/** A whole number from `from` to `to`, both included. */
export const between = (from: number, to: number, hash: number): number => from + (hash % (to - from + 1));

/** The finish of MurmurHash3: every bit of the input decides over every bit of the output. */
function scatter(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
