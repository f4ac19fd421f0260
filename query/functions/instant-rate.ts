import { instantRateMixed } from './instant-rate-mixed.ts';
import type { RangeFunction } from './range-function.ts';

/** `irate` and `idelta`: the difference of the last two samples of the window. */
export function createInstantRate(isRate: boolean): RangeFunction {
  return {
    samplesMin: 2,
    float: (series, _start, end) => {
      const last = series.values[end - 1]!;
      const previous = series.values[end - 2]!;
      const difference = isRate && last < previous ? last : last - previous;
      return isRate ? difference / ((series.times[end - 1]! - series.times[end - 2]!) / 1000) : difference;
    },
    mixed: (series, step, block, element, context) =>
      instantRateMixed(isRate, series, step, block, element, context),
  };
}
