import { compileMatcher } from '../matchers/compile-matcher.ts';
import type { Matcher } from '../matchers/matcher.ts';
import type { LineFilter, LogqlExpression, Stage } from './expression.ts';
import { LOGQL_LIMITS } from './limits.ts';
import { LogqlParseError } from './parse-error.ts';
import { checkMatcher, parseLabelPredicate } from './parse-label-filter.ts';
import { parseNumberExpression } from './parse-number.ts';
import { createTokenReader, type TokenReader } from './token-reader.ts';
import { unsupportedStage } from './unsupported.ts';

const MATCHER_KINDS = ['=', '!=', '=~', '!~'] as const;
const LINE_OPERATORS = ['|=', '!=', '|~', '!~'] as const;

/**
 * Parses a LogQL query: a stream selector, line filters, label filters; or arithmetic of numbers. Throws `LogqlParseError` with the position
 * and what was expected; parts of LogQL that are not answered here are refused by their name.
 */
export function parseLogql(query: string): LogqlExpression {
  if (query.length > LOGQL_LIMITS.queryLengthMax)
    throw new LogqlParseError(
      query.slice(0, 1),
      { start: 0, end: 1 },
      `the query is longer than ${LOGQL_LIMITS.queryLengthMax} characters`,
    );
  const reader = createTokenReader(query);
  if (reader.current.text !== '{') {
    const expression = parseNumberExpression(reader);
    if (reader.current.kind !== 'end') reader.expected('an operator or the end of the query');
    return expression;
  }
  const { start } = reader.current.position;
  const matchers = parseSelector(reader);
  const stages: Stage[] = [];
  while (reader.current.kind !== 'end') {
    if (stages.length >= LOGQL_LIMITS.stagesMax)
      reader.fail(reader.current.position, `the pipeline has more than ${LOGQL_LIMITS.stagesMax} stages`);
    stages.push(parseStage(reader));
  }
  return { kind: 'log_query', matchers, stages, position: { start, end: reader.previousEnd } };
}

/** `{a="x", b=~"y"}`, as the series and index APIs take it; it may match everything. Throws `LogqlParseError`. */
export function parseLogSelector(selector: string): readonly Matcher[] {
  const reader = createTokenReader(selector.slice(0, LOGQL_LIMITS.queryLengthMax));
  if (reader.current.text !== '{') reader.expected('a stream selector in braces');
  const matchers = parseMatchers(reader);
  if (reader.current.kind !== 'end') reader.expected('the end of the selector');
  return matchers;
}

function parseSelector(reader: TokenReader): readonly Matcher[] {
  const { position } = reader.current;
  const matchers = parseMatchers(reader);
  // Loki's rule: a selector of nothing but {a=~".*"} would read everything there is.
  if (matchers.every((matcher) => compileMatcher(matcher).matchesEmpty))
    reader.fail(
      { start: position.start, end: reader.previousEnd },
      'queries require at least one matcher that does not match the empty string, such as {service_name=~".+"}',
    );
  return matchers;
}

function parseMatchers(reader: TokenReader): readonly Matcher[] {
  reader.advance();
  const matchers: Matcher[] = [];
  while (!reader.take('}')) {
    const name = reader.identifier(matchers.length === 0 ? 'a label name or "}"' : 'a label name');
    const kind = MATCHER_KINDS.find((one) => one === reader.current.text);
    if (kind === undefined || reader.current.kind !== 'operator')
      return reader.expected(`=, !=, =~ or !~ after label ${JSON.stringify(name)}`);
    reader.advance();
    const { position } = reader.current;
    const matcher: Matcher = { kind, name, value: reader.string('a string') };
    checkMatcher(reader, matcher, position);
    matchers.push(matcher);
    if (!reader.take(',') && reader.current.text !== '}') reader.expected('"," or "}"');
  }
  return matchers;
}

function parseStage(reader: TokenReader): Stage {
  const { kind, text, position } = reader.current;
  const operator = LINE_OPERATORS.find((one) => one === text);
  if (kind === 'operator' && operator !== undefined) return parseLineFilter(reader, operator);
  if (kind === 'operator' && (text === '|>' || text === '!>'))
    reader.fail(position, `pattern filters (${text}) are not supported by this version; use |= or |~`);
  if (!reader.take('|')) reader.expected('a line filter (|=, !=, |~, !~), "|" or the end of the query');
  const unsupported =
    reader.current.kind === 'identifier' ? unsupportedStage(reader.current.text) : undefined;
  if (unsupported !== undefined)
    reader.fail(reader.current.position, `${unsupported} is not supported by this version`);
  const { start } = reader.current.position;
  const predicate = parseLabelPredicate(reader);
  return { kind: 'label_filter', predicate, position: { start, end: reader.previousEnd } };
}

function parseLineFilter(reader: TokenReader, operator: LineFilter['operator']): LineFilter {
  const { start } = reader.advance().position;
  const alternatives: string[] = [];
  do {
    if (reader.current.text === 'ip')
      reader.fail(reader.current.position, 'ip() is not supported by this version');
    if (alternatives.length >= LOGQL_LIMITS.stagesMax)
      reader.fail(reader.current.position, `the filter has more than ${LOGQL_LIMITS.stagesMax} alternatives`);
    const { position } = reader.current;
    const value = reader.string(`a string after ${operator}`);
    if (operator === '|~' || operator === '!~')
      checkMatcher(reader, { kind: '=~', name: 'line', value }, position);
    alternatives.push(value);
  } while (reader.take('or'));
  return { kind: 'line_filter', operator, alternatives, position: { start, end: reader.previousEnd } };
}
