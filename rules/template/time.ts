import { textArgument } from './argument.ts';
import { formatTime } from './time-layout.ts';
import { type GoStruct, goFunction, goStruct, type Methods, type Value } from './value.ts';

/** Go's time.Time as templates use it. `epochMs` in milliseconds, shown in `zone` (an IANA name). */
export function goTime(epochMs: number, zone = 'UTC'): GoStruct {
  const part = (layout: string) => () => BigInt(formatTime(epochMs, layout, zone));
  const methods: Methods = new Map(
    [
      goFunction('Format', (layout) => formatTime(epochMs, textArgument(layout), zone), 1),
      goFunction('Unix', () => BigInt(Math.floor(epochMs / 1000)), 0),
      goFunction('UnixMilli', () => BigInt(Math.floor(epochMs)), 0),
      goFunction('UnixNano', () => BigInt(Math.floor(epochMs)) * 1_000_000n, 0),
      goFunction('Year', part('2006'), 0),
      goFunction('Month', () => formatTime(epochMs, 'January', zone), 0),
      goFunction('Weekday', () => formatTime(epochMs, 'Monday', zone), 0),
      goFunction('Day', part('2'), 0),
      goFunction('Hour', part('15'), 0),
      goFunction('Minute', part('4'), 0),
      goFunction('Second', part('5'), 0),
      goFunction('UTC', () => goTime(epochMs), 0),
      goFunction('IsZero', () => epochMs === ZERO_TIME_MS, 0),
      goFunction('Add', (duration) => goTime(epochMs + nanoseconds(duration) / 1e6, zone), 1),
      goFunction('Sub', (other) => goDuration((epochMs - epochOf(other)) * 1e6), 1),
      goFunction('Before', (other) => epochMs < epochOf(other), 1),
      goFunction('After', (other) => epochMs > epochOf(other), 1),
      goFunction('Equal', (other) => epochMs === epochOf(other), 1),
    ].map((method) => [method.name, method]),
  );
  return goStruct(
    'time.Time',
    { epochMs, zone },
    { methods, text: formatTime(epochMs, '2006-01-02 15:04:05.999999999 -0700 MST', zone) },
  );
}

/** Go's time.Duration, in nanoseconds. */
export function goDuration(nanos: number): GoStruct {
  const whole = Math.trunc(nanos);
  const methods: Methods = new Map(
    [
      goFunction('Seconds', () => whole / 1e9, 0),
      goFunction('Minutes', () => whole / 6e10, 0),
      goFunction('Hours', () => whole / 3.6e12, 0),
      goFunction('Milliseconds', () => BigInt(Math.trunc(whole / 1e6)), 0),
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
