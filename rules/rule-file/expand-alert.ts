import { formatDurationMs } from '@tocsin/protocol/durations/duration.ts';
import { parseNumber } from '@tocsin/protocol/promql/number-literal.ts';
import { parseExpr } from '@tocsin/protocol/promql/parse.ts';
import { checkExpression } from './check-expression.ts';
import { dataExpression } from './data-expression.ts';
import { metricExpression, metricSelector } from './metric-expression.ts';
import type { PlainRule, Refuse } from './plain-rule.ts';
import { NO_ADDITIONS, type NoData, type RuleAdditions, type StandInState } from './rule-additions.ts';
import type { RuleSource } from './rule-schema.ts';
import { failureAlert, noDataAlert } from './stand-in-alerts.ts';
import { METRIC_KEYS, type SeveritySource } from './threshold-schema.ts';

/** How long `missing` remembers a series that is gone, unless `remember` says otherwise. */
const REMEMBER_MS = 86_400_000;
const SEVERITY = 'severity';

/** An `alert` entry as the rules it stands for; a Prometheus rule stands for itself. `place` is of the first in its group. */
export function expandAlert(source: RuleSource, place: number, refuse: Refuse): readonly PlainRule[] {
  const value = judgedValue(source, refuse);
  const [first, ...others] = source.severities
    ? severities(source, source.severities, value, refuse)
    : [oneAlert(source, value, refuse)];
  if (!first) return [];
  const rules = [first, ...others];
  const noData = first.additions.noData?.expression;
  if (source.no_data_state === 'no_data' && noData !== undefined) rules.push(noDataAlert(first, noData));
  if (source.error_state === 'error') rules.push(failureAlert(first, place));
  return rules;
}

/** The expression whose value is judged: as it is, or held against `above` and `below`. */
interface Value {
  readonly expression: string;
  /** It is the condition already. */
  readonly isCondition: boolean;
}

function judgedValue(source: RuleSource, refuse: Refuse): Value {
  const hasLimits =
    source.above !== undefined || source.below !== undefined || source.severities !== undefined;
  const expression = source.expr?.trim() ?? '';
  if (source.metric === undefined) {
    const stray = [...Object.keys(METRIC_KEYS), 'missing', 'remember'].find((key) => key in source);
    if (stray !== undefined) refuse([stray], `${stray} needs metric:; without it expr: says what is watched`);
    if (expression === '')
      refuse([], 'needs an expression: set expr:, or metric: with above:, below: or missing:');
    checkExpression(expression, (detail) => refuse(['expr'], detail));
    return { expression, isCondition: !hasLimits };
  }
  if (expression !== '') refuse(['expr'], 'metric and expr exclude each other; remove one');
  if (source.missing !== undefined)
    return { expression: missing(source, hasLimits, refuse), isCondition: true };
  if (source.remember !== undefined)
    refuse(['remember'], 'remember belongs to missing:; set it, or remove this');
  if (!hasLimits) refuse([], 'needs a limit: set above:, below: or missing:');
  return { expression: metricExpression(source, refuse), isCondition: false };
}

/** Series with a value within `remember`, and none within `missing`. */
function missing(source: RuleSource, hasLimits: boolean, refuse: Refuse): string {
  const missingMs = source.missing ?? 0;
  const rememberMs = source.remember ?? Math.max(REMEMBER_MS, 2 * missingMs);
  if (hasLimits) refuse(['missing'], 'missing and limits exclude each other; make them two alerts');
  for (const key of ['function', 'window', 'aggregate', 'by', 'without', 'no_data_state'] as const) {
    if (source[key] !== undefined)
      refuse([key], `missing watches each series by itself; remove ${key}, or leave missing out`);
  }
  if (rememberMs <= missingMs)
    refuse(['remember'], 'remember must be longer than missing, or nothing ever alerts');
  const selector = metricSelector(source, refuse);
  const seen = (rangeMs: number) => `last_over_time(${selector}[${formatDurationMs(rangeMs)}])`;
  return `${seen(rememberMs)} unless ${seen(missingMs)}`;
}

function oneAlert(source: RuleSource, value: Value, refuse: Refuse): PlainRule {
  const { expression, recovery } = condition(value, source, [], refuse);
  return {
    kind: 'alerting',
    name: source.alert ?? '',
    expression,
    forMs: source.for ?? 0,
    keepFiringForMs: source.keep_firing_for ?? 0,
    labels: source.labels,
    annotations: source.annotations,
    additions: { ...commonAdditions(source, value, expression, refuse), recovery },
    ownPath: null,
  };
}

