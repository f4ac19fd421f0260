import type { Threshold } from '../layout/panel.ts';

const tones = { good: 'var(--good)', warn: 'var(--warn)', bad: 'var(--bad)' } as const;

/** The colour of a value: that of the highest threshold it has reached; undefined below all of them. */
export function gradeOf(value: number | undefined, thresholds: readonly Threshold[]): string | undefined {
  if (value === undefined || Number.isNaN(value)) return undefined;
  const reached = thresholds
    .filter((threshold) => value >= threshold.value)
    .sort((a, b) => b.value - a.value)[0];
  return reached && tones[reached.tone];
}
