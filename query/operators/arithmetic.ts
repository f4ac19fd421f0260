import type { ArithmeticOperator, ComparisonOperator } from '@tocsin/protocol/promql/expr.ts';

type Operation = (a: number, b: number) => number;
type Comparison = (a: number, b: number) => boolean;

export const ARITHMETIC: Readonly<Record<ArithmeticOperator, Operation>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '^': power,
  atan2: (a, b) => Math.atan2(a, b),
};

export const COMPARISON: Readonly<Record<ComparisonOperator, Comparison>> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

// IEEE 754-2008, and Go: 1 to any power is 1, and -1 to an infinite one. JavaScript says NaN.
function power(base: number, exponent: number): number {
  if (base === 1) return 1;
  if (base === -1 && (exponent === Number.POSITIVE_INFINITY || exponent === Number.NEGATIVE_INFINITY))
    return 1;
  return base ** exponent;
}
