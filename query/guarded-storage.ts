import type { SeriesColumns } from '@tocsin/protocol/series/series.ts';
import type { Budget } from './budget.ts';
import { histogramBytes, labelsBytes, SAMPLE_BYTES } from './memory.ts';
import { QueryError } from './query-error.ts';
import type { Storage } from './storage.ts';

/** The storage as one query may use it: told how much it may read, and what it has read counted. */
export function guardStorage(storage: Storage, budget: Budget): Storage {
  const { open, evaluate, partner } = storage;
  return {
    async select(selection, signal) {
      const found = await storage.select({ ...selection, samplesMax: budget.samplesLeft }, signal);
      for (const columns of found) budget.holdBytes(columnsBytes(columns));
      return found;
    },
    ...(open && {
      async open(selection, signal) {
        const found = await open.call(storage, selection, signal);
        for (const { labels } of found) budget.holdBytes(labelsBytes(labels));
        return found;
      },
    }),
    ...(partner && { partner }),
    ...(evaluate && { evaluate: (fragment, signal) => evaluate.call(storage, fragment, signal) }),
  };
}

/** What a storage says that would have to read more samples at once than it may. */
export function tooManyToRead(samplesMax: number): QueryError {
  return new QueryError(
    'execution',
    `query processing would load too many samples into memory in query execution (more than the ${samplesMax} that may be read at once)`,
    { limit: 'samplesMax' },
  );
}

function columnsBytes({ labels, timestampsMs, histograms }: SeriesColumns): number {
  let bytes = labelsBytes(labels) + timestampsMs.length * SAMPLE_BYTES;
  for (const histogram of histograms ?? []) if (histogram) bytes += histogramBytes(histogram);
  return bytes;
}
