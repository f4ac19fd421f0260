import { detectReset } from '@tocsin/protocol/histogram/counter-reset.ts';
import type { Histogram } from '@tocsin/protocol/histogram/histogram.ts';
import type { SeriesColumns } from '@tocsin/protocol/series/series.ts';

/** The series with its unknown counter reset hints found out by comparing each histogram with the one before. */
export function withResetHints(series: SeriesColumns): SeriesColumns {
  if (series.histograms === undefined || series.rollups) return series;
  let previous: Histogram | null = null;
  const histograms = series.histograms.map((histogram) => {
    if (histogram === null) return null;
    const before = previous;
    previous = histogram;
    if (histogram.counterReset !== 'unknown' || before === null) return histogram;
    return {
      ...histogram,
      counterReset: detectReset(histogram, before) ? ('reset' as const) : ('none' as const),
    };
  });
  return { ...series, histograms };
}
