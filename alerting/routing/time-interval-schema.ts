import { z } from 'zod';
import { text } from './text-schema.ts';

/** Both ends belong to the range. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];
const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

function rangeSchema(
  what: string,
  read: (part: string) => number | null,
  check: (range: Range) => string | null,
) {
  return z.array(
    text.transform((value, context): Range => {
      const [first, second, ...more] = value.split(':').map((part) => read(part.trim().toLowerCase()));
      const to = second === undefined ? first : second;
      const range = first == null || to == null || more.length > 0 ? null : { from: first, to };
      const problem = range === null ? `"${value}" is not ${what}` : check(range);
      if (range === null || problem) {
        context.addIssue({ code: 'custom', message: problem ?? '' });
        return z.NEVER;
      }
      return range;
    }),
  );
}

const integer = (part: string) => (/^-?\d+$/.test(part) ? Number(part) : null);
const named = (names: readonly string[], base: number) => (part: string) => {
  const index = names.indexOf(part);
  return index < 0 ? null : index + base;
};
const within = (low: number, high: number) => (range: Range) => {
  if (range.from < low || range.to > high) return `must lie between ${low} and ${high}`;
  return range.from > range.to ? 'the start of a range may not be behind its end' : null;
};

const clock = z.string().transform((value, context) => {
  const match = /^([01]\d|2[0-4]):([0-5]\d)$/.exec(value);
  const minutes = match ? Number(match[1]) * 60 + Number(match[2]) : Number.NaN;
  if (!(minutes <= 24 * 60)) {
    context.addIssue({
      code: 'custom',
      message: `"${value}" is not a time of day; write it as 09:00, up to 24:00`,
    });
    return z.NEVER;
  }
  return minutes;
});

const times = z.array(
  z
    .strictObject({ start_time: clock, end_time: clock })
    .refine((range) => range.start_time < range.end_time, {
      message: 'start_time must be before end_time; split a range over midnight in two',
    }),
);

const location = text.refine(isLocation, {
  message: 'unknown time zone; write it as Europe/Berlin or UTC',
});

/** As in Alertmanager no name is UTC, an offset is no name, and small letters are others than capitals. */
function isLocation(zone: string): boolean {
  if (zone === '' || zone === 'Local') return true;
  if (!/^[A-Z]/.test(zone)) return false;
  try {
    const { timeZone } = new Intl.DateTimeFormat('en-US', { timeZone: zone }).resolvedOptions();
    // Of an old name it is the new one, whose letters say nothing.
    return timeZone === zone || timeZone.toLowerCase() !== zone.toLowerCase();
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function daysOfMonth(range: Range): string | null {
  const valid = (day: number) => day !== 0 && day >= -31 && day <= 31;
  if (!valid(range.from) || !valid(range.to)) return 'days must lie between 1 and 31 or -31 and -1';
  if (range.from < 0 && range.to > 0) return 'a range that starts with a negative day must end with one';
  // A negative day means at best the 28th, at worst the 31st.
  const end = range.to < 0 && range.from > 0 ? 31 + range.to + 1 : range.to;
  return range.from > end ? 'the start of a range may not be behind its end' : null;
}

/** Alertmanager's time interval (its documentation, "time_interval"). Times are minutes of the day, the end excluded. */
export const TIME_INTERVAL_SCHEMA = z.strictObject({
  times: times.nullish(),
  weekdays: rangeSchema(
    'a weekday such as monday or monday:friday',
    named(WEEKDAYS, 0),
    within(0, 6),
  ).nullish(),
  days_of_month: rangeSchema('a day such as 1, 1:5 or -1', integer, daysOfMonth).nullish(),
  months: rangeSchema(
    'a month such as january, 1 or 1:3',
    (part) => named(MONTHS, 1)(part) ?? integer(part),
    within(1, 12),
  ).nullish(),
  years: rangeSchema('a year such as 2026 or 2026:2028', integer, within(0, 9999)).nullish(),
  location: location.nullish(),
});

export type TimeInterval = z.output<typeof TIME_INTERVAL_SCHEMA>;
