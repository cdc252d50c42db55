/**
 * Snappy's block format (github.com/google/snappy, format_description.txt), compression only: greedy matching over a small
 * hash table, block by block, so that no copy reaches farther back than two bytes can say.
 */
const blockSize = 65_536;
const tableBits = 14;
/** Matches shorter than a copy that pays are not looked for, and none begins in the last bytes of a block. */
const minMatch = 4;
const margin = 15;

export function snappyCompress(input: Uint8Array): Buffer {
  const output = Buffer.allocUnsafe(32 + input.length + Math.ceil(input.length / 6));
  const target: Target = { output, at: 0 };
  let length = input.length;
  while (length > 0x7f) {
    output[target.at++] = (length & 0x7f) | 0x80;
    length >>>= 7;
  }
  output[target.at++] = length;
  const table = new Uint16Array(1 << tableBits);
  for (let start = 0; start < input.length; start += blockSize) {
    compressBlock(input.subarray(start, start + blockSize), target, table.fill(0));
  }
  return output.subarray(0, target.at);
}

interface Target {
  readonly output: Buffer;
  at: number;
}

/** `table` remembers where in the block four bytes were last seen, by their hash. */
function compressBlock(block: Uint8Array, target: Target, table: Uint16Array): void {
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  const limit = block.length - margin;
  /** The first byte that is not written yet. */
  let pending = 0;
  let at = 1;
  let misses = 0;
  while (at < limit) {
    const word = view.getUint32(at, true);
    const slot = Math.imul(word, 0x1e35a7bd) >>> (32 - tableBits);
    const candidate = table[slot] ?? 0;
    table[slot] = at;
    if (view.getUint32(candidate, true) !== word || candidate >= at) {
      // What does not compress is passed over in growing steps.
      at += 1 + (misses++ >> 5);
      continue;
    }
    let end = at + minMatch;
    let from = candidate + minMatch;
    while (end < block.length && block[end] === block[from]) {
      end++;
      from++;
    }
    writeLiteral(block, pending, at, target);
    writeCopy(at - candidate, end - at, target);
    at = end;
    pending = end;
    misses = 0;
  }
  writeLiteral(block, pending, block.length, target);
}

function writeLiteral(block: Uint8Array, from: number, to: number, target: Target): void {
  if (from === to) return;
  const { output } = target;
  const length = to - from - 1;
  if (length < 60) {
    output[target.at++] = length << 2;
  } else if (length < 0x100) {
    output[target.at++] = 60 << 2;
    output[target.at++] = length;
  } else {
    output[target.at++] = 61 << 2;
    output[target.at++] = length & 0xff;
    output[target.at++] = length >>> 8;
  }
  output.set(block.subarray(from, to), target.at);
  target.at += to - from;
}

function writeCopy(offset: number, length: number, target: Target): void {
  const { output } = target;
  let left = length;
  while (left > 0) {
    // Never leaves a rest that is too short for a copy.
    const part = left > 64 && left < 64 + minMatch ? 60 : Math.min(left, 64);
    if (part < 12 && offset < 2048) {
      output[target.at++] = 1 | ((part - 4) << 2) | ((offset >>> 8) << 5);
      output[target.at++] = offset & 0xff;
    } else {
      output[target.at++] = 2 | ((part - 1) << 2);
      output[target.at++] = offset & 0xff;
      output[target.at++] = offset >>> 8;
    }
    left -= part;
  }
}
