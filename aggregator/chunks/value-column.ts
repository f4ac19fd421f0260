import { type ByteReader, StoredDataError } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { packBits, skipBits, unpackBits } from './bit-packing.ts';
import { decodeIntegers, encodeIntegers, INTEGER_MAX, skipIntegers } from './integer-column.ts';

// The low three bits of the first byte; of the decimal kinds the rest is the number of decimals.
const SAME_BITS = 0; // one double for all
const SAME_DECIMAL = 1; // one integer for all
const DECIMALS = 2; // integers
const DECIMALS_AND_DOUBLES = 3; // integers, and some doubles that are none
const DOUBLES = 4;

const DECIMALS_MAX = 18;
const POWERS = Array.from({ length: DECIMALS_MAX + 1 }, (_, exponent) => 10 ** exponent);
const TWO_32 = 4294967296;

let integers = new Float64Array(128);
let mantissas = new Float64Array(128);

/**
 * Appends `values[from..from+count)`, count at least 1; every bit comes back. What has few decimals (nearly all
 * metrics) is stored as integers; the rest as sign and exponent beside the mantissa's used bits.
 */
export function encodeValues(writer: ByteWriter, values: Float64Array, from: number, count: number): void {
  if (integers.length < count) {
    integers = new Float64Array(count * 2);
    mantissas = new Float64Array(count * 2);
  }
  const words = new Uint32Array(values.buffer, values.byteOffset + from * 8, count * 2);
  let same = true;
  for (let i = 1; i < count && same; i++) same = words[i * 2] === words[0] && words[i * 2 + 1] === words[1];
  const column = same ? values.subarray(from, from + 1) : values.subarray(from, from + count);
  const decimals = commonDecimals(column);
  if (same) {
    if (decimals >= 0 && !Number.isNaN(integers[0])) {
      writer.byte(SAME_DECIMAL | (decimals << 3));
      writer.zigzag(integers[0]!);
    } else {
      writer.byte(SAME_BITS);
      writer.uint32(words[0]!);
      writer.uint32(words[1]!);
    }
    return;
  }
  if (decimals >= 0) encodeDecimals(writer, words, count, decimals);
  else encodeDoubles(writer, words, count);
}

/**
 * The fewest decimals with which every value is an integer that gives it back exactly, the integers being left in
 * `integers` with NaN for the few values that have none; -1 when too many have none.
 */
function commonDecimals(values: Float64Array): number {
  const count = values.length;
  const whole = leadingWholeNumbers(values);
  if (whole === count) return 0;
  const misfitsMax = count >> 4;
  let decimals = 0;
  let power = 1;
  let misfits = 0;
  let largest = 0;
  for (let i = 0; i < whole; i++) largest = Math.max(largest, Math.abs(integers[i]!));
  // Up to here the integers are not yet those of the final number of decimals.
  let unsettled = 0;
  for (let i = whole; i < count; i++) {
    const value = values[i]!;
    const size = Math.abs(value);
    const scaled = Math.round(value * power);
    if (scaled / power === value && size * power <= INTEGER_MAX) {
      if (size > largest) largest = size;
      integers[i] = scaled;
      if (value === 0 && 1 / value < 0) {
        misfits++;
        integers[i] = Number.NaN;
      }
      continue;
    }
    unsettled = i + 1;
    let needed = decimals + 1;
    while (needed <= DECIMALS_MAX && size * POWERS[needed]! <= INTEGER_MAX) {
      const scaled = Math.round(value * POWERS[needed]!);
      if (scaled / POWERS[needed]! === value) break;
      needed++;
    }
    if (needed > DECIMALS_MAX || !(Math.max(size, largest) * POWERS[needed]! <= INTEGER_MAX)) {
      if (++misfits > misfitsMax) return -1;
      continue;
    }
    decimals = needed;
    power = POWERS[needed]!;
    if (size > largest) largest = size;
  }
  if (misfits > misfitsMax) return -1;
  for (let i = 0; i < unsettled; i++) {
    const value = values[i]!;
    const scaled = Math.round(value * power);
    const fits =
      scaled / power === value && Math.abs(scaled) <= INTEGER_MAX && !(value === 0 && 1 / value < 0);
    integers[i] = fits ? scaled : Number.NaN;
  }
  return decimals;
}

/** How many of the values in front are integers as they are, -0 not among them; those are put into `integers`. */
function leadingWholeNumbers(values: Float64Array): number {
  let i = 0;
  for (; i < values.length; i++) {
    const value = values[i]!;
    if (Math.floor(value) !== value || value > INTEGER_MAX || value < -INTEGER_MAX) break;
    if (value === 0 && 1 / value < 0) break;
    integers[i] = value;
  }
  return i;
}

function encodeDecimals(writer: ByteWriter, words: Uint32Array, count: number, decimals: number): void {
  const misfits: number[] = [];
  for (let i = 0; i < count; i++) if (Number.isNaN(integers[i])) misfits.push(i);
  writer.byte((misfits.length > 0 ? DECIMALS_AND_DOUBLES : DECIMALS) | (decimals << 3));
  if (misfits.length > 0) {
    writer.varint(misfits.length);
    for (const i of misfits) {
      writer.varint(i);
      writer.uint32(words[i * 2]!);
      writer.uint32(words[i * 2 + 1]!);
      // In the column stands what costs least: the neighbour's value.
      integers[i] = i > 0 ? integers[i - 1]! : 0;
    }
  }
  encodeIntegers(writer, integers, count);
}

