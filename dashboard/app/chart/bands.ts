import { severityGrade } from '../alerts/alert.ts';
import type { Line } from '../series/line.ts';

/** An interval marked on every chart. Times in seconds. */
export interface Band {
  readonly name: string;
  readonly fromSeconds: number;
  readonly toSeconds: number;
  readonly colour: string;
}

export const gradeColours = ['#4c78d8', '#e8890c', '#e03131'] as const;
const bandsMax = 200;

/** When alerts fired, from the `ALERTS` series: one band for each unbroken run of points. */
export function bandsOf(lines: readonly Line[], stepSeconds: number): readonly Band[] {
  const bands: Band[] = [];
  for (const { labels, times } of lines) {
    const name = labels['alertname'] ?? '';
    const colour = gradeColours[severityGrade(labels['severity'] ?? '')];
    let from: number | undefined;
    for (const [index, time] of times.entries()) {
      from ??= time;
      const next = times[index + 1];
      if (next !== undefined && next - time <= stepSeconds * 1.5) continue;
      bands.push({ name, fromSeconds: from, toSeconds: time + stepSeconds, colour });
      from = undefined;
      if (bands.length >= bandsMax) return bands;
    }
  }
  return bands;
}
