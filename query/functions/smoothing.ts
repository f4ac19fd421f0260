import { formatGo } from '@tocsin/protocol/promql/format-number.ts';
import { QueryError } from '../query-error.ts';
import type { RangeFunction } from './range-function.ts';

/** Holt's double exponential smoothing of the window: the smoothed value at its end. */
export const doubleExponentialSmoothing: RangeFunction = {
  samplesMin: 2,
  check: (step, { scalars }) => {
    checkFactor(scalars[0]![step]!, 'smoothing', 'sf');
    checkFactor(scalars[1]![step]!, 'trend', 'tf');
  },
  float: (series, start, end, step, context) => {
    const level = context.scalars[0]![step]!;
    const slope = context.scalars[1]![step]!;
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

function checkFactor(value: number, name: string, symbol: string): void {
  if (value > 0 && value < 1) return;
  // NaN smooths everything to NaN.
  if (Number.isNaN(value)) return;
  const got = Number.isFinite(value) ? sixDecimals(value) : formatGo(value);
  throw new QueryError('execution', `invalid ${name} factor. Expected: 0 < ${symbol} < 1, got: ${got}`);
}

/** As Go's `%f`. */
function sixDecimals(value: number): string {
  if (Math.abs(value) >= 1e21) return `${BigInt(value)}.000000`;
  return `${Object.is(value, -0) ? '-' : ''}${value.toFixed(6)}`;
}
