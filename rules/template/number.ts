/** A number as a Go template writes it: a bigint where Go sees an int, a number where it sees a float64; null when it is neither. */
export function parseNumber(text: string): bigint | number | null {
  const plain = text.replaceAll('_', '');
  const sign = plain.startsWith('-') ? -1 : 1;
  const digits = plain.replace(/^[+-]/, '');
  if (/^0[xXbBoO][0-9a-fA-F]+$/.test(digits)) return BigInt(digits) * BigInt(sign);
  if (/^0[0-7]+$/.test(digits)) return BigInt(`0o${digits.slice(1)}`) * BigInt(sign);
  if (/^[0-9]+$/.test(digits)) {
    const value = BigInt(digits) * BigInt(sign);
    return BigInt.asIntN(64, value) === value ? value : null;
  }
  const hexFloat = /^0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([+-]?[0-9]+)$/.exec(digits);
  if (hexFloat) {
    const mantissa = Number.parseInt(`${hexFloat[1]}${hexFloat[2]}`, 16);
    return sign * mantissa * 2 ** (Number(hexFloat[3]) - 4 * hexFloat[2]!.length);
  }
  if (!/^(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/.test(digits)) return null;
  const value = sign * Number(digits);
  if (!Number.isFinite(value)) return null;
  // Go reads 1e3 as the int 1000 where an int is wanted, and as a float64 where anything is.
  return value;
}
