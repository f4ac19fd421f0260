import { formatDurationMs } from '../durations/duration.ts';
import { METRIC_NAME } from '../labels/labels.ts';
import type { Matcher } from '../matchers/matcher.ts';
import type {
  Aggregation,
  AtModifier,
  Binary,
  Call,
  Duration,
  Expr,
  Matching,
  Selector,
  Subquery,
  TimeShift,
} from './expr.ts';
import { formatDecimal } from './format-number.ts';
import { quote } from './string-literal.ts';

const WIDTH_MAX = 100;
/** A metric name that can stand without quotes. */
export const PLAIN_METRIC = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const PLAIN_LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** The expression on one line, in the one way Prometheus writes it. */
export function formatExpr(expr: Expr): string {
  switch (expr.kind) {
    case 'number':
      if (expr.duration) return formatDurationMs(expr.value * 1000);
      return formatDecimal(expr.value);
    case 'string':
      return quote(expr.value);
    case 'selector':
      return `${formatSelector(expr)}${formatExtension(expr)}${formatShift(expr)}`;
    case 'range':
      return `${formatSelector(expr.selector)}[${formatDuration(expr.range)}]${formatExtension(expr.selector)}${formatShift(expr.selector)}`;
    case 'subquery':
      return `${formatExpr(expr.operand)}${formatSubqueryRange(expr)}`;
    case 'unary':
      return `${expr.operator}${afterSign(expr.operand, formatExpr(expr.operand))}`;
    case 'binary':
      return `${formatExpr(expr.left)} ${formatOperator(expr)} ${formatExpr(expr.right)}`;
    case 'aggregation':
      return `${formatAggregationHead(expr)}(${aggregationArgs(expr).map(formatExpr).join(', ')})`;
    case 'call':
      return `${expr.name}(${expr.args.map(formatExpr).join(', ')})`;
    case 'paren':
      return `(${formatExpr(expr.operand)})`;
  }
}

/** The expression over several indented lines where one would be longer than 100 characters, the indent not counted. */
export function formatPretty(expr: Expr, depth = 0): string {
  const indent = '  '.repeat(depth);
  const line = formatExpr(expr);
  if (line.length <= WIDTH_MAX) return `${indent}${line}`;
  switch (expr.kind) {
    case 'binary':
      return `${formatPretty(expr.left, depth + 1)}\n${indent}${formatOperator(expr)}\n${formatPretty(expr.right, depth + 1)}`;
    case 'aggregation':
      return `${indent}${formatAggregationHead(expr)}(\n${prettyArgs(aggregationArgs(expr), depth)}\n${indent})`;
    case 'call':
      return `${indent}${expr.name}(\n${prettyArgs(expr.args, depth)}\n${indent})`;
    case 'paren':
      return `${indent}(\n${formatPretty(expr.operand, depth + 1)}\n${indent})`;
    case 'unary':
      return `${indent}${expr.operator}${afterSign(expr.operand, formatPretty(expr.operand, depth).trimStart())}`;
    case 'subquery':
      return `${formatPretty(expr.operand, depth)}${formatSubqueryRange(expr)}`;
    default:
      return `${indent}${line}`;
  }
}

// The sign of an infinity would be an operator of its own.
function afterSign(operand: Expr, text: string): string {
  return operand.kind === 'unary' ? text : text.replace(/^\+Inf/, 'Inf');
}

function prettyArgs(args: Call['args'], depth: number): string {
  return args.map((arg) => formatPretty(arg, depth + 1)).join(',\n');
}

function aggregationArgs(expr: Aggregation): readonly Expr[] {
  return expr.parameter === null ? [expr.operand] : [expr.parameter, expr.operand];
}

function formatAggregationHead(expr: Aggregation): string {
  if (expr.without) return `${expr.operator} without (${formatLabels(expr.grouping)}) `;
  return expr.grouping.length === 0 ? expr.operator : `${expr.operator} by (${formatLabels(expr.grouping)}) `;
}

function formatLabels(labels: readonly string[]): string {
  return labels.map((label) => (PLAIN_LABEL.test(label) ? label : quote(label))).join(', ');
}

function formatSelector(selector: Selector): string {
  const plain = PLAIN_METRIC.test(selector.name);
  const parts = plain || selector.name === '' ? [] : [quote(selector.name)];
  const matchers: string[] = [];
  for (const matcher of selector.matchers) {
    const isName = matcher.name === METRIC_NAME && matcher.kind === '=' && matcher.value === selector.name;
    if (!isName || selector.name === '') matchers.push(formatMatcher(matcher));
  }
  parts.push(...matchers.sort());
  const braces = parts.length > 0 || selector.name === '' ? `{${parts.join(',')}}` : '';
  return `${plain ? selector.name : ''}${braces}`;
}

export function formatMatcher({ name, kind, value }: Matcher): string {
  return `${PLAIN_LABEL.test(name) ? name : quote(name)}${kind}${quote(value)}`;
}

function formatExtension(selector: Selector): string {
  return selector.extension === null ? '' : ` ${selector.extension}`;
}

function formatSubqueryRange(expr: Subquery): string {
  const step = expr.step === null ? '' : formatDuration(expr.step);
  return `[${formatDuration(expr.range)}:${step}]${formatShift(expr)}`;
}

function formatShift({ at, offset }: TimeShift): string {
  const shifts = offset !== null && !(offset.kind === 'literal' && offset.seconds === 0);
  return `${at === null ? '' : ` @ ${formatAt(at)}`}${shifts ? ` offset ${formatDuration(offset)}` : ''}`;
}

function formatAt(at: AtModifier): string {
  return at.kind === 'time' ? (at.timestampMs / 1000).toFixed(3) : `${at.kind}()`;
}

/** A duration as written, numbers as durations. */
export function formatDuration(duration: Duration): string {
  switch (duration.kind) {
    case 'literal':
      return Number.isInteger(duration.seconds * 1000)
        ? formatDurationMs(duration.seconds * 1000)
        : formatDecimal(duration.seconds);
    case 'step':
    case 'range':
      return `${duration.kind}()`;
    case 'paren':
      return `(${formatDuration(duration.operand)})`;
    case 'sign':
      return `${duration.operator}${formatDuration(duration.operand)}`;
    case 'operation':
      return `${formatDuration(duration.left)} ${duration.operator} ${formatDuration(duration.right)}`;
    case 'extreme':
      return `${duration.function}(${formatDuration(duration.left)}, ${formatDuration(duration.right)})`;
  }
}

function formatOperator({ operator, bool, matching }: Binary): string {
  return `${operator}${bool ? ' bool' : ''}${formatMatching(matching)}`;
}

function formatMatching({ on, labels, cardinality, include, fillLeft, fillRight }: Matching): string {
  let text = '';
  const grouped = cardinality === 'many-to-one' || cardinality === 'one-to-many';
  if (on || labels.length > 0 || grouped) text += ` ${on ? 'on' : 'ignoring'} (${formatLabels(labels)})`;
  if (grouped)
    text += ` ${cardinality === 'many-to-one' ? 'group_left' : 'group_right'} (${formatLabels(include)})`;
  if (fillLeft !== null && Object.is(fillLeft, fillRight)) return `${text} fill (${formatDecimal(fillLeft)})`;
  if (fillLeft !== null) text += ` fill_left (${formatDecimal(fillLeft)})`;
  if (fillRight !== null) text += ` fill_right (${formatDecimal(fillRight)})`;
  return text;
}
