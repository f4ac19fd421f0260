import type { AtModifier, Duration, Expr, TimeShift } from '@tocsin/protocol/promql/expr.ts';

/** When the samples of an expression are read: the shifts of its first selector and of the subqueries around it. */
export function readingTime(expr: Expr): TimeShift {
  let at: AtModifier | null = null;
  let offset: Duration | null = null;
  for (let node = firstOperand({ inner: expr }); node !== null; node = firstOperand(node)) {
    const { shift } = node;
    if (shift === undefined) continue;
    if (shift.at !== null) {
      at = shift.at;
      offset = null;
    }
    if (shift.offset !== null) offset = offset === null ? shift.offset : plus(offset, shift.offset);
  }
  return { at, offset };
}

interface Step {
  readonly inner: Expr | null;
  readonly shift?: TimeShift;
}

/** One step down to the first selector; the shift of what was stepped over. */
function firstOperand({ inner }: Step): Step | null {
  if (inner === null) return null;
  switch (inner.kind) {
    case 'selector':
      return { inner: null, shift: inner };
    case 'range':
      return { inner: null, shift: inner.selector };
    case 'subquery':
      return { inner: inner.operand, shift: inner };
    case 'paren':
    case 'unary':
    case 'aggregation':
      return { inner: inner.operand };
    case 'binary':
      return { inner: readsSamples(inner.left) ? inner.left : inner.right };
    case 'call':
      return { inner: inner.args.find(readsSamples) ?? null };
    default:
      return null;
  }
}

function readsSamples(expr: Expr): boolean {
  switch (expr.kind) {
    case 'number':
    case 'string':
      return false;
    case 'paren':
    case 'unary':
    case 'aggregation':
    case 'subquery':
      return readsSamples(expr.operand);
    case 'binary':
      return readsSamples(expr.left) || readsSamples(expr.right);
    case 'call':
      return expr.args.some(readsSamples);
    default:
      return true;
  }
}

function plus(left: Duration, right: Duration): Duration {
  return { kind: 'operation', operator: '+', left, right, position: left.position };
}
