import type { SeriesColumns } from '@tocsin/protocol/series/series.ts';
import { type Block, setFloat } from '../block.ts';
import { noteIgnored } from '../functions/histogram-notes.ts';
import type { RangeContext } from '../functions/range-function.ts';
import { type Windows, windowEnd } from '../selectors/range-series.ts';
import type { RolledFunction } from './rolled-function.ts';
import { isCut, type RolledHistograms, type Stretch, stretchOf, toRolledSeries } from './rolled-series.ts';

/** A range function of a series that was read from a tier, at all steps. Returns the samples its windows stand for. */
export function fillRolledRow(
  fn: RolledFunction,
  columns: SeriesColumns,
  windows: Windows,
  block: Block,
  row: number,
  context: RangeContext,
): number {
  const series = toRolledSeries(columns);
  const { rangeMs, steps } = windows;
  let read = 0;
  let floatsBefore: Stretch | null = null;
  let histogramsBefore: Stretch<RolledHistograms> | null = null;
  for (let step = 0; step < steps; step++) {
    const endMs = windowEnd(windows, step);
    const element = row * steps + step;
    const floats: Stretch = stretchOf(series.floats, endMs - rangeMs, endMs, floatsBefore);
    const histograms: Stretch<RolledHistograms> | null =
      series.histograms && stretchOf(series.histograms, endMs - rangeMs, endMs, histogramsBefore);
    floatsBefore = floats;
    histogramsBefore = histograms;
    read += floats.to - floats.from + (histograms ? histograms.to - histograms.from : 0);
    const hasHistograms = histograms !== null && histograms.from < histograms.to;
    if (isCut(floats) || (hasHistograms && isCut(histograms))) noteCut(context);
    if (hasHistograms && fn.mixed) {
      fn.mixed(floats, histograms, { block, element, rangeMs, series }, context);
      continue;
    }
    if (floats.from >= floats.to) continue;
    if (hasHistograms) noteIgnored(series, context);
    const value = fn.float(floats, rangeMs);
    if (value !== null) setFloat(block, element, value);
  }
  return read;
}

function noteCut({ notes, position }: RangeContext): void {
  notes.info(
    'samples of this range are kept as roll-ups only, and of those that it cuts a share is taken; it is exact where the range, the step and the first time are multiples of their resolution',
    position,
  );
}
