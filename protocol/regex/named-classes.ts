import { CODES_PER_CHUNK, codeChunks } from './code-chunks.ts';
import { CODE_POINT_MAX, normalize, type Ranges } from './ranges.ts';

const DIGITS: Ranges = [0x30, 0x39];
const SPACES: Ranges = [9, 10, 12, 13, 0x20, 0x20];
export const WORD: Ranges = [0x30, 0x39, 0x41, 0x5a, 0x5f, 0x5f, 0x61, 0x7a];

/** `\d \s \w`; ASCII only, as in RE2. */
export const PERL_CLASSES: ReadonlyMap<string, Ranges> = new Map([
  ['d', DIGITS],
  ['s', SPACES],
  ['w', WORD],
]);

/** The names of `[[:alpha:]]`. */
export const POSIX_CLASSES: ReadonlyMap<string, Ranges> = new Map([
  ['alnum', [0x30, 0x39, 0x41, 0x5a, 0x61, 0x7a]],
  ['alpha', [0x41, 0x5a, 0x61, 0x7a]],
  ['ascii', [0, 0x7f]],
  ['blank', [9, 9, 0x20, 0x20]],
  ['cntrl', [0, 0x1f, 0x7f, 0x7f]],
  ['digit', DIGITS],
  ['graph', [0x21, 0x7e]],
  ['lower', [0x61, 0x7a]],
  ['print', [0x20, 0x7e]],
  ['punct', [0x21, 0x2f, 0x3a, 0x40, 0x5b, 0x60, 0x7b, 0x7e]],
  ['space', [9, 13, 0x20, 0x20]],
  ['upper', [0x41, 0x5a]],
  ['word', WORD],
  ['xdigit', [0x30, 0x39, 0x41, 0x46, 0x61, 0x66]],
]);

const unicode = new Map<string, Ranges | null>();

/** `\p{Greek}`, `\pL`: a general category or a script by its name; null when there is none. */
export function unicodeClass(name: string): Ranges | null {
  if (name === 'Any') return [0, CODE_POINT_MAX];
  const known = unicode.get(name);
  if (known !== undefined) return known;
  const ranges = collect(name);
  unicode.set(name, ranges);
  return ranges;
}

function collect(name: string): Ranges | null {
  if (!/^[A-Za-z_]+$/.test(name)) return null;
  const property = /^[A-Z][a-z]?$/.test(name) ? name : `Script=${name}`;
  let pattern: RegExp;
  try {
    pattern = new RegExp(`\\p{${property}}+`, 'gu');
  } catch {
    return null;
  }
  const pairs: [number, number][] = [];
  for (const { start, text, isUniform } of codeChunks()) {
    if (isUniform) {
      if (text.search(pattern) === 0) pairs.push([start, start + CODES_PER_CHUNK - 1]);
      continue;
    }
    const unitsPerCode = text.length / CODES_PER_CHUNK;
    for (const { index, 0: run } of text.matchAll(pattern)) {
      const low = start + index / unitsPerCode;
      pairs.push([low, low + run.length / unitsPerCode - 1]);
    }
  }
  return normalize(pairs);
}
