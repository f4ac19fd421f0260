import { formatFloat } from './float.ts';
import { TEMPLATE_LIMITS } from './limits.ts';
import { printValue } from './print.ts';
import { quote } from './quote.ts';
import { typeName, type Value } from './value.ts';

interface Flags {
  minus: boolean;
  plus: boolean;
  sharp: boolean;
  space: boolean;
  zero: boolean;
  width: number | null;
  precision: number | null;
}

/** Go's fmt.Sprintf, its complaints about wrong verbs and arguments (`%!d(string=x)`) included. */
export function sprintf(format: string, args: readonly Value[]): string {
  let result = '';
  let argument = 0;
  let reordered = false;
  let i = 0;
  const readNumber = (): number | null => {
    const match = /^[0-9]+/.exec(format.slice(i, i + 8));
    if (!match) return null;
    i += match[0].length;
    return Math.min(Number(match[0]), TEMPLATE_LIMITS.formatWidth);
  };
  /** `[2]` before a verb or star; false when it is not a usable index. */
  const readIndex = (): boolean => {
    if (format[i] !== '[') return true;
    const close = format.indexOf(']', i);
    const index = close < 0 ? Number.NaN : Number(format.slice(i + 1, close));
    i = close < 0 ? i + 1 : close + 1;
    reordered = true;
    if (!Number.isInteger(index) || index < 1 || index > args.length) return false;
    argument = index - 1;
    return true;
  };
  const readStar = (): number | null => {
    const value = args[argument++];
    if (typeof value !== 'bigint') return null;
    return Math.max(-TEMPLATE_LIMITS.formatWidth, Math.min(Number(value), TEMPLATE_LIMITS.formatWidth));
  };

  while (i < format.length) {
    const percent = format.indexOf('%', i);
    if (percent < 0) {
      result += format.slice(i);
      break;
    }
    result += format.slice(i, percent);
    i = percent + 1;
    const flags: Flags = {
      minus: false,
      plus: false,
      sharp: false,
      space: false,
      zero: false,
      width: null,
      precision: null,
    };
    for (; ; i++) {
      if (format[i] === '-') flags.minus = true;
      else if (format[i] === '+') flags.plus = true;
      else if (format[i] === '#') flags.sharp = true;
      else if (format[i] === ' ') flags.space = true;
      else if (format[i] === '0') flags.zero = true;
      else break;
    }
    let goodIndex = readIndex();
    if (format[i] === '*') {
      i++;
      const width = readStar();
      if (width === null) result += '%!(BADWIDTH)';
      else {
        flags.width = Math.abs(width);
        flags.minus ||= width < 0;
      }
    } else flags.width = readNumber();
    if (format[i] === '.') {
      i++;
      goodIndex = readIndex() && goodIndex;
      if (format[i] === '*') {
        i++;
        const precision = readStar();
        if (precision === null || precision < 0) result += '%!(BADPREC)';
        else flags.precision = precision;
      } else flags.precision = readNumber() ?? 0;
    }
    goodIndex = readIndex() && goodIndex;
    const code = format.codePointAt(i);
    if (code === undefined) {
      result += '%!(NOVERB)';
      break;
    }
    const verb = String.fromCodePoint(code);
    i += verb.length;
    if (verb === '%') result += '%';
    else if (!goodIndex) result += `%!${verb}(BADINDEX)`;
    else if (argument >= args.length) result += `%!${verb}(MISSING)`;
    else result += formatOne(verb, args[argument++]!, flags);
    if (result.length > TEMPLATE_LIMITS.outputLength) throw new Error('printf writes too much');
  }
  if (!reordered && argument < args.length) {
    const extra = args
      .slice(argument)
      .map((value) => (value === null ? '<nil>' : `${typeName(value)}=${printValue(value)}`));
    result += `%!(EXTRA ${extra.join(', ')})`;
  }
  return result;
}

