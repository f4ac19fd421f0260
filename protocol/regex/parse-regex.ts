import { foldCase } from './case-folding.ts';
import { REGEX_LIMITS } from './limits.ts';
import { ANY, ANY_BUT_NEWLINE, type Ranges } from './ranges.ts';
import { readBracket } from './read-bracket.ts';
import { readEscapedClass, readEscapedCode } from './read-escape.ts';
import { RegexError } from './regex-error.ts';
import { type Assertion, NOTHING, type RegexNode } from './regex-node.ts';
import type { RegexReader } from './regex-reader.ts';

interface Flags {
  readonly ignoreCase: boolean;
  readonly multiLine: boolean;
  readonly dotAll: boolean;
}

const REPEAT_MAX = 1000;

/** Reads RE2's syntax, as Go's regexp/syntax does with its Perl flags. Throws RegexError in its words. */
export function parseRegex(source: string, dotAll: boolean): RegexNode {
  return new Parser(source).parse({ ignoreCase: false, multiLine: false, dotAll });
}

class Parser implements RegexReader {
  readonly source: string;
  readonly #names = new Set<string>();
  at = 0;
  #depth = 0;

  constructor(source: string) {
    this.source = source;
  }

  parse(flags: Flags): RegexNode {
    const node = this.#choice(flags);
    if (this.at < this.source.length) throw new RegexError('unexpected )', this.source);
    return node;
  }

  #choice(outer: Flags): RegexNode {
    const source = this.source;
    if (++this.#depth > REGEX_LIMITS.depthMax) throw new RegexError('expression nests too deeply', source);
    let flags = outer;
    const branches: RegexNode[] = [];
    let parts: RegexNode[] = [];
    // The text of the last repetition, which may not be repeated again.
    let repeated = '';
    while (this.at < source.length && source[this.at] !== ')') {
      const char = source[this.at]!;
      const start = this.at;
      if (char === '|') {
        this.at++;
        branches.push(sequence(parts));
        parts = [];
        repeated = '';
        continue;
      }
      const count = this.#repetition();
      if (count !== null) {
        const text = source.slice(start, this.at);
        const operand = parts.pop();
        if (operand === undefined) throw new RegexError('missing argument to repetition operator', text);
        if (repeated !== '') throw new RegexError('invalid nested repetition operator', repeated + text);
        parts.push(this.#repeat(operand, count, text));
        repeated = text;
        continue;
      }
      repeated = '';
      if (source.startsWith('(?', this.at)) {
        const opened = this.#perlGroup(flags);
        if (opened.body) {
          this.#closeGroup(parts, opened.flags);
        } else flags = opened.flags;
      } else if (char === '(') {
        this.at++;
        this.#closeGroup(parts, flags);
      } else if (source.startsWith('\\Q', this.at)) {
        this.#quoted(parts, flags);
      } else parts.push(this.#atom(flags));
    }
    this.#depth--;
    branches.push(sequence(parts));
    return branches.length === 1 ? branches[0]! : { kind: 'choice', parts: branches };
  }

  #closeGroup(parts: RegexNode[], flags: Flags): void {
    const node = this.#choice(flags);
    if (this.source[this.at] !== ')') throw new RegexError('missing closing )', this.source);
    this.at++;
    // Kept apart from what is around it, so that a repetition repeats it whole.
    parts.push(node);
  }

  #quoted(parts: RegexNode[], flags: Flags): void {
    const end = this.source.indexOf('\\E', this.at + 2);
    const text = this.source.slice(this.at + 2, end < 0 ? undefined : end);
    this.at = end < 0 ? this.source.length : end + 2;
    for (const char of text) parts.push(literal(char.codePointAt(0)!, flags));
  }

