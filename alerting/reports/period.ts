import type { ReportConfig } from './report-config.ts';

/** What a report is about. */
export interface Period {
  /** Its first day, as 2026-01-31; names it. */
  readonly name: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** When the report is due. */
  readonly dueMs: number;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** When node-cron is to call, in the report's time zone. */
export function cronExpression({ every, at }: Pick<ReportConfig, 'every' | 'at'>): string {
  const [hour, minute] = at.split(':').map(Number);
  const days = { day: '* * *', week: '* * 1', month: '1 * *' }[every];
  return `${minute} ${hour} ${days}`;
}

/** The last whole day, week or month of the zone's calendar before `timeMs`. */
export function lastPeriod(
  { every, at, timeZone }: Pick<ReportConfig, 'every' | 'at' | 'timeZone'>,
  timeMs: number,
): Period {
  const today = dateAt(timeMs, timeZone);
  const end =
    every === 'day'
      ? today
      : every === 'week'
        ? addDays(today, -((weekday(today) + 6) % 7))
        : { ...today, day: 1 };
  const start =
    every === 'day'
      ? addDays(end, -1)
      : every === 'week'
        ? addDays(end, -7)
        : { ...addDays(end, -1), day: 1 };
  const [hour, minute] = at.split(':').map(Number);
  return {
    name: [start.year, start.month, start.day].map((part) => String(part).padStart(2, '0')).join('-'),
    fromMs: startOf(start, 0, timeZone),
    toMs: startOf(end, 0, timeZone),
    dueMs: startOf(end, (hour! * 60 + minute!) * MINUTE_MS, timeZone),
  };
}

interface CalendarDate {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
}

function dateAt(timeMs: number, timeZone: string): CalendarDate {
  const local = new Date(timeMs + offsetMs(timeMs, timeZone));
  return { year: local.getUTCFullYear(), month: local.getUTCMonth() + 1, day: local.getUTCDate() };
}

function addDays({ year, month, day }: CalendarDate, days: number): CalendarDate {
  const local = new Date(Date.UTC(year, month - 1, day) + days * DAY_MS);
  return { year: local.getUTCFullYear(), month: local.getUTCMonth() + 1, day: local.getUTCDate() };
}

/** 0 is Sunday. */
function weekday({ year, month, day }: CalendarDate): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay();
}

/** When the zone's clock shows that time of that day; where it is skipped, what it shows instead. */
function startOf({ year, month, day }: CalendarDate, sinceMidnightMs: number, timeZone: string): number {
  const local = Date.UTC(year, month - 1, day) + sinceMidnightMs;
  const guess = local - offsetMs(local, timeZone);
  return local - offsetMs(guess, timeZone);
}

/** What the zone's clock is ahead of UTC's. @throws RangeError on a zone nobody knows */
function offsetMs(timeMs: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(timeMs);
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  const local = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
  return local - Math.floor(timeMs / 1_000) * 1_000;
}
