import { isStaleAt } from '@tocsin/protocol/series/stale.ts';
import { NO_SAMPLES, type SampleColumns } from '../head/sample-columns.ts';
import type { SelectMessage } from '../shard/shard-owner.ts';

const COUNTERS = new Set(['rate', 'increase']);
const AVERAGES = new Set(['avg_over_time']);
const OTHERS = new Set(['min_over_time', 'max_over_time', 'sum_over_time']);

/**
 * True when the query evaluates one window once, (minTimestampMs, maxTimestampMs], by a function whose answer follows from
 * roll-ups of any parts of it: then whole days can come from a tier, wherever the window begins and ends.
 */
export function isSingleWindow({ hints, minTimestampMs, maxTimestampMs }: SelectMessage): boolean {
  if (!hints || hints.function === null || hints.stepMs !== 0 || hints.rangeMs === 0) return false;
  if (maxTimestampMs - minTimestampMs !== hints.rangeMs) return false;
  return COUNTERS.has(hints.function) || AVERAGES.has(hints.function) || OTHERS.has(hints.function);
}

/** What a window holds: of roll-ups and of raw samples, put together in the order of time. */
interface Totals {
  count: number;
  sum: number;
  first: number;
  firstMs: number;
  last: number;
  lastMs: number;
  increase: number;
}

/**
 * Samples that give the function the answer that all samples of the window would. `windows` are roll-ups of days that lie
 * wholly in it, `raw` the samples of the others.
 */
export function singleWindowSamples(
  windows: SampleColumns,
  raw: SampleColumns,
  selection: SelectMessage,
): SampleColumns {
  const totals = total(windows, raw, selection);
  if (totals.count === 0) return NO_SAMPLES;
  if (AVERAGES.has(selection.hints?.function ?? ''))
    return {
      timestampsMs: Float64Array.of(totals.lastMs),
      values: Float64Array.of(totals.sum / totals.count),
    };
  return counterSamples(totals, selection);
}

function total(
  windows: SampleColumns,
  raw: SampleColumns,
  { minTimestampMs, maxTimestampMs }: SelectMessage,
): Totals {
  const rollups = windows.rollups!;
  const totals: Totals = { count: 0, sum: 0, first: 0, firstMs: 0, last: 0, lastMs: 0, increase: 0 };
  const add = (
    count: number,
    sum: number,
    first: number,
    firstMs: number,
    last: number,
    lastMs: number,
    increase: number,
  ) => {
    if (totals.count === 0) {
      totals.first = first;
      totals.firstMs = firstMs;
    } else totals.increase += first < totals.last ? first : first - totals.last;
    totals.count += count;
    totals.sum += sum;
    totals.increase += increase;
    totals.last = last;
    totals.lastMs = lastMs;
  };
  let i = 0;
  let k = 0;
  while (i < windows.values.length || k < raw.values.length) {
    const windowMs = i < windows.values.length ? rollups.firstTimestampsMs[i]! : Number.POSITIVE_INFINITY;
    const rawMs = k < raw.values.length ? raw.timestampsMs[k]! : Number.POSITIVE_INFINITY;
    if (rawMs < windowMs) {
      const value = raw.values[k]!;
      if (!isStaleAt(raw.values, k)) add(1, value, value, rawMs, value, rawMs, 0);
      k++;
      continue;
    }
    const { count, sum, first, lastTimestampsMs, increase } = rollups;
    // Where raw is gone, a day that is only partly wanted has windows at the edge that are, too: they are left out.
    if (windowMs > minTimestampMs && lastTimestampsMs[i]! <= maxTimestampMs)
      add(count[i]!, sum[i]!, first[i]!, windowMs, windows.values[i]!, lastTimestampsMs[i]!, increase[i]!);
    i++;
  }
  return totals;
}

/**
 * The first and the last sample, and between them what makes the rise come out. How far Prometheus extrapolates follows from
 * the distance of the samples, so where an end is farther from its sample than that, there are as many as there were.
 */
function counterSamples(totals: Totals, { minTimestampMs, maxTimestampMs }: SelectMessage): SampleColumns {
  const { first, last, increase, count, firstMs, lastMs } = totals;
  if (count < 2) return { timestampsMs: Float64Array.of(firstMs), values: Float64Array.of(first) };
  const plain = last < first ? last : last - first;
  const peak = first + increase - last;
  const between = increase === plain ? [] : peak > last ? [peak] : [peak, 0];
  const thresholdMs = (1.1 * (lastMs - firstMs)) / (count - 1);
  const isNear = firstMs - minTimestampMs < thresholdMs && maxTimestampMs - lastMs < thresholdMs;
  const points = isNear ? between.length + 2 : Math.max(count, between.length + 2);
  const values = new Float64Array(points).fill(last);
  values[0] = first;
  for (const [i, value] of between.entries()) values[i + 1] = value;
  const timestampsMs = values.map((_, i) => firstMs + ((lastMs - firstMs) * i) / (points - 1));
  timestampsMs[points - 1] = lastMs;
  return { timestampsMs, values };
}
