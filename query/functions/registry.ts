import { absent, absentOverTime } from './absent.ts';
import type { CallFunction } from './call-function.ts';
import { changes, resets } from './changes.ts';
import { clamp, clampMax, clampMin } from './clamp.ts';
import { date } from './date.ts';
import { elementwise } from './elementwise.ts';
import { histogramParts } from './histogram-parts.ts';
import { histogramFraction, histogramQuantile, histogramQuantiles } from './histogram-quantile.ts';
import { info } from './info.ts';
import { createInstantRate } from './instant-rate.ts';
import { labelJoin } from './label-join.ts';
import { labelReplace } from './label-replace.ts';
import { overTime } from './over-time.ts';
import type { RangeFunction } from './range-function.ts';
import { createRate } from './rate.ts';
import { deriv, predictLinear } from './regression.ts';
import { round } from './round.ts';
import { scalars } from './scalars.ts';
import { doubleExponentialSmoothing } from './smoothing.ts';
import { sortByLabel, sortByValue } from './sort.ts';
import { startTimestamp, timestamp } from './timestamp.ts';

/** Functions that turn each window of a range vector into a sample. */
export const RANGE_FUNCTIONS: ReadonlyMap<string, RangeFunction> = new Map([
  ...Object.entries(overTime),
  ['rate', createRate({ counter: true, perSecond: true })],
  ['increase', createRate({ counter: true, perSecond: false })],
  ['delta', createRate({ counter: false, perSecond: false })],
  ['irate', createInstantRate(true)],
  ['idelta', createInstantRate(false)],
  ['changes', changes],
  ['resets', resets],
  ['deriv', deriv],
  ['predict_linear', predictLinear],
  ['double_exponential_smoothing', doubleExponentialSmoothing],
]);

/** Functions of an instant vector that look at one row at a time. */
export const ROW_BY_ROW_FUNCTIONS: ReadonlySet<string> = new Set([
  ...elementwise.keys(),
  ...date.keys(),
  ...histogramParts.keys(),
  'clamp',
  'clamp_max',
  'clamp_min',
  'round',
  'start_timestamp',
  'timestamp',
]);

/** All other functions. */
export const OTHER_FUNCTIONS: ReadonlyMap<string, CallFunction> = new Map([
  ...elementwise,
  ...date,
  ...histogramParts,
  ...Object.entries(scalars),
  ['absent', absent],
  ['absent_over_time', absentOverTime],
  ['clamp', clamp],
  ['clamp_max', clampMax],
  ['clamp_min', clampMin],
  ['histogram_fraction', histogramFraction],
  ['histogram_quantile', histogramQuantile],
  ['histogram_quantiles', histogramQuantiles],
  ['info', info],
  ['label_join', labelJoin],
  ['label_replace', labelReplace],
  ['round', round],
  ['sort', sortByValue(false)],
  ['sort_by_label', sortByLabel(false)],
  ['sort_by_label_desc', sortByLabel(true)],
  ['sort_desc', sortByValue(true)],
  ['start_timestamp', startTimestamp],
  ['timestamp', timestamp],
]);
