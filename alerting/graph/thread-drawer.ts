import type { Clock, Timer } from '@tocsin/runtime/clock.ts';
import { startThread, type Thread } from '@tocsin/runtime/threads/thread.ts';
import type { Drawer } from './drawer.ts';

const IDLE_MS = 30_000;

/**
 * Draws in a thread that is there only while it is needed: an image takes a tenth of a second in which nothing else would be
 * answered, and the renderer tens of megabytes. A thread that does not finish in time is ended.
 */
export function createThreadDrawer(clock: Clock): Drawer {
  let thread: Thread | null = null;
  let idle: Timer | null = null;
  let running = 0;

  const end = async (): Promise<void> => {
    idle?.cancel();
    idle = null;
    const ending = thread;
    thread = null;
    await ending?.terminate();
  };
  const begin = (): Thread => {
    const started = startThread(
      { entry: new URL('./drawing-thread.ts', import.meta.url), name: 'drawing', data: null },
      () => Promise.reject(new Error('The drawing thread has nothing to ask')),
      () => {
        if (thread === started) thread = null;
      },
    );
    return started;
  };

  return {
    async png(panel, options, scale, signal) {
      signal.throwIfAborted();
      idle?.cancel();
      thread ??= begin();
      running++;
      try {
        const answer = await thread.calls.call('png', [panel, options, scale], { signal });
        if (!(answer instanceof Uint8Array)) throw new Error('The drawing thread answers no image');
        return answer;
      } catch (error) {
        // Nothing can be called back from a thread that computes.
        if (signal.aborted) await end();
        throw error;
      } finally {
        running--;
        if (running === 0 && thread) idle = clock.setTimeout(() => void end(), IDLE_MS, { keepAlive: false });
      }
    },
    stop: end,
  };
}
