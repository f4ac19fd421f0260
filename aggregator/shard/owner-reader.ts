import type { MetricMetadata } from '@tocsin/protocol/series/write-series.ts';
import { ApiError } from '../api/api-error.ts';
import type { SeriesReader } from '../api/series-reader.ts';
import type { ShardOwner } from './shard-owner.ts';

/** The query API's view of a shard owner; refuses with a reason while the owner cannot answer. */
export function createOwnerReader(owner: ShardOwner, unreadyReason: () => string | null): SeriesReader {
  const ready = (): ShardOwner => {
    const reason = unreadyReason();
    if (reason !== null) throw new ApiError('unavailable', reason);
    return owner;
  };
  return {
    select: async (selection, signal) => await ready().select(selection, signal),
    open: async (selection, signal) => await ready().openSelection(selection, signal),
    findSeries: async (range, signal) => await ready().findSeries(range, signal),
    labelNames: async (range, signal) => [...(await ready().labelTexts(null, range, signal))],
    labelValues: async (name, range, signal) => [...(await ready().labelTexts(name, range, signal))],
    metadata() {
      const byMetric = new Map<string, MetricMetadata[]>();
      for (const one of ready().metadata())
        byMetric.set(one.metric, [...(byMetric.get(one.metric) ?? []), one]);
      return byMetric;
    },
    exemplars: async (range) => ready().exemplars(range),
    statistics: async () => ready().statistics(),
  };
}
