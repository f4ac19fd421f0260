/**
 * A float64 as Go's strconv.FormatFloat writes it. `precision` -1 asks for the shortest digits that read back
 * as the same number.
 */
export function formatFloat(value: number, verb: 'e' | 'f' | 'g', precision: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (Object.is(value, -0)) return `-${formatFloat(0, verb, precision)}`;
  if (value < 0) return `-${formatFloat(-value, verb, precision)}`;
  if (verb === 'e') return exponential(value, precision);
  if (verb === 'f') return precision < 0 ? plain(value) : fixed(value, precision);
  // %g: exponential for very small and very large numbers.
  const digits = precision === 0 ? 1 : precision;
  const shown = exponential(value, digits < 0 ? -1 : digits - 1);
  const exponent = Number(shown.slice(shown.indexOf('e') + 1));
  if (value !== 0 && (exponent < -4 || exponent >= (digits < 0 ? 6 : digits))) return stripZeros(shown);
  const decimals = digits < 0 ? -1 : Math.max(0, digits - 1 - exponent);
  return stripZeros(decimals < 0 ? plain(value) : fixed(value, decimals));
}

function exponential(value: number, precision: number): string {
  const shown = precision < 0 ? value.toExponential() : evenExponential(value, precision);
  const [mantissa, exponent] = shown.split('e') as [string, string];
  return `${mantissa}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
}

/** Without an exponent, shortest digits. JavaScript switches to one at 1e21 and below 1e-6. */
function plain(value: number): string {
  const [mantissa, exponent] = value.toExponential().split('e') as [string, string];
  const digits = mantissa.replace('.', '');
  const point = Number(exponent) + 1;
  if (point <= 0) return value === 0 ? '0' : `0.${'0'.repeat(-point)}${digits}`;
  if (point >= digits.length) return digits + '0'.repeat(point - digits.length);
  return `${digits.slice(0, point)}.${digits.slice(point)}`;
}

function fixed(value: number, decimals: number): string {
  if (value < 1e21) {
    const rounded = value.toFixed(Math.min(decimals, 100));
    const exact = value.toFixed(100);
    const cut = exact.slice(0, exact.indexOf('.') + 1 + decimals).replace(/\.$/, '');
    return isTie(exact.slice(exact.indexOf('.') + 1 + decimals)) && isEven(cut) ? cut : rounded;
  }
  const whole = BigInt(value).toString();
  return decimals > 0 ? `${whole}.${'0'.repeat(decimals)}` : whole;
}

function stripZeros(shown: string): string {
  if (!shown.includes('.')) return shown;
  const [mantissa, exponent] = shown.split('e') as [string, string | undefined];
  const short = mantissa.replace(/0+$/, '').replace(/\.$/, '');
  return exponent === undefined ? short : `${short}e${exponent}`;
}

/** JavaScript rounds an exact half away from zero, Go to the even digit. */
function evenExponential(value: number, precision: number): string {
  const rounded = value.toExponential(Math.min(precision, 100));
  if (precision >= 100) return rounded;
  const [exact, exponent] = value.toExponential(100).split('e') as [string, string];
  const cut = exact.slice(0, precision === 0 ? 1 : precision + 2);
  return isTie(exact.slice(precision + 2)) && isEven(cut) ? `${cut}e${exponent}` : rounded;
}

function isTie(rest: string): boolean {
  return /^50*$/.test(rest);
}

function isEven(digits: string): boolean {
  return (digits.charCodeAt(digits.length - 1) & 1) === 0;
}
