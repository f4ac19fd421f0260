import type { Token } from './token.ts';
import type { TokenReader } from './token-reader.ts';

/** The value of a number token. Throws a ParseError when no float is that large. */
export function numberOf(reader: TokenReader, token: Token): number {
  const value = parseNumber(token.text);
  if (!Number.isFinite(value) && !isNumberWord(token.text))
    throw reader.error(token, `error parsing number: ${JSON.stringify(token.text)} is out of range`);
  return value;
}

/** The value of a number as PromQL writes it: decimal, hexadecimal, with underscores, `Inf` and `NaN`. */
export function parseNumber(text: string): number {
  const lower = text.toLowerCase().replaceAll('_', '');
  if (lower === 'inf' || lower === '+inf') return Number.POSITIVE_INFINITY;
  if (lower === '-inf') return Number.NEGATIVE_INFINITY;
  return lower === 'nan' ? Number.NaN : Number(lower);
}

export function isNumberWord(text: string): boolean {
  return /^(inf|nan)$/i.test(text);
}
