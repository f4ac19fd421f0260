import type { SeriesColumns } from '@tocsin/protocol/series/series.ts';
import type { FragmentAnswer } from '@tocsin/query/shards/fragment.ts';
import type { ReviveError } from '@tocsin/runtime/threads/calls.ts';
import { JournalOverloadError } from '../journal/journal-error.ts';
import type { OwnerBatch } from './batch.ts';
import { columnsOfState, distinctBuffers } from './handed-over.ts';
import { reviveQueryError } from './revive-query-error.ts';
import { OverloadError } from './shard-owner.ts';
import type { WholeAnswer } from './whole-query.ts';

/** The buffers of a batch, which ingest has no more use for once it is handed over. */
export function buffersOfBatch(batch: OwnerBatch): ArrayBuffer[] {
  const columns: (Uint8Array | Uint32Array | Float64Array)[] = [
    batch.series,
    batch.timestampsMs,
    batch.values,
    batch.ends,
  ];
  if (batch.startsMs) columns.push(batch.startsMs);
  if (batch.definitions) {
    const { refs, keys, keyLengths } = batch.definitions;
    columns.push(refs, keys, keyLengths);
  }
  return distinctBuffers(columns);
}

/** The buffers of series that were decoded for the one who gets them. */
export function buffersOfSeries(series: readonly SeriesColumns[]): ArrayBuffer[] {
  return distinctBuffers(series.flatMap(({ timestampsMs, values }) => [timestampsMs, values]));
}

/** The buffers of an evaluation's answer. */
export function buffersOfAnswer({ rows, state }: FragmentAnswer): ArrayBuffer[] {
  const { labels, dropName, values, kinds } = rows;
  return distinctBuffers([
    labels.ends,
    labels.counts,
    labels.places,
    dropName,
    values,
    kinds,
    ...columnsOfState(state),
  ]);
}

/** The buffers of those answers that are in columns. */
export function buffersOfWhole(answers: readonly WholeAnswer[]): ArrayBuffer[] {
  const columns: ArrayBufferView[] = [];
  for (const answer of answers) {
    if (typeof answer === 'string' || answer.kind === 'failed') continue;
    const { result } = answer;
    if (result.kind !== 'vector' && result.kind !== 'matrix') continue;
    columns.push(result.labels.ends, result.labels.counts, result.labels.places, result.values);
    if (result.kind === 'matrix') columns.push(result.counts, result.timestampsMs);
  }
  return columns.length === 0 ? [] : distinctBuffers(columns);
}

/** The errors of an owner that ingest tells apart by their class. */
export const reviveOwnerError: ReviveError = (error) => {
  const { name, message } = error;
  if (name === 'OverloadError') return new OverloadError(message);
  return name === 'JournalOverloadError' ? new JournalOverloadError(message) : reviveQueryError(error);
};
