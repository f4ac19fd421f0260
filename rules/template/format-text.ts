import { type FormatFlags, pad } from './format-flags.ts';
import { quote } from './quote.ts';

/** A string as fmt writes it; null for a verb that is not one of strings. */
export function formatText(verb: string, text: string, flags: FormatFlags): string | null {
  switch (verb) {
    case 'v':
      return flags.goSyntax ? quoted(text, flags) : pad(cut(text, flags), flags);
    case 's':
      return pad(cut(text, flags), flags);
    case 'q':
      return quoted(text, flags);
    case 'x':
    case 'X':
      return hex(text, verb === 'X', flags);
    default:
      return null;
  }
}

/** A precision counts characters. */
function cut(text: string, { precision }: FormatFlags): string {
  if (precision === null || text.length <= precision) return text;
  return Array.from(text).slice(0, precision).join('');
}

function quoted(text: string, flags: FormatFlags): string {
  const short = cut(text, flags);
  // Go's back quotes hold no control characters but the tab, and no byte order mark.
  const isPlain = !/[`\ufeff\ufffd]|(?!\t)\p{Cc}/u.test(short);
  return pad(flags.sharp && isPlain ? `\`${short}\`` : quote(short, '"', flags.plus), flags);
}

/** Byte by byte; here a precision counts bytes. */
function hex(text: string, isUpper: boolean, flags: FormatFlags): string {
  const all = Buffer.from(text);
  const bytes = flags.precision === null ? all : all.subarray(0, flags.precision);
  const digits = bytes.toString('hex');
  const cased = isUpper ? digits.toUpperCase() : digits;
  const prefix = flags.sharp && bytes.length > 0 ? (isUpper ? '0X' : '0x') : '';
  const pairs = flags.space
    ? (cased.match(/../g) ?? []).map((pair) => prefix + pair).join(' ')
    : prefix + cased;
  return pad(pairs, flags);
}
