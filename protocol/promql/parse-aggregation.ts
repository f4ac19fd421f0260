import type { AggregationOperator, Expr } from './expr.ts';
import { takesParameter } from './operators.ts';
import { parseGroupingLabels } from './parse-grouping-labels.ts';
import type { Token } from './token.ts';
import type { TokenReader } from './token-reader.ts';

/** Reads an operand; given, since expressions hold aggregations which hold expressions. */
type ParseExpression = (reader: TokenReader) => Expr;

/** `sum by (a) (x)` and `sum(x) by (a)`; the operator's word is already taken. */
export function parseAggregation(
  reader: TokenReader,
  word: Token,
  operator: AggregationOperator,
  parseExpression: ParseExpression,
): Expr {
  let grouping = parseGrouping(reader);
  const args = parseBody(reader, parseExpression);
  if (grouping === null) grouping = parseGrouping(reader);
  const position = { start: word.start, end: reader.last().end };
  const wanted = takesParameter(operator) ? 2 : 1;
  if (args.length === 0) throw reader.error(position, 'no arguments for aggregate expression provided');
  if (args.length !== wanted) {
    const detail = `wrong number of arguments for aggregate expression provided, expected ${wanted}, got ${args.length}`;
    throw reader.error(position, detail);
  }
  return {
    kind: 'aggregation',
    operator,
    operand: args.at(-1)!,
    parameter: wanted === 2 ? args[0]! : null,
    grouping: grouping?.labels ?? [],
    without: grouping?.without ?? false,
    position,
  };
}

function parseGrouping(
  reader: TokenReader,
): { readonly labels: readonly string[]; readonly without: boolean } | null {
  if (!reader.atWord('by') && !reader.atWord('without')) return null;
  const without = reader.take().text.toLowerCase() === 'without';
  return { without, labels: parseGroupingLabels(reader) };
}

function parseBody(reader: TokenReader, parseExpression: ParseExpression): Expr[] {
  reader.expect('(', 'aggregation');
  const args: Expr[] = [];
  if (!reader.at(')')) {
    do {
      if (args.length > 0 && reader.at(')')) {
        throw reader.error(reader.last(), 'trailing commas not allowed in function call args');
      }
      args.push(parseExpression(reader));
    } while (reader.takeIf(','));
  }
  if (!reader.at(')')) throw reader.unexpected('aggregation', '"," or ")"');
  reader.take();
  return args;
}
