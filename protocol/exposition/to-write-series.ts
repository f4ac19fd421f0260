import { createSeriesBuilder } from '../series/series-builder.ts';
import type { WriteSeries } from '../series/write-series.ts';
import type { ExpositionSample } from './family.ts';

/** Parsed lines gathered by series, in order of appearance; `defaultMs` dates the samples that carry no timestamp. */
export function expositionToWriteSeries(
  samples: readonly ExpositionSample[],
  defaultMs: number,
): WriteSeries[] {
  const builder = createSeriesBuilder();
  for (const { labels, value, timestampMs, exemplar } of samples) {
    builder.addValue(labels, timestampMs ?? defaultMs, value);
    if (exemplar !== undefined) builder.addExemplar(labels, exemplar);
  }
  return builder.build();
}
