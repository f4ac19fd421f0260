import type { Histogram } from '@tocsin/protocol/histogram/histogram.ts';
import {
  histogramFraction as fractionOf,
  histogramQuantile as quantileOf,
} from '@tocsin/protocol/histogram/quantile.ts';
import { withLabel } from '@tocsin/protocol/labels/labels.ts';
import { formatGo } from '@tocsin/protocol/promql/format-number.ts';
import type { Position } from '@tocsin/protocol/promql/position.ts';
import { quote } from '@tocsin/protocol/promql/string-literal.ts';
import { withoutParens } from '@tocsin/protocol/promql/walk.ts';
import { type Block, copyRow } from '../block.ts';
import { BlockBuilder } from '../block-builder.ts';
import type { Evaluation } from '../evaluation.ts';
import { classicFraction, classicQuantile } from '../histogram/classic.ts';
import { type Estimator, estimate } from '../histogram/estimate.ts';
import { forMetric, groupHistograms } from '../histogram/histogram-groups.ts';
import { isValidLabelName } from '../label-name.ts';
import { mergeEqualRows } from '../merge-rows.ts';
import { QueryError } from '../query-error.ts';
import { type CallFunction, scalarArgument, stringArgument, vectorArgument } from './call-function.ts';

/** `histogram_quantile(0.9, x)` of classic and native histograms. */
export const histogramQuantile: CallFunction = async (evaluation, call) => {
  const quantiles = await scalarArgument(evaluation, call, 0);
  const block = await vectorArgument(evaluation, call, 1);
  checkQuantiles(evaluation, quantiles, withoutParens(call.args[0]!).position);
  const { position } = withoutParens(call.args[1]!);
  return {
    kind: 'vector',
    block: await estimate(evaluation, block, position, quantileEstimator(evaluation, quantiles, position)),
  };
};

/** `histogram_quantiles(x, "q", 0.5, 0.9)`: several at once, each with its own label. */
export const histogramQuantiles: CallFunction = async (evaluation, call) => {
  const label = stringArgument(call, 1);
  if (!isValidLabelName(label))
    throw new QueryError('execution', `invalid label name ${quote(label)} in histogram_quantiles()`);
  const { position } = withoutParens(call.args[0]!);
  const asked: Float64Array[] = [];
  for (let i = 2; i < call.args.length; i++) {
    const quantiles = await scalarArgument(evaluation, call, i);
    checkQuantiles(evaluation, quantiles, withoutParens(call.args[i]!).position);
    asked.push(quantiles);
  }
  const block = await vectorArgument(evaluation, call, 0);
  const groups = await groupHistograms(block, evaluation, position);
  const builder = new BlockBuilder(block.steps, groups.length * asked.length);
  for (const quantiles of asked) {
    const part = await estimate(
      evaluation,
      block,
      position,
      quantileEstimator(evaluation, quantiles, position),
      groups,
    );
    addLabelled(builder, part, label, quantiles);
  }
  return { kind: 'vector', block: await mergeEqualRows(builder.finish(), evaluation.budget) };
};

/** `histogram_fraction(0, 0.2, x)`. */
export const histogramFraction: CallFunction = async (evaluation, call) => {
  const lower = await scalarArgument(evaluation, call, 0);
  const upper = await scalarArgument(evaluation, call, 1);
  const block = await vectorArgument(evaluation, call, 2);
  const { position } = withoutParens(call.args[2]!);
  const estimator: Estimator = {
    classic: (buckets, step) => classicFraction(lower[step]!, upper[step]!, buckets),
    native: (histogram, step, metric) => {
      const { value, nan } = fractionOf(histogram, lower[step]!, upper[step]!);
      if (nan) {
        const text =
          'input to histogram_fraction has NaN observations, which are excluded from all fractions';
        evaluation.notes.info(`${text}${forMetric(metric)}`, position);
      }
      return value;
    },
  };
  return { kind: 'vector', block: await estimate(evaluation, block, position, estimator) };
};

function quantileEstimator(evaluation: Evaluation, quantiles: Float64Array, position: Position): Estimator {
  return {
    classic: (buckets, step) => classicQuantile(quantiles[step]!, buckets),
    native: (histogram: Histogram, step, metric) => {
      const { value, nan } = quantileOf(histogram, quantiles[step]!);
      if (nan !== 'none') {
        const effect = nan === 'skewed' ? 'result is skewed higher' : 'result is NaN';
        evaluation.notes.info(
          `input to histogram_quantile has NaN observations, ${effect}${forMetric(metric)}`,
          position,
        );
      }
      return value;
    },
  };
}

function checkQuantiles(evaluation: Evaluation, quantiles: Float64Array, position: Position): void {
  for (const q of new Set(quantiles)) {
    if (!(q >= 0 && q <= 1))
      evaluation.notes.warn(`quantile value should be between 0 and 1, got ${formatGo(q)}`, position);
  }
}

/** Adds the rows with the quantile as a label, which may change from step to step. */
function addLabelled(builder: BlockBuilder, part: Block, label: string, quantiles: Float64Array): void {
  const distinct = [...new Set(quantiles)];
  for (const q of distinct) {
    for (let row = 0; row < part.labels.length; row++) {
      const target = builder.addRow(withLabel(part.labels[row]!, label, formatOpenMetrics(q)), true);
      copyRow(part, row, builder.block, target);
      if (distinct.length === 1) continue;
      for (let step = 0; step < part.steps; step++) {
        if (!Object.is(quantiles[step], q)) builder.block.kinds[target * part.steps + step] = 0;
      }
    }
  }
}

/** As OpenMetrics writes the value of a quantile label: whole numbers end in `.0`. */
function formatOpenMetrics(value: number): string {
  const text = formatGo(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}
