import type { Batch } from '../shard/batch.ts';
import type { InputVerdict } from './stream-input.ts';
import type { Streams } from './streams.ts';

/** Streams, or what stands for them. */
export type InputTaker = Pick<Streams, 'inputOf' | 'add'>;

/** Told what became of each input's sample that was not simply taken in. */
export type OnInput = (verdict: InputVerdict, series: number, timestampMs: number) => void;

/**
 * Gives the samples [from, to) of inputs to the streams and moves the others together, from `at` on: the columns are overwritten.
 * Returns where the others end.
 */
export function takeInputs(
  streams: InputTaker,
  batch: Pick<Batch, 'series' | 'timestampsMs' | 'values' | 'startsMs'>,
  from: number,
  to: number,
  at: number,
  onInput: OnInput,
): number {
  const { series, timestampsMs, values, startsMs } = batch;
  let kept = at;
  for (let i = from; i < to; i++) {
    const number = series[i]!;
    const input = streams.inputOf(number);
    if (input !== null) {
      const timestampMs = timestampsMs[i]!;
      onInput(streams.add(input, timestampMs, values[i]!, startsMs?.[i] ?? 0), number, timestampMs);
      continue;
    }
    if (kept !== i) {
      series[kept] = number;
      timestampsMs[kept] = timestampsMs[i]!;
      // Bits, not numbers: a stale marker has to stay one.
      values.copyWithin(kept, i, i + 1);
      if (startsMs) startsMs[kept] = startsMs[i]!;
    }
    kept++;
  }
  return kept;
}
