import type { ArithmeticOperator, NumberExpression } from './expression.ts';
import { LOGQL_LIMITS } from './limits.ts';
import { parseNumber } from './quantity.ts';
import type { TokenReader } from './token-reader.ts';
import { isMetricFunction } from './unsupported.ts';

/** From weak to strong; `^` groups to the right, as in PromQL. */
const LEVELS: readonly (readonly ArithmeticOperator[])[] = [['+', '-'], ['*', '/', '%'], ['^']];

interface Budget {
  operations: number;
}

/** Arithmetic of numbers and `vector(n)`: what Grafana asks, as `vector(1)+vector(1)`, to see whether anybody answers. */
export function parseNumberExpression(reader: TokenReader): NumberExpression {
  return parseLevel(reader, 0, 0, { operations: 0 });
}

function parseLevel(reader: TokenReader, level: number, depth: number, budget: Budget): NumberExpression {
  const operators = LEVELS[level];
  if (operators === undefined) return parseAtom(reader, depth, budget);
  let left = parseLevel(reader, level + 1, depth, budget);
  for (;;) {
    const operator = operators.find((one) => one === reader.current.text);
    if (operator === undefined || reader.current.kind !== 'operator') return left;
    const { position } = reader.advance();
    // The tree is walked by recursion, so its depth is bounded with it.
    if (++budget.operations > LOGQL_LIMITS.stagesMax)
      reader.fail(position, `the expression has more than ${LOGQL_LIMITS.stagesMax} operations`);
    const right = parseLevel(reader, operator === '^' ? level : level + 1, depth, budget);
    const { start } = left.position;
    left = { kind: 'arithmetic', operator, left, right, position: { start, end: reader.previousEnd } };
  }
}

function parseAtom(reader: TokenReader, depth: number, budget: Budget): NumberExpression {
  const { kind, text, position } = reader.current;
  if (kind === 'operator' && text === '(') {
    if (depth >= LOGQL_LIMITS.depthMax)
      reader.fail(position, `parentheses are nested deeper than ${LOGQL_LIMITS.depthMax}`);
    reader.advance();
    const inner = parseLevel(reader, 0, depth + 1, budget);
    if (!reader.take(')')) reader.expected('")" or an operator');
    return inner;
  }
  if (kind === 'identifier' && text === 'vector') {
    reader.advance();
    if (!reader.take('(')) reader.expected('"(" after vector');
    const value = parseSigned(reader);
    if (!reader.take(')')) reader.expected('")"');
    return { kind: 'vector', value, position: { start: position.start, end: reader.previousEnd } };
  }
  if (kind === 'identifier' && isMetricFunction(text))
    reader.fail(
      position,
      `metric queries (${text}) are not supported by this version; ask for lines with {...}`,
    );
  if (kind !== 'quantity' && text !== '-' && text !== '+')
    reader.expected('a stream selector such as {service_name="shop"}');
  const value = parseSigned(reader);
  return { kind: 'number', value, position: { start: position.start, end: reader.previousEnd } };
}

function parseSigned(reader: TokenReader): number {
  const sign = reader.take('-') ? -1 : 1;
  if (sign > 0) reader.take('+');
  const value = reader.current.kind === 'quantity' ? parseNumber(reader.current.text) : undefined;
  if (value === undefined) return reader.expected('a number');
  reader.advance();
  return sign * value;
}
