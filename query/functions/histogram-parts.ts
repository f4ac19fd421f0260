import type { Histogram } from '@tocsin/protocol/histogram/histogram.ts';
import { histogramVariance } from '@tocsin/protocol/histogram/moments.ts';
import { ABSENT, FLOAT, HISTOGRAM, histogramAt } from '../block.ts';
import { withoutEmptyRows } from '../block-rows.ts';
import { inTurns } from '../in-turns.ts';
import { type CallFunction, vectorArgument } from './call-function.ts';

const PARTS: Readonly<Record<string, (histogram: Histogram) => number>> = {
  histogram_avg: ({ sum, count }) => sum / count,
  histogram_count: ({ count }) => count,
  histogram_sum: ({ sum }) => sum,
  histogram_stdvar: histogramVariance,
  histogram_stddev: (histogram) => Math.sqrt(histogramVariance(histogram)),
};

/** Functions that give one number of each native histogram; floats go. */
export const histogramParts: ReadonlyMap<string, CallFunction> = new Map(
  Object.entries(PARTS).map(([name, part]) => {
    const fn: CallFunction = async (evaluation, call) => {
      const block = await vectorArgument(evaluation, call, 0);
      await inTurns(block.kinds.length, 5, evaluation.budget, (from, to) => {
        for (let i = from; i < to; i++) {
          if (block.kinds[i] === HISTOGRAM) {
            block.values[i] = part(histogramAt(block, i));
            block.kinds[i] = FLOAT;
          } else {
            block.kinds[i] = ABSENT;
          }
        }
      });
      block.histograms = null;
      block.dropName.fill(true);
      return { kind: 'vector', block: await withoutEmptyRows(block, evaluation.budget) };
    };
    return [name, fn];
  }),
);
