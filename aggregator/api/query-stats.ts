import type { QueryStats } from '@tocsin/query/result.ts';
import type { SelectionCost } from './measured-storage.ts';

export type QueryStatsJson = Readonly<Record<string, unknown>>;

/** What a query cost, under the names Prometheus reports it; seconds for times. `seriesSelected` and `memory` are ours. */
export function queryStatsJson(
  stats: QueryStats,
  queueMs: number,
  costs: readonly SelectionCost[],
): QueryStatsJson {
  const evalTotalTime = stats.elapsedMs / 1_000;
  const execQueueTime = queueMs / 1_000;
  // Selections run side by side, so the longest is what they took together.
  const queryPreparationTime = Math.min(evalTotalTime, Math.max(0, ...costs.map(({ seconds }) => seconds)));
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
  };
}

/** The same of a query without an answer: what is known is how long it took. */
export function failedStatsJson(tookMs: number, queueMs: number): QueryStatsJson {
  return {
    timings: {
      evalTotalTime: (tookMs - queueMs) / 1_000,
      execQueueTime: queueMs / 1_000,
      execTotalTime: tookMs / 1_000,
    },
  };
}
