import { type ByteReader, StoredDataError } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { bitWidth, packBits, SUMS_WIDTH_MAX, skipBits, unpackBits, unpackSums } from './bit-packing.ts';

/**
 * A column of integers within ±2^49 (so that no difference of differences passes 2^53): the values, their differences, or the differences of those, whichever is smallest,
 * less their minimum, in as many bits as the largest needs (frame of reference). The lowest and the highest may be
 * kept apart, so that one counter reset or one gap in time does not widen all the others.
 */
export const INTEGER_MAX = 2 ** 49;

const WITH_OUTLIERS = 4;
// What keeping one value apart costs, about: its position and its distance.
const OUTLIER_BITS = 32;

let work = new Float64Array(128);
// The two lowest and the two highest of the values, of their differences, and of the differences of those.
const ends = new Float64Array(12);

/** Appends `values[0..count)`, count at least 1. */
export function encodeIntegers(writer: ByteWriter, values: Float64Array, count: number): void {
  if (work.length < count) work = new Float64Array(count * 2);
  findEnds(values, count);
  let best = Number.POSITIVE_INFINITY;
  let order = 0;
  let base = 0;
  let width = 0;
  let withOutliers = false;
  for (let candidate = 0; candidate < 3 && candidate < count; candidate++) {
    const low = ends[candidate * 4]!;
    const secondLow = ends[candidate * 4 + 1]!;
    const secondHigh = ends[candidate * 4 + 2]!;
    const high = ends[candidate * 4 + 3]!;
    const length = count - candidate;
    // The values in front of the packed ones are varints: about their own size.
    const lead = candidate === 0 ? 0 : 8 + 14 * (candidate - 1);
    const plainWidth = bitWidth(high - low);
    const plainCost = lead + length * plainWidth;
    if (plainCost < best) {
      best = plainCost;
      order = candidate;
      base = low;
      width = plainWidth;
      withOutliers = false;
    }
    if (length > 8 && secondLow <= secondHigh) {
      const trimmedWidth = bitWidth(secondHigh - secondLow);
      const trimmedCost = lead + length * trimmedWidth + 2 * OUTLIER_BITS;
      if (trimmedCost < best) {
        best = trimmedCost;
        order = candidate;
        base = secondLow;
        width = trimmedWidth;
        withOutliers = true;
      }
    }
    if (plainWidth === 0) break;
  }
  writeColumn(writer, values, count, order, base, width, withOutliers);
}

/**
 * Fills `ends`. All three orders in one pass and in local variables: this runs for every sample that is stored. The seconds
 * are infinite when there is only one value, or all are the same.
 */
function findEnds(values: Float64Array, count: number): void {
  const { POSITIVE_INFINITY: most, NEGATIVE_INFINITY: least } = Number;
  let [low0, second0, third0, high0] = [most, most, least, least];
  let [low1, second1, third1, high1] = [most, most, least, least];
  let [low2, second2, third2, high2] = [most, most, least, least];
  let previous = 0;
  let previousStep = 0;
  for (let i = 0; i < count; i++) {
    const value = values[i]!;
    if (value < low0) {
      second0 = low0;
      low0 = value;
    } else if (value < second0) second0 = value;
    if (value > high0) {
      third0 = high0;
      high0 = value;
    } else if (value > third0) third0 = value;
    const step = value - previous;
    previous = value;
    if (i === 0) continue;
    if (step < low1) {
      second1 = low1;
      low1 = step;
    } else if (step < second1) second1 = step;
    if (step > high1) {
      third1 = high1;
      high1 = step;
    } else if (step > third1) third1 = step;
    const change = step - previousStep;
    previousStep = step;
    if (i === 1) continue;
    if (change < low2) {
      second2 = low2;
      low2 = change;
    } else if (change < second2) second2 = change;
    if (change > high2) {
      third2 = high2;
      high2 = change;
    } else if (change > third2) third2 = change;
  }
  ends[0] = low0;
  ends[1] = second0;
  ends[2] = third0;
  ends[3] = high0;
  ends[4] = low1;
  ends[5] = second1;
  ends[6] = third1;
  ends[7] = high1;
  ends[8] = low2;
  ends[9] = second2;
  ends[10] = third2;
  ends[11] = high2;
}

