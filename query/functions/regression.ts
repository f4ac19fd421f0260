import type { RangeSeries } from '../selectors/range-series.ts';
import type { RangeFunction } from './range-function.ts';

interface Line {
  readonly slope: number;
  readonly intercept: number;
}

/** Least squares over the window, times in seconds relative to `originMs`; sums are compensated. */
function fitLine(series: RangeSeries, start: number, end: number, originMs: number): Line {
  const { times, values } = series;
  const first = values[start]!;
  let constant = true;
  const sums = new Float64Array(8);
  const count = end - start;
  for (let i = start; i < end; i++) {
    const value = values[i]!;
    if (constant && value !== first) constant = false;
    const x = (times[i]! - originMs) / 1000;
    add(sums, 0, x);
    add(sums, 2, value);
    add(sums, 4, x * value);
    add(sums, 6, x * x);
  }
  if (constant) {
    if (!Number.isFinite(first)) return { slope: Number.NaN, intercept: Number.NaN };
    return { slope: 0, intercept: first };
  }
  const sumX = sums[0]! + sums[1]!;
  const sumY = sums[2]! + sums[3]!;
  const covariance = sums[4]! + sums[5]! - (sumX * sumY) / count;
  const spread = sums[6]! + sums[7]! - (sumX * sumX) / count;
  const slope = covariance / spread;
  return { slope, intercept: sumY / count - (slope * sumX) / count };
}

function add(sums: Float64Array, at: number, value: number): void {
  const sum = sums[at]!;
  const next = sum + value;
  if (Number.isFinite(next)) {
    sums[at + 1] =
      sums[at + 1]! + (Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum);
  } else {
    sums[at + 1] = 0;
  }
  sums[at] = next;
}

/** The slope per second of the line through the window's samples. */
export const deriv: RangeFunction = {
  samplesMin: 2,
  float: (series, start, end) => fitLine(series, start, end, series.times[start]!).slope,
};

/** The value that line has the given number of seconds after the evaluation. */
export const predictLinear: RangeFunction = {
  samplesMin: 2,
  float: (series, start, end, step, context) => {
    const line = fitLine(series, start, end, context.evaluationTime(step));
    return line.slope * context.scalars[0]![step]! + line.intercept;
  },
};
