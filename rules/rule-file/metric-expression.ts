import { formatDurationMs } from '@tocsin/protocol/durations/duration.ts';
import { METRIC_NAME } from '@tocsin/protocol/labels/labels.ts';
import type { Matcher } from '@tocsin/protocol/matchers/matcher.ts';
import { formatMatcher } from '@tocsin/protocol/promql/format.ts';
import { parseSelector } from '@tocsin/protocol/promql/parse.ts';
import type { Refuse } from './plain-rule.ts';
import type { RuleSource } from './rule-schema.ts';

const OVER_TIME = ['avg', 'min', 'max', 'sum', 'count', 'last', 'stddev', 'changes'];
const COUNTER = ['rate', 'increase', 'delta', 'deriv'];
const AGGREGATES = ['sum', 'avg', 'min', 'max', 'count', 'stddev'];
/** `p95`, `p99.9` */
const PERCENTILE = /^p(\d{1,2}(\.\d+)?|100)$/;
const PLAIN_METRIC = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const PLAIN_LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** `metric` and `match` as a selector. */
export function metricSelector(source: RuleSource, refuse: Refuse): string {
  const metric = source.metric ?? '';
  const matchers = matchersOf(source.match, refuse).map(formatMatcher);
  if (!metric.isWellFormed()) refuse(['metric'], `${JSON.stringify(metric)} is not a metric name`);
  if (!PLAIN_METRIC.test(metric)) return `{${[JSON.stringify(metric), ...matchers].join(', ')}}`;
  return matchers.length === 0 ? metric : `${metric}{${matchers.join(', ')}}`;
}

/** The value that thresholds are held against: the metric's, over time and over series as the entry says. */
export function metricExpression(source: RuleSource, refuse: Refuse): string {
  const overTime = withFunction(metricSelector(source, refuse), source, refuse);
  const { aggregate } = source;
  const grouping = source.by ? 'by' : 'without';
  if (source.by && source.without) refuse(['without'], 'by and without exclude each other; remove one');
  if (aggregate === undefined) {
    if (source[grouping])
      refuse([grouping], `${grouping} needs aggregate: to say what to make of several series`);
    return overTime;
  }
  const labels = (source[grouping] ?? []).map((name) => {
    if (name === '' || !name.isWellFormed()) refuse([grouping], `"${name}" is not the name of a label`);
    return PLAIN_LABEL.test(name) ? name : JSON.stringify(name);
  });
  const head = source[grouping] ? ` ${grouping} (${labels.join(', ')}) ` : ' ';
  const share = percentile(aggregate);
  if (share !== null) return `quantile${head}(${share}, ${overTime})`;
  if (!AGGREGATES.includes(aggregate)) refuse(['aggregate'], unknown(aggregate, AGGREGATES));
  return `${aggregate}${head}(${overTime})`;
}

function withFunction(selector: string, source: RuleSource, refuse: Refuse): string {
  const name = source.function;
  if (name === undefined) {
    if (source.window !== undefined)
      refuse(
        ['window'],
        'window needs function:, for a gauge avg, min or max, for a counter rate or increase',
      );
    return selector;
  }
  if (source.window === undefined) return refuse(['function'], `function: ${name} needs window:, such as 5m`);
  const range = `${selector}[${formatDurationMs(source.window)}]`;
  const share = percentile(name);
  if (share !== null) return `quantile_over_time(${share}, ${range})`;
  if (COUNTER.includes(name) || name === 'changes') return `${name}(${range})`;
  if (!OVER_TIME.includes(name)) refuse(['function'], unknown(name, [...OVER_TIME, ...COUNTER]));
  return `${name}_over_time(${range})`;
}

function matchersOf(match: RuleSource['match'], refuse: Refuse): readonly Matcher[] {
  if (match === undefined) return [];
  if (typeof match !== 'string') {
    return Object.entries(match).map(([name, values]): Matcher => {
      if (name === '' || name === METRIC_NAME || !name.isWellFormed())
        refuse(['match', name], `"${name}" is not the name of a label to match`);
      if (typeof values === 'string') return { kind: '=', name, value: values };
      return { kind: '=~', name, value: values.map(quoted).join('|') };
    });
  }
  if (!match.trim().startsWith('{'))
    refuse(['match'], 'match is a mapping of labels to values, or a selector in braces: \'{job="shop"}\'');
  const matchers = parsed(match.trim(), refuse);
  if (matchers.some(({ name }) => name === METRIC_NAME))
    refuse(['match'], 'the name of the metric belongs into metric:, not into match:');
  return matchers;
}

function parsed(selector: string, refuse: Refuse): readonly Matcher[] {
  try {
    return parseSelector(selector);
  } catch (error) {
    return refuse(['match'], `match does not parse: ${error instanceof Error ? error.message : error}`);
  }
}

/** As a regular expression that matches nothing else. */
function quoted(value: string): string {
  return value.replaceAll(/[\\.+*?()|[\]{}^$]/g, String.raw`\$&`);
}

/** `p99.9` as 0.999, in digits of its own: 99.9 / 100 is not. */
function percentile(name: string): string | null {
  const found = PERCENTILE.exec(name)?.[1];
  return found === undefined ? null : String(Number(`${found}e-2`));
}

function unknown(name: string, known: readonly string[]): string {
  return `"${name}" is not among ${known.join(', ')} and p50, p95, p99 and the like`;
}
