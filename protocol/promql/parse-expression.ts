import { parseDurationMs } from '../durations/duration.ts';
import type { Binary, Expr, Matching } from './expr.ts';
import { isNumberWord, numberOf } from './number-literal.ts';
import { asAggregation, asBinaryOperator, isSetOperator, PRECEDENCE, SIGN_PRECEDENCE } from './operators.ts';
import { parseAggregation } from './parse-aggregation.ts';
import { parseGroupingLabels } from './parse-grouping-labels.ts';
import { parseMatchers } from './parse-matchers.ts';
import { parsePostfix } from './parse-postfix.ts';
import type { Token } from './token.ts';
import { isReserved } from './token.ts';
import type { TokenReader } from './token-reader.ts';

const DEPTH_MAX = 250;
// A chain such as a + b + c is a tree as deep as it is long, and what walks trees has a stack.
const OPERATORS_MAX = 1_000;

/** An expression whose operators bind at least as strongly as `minimum`. */
export function parseExpression(reader: TokenReader, minimum = 1): Expr {
  if (++reader.depth > DEPTH_MAX)
    throw reader.error(reader.peek(), `nested more than ${DEPTH_MAX} levels deep`);
  let left = parseOperand(reader);
  for (;;) {
    const token = reader.peek();
    const operator =
      token.kind === 'operator' || token.kind === 'identifier' ? asBinaryOperator(token.text) : null;
    if (operator === null || PRECEDENCE[operator] < minimum) break;
    if (++reader.operators > OPERATORS_MAX)
      throw reader.error(token, `more than ${OPERATORS_MAX} binary operators`);
    reader.take();
    const modifiers = parseModifiers(reader, isSetOperator(operator));
    const right = parseExpression(reader, operator === '^' ? PRECEDENCE[operator] : PRECEDENCE[operator] + 1);
    const position = { start: left.position.start, end: right.position.end };
    const binary: Binary = { kind: 'binary', operator, left, right, ...modifiers, position };
    left = binary;
  }
  reader.depth--;
  return left;
}

function parseOperand(reader: TokenReader): Expr {
  const token = reader.peek();
  if (token.kind === 'operator' && (token.text === '-' || token.text === '+')) {
    reader.take();
    const operand = parseExpression(reader, SIGN_PRECEDENCE + 1);
    const position = { start: token.start, end: operand.position.end };
    if (operand.kind === 'number')
      return { ...operand, value: token.text === '-' ? -operand.value : operand.value, position };
    return { kind: 'unary', operator: token.text, operand, position };
  }
  return parsePostfix(reader, parsePrimary(reader, token));
}

function parsePrimary(reader: TokenReader, token: Token): Expr {
  const position = { start: token.start, end: token.end };
  if (token.kind === 'number')
    return { kind: 'number', value: numberOf(reader, reader.take()), duration: false, position };
  if (token.kind === 'duration') {
    const milliseconds = parseDurationMs(reader.take().text);
    if (milliseconds === null)
      throw reader.error(token, `not a valid duration string: ${JSON.stringify(token.text)}`);
    return { kind: 'number', value: milliseconds / 1000, duration: true, position };
  }
  if (token.kind === 'string') return { kind: 'string', value: reader.takeString('expression'), position };
  if (reader.at('(')) {
    reader.take();
    const operand = parseExpression(reader);
    const close = reader.expect(')', 'parenthesized expression');
    return { kind: 'paren', operand, position: { start: token.start, end: close.end } };
  }
  if (reader.at('{')) return parseSelectorExpr(reader, '', token);
  if (token.kind === 'identifier') return parseWord(reader);
  throw reader.unexpected('', 'a metric name, a function, a number, a string, "{" or "("');
}

