import type { Evaluation } from '../evaluation.ts';
import { QueryError } from '../query-error.ts';

/** Refuses a label's value that is longer than one may be; a query could make it twice as long again and again. */
export function checkMadeLabel({ budget }: Evaluation, value: string, maker: string): void {
  const { labelValueLengthMax } = budget.limits;
  if (value.length <= labelValueLengthMax) return;
  throw new QueryError(
    'execution',
    `${maker}() would make a label value of ${value.length} characters, more than the limit of ${labelValueLengthMax}`,
    { limit: 'labelValueLengthMax' },
  );
}
