// Copies reach back at most this far, so that two bytes hold every distance.
const BLOCK_BYTES = 65_536;
const HASH_BITS = 14;
// The last bytes of a block stay literal: looking for matches reads four bytes at a time.
const TAIL_BYTES = 15;

/**
 * Compresses into one Snappy block (google/snappy, format_description.txt). The input must be under 4 GiB.
 * Matches are looked for through a hash of four bytes, skipping faster the longer none is found, as the reference does.
 */
export function encodeSnappy(source: Uint8Array): Uint8Array {
  const target = new Uint8Array(32 + source.length + Math.ceil(source.length / 6));
  let out = 0;
  let rest = source.length;
  while (rest >= 0x80) {
    target[out++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  target[out++] = rest;
  const table = new Uint16Array(1 << HASH_BITS);
  for (let start = 0; start < source.length; start += BLOCK_BYTES) {
    const end = Math.min(source.length, start + BLOCK_BYTES);
    table.fill(0);
    out = encodeBlock(source, start, end, target, out, table);
  }
  return target.slice(0, out);
}

function encodeBlock(
  source: Uint8Array,
  start: number,
  end: number,
  target: Uint8Array,
  outStart: number,
  table: Uint16Array,
): number {
  let out = outStart;
  let literalStart = start;
  let at = start + 1;
  let misses = 32;
  const matchLimit = end - TAIL_BYTES;
  while (at < matchLimit) {
    const word = wordAt(source, at);
    const slot = Math.imul(word, 0x1e35a7bd) >>> (32 - HASH_BITS);
    const candidate = start + table[slot]!;
    table[slot] = at - start;
    if (candidate >= at || wordAt(source, candidate) !== word) {
      at += misses++ >>> 5;
      continue;
    }
    out = writeLiteral(source, literalStart, at, target, out);
    let length = 4;
    while (at + length < end && source[candidate + length] === source[at + length]) length++;
    out = writeCopy(at - candidate, length, target, out);
    at += length;
    literalStart = at;
    misses = 32;
  }
  return writeLiteral(source, literalStart, end, target, out);
}

function wordAt(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

function writeLiteral(
  source: Uint8Array,
  start: number,
  end: number,
  target: Uint8Array,
  outStart: number,
): number {
  let out = outStart;
  const size = end - start;
  if (size === 0) return out;
  const stored = size - 1;
  if (stored < 60) target[out++] = stored << 2;
  else if (stored < 256) {
    target[out++] = 60 << 2;
    target[out++] = stored;
  } else {
    target[out++] = 61 << 2;
    target[out++] = stored & 255;
    target[out++] = stored >>> 8;
  }
  target.set(source.subarray(start, end), out);
  return out + size;
}

function writeCopy(distance: number, length: number, target: Uint8Array, outStart: number): number {
  let out = outStart;
  let rest = length;
  while (rest > 0) {
    // A copy of two-byte distance makes 1 to 64 bytes; the one-byte form 4 to 11, within 2 KiB.
    const size = rest > 64 ? (rest < 68 ? 60 : 64) : rest;
    if (size >= 4 && size <= 11 && distance < 2048) {
      target[out++] = 1 | ((size - 4) << 2) | ((distance >>> 8) << 5);
      target[out++] = distance & 255;
    } else {
      target[out++] = 2 | ((size - 1) << 2);
      target[out++] = distance & 255;
      target[out++] = distance >>> 8;
    }
    rest -= size;
  }
  return out;
}
