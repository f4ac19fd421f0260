import type { Clock } from '@tocsin/runtime/clock.ts';
import type { Store } from './store.ts';

const PERIOD_MS = 5_000;
const KEY = 'disk_probe';

/**
 * Says why nothing can be recorded, null when it can. Writes to find out, at most every few seconds: without the disk no
 * alert is recorded, so none is sent.
 */
export function createDiskProbe(
  store: Pick<Store, 'transaction' | 'setMeta'>,
  clock: Clock,
): () => string | null {
  let probedMs = Number.NEGATIVE_INFINITY;
  let fault: string | null = null;
  return () => {
    if (clock.monotonic() - probedMs < PERIOD_MS) return fault;
    probedMs = clock.monotonic();
    try {
      store.transaction(() => {
        store.setMeta(KEY, String(clock.now()));
      });
      fault = null;
    } catch (error) {
      fault = error instanceof Error ? error.message : String(error);
    }
    return fault;
  };
}
