import type { StoredNames } from '@tocsin/dashboard/files/check-dashboard.ts';
import { z } from 'zod';
import type { CommandInput } from '../command.ts';
import { ask } from './ask.ts';

const namesSchema = z.object({ data: z.array(z.string()) });
const seriesSchema = z.object({ data: z.array(z.record(z.string(), z.string())) });
const DAYS_BACK = 7;
const SERIES_MAX = 10_000;

/** What an aggregator has stored in the last week: metric names, and the labels of each metric's series. */
export async function storedNames(input: CommandInput): Promise<StoredNames> {
  const start = String(Math.floor(Date.now() / 1000) - DAYS_BACK * 86_400);
  const names = namesSchema.parse(await ask(input, '/api/v1/label/__name__/values', { start })).data;
  const parameters = new URLSearchParams([
    ['match[]', '{__name__!=""}'],
    ['start', start],
    ['limit', String(SERIES_MAX)],
  ]);
  const series = seriesSchema.parse(await ask(input, '/api/v1/series', parameters)).data;
  const labels = new Map<string, Set<string>>();
  for (const one of series) {
    const name = one['__name__'] ?? '';
    const known = labels.get(name) ?? new Set<string>();
    for (const label of Object.keys(one)) known.add(label);
    labels.set(name, known);
  }
  const known = new Set(names);
  return {
    hasMetric: (name) => known.has(name),
    // Cut off, the answer may lack series: then nothing is said about labels.
    labelsOf: (metric) => (series.length >= SERIES_MAX ? undefined : labels.get(metric)),
  };
}
