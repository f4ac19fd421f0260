import { formatLabels } from '@tocsin/protocol/labels/labels.ts';
import type { Refusals } from '../ingest/refusals.ts';
import type { RequestOutcome } from '../shard/batch.ts';

/** Tells the sender what an owner did not keep of its request. */
export function nameRefused(outcome: RequestOutcome, refusals: Refusals): void {
  nameConflicts(outcome, refusals);
  nameUnaggregated(outcome, refusals);
}

function nameConflicts({ conflicts, conflicting }: RequestOutcome, refusals: Refusals): void {
  if (conflicts === 0) return;
  for (const { labels, timestampMs } of conflicting)
    refusals.add(
      'duplicate timestamp',
      () => `${formatLabels(labels)} has another value at ${timestampMs} ms`,
    );
  const unnamed = conflicts - conflicting.length;
  if (unnamed > 0) refusals.add('duplicate timestamp', () => 'and others', unnamed);
}

function nameUnaggregated({ late = 0, overfull = 0 }: RequestOutcome, refusals: Refusals): void {
  if (late > 0) refusals.add('too old', () => 'windows of stream aggregation were closed meanwhile', late);
  if (overfull > 0)
    refusals.add(
      'limit reached',
      () => 'open windows hold as many samples as limits.stream_samples allows',
      overfull,
    );
}
