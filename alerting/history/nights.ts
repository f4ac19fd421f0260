const DAY_MS = 86_400_000;
const NIGHT_FROM_HOUR = 22;
const NIGHT_TO_HOUR = 7;

/** Tells nights, from 22:00 to 07:00 of a time zone. */
export interface Nights {
  /** The date on which the night of that time began, as 2026-01-31; null by day. */
  nightOf(timeMs: number): string | null;
  /** Nights that a span of time touches. */
  count(fromMs: number, toMs: number): number;
}

/** @throws RangeError on a time zone nobody knows */
export function createNights(timeZone: string): Nights {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    hourCycle: 'h23',
  });
  const nightOf = (timeMs: number): string | null => {
    const hour = Number(format.formatToParts(timeMs).find(({ type }) => type === 'hour')?.value);
    if (hour >= NIGHT_TO_HOUR && hour < NIGHT_FROM_HOUR) return null;
    // After midnight it began the day before; half a day back is the evening or noon before.
    return dateOf(hour < NIGHT_TO_HOUR ? timeMs - DAY_MS / 2 : timeMs);
  };
  const dateOf = (timeMs: number): string => {
    const parts = new Map(format.formatToParts(timeMs).map(({ type, value }) => [type, value]));
    return `${parts.get('year')}-${parts.get('month')}-${parts.get('day')}`;
  };
  return {
    nightOf,
    count(fromMs, toMs) {
      const found = new Set<string>();
      // Every hour is enough: nights are longer.
      for (let timeMs = fromMs; timeMs < toMs; timeMs += DAY_MS / 24) {
        const night = nightOf(timeMs);
        if (night !== null) found.add(night);
      }
      return found.size;
    },
  };
}