function writeColumn(
  writer: ByteWriter,
  values: Float64Array,
  count: number,
  order: number,
  base: number,
  width: number,
  withOutliers: boolean,
): void {
  const second = order < 2 ? 0 : values[1]! - values[0]!;
  writer.byte(order | (withOutliers ? WITH_OUTLIERS : 0) | (width === 0 ? 8 : 0));
  if (order > 0) writer.zigzag(values[0]!);
  if (order > 1) writer.zigzag(second);
  writer.zigzag(base);
  if (width > 0) writer.byte(width);
  if (width === 0 && !withOutliers) return;
  if (order === 0) for (let i = 0; i < count; i++) work[i] = values[i]! - base;
  else if (order === 1) {
    let previous = values[0]!;
    for (let i = 1; i < count; i++) {
      const value = values[i]!;
      work[i] = value - previous - base;
      previous = value;
    }
  } else {
    let previous = values[1]!;
    let previousStep = second;
    for (let i = 2; i < count; i++) {
      const value = values[i]!;
      const step = value - previous;
      work[i] = step - previousStep - base;
      previous = value;
      previousStep = step;
    }
  }
  if (withOutliers) writeOutliers(writer, count, order, width);
  packBits(writer, work, order, count, width);
}

/** Writes what does not fit, as distances from the base, and puts the base in its place. */
function writeOutliers(writer: ByteWriter, count: number, order: number, width: number): void {
  const limit = 2 ** width;
  const apart: number[] = [];
  for (let i = order; i < count; i++) if (work[i]! < 0 || work[i]! >= limit) apart.push(i);
  writer.varint(apart.length);
  for (const i of apart) {
    writer.varint(i);
    writer.zigzag(work[i]!);
    work[i] = 0;
  }
}

/** Reads what `encodeIntegers` wrote into `target[from..from+count)`. */
export function decodeIntegers(reader: ByteReader, target: Float64Array, from: number, count: number): void {
  const header = reader.byte();
  const order = header & 3;
  if (order > 2 || order >= count || header > 15)
    throw new StoredDataError('Cannot read a column: its header is wrong');
  const start = from + order;
  const end = from + count;
  for (let i = from; i < start; i++) target[i] = reader.zigzag();
  const base = reader.zigzag();
  const width = header & 8 ? 0 : reader.byte();
  if (width > 53) throw new StoredDataError(`Cannot read a column: ${width} bits a value`);
  const outliers = header & WITH_OUTLIERS ? readOutliers(reader, order, count) : null;
  if (width === 0 && !outliers) {
    fillRegular(target, from, start, end, base);
    return;
  }
  if (order === 1 && !outliers && width <= SUMS_WIDTH_MAX) {
    unpackSums(reader, target, start, end, width, base);
    return;
  }
  unpackBits(reader, target, start, end, width);
  if (outliers) for (let i = 0; i < outliers.length; i += 2) target[from + outliers[i]!] = outliers[i + 1]!;
  // Undoing the differences and adding the minimum in one go: this runs for every sample a query reads.
  if (order === 0) {
    if (base !== 0) for (let i = start; i < end; i++) target[i]! += base;
  } else if (order === 1) {
    let value = target[from]!;
    for (let i = start; i < end; i++) {
      value += target[i]! + base;
      target[i] = value;
    }
  } else {
    let difference = target[from + 1]!;
    let value = target[from]! + difference;
    target[from + 1] = value;
    for (let i = start; i < end; i++) {
      difference += target[i]! + base;
      value += difference;
      target[i] = value;
    }
  }
}

/** Steps over what `encodeIntegers` wrote. */
export function skipIntegers(reader: ByteReader, count: number): void {
  const header = reader.byte();
  const order = header & 3;
  if (order > 2 || order >= count || header > 15)
    throw new StoredDataError('Cannot read a column: its header is wrong');
  for (let i = 0; i < order; i++) reader.zigzag();
  reader.zigzag();
  const width = header & 8 ? 0 : reader.byte();
  if (width > 53) throw new StoredDataError(`Cannot read a column: ${width} bits a value`);
  if (header & WITH_OUTLIERS) readOutliers(reader, order, count);
  skipBits(reader, count - order, width);
}

/** All differences are the same: timestamps of a steady scrape, constants, counters that rise steadily. */
function fillRegular(target: Float64Array, from: number, start: number, end: number, base: number): void {
  const order = start - from;
  if (order === 0) {
    target.fill(base, start, end);
    return;
  }
  let difference = order === 1 ? base : target[from + 1]!;
  const growth = order === 1 ? 0 : base;
  let value = target[from]!;
  if (order === 2) {
    value += difference;
    target[from + 1] = value;
  }
  for (let i = start; i < end; i++) {
    difference += growth;
    value += difference;
    target[i] = value;
  }
}

function readOutliers(reader: ByteReader, order: number, count: number): number[] {
  const outliers: number[] = [];
  const length = reader.varint();
  if (length > count) throw new StoredDataError(`Cannot read a column: ${length} outliers of ${count}`);
  for (let i = 0; i < length; i++) {
    const at = reader.varint();
    if (at < order || at >= count)
      throw new StoredDataError(`Cannot read a column: outlier ${at} of ${count}`);
    outliers.push(at, reader.zigzag());
  }
  return outliers;
}
