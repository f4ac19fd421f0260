const NS_PER_SECOND = 1_000_000_000n;

/**
 * A time as Loki's API takes it: nanoseconds since the epoch (an integer of more than ten digits), seconds (a
 * shorter integer or a decimal fraction), or RFC 3339. Undefined when it is none of them.
 */
export function parseLokiTime(text: string): bigint | undefined {
  const decimal = /^(-?)(\d{1,19})(?:\.(\d+))?$/.exec(text);
  if (decimal !== null) {
    const [, sign, whole = '', fraction] = decimal;
    const seconds = fraction !== undefined || whole.length <= 10;
    const ns = seconds
      ? BigInt(whole) * NS_PER_SECOND + BigInt((fraction ?? '').slice(0, 9).padEnd(9, '0'))
      : BigInt(whole);
    return sign === '-' ? -ns : ns;
  }
  const rfc3339 = /^(\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2})(?:\.(\d+))?([Zz]|[+-]\d{2}:\d{2})$/.exec(text);
  if (rfc3339 === null) return undefined;
  const ms = Date.parse(`${rfc3339[1]}${rfc3339[3]}`.toUpperCase());
  if (Number.isNaN(ms)) return undefined;
  return BigInt(ms) * 1_000_000n + BigInt((rfc3339[2] ?? '').slice(0, 9).padEnd(9, '0'));
}
