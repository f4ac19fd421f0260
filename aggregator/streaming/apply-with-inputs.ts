import type { Labels } from '@tocsin/protocol/labels/labels.ts';
import type { Head } from '../head/head.ts';
import type { LogPosition } from '../journal/ingest-log.ts';
import { applyBatch } from '../shard/apply-batch.ts';
import type { OwnerBatch, RequestOutcome } from '../shard/batch.ts';
import { withoutRule } from './input-key.ts';
import type { Streams } from './streams.ts';
import { takeInputs } from './take-inputs.ts';

/** What became of the inputs of one request. */
interface InputOutcome {
  samples: number;
  repeated: number;
  conflicts: number;
  late: number;
  overfull: number;
  readonly conflicting: { readonly labels: Labels; readonly timestampMs: number }[];
}

/** `applyBatch`, for a batch that may hold samples of rules' inputs: those go to the streams, and the columns are overwritten. */
export function applyWithInputs(
  head: Head,
  streams: Streams,
  batch: OwnerBatch,
  position: LogPosition,
  namedMax: number,
): RequestOutcome[] {
  if (streams.isIdle) return applyBatch(head, batch, position, namedMax);
  const ends = batch.ends.slice();
  const outcomes: InputOutcome[] = [];
  let from = 0;
  let kept = 0;
  for (let i = 0; i < ends.length; i += 3) {
    const to = batch.ends[i]!;
    const outcome: InputOutcome = {
      samples: 0,
      repeated: 0,
      conflicts: 0,
      late: 0,
      overfull: 0,
      conflicting: [],
    };
    kept = takeInputs(streams, batch, from, to, kept, (verdict, series, timestampMs) => {
      if (verdict === 'accepted') outcome.samples++;
      else if (verdict === 'repeated') outcome.repeated++;
      else if (verdict !== 'conflicting') outcome[verdict]++;
      else if (outcome.conflicts++ < namedMax)
        outcome.conflicting.push({ labels: withoutRule(head.table.readLabels(series)), timestampMs });
    });
    ends[i] = kept;
    outcomes.push(outcome);
    from = to;
  }
  const stored = applyBatch(head, { ...batch, count: kept, ends }, position, namedMax);
  return stored.map((one, index) => {
    const { samples, repeated, conflicts, conflicting, late, overfull } = outcomes[index]!;
    return {
      ...one,
      samples: one.samples + samples,
      repeated: one.repeated + repeated,
      conflicts: one.conflicts + conflicts,
      conflicting: [...one.conflicting, ...conflicting].slice(0, namedMax),
      late,
      overfull,
    };
  });
}
