import { epochOf } from './time.ts';
import type { GoStruct } from './value.ts';

const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July'],
  ...['August', 'September', 'October', 'November', 'December'],
];
/** From 1 January of year 1 to the epoch. */
const YEAR_ONE_SECONDS = 62_135_596_800n;

/** What a time.Time consists of, for verbs that ask for that: nanoseconds, seconds since year 1, and the zone. */
export function timeFields(
  time: GoStruct,
): readonly { readonly type: string; readonly value: bigint | null }[] {
  const nanos = BigInt(Math.floor(epochOf(time))) * 1_000_000n;
  const second = 1_000_000_000n;
  const within = ((nanos % second) + second) % second;
  return [
    { type: 'uint64', value: within },
    { type: 'int64', value: (nanos - within) / second + YEAR_ONE_SECONDS },
    { type: '*time.Location', value: null },
  ];
}

/** A time as Go's source would write it, in UTC. */
export function timeSyntax(time: GoStruct): string {
  const date = new Date(epochOf(time));
  const parts = [
    ...[date.getUTCDate(), date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()],
    date.getUTCMilliseconds() * 1_000_000,
  ];
  return `time.Date(${date.getUTCFullYear()}, time.${MONTHS[date.getUTCMonth()]}, ${parts.join(', ')}, time.UTC)`;
}
