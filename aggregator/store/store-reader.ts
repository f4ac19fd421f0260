import type { MetricMetadata } from '@tocsin/protocol/series/write-series.ts';
import { ApiError } from '../api/api-error.ts';
import type { SeriesReader } from '../api/series-reader.ts';
import type { MetricStore } from './metric-store.ts';

/** The query API's view of the store; refuses with a reason while the store cannot answer. */
export function createStoreReader(store: MetricStore, unreadyReason: () => string | null): SeriesReader {
  const ready = (): MetricStore => {
    const reason = unreadyReason();
    if (reason !== null) throw new ApiError('unavailable', reason);
    return store;
  };
  return {
    select: async (selection, signal) => await ready().select(selection, signal),
    evaluate: async (fragment, signal) => await ready().evaluate(fragment, signal),
    get answer() {
      return ready().answer;
    },
    findSeries: async (range, signal) => await ready().findSeries(range, signal),
    labelNames: async (range, signal) => await ready().labelTexts(null, range, signal),
    labelValues: async (name, range, signal) => await ready().labelTexts(name, range, signal),
    metadata() {
      const byMetric = new Map<string, MetricMetadata[]>();
      for (const one of ready().metadata())
        byMetric.set(one.metric, [...(byMetric.get(one.metric) ?? []), one]);
      return byMetric;
    },
    exemplars: async (range) => await ready().exemplars(range),
    statistics: async () => await ready().statistics(),
    writes: () => store.writes,
  };
}
