import type { FormatFlags } from './format-flags.ts';
import { formatValue } from './format-value.ts';
import { TEMPLATE_LIMITS } from './limits.ts';
import { printValue } from './print.ts';
import { typeName, type Value } from './value.ts';

type Flags = { -readonly [Name in keyof FormatFlags]: FormatFlags[Name] };

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
      goSyntax: false,
      fieldNames: false,
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
    else result += formatValue(verb, args[argument++]!, flags);
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
