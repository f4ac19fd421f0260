import type { AggregationOperator, Expr } from './expr.ts';
import { takesParameter } from './operators.ts';
import { parseExpression } from './parse-expression.ts';
import type { Token } from './token.ts';
import type { TokenReader } from './token-reader.ts';

/** `sum by (a) (x)` and `sum(x) by (a)`; the operator's word is already taken. */
export function parseAggregation(reader: TokenReader, word: Token, operator: AggregationOperator): Expr {
  let grouping = parseGrouping(reader);
  const args = parseBody(reader);
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

function parseBody(reader: TokenReader): Expr[] {
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

/** `(a, b, "c.d")`, a comma at the end allowed. Keywords may be label names. */
export function parseGroupingLabels(reader: TokenReader): string[] {
  const where = 'grouping opts';
  if (!reader.at('(')) throw reader.unexpected(where, '"("');
  reader.take();
  const labels: string[] = [];
  while (!reader.at(')')) {
    const token = reader.peek();
    if (token.kind === 'string') {
      const label = reader.takeString(where);
      if (label === '') throw reader.error(token, `invalid label name for grouping: ${token.text}`);
      labels.push(label);
    } else if (token.kind === 'identifier' && !token.text.includes(':')) {
      labels.push(reader.take().text);
    } else {
      throw reader.unexpected(where, 'label');
    }
    if (!reader.takeIf(',')) break;
  }
  if (!reader.at(')')) throw reader.unexpected(where, '"," or ")"');
  reader.take();
  return labels;
}
