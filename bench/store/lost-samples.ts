import type { Target } from '../target/target.ts';
import type { MixedSeries } from './mixed-series.ts';
import { labelsOf, metricNames } from './mixed-series.ts';
import { type AcknowledgedRound, pacedValue } from './paced-load.ts';
import { ask } from './query-api.ts';
import { timestampOf } from './tick-requests.ts';

/** How many acknowledged samples the server does not have, or has with another value. */
export async function countLost(
  target: Target,
  series: MixedSeries,
  { requests, stepMs }: AcknowledgedRound,
): Promise<number> {
  if (requests.length === 0) return 0;
  const stored = await storedSamples(
    target,
    series,
    requests.map(({ timeMs }) => timeMs),
    stepMs,
  );
  let lost = 0;
  for (const { from, to, timeMs } of requests)
    for (let i = from; i < to; i++)
      if (stored[i]!.get(timestampOf(i, timeMs, stepMs)) !== pacedValue(i, timeMs)) lost++;
  return lost;
}

/** By series' number: values by timestamp, in ms. */
async function storedSamples(
  target: Target,
  series: MixedSeries,
  timesMs: readonly number[],
  stepMs: number,
): Promise<readonly ReadonlyMap<number, number>[]> {
  const lastMs = Math.max(...timesMs);
  const seconds = Math.ceil((lastMs - Math.min(...timesMs) + 2 * stepMs) / 1_000) + 1;
  const stored = Array.from({ length: series.count }, () => new Map<number, number>());
  const numbers = new Map(stored.map((_, number) => [keyOf(labelsOf(number)), number]));
  for (const name of metricNames(series.count)) {
    const query = `${name}[${seconds}s]`;
    for (const { metric, values = [] } of await ask(target, 'query', {
      query,
      time: String(lastMs / 1_000),
    })) {
      const samples = stored[numbers.get(keyOf(metric)) ?? -1];
      if (samples === undefined) throw new Error(`${target.name} has a series nobody sent: ${keyOf(metric)}`);
      for (const [at, text] of values) samples.set(Math.round(at * 1_000), Number(text));
    }
  }
  return stored;
}

function keyOf(labels: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}
