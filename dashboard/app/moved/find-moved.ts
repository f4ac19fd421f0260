import { queryRanges } from '../api/batch.ts';
import type { Layer, Panel } from '../layout/panel.ts';
import { fill } from '../promql/fill.ts';
import { type Line, lineName } from '../series/line.ts';
import { stepFor, type TimeWindow } from '../time/range.ts';
import { type Movement, movementOf } from './unusual.ts';

/** A line that moved in an interval. */
export interface Moved {
  readonly panel: Panel;
  readonly layer: Layer;
  readonly name: string;
  readonly expr: string;
  readonly line: Line;
  readonly movement: Movement;
}

/** The interval that was brushed, in ms. */
export interface Interval {
  readonly fromMs: number;
  readonly toMs: number;
}

/** So many times the interval's length before it is what is usual. */
const beforeTimes = 4;
const intervalPoints = 20;
const queriesMax = 400;
const listedMax = 60;
const scoreMin = 3;
const batchSize = 100;

/** Looks at everything there is, and ranks what was most unusual in the interval; at most one line of a panel is listed twice. */
export async function findMoved(
  panels: readonly Panel[],
  interval: Interval,
  signal: AbortSignal,
): Promise<{ readonly moved: readonly Moved[]; readonly looked: number }> {
  const window = comparedWindow(interval);
  const queries = panels
    .filter(({ draw }) => draw !== 'funnel')
    .flatMap((panel) =>
      panel.queries.map(({ expr, legend }) => ({ panel, legend, expr: fill(expr, window) })),
    )
    .slice(0, queriesMax);
  const moved: Moved[] = [];
  let looked = 0;
  for (let start = 0; start < queries.length; start += batchSize) {
    const some = queries.slice(start, start + batchSize);
    const answers = await queryRanges(
      some.map(({ expr }) => expr),
      window,
      signal,
    );
    for (const [index, lines] of answers.entries()) {
      const query = some[index];
      if (query === undefined) continue;
      for (const line of lines) {
        looked++;
        const movement = movementOf(line.times, line.values, interval.fromMs / 1000, interval.toMs / 1000);
        if (movement === undefined || movement.score < scoreMin) continue;
        const { panel, legend, expr } = query;
        moved.push({ panel, layer: panel.layer, name: lineName(legend, line.labels), expr, line, movement });
      }
    }
  }
  moved.sort((a, b) => b.movement.score - a.movement.score);
  return { moved: onePerPanel(moved).slice(0, listedMax), looked };
}

/** The interval and the time before it, at a step that gives the interval enough points. */
export function comparedWindow({ fromMs, toMs }: Interval): TimeWindow {
  const span = Math.max(1000, toMs - fromMs);
  const stepSeconds = Math.max(1, stepBelow(span / 1000 / intervalPoints));
  const stepMs = stepSeconds * 1000;
  const start = Math.floor((fromMs - beforeTimes * span) / stepMs) * stepMs;
  const end = Math.max(start + stepMs, Math.floor(toMs / stepMs) * stepMs);
  return { fromMs: start, toMs: end, stepSeconds, endMs: end };
}

/** A round step of about so many seconds. */
const stepBelow = (seconds: number): number => stepFor(seconds * 400);

/** Of a panel's lines the two that moved most: forty routes that all became slow are one finding. */
function onePerPanel(moved: readonly Moved[]): readonly Moved[] {
  const counts = new Map<string, number>();
  return moved.filter(({ panel }) => {
    const count = (counts.get(panel.id) ?? 0) + 1;
    counts.set(panel.id, count);
    return count <= 2;
  });
}
