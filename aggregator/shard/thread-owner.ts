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

/**
 * Starts a thread for a shard owner on this machine's disk. It loads its code at once, so that who starts it early
 * and calls what is returned, once, when the owner is wanted, waits less.
 */
export function startOwnerThread({
  name,
  logPart,
  onEnd,
}: ThreadOwnerConfig): (config: OwnerConfig, events: OwnerEvents) => ShardOwner {
  const data: OwnerThreadData = { logPart };
  let told: OwnerEvents | null = null;
  const entry = new URL('./owner-thread.ts', import.meta.url);
  const { calls, terminate } = startThread(
    { entry, name, data, youngMegabytesMax: YOUNG_MEGABYTES_MAX },
    // It says nothing of itself before it is opened.
    (method, args) => answer(told!, method, args as never[]),
    onEnd,
    reviveOwnerError,
  );
  const call = <T>(method: string, args: readonly unknown[], signal?: AbortSignal): Promise<T> =>
    calls.call(method, args, signal && { signal }) as Promise<T>;
  const ownerOf = (config: OwnerConfig): ShardOwner => ({
    open: () => call('open', [config]),
    append: (batch) => calls.call('append', [batch], { transfer: buffersOfBatch(batch) }) as never,
    forget: (refs) => call('forget', [refs]),
    select: (selection, signal) => call('select', [selection], signal),
    evaluate: (fragment, signal) => call('evaluate', [fragment], signal),
    answer: (asked, signal) => call('answer', [asked], signal),
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
  });
  return (config, events) => {
    told = events;
    return ownerOf(config);
  };
}

async function answer(events: OwnerEvents, method: string, args: never[]): Promise<void> {
  switch (method) {
    case 'dead':
      return await events.dead(args[0]!);
    case 'restored':
      return events.restored(args[0]!, args[1]!);
    case 'progress':
      return events.progress(args[0]!, args[1]!);
    case 'trouble':
      return events.trouble(args[0]!);
    default:
      throw new Error(`Cannot take ${method} from a shard owner`);
  }
}
