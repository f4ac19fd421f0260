// Beyond this (the year 10889) a start says nothing, and could not be stored.
const START_MS_MAX = 2 ** 48;

/** A sender's start, or 0 when it cannot be one. */
export function plausibleStart(startMs: number): number {
  return Math.abs(startMs) <= START_MS_MAX ? startMs : 0;
}

/**
 * Whether a counter began anew between two of its samples, judging by when they say it began (milliseconds, 0 where a sample
 * does not say). A start at the sample before is how OpenTelemetry writes both a delta and a cumulative counter of unknown
 * start; only when the sample before knew its own start is it a delta, and thus a reset.
 */
export function isReset(
  previousStartMs: number,
  previousMs: number,
  startMs: number,
  timestampMs: number,
): boolean {
  if (startMs === 0 || startMs >= timestampMs || startMs < previousMs) return false;
  if (startMs > previousMs) return true;
  return previousStartMs !== 0 && previousStartMs < previousMs;
}

/** Whether a sample says its counter began before the sample in front of it, and that one says otherwise. */
export function overlapsPrevious(previousStartMs: number, previousMs: number, startMs: number): boolean {
  return startMs !== 0 && startMs < previousMs && startMs !== previousStartMs;
}
