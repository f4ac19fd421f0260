export interface TimeTick {
  readonly timeMs: number;
  readonly label: string;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const STEPS_MS = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND_MS),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE_MS),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR_MS),
  ...[1, 2, 7, 14, 28, 91, 182, 365].map((n) => n * DAY_MS),
];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** What a Date can hold (ECMA-262, 21.4.1.1). */
const TIME_MAX_MS = 8.64e15;

/** At most `count` ticks at round times of the zone. */
export function timeTicks(
  fromMs: number,
  toMs: number,
  count: number,
  timeZone: string,
): readonly TimeTick[] {
  if (!(Math.max(Math.abs(fromMs), Math.abs(toMs)) < TIME_MAX_MS)) return [];
  const zone = createZone(timeZone);
  const rough = (toMs - fromMs) / Math.max(1, count);
  const stepMs = STEPS_MS.find((step) => step >= rough) ?? Math.ceil(rough / (365 * DAY_MS)) * 365 * DAY_MS;
  const ticks: TimeTick[] = [];
  // Round times are those of the zone's clock, which summer time moves; each tick is moved back by its own offset.
  const firstLocalMs = Math.ceil((fromMs + zone.offsetMs(fromMs)) / stepMs) * stepMs;
  for (let localMs = firstLocalMs - stepMs; ticks.length < count + 2; localMs += stepMs) {
    const timeMs = localMs - zone.offsetMs(localMs - zone.offsetMs(localMs));
    if (!(timeMs <= toMs)) break;
    if (timeMs < fromMs || timeMs === ticks.at(-1)?.timeMs) continue;
    ticks.push({ timeMs, label: label(localMs, stepMs, toMs - fromMs) });
  }
  return ticks;
}

/** `28 Nov 2026 09:00 – 12:00 UTC+1`: what the ticks leave out. */
export function rangeText(fromMs: number, toMs: number, timeZone: string): string {
  const zone = createZone(timeZone);
  const [from, to] = [fromMs, toMs].map((timeMs) => new Date(timeMs + zone.offsetMs(timeMs)));
  if (!from || !to || Number.isNaN(from.getTime()) || Number.isNaN(to.getTime())) return '';
  const clock = (local: Date) => local.toISOString().slice(11, 16);
  const date = (local: Date) => `${day(local)} ${local.getUTCFullYear()}`;
  const end = date(from) === date(to) ? clock(to) : `${date(to)} ${clock(to)}`;
  return `${date(from)} ${clock(from)} – ${end} ${zoneText(zone.offsetMs(toMs))}`;
}

function zoneText(offsetMs: number): string {
  if (offsetMs === 0) return 'UTC';
  const minutes = Math.round(Math.abs(offsetMs) / MINUTE_MS);
  const rest = minutes % 60 === 0 ? '' : `:${String(minutes % 60).padStart(2, '0')}`;
  return `UTC${offsetMs < 0 ? '-' : '+'}${Math.floor(minutes / 60)}${rest}`;
}

function label(localMs: number, stepMs: number, spanMs: number): string {
  const local = new Date(localMs);
  if (Number.isNaN(local.getTime())) return '';
  if (stepMs >= DAY_MS) return spanMs > 300 * DAY_MS ? `${day(local)} ${local.getUTCFullYear()}` : day(local);
  const clock = local.toISOString().slice(11, stepMs < MINUTE_MS ? 19 : 16);
  return clock === '00:00' ? day(local) : clock;
}

function day(local: Date): string {
  return `${local.getUTCDate()} ${MONTHS[local.getUTCMonth()]}`;
}

interface Zone {
  /** What the zone's clock is ahead of UTC's at that time. */
  offsetMs(timeMs: number): number;
}

const zones = new Map<string, Zone>();
const ZONES_MAX = 100;

function createZone(timeZone: string): Zone {
  const known = zones.get(timeZone);
  if (known) return known;
  const zone = readZone(timeZone);
  if (zones.size < ZONES_MAX) zones.set(timeZone, zone);
  return zone;
}

function readZone(timeZone: string): Zone {
  if (timeZone === 'UTC') return { offsetMs: () => 0 };
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' });
  } catch {
    return createZone('UTC');
  }
  return {
    offsetMs(timeMs) {
      if (!(Math.abs(timeMs) < TIME_MAX_MS)) return 0;
      const text = format.formatToParts(timeMs).find(({ type }) => type === 'timeZoneName')?.value ?? '';
      const match = /^GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(text);
      if (!match) return 0;
      const [, sign, hours, minutes, seconds = '0'] = match;
      const sizeMs = Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS + Number(seconds) * SECOND_MS;
      return sign === '-' ? -sizeMs : sizeMs;
    },
  };
}
