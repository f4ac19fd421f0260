import { METRIC_NAME } from '../labels/labels.ts';
import type { Expr, Selector } from './expr.ts';

/** The expressions directly inside of one, in the order they are written. */
export function childrenOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'number':
    case 'string':
    case 'selector':
      return [];
    case 'range':
      return [expr.selector];
    case 'subquery':
    case 'unary':
    case 'paren':
      return [expr.operand];
    case 'binary':
      return [expr.left, expr.right];
    case 'aggregation':
      return expr.parameter === null ? [expr.operand] : [expr.parameter, expr.operand];
    case 'call':
      return expr.args;
  }
}

/** The expression itself and everything inside of it. */
export function* walk(expr: Expr): Generator<Expr, void, undefined> {
  yield expr;
  for (const child of childrenOf(expr)) yield* walk(child);
}

/** All selectors of an expression. */
export function selectorsOf(expr: Expr): Selector[] {
  const selectors: Selector[] = [];
  for (const node of walk(expr)) if (node.kind === 'selector') selectors.push(node);
  return selectors;
}

/** The metric names an expression asks for by name, each once, in the order they are written. */
export function metricNamesOf(expr: Expr): string[] {
  const names = new Set<string>();
  for (const { matchers } of selectorsOf(expr)) {
    for (const { name, kind, value } of matchers) if (name === METRIC_NAME && kind === '=') names.add(value);
  }
  return [...names];
}

/** What stands inside of any parentheses around it. */
export function withoutParens(expr: Expr): Expr {
  let inner = expr;
  while (inner.kind === 'paren') inner = inner.operand;
  return inner;
}
