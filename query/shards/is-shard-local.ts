import type { Expr } from '@tocsin/protocol/promql/expr.ts';
import { isSetOperator } from '@tocsin/protocol/promql/operators.ts';
import { RANGE_FUNCTIONS, ROW_BY_ROW_FUNCTIONS } from '../functions/registry.ts';

const known = new WeakMap<Expr, boolean>();

/**
 * True for an instant vector each of whose rows follows from one series: then a shard can work out the rows of its own
 * series without knowing of the others.
 */
export function isShardLocal(expr: Expr): boolean {
  const before = known.get(expr);
  if (before !== undefined) return before;
  const result = decide(expr);
  known.set(expr, result);
  return result;
}

function decide(expr: Expr): boolean {
  switch (expr.kind) {
    case 'selector':
      return true;
    case 'paren':
    case 'unary':
      return isShardLocal(expr.operand);
    case 'binary':
      if (isSetOperator(expr.operator)) return false;
      return (
        (isShardLocal(expr.left) && readsNothing(expr.right)) ||
        (readsNothing(expr.left) && isShardLocal(expr.right))
      );
    case 'call':
      return (
        (RANGE_FUNCTIONS.has(expr.name) || ROW_BY_ROW_FUNCTIONS.has(expr.name)) &&
        expr.args.every((arg) => isLocalRange(arg) || isShardLocal(arg) || readsNothing(arg)) &&
        expr.args.some((arg) => isLocalRange(arg) || isShardLocal(arg))
      );
    default:
      return false;
  }
}

function isLocalRange(expr: Expr): boolean {
  if (expr.kind === 'paren') return isLocalRange(expr.operand);
  return expr.kind === 'range' || (expr.kind === 'subquery' && isShardLocal(expr.operand));
}

/** True for what is the same on every shard: numbers, texts, times. */
export function readsNothing(expr: Expr): boolean {
  switch (expr.kind) {
    case 'number':
    case 'string':
      return true;
    case 'paren':
    case 'unary':
      return readsNothing(expr.operand);
    case 'binary':
      return readsNothing(expr.left) && readsNothing(expr.right);
    case 'call':
      // `vector(1)` is a row, and would be one on every shard.
      return expr.name !== 'vector' && expr.args.every(readsNothing) && !ROW_BY_ROW_FUNCTIONS.has(expr.name);
    default:
      return false;
  }
}
