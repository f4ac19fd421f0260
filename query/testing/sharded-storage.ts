import { labelsKey } from '@tocsin/protocol/labels/labels.ts';
import type { SeriesColumns } from '@tocsin/protocol/series/series.ts';
import { evaluateFragment } from '../shards/evaluate-fragment.ts';
import type { Fragment, FragmentAnswer } from '../shards/fragment.ts';
import type { Selection, Storage } from '../storage.ts';
import { MemoryStorage } from './memory-storage.ts';

/** Several storages in memory, each of which evaluates for its own series; all that passes between is copied. */
export class ShardedStorage implements Storage {
  readonly #shards: readonly MemoryStorage[];
  /** Fragments that were evaluated. */
  fragments = 0;

  constructor(shards: number) {
    this.#shards = Array.from({ length: shards }, () => new MemoryStorage());
  }

  add(...sample: Parameters<MemoryStorage['add']>): void {
    const [labels] = sample;
    const key = labelsKey(labels);
    let hash = 7;
    for (let i = 0; i < key.length; i++) hash = (hash * 31 + key.charCodeAt(i)) % 65_521;
    this.#shards[hash % this.#shards.length]!.add(...sample);
  }

  async select(selection: Selection): Promise<SeriesColumns[]> {
    return (await Promise.all(this.#shards.map((shard) => shard.select(selection)))).flat();
  }

  async evaluate(fragment: Fragment, signal: AbortSignal): Promise<FragmentAnswer[]> {
    this.fragments++;
    const limits = { ...fragment.limits, shares: this.#shards.length };
    const clock = {
      monotonic: () => performance.now(),
      sleep: () => new Promise<void>((resolve) => setImmediate(resolve)),
    };
    return await Promise.all(
      this.#shards.map(async (shard) =>
        structuredClone(
          await evaluateFragment(clock, shard, structuredClone({ ...fragment, limits }), signal),
        ),
      ),
    );
  }
}
