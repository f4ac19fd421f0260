import type { Explanation } from '@tocsin/query/explain/explanation.ts';
import type { QueryStats } from '@tocsin/query/result.ts';
import type { SelectionCost } from './measured-storage.ts';

/**
 * What a query cost, under the names Prometheus reports it; seconds for times. `seriesSelected` and `memory` are
 * ours, and so are `selectors` and `explanation`, which come with `stats=all` alone.
 */
export function queryStatsJson(
  stats: QueryStats,
  options: {
    readonly queueMs: number;
    readonly costs: readonly SelectionCost[];
    readonly all: boolean;
    readonly explanation: Explanation | null;
  },
): unknown {
  const evalTotalTime = stats.elapsedMs / 1_000;
  const execQueueTime = options.queueMs / 1_000;
  // Selections run side by side, so the longest is what they took together.
  const queryPreparationTime = Math.min(
    evalTotalTime,
    Math.max(0, ...options.costs.map(({ seconds }) => seconds)),
  );
  return {
    timings: {
      evalTotalTime,
      // Results come sorted out of the evaluation.
      resultSortTime: 0,
      queryPreparationTime,
      innerEvalTime: evalTotalTime - queryPreparationTime,
      execQueueTime,
      execTotalTime: execQueueTime + evalTotalTime,
    },
    samples: { totalQueryableSamples: stats.samplesQueried, peakSamples: stats.samplesPeak },
    seriesSelected: stats.seriesSelected,
    memory: { peakBytes: stats.bytesPeak },
    ...(options.all ? { selectors: options.costs, explanation: options.explanation } : {}),
  };
}
