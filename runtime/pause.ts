import type { Clock } from './clock.ts';

// How long work runs before it lets other work go on.
const SLICE_MS = 15;

/**
 * Called between steps of long work: lets other work go on every few milliseconds; throws the signal's reason when the reader has gone.
 * `steps`: how many pass between two looks at the clock.
 */
export function createPause(clock: Clock, signal: AbortSignal, steps = 64): () => Promise<void> {
  let sliceStart = clock.monotonic();
  let calls = 0;
  const done = Promise.resolve();
  return () => {
    if (++calls % steps !== 0) return done;
    signal.throwIfAborted();
    if (clock.monotonic() - sliceStart < SLICE_MS) return done;
    return clock.sleep(0).then(() => {
      sliceStart = clock.monotonic();
    });
  };
}
