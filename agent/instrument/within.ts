import type { Clock } from '@tocsin/runtime/clock.ts';

/** The promise's value, or a rejection when it takes longer than `withinMs`. Does not keep the process alive. */
export function within<T>(clock: Clock, promise: Promise<T>, withinMs: number, what: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = clock.setTimeout(
      () => reject(new Error(`Cannot ${what}: not done within ${withinMs} ms`)),
      withinMs,
      { keepAlive: false },
    );
    promise.then(resolve, reject).finally(() => timer.cancel());
  });
}
