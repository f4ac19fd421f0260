import { type Labels, labelsKey } from '../labels/labels.ts';
import type { Exemplar, WriteSeries } from '../series/write-series.ts';
import type { ExpositionSample } from './family.ts';

interface Columns {
  readonly labels: Labels;
  readonly timestampsMs: number[];
  readonly values: number[];
  readonly exemplars: Exemplar[];
}

/** Parsed lines gathered by series, in order of appearance; `defaultMs` dates the samples that carry no timestamp. */
export function expositionToWriteSeries(
  samples: readonly ExpositionSample[],
  defaultMs: number,
): WriteSeries[] {
  const bySeries = new Map<string, Columns>();
  for (const sample of samples) {
    const key = labelsKey(sample.labels);
    let columns = bySeries.get(key);
    if (columns === undefined) {
      columns = { labels: sample.labels, timestampsMs: [], values: [], exemplars: [] };
      bySeries.set(key, columns);
    }
    columns.timestampsMs.push(sample.timestampMs ?? defaultMs);
    columns.values.push(sample.value);
    if (sample.exemplar !== undefined) columns.exemplars.push(sample.exemplar);
  }
  return Array.from(bySeries.values(), ({ labels, timestampsMs, values, exemplars }) => ({
    labels,
    timestampsMs: Float64Array.from(timestampsMs),
    values: Float64Array.from(values),
    ...(exemplars.length === 0 ? {} : { exemplars }),
  }));
}