  #repetition(): { readonly min: number; readonly max: number } | null {
    const source = this.source;
    const found = /[*+?]|\{(\d+)(,(\d*))?\}/y;
    found.lastIndex = this.at;
    const match = found.exec(source);
    if (match === null) return null;
    const [text, from, range, to] = match;
    // `{01}` is text, as in Go.
    if (/^0\d/.test(from ?? '') || /^0\d/.test(to ?? '')) return null;
    this.at += text.length;
    if (source[this.at] === '?') this.at++;
    if (text === '*') return { min: 0, max: -1 };
    if (text === '+') return { min: 1, max: -1 };
    if (text === '?') return { min: 0, max: 1 };
    const min = Number(from);
    const max = range === undefined ? min : to === '' ? -1 : Number(to);
    if (min > REPEAT_MAX || max > REPEAT_MAX || (max >= 0 && min > max))
      throw new RegexError('invalid repeat count', text);
    return { min, max };
  }

  #repeat(operand: RegexNode, { min, max }: { min: number; max: number }, text: string): RegexNode {
    const node: RegexNode = { kind: 'repeat', operand, min, max };
    if ((min >= 2 || max >= 2) && !isRepeatable(node, REPEAT_MAX))
      throw new RegexError('invalid repeat count', text);
    return node;
  }

  /** `(?i)`, `(?i:`, `(?:`, `(?P<name>`: the flags from here on, and whether a group was opened. */
  #perlGroup(flags: Flags): { readonly flags: Flags; readonly body: boolean } {
    const rest = this.source.slice(this.at);
    const named = /^\(\?P?</.exec(rest);
    if (named !== null) {
      const end = rest.indexOf('>');
      if (end < 0) throw new RegexError('invalid named capture', rest);
      const name = rest.slice(named[0].length, end);
      if (!/^\w+$/.test(name)) throw new RegexError('invalid named capture', rest.slice(0, end + 1));
      if (this.#names.has(name)) throw new RegexError('duplicate capture group name', name);
      this.#names.add(name);
      this.at += end + 1;
      return { flags, body: true };
    }
    const group = /^\(\?([imsU]*)(?:(-)([imsU]+))?([:)])/.exec(rest);
    if (group === null) {
      const shown = /^\(\?[^:)]*[:)]?/.exec(rest)![0];
      throw new RegexError(
        rest.includes(')') ? 'invalid or unsupported Perl syntax' : 'missing argument to repetition operator',
        shown,
      );
    }
    this.at += group[0].length;
    const [, on = '', , off = '', close] = group;
    const set = (letter: string, before: boolean): boolean =>
      off.includes(letter) ? false : on.includes(letter) || before;
    const next = {
      ignoreCase: set('i', flags.ignoreCase),
      multiLine: set('m', flags.multiLine),
      dotAll: set('s', flags.dotAll),
    };
    return { flags: next, body: close === ':' };
  }

  #atom(flags: Flags): RegexNode {
    const source = this.source;
    const char = source[this.at]!;
    switch (char) {
      case '[':
        return { kind: 'characters', ranges: readBracket(this, flags.ignoreCase) };
      case '.':
        this.at++;
        return { kind: 'characters', ranges: flags.dotAll ? ANY : ANY_BUT_NEWLINE };
      case '^':
        this.at++;
        return assertion(flags.multiLine ? 'line-start' : 'text-start');
      case '$':
        this.at++;
        return assertion(flags.multiLine ? 'line-end' : 'text-end');
      case '\\':
        return this.#escapedAtom(flags);
      default: {
        const code = source.codePointAt(this.at)!;
        this.at += code > 0xffff ? 2 : 1;
        return literal(code, flags);
      }
    }
  }

  #escapedAtom(flags: Flags): RegexNode {
    const next = this.source[this.at + 1];
    const asserted: Readonly<Record<string, Assertion>> = {
      A: 'text-start',
      z: 'text-end',
      b: 'word-boundary',
      B: 'no-word-boundary',
    };
    if (next !== undefined && asserted[next] !== undefined) {
      this.at += 2;
      return assertion(asserted[next]);
    }
    const ranges = readEscapedClass(this, flags.ignoreCase);
    if (ranges !== null) return { kind: 'characters', ranges };
    return literal(readEscapedCode(this), flags);
  }
}

function literal(code: number, flags: Flags): RegexNode {
  const ranges: Ranges = [code, code];
  return { kind: 'characters', ranges: flags.ignoreCase ? foldCase(ranges) : ranges };
}

function assertion(which: Assertion): RegexNode {
  return { kind: 'assertion', assertion: which };
}

function sequence(parts: readonly RegexNode[]): RegexNode {
  return parts.length === 1 ? parts[0]! : parts.length === 0 ? NOTHING : { kind: 'sequence', parts };
}

/** False when nested counts multiply to more than `budget`. */
function isRepeatable(node: RegexNode, budget: number): boolean {
  let rest = budget;
  switch (node.kind) {
    case 'repeat': {
      // Only counted repetitions count; `*`, `+` and `?` do not multiply.
      const counted = node.min >= 2 || node.max >= 2;
      const times = node.max < 0 ? node.min : node.max;
      if (counted) {
        if (times > rest) return false;
        if (times > 0) rest = Math.floor(rest / times);
      }
      return isRepeatable(node.operand, rest);
    }
    case 'sequence':
    case 'choice':
      return node.parts.every((part) => isRepeatable(part, rest));
    default:
      return true;
  }
}
