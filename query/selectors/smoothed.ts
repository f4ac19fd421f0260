import type { Selector } from '@tocsin/protocol/promql/expr.ts';
import { type Block, setFloat, setHistogram } from '../block.ts';
import { BlockBuilder } from '../block-builder.ts';
import type { Evaluation } from '../evaluation.ts';
import { noteMixedSamples, noteMixedSchemas } from '../functions/histogram-notes.ts';
import { interpolateFloats, interpolateHistograms } from '../functions/interpolate.ts';
import { createRangeSeries, loadSeries, type RangeSeries, windowEnd } from './range-series.ts';
import { selectSeries } from './select-series.ts';
import { referenceTimes } from './time-shift.ts';

/**
 * A `smoothed` instant selector: the value interpolated between the samples around each step, each at most the
 * lookback away. With none behind, the one before stands; with none before there is no value.
 */
export async function smoothedSelector(evaluation: Evaluation, selector: Selector): Promise<Block> {
  const references = referenceTimes(evaluation, selector);
  const { steps, lookbackMs, budget } = evaluation;
  const found = await selectSeries(evaluation, {
    matchers: selector.matchers,
    minTimestampMs: references.firstMs - lookbackMs,
    maxTimestampMs: references.lastMs + lookbackMs,
    rangeMs: 0,
    references,
    rollups: null,
  });
  const builder = new BlockBuilder(steps.count, found.length);
  const series = createRangeSeries({ steps: steps.count, references, rangeMs: lookbackMs });
  for (const columns of found) {
    const samples = loadSeries(series, columns, false);
    if (budget.due(samples + steps.count)) await budget.pause();
    const row = builder.addRow(columns.labels, false);
    let filled = 0;
    for (let step = 0; step < steps.count; step++) {
      if (fillStep(evaluation, selector, series, step, builder.block, row * steps.count + step)) filled++;
    }
    budget.samplesQueried += filled;
    if (filled > 0) budget.hold(steps.count);
    else builder.dropLastRow();
  }
  return builder.finish();
}

function fillStep(
  evaluation: Evaluation,
  selector: Selector,
  series: RangeSeries,
  step: number,
  block: Block,
  element: number,
): boolean {
  const context = { notes: evaluation.notes, position: selector.position };
  const atMs = windowEnd(series.windows, step);
  const floats = around(
    series.times,
    series.floatStart[step]!,
    series.floatEnd[step]!,
    atMs,
    evaluation.lookbackMs,
  );
  const histograms = around(
    series.histogramTimes,
    series.histogramStart[step]!,
    series.histogramEnd[step]!,
    atMs,
    evaluation.lookbackMs,
  );
  if (floats.any && histograms.any) {
    noteMixedSamples(series, context);
    return false;
  }
  if (floats.before >= 0) {
    const before = series.values[floats.before]!;
    setFloat(
      block,
      element,
      floats.fraction === 0
        ? before
        : interpolateFloats(before, series.values[floats.before + 1]!, floats.fraction, false),
    );
    return true;
  }
  if (histograms.before < 0) return false;
  const before = series.histograms[histograms.before]!;
  if (histograms.fraction === 0) {
    setHistogram(block, element, before);
    return true;
  }
  const after = series.histograms[histograms.before + 1]!;
  const isCounter = after.counterReset !== 'gauge';
  const between = interpolateHistograms(before, after, histograms.fraction, isCounter, context);
  if (between === null) {
    noteMixedSchemas(series, context);
    return false;
  }
  setHistogram(block, element, between);
  return true;
}

interface Around {
  readonly any: boolean;
  /** The sample at or before the time, -1 when there is none. */
  readonly before: number;
  /** How far the time lies towards the next sample; 0: the one before is the value. */
  readonly fraction: number;
}

function around(times: Float64Array, start: number, end: number, atMs: number, lookbackMs: number): Around {
  const hasNext = end < times.length && times[end]! <= atMs + lookbackMs;
  if (end === start) return { any: hasNext, before: -1, fraction: 0 };
  const before = end - 1;
  if (!hasNext || times[before] === atMs) return { any: true, before, fraction: 0 };
  return { any: true, before, fraction: (atMs - times[before]!) / (times[end]! - times[before]!) };
}
