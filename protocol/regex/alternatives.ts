import { REGEX_LIMITS } from './limits.ts';

export interface Alternatives {
  /** All strings that match, sorted as written; null when there are too many or it cannot be told cheaply. */
  readonly set: readonly string[] | null;
  readonly prefix: string;
  readonly suffix: string;
}

const NOTHING: Alternatives = { set: null, prefix: '', suffix: '' };

/**
 * The strings an expression stands for, for the forms people write in matchers: literals, `a|b|c`,
 * `host-(1|2)`, `x[135]`, `(?:a|b)c`, with `.*`, `.+` and other expressions behind a literal prefix or in
 * front of a literal suffix. The expression is known to be valid RE2. What is not recognised gives no set and
 * an empty prefix, which is always right.
 */
export function parseAlternatives(source: string): Alternatives {
  const reader = { source, position: 0 };
  const set = readAlternation(reader);
  if (set !== null && reader.position === source.length)
    return { set: [...new Set(set)], prefix: commonPrefix(set), suffix: '' };
  // Not a finite set: the literal start and end still spare most values the match.
  if (source.includes('|') || source.includes('(?')) return NOTHING;
  return { set: null, prefix: literalStart(source), suffix: literalEnd(source) };
}

interface Reader {
  readonly source: string;
  position: number;
}

function readAlternation(reader: Reader): string[] | null {
  const all: string[] = [];
  for (;;) {
    const branch = readConcatenation(reader);
    if (branch === null) return null;
    all.push(...branch);
    if (all.length > REGEX_LIMITS.setSizeMax) return null;
    if (reader.source[reader.position] !== '|') return all;
    reader.position++;
  }
}

function readConcatenation(reader: Reader): string[] | null {
  let strings = [''];
  while (reader.position < reader.source.length) {
    const char = reader.source[reader.position]!;
    if (char === '|' || char === ')') return strings;
    const atom = readAtom(reader);
    if (atom === null || /[*+?{]/.test(reader.source[reader.position] ?? '')) return null;
    if (strings.length * atom.length > REGEX_LIMITS.setSizeMax) return null;
    strings =
      atom.length === 1 ? strings.map((s) => s + atom[0]) : strings.flatMap((s) => atom.map((a) => s + a));
  }
  return strings;
}

function readAtom(reader: Reader): string[] | null {
  const { source } = reader;
  const char = source[reader.position]!;
  if (char === '(') {
    if (source.startsWith('(?:', reader.position)) reader.position += 3;
    else if (source[reader.position + 1] === '?') return null;
    else reader.position++;
    const inner = readAlternation(reader);
    if (inner === null || source[reader.position] !== ')') return null;
    reader.position++;
    return inner;
  }
  if (char === '[') {
    const members = /^\[([a-zA-Z0-9_]+)\]/.exec(source.slice(reader.position, reader.position + 66));
    if (members === null) return null;
    reader.position += members[0].length;
    return [...members[1]!];
  }
  if (char === '\\') {
    const next = source[reader.position + 1];
    if (next === undefined || !/[!-/:-@[-`{-~]/.test(next)) return null;
    reader.position += 2;
    return [next];
  }
  if (/[.*+?^${}]/.test(char)) return null;
  reader.position++;
  return [char];
}

function commonPrefix(strings: readonly string[]): string {
  let prefix = strings[0] ?? '';
  for (const text of strings) while (!text.startsWith(prefix)) prefix = prefix.slice(0, -1);
  return prefix;
}

function literalStart(source: string): string {
  const literal = /^(?:[^\\.+*?()|[\]{}^$]|\\[!-/:-@[-`{-~])*/.exec(source)![0];
  return withoutEscapes(
    /^[*+?{]/.test(source.slice(literal.length)) ? withoutLastCharacter(literal) : literal,
  );
}

function literalEnd(source: string): string {
  // Without escapes, classes and repetition counts the last run of plain characters is a literal.
  if (/[\\[\]{}^$]/.test(source)) return '';
  return /[^.+*?()]*$/.exec(source)![0];
}

function withoutLastCharacter(literal: string): string {
  return literal.replace(/(?:\\.|[\ud800-\udbff][\udc00-\udfff]|[^\\])$/u, '');
}

function withoutEscapes(literal: string): string {
  return literal.replaceAll(/\\(.)/gu, '$1');
}
