/** A point of a line; `gap` says that it is not connected with the one before. */
export interface LinePoint {
  readonly timeMs: number;
  readonly value: number;
  readonly gap: boolean;
}

export interface DecimateOptions {
  readonly fromMs: number;
  readonly toMs: number;
  /** Columns of the image; of each the first, lowest, highest and last point stay. */
  readonly columns: number;
  readonly gapMs: number | null;
  /** Values of at least this size are gaps. */
  readonly valueMax: number;
}

/**
 * The points of a line as an image can show them: of each column of pixels the first, the lowest, the highest and the last (M4,
 * Jugel et al., VLDB 2014), so that a peak of one sample is still seen among a million.
 */
export function decimate(
  timesMs: ArrayLike<number>,
  values: ArrayLike<number>,
  options: DecimateOptions,
): readonly LinePoint[] {
  const { fromMs, toMs, columns, gapMs, valueMax } = options;
  const points: LinePoint[] = [];
  const perColumn = (toMs - fromMs) / columns;
  const length = Math.min(timesMs.length, values.length);
  let column: Column | null = null;
  let gap = true;
  let lastMs = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < length; i++) {
    const timeMs = timesMs[i]!;
    const value = values[i]!;
    // Also what is no number, or goes back in time.
    if (!(timeMs >= fromMs && timeMs <= toMs && timeMs > lastMs)) continue;
    if (!(Math.abs(value) < valueMax)) {
      gap = true;
      continue;
    }
    if (gapMs !== null && timeMs - lastMs > gapMs) gap = true;
    lastMs = timeMs;
    const index = Math.min(columns - 1, Math.floor((timeMs - fromMs) / perColumn));
    if (column === null || gap || column.index !== index) {
      if (column) points.push(...pointsOf(column));
      column = startColumn(index, timeMs, value, gap);
    } else extend(column, timeMs, value);
    gap = false;
  }
  if (column) points.push(...pointsOf(column));
  return points;
}

interface Column {
  readonly index: number;
  readonly gap: boolean;
  readonly first: readonly [timeMs: number, value: number];
  low: readonly [timeMs: number, value: number];
  high: readonly [timeMs: number, value: number];
  last: readonly [timeMs: number, value: number];
}

function startColumn(index: number, timeMs: number, value: number, gap: boolean): Column {
  const point = [timeMs, value] as const;
  return { index, gap, first: point, low: point, high: point, last: point };
}

function extend(column: Column, timeMs: number, value: number): void {
  const point = [timeMs, value] as const;
  if (value < column.low[1]) column.low = point;
  if (value > column.high[1]) column.high = point;
  column.last = point;
}

function pointsOf({ gap, first, low, high, last }: Column): readonly LinePoint[] {
  const inOrder = [...new Set([first, low, high, last])].sort(([a], [b]) => a - b);
  return inOrder.map(([timeMs, value], position) => ({ timeMs, value, gap: gap && position === 0 }));
}
