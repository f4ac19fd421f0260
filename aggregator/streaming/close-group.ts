import { writeStale } from '@tocsin/protocol/series/stale.ts';
import type { WriteSeries } from '@tocsin/protocol/series/write-series.ts';
import type { StreamGroup } from './stream-group.ts';
import type { StreamInput } from './stream-input.ts';
import type { StreamRule } from './stream-rule.ts';
import type { FirstSight, WindowTally } from './window-tally.ts';

/**
 * What the group says of its windows that end in (closedMs, throughMs], which nothing is added to any more. Inputs that have been
 * quiet for too long leave it; `throughMs` Infinity: up to the last window with samples.
 */
export function closeGroup(
  rule: StreamRule,
  group: StreamGroup,
  tally: WindowTally,
  first: FirstSight,
  closedMs: number,
  throughMs: number,
): ClosedWindows {
  const { intervalMs, outputs } = rule;
  const lastEndMs = throughMs === Number.POSITIVE_INFINITY ? lastEnd(group, intervalMs) : throughMs;
  const written = outputs.map((): OutputPoints => ({ timesMs: [], values: [] }));
  /** By input: how many of its samples have been counted. */
  const taken = new Map<StreamInput, number>();
  let quietMs = closedMs;
  for (;;) {
    const endMs = nextEnd(group, taken, quietMs, intervalMs);
    if (endMs > lastEndMs) break;
    const isAlive = takeWindow(group, tally, taken, first, endMs, rule.stalenessMs);
    group.total += tally.increase;
    group.totalPrometheus += tally.increasePrometheus;
    for (const [index, output] of outputs.entries()) {
      const values = isAlive ? tally.read(output, group) : [];
      if (values.length > 0 || group.spoken[index]) {
        written[index]!.timesMs.push(endMs);
        written[index]!.values.push(values);
      }
      group.spoken[index] = values.length > 0;
    }
    if (!isAlive) {
      group.total = 0;
      group.totalPrometheus = 0;
    }
    quietMs = endMs;
  }
  let samples = 0;
  for (const [input, count] of taken) {
    input.drop(count);
    samples += count;
  }
  const series = outputs.flatMap((output, index) =>
    seriesOf(rule.outputLabels(group.labels, output), written[index]!),
  );
  return { series, samples };
}

/** What closed windows of a group say, and how many samples they held. */
export interface ClosedWindows {
  readonly series: readonly WriteSeries[];
  readonly samples: number;
}

interface OutputPoints {
  readonly timesMs: number[];
  /** By time: the values of the output's series; none: they end. */
  readonly values: (readonly number[])[];
}

/** The end of the window a time is in: open on the left, at multiples of the interval. */
export function endOfWindow(timeMs: number, intervalMs: number): number {
  return Math.ceil(timeMs / intervalMs) * intervalMs;
}

/** The next window there is something to say of; Infinity when there is none. */
function nextEnd(
  group: StreamGroup,
  taken: ReadonlyMap<StreamInput, number>,
  closedMs: number,
  intervalMs: number,
): number {
  let oldestMs = Number.POSITIVE_INFINITY;
  for (const input of group.inputs) {
    if (input.hasBaseline) return closedMs + intervalMs;
    oldestMs = Math.min(oldestMs, input.timesMs[taken.get(input) ?? 0] ?? oldestMs);
  }
  return group.isSilent ? endOfWindow(oldestMs, intervalMs) : closedMs + intervalMs;
}

/** Counts what is in one window; true when the group has something to tell from it, or from before. */
function takeWindow(
  group: StreamGroup,
  tally: WindowTally,
  taken: Map<StreamInput, number>,
  first: FirstSight,
  endMs: number,
  stalenessMs: number,
): boolean {
  tally.clear();
  let isAlive = false;
  for (const input of group.inputs) {
    const from = taken.get(input) ?? 0;
    const count = input.countUntil(endMs, from);
    if (count > 0) {
      tally.take(input, from, from + count, first);
      taken.set(input, from + count);
    } else if (endMs - input.lastMs > stalenessMs) {
      input.hasBaseline = false;
      if (from === input.timesMs.length) leave(group, input);
    }
    if (input.hasBaseline) isAlive = true;
  }
  return isAlive;
}

function leave(group: StreamGroup, input: StreamInput): void {
  group.inputs.delete(input);
  input.group = null;
}

function lastEnd(group: StreamGroup, intervalMs: number): number {
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const { timesMs } of group.inputs) lastMs = Math.max(lastMs, timesMs.at(-1) ?? lastMs);
  return endOfWindow(lastMs, intervalMs);
}

function seriesOf(labels: readonly WriteSeries['labels'][], points: OutputPoints): readonly WriteSeries[] {
  if (points.timesMs.length === 0) return [];
  return labels.map((one, index) => {
    const values = new Float64Array(points.timesMs.length);
    for (const [at, ofWindow] of points.values.entries()) {
      const value = ofWindow[index];
      if (value === undefined) writeStale(values, at);
      else values[at] = value;
    }
    return { labels: one, timestampsMs: Float64Array.from(points.timesMs), values };
  });
}
