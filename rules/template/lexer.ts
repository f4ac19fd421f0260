import { isLetterOrDigit } from './letters.ts';
import { TemplateError } from './template-error.ts';

/** The tokens of Go's text/template (text/template/parse/lex.go names them the same). */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly line: number;
  /** White space stands before it inside the action: `.A .B` are two arguments, `.A.B` is one. */
  readonly spaced: boolean;
}

export type TokenKind =
  | 'text'
  | 'left'
  | 'right'
  | 'identifier'
  | 'keyword'
  | 'field'
  | 'variable'
  | 'dot'
  | 'nil'
  | 'bool'
  | 'number'
  | 'character'
  | 'string'
  | 'raw'
  | 'pipe'
  | 'open'
  | 'close'
  | 'declare'
  | 'assign'
  | 'comma'
  | 'end-of-file';

const KEYWORDS = new Set([
  'block',
  'break',
  'continue',
  'define',
  'else',
  'end',
  'if',
  'range',
  'template',
  'with',
]);
const SPACE = /[ \t\r\n]/;
const TERMINATOR = new Set(['', ' ', '\t', '\r', '\n', '.', ',', '|', ':', ')', '(', '}']);

export function lex(name: string, source: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let line = 1;
  let lineAt = 0;

  const lineOf = (offset: number): number => {
    for (; lineAt < offset; lineAt++) if (source.charCodeAt(lineAt) === 10) line++;
    return line;
  };
  const fail = (detail: string, offset = at): never => {
    throw new TemplateError(name, lineOf(Math.max(offset, lineAt)), detail);
  };
  const push = (kind: TokenKind, text: string, offset: number, spaced = false): void => {
    tokens.push({ kind, text, line: lineOf(offset), spaced });
  };

  let trimNext = false;
  while (at < source.length) {
    const open = source.indexOf('{{', at);
    const end = open < 0 ? source.length : open;
    let text = source.slice(at, end);
    const textAt = at;
    if (trimNext) text = text.replace(/^[ \t\r\n]+/, '');
    trimNext = false;
    const trimLeft = open >= 0 && source[open + 2] === '-' && SPACE.test(source[open + 3] ?? '');
    if (trimLeft) text = trimEnd(text);
    if (text !== '') push('text', text, textAt);
    if (open < 0) break;
    at = open + 2;
    if (trimLeft) at += 2;
    if (source.startsWith('/*', at) || (trimLeft && /^[ \t\r\n]*\/\*/.test(source.slice(at, at + 64)))) {
      at = source.indexOf('/*', at);
      const close = source.indexOf('*/', at);
      if (close < 0) fail('unclosed comment', open);
      at = close + 2;
      const trimmed = /^[ \t\r\n]-\}\}/.test(source.slice(at, at + 4));
      if (trimmed) at += 2;
      if (!source.startsWith('}}', at)) fail('comment ends before closing delimiter', open);
      at += 2;
      trimNext = trimmed;
      continue;
    }
    push('left', '{{', open);
    trimNext = lexAction();
  }
  push('end-of-file', '', source.length);
  return tokens;

  /** From behind `{{` to behind `}}`; true when the text after it is to be trimmed. */
  function lexAction(): boolean {
    let depth = 0;
    for (;;) {
      const start = at;
      while (at < source.length && SPACE.test(source[at]!)) at++;
      const spaced = at > start;
      if (at >= source.length) return fail('unclosed action');
      if (spaced && source.startsWith('-}}', at)) {
        if (depth > 0) fail('unclosed left paren');
        push('right', '}}', at, true);
        at += 3;
        return true;
      }
      if (source.startsWith('}}', at)) {
        if (depth > 0) fail('unclosed left paren');
        push('right', '}}', at, spaced);
        at += 2;
        return false;
      }
      const offset = at;
      const character = source[at]!;
      if (character === '(') {
        depth++;
        at++;
        push('open', '(', offset, spaced);
      } else if (character === ')') {
        if (--depth < 0) fail('unexpected right paren');
        at++;
        push('close', ')', offset, spaced);
      } else if (character === '|') {
        at++;
        push('pipe', '|', offset, spaced);
      } else if (character === ',') {
        at++;
        push('comma', ',', offset, spaced);
      } else if (character === ':') {
        if (source[at + 1] !== '=') fail('expected :=');
        at += 2;
        push('declare', ':=', offset, spaced);
      } else if (character === '=') {
        at++;
        push('assign', '=', offset, spaced);
      } else if (character === '"') lexQuoted('"', 'string', 'unterminated quoted string', spaced);
      else if (character === "'") lexQuoted("'", 'character', 'unterminated character constant', spaced);
      else if (character === '`') {
        const close = source.indexOf('`', at + 1);
        if (close < 0) fail('unterminated raw quoted string');
        at = close + 1;
        push('raw', source.slice(offset, at), offset, spaced);
      } else if (character === '.' && !/[0-9]/.test(source[at + 1] ?? '')) lexName('field', 'dot', spaced);
      else if (character === '$') lexName('variable', 'variable', spaced);
      else if (/[0-9.+-]/.test(character)) lexNumber(spaced);
      else if (isLetterOrDigit(source, at)) lexName('identifier', 'identifier', spaced);
      else fail(`unrecognized character in action: ${describe(source, at)}`);
    }
  }

  function lexQuoted(quote: string, kind: TokenKind, unterminated: string, spaced: boolean): void {
    const offset = at++;
    while (source[at] !== quote) {
      if (at >= source.length || source[at] === '\n') fail(unterminated, offset);
      at += source[at] === '\\' ? 2 : 1;
    }
    at++;
    push(kind, source.slice(offset, at), offset, spaced);
  }

  function lexNumber(spaced: boolean): void {
    const offset = at;
    const match =
      /^[+-]?(?:0[xX][0-9a-fA-F_]+(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]+)?|0[bB][01_]+|0[oO][0-7_]+|[0-9_]*\.?[0-9_]*(?:[eE][+-]?[0-9_]+)?)/.exec(
        source.slice(at, at + 400),
      );
    const text = match?.[0] ?? '';
    at += Math.max(text.length, 1);
    if (!/[0-9]/.test(text) || isLetterOrDigit(source, at)) {
      while (at < source.length && isLetterOrDigit(source, at)) at++;
      fail(`bad number syntax: ${JSON.stringify(source.slice(offset, at))}`, offset);
    }
    push('number', text, offset, spaced);
  }

  function lexName(kind: TokenKind, bare: TokenKind, spaced: boolean): void {
    const offset = at;
    if (kind !== 'identifier') at++;
    while (at < source.length && isLetterOrDigit(source, at)) at += source.codePointAt(at)! > 0xffff ? 2 : 1;
    const text = source.slice(offset, at);
    if (!TERMINATOR.has(source[at] ?? '') && !(source[at] === '=' && kind !== 'identifier')) {
      fail(`bad character ${describe(source, at)}`);
    }
    if (text.length === 1 && kind !== 'identifier') push(bare, text, offset, spaced);
    else if (kind !== 'identifier') push(kind, text, offset, spaced);
    else if (KEYWORDS.has(text)) push('keyword', text, offset, spaced);
    else if (text === 'true' || text === 'false') push('bool', text, offset, spaced);
    else push(text === 'nil' ? 'nil' : 'identifier', text, offset, spaced);
  }
}

/** A loop because `/[ \t\r\n]+$/` is quadratic on long runs of spaces. */
function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && SPACE.test(text[end - 1]!)) end--;
  return text.slice(0, end);
}

function describe(source: string, at: number): string {
  const code = source.codePointAt(at)!;
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')} '${String.fromCodePoint(code)}'`;
}
