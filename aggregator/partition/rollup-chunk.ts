import type { RollupColumn, Rollups } from '@tocsin/protocol/series/rollups.ts';
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { decodeIntegers, encodeIntegers, skipIntegers } from '../chunks/integer-column.ts';
import { decodeValues, encodeValues, skipValues } from '../chunks/value-column.ts';
import type { ColumnArena } from '../head/column-arena.ts';
import type { SampleColumns } from '../head/sample-columns.ts';
import { CHUNK_SAMPLES, OLD_ROLLUPS, ROLLUPS_WITH_STARTS } from './partition-format.ts';

const VALUE_COLUMNS = ['first', 'count', 'sum', 'min', 'max', 'resets'] as const;
const scratch = new Float64Array(CHUNK_SAMPLES);
const NONE = new Float64Array(0);

/** Appends windows [from, from + count) of floats, whose ends are `endsMs`, except for their ends. */
export function encodeRollups(
  block: ByteWriter,
  columns: SampleColumns,
  endsMs: Float64Array,
  from: number,
  count: number,
  withStarts: boolean,
): void {
  const rollups = columns.rollups!;
  const beforeEnd = (column: Float64Array): void => {
    for (let i = 0; i < count; i++) scratch[i] = endsMs[i]! - column[from + i]!;
    encodeIntegers(block, scratch, count);
  };
  encodeValues(block, columns.values, from, count);
  beforeEnd(columns.timestampsMs);
  beforeEnd(rollups.firstTimestampsMs);
  for (const name of VALUE_COLUMNS) encodeValues(block, rollups[name], from, count);
  if (!withStarts) return;
  for (const column of [columns.startsMs!, rollups.firstStartsMs!]) {
    scratch.set(column.subarray(from, from + count));
    encodeIntegers(block, scratch, count);
  }
}

/** Columns that windows are decoded into; those that are not wanted are empty. */
export interface RollupTarget {
  readonly timestampsMs: Float64Array;
  readonly values: Float64Array;
  readonly startsMs: Float64Array | null;
  readonly rollups: Rollups;
  readonly wanted: ReadonlySet<RollupColumn>;
}

export function newRollupTarget(
  arena: ColumnArena,
  length: number,
  wanted: ReadonlySet<RollupColumn>,
  hasStarts: boolean,
): RollupTarget {
  const column = (name: RollupColumn): Float64Array => (wanted.has(name) ? arena.take(length) : NONE);
  // Not all chunks fill these.
  const zeros = (): Float64Array => arena.take(length).fill(0);
  return {
    timestampsMs: arena.take(length),
    values: wanted.has('last') ? arena.take(length) : zeros(),
    startsMs: hasStarts ? zeros() : null,
    rollups: {
      firstTimestampsMs: column('firstTimestampsMs'),
      first: column('first'),
      count: column('count'),
      sum: column('sum'),
      min: column('min'),
      max: column('max'),
      resets: column('resets'),
      ...(hasStarts && { firstStartsMs: zeros() }),
    },
    wanted,
  };
}

export function finishTarget({ timestampsMs, values, startsMs, rollups }: RollupTarget): SampleColumns {
  return { timestampsMs, values, rollups, ...(startsMs && { startsMs }) };
}

/** Reads a chunk of windows that end at `endsMs` into the target from `at` on. Throws StoredDataError. */
export function decodeRollups(
  reader: ByteReader,
  kind: number,
  endsMs: Float64Array,
  target: RollupTarget,
  at: number,
): void {
  if (kind === OLD_ROLLUPS) {
    decodeOldRollups(reader, endsMs, target, at);
    return;
  }
  const count = endsMs.length;
  const { rollups, wanted, startsMs } = target;
  if (wanted.has('last')) decodeValues(reader, target.values, at, count);
  else skipValues(reader, count);
  decodeBeforeEnd(reader, endsMs, target.timestampsMs, at);
  if (wanted.has('firstTimestampsMs')) decodeBeforeEnd(reader, endsMs, rollups.firstTimestampsMs, at);
  else skipIntegers(reader, count);
  for (const name of VALUE_COLUMNS) {
    if (wanted.has(name)) decodeValues(reader, rollups[name], at, count);
    else skipValues(reader, count);
  }
  if (kind !== ROLLUPS_WITH_STARTS || startsMs === null) return;
  decodeIntegers(reader, startsMs, at, count);
  decodeIntegers(reader, rollups.firstStartsMs!, at, count);
}

/** Version 1: other columns' order, and how much a counter rose in the place of what it lost to resets. */
function decodeOldRollups(reader: ByteReader, endsMs: Float64Array, target: RollupTarget, at: number): void {
  const count = endsMs.length;
  const column = (): Float64Array => {
    const values = new Float64Array(count);
    decodeValues(reader, values, 0, count);
    return values;
  };
  const last = column();
  const [counts, sum, min, max, first] = [column(), column(), column(), column(), column()];
  const firstTimestampsMs = new Float64Array(count);
  decodeBeforeEnd(reader, endsMs, firstTimestampsMs, 0);
  decodeBeforeEnd(reader, endsMs, target.timestampsMs, at);
  const increase = column();
  const resets = increase.map((rise, i) => rise - (last[i]! - first[i]!));
  target.values.set(last, at);
  const found = { firstTimestampsMs, first, count: counts, sum, min, max, resets };
  for (const [name, values] of Object.entries(found) as [keyof typeof found, Float64Array][])
    if (target.wanted.has(name)) target.rollups[name].set(values, at);
}

function decodeBeforeEnd(reader: ByteReader, endsMs: Float64Array, target: Float64Array, at: number): void {
  const count = endsMs.length;
  decodeIntegers(reader, target, at, count);
  for (let i = 0; i < count; i++) target[at + i] = endsMs[i]! - target[at + i]!;
}
