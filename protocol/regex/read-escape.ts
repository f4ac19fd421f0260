import { foldCase } from './case-folding.ts';
import { PERL_CLASSES, unicodeClass } from './named-classes.ts';
import { negate, type Ranges } from './ranges.ts';
import { RegexError } from './regex-error.ts';
import type { RegexReader } from './regex-reader.ts';

const SIMPLE_ESCAPES: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };

/** `\d`, `\pL`, `\p{^Greek}`; null when the escape is not a class. */
export function readEscapedClass(reader: RegexReader, ignoreCase: boolean): Ranges | null {
  const source = reader.source;
  const next = source[reader.at + 1] ?? '';
  const perl = PERL_CLASSES.get(next.toLowerCase());
  if (perl !== undefined) {
    reader.at += 2;
    const folded = ignoreCase ? foldCase(perl) : perl;
    return next === next.toLowerCase() ? folded : negate(folded);
  }
  if (next !== 'p' && next !== 'P') return null;
  const match = /^\\[pP](?:\{(\^?)([^}]*)\}|([^{]))/u.exec(source.slice(reader.at));
  if (match === null) throw new RegexError('invalid character class range', source.slice(reader.at));
  const isNegated = (next === 'P') !== (match[1] === '^');
  const ranges = namedClass(match[2] ?? match[3]!, ignoreCase, isNegated);
  if (ranges === null) throw new RegexError('invalid character class range', match[0]);
  reader.at += match[0].length;
  return ranges;
}

// There are a few hundred names, each in four ways.
const named = new Map<string, Ranges>();

function namedClass(name: string, ignoreCase: boolean, isNegated: boolean): Ranges | null {
  const key = `${ignoreCase} ${isNegated} ${name}`;
  const known = named.get(key);
  if (known !== undefined) return known;
  const ranges = unicodeClass(name);
  if (ranges === null) return null;
  const folded = ignoreCase ? foldCase(ranges) : ranges;
  const wanted = isNegated ? negate(folded) : folded;
  named.set(key, wanted);
  return wanted;
}

/** The code point an escape stands for. */
export function readEscapedCode(reader: RegexReader): number {
  const source = reader.source;
  const rest = source.slice(reader.at + 1);
  if (rest === '') throw new RegexError('trailing backslash at end of expression', '');
  const octal = /^(?:0[0-7]{0,2}|[1-7][0-7]{1,2})/.exec(rest);
  if (octal !== null) {
    reader.at += 1 + octal[0].length;
    return Number.parseInt(octal[0], 8);
  }
  const hex = /^x(?:([0-9a-fA-F]{2})|\{([0-9a-fA-F]+)\})/.exec(rest);
  const code = hex === null ? -1 : Number.parseInt((hex[1] ?? hex[2])!, 16);
  if (hex !== null && code <= 0x10ffff) {
    reader.at += 1 + hex[0].length;
    return code;
  }
  const char = rest[0]!;
  // Any ASCII character that is neither letter nor digit stands for itself.
  const itself = char < '\x80' && !/[0-9A-Za-z]/.test(char);
  const simple = SIMPLE_ESCAPES[char] ?? (itself ? char.charCodeAt(0) : -1);
  if (simple < 0)
    throw new RegexError('invalid escape sequence', `\\${String.fromCodePoint(rest.codePointAt(0)!)}`);
  reader.at += 2;
  return simple;
}
