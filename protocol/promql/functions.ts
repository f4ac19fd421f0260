import type { ValueType } from './expr.ts';

export interface Signature {
  readonly args: readonly ValueType[];
  /** How many of the last arguments may be left out; -1: the last one may be repeated or left out. */
  readonly variadic: number;
  readonly returns: ValueType;
}

const signature = (returns: ValueType, args: readonly ValueType[], variadic = 0): Signature => ({
  args,
  variadic,
  returns,
});

const ofVector = signature('vector', ['vector']);
const ofRange = signature('vector', ['matrix']);
const ofTime = signature('vector', ['vector'], 1);
const constant = signature('scalar', []);

const byName: Readonly<Record<string, Signature>> = {
  abs: ofVector,
  absent: ofVector,
  absent_over_time: ofRange,
  acos: ofVector,
  acosh: ofVector,
  asin: ofVector,
  asinh: ofVector,
  atan: ofVector,
  atanh: ofVector,
  avg_over_time: ofRange,
  ceil: ofVector,
  changes: ofRange,
  clamp: signature('vector', ['vector', 'scalar', 'scalar']),
  clamp_max: signature('vector', ['vector', 'scalar']),
  clamp_min: signature('vector', ['vector', 'scalar']),
  cos: ofVector,
  cosh: ofVector,
  count_over_time: ofRange,
  day_of_month: ofTime,
  day_of_week: ofTime,
  day_of_year: ofTime,
  days_in_month: ofTime,
  deg: ofVector,
  delta: ofRange,
  deriv: ofRange,
  double_exponential_smoothing: signature('vector', ['matrix', 'scalar', 'scalar']),
  end: constant,
  exp: ofVector,
  first_over_time: ofRange,
  floor: ofVector,
  histogram_avg: ofVector,
  histogram_count: ofVector,
  histogram_fraction: signature('vector', ['scalar', 'scalar', 'vector']),
  histogram_quantile: signature('vector', ['scalar', 'vector']),
  histogram_quantiles: signature('vector', ['vector', 'string', 'scalar', 'scalar'], -1),
  histogram_stddev: ofVector,
  histogram_stdvar: ofVector,
  histogram_sum: ofVector,
  hour: ofTime,
  idelta: ofRange,
  increase: ofRange,
  info: signature('vector', ['vector', 'vector'], 1),
  irate: ofRange,
  label_join: signature('vector', ['vector', 'string', 'string', 'string'], -1),
  label_replace: signature('vector', ['vector', 'string', 'string', 'string', 'string']),
  last_over_time: ofRange,
  ln: ofVector,
  log10: ofVector,
  log2: ofVector,
  mad_over_time: ofRange,
  max_of: signature('scalar', ['scalar', 'scalar']),
  max_over_time: ofRange,
  min_of: signature('scalar', ['scalar', 'scalar']),
  min_over_time: ofRange,
  minute: ofTime,
  month: ofTime,
  pi: constant,
  predict_linear: signature('vector', ['matrix', 'scalar']),
  present_over_time: ofRange,
  quantile_over_time: signature('vector', ['scalar', 'matrix']),
  rad: ofVector,
  range: constant,
  rate: ofRange,
  resets: ofRange,
  round: signature('vector', ['vector', 'scalar'], 1),
  scalar: signature('scalar', ['vector']),
  sgn: ofVector,
  sin: ofVector,
  sinh: ofVector,
  sort: ofVector,
  sort_by_label: signature('vector', ['vector', 'string'], -1),
  sort_by_label_desc: signature('vector', ['vector', 'string'], -1),
  sort_desc: ofVector,
  sqrt: ofVector,
  start: constant,
  stddev_over_time: ofRange,
  stdvar_over_time: ofRange,
  step: constant,
  sum_over_time: ofRange,
  tan: ofVector,
  tanh: ofVector,
  time: constant,
  timestamp: ofVector,
  ts_of_first_over_time: ofRange,
  ts_of_last_over_time: ofRange,
  ts_of_max_over_time: ofRange,
  ts_of_min_over_time: ofRange,
  vector: signature('vector', ['scalar']),
  year: ofTime,
};

/** The functions of PromQL by name. Source: the function reference of Prometheus 3.14, experimental ones included. */
export const FUNCTIONS: ReadonlyMap<string, Signature> = new Map(Object.entries(byName));
