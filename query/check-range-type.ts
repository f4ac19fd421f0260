import type { Expr } from '@tocsin/protocol/promql/expr.ts';
import { typeOf } from '@tocsin/protocol/promql/operators.ts';
import { QueryError } from './query-error.ts';

/** Throws QueryError for an expression that has no value a point could be drawn of. */
export function checkRangeType(expr: Expr): void {
  const type = typeOf(expr);
  if (type === 'vector' || type === 'scalar') return;
  throw new QueryError(
    'bad_data',
    `invalid expression type ${JSON.stringify(type === 'matrix' ? 'range vector' : type)} for range query, must be Scalar or instant Vector`,
  );
}
