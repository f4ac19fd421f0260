import { startThread } from '@tocsin/runtime/threads/thread.ts';
import { buffersOfBatch, reviveOwnerError } from './owner-calls.ts';
import type { OwnerConfig } from './owner-deps.ts';
import type { OwnerThreadData } from './owner-thread.ts';
import type { OwnerEvents, ShardOwner } from './shard-owner.ts';

export interface ThreadOwnerConfig {
  readonly name: string;
  /** The name its log lines carry; null: it logs nothing. */
  readonly logPart: string | null;
  /** Told when the thread has ended unasked; nothing it had is lost that was acknowledged, but it takes no more. */
  readonly onEnd: (error: Error) => void;
}

// Columns are short-lived and large, and not in this space; what is left are a few objects a request.
const YOUNG_MEGABYTES_MAX = 8;

/** A shard owner in a thread of its own, on this machine's disk. */
export function createThreadOwner(
  config: OwnerConfig,
  events: OwnerEvents,
  { name, logPart, onEnd }: ThreadOwnerConfig,
): ShardOwner {
  const data: OwnerThreadData = { config, logPart };
  const entry = new URL('./owner-thread.ts', import.meta.url);
  const { calls, terminate } = startThread(
    { entry, name, data, youngMegabytesMax: YOUNG_MEGABYTES_MAX },
    (method, args) => answer(events, method, args as never[]),
    onEnd,
    reviveOwnerError,
  );
  const call = <T>(method: string, args: readonly unknown[], signal?: AbortSignal): Promise<T> =>
    calls.call(method, args, signal && { signal }) as Promise<T>;
  return {
    open: () => call('open', []),
    seriesKeys: (fromRef) => call('seriesKeys', [fromRef]),
    append: (batch) => calls.call('append', [batch], { transfer: buffersOfBatch(batch) }) as never,
    forget: (refs) => call('forget', [refs]),
    select: (selection, signal) => call('select', [selection], signal),
    evaluate: (fragment, signal) => call('evaluate', [fragment], signal),
    findSeries: (range, signal) => call('findSeries', [range], signal),
    labelTexts: (label, range, signal) => call('labelTexts', [label, range], signal),
    exemplars: (range) => call('exemplars', [range]),
    figures: () => call('figures', []),
    compact: () => call('compact', []),
    maintain: () => call('maintain', []),
    retain: () => call('retain', []),
    deleteSeries: (range) => call('deleteSeries', [range]),
    cleanTombstones: () => call('cleanTombstones', []),
    snapshot: (folder, skipHead) => call('snapshot', [folder, skipHead]),
    configure: (retention, streams) => call('configure', [retention, streams]),
    closeWindows: (closings) => call('closeWindows', [closings]),
    outputsWritten: (number) => call('outputsWritten', [number]),
    async close() {
      await call('close', []);
      await terminate();
    },
  };
}

async function answer(events: OwnerEvents, method: string, args: never[]): Promise<void> {
  switch (method) {
    case 'dead':
      return await events.dead(args[0]!);
    case 'progress':
      return events.progress(args[0]!, args[1]!);
    case 'trouble':
      return events.trouble(args[0]!);
    default:
      throw new Error(`Cannot take ${method} from a shard owner`);
  }
}
