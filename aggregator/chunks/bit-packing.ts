import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';

// Wider integers are packed in planes of this many bits, so that 32-bit arithmetic does it all.
const PLANE_BITS = 24;
const PLANE = 2 ** PLANE_BITS;
const INT32_MAX = 2 ** 31 - 1;

/** Bits needed for integers 0..max. */
export function bitWidth(max: number): number {
  return max < 4294967296 ? 32 - Math.clz32(max) : 64 - Math.clz32(Math.floor(max / 4294967296));
}

/** Appends `values[from..to)`, integers in 0..2^width, lowest bit first. `values` is scratch afterwards. */
export function packBits(
  writer: ByteWriter,
  values: Float64Array,
  from: number,
  to: number,
  width: number,
): void {
  let rest = width;
  while (rest > PLANE_BITS) {
    for (let i = from; i < to; i++) {
      const high = Math.floor(values[i]! / PLANE);
      planeScratch(to)[i] = values[i]! - high * PLANE;
      values[i] = high;
    }
    packPlane(writer, planeScratch(to), from, to, PLANE_BITS);
    rest -= PLANE_BITS;
  }
  if (rest > 0) packPlane(writer, values, from, to, rest);
}

/** Reads what `packBits` wrote into `target[from..to)`. */
export function unpackBits(
  reader: ByteReader,
  target: Float64Array,
  from: number,
  to: number,
  width: number,
): void {
  if (width === 0) {
    target.fill(0, from, to);
    return;
  }
  let scale = 1;
  for (let rest = width; rest > 0; rest -= PLANE_BITS) {
    unpackPlane(reader, target, from, to, Math.min(rest, PLANE_BITS), scale);
    scale *= PLANE;
  }
}

/** Widths that `unpackSums` reads. */
export const SUMS_WIDTH_MAX = PLANE_BITS;

/**
 * Reads what `packBits` wrote, of SUMS_WIDTH_MAX bits at most, as steps: each value, with `base` added, to the one before it,
 * the first to `target[from - 1]`. In one go, since this runs for most samples a query reads.
 */
export function unpackSums(
  reader: ByteReader,
  target: Float64Array,
  from: number,
  to: number,
  width: number,
  base: number,
): void {
  const { bytes } = reader;
  const count = to - from;
  const start = reader.skip(Math.ceil((count * width) / 8));
  const mask = 2 ** width - 1;
  const safe = safeEnd(bytes, start, from, to, width);
  const first = target[from - 1]!;
  let value = first;
  let bit = 0;
  let i = from;
  if ((Math.abs(base) + mask) * count < INT32_MAX) {
    // Integers add up in a fraction of the time of doubles, and each step waits for the one before.
    const step = base | 0;
    let sum = 0;
    if (width <= 9) {
      for (; i < safe; i++, bit += width) {
        const at = start + (bit >>> 3);
        sum = (sum + (((bytes[at]! | (bytes[at + 1]! << 8)) >>> (bit & 7)) & mask) + step) | 0;
        target[i] = first + sum;
      }
    } else {
      for (; i < safe; i++, bit += width) {
        sum = (sum + ((fourBytes(bytes, start + (bit >>> 3)) >>> (bit & 7)) & mask) + step) | 0;
        target[i] = first + sum;
      }
    }
    value = first + sum;
  } else {
    for (; i < safe; i++, bit += width) {
      value += ((fourBytes(bytes, start + (bit >>> 3)) >>> (bit & 7)) & mask) + base;
      target[i] = value;
    }
  }
  for (; i < to; i++, bit += width) {
    value += wordAt(bytes, start, bit, width) + base;
    target[i] = value;
  }
}

/** Steps over `count` values of `packBits`. */
export function skipBits(reader: ByteReader, count: number, width: number): void {
  for (let rest = width; rest > 0; rest -= PLANE_BITS)
    reader.skip(Math.ceil((count * Math.min(rest, PLANE_BITS)) / 8));
}

/** Each value is put where it begins and into all bytes it may reach, without asking which: a branch costs more than a byte. */
function packPlane(writer: ByteWriter, values: Float64Array, from: number, to: number, width: number): void {
  const length = Math.ceil(((to - from) * width) / 8);
  writer.reserve(length + 4);
  const { bytes } = writer;
  const start = writer.length;
  let bit = 0;
  bytes[start] = 0;
  if (width <= 9)
    for (let i = from; i < to; i++, bit += width) {
      const at = start + (bit >>> 3);
      const word = values[i]! << (bit & 7);
      bytes[at]! |= word;
      bytes[at + 1] = word >>> 8;
      if (width === 9) bytes[at + 2] = 0;
    }
  else
    for (let i = from; i < to; i++, bit += width) {
      const at = start + (bit >>> 3);
      const word = values[i]! << (bit & 7);
      bytes[at]! |= word;
      bytes[at + 1] = word >>> 8;
      bytes[at + 2] = word >>> 16;
      bytes[at + 3] = word >>> 24;
    }
  writer.length = start + length;
}

function unpackPlane(
  reader: ByteReader,
  target: Float64Array,
  from: number,
  to: number,
  width: number,
  scale: number,
): void {
  const { bytes } = reader;
  const start = reader.skip(Math.ceil(((to - from) * width) / 8));
  const mask = 2 ** width - 1;
  const safe = safeEnd(bytes, start, from, to, width);
  let bit = 0;
  let i = from;
  if (scale === 1) {
    if (width <= 9) {
      for (; i < safe; i++, bit += width) {
        const at = start + (bit >>> 3);
        target[i] = ((bytes[at]! | (bytes[at + 1]! << 8)) >>> (bit & 7)) & mask;
      }
    } else {
      for (; i < safe; i++, bit += width)
        target[i] = (fourBytes(bytes, start + (bit >>> 3)) >>> (bit & 7)) & mask;
    }
  } else {
    for (; i < safe; i++, bit += width)
      target[i]! += ((fourBytes(bytes, start + (bit >>> 3)) >>> (bit & 7)) & mask) * scale;
  }
  for (; i < to; i++, bit += width) {
    const value = wordAt(bytes, start, bit, width);
    target[i] = scale === 1 ? value : target[i]! + value * scale;
  }
}

/**
 * Up to where each value lies in the four bytes from where it begins, so that nobody need ask how many of them it needs: a
 * branch costs more than a byte. Near the end of the bytes there may be no four left.
 */
function safeEnd(bytes: Uint8Array, start: number, from: number, to: number, width: number): number {
  return Math.min(to, from + Math.max(0, Math.floor(((bytes.length - start - 4) * 8) / width)));
}

function wordAt(bytes: Uint8Array, start: number, bit: number, width: number): number {
  const first = bit >>> 3;
  const last = (bit + width - 1) >>> 3;
  let word = 0;
  for (let byte = first; byte <= last; byte++) word |= bytes[start + byte]! << (8 * (byte - first));
  return (word >>> (bit & 7)) & (2 ** width - 1);
}

function fourBytes(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

let scratch = new Float64Array(128);
function planeScratch(length: number): Float64Array {
  if (scratch.length < length) scratch = new Float64Array(length * 2);
  return scratch;
}