/** One rule each, the highest first: it is evaluated first, and inhibits the others from then on. */
function severities(
  source: RuleSource,
  entries: readonly SeveritySource[],
  value: Value,
  refuse: Refuse,
): readonly PlainRule[] {
  for (const key of ['above', 'below', 'recovery'] as const) {
    if (source[key] !== undefined) refuse([key], `each of the severities has its own ${key}; move it there`);
  }
  checkOrder(entries, refuse);
  const differing = new Set([SEVERITY, ...entries.flatMap((entry) => Object.keys(entry.labels))]);
  return entries
    .map((entry, rank): PlainRule => {
      const ownPath = ['severities', rank];
      const { expression, recovery } = condition(value, entry, ownPath, refuse);
      return {
        kind: 'alerting',
        name: source.alert ?? '',
        expression,
        forMs: entry.for ?? source.for ?? 0,
        keepFiringForMs: entry.keep_firing_for ?? source.keep_firing_for ?? 0,
        labels: { ...source.labels, ...entry.labels, [SEVERITY]: entry.severity },
        annotations: { ...source.annotations, ...entry.annotations },
        additions: {
          ...commonAdditions(source, value, expression, refuse),
          recovery,
          ladder: { rank, labels: [...differing] },
        },
        ownPath,
      };
    })
    .reverse();
}

function checkOrder(entries: readonly SeveritySource[], refuse: Refuse): void {
  entries.forEach((entry, i) => {
    const before = entries[i - 1];
    if (entries.findIndex(({ severity }) => severity === entry.severity) !== i)
      refuse(['severities', i, SEVERITY], `severity "${entry.severity}" is there twice; rename one`);
    if (!before) return;
    const side = entry.above === undefined ? 'below' : 'above';
    const limit = entry[side];
    const lower = before[side];
    if (limit === undefined || lower === undefined) {
      if (limit === lower) return;
      refuse(
        ['severities', i],
        'the severities of one alert are all above or all below; make them two alerts',
      );
    } else if (side === 'above' ? Number(limit) < Number(lower) : Number(limit) > Number(lower)) {
      refuse(
        ['severities', i, side],
        `severities go from the lowest to the highest, and ${side} ${limit} comes before ${before.severity}'s ${lower}`,
      );
    }
  });
}

/** The expression that holds while the limit is passed, and what a firing alert is held to. */
function condition(
  value: Value,
  limits: Pick<SeveritySource, 'above' | 'below' | 'recovery'>,
  path: readonly (string | number)[],
  refuse: Refuse,
): Pick<PlainRule, 'expression'> & Pick<RuleAdditions, 'recovery'> {
  const { above, below, recovery } = limits;
  if (value.isCondition) {
    if (recovery !== undefined)
      refuse([...path, 'recovery'], 'recovery belongs to above: or below:; set one, or remove this');
    return { expression: value.expression, recovery: null };
  }
  if (above !== undefined && below !== undefined)
    refuse([...path, 'below'], 'above and below exclude each other; make them two alerts');
  const direction = above === undefined ? 'below' : 'above';
  const limit = above ?? below;
  if (limit === undefined) return refuse(path, 'needs a limit: set above: or below:');
  const operand = asOperand(value.expression);
  const operator = direction === 'above' ? '>' : '<';
  const expression = `${operand} ${operator} ${limit}`;
  // A number, a text or a range cannot be held against one.
  checkExpression(expression, (detail) =>
    refuse([...path, direction], `${direction} does not go with the expression: ${detail}`),
  );
  if (recovery === undefined) return { expression, recovery: null };
  const threshold = parseNumber(limit);
  const isBehind = direction === 'above' ? Number(recovery) > threshold : Number(recovery) < threshold;
  if (isBehind) {
    const side = direction === 'above' ? 'higher' : 'lower';
    refuse([...path, 'recovery'], `recovery ${recovery} must not be ${side} than ${direction} ${limit}`);
  }
  return {
    expression,
    recovery: { expression: `${operand} ${operator} ${recovery}`, threshold, direction, limit: recovery },
  };
}

/** In parentheses where it binds less than a comparison, on lines of its own where it may end in a comment. */
function asOperand(expression: string): string {
  const { kind } = parseExpr(expression);
  if (kind !== 'binary' && kind !== 'unary' && !expression.includes('#')) return expression;
  return expression.includes('\n') || expression.includes('#') ? `(\n${expression}\n)` : `(${expression})`;
}

function commonAdditions(source: RuleSource, value: Value, condition: string, refuse: Refuse): RuleAdditions {
  return {
    ...NO_ADDITIONS,
    urgent: source.urgent ?? false,
    noData: noDataOf(source, value, condition, refuse),
    onError: errorStand(source),
  };
}

function noDataOf(source: RuleSource, value: Value, condition: string, refuse: Refuse): NoData | null {
  const wanted = source.no_data_state ?? 'ok';
  if (wanted === 'ok') return null;
  const expression = value.isCondition ? dataExpression(condition) : value.expression;
  if (expression === null) {
    refuse(
      ['no_data_state'],
      'this expression compares nothing with a number, so an empty result says nothing about its data; use above: or below:, or compare: expr: x > 5',
    );
  }
  return { state: wanted === 'alerting' ? 'alerting' : 'keep_last', expression };
}

function errorStand(source: RuleSource): StandInState {
  const wanted = source.error_state ?? 'keep_last';
  return wanted === 'error' ? 'keep_last' : wanted;
}
