import { parseNumber } from './number.ts';
import { typeName, type Value } from './value.ts';

/** The argument as text, else Go's complaint. */
export function textArgument(value: Value | undefined): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value !== null && value.kind === 'safe') return value.text;
  throw new Error(`wrong type for value; expected string; got ${typeName(value ?? null)}`);
}

/** The argument as a number the way Prometheus' templates take one: numbers, durations (seconds) and text that reads as a number. */
export function numberArgument(value: Value | undefined): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'string') {
    const special = SPECIAL[value.toLowerCase()];
    if (special !== undefined) return special;
    const plain = value.replaceAll('_', '');
    if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(plain)) {
      const number = Number(plain);
      if (!Number.isFinite(number)) throw notFloat(value, 'value out of range');
      return number;
    }
    // Of the other bases a float only knows 0x1p4; whole numbers in them are none.
    const hexadecimal = /^[+-]?0x[\da-f.]+p[+-]?\d+$/i.test(value) ? parseNumber(value) : null;
    if (hexadecimal === null) throw notFloat(value, 'invalid syntax');
    return Number(hexadecimal);
  }
  if (
    typeof value === 'object' &&
    value !== null &&
    value.kind === 'struct' &&
    value.type === 'time.Duration'
  ) {
    return (value.number ?? 0) / 1e9;
  }
  throw new Error(`can't convert ${typeName(value ?? null)} to float`);
}

function notFloat(text: string, detail: string): Error {
  return new Error(`strconv.ParseFloat: parsing ${JSON.stringify(text)}: ${detail}`);
}

const SPECIAL: Readonly<Record<string, number>> = {
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  '+inf': Number.POSITIVE_INFINITY,
  '-inf': Number.NEGATIVE_INFINITY,
  infinity: Number.POSITIVE_INFINITY,
  '+infinity': Number.POSITIVE_INFINITY,
  '-infinity': Number.NEGATIVE_INFINITY,
};
