import { parseDurationMs } from '../durations/duration.ts';
import type { Duration } from './expr.ts';
import { numberOf } from './number-literal.ts';
import type { ParseError } from './parse-error.ts';
import type { Token } from './token.ts';
import type { TokenReader } from './token-reader.ts';

const LEVELS: Readonly<Record<string, number>> = { '+': 1, '-': 1, '*': 2, '/': 2, '%': 2, '^': 3 };
const DEPTH_MAX = 100;

type Operator = '+' | '-' | '*' | '/' | '%' | '^';

/** A duration as brackets hold it: any expression over numbers (seconds), durations, `step()` and `range()`. */
export function parseDuration(reader: TokenReader, minimum = 1): Duration {
  let left = parseSigned(reader);
  for (;;) {
    const token = reader.peek();
    const level = token.kind === 'operator' ? LEVELS[token.text] : undefined;
    if (level === undefined || level < minimum) return left;
    reader.take();
    const right = parseDuration(reader, token.text === '^' ? level : level + 1);
    const position = { start: left.position.start, end: right.position.end };
    left = { kind: 'operation', operator: token.text as Operator, left, right, position };
  }
}

/** A duration as `offset` takes it: one operand, with a sign. Operators after it belong to the query. */
export function parseOffset(reader: TokenReader): Duration {
  const token = reader.peek();
  if (token.kind === 'operator' && (token.text === '-' || token.text === '+')) {
    reader.take();
    const operand = parseOperand(reader);
    return {
      kind: 'sign',
      operator: token.text,
      operand,
      position: { start: token.start, end: operand.position.end },
    };
  }
  return parseOperand(reader);
}

function parseSigned(reader: TokenReader): Duration {
  const token = reader.peek();
  if (token.kind === 'operator' && (token.text === '-' || token.text === '+')) {
    reader.take();
    // A sign binds like `*`, as it does outside of durations.
    const operand = parseDuration(reader, 3);
    return {
      kind: 'sign',
      operator: token.text,
      operand,
      position: { start: token.start, end: operand.position.end },
    };
  }
  return parseOperand(reader);
}

function parseOperand(reader: TokenReader): Duration {
  const token = reader.peek();
  const where = 'duration expression';
  if (token.kind === 'number' || token.kind === 'duration') {
    reader.take();
    const milliseconds = token.kind === 'duration' ? parseDurationMs(token.text) : null;
    if (token.kind === 'duration' && milliseconds === null) throw notADuration(reader, token);
    const seconds = milliseconds === null ? numberOf(reader, token) : milliseconds / 1000;
    return { kind: 'literal', seconds, position: { start: token.start, end: token.end } };
  }
  if (reader.at('(')) {
    if (++reader.depth > DEPTH_MAX) throw reader.error(token, `nested more than ${DEPTH_MAX} levels deep`);
    reader.take();
    const operand = parseDuration(reader);
    const close = reader.expect(')', where);
    reader.depth--;
    return { kind: 'paren', operand, position: { start: token.start, end: close.end } };
  }
  const word = token.text.toLowerCase();
  if (token.kind === 'identifier' && (word === 'step' || word === 'range')) {
    reader.take();
    reader.expect('(', where);
    const close = reader.expect(')', where);
    return { kind: word, position: { start: token.start, end: close.end } };
  }
  if (token.kind === 'identifier' && /^(min|max)(_of)?$/.test(word)) {
    reader.take();
    reader.expect('(', where);
    const left = parseDuration(reader);
    reader.expect(',', where);
    const right = parseDuration(reader);
    const close = reader.expect(')', where);
    const name = word.startsWith('min') ? 'min_of' : 'max_of';
    return { kind: 'extreme', function: name, left, right, position: { start: token.start, end: close.end } };
  }
  throw reader.unexpected(where, 'number, duration, step(), range(), min_of(), max_of() or "("');
}

function notADuration(reader: TokenReader, token: Token): ParseError {
  // Shorter numbers of the same units would have been one.
  const isTooLong = parseDurationMs(token.text.replaceAll(/\d+/g, '1')) !== null;
  const detail = isTooLong
    ? 'duration out of range'
    : `not a valid duration string: ${JSON.stringify(token.text)}`;
  return reader.error(token, detail);
}
