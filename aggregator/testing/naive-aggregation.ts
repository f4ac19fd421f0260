import type { StreamRule } from '../streaming/stream-rule.ts';

export interface NaiveSample {
  readonly timeMs: number;
  readonly value: number;
  /** 0: not known. */
  readonly startMs: number;
}

/** A value; null: the series ends. */
export type NaivePoint = readonly [timeMs: number, value: number | null];

/**
 * What a rule says of one group, straight from its definition: every window is looked at with all samples at hand. `inputs` are in the
 * order of their time, without repeats, and nothing of them came late.
 */
export function aggregateNaively(
  rule: StreamRule,
  inputs: readonly (readonly NaiveSample[])[],
  sinceMs: number,
  throughMs: number,
): ReadonlyMap<string, readonly NaivePoint[]> {
  const { intervalMs, stalenessMs } = rule;
  const found = new Map<string, NaivePoint[]>(rule.outputs.map(({ kind }) => [kind, []]));
  const all = inputs.flat();
  if (all.length === 0) return found;
  const firstMs = Math.min(...all.map(({ timeMs }) => timeMs));
  const before = new Map<string, boolean>();
  let [total, totalPrometheus] = [0, 0];
  for (let endMs = Math.ceil(firstMs / intervalMs) * intervalMs; endMs <= throughMs; endMs += intervalMs) {
    const startMs = endMs - intervalMs;
    const inWindow = inputs.map((samples) =>
      samples.filter(({ timeMs }) => timeMs > startMs && timeMs <= endMs),
    );
    const isAlive = inputs.some((samples) =>
      samples.some(({ timeMs }) => timeMs <= endMs && endMs - timeMs <= stalenessMs),
    );
    if (!isAlive) [total, totalPrometheus] = [0, 0];
    const rates: number[] = [];
    let [increase, increasePrometheus] = [0, 0];
    for (const [index, window] of inWindow.entries()) {
      if (window.length === 0) continue;
      const earlier = inputs[index]!.filter(({ timeMs }) => timeMs <= startMs);
      const last = earlier.at(-1);
      const baseline = last && startMs - last.timeMs <= stalenessMs ? last : undefined;
      const counted = baseline ? [baseline, ...window] : window;
      let grown = 0;
      for (let i = 1; i < counted.length; i++) grown += growth(counted[i - 1]!, counted[i]!);
      increasePrometheus += grown;
      increase += grown;
      if (!baseline) increase += beginning(window[0]!, last, sinceMs, stalenessMs);
      const seconds = (counted.at(-1)!.timeMs - counted[0]!.timeMs) / 1_000;
      if (seconds > 0) rates.push(grown / seconds);
    }
    total += increase;
    totalPrometheus += increasePrometheus;
    const values = inWindow.flat().map(({ value }) => value);
    const ofGroup = { total, totalPrometheus, increase, increasePrometheus, rates };
    for (const { kind } of rule.outputs) {
      const value = isAlive ? outputOf(kind, inWindow, values, ofGroup) : undefined;
      if (value !== undefined) found.get(kind)!.push([endMs, value]);
      else if (before.get(kind)) found.get(kind)!.push([endMs, null]);
      before.set(kind, value !== undefined);
    }
  }
  return found;
}

function growth(from: NaiveSample, to: NaiveSample): number {
  // As with OpenTelemetry: one that starts where the last ended counts what came since, if that one knew its own start.
  const isDelta = to.startMs === from.timeMs && from.startMs !== 0 && from.startMs < from.timeMs;
  const isNew = to.startMs !== 0 && to.startMs < to.timeMs && (to.startMs > from.timeMs || isDelta);
  return to.value < from.value || isNew ? to.value : to.value - from.value;
}

/** What a counter counts for that is seen for the first time, or again after long. */
function beginning(
  sample: NaiveSample,
  last: NaiveSample | undefined,
  sinceMs: number,
  stalenessMs: number,
): number {
  if (sample.startMs !== 0 && sample.startMs < sample.timeMs)
    return sample.startMs >= sinceMs && (!last || sample.startMs > last.timeMs) ? sample.value : 0;
  return !last && sample.timeMs > sinceMs + stalenessMs ? sample.value : 0;
}

interface OfGroup {
  readonly total: number;
  readonly totalPrometheus: number;
  readonly increase: number;
  readonly increasePrometheus: number;
  readonly rates: readonly number[];
}

function outputOf(
  kind: string,
  inWindow: readonly (readonly NaiveSample[])[],
  values: readonly number[],
  { total, totalPrometheus, increase, increasePrometheus, rates }: OfGroup,
): number | undefined {
  const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
  const mean = sum(values) / values.length;
  const variance = sum(values.map((value) => (value - mean) ** 2)) / values.length;
  const sorted = values.toSorted((a, b) => a - b);
  const speaking = inWindow.filter((window) => window.length > 0);
  const newest = Math.max(...inWindow.flat().map(({ timeMs }) => timeMs));
  if (kind === 'total') return total;
  if (kind === 'total_prometheus') return totalPrometheus;
  if (values.length === 0) return undefined;
  switch (kind) {
    case 'increase':
      return increase;
    case 'increase_prometheus':
      return increasePrometheus;
    case 'rate_sum':
      return rates.length === 0 ? undefined : sum(rates);
    case 'rate_avg':
      return rates.length === 0 ? undefined : sum(rates) / rates.length;
    case 'sum_samples':
      return sum(values);
    case 'count_samples':
      return values.length;
    case 'count_series':
      return speaking.length;
    case 'unique_samples':
      return new Set(values).size;
    case 'sum_last':
      return sum(speaking.map((window) => window.at(-1)!.value));
    case 'last':
      return speaking.findLast((window) => window.at(-1)!.timeMs === newest)!.at(-1)!.value;
    case 'avg':
      return mean;
    case 'min':
      return sorted[0]!;
    case 'max':
      return sorted.at(-1)!;
    case 'stdvar':
      return variance;
    case 'stddev':
      return Math.sqrt(variance);
    case 'quantiles': {
      // The median alone is asked for here.
      const middle = (sorted.length - 1) / 2;
      return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
    }
    default:
      throw new Error(`there is no output ${kind}`);
  }
}
