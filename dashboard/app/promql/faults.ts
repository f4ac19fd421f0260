import { parseExpr } from '@tocsin/protocol/promql/parse.ts';
import { ParseError } from '@tocsin/protocol/promql/parse-error.ts';

/** What is wrong with an expression, and where: offsets into its text, end exclusive. */
export interface Fault {
  readonly from: number;
  readonly to: number;
  readonly message: string;
}

/** Checks an expression as it is written in a panel: `$window` and its like stand for durations. Empty text is no fault. */
export function faultsOf(expr: string): readonly Fault[] {
  if (expr.trim() === '') return [];
  // Durations of the same length as the names, so that positions stay.
  const filled = expr.replace(
    /\$(window|slow|range|twice)\b/g,
    (name) => `${'1'.padStart(name.length - 1, '0')}s`,
  );
  try {
    parseExpr(filled);
    return [];
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const from = Math.min(Math.max(0, error.position.start), expr.length);
    return [{ from, to: Math.max(from, Math.min(error.position.end, expr.length)), message: error.detail }];
  }
}
