import type { SampleColumns } from '../head/sample-columns.ts';
import { emptyRollups, ROLLUP_NAMES, type RollupColumns, sliceRollups } from './rollup-columns.ts';

interface Piece extends SampleColumns {
  readonly rollups: RollupColumns;
}

/**
 * One set of windows from several. A window that is in more than one, because its samples lay on both sides of a
 * midnight or came late, is put together: exact when the parts do not overlap in time; of parts that do, the
 * increase is that between the later ends.
 */
export function mergeRollups(pieces: readonly SampleColumns[]): SampleColumns {
  const parts = pieces.filter(
    (piece): piece is Piece => piece.rollups !== undefined && piece.values.length > 0,
  );
  const total = parts.reduce((sum, { values }) => sum + values.length, 0);
  const order = parts
    .flatMap((piece) => Array.from(piece.timestampsMs, (endMs, index) => ({ piece, index, endMs })))
    .sort(
      (a, b) =>
        a.endMs - b.endMs ||
        a.piece.rollups.firstTimestampsMs[a.index]! - b.piece.rollups.firstTimestampsMs[b.index]!,
    );
  const ends = new Float64Array(total);
  const last = new Float64Array(total);
  const merged = emptyRollups(total);
  let windows = 0;
  for (const { piece, index, endMs } of order) {
    if (windows > 0 && ends[windows - 1] === endMs) {
      addTo(merged, last, windows - 1, piece, index);
      continue;
    }
    ends[windows] = endMs;
    last[windows] = piece.values[index]!;
    for (const name of ROLLUP_NAMES) merged[name][windows] = piece.rollups[name][index]!;
    windows++;
  }
  return {
    timestampsMs: ends.slice(0, windows),
    values: last.slice(0, windows),
    rollups: sliceRollups(merged, 0, windows),
  };
}

/** Adds a part that begins no earlier than what is there. */
function addTo(merged: RollupColumns, last: Float64Array, at: number, piece: Piece, index: number): void {
  const part = piece.rollups;
  const first = part.first[index]!;
  const before = last[at]!;
  merged.increase[at]! += part.increase[index]! + (first < before ? first : first - before);
  merged.count[at]! += part.count[index]!;
  merged.sum[at]! += part.sum[index]!;
  if (part.min[index]! < merged.min[at]! || Number.isNaN(merged.min[at])) merged.min[at] = part.min[index]!;
  if (part.max[index]! > merged.max[at]! || Number.isNaN(merged.max[at])) merged.max[at] = part.max[index]!;
  if (part.lastTimestampsMs[index]! >= merged.lastTimestampsMs[at]!) {
    merged.lastTimestampsMs[at] = part.lastTimestampsMs[index]!;
    last[at] = piece.values[index]!;
  }
}
