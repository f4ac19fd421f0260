import { zoneOffsetMinutes } from '@tocsin/rules/template/time-layout.ts';
import type { Range, TimeInterval } from './time-interval-schema.ts';

const MINUTE_MS = 60_000;

/** Whether the moment (milliseconds since the epoch) lies in the interval. A field that is absent allows all. */
export function containsTime(interval: TimeInterval, timeMs: number): boolean {
  const zone = interval.location || 'UTC';
  const offset = zone === 'Local' ? -new Date(timeMs).getTimezoneOffset() : zoneOffsetMinutes(timeMs, zone);
  const local = new Date(timeMs + offset * MINUTE_MS);
  const minute = local.getUTCHours() * 60 + local.getUTCMinutes();
  const { times } = interval;
  if (
    times &&
    times.length > 0 &&
    !times.some((range) => minute >= range.start_time && minute < range.end_time)
  )
    return false;
  if (!containsDay(interval.days_of_month, local)) return false;
  return (
    contains(interval.months, local.getUTCMonth() + 1) &&
    contains(interval.weekdays, local.getUTCDay()) &&
    contains(interval.years, local.getUTCFullYear())
  );
}

function contains(ranges: readonly Range[] | null | undefined, value: number): boolean {
  if (!ranges || ranges.length === 0) return true;
  return ranges.some((range) => value >= range.from && value <= range.to);
}

/** Negative days count from the month's end; what the month does not have is clamped to what it has. */
function containsDay(ranges: readonly Range[] | null | undefined, local: Date): boolean {
  if (!ranges || ranges.length === 0) return true;
  const last = new Date(Date.UTC(local.getUTCFullYear(), local.getUTCMonth() + 1, 0)).getUTCDate();
  const day = local.getUTCDate();
  return ranges.some((range) => {
    const from = range.from < 0 ? last + range.from + 1 : range.from;
    const to = range.to < 0 ? last + range.to + 1 : range.to;
    if (from > last || to < 1) return false;
    return day >= Math.max(from, 1) && day <= Math.min(to, last);
  });
}
