import type { Line } from '../series/line.ts';

/** One time an alert would have fired. Times in seconds since the epoch. */
export interface Firing {
  readonly labels: Readonly<Record<string, string>>;
  /** When the condition began to hold, and when it had held for the rule's `for`. */
  readonly pendingSeconds: number;
  readonly fromSeconds: number;
  readonly toSeconds: number;
  /** It still fired at the end. */
  readonly isOpen: boolean;
  readonly worst: number;
}

/**
 * When an alert would have fired, from its expression's points over time: each unbroken run of points of one series
 * that lasts at least `forSeconds`. The same as alerting does, at the resolution of `stepSeconds`.
 */
export function firingsOf(
  lines: readonly Line[],
  forSeconds: number,
  stepSeconds: number,
  endSeconds: number,
): readonly Firing[] {
  const firings: Firing[] = [];
  for (const { labels, times, values } of lines) {
    let start: number | undefined;
    let worst = 0;
    for (const [index, time] of times.entries()) {
      const value = values[index] ?? Number.NaN;
      if (start === undefined) {
        start = time;
        worst = value;
      } else if (Math.abs(value) > Math.abs(worst)) worst = value;
      const next = times[index + 1];
      if (next !== undefined && next - time <= stepSeconds * 1.5) continue;
      const isOpen = next === undefined && endSeconds - time <= stepSeconds * 1.5;
      const end = isOpen ? time : time + stepSeconds;
      if (end - start >= forSeconds) {
        firings.push({
          labels,
          pendingSeconds: start,
          fromSeconds: start + forSeconds,
          toSeconds: end,
          isOpen,
          worst,
        });
      }
      start = undefined;
    }
  }
  return firings.sort((a, b) => b.fromSeconds - a.fromSeconds);
}