function encodeDoubles(writer: ByteWriter, words: Uint32Array, count: number): void {
  let usedLow = 0;
  let usedHigh = 0;
  for (let i = 0; i < count; i++) {
    usedLow |= words[i * 2]!;
    usedHigh |= words[i * 2 + 1]! & 0xfffff;
    integers[i] = words[i * 2 + 1]! >>> 20;
  }
  const unused = usedLow !== 0 ? trailingZeros(usedLow) : usedHigh !== 0 ? 32 + trailingZeros(usedHigh) : 52;
  writer.byte(DOUBLES);
  encodeIntegers(writer, integers, count);
  writer.byte(unused);
  const divisor = 2 ** unused;
  for (let i = 0; i < count; i++)
    mantissas[i] = ((words[i * 2 + 1]! & 0xfffff) * TWO_32 + words[i * 2]!) / divisor;
  packBits(writer, mantissas, 0, count, 52 - unused);
}

function trailingZeros(word: number): number {
  return 31 - Math.clz32(word & -word);
}

/** Reads what `encodeValues` wrote into `target[from..from+count)`. */
export function decodeValues(reader: ByteReader, target: Float64Array, from: number, count: number): void {
  const header = reader.byte();
  const kind = header & 7;
  const decimals = header >>> 3;
  if (decimals > DECIMALS_MAX) throw new StoredDataError(`Cannot read values: ${decimals} decimals`);
  const power = POWERS[decimals]!;
  switch (kind) {
    case SAME_BITS: {
      const words = wordsOf(target, from, count);
      const low = reader.uint32();
      const high = reader.uint32();
      for (let i = 0; i < count; i++) {
        words[i * 2] = low;
        words[i * 2 + 1] = high;
      }
      return;
    }
    case SAME_DECIMAL:
      target.fill(reader.zigzag() / power, from, from + count);
      return;
    case DECIMALS:
      decodeIntegers(reader, target, from, count);
      if (power !== 1) for (let i = from; i < from + count; i++) target[i]! /= power;
      return;
    case DECIMALS_AND_DOUBLES: {
      const misfits = readMisfits(reader, count);
      decodeIntegers(reader, target, from, count);
      if (power !== 1) for (let i = from; i < from + count; i++) target[i]! /= power;
      const words = wordsOf(target, from, count);
      for (let i = 0; i < misfits.length; i += 3) {
        words[misfits[i]! * 2] = misfits[i + 1]!;
        words[misfits[i]! * 2 + 1] = misfits[i + 2]!;
      }
      return;
    }
    case DOUBLES:
      decodeDoubles(reader, wordsOf(target, from, count), count);
      return;
    default:
      throw new StoredDataError(`Cannot read values: unknown kind ${kind}`);
  }
}

/** Steps over what `encodeValues` wrote. */
export function skipValues(reader: ByteReader, count: number): void {
  const kind = reader.byte() & 7;
  switch (kind) {
    case SAME_BITS:
      reader.skip(8);
      return;
    case SAME_DECIMAL:
      reader.zigzag();
      return;
    case DECIMALS_AND_DOUBLES:
      readMisfits(reader, count);
      skipIntegers(reader, count);
      return;
    case DECIMALS:
      skipIntegers(reader, count);
      return;
    case DOUBLES: {
      skipIntegers(reader, count);
      const unused = reader.byte();
      if (unused > 52) throw new StoredDataError(`Cannot read values: ${unused} unused bits`);
      skipBits(reader, count, 52 - unused);
      return;
    }
    default:
      throw new StoredDataError(`Cannot read values: unknown kind ${kind}`);
  }
}

function wordsOf(column: Float64Array, from: number, count: number): Uint32Array {
  return new Uint32Array(column.buffer, column.byteOffset + from * 8, count * 2);
}

function readMisfits(reader: ByteReader, count: number): number[] {
  const length = reader.varint();
  if (length > count) throw new StoredDataError(`Cannot read values: ${length} exceptions of ${count}`);
  const misfits: number[] = [];
  for (let i = 0; i < length; i++) {
    const at = reader.varint();
    if (at >= count) throw new StoredDataError(`Cannot read values: exception ${at} of ${count}`);
    misfits.push(at, reader.uint32(), reader.uint32());
  }
  return misfits;
}

function decodeDoubles(reader: ByteReader, words: Uint32Array, count: number): void {
  if (integers.length < count) {
    integers = new Float64Array(count * 2);
    mantissas = new Float64Array(count * 2);
  }
  decodeIntegers(reader, integers, 0, count);
  const unused = reader.byte();
  if (unused > 52) throw new StoredDataError(`Cannot read values: ${unused} unused bits`);
  unpackBits(reader, mantissas, 0, count, 52 - unused);
  const factor = 2 ** unused;
  for (let i = 0; i < count; i++) {
    const mantissa = mantissas[i]! * factor;
    const high = Math.floor(mantissa / TWO_32);
    words[i * 2] = mantissa - high * TWO_32;
    words[i * 2 + 1] = high + integers[i]! * 0x100000;
  }
}
