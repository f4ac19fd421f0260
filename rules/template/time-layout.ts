import { ZONE_ABBREVIATIONS } from './zone-abbreviations.ts';

/** Go's layouts: the reference time Mon Jan 2 15:04:05 MST 2006 written the way the result shall look. */
const ELEMENT =
  /2006|01|02|03|04|05|06|002|15|January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|Z07:00:00|Z070000|Z07:00|Z0700|Z07|-07:00:00|-070000|-07:00|-0700|-07|PM|pm|__2|_2(?!006)|[.,]0+(?!\d)|[.,]9+(?!\d)|1|2|3|4|5/g;

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Go's time.Format for milliseconds since the epoch in an IANA time zone. */
export function formatTime(epochMs: number, layout: string, zone = 'UTC'): string {
  const offset = zoneOffsetMinutes(epochMs, zone);
  const local = new Date(epochMs + offset * MINUTE_MS);
  if (Number.isNaN(local.getTime())) return 'invalid time';
  const two = (value: number) => String(value).padStart(2, '0');
  const hour12 = local.getUTCHours() % 12 || 12;
  const dayOfYear = String(dayOfYearOf(local));
  const elements: Readonly<Record<string, () => string>> = {
    '2006': () => String(local.getUTCFullYear()).padStart(4, '0'),
    '06': () => two(local.getUTCFullYear() % 100),
    '01': () => two(local.getUTCMonth() + 1),
    '1': () => String(local.getUTCMonth() + 1),
    January: () => MONTHS[local.getUTCMonth()]!,
    Jan: () => MONTHS[local.getUTCMonth()]!.slice(0, 3),
    '02': () => two(local.getUTCDate()),
    _2: () => String(local.getUTCDate()).padStart(2, ' '),
    '2': () => String(local.getUTCDate()),
    '002': () => dayOfYear.padStart(3, '0'),
    __2: () => dayOfYear.padStart(3, ' '),
    Monday: () => DAYS[local.getUTCDay()]!,
    Mon: () => DAYS[local.getUTCDay()]!.slice(0, 3),
    '15': () => two(local.getUTCHours()),
    '03': () => two(hour12),
    '3': () => String(hour12),
    '04': () => two(local.getUTCMinutes()),
    '4': () => String(local.getUTCMinutes()),
    '05': () => two(local.getUTCSeconds()),
    '5': () => String(local.getUTCSeconds()),
    PM: () => (local.getUTCHours() < 12 ? 'AM' : 'PM'),
    pm: () => (local.getUTCHours() < 12 ? 'am' : 'pm'),
    MST: () => zoneName(epochMs, zone, offset),
  };
  return layout.replace(ELEMENT, (element) => {
    const simple = elements[element];
    if (simple) return simple();
    if (element[0] === '.' || element[0] === ',') return fraction(element, epochMs);
    if (element[0] === 'Z' && offset === 0) return 'Z';
    return offsetText(offset, element.includes(':'), /^[Z-]07$/.test(element));
  });
}

/** From 1. */
export function dayOfYearOf(local: Date): number {
  // Date.UTC takes years below 100 for those of the last century.
  const start = new Date(0);
  start.setUTCFullYear(local.getUTCFullYear(), 0, 1);
  return Math.floor((local.getTime() - start.getTime()) / DAY_MS) + 1;
}

function fraction(element: string, epochMs: number): string {
  const milliseconds = ((epochMs % 1000) + 1000) % 1000;
  const digits = milliseconds
    .toFixed(6)
    .replace('.', '')
    .padStart(9, '0')
    .slice(0, element.length - 1)
    .padEnd(element.length - 1, '0');
  if (element[1] === '0') return element[0] + digits;
  const short = digits.replace(/0+$/, '');
  return short === '' ? '' : element[0] + short;
}

function offsetText(minutes: number, colon: boolean, hoursOnly: boolean): string {
  const total = Math.abs(minutes);
  const hours = String(Math.trunc(total / 60)).padStart(2, '0');
  const rest = String(total % 60).padStart(2, '0');
  const sign = minutes < 0 ? '-' : '+';
  return hoursOnly ? sign + hours : `${sign}${hours}${colon ? ':' : ''}${rest}`;
}

/** Minutes east of UTC at that moment. Throws RangeError for a zone nobody knows. */
export function zoneOffsetMinutes(epochMs: number, zone: string): number {
  if (zone === 'UTC' || zone === '') return 0;
  const shown = part(epochMs, zone, 'longOffset');
  const match = /GMT([+-])(\d\d):(\d\d)/.exec(shown);
  if (!match) return 0;
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3]));
}

function zoneName(epochMs: number, zone: string, offset: number): string {
  if (zone === 'UTC' || zone === '') return 'UTC';
  const short = part(epochMs, zone, 'short');
  if (!short.startsWith('GMT')) return short;
  return (
    ZONE_ABBREVIATIONS[part(epochMs, zone, 'long')] ??
    (offset === 0 ? short : offsetText(offset, false, offset % 60 === 0))
  );
}

function part(epochMs: number, zone: string, style: 'longOffset' | 'short' | 'long'): string {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: style });
  return format.formatToParts(epochMs).find((each) => each.type === 'timeZoneName')?.value ?? '';
}