function formatOne(verb: string, value: Value, flags: Flags): string {
  if (verb === 'T') return pad(typeName(value), flags);
  if (value === null) return verb === 'v' ? pad('<nil>', flags) : `%!${verb}(<nil>)`;
  if (verb === 'v') {
    // %+v asks for field names, not for a sign.
    if (typeof value === 'number' || typeof value === 'bigint')
      return formatNumber(verb, value, { ...flags, plus: false }) ?? '';
    if (flags.sharp && typeof value === 'string') return pad(quote(value), flags);
    return pad(printValue(value), flags);
  }
  if (typeof value === 'number' || typeof value === 'bigint') {
    const shown = formatNumber(verb, value, flags);
    if (shown !== null) return shown;
  } else if (typeof value === 'boolean') {
    if (verb === 't') return pad(String(value), flags);
  } else {
    const number = typeof value === 'object' && value.kind === 'struct' ? value.number : undefined;
    if (number !== undefined && verb === 'd')
      return formatNumber(verb, BigInt(Math.trunc(number)), flags) ?? '';
    const list =
      typeof value === 'object' && value.kind === 'list' && !value.methods?.has('String') ? value : null;
    if (list) return `[${list.items.map((item) => formatOne(verb, item, flags)).join(' ')}]`;
    const shown = formatText(verb, printValue(value), flags);
    if (shown !== null) return shown;
  }
  return `%!${verb}(${typeName(value)}=${misformatted(value, flags)})`;
}

/** Go prints a value that its verb does not fit with the verb's own width, precision and sign. */
function misformatted(value: Value, flags: Flags): string {
  if (typeof value === 'number' || typeof value === 'bigint') return formatNumber('v', value, flags) ?? '';
  if (typeof value === 'boolean') return pad(String(value), flags);
  if (typeof value === 'string') return formatText('s', value, flags) ?? value;
  return printValue(value);
}

function formatText(verb: string, text: string, flags: Flags): string | null {
  const cut = flags.precision === null ? text : [...text].slice(0, flags.precision).join('');
  switch (verb) {
    case 's':
      return pad(cut, flags);
    case 'q':
      return pad(flags.sharp && !cut.includes('`') ? `\`${cut}\`` : quote(cut, '"', flags.plus), flags);
    case 'x':
    case 'X': {
      const hex = Buffer.from(text).toString('hex');
      return pad(verb === 'X' ? hex.toUpperCase() : hex, flags);
    }
    default:
      return null;
  }
}

const RADIX: Readonly<Record<string, number>> = { b: 2, d: 10, o: 8, O: 8, v: 10, x: 16, X: 16 };
const PREFIX: Readonly<Record<string, string>> = { b: '0b', o: '0', x: '0x', X: '0X' };

function formatNumber(verb: string, value: number | bigint, flags: Flags): string | null {
  if (typeof value === 'bigint') {
    const radix = RADIX[verb];
    if (radix !== undefined) {
      // Zero in no digits at all is nothing.
      if (flags.precision === 0 && value === 0n) return pad('', { ...flags, zero: false });
      let digits = (value < 0n ? -value : value).toString(radix).padStart(flags.precision ?? 1, '0');
      if (verb === 'X') digits = digits.toUpperCase();
      if (verb === 'O') digits = `0o${digits}`;
      else if (flags.sharp && !(verb === 'o' && digits.startsWith('0')))
        digits = `${PREFIX[verb] ?? ''}${digits}`;
      return padNumber(digits, value < 0n, { ...flags, zero: flags.zero && flags.precision === null });
    }
    if (verb === 'c' || verb === 'q') {
      const code = Number(value);
      const character = code >= 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
      return pad(verb === 'c' ? character : quote(character, "'", flags.plus), flags);
    }
    if (verb === 'U')
      return pad(`U+${BigInt.asUintN(64, value).toString(16).toUpperCase().padStart(4, '0')}`, flags);
    return null;
  }
  const lower = verb === 'v' ? 'g' : verb.toLowerCase();
  if (lower !== 'e' && lower !== 'f' && lower !== 'g') return null;
  const shown = formatFloat(Math.abs(value), lower, flags.precision ?? (lower === 'g' ? -1 : 6));
  const negative = value < 0 || Object.is(value, -0);
  if (shown === 'NaN') return pad(flags.plus ? '+NaN' : 'NaN', flags);
  if (shown === '+Inf') return pad(negative ? '-Inf' : '+Inf', flags);
  return padNumber(verb === 'E' || verb === 'G' ? shown.toUpperCase() : shown, negative, flags);
}

function padNumber(digits: string, negative: boolean, flags: Flags): string {
  const sign = negative ? '-' : flags.plus ? '+' : flags.space ? ' ' : '';
  if (flags.zero && !flags.minus && flags.width !== null) {
    return sign + digits.padStart(flags.width - sign.length, '0');
  }
  return pad(sign + digits, flags);
}

/** Width counts characters, not UTF-16 units. */
function pad(text: string, flags: Flags): string {
  if (flags.width === null) return text;
  const missing = flags.width - [...text].length;
  if (missing <= 0) return text;
  if (flags.minus) return text + ' '.repeat(missing);
  return (flags.zero ? '0' : ' ').repeat(missing) + text;
}
