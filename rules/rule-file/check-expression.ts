import { parseExpr } from '@tocsin/protocol/promql/parse.ts';

/** Calls `refuse` with what is wrong when the text is not PromQL. */
export function checkExpression(expression: string, refuse: (detail: string) => never): void {
  try {
    parseExpr(expression);
  } catch (error) {
    refuse(`expr does not parse: ${error instanceof Error ? error.message : String(error)}`);
  }
}
