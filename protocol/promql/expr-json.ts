import { durationSeconds } from './constant-duration.ts';
import type { Binary, Duration, Expr, Selector, TimeShift } from './expr.ts';
import { PLAIN_METRIC } from './format.ts';
import { formatDecimal } from './format-number.ts';
import { FUNCTIONS } from './functions.ts';
import { typeOf } from './operators.ts';

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * The tree as Prometheus' /api/v1/parse_query answers it. Durations are milliseconds; those that depend on the
 * query (`step()`) count as if step and range were 0.
 */
export function exprToJson(expr: Expr): Json {
  switch (expr.kind) {
    case 'number':
      return { type: 'numberLiteral', val: formatDecimal(expr.value) };
    case 'string':
      return { type: 'stringLiteral', val: expr.value };
    case 'selector':
      return { type: 'vectorSelector', ...selectorJson(expr) };
    case 'range':
      return { type: 'matrixSelector', range: milliseconds(expr.range), ...selectorJson(expr.selector) };
    case 'subquery': {
      const step = expr.step === null ? 0 : milliseconds(expr.step);
      return {
        type: 'subquery',
        expr: exprToJson(expr.operand),
        range: milliseconds(expr.range),
        step,
        ...shiftJson(expr),
      };
    }
    case 'unary':
      return { type: 'unaryExpr', op: expr.operator, expr: exprToJson(expr.operand) };
    case 'paren':
      return { type: 'parenExpr', expr: exprToJson(expr.operand) };
    case 'binary':
      return binaryJson(expr);
    case 'aggregation':
      return {
        type: 'aggregation',
        op: expr.operator,
        expr: exprToJson(expr.operand),
        param: expr.parameter === null ? null : exprToJson(expr.parameter),
        grouping: expr.grouping,
        without: expr.without,
      };
    case 'call': {
      const signature = FUNCTIONS.get(expr.name);
      const func = {
        name: expr.name,
        argTypes: signature?.args ?? [],
        variadic: signature?.variadic ?? 0,
        returnType: signature?.returns ?? 'vector',
      };
      return { type: 'call', func, args: expr.args.map(exprToJson) };
    }
  }
}

function milliseconds(duration: Duration): number {
  return Math.round(durationSeconds(duration, { stepMs: 0, rangeMs: 0 }) * 1000);
}

function shiftJson({ at, offset }: TimeShift): { [key: string]: Json } {
  return {
    offset: offset === null ? 0 : milliseconds(offset),
    timestamp: at?.kind === 'time' ? at.timestampMs : null,
    startOrEnd: at === null || at.kind === 'time' ? null : at.kind,
  };
}

function selectorJson(selector: Selector): { [key: string]: Json } {
  return {
    // Only what can stand before the braces; of others the matcher tells.
    name: PLAIN_METRIC.test(selector.name) ? selector.name : '',
    ...shiftJson(selector),
    matchers: selector.matchers.map(({ name, kind, value }) => ({ name, value, type: kind })),
    anchored: selector.extension === 'anchored',
    smoothed: selector.extension === 'smoothed',
  };
}

function binaryJson(expr: Binary): Json {
  const { matching } = expr;
  return {
    type: 'binaryExpr',
    op: expr.operator,
    lhs: exprToJson(expr.left),
    rhs: exprToJson(expr.right),
    matching:
      typeOf(expr.left) !== 'vector' || typeOf(expr.right) !== 'vector'
        ? null
        : {
            card: matching.cardinality,
            labels: matching.labels,
            on: matching.on,
            include: matching.include,
            fillValues: {
              lhs: matching.fillLeft === null ? null : formatDecimal(matching.fillLeft),
              rhs: matching.fillRight === null ? null : formatDecimal(matching.fillRight),
            },
          },
    bool: expr.bool,
  };
}
