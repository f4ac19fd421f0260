import { formatValue } from '@tocsin/chart/units/format.ts';
import { plainNumber, rateUnit, type Unit, unitOf } from '@tocsin/chart/units/unit.ts';
import type { Binary, ComparisonOperator, Expr } from '@tocsin/protocol/promql/expr.ts';
import { formatExpr } from '@tocsin/protocol/promql/format.ts';
import { parseExpr } from '@tocsin/protocol/promql/parse.ts';

/** What a graph of an alert's expression shows. */
export interface GraphedExpression {
  readonly expression: string;
  readonly unit: Unit;
  /** Where the alert begins to hold, if it is a number. */
  readonly threshold: { readonly value: number; readonly label: string } | null;
}

const FLIPPED: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  '==': '==',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

/**
 * Turns the condition of an alert into what it watches: of `rate(errors[5m]) > 5` the rate, with a line at 5, for the condition
 * itself has no values while it does not hold. Text that is no PromQL is shown as it is.
 */
export function graphedExpression(text: string): GraphedExpression {
  let expr: Expr;
  try {
    expr = parseExpr(text);
  } catch {
    return { expression: text, unit: plainNumber, threshold: null };
  }
  const { watched, comparison } = watchedOf(expr);
  const unit = unitOfExpr(watched);
  return {
    expression: formatExpr(watched),
    unit,
    threshold: comparison && {
      value: comparison.value,
      label: `${comparison.operator} ${formatValue(comparison.value, unit)}`,
    },
  };
}

interface Watched {
  readonly watched: Expr;
  readonly comparison: { readonly operator: ComparisonOperator; readonly value: number } | null;
}

function watchedOf(expr: Expr): Watched {
  if (expr.kind === 'paren') return watchedOf(expr.operand);
  if (expr.kind === 'call' && (expr.name === 'absent' || expr.name === 'absent_over_time')) {
    const argument = expr.args[0];
    // While it is there; the graph ends where the alert begins.
    if (argument)
      return { watched: argument.kind === 'range' ? argument.selector : argument, comparison: null };
  }
  if (expr.kind !== 'binary') return { watched: expr, comparison: null };
  if (expr.operator === 'and' || expr.operator === 'unless') return watchedOf(expr.left);
  return isComparison(expr) && !expr.bool ? comparedOf(expr) : { watched: expr, comparison: null };
}

function comparedOf(expr: Binary & { readonly operator: ComparisonOperator }): Watched {
  const right = constantOf(expr.right);
  if (right !== null)
    return { watched: unwrapped(expr.left), comparison: { operator: expr.operator, value: right } };
  const left = constantOf(expr.left);
  if (left !== null)
    return { watched: unwrapped(expr.right), comparison: { operator: FLIPPED[expr.operator], value: left } };
  return { watched: unwrapped(expr.left), comparison: null };
}

function unwrapped(expr: Expr): Expr {
  return expr.kind === 'paren' ? unwrapped(expr.operand) : expr;
}

function isComparison(expr: Binary): expr is Binary & { readonly operator: ComparisonOperator } {
  return Object.hasOwn(FLIPPED, expr.operator);
}

/** The number an expression is made of, as `10 * 60` or `-1`; null when it depends on data. */
function constantOf(expr: Expr): number | null {
  switch (expr.kind) {
    case 'number':
      return expr.value;
    case 'paren':
      return constantOf(expr.operand);
    case 'unary': {
      const value = constantOf(expr.operand);
      return value === null || expr.operator === '+' ? value : -value;
    }
    case 'binary': {
      const left = constantOf(expr.left);
      const right = constantOf(expr.right);
      if (left === null || right === null) return null;
      if (expr.operator === '*') return left * right;
      if (expr.operator === '/') return left / right;
      if (expr.operator === '+') return left + right;
      return expr.operator === '-' ? left - right : null;
    }
    default:
      return null;
  }
}

/** What the values are, as far as the metric's name and the functions around it tell. */
function unitOfExpr(expr: Expr): Unit {
  switch (expr.kind) {
    case 'selector':
      return unitOf(expr.name);
    case 'range':
      return unitOfExpr(expr.selector);
    case 'subquery':
    case 'paren':
    case 'unary':
      return unitOfExpr(expr.operand);
    case 'aggregation':
      return /^(sum|avg|min|max|topk|bottomk|quantile|stddev|limitk)$/.test(expr.operator)
        ? unitOfExpr(expr.operand)
        : plainNumber;
    case 'call': {
      const argument = expr.args.find(({ kind }) => kind !== 'number' && kind !== 'string');
      if (!argument) return plainNumber;
      if (expr.name === 'rate' || expr.name === 'irate' || expr.name === 'deriv')
        return rateUnit(unitOfExpr(argument), 's');
      if (expr.name === 'histogram_quantile') return unitOfExpr(innermost(argument));
      return /^(increase|delta|idelta|abs|ceil|floor|round|sort|sort_desc|clamp\w*|(min|max|avg|sum|last|quantile)_over_time)$/.test(
        expr.name,
      )
        ? unitOfExpr(argument)
        : plainNumber;
    }
    case 'binary': {
      if (expr.operator === '+' || expr.operator === '-') return unitOfExpr(expr.left);
      return plainNumber;
    }
    default:
      return plainNumber;
  }
}

/** The selector a quantile's buckets come from: its unit is that of the bounds, whatever is done to the counts. */
function innermost(expr: Expr): Expr {
  switch (expr.kind) {
    case 'range':
      return expr.selector;
    case 'paren':
    case 'aggregation':
    case 'subquery':
      return innermost(expr.operand);
    case 'call':
      return expr.args[0] ? innermost(expr.args[0]) : expr;
    default:
      return expr;
  }
}
