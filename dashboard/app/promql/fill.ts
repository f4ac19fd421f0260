import type { TimeWindow } from '../time/range.ts';
import { duration } from './text.ts';

/** How often what is stored usually changes; a rate over fewer than four of these is noise. */
const sampleSecondsTypical = 15;

/** The span of a `rate()` at this step: long enough to hold four samples and to leave no gap between steps. */
export const rateWindowSeconds = (stepSeconds: number): number =>
  Math.max(stepSeconds + sampleSecondsTypical, 4 * sampleSecondsTypical);

/** Business numbers are small and lumpy, so they are looked at over longer spans. */
export const slowWindowSeconds = (stepSeconds: number): number =>
  Math.max(2 * 60, stepSeconds + sampleSecondsTypical);

/** Replaces `$window`, `$slow`, `$range`, `$twice` (the range) and `$step` in a panel's query by durations that fit the page's time window. */
export function fill(expr: string, window: TimeWindow): string {
  return expr
    .replaceAll('$window', duration(rateWindowSeconds(window.stepSeconds)))
    .replaceAll('$slow', duration(slowWindowSeconds(window.stepSeconds)))
    .replaceAll('$step', duration(window.stepSeconds))
    .replaceAll('$range', duration((window.toMs - window.fromMs) / 1000))
    .replaceAll('$twice', duration((2 * (window.toMs - window.fromMs)) / 1000));
}
