import { QUOTED_CHARACTERS_MAX } from './limits.ts';
import { LineFault } from './line-fault.ts';

const TAB = 9;
const SPACE = 32;
const QUOTE = 34;
const BACKSLASH = 92;

/** A cursor over one line of a text that holds many; positions are those in the whole text. */
export class LineScanner {
  readonly text: string;
  position: number;
  readonly end: number;

  constructor(text: string, start: number, end: number) {
    this.text = text;
    this.position = start;
    this.end = end;
  }

  get atEnd(): boolean {
    return this.position >= this.end;
  }

  /** The character under the cursor, empty at the end of the line. */
  get current(): string {
    return this.atEnd ? '' : this.text[this.position]!;
  }

  skipBlanks(): void {
    while (this.position < this.end && isBlank(this.text.charCodeAt(this.position))) this.position++;
  }

  /** Steps over `character` when it is next. */
  take(character: string): boolean {
    if (this.current !== character) return false;
    this.position++;
    return true;
  }

  /** Everything up to the next blank or the line's end. */
  word(): string {
    const start = this.position;
    while (this.position < this.end && !isBlank(this.text.charCodeAt(this.position))) this.position++;
    return this.text.slice(start, this.position);
  }

  rest(): string {
    const rest = this.text.slice(this.position, this.end);
    this.position = this.end;
    return rest;
  }

  /** An unquoted name: letters, digits, `_`, and `:` where `colons` says so; empty when there is none. */
  name(colons: boolean): string {
    const start = this.position;
    while (this.position < this.end) {
      const code = this.text.charCodeAt(this.position);
      const letter = (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95;
      const digit = code >= 48 && code <= 57 && this.position > start;
      if (!letter && !digit && !(colons && code === 58)) break;
      this.position++;
    }
    return this.text.slice(start, this.position);
  }

  /** A double-quoted string with `\\`, `\"` and `\n`; the cursor is on the opening quote. */
  quoted(what: string): string {
    if (this.current !== '"') this.expected(`a quoted ${what}`);
    const open = this.position++;
    let value = '';
    let from = this.position;
    while (this.position < this.end) {
      const code = this.text.charCodeAt(this.position);
      if (code === QUOTE) {
        value += this.text.slice(from, this.position++);
        return value;
      }
      if (code === BACKSLASH) {
        value += this.text.slice(from, this.position);
        value += this.#escape();
        from = this.position;
      } else this.position++;
    }
    throw new LineFault(open, `${what} has no closing quote`);
  }

  expected(what: string): never {
    const found = this.atEnd
      ? 'the end of the line'
      : JSON.stringify(
          this.text.slice(this.position, Math.min(this.end, this.position + QUOTED_CHARACTERS_MAX)),
        );
    throw new LineFault(this.position, `expected ${what}, found ${found}`);
  }

  #escape(): string {
    const escaped = this.text[this.position + 1];
    this.position += 2;
    if (escaped === 'n') return '\n';
    if (escaped === '"' || escaped === '\\') return escaped;
    // As Prometheus reads it: an unknown escape stands for itself.
    if (this.position > this.end) this.position = this.end;
    return this.text.slice(this.position - 2, this.position);
  }
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}
