import { textArgument } from './argument.ts';
import { formatTime, zoneOffsetMinutes } from './time-layout.ts';
import { type GoStruct, goFunction, goStruct, type Methods, type Value } from './value.ts';

/** Go's time.Time as templates use it. `epochMs` in milliseconds, shown in `zone` (an IANA name). */
export function goTime(epochMs: number, zone = 'UTC'): GoStruct {
  const part = (layout: string) => () => BigInt(formatTime(epochMs, layout, zone));
  const weekday = () => new Date(epochMs + zoneOffsetMinutes(epochMs, zone) * 60_000).getUTCDay();
  const text = formatTime(epochMs, '2006-01-02 15:04:05.999999999 -0700 MST', zone);
  const methods: Methods = new Map(
    [
      goFunction('String', () => text, 0),
      goFunction('Format', (layout) => formatTime(epochMs, textArgument(layout), zone), 1),
      goFunction('Unix', () => BigInt(Math.floor(epochMs / 1000)), 0),
      goFunction('UnixMilli', () => BigInt(Math.floor(epochMs)), 0),
      goFunction('UnixNano', () => BigInt(Math.floor(epochMs)) * 1_000_000n, 0),
      goFunction('Year', part('2006'), 0),
      goFunction(
        'Month',
        () =>
          goNamed('time.Month', Number(formatTime(epochMs, '1', zone)), formatTime(epochMs, 'January', zone)),
        0,
      ),
      goFunction('Weekday', () => goNamed('time.Weekday', weekday(), formatTime(epochMs, 'Monday', zone)), 0),
      goFunction('Day', part('2'), 0),
      goFunction('Hour', part('15'), 0),
      goFunction('Minute', part('4'), 0),
      goFunction('Second', part('5'), 0),
      goFunction(
        'Nanosecond',
        () => BigInt(Math.floor(epochMs - Math.floor(epochMs / 1000) * 1000)) * 1_000_000n,
        0,
      ),
      goFunction('UnixMicro', () => BigInt(Math.floor(epochMs)) * 1000n, 0),
      goFunction('YearDay', part('002'), 0),
      goFunction('Location', () => zone, 0),
      goFunction('Local', () => goTime(epochMs, new Intl.DateTimeFormat().resolvedOptions().timeZone), 0),
      goFunction('UTC', () => goTime(epochMs), 0),
      goFunction('IsZero', () => epochMs === ZERO_TIME_MS, 0),
      goFunction('Add', (duration) => goTime(epochMs + nanoseconds(duration) / 1e6, zone), 1),
      goFunction('Sub', (other) => goDuration((epochMs - epochOf(other)) * 1e6), 1),
      goFunction('Before', (other) => epochMs < epochOf(other), 1),
      goFunction('After', (other) => epochMs > epochOf(other), 1),
      goFunction('Equal', (other) => epochMs === epochOf(other), 1),
    ].map((method) => [method.name, method]),
  );
  return goStruct('time.Time', { epochMs, zone }, { methods, text });
}

/** Of a type that is a whole number with a name for each. */
function goNamed(type: string, number: number, text: string): GoStruct {
  return goStruct(
    type,
    {},
    { number, text, methods: new Map([['String', goFunction('String', () => text, 0)]]) },
  );
}

/** Half a unit away from zero. */
function roundTo(nanos: number, unit: number): number {
  return unit <= 0 ? nanos : Math.sign(nanos) * Math.round(Math.abs(nanos) / unit) * unit;
}

function truncateTo(nanos: number, unit: number): number {
  return unit <= 0 ? nanos : nanos - (nanos % unit);
}

/** Go's is a 64-bit number of nanoseconds, 292 years. */
const LONGEST_NANOS = 2 ** 63;

/** Go's time.Duration, in nanoseconds. */
export function goDuration(nanos: number): GoStruct {
  const whole = Math.max(-LONGEST_NANOS, Math.min(Math.trunc(nanos), LONGEST_NANOS));
  const methods: Methods = new Map(
    [
      goFunction('Seconds', () => whole / 1e9, 0),
      goFunction('Minutes', () => whole / 6e10, 0),
      goFunction('Hours', () => whole / 3.6e12, 0),
      goFunction('Milliseconds', () => BigInt(Math.trunc(whole / 1e6)), 0),
      goFunction('Microseconds', () => BigInt(Math.trunc(whole / 1e3)), 0),
      goFunction('Nanoseconds', () => BigInt(whole), 0),
      goFunction('Abs', () => goDuration(Math.abs(whole)), 0),
      goFunction('Round', (unit) => goDuration(roundTo(whole, nanoseconds(unit))), 1),
      goFunction('Truncate', (unit) => goDuration(truncateTo(whole, nanoseconds(unit))), 1),
      goFunction('String', () => durationText(whole), 0),
    ].map((method) => [method.name, method]),
  );
  return goStruct('time.Duration', {}, { methods, number: whole, text: durationText(whole) });
}

/** The zero of Go's time.Time: 1 January of year 1. */
export const ZERO_TIME_MS = -62_135_596_800_000;

export function epochOf(value: Value | undefined): number {
  if (value && typeof value === 'object' && value.kind === 'struct' && value.type === 'time.Time') {
    const epochMs = value.fields.get('epochMs');
    if (typeof epochMs === 'number') return epochMs;
  }
  throw new Error('wrong type for value; expected time.Time');
}

function nanoseconds(value: Value | undefined): number {
  if (typeof value === 'bigint') return Number(value);
  if (value && typeof value === 'object' && value.kind === 'struct' && value.number !== undefined)
    return value.number;
  throw new Error('wrong type for value; expected time.Duration');
}

/** `1h2m3.5s`, as Go prints a duration. */
export function durationText(nanos: number): string {
  if (nanos === 0) return '0s';
  const sign = nanos < 0 ? '-' : '';
  const total = Math.abs(nanos);
  if (total < 1e3) return `${sign}${total}ns`;
  if (total < 1e6) return `${sign}${trim(total / 1e3)}µs`;
  if (total < 1e9) return `${sign}${trim(total / 1e6)}ms`;
  const hours = Math.trunc(total / 3.6e12);
  const minutes = Math.trunc(total / 6e10) % 60;
  const seconds = trim((total % 6e10) / 1e9);
  if (hours > 0) return `${sign}${hours}h${minutes}m${seconds}s`;
  return minutes > 0 ? `${sign}${minutes}m${seconds}s` : `${sign}${seconds}s`;
}

function trim(value: number): string {
  return value.toFixed(9).replace(/\.?0+$/, '');
}
