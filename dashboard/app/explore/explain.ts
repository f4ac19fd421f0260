import type { Aggregation, Binary, Call, Duration, Expr, Selector } from '@tocsin/protocol/promql/expr.ts';
import { formatDuration, formatMatcher } from '@tocsin/protocol/promql/format.ts';

/** One step of an expression in words; the steps inside of it come first when it is worked out. */
export interface Explanation {
  readonly text: string;
  readonly inner: readonly Explanation[];
}

const functions: Readonly<Record<string, string>> = {
  rate: 'increase per second, averaged over the time in brackets; restarts of a counter are seen',
  irate: 'increase per second between the last two samples',
  increase: 'increase over the time in brackets, extrapolated to its ends',
  delta: 'difference between the ends of the time in brackets, for gauges',
  deriv: 'slope per second, by linear regression',
  histogram_quantile: 'value below which the given share of a histogram’s observations lies',
  histogram_count: 'number of observations of a native histogram',
  histogram_sum: 'sum of the observations of a native histogram',
  histogram_avg: 'average of the observations of a native histogram',
  absent: '1 when there is no such series, nothing otherwise',
  absent_over_time: '1 when there was no such series in the time in brackets',
  label_replace: 'sets a label from another one by a pattern',
  label_join: 'sets a label from several others, joined',
  clamp_min: 'no value below the given one',
  clamp_max: 'no value above the given one',
  clamp: 'no value outside of the given two',
  predict_linear: 'value so many seconds from now, if it goes on as it did',
  avg_over_time: 'average of each series over the time in brackets',
  min_over_time: 'smallest value of each series in the time in brackets',
  max_over_time: 'largest value of each series in the time in brackets',
  sum_over_time: 'sum of each series’ samples in the time in brackets',
  count_over_time: 'number of each series’ samples in the time in brackets',
  quantile_over_time: 'quantile of each series’ samples in the time in brackets',
  last_over_time: 'newest sample in the time in brackets',
  changes: 'how often each series changed its value in the time in brackets',
  resets: 'how often each counter restarted in the time in brackets',
  time: 'seconds since 1970',
  timestamp: 'when each series’ sample was taken',
  vector: 'a number as a series without labels',
  scalar: 'the value of a single series as a number',
  sort: 'smallest first',
  sort_desc: 'largest first',
};

const aggregations: Readonly<Record<string, string>> = {
  sum: 'Sum',
  avg: 'Average',
  count: 'Number of series',
  min: 'Smallest value',
  max: 'Largest value',
  group: 'One series with the value 1',
  stddev: 'Standard deviation',
  stdvar: 'Variance',
  topk: 'The largest few',
  bottomk: 'The smallest few',
  count_values: 'Number of series with each value',
  quantile: 'Quantile',
  limitk: 'Any few',
  limit_ratio: 'Any share',
};

const comparisons: Readonly<Record<string, string>> = {
  '>': 'is more than',
  '>=': 'is at least',
  '<': 'is less than',
  '<=': 'is at most',
  '==': 'equals',
  '!=': 'differs from',
};

/** Says in words what an expression does, part by part. */
export function explain(expr: Expr): Explanation {
  switch (expr.kind) {
    case 'number':
    case 'string':
      return { text: `The constant ${JSON.stringify(expr.value)}.`, inner: [] };
    case 'paren':
      return explain(expr.operand);
    case 'selector':
      return { text: `${seriesText(expr)}${shiftText(expr)}.`, inner: [] };
    case 'range':
      return {
        text: `${seriesText(expr.selector)}, with all samples of the last ${textOf(expr.range)}${shiftText(expr.selector)}.`,
        inner: [],
      };
    case 'subquery': {
      const every = expr.step === null ? '' : ` every ${textOf(expr.step)}`;
      return {
        text: `The following, worked out anew${every} over the last ${textOf(expr.range)}${shiftText(expr)}:`,
        inner: [explain(expr.operand)],
      };
    }
    case 'unary':
      return expr.operator === '-'
        ? { text: 'The following, negated:', inner: [explain(expr.operand)] }
        : explain(expr.operand);
    case 'aggregation':
      return explainAggregation(expr);
    case 'call':
      return explainCall(expr);
    case 'binary':
      return explainBinary(expr);
  }
}

function explainAggregation({ operator, grouping, without, parameter, operand }: Aggregation): Explanation {
  const given = parameter?.kind === 'number' || parameter?.kind === 'string' ? ` (${parameter.value})` : '';
  const labels = grouping.join(', ');
  const how = without
    ? labels === ''
      ? 'for each set of labels'
      : `over ${labels}, for each of the other labels`
    : labels === ''
      ? 'of all series together'
      : `for each ${labels}`;
  return { text: `${aggregations[operator] ?? operator}${given} ${how}, of:`, inner: [explain(operand)] };
}

function explainCall({ name, args }: Call): Explanation {
  const what = Object.hasOwn(functions, name) ? `: ${functions[name]}` : '';
  const constants = args.flatMap((arg) =>
    arg.kind === 'number' || arg.kind === 'string' ? [JSON.stringify(arg.value)] : [],
  );
  const given = constants.length === 0 ? '' : `, with ${constants.join(', ')}`;
  const inner = args.filter(({ kind }) => kind !== 'number' && kind !== 'string').map(explain);
  return { text: `${name}${what}${given}${inner.length === 0 ? '.' : ', of:'}`, inner };
}

function explainBinary({ operator, left, right, bool, matching }: Binary): Explanation {
  const both = [explain(left), explain(right)];
  const labels = matching.labels.join(', ');
  const match = matching.on
    ? `, matched by ${labels || 'no label'}`
    : labels === ''
      ? ''
      : `, matched without ${labels}`;
  const comparison = comparisons[operator];
  if (comparison !== undefined) {
    const effect = bool ? '1 where the first' : 'Only what of the first';
    const rest = bool ? ', 0 elsewhere' : '';
    return { text: `${effect} ${comparison} the second${rest}${match}:`, inner: both };
  }
  if (operator === 'and')
    return { text: `The first, where the second has a series too${match}:`, inner: both };
  if (operator === 'or') return { text: `The first, and what only the second has${match}:`, inner: both };
  if (operator === 'unless')
    return { text: `The first, where the second has no series${match}:`, inner: both };
  return { text: `First ${operator} second${match}:`, inner: both };
}

function seriesText({ name, matchers }: Selector): string {
  const conditions = matchers.filter((matcher) => matcher.name !== '__name__').map(formatMatcher);
  const metric = name || matchers.find((matcher) => matcher.name === '__name__')?.value;
  const of = metric === undefined ? 'Series of any name' : `Series of ${metric}`;
  return conditions.length === 0 ? of : `${of} with ${conditions.join(', ')}`;
}

const textOf = (duration: Duration): string => formatDuration(duration);

function shiftText({ offset, at }: Pick<Selector, 'offset' | 'at'>): string {
  const before = offset === null ? '' : `, ${textOf(offset)} earlier`;
  return at === null ? before : `${before}, at a fixed moment`;
}
