import { QueryError } from '../query-error.ts';
import type { RangeFunction } from './range-function.ts';

/** Holt's double exponential smoothing of the window: the smoothed value at its end. */
export const doubleExponentialSmoothing: RangeFunction = {
  samplesMin: 2,
  float: (series, start, end, step, context) => {
    const level = factor(context.scalars[0]![step]!, 'smoothing');
    const slope = factor(context.scalars[1]![step]!, 'trend');
    const { values } = series;
    let previous = values[start]!;
    let trend = values[start + 1]! - values[start]!;
    let smoothed = previous;
    for (let i = start + 1; i < end; i++) {
      if (i > start + 1) trend = slope * (smoothed - previous) + (1 - slope) * trend;
      const next = level * values[i]! + (1 - level) * (smoothed + trend);
      previous = smoothed;
      smoothed = next;
    }
    return smoothed;
  },
};

function factor(value: number, name: string): number {
  if (value <= 0 || value >= 1) {
    throw new QueryError(
      'execution',
      `invalid ${name} factor. Expected: 0 < ${name === 'smoothing' ? 'sf' : 'tf'} < 1, got: ${value}`,
    );
  }
  return value;
}