function parseWord(reader: TokenReader): Expr {
  const token = reader.take();
  const aggregation = asAggregation(token.text);
  const opens = reader.at('(') || reader.atWord('by') || reader.atWord('without');
  if (aggregation !== null && opens) return parseAggregation(reader, token, aggregation, parseExpression);
  if (reader.at('(') && !isNumberWord(token.text)) return parseCall(reader, token);
  if (isNumberWord(token.text)) {
    return {
      kind: 'number',
      value: numberOf(reader, token),
      duration: false,
      position: { start: token.start, end: token.end },
    };
  }
  const operator = asBinaryOperator(token.text);
  if (operator !== null || (isReserved(token.text) && !reader.at('{') && !isNameAllowed(token.text))) {
    throw reader.error(
      token,
      `unexpected ${JSON.stringify(token.text)}, expected a metric name, a function, a number or "("`,
    );
  }
  return parseSelectorExpr(reader, token.text, token);
}

// Of the keywords these may also be metric names.
function isNameAllowed(text: string): boolean {
  return /^(by|without|bool|offset)$/i.test(text);
}

function parseSelectorExpr(reader: TokenReader, name: string, start: Token): Expr {
  const { name: metric, matchers } = parseMatchers(reader, name, start);
  const position = { start: start.start, end: reader.last().end };
  return { kind: 'selector', name: metric, matchers, offset: null, at: null, extension: null, position };
}

function parseCall(reader: TokenReader, name: Token): Expr {
  const args: Expr[] = [];
  reader.take();
  if (!reader.at(')')) {
    do {
      if (args.length > 0 && reader.at(')'))
        throw reader.error(reader.last(), 'trailing commas not allowed in function call args');
      args.push(parseExpression(reader));
    } while (reader.takeIf(','));
  }
  if (!reader.at(')')) throw reader.unexpected('function call', '"," or ")"');
  const close = reader.take();
  return { kind: 'call', name: name.text, args, position: { start: name.start, end: close.end } };
}

function parseModifiers(reader: TokenReader, isSet: boolean): Pick<Binary, 'bool' | 'matching'> {
  const bool = reader.takeIfWord('bool');
  let matching: Matching = {
    cardinality: isSet ? 'many-to-many' : 'one-to-one',
    on: false,
    labels: [],
    include: [],
    fillLeft: null,
    fillRight: null,
  };
  if (reader.atWord('on') || reader.atWord('ignoring')) {
    const on = reader.take().text.toLowerCase() === 'on';
    matching = { ...matching, on, labels: parseGroupingLabels(reader) };
    if (reader.atWord('group_left') || reader.atWord('group_right')) {
      const left = reader.take().text.toLowerCase() === 'group_left';
      const include = reader.at('(') ? parseGroupingLabels(reader) : [];
      matching = { ...matching, cardinality: left ? 'many-to-one' : 'one-to-many', include };
    }
  }
  return { bool, matching: parseFill(reader, matching) };
}

function parseFill(reader: TokenReader, matching: Matching): Matching {
  let result = matching;
  while (reader.atWord('fill') || reader.atWord('fill_left') || reader.atWord('fill_right')) {
    const word = reader.take();
    // A metric may be called "fill": only a number in parentheses makes it the modifier.
    const value = reader.at('(') ? readFillValue(reader) : null;
    if (value === null) {
      reader.putBack(word);
      return result;
    }
    const side = word.text.toLowerCase();
    if (side !== 'fill_right') result = { ...result, fillLeft: value };
    if (side !== 'fill_left') result = { ...result, fillRight: value };
  }
  return result;
}

function readFillValue(reader: TokenReader): number {
  reader.take();
  let sign = 1;
  if (reader.at('-') || reader.at('+')) sign = reader.take().text === '-' ? -1 : 1;
  const token = reader.peek();
  if (token.kind !== 'number' && !(token.kind === 'identifier' && isNumberWord(token.text))) {
    throw reader.unexpected('fill modifier', 'number');
  }
  reader.take();
  reader.expect(')', 'fill modifier');
  return sign * numberOf(reader, token);
}
