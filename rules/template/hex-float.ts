const VIEW = new DataView(new ArrayBuffer(8));
const MANTISSA_BITS = 52n;
const BIAS = 1023;

/** A float64 that is not negative as Go's strconv writes it with 'x': `0x1.8p+01`. `precision` -1 is all digits. */
export function formatHexFloat(value: number, precision: number): string {
  let [mantissa, exponent] = partsOf(value);
  if (mantissa === 0n) exponent = 0;
  // One digit before the point, four bits a digit behind it.
  mantissa <<= 60n - MANTISSA_BITS;
  while (mantissa !== 0n && (mantissa & (1n << 60n)) === 0n) {
    mantissa <<= 1n;
    exponent--;
  }
  if (precision >= 0 && precision < 15) {
    const cut = BigInt(60 - precision * 4);
    const rest = mantissa & ((1n << cut) - 1n);
    mantissa >>= cut;
    const half = 1n << (cut - 1n);
    // To the even digit.
    if (rest > half || (rest === half && (mantissa & 1n) === 1n)) mantissa++;
    mantissa <<= cut;
    if ((mantissa & (1n << 61n)) !== 0n) {
      mantissa >>= 1n;
      exponent++;
    }
  }
  const all = (mantissa & ((1n << 60n) - 1n)).toString(16).padStart(15, '0');
  const digits = precision < 0 ? all.replace(/0+$/, '') : all.slice(0, precision).padEnd(precision, '0');
  const sign = exponent < 0 ? '-' : '+';
  const power = String(Math.abs(exponent)).padStart(2, '0');
  return `0x${mantissa >> 60n}${digits === '' ? '' : `.${digits}`}p${sign}${power}`;
}

/** With 'b': `4503599627370496p-52`. */
export function formatBinaryFloat(value: number): string {
  const [mantissa, exponent] = partsOf(value);
  const power = exponent - Number(MANTISSA_BITS);
  return `${mantissa}p${power >= 0 ? '+' : ''}${power}`;
}

/** The mantissa as a whole number of 53 bits and the power of two of its first bit. */
function partsOf(value: number): [mantissa: bigint, exponent: number] {
  VIEW.setFloat64(0, value);
  const bits = VIEW.getBigUint64(0);
  const biased = Number((bits >> MANTISSA_BITS) & 0x7ffn);
  const fraction = bits & ((1n << MANTISSA_BITS) - 1n);
  return biased === 0 ? [fraction, 1 - BIAS] : [fraction | (1n << MANTISSA_BITS), biased - BIAS];
}
