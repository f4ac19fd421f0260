import type { Call, Expr } from '@tocsin/protocol/promql/expr.ts';
import { QueryError } from '../query-error.ts';

const EXTENDABLE = {
  anchored: ['changes', 'delta', 'increase', 'rate', 'resets'],
  smoothed: ['delta', 'increase', 'rate'],
} as const;

/** Refuses extended selectors where the function does not know what to do with them. */
export function checkExtension(call: Call, arg: Expr): void {
  let inner = arg;
  while (inner.kind === 'paren') inner = inner.operand;
  const extension = inner.kind === 'range' ? inner.selector.extension : null;
  if (extension === null) return;
  const allowed: readonly string[] = EXTENDABLE[extension];
  if (allowed.includes(call.name)) return;
  const detail = `${extension} modifier can only be used with: ${allowed.join(', ')} - not with ${call.name}`;
  throw new QueryError('bad_data', detail);
}
