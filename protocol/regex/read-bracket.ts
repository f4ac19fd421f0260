import { foldCase } from './case-folding.ts';
import { POSIX_CLASSES } from './named-classes.ts';
import { negate, type Ranges, union } from './ranges.ts';
import { readEscapedClass, readEscapedCode } from './read-escape.ts';
import { RegexError } from './regex-error.ts';
import type { RegexReader } from './regex-reader.ts';

/** `[a-z]`, `[^[:space:]]`: the set between the brackets. */
export function readBracket(reader: RegexReader, ignoreCase: boolean): Ranges {
  const source = reader.source;
  const start = reader.at++;
  const negated = source[reader.at] === '^';
  if (negated) reader.at++;
  const parts: Ranges[] = [];
  let first = true;
  while (first || source[reader.at] !== ']') {
    if (reader.at >= source.length) throw new RegexError('missing closing ]', source.slice(start));
    first = false;
    parts.push(readItem(reader, ignoreCase));
  }
  reader.at++;
  const ranges = union(...parts);
  const wanted = negated ? negate(ranges) : ranges;
  return wanted;
}

function readItem(reader: RegexReader, ignoreCase: boolean): Ranges {
  const source = reader.source;
  const fold = (ranges: Ranges): Ranges => (ignoreCase ? foldCase(ranges) : ranges);
  const posix = /^\[:(\^?)([^\]]*?):\]/.exec(source.slice(reader.at, reader.at + 40));
  if (posix !== null) {
    const named = POSIX_CLASSES.get(posix[2]!);
    if (named === undefined) throw new RegexError('invalid character class range', posix[0]);
    reader.at += posix[0].length;
    return posix[1] === '^' ? negate(fold(named)) : fold(named);
  }
  const start = reader.at;
  if (source[reader.at] === '\\') {
    const ranges = readEscapedClass(reader, ignoreCase);
    if (ranges !== null) return ranges;
  }
  const low = readCode(reader, start);
  let high = low;
  if (source[reader.at] === '-' && reader.at + 1 < source.length && source[reader.at + 1] !== ']') {
    reader.at++;
    high = readCode(reader, start);
    if (high < low) throw new RegexError('invalid character class range', source.slice(start, reader.at));
  }
  return fold([low, high]);
}

function readCode(reader: RegexReader, start: number): number {
  if (reader.at >= reader.source.length)
    throw new RegexError('missing closing ]', reader.source.slice(start));
  if (reader.source[reader.at] === '\\') return readEscapedCode(reader);
  const code = reader.source.codePointAt(reader.at)!;
  reader.at += code > 0xffff ? 2 : 1;
  return code;
}
