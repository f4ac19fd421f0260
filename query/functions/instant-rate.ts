import { isReset } from '@tocsin/protocol/series/counter-start.ts';
import type { RangeSeries } from '../selectors/range-series.ts';
import { instantRateMixed } from './instant-rate-mixed.ts';
import type { RangeFunction } from './range-function.ts';

/** Whether a float's start says that the counter began anew since the one at `before`. */
function startedBetween({ startsMs, times }: RangeSeries, before: number): boolean {
  if (startsMs === null) return false;
  return isReset(startsMs[before]!, times[before]!, startsMs[before + 1]!, times[before + 1]!);
}

/** `irate` and `idelta`: the difference of the last two samples of the window. */
export function createInstantRate(isRate: boolean): RangeFunction {
  return {
    samplesMin: 2,
    float: (series, _start, end) => {
      const last = series.values[end - 1]!;
      const previous = series.values[end - 2]!;
      const isAnew = isRate && (last < previous || startedBetween(series, end - 2));
      const difference = isAnew ? last : last - previous;
      return isRate ? difference / ((series.times[end - 1]! - series.times[end - 2]!) / 1000) : difference;
    },
    mixed: (series, step, block, element, context) =>
      instantRateMixed(isRate, series, step, block, element, context),
  };
}
