import { formatFloat } from './float.ts';
import { type FormatFlags, pad } from './format-flags.ts';
import { formatBinaryFloat, formatHexFloat } from './hex-float.ts';
import { quote } from './quote.ts';

const RADIX: Readonly<Record<string, number>> = { b: 2, d: 10, o: 8, O: 8, v: 10, x: 16, X: 16 };
const PREFIX: Readonly<Record<string, string>> = { b: '0b', x: '0x', X: '0X' };

/** A Go int as fmt writes it; null for a verb that is not one of whole numbers. */
export function formatInteger(verb: string, value: bigint, flags: FormatFlags): string | null {
  const radix = RADIX[verb];
  if (radix === undefined) return formatCharacter(verb, value, flags);
  const isNegative = value < 0n;
  const sign = isNegative ? '-' : flags.plus ? '+' : flags.space ? ' ' : '';
  // Two ways to ask for more digits: %.3d, and %03d, in which the sign counts.
  const isFilled = flags.precision === null && flags.zero && !flags.minus && flags.width !== null;
  const digitsWanted = flags.precision ?? (isFilled ? (flags.width ?? 0) - sign.length : 1);
  const unfilled = { ...flags, zero: false };
  // Zero in no digits at all is nothing.
  if (flags.precision === 0 && value === 0n) return pad('', unfilled);
  const digits = (isNegative ? -value : value).toString(radix).padStart(digitsWanted, '0');
  const cased = verb === 'X' ? digits.toUpperCase() : digits;
  const octal = flags.sharp && radix === 8 && !cased.startsWith('0') ? '0' : '';
  const prefix = verb === 'O' ? `0o${octal}` : flags.sharp ? (PREFIX[verb] ?? octal) : '';
  return pad(`${sign}${prefix}${cased}`, unfilled);
}

function formatCharacter(verb: string, value: bigint, flags: FormatFlags): string | null {
  const isCharacter = value >= 0n && value <= 0x10ffffn;
  const character = isCharacter ? String.fromCodePoint(Number(value)).toWellFormed() : '\ufffd';
  if (verb === 'c') return pad(character, flags);
  if (verb === 'q') return pad(quote(character, "'", flags.plus), flags);
  if (verb !== 'U') return null;
  const digits = BigInt.asUintN(64, value).toString(16).toUpperCase();
  const code = `U+${digits.padStart(Math.max(4, flags.precision ?? 0), '0')}`;
  const isShown = flags.sharp && isCharacter && quote(character, "'").length === character.length + 2;
  return pad(isShown ? `${code} '${character}'` : code, { ...flags, zero: false });
}

/** A float64 as fmt writes it; null for a verb that is not one of floats. */
export function formatFloating(verb: string, value: number, flags: FormatFlags): string | null {
  const lower = verb.toLowerCase();
  const shortest = verb === 'v' || lower === 'g' || lower === 'x' || verb === 'b';
  if (!shortest && lower !== 'e' && lower !== 'f') return null;
  if (verb === 'B') return null;
  const precision = flags.precision ?? (shortest ? -1 : 6);
  const isNegative = value < 0 || Object.is(value, -0);
  const sign = isNegative ? '-' : flags.plus ? '+' : flags.space ? ' ' : '';
  const magnitude = Math.abs(value);
  const unfilled = { ...flags, zero: false };
  if (Number.isNaN(value)) return pad(`${sign}NaN`, unfilled);
  // Infinity always has a sign.
  if (!Number.isFinite(magnitude)) return pad(`${sign || '+'}Inf`, unfilled);
  let shown = digitsOf(verb, magnitude, precision);
  if (flags.sharp && verb !== 'b') shown = withPoint(shown, verb, precision);
  if (sign !== '' && flags.zero && !flags.minus && flags.width !== null)
    return sign + shown.padStart(flags.width - 1, '0');
  return pad(sign + shown, flags);
}

function digitsOf(verb: string, magnitude: number, precision: number): string {
  if (verb === 'b') return formatBinaryFloat(magnitude);
  const lower = verb.toLowerCase();
  const shown =
    lower === 'x'
      ? formatHexFloat(magnitude, precision)
      : formatFloat(magnitude, lower === 'e' || lower === 'f' ? lower : 'g', precision);
  return verb === 'E' || verb === 'G' || verb === 'X' ? shown.toUpperCase() : shown;
}

/** With `#` there always is a point, and %g keeps the zeros that its precision asks for. */
function withPoint(shown: string, verb: string, precision: number): string {
  const isHex = verb === 'x' || verb === 'X';
  const at = shown.search(isHex ? /[pP]/ : /[eE]/);
  let mantissa = at < 0 ? shown : shown.slice(0, at);
  const tail = at < 0 ? '' : shown.slice(at);
  // Of the verbs only these keep digits, and Go forgets %X.
  const isKept = verb === 'v' || verb === 'g' || verb === 'G' || verb === 'x';
  let missing = isKept ? (precision === -1 ? 6 : precision) : 0;
  const significant = mantissa.replace('.', '').replace(/^0+/, '');
  missing -= significant.length;
  if (!mantissa.includes('.')) {
    if (mantissa === '0') missing--;
    mantissa += '.';
  }
  return mantissa + '0'.repeat(Math.max(0, missing)) + tail;
}
