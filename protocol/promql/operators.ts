import type { AggregationOperator, Binary, BinaryOperator, Expr, ValueType } from './expr.ts';
import { FUNCTIONS } from './functions.ts';

/** How strongly a binary operator binds; `^` alone groups to the right. */
export const PRECEDENCE: Readonly<Record<BinaryOperator, number>> = {
  or: 1,
  and: 2,
  unless: 2,
  '==': 3,
  '!=': 3,
  '<': 3,
  '<=': 3,
  '>': 3,
  '>=': 3,
  '</': 3,
  '>/': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '%': 5,
  atan2: 5,
  '^': 6,
};

/** A sign binds like `*`: `-2^2` is -4. */
export const SIGN_PRECEDENCE = 5;

const BINARY = new Set<string>(Object.keys(PRECEDENCE));
export const AGGREGATIONS: ReadonlySet<string> = new Set<string>(
  'sum avg count min max group stddev stdvar topk bottomk count_values quantile limitk limit_ratio'.split(
    ' ',
  ),
);
const WITH_PARAMETER = new Set<string>([
  'topk',
  'bottomk',
  'count_values',
  'quantile',
  'limitk',
  'limit_ratio',
]);

export function asBinaryOperator(text: string): BinaryOperator | null {
  const lower = text.toLowerCase();
  return BINARY.has(lower) ? (lower as BinaryOperator) : null;
}

export function asAggregation(text: string): AggregationOperator | null {
  const lower = text.toLowerCase();
  return AGGREGATIONS.has(lower) ? (lower as AggregationOperator) : null;
}

export function takesParameter(operator: AggregationOperator): boolean {
  return WITH_PARAMETER.has(operator);
}

export function isComparison(operator: BinaryOperator): boolean {
  return PRECEDENCE[operator] === 3 && !isTrim(operator);
}

/** Operators that cut histograms. */
export function isTrim(operator: BinaryOperator): boolean {
  return operator === '</' || operator === '>/';
}

export function isSetOperator(operator: BinaryOperator): boolean {
  return operator === 'and' || operator === 'or' || operator === 'unless';
}

/** The type of an expression's value. The expression has passed the type check. */
export function typeOf(expr: Expr): ValueType {
  switch (expr.kind) {
    case 'number':
      return 'scalar';
    case 'string':
      return 'string';
    case 'selector':
    case 'aggregation':
      return 'vector';
    case 'range':
    case 'subquery':
      return 'matrix';
    case 'call':
      return FUNCTIONS.get(expr.name)?.returns ?? 'vector';
    case 'binary':
      return typeOfBinary(expr);
    case 'unary':
    case 'paren':
      return typeOf(expr.operand);
  }
}

function typeOfBinary(expr: Pick<Binary, 'left' | 'right'>): ValueType {
  return typeOf(expr.left) === 'scalar' && typeOf(expr.right) === 'scalar' ? 'scalar' : 'vector';
}
