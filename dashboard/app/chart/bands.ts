import { severityGrade } from '../alerts/alert.ts';
import { type Line, lineName } from '../series/line.ts';

/** An interval marked on every chart. Times in seconds. */
export interface Band {
  readonly name: string;
  readonly fromSeconds: number;
  readonly toSeconds: number;
  readonly colour: string;
}

export const gradeColours = ['#4c78d8', '#e8890c', '#e03131'] as const;
const bandsMax = 200;

const annotationColour = '#8f5bd6';

/** When alerts fired, from the `ALERTS` series: one band for each unbroken run of points. */
export const bandsOf = (lines: readonly Line[], stepSeconds: number): readonly Band[] =>
  runsOf(lines, stepSeconds, (labels) => ({
    name: labels['alertname'] ?? '',
    colour: gradeColours[severityGrade(labels['severity'] ?? '')],
  }));

/** When an annotation's expression holds; a point whose value is 0 or no number is none. */
export const annotationBands = (
  lines: readonly Line[],
  title: string,
  legend: string,
  stepSeconds: number,
): readonly Band[] =>
  runsOf(
    lines.map((line) => ({
      ...line,
      times: line.times.filter((_, index) => Boolean(line.values[index])),
    })),
    stepSeconds,
    (labels) => ({
      name: legend === '' ? title : `${title}: ${lineName(legend, labels)}`,
      colour: annotationColour,
    }),
  );

function runsOf(
  lines: readonly Line[],
  stepSeconds: number,
  describe: (labels: Line['labels']) => { readonly name: string; readonly colour: string },
): readonly Band[] {
  const bands: Band[] = [];
  for (const { labels, times } of lines) {
    const { name, colour } = describe(labels);
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
