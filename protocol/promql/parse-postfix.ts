import { DURATION_MAX_MS, parseDurationMs } from '../durations/duration.ts';
import { durationSeconds, isConstantDuration } from './constant-duration.ts';
import type { AtModifier, Duration, Expr, Selector, Subquery } from './expr.ts';
import { isNumberWord, numberOf } from './number-literal.ts';
import { parseDuration, parseOffset } from './parse-duration.ts';
import type { TokenReader } from './token-reader.ts';

/** What may follow an operand: `[5m]`, `[5m:1m]`, `offset 5m`, `@ 1e9`, `anchored`, `smoothed`. */
export function parsePostfix(reader: TokenReader, operand: Expr): Expr {
  let expr = operand;
  for (;;) {
    if (reader.at('[')) expr = parseBrackets(reader, expr);
    else if (reader.atWord('offset')) expr = withOffset(reader, expr);
    else if (reader.at('@')) expr = withAt(reader, expr);
    else if (reader.atWord('anchored') || reader.atWord('smoothed')) expr = withExtension(reader, expr);
    else return expr;
  }
}

function parseBrackets(reader: TokenReader, operand: Expr): Expr {
  let range: Duration | null = null;
  let step: Duration | null = null;
  let isSubquery = false;
  const open = reader.peek();
  reader.within('brackets', ']', 'subquery or range selector', () => {
    range = positive(reader, parseDuration(reader));
    isSubquery = reader.takeIf(':');
    if (isSubquery && !reader.at(']')) step = positive(reader, parseDuration(reader));
    if (!reader.at(']'))
      throw reader.unexpected('subquery or range selector', isSubquery ? '"]"' : '":" or "]"');
  });
  const position = { start: operand.position.start, end: reader.last().end };
  if (isSubquery) return { kind: 'subquery', operand, range: range!, step, offset: null, at: null, position };
  if (operand.kind !== 'selector') throw reader.error(open, 'ranges only allowed for vector selectors');
  if (operand.offset !== null) throw reader.error(open, 'no offset modifiers allowed before range');
  if (operand.at !== null) throw reader.error(open, 'no @ modifiers allowed before range');
  return { kind: 'range', selector: operand, range: range!, position };
}

function positive(reader: TokenReader, duration: Duration): Duration {
  if (!isConstantDuration(duration)) return duration;
  const seconds = durationSeconds(duration, { stepMs: 0, rangeMs: 0 });
  if (!(seconds > 0)) throw reader.error(duration.position, 'duration must be greater than 0');
  if (seconds * 1000 > DURATION_MAX_MS) throw reader.error(duration.position, 'duration out of range');
  return duration;
}

/** Applies `change` to the selector inside, or to the subquery. */
function onShifted(
  reader: TokenReader,
  expr: Expr,
  what: string,
  change: <T extends Selector | Subquery>(node: T) => T,
): Expr {
  const position = { start: expr.position.start, end: reader.last().end };
  if (expr.kind === 'selector' || expr.kind === 'subquery') return { ...change(expr), position };
  if (expr.kind === 'range') return { ...expr, selector: change(expr.selector), position };
  const detail = `${what} modifier must be preceded by an instant vector selector or range vector selector or a subquery`;
  throw reader.error(expr.position, detail);
}

function withOffset(reader: TokenReader, expr: Expr): Expr {
  reader.take();
  const offset = parseOffset(reader);
  return onShifted(reader, expr, 'offset', (node) => {
    if (node.offset !== null) throw reader.error(node.position, 'offset may not be set multiple times');
    return { ...node, offset };
  });
}

function withAt(reader: TokenReader, expr: Expr): Expr {
  reader.take();
  const at = parseAt(reader);
  return onShifted(reader, expr, '@', (node) => {
    if (node.at !== null) throw reader.error(node.position, '@ <timestamp> may not be set multiple times');
    return { ...node, at };
  });
}

function parseAt(reader: TokenReader): AtModifier {
  for (const kind of ['start', 'end'] as const) {
    if (!reader.takeIfWord(kind)) continue;
    reader.expect('(', '@');
    reader.expect(')', '@');
    return { kind };
  }
  let sign = 1;
  if (reader.at('-') || reader.at('+')) sign = reader.take().text === '-' ? -1 : 1;
  const token = reader.peek();
  const isNumber = token.kind === 'number' || token.kind === 'duration';
  if (!isNumber && !(token.kind === 'identifier' && isNumberWord(token.text))) {
    throw reader.unexpected('@', 'timestamp, start() or end()');
  }
  reader.take();
  const milliseconds = token.kind === 'duration' ? parseDurationMs(token.text) : null;
  const seconds = sign * (milliseconds === null ? numberOf(reader, token) : milliseconds / 1000);
  if (!(Math.abs(seconds * 1000) < 2 ** 63))
    throw reader.error(token, 'timestamp out of bounds for @ modifier');
  return { kind: 'time', timestampMs: Math.round(seconds * 1000) };
}

function withExtension(reader: TokenReader, expr: Expr): Expr {
  const extension = reader.take().text.toLowerCase() as 'anchored' | 'smoothed';
  const position = { start: expr.position.start, end: reader.last().end };
  const set = (selector: Selector): Selector => {
    if (selector.extension !== null && selector.extension !== extension) {
      throw reader.error(position, 'anchored and smoothed modifiers cannot be used together');
    }
    return { ...selector, extension };
  };
  if (expr.kind === 'range') return { ...expr, selector: set(expr.selector), position };
  if (expr.kind === 'selector' && extension === 'smoothed') return { ...set(expr), position };
  const allowed =
    extension === 'anchored'
      ? 'a range vector selector'
      : 'an instant vector selector or range vector selector';
  throw reader.error(expr.position, `${extension} modifier must be preceded by ${allowed}`);
}
