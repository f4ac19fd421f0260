import { getLabel, type Labels } from '@tocsin/protocol/labels/labels.ts';
import type { LabelPredicate, LineFilter, LogQuery, Stage } from '@tocsin/protocol/logql/expression.ts';
import { parseBytes, parseNumber, parseSeconds } from '@tocsin/protocol/logql/quantity.ts';
import { type CompiledMatcher, compileMatcher } from '@tocsin/protocol/matchers/compile-matcher.ts';
import { compileRegex } from '@tocsin/protocol/regex/regex.ts';
import type { LogEntry } from './log-entry.ts';

/** A log query ready to run. */
export interface Pipeline {
  selects(stream: Labels): boolean;
  passes(stream: Labels, entry: LogEntry): boolean;
  /** Texts that every line which passes has in its line, as bytes; for skipping chunks. */
  readonly lineNeedles: readonly Uint8Array[];
  /** Values that every line which passes has, in a stream without a label of that name, as structured metadata. */
  readonly metadataNeedles: readonly { readonly name: string; readonly value: Uint8Array }[];
}

type EntryTest = (stream: Labels, entry: LogEntry) => boolean;

const utf8 = new TextEncoder();
const METACHARACTERS = /[\\^$.|?*+()[\]{}]/;

export function compilePipeline({ matchers, stages }: Pick<LogQuery, 'matchers' | 'stages'>): Pipeline {
  const selectors = matchers.map(compileMatcher);
  const tests = stages.map(compileStage);
  return {
    selects: (stream) => selectors.every(({ matcher, matches }) => matches(labelOf(stream, matcher.name))),
    passes: (stream, entry) => tests.every((test) => test(stream, entry)),
    lineNeedles: stages.flatMap(lineNeedles),
    metadataNeedles: stages.flatMap((stage) =>
      stage.kind === 'label_filter' ? metadataNeedles(stage.predicate) : [],
    ),
  };
}

function compileStage(stage: Stage): EntryTest {
  if (stage.kind === 'label_filter') return compilePredicate(stage.predicate);
  const contains = stage.alternatives.map((alternative) => lineTest(stage, alternative));
  const negated = stage.operator === '!=' || stage.operator === '!~';
  return (_, { line }) => contains.some((test) => test(line)) !== negated;
}

function lineTest({ operator }: LineFilter, text: string): (line: string) => boolean {
  const literal = operator === '|=' || operator === '!=' || !METACHARACTERS.test(text);
  if (literal) return (line) => line.includes(text);
  // A label's regular expression is anchored, a line's is not.
  const regex = compileRegex(`(?:.*)(?:${text})(?:.*)`);
  return (line) => regex.matches(line);
}

function compilePredicate(predicate: LabelPredicate): EntryTest {
  switch (predicate.kind) {
    case 'and':
    case 'or': {
      const left = compilePredicate(predicate.left);
      const right = compilePredicate(predicate.right);
      return predicate.kind === 'and'
        ? (stream, entry) => left(stream, entry) && right(stream, entry)
        : (stream, entry) => left(stream, entry) || right(stream, entry);
    }
    case 'matches': {
      const { matcher, matches }: CompiledMatcher = compileMatcher(predicate.matcher);
      return (stream, entry) => matches(entryValue(stream, entry, matcher.name));
    }
    case 'compares': {
      const { name, operator, value, unit } = predicate;
      const parse = { number: parseNumber, duration: parseSeconds, bytes: parseBytes }[unit];
      return (stream, entry) => {
        const actual = parse(entryValue(stream, entry, name));
        return actual !== undefined && compare(actual, operator, value);
      };
    }
  }
}

function compare(actual: number, operator: '==' | '!=' | '>' | '>=' | '<' | '<=', value: number): boolean {
  switch (operator) {
    case '==':
      return actual === value;
    case '!=':
      return actual !== value;
    case '>':
      return actual > value;
    case '>=':
      return actual >= value;
    case '<':
      return actual < value;
    case '<=':
      return actual <= value;
  }
}

/** A stream label, else structured metadata. Empty when there is neither. */
function entryValue(stream: Labels, { structuredMetadata }: LogEntry, name: string): string {
  return labelOf(stream, name) || getLabel(structuredMetadata, name);
}

/** Loki calls the level it found itself `detected_level`, and Grafana asks for it by that name. */
function labelOf(stream: Labels, name: string): string {
  const value = getLabel(stream, name);
  return value === '' && name === 'detected_level' ? getLabel(stream, 'level') : value;
}

function lineNeedles(stage: Stage): Uint8Array[] {
  if (stage.kind !== 'line_filter' || stage.alternatives.length !== 1) return [];
  const [text = ''] = stage.alternatives;
  const literal = stage.operator === '|=' || (stage.operator === '|~' && !METACHARACTERS.test(text));
  // Half a surrogate pair would be another text in UTF-8.
  return literal && text !== '' && text.isWellFormed() ? [utf8.encode(text)] : [];
}

function metadataNeedles(predicate: LabelPredicate): { name: string; value: Uint8Array }[] {
  if (predicate.kind === 'and')
    return [...metadataNeedles(predicate.left), ...metadataNeedles(predicate.right)];
  if (predicate.kind !== 'matches' || predicate.matcher.kind !== '=') return [];
  const { name, value } = predicate.matcher;
  return value !== '' && name !== 'detected_level' && value.isWellFormed()
    ? [{ name, value: utf8.encode(value) }]
    : [];
}
