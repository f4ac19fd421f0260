import {
  addHistograms,
  asGauge,
  type Combined,
  divideHistogram,
  scaleHistogram,
  subtractHistograms,
} from '@tocsin/protocol/histogram/arithmetic.ts';
import { equalHistograms } from '@tocsin/protocol/histogram/equal.ts';
import type { Histogram } from '@tocsin/protocol/histogram/histogram.ts';
import { trimHistogram } from '@tocsin/protocol/histogram/trim.ts';
import type { ArithmeticOperator, Binary, ComparisonOperator } from '@tocsin/protocol/promql/expr.ts';
import { isComparison } from '@tocsin/protocol/promql/operators.ts';
import { noteCollision, noteReconciled } from '../functions/histogram-notes.ts';
import type { Notes } from '../notes.ts';
import { ARITHMETIC, COMPARISON } from './arithmetic.ts';

export type Sample = number | Histogram;

/** What an operator makes of two samples: a new one, the left one kept (a comparison that holds), or nothing. */
export type ElementOperation = (left: Sample, right: Sample) => Sample | null;

/** The operation of a binary expression on two samples; comparisons with `bool` give 0 or 1. */
export function elementOperation(expr: Binary, notes: Notes): ElementOperation {
  const { operator } = expr;
  if (isComparison(operator)) {
    const compare = COMPARISON[operator as ComparisonOperator];
    return (left, right) => {
      if (typeof left === 'number' && typeof right === 'number')
        return filter(expr, left, compare(left, right));
      const both = typeof left !== 'number' && typeof right !== 'number';
      if (!both || (operator !== '==' && operator !== '!=')) return incompatible(expr, notes, left, right);
      return filter(expr, left, equalHistograms(left, right) === (operator === '=='));
    };
  }
  const arithmetic = ARITHMETIC[operator as ArithmeticOperator];
  return (left, right) => {
    if (typeof left === 'number' && typeof right === 'number' && arithmetic !== undefined)
      return arithmetic(left, right);
    return histogramOperation(expr, notes, left, right) ?? null;
  };
}

function filter(expr: Binary, left: Sample, holds: boolean): Sample | null {
  if (expr.bool) return holds ? 1 : 0;
  return holds ? left : null;
}

function histogramOperation(expr: Binary, notes: Notes, left: Sample, right: Sample): Sample | null {
  const { operator } = expr;
  if (typeof left !== 'number' && typeof right !== 'number') {
    if (operator === '+') return combined(expr, notes, addHistograms(left, right));
    if (operator === '-') {
      const difference = combined(expr, notes, subtractHistograms(left, right));
      return difference === null ? null : asGauge(difference);
    }
  } else if (typeof left !== 'number' && typeof right === 'number') {
    if (operator === '*') return scaleHistogram(left, right);
    if (operator === '/') return divideHistogram(left, right);
    if (operator === '</' || operator === '>/') return trimHistogram(left, right, operator);
  } else if (typeof left === 'number' && typeof right !== 'number' && operator === '*') {
    return scaleHistogram(right, left);
  }
  return incompatible(expr, notes, left, right);
}

function combined(expr: Binary, notes: Notes, result: Combined | null): Histogram | null {
  const { position } = expr;
  const operation = expr.operator === '+' ? 'addition' : 'subtraction';
  if (result === null) {
    notes.warn(`incompatible bucket layout encountered for binary operator ${expr.operator}`, position);
    return null;
  }
  if (result.resetCollision) noteCollision(operation, { notes, position });
  if (result.boundsReconciled) noteReconciled(operation, { notes, position });
  return result.histogram;
}

function incompatible(expr: Binary, notes: Notes, left: Sample, right: Sample): null {
  const type = (sample: Sample): string => (typeof sample === 'number' ? 'float' : 'histogram');
  const detail = `${type(left)} ${expr.operator} ${type(right)}`;
  notes.info(
    `incompatible sample types encountered for binary operator ${JSON.stringify(expr.operator)}: ${detail}`,
    expr.position,
  );
  return null;
}
