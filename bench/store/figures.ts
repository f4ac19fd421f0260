import type { ByTarget } from './bench-part.ts';

/** The middle one, of an even number the upper. */
export function medianOf(figures: readonly number[]): number {
  return [...figures].sort((a, b) => a - b)[figures.length >> 1] ?? Number.NaN;
}

/** Of each figure the median over the runs. */
export function mediansOf<T extends object>(runs: readonly T[]): Record<keyof T, number> {
  const keys = Object.keys(runs[0] ?? {});
  return Object.fromEntries(
    keys.map((key) => [key, medianOf(runs.map((run) => Number(Reflect.get(run, key))))]),
  ) as Record<keyof T, number>;
}

/** A line: each server's figure, and how many times a peer's ours is. */
export function printRow(what: string, figures: ByTarget<number>): void {
  const ours = figures.tocsin;
  const shown = Object.entries(figures).map(([name, figure]) => {
    const times = name === 'tocsin' || !ours || !figure ? '' : ` (x${(ours / figure).toFixed(2)})`;
    return `${name} ${formatFigure(figure)}${times}`;
  });
  console.log([what, ...shown].join(' | '));
}

function formatFigure(figure: number): string {
  if (Number.isNaN(figure)) return '-';
  if (figure >= 1e6) return `${(figure / 1e6).toFixed(2)} M`;
  if (figure >= 10_000) return `${(figure / 1e3).toFixed(0)} k`;
  return String(Number(figure.toPrecision(3)));
}
