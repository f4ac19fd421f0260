import { addHistograms, scaleHistogram, subtractHistograms } from '@tocsin/protocol/histogram/arithmetic.ts';
import { isCustom } from '@tocsin/protocol/histogram/buckets.ts';
import { detectReset } from '@tocsin/protocol/histogram/counter-reset.ts';
import type { Histogram } from '@tocsin/protocol/histogram/histogram.ts';
import { type Noted, noteReconciled } from './histogram-notes.ts';

/** The value `fraction` of the way from one float to the next; a counter that was reset starts from zero. */
export function interpolateFloats(before: number, after: number, fraction: number, counter: boolean): number {
  const from = counter && after < before ? 0 : before;
  return from + (after - from) * fraction;
}

/** The same for histograms; null when their layouts do not fit. */
export function interpolateHistograms(
  before: Histogram,
  after: Histogram,
  fraction: number,
  counter: boolean,
  noted: Noted,
): Histogram | null {
  if (isCustom(before) !== isCustom(after)) return null;
  if (counter && detectReset(after, before)) return scaleHistogram(after, fraction);
  const difference = subtractHistograms(after, before);
  if (difference === null) return null;
  if (difference.boundsReconciled) noteReconciled('subtraction', noted);
  const between = addHistograms(scaleHistogram(difference.histogram, fraction), before);
  if (between?.boundsReconciled) noteReconciled('addition', noted);
  return between?.histogram ?? null;
}
