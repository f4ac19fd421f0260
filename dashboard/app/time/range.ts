/** What the reader asked for: the last so many seconds, or between two moments (ms since the epoch). */
export type TimeRange =
  | { readonly kind: 'last'; readonly seconds: number }
  | { readonly kind: 'between'; readonly fromMs: number; readonly toMs: number };

/** What is drawn: both ends on a multiple of the step, so that a refresh moves the chart by whole points. */
export interface TimeWindow {
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepSeconds: number;
  /** The end asked for, not held back to the step: numbers and log lines of a long range are as fresh as any. */
  readonly endMs: number;
}

export const rangeSecondsMin = 10;
export const rangeSecondsMax = 10 * 366 * 86_400;
const pointsWanted = 400;
const freshnessMs = 5_000;
const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 43_200, 86_400];

/** The smallest round step (seconds) that needs at most 400 points for `rangeSeconds`. */
export function stepFor(rangeSeconds: number): number {
  const least = rangeSeconds / pointsWanted;
  return steps.find((step) => step >= least) ?? Math.ceil(least / 86_400) * 86_400;
}

/** Resolves a range against the current time. */
export function windowOf(range: TimeRange, nowMs: number): TimeWindow {
  const fromMs = range.kind === 'last' ? nowMs - range.seconds * 1000 : range.fromMs;
  const toMs = range.kind === 'last' ? nowMs : range.toMs;
  const stepSeconds = stepFor((toMs - fromMs) / 1000);
  const stepMs = stepSeconds * 1000;
  const start = Math.floor(fromMs / stepMs) * stepMs;
  return {
    fromMs: start,
    toMs: Math.max(start + stepMs, Math.floor(toMs / stepMs) * stepMs),
    stepSeconds,
    endMs: range.kind === 'last' ? Math.floor(toMs / freshnessMs) * freshnessMs : toMs,
  };
}

/** The same middle, twice the span: what a double click shows when there is no earlier zoom to return to. */
export function widened(window: TimeWindow, nowMs: number): TimeRange {
  const half = (window.toMs - window.fromMs) / 2;
  const toMs = Math.min(nowMs, window.toMs + half);
  return { kind: 'between', fromMs: toMs - half * 4, toMs };
}

/** `15m`, `6h`, `2d` to seconds; undefined when it is none of these or out of bounds. */
export function parseSpan(text: string): number | undefined {
  const match = /^(\d{1,6})([smhdw])$/.exec(text);
  if (!match) return undefined;
  const size = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }[match[2] as 's' | 'm' | 'h' | 'd' | 'w'];
  const seconds = Number(match[1]) * size;
  return seconds >= rangeSecondsMin && seconds <= rangeSecondsMax ? seconds : undefined;
}

/** Seconds to the shortest exact span, such as `24h` or `90s`. */
export function formatSpan(seconds: number): string {
  for (const [name, size] of [
    ['w', 604_800],
    ['d', 86_400],
    ['h', 3600],
    ['m', 60],
  ] as const) {
    // A day is asked for as 24h everywhere else, so it is written so here.
    if (seconds % size === 0 && seconds / size >= (name === 'd' ? 2 : 1)) return `${seconds / size}${name}`;
  }
  return `${Math.round(seconds)}s`;
}
