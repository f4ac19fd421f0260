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
    const number = parseNumber(value);
    if (number === null)
      throw new Error(`strconv.ParseFloat: parsing ${JSON.stringify(value)}: invalid syntax`);
    return Number(number);
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

const SPECIAL: Readonly<Record<string, number>> = {
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  '+inf': Number.POSITIVE_INFINITY,
  '-inf': Number.NEGATIVE_INFINITY,
  infinity: Number.POSITIVE_INFINITY,
  '+infinity': Number.POSITIVE_INFINITY,
  '-infinity': Number.NEGATIVE_INFINITY,
};
