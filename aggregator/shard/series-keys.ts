import type { SeriesTable } from '../series/series-table.ts';
import type { SeriesKeys } from './shard-owner.ts';

// What one answer holds: small enough to be made without a pause.
const SERIES_MAX = 20_000;

/** The canonical label bytes of the series from `from` on. */
export function seriesKeys(table: SeriesTable, from: number): SeriesKeys {
  const count = Math.max(0, Math.min(SERIES_MAX, table.seriesCount - from));
  const each = Array.from({ length: count }, (_, i) => table.keyOf(from + i));
  const keyLengths = Uint32Array.from(each, (key) => key.length);
  const keys = new Uint8Array(keyLengths.reduce((sum, length) => sum + length, 0));
  let at = 0;
  for (const key of each) {
    keys.set(key, at);
    at += key.length;
  }
  return { keys, keyLengths };
}
